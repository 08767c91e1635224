import * as FileSystem from "@effect/platform/FileSystem"
import { assert, layer } from "@effect/vitest"
import { ConfigProvider, Effect, Layer, Option } from "effect"
import * as LocalRepositories from "../../src/layers/LocalRepositories.js"
import { PythonEnvironment } from "../../src/services/PythonEnvironment.js"
import { Repositories, type RepositoryFlags } from "../../src/services/Repositories.js"
import { Live, repository, sh, tempDir, write } from "./repository/temporaryRepository.js"

const Here = LocalRepositories.layerWith({ tools: [{ tool: "ruff", enabledByDefault: true }] }).pipe(
  Layer.provide(Layer.mock(PythonEnvironment, {})),
  Layer.provideMerge(Live)
)

/** The context of a repository, whose checkouts are below a directory of the test. */
const opened = (root: string, cache: string, flags?: RepositoryFlags) =>
  Effect.flatMap(Repositories, ({ open }) => open(root, flags)).pipe(
    Effect.withConfigProvider(ConfigProvider.fromMap(
      new Map([
        ["PATH", "/no/such"],
        ["CODEINTEL_CACHE", cache]
      ])
    ))
  )

const revision = (root: string, cache: string, name: string, flags?: RepositoryFlags) =>
  Effect.gen(function*() {
    const ctx = yield* opened(root, cache, flags)
    const repositories = yield* Repositories
    return yield* repositories.openRevision(ctx, yield* repositories.commitOf(ctx, name))
  })

const below = (directory: string) => sh(directory, "find . -type f -not -path '*/.git/*' | sort")

layer(Here, { excludeTestServices: true })("openRevision", (it) => {
  it.scoped("has the snapshot that the commit has when it is checked out, clean, with the same paths and settings", () =>
    Effect.gen(function*() {
      const cache = yield* tempDir
      const dir = yield* repository({ "src/p/__init__.py": "", "src/p/a.py": "x = 1\n", "README.md": "1" })
      const then = yield* opened(dir, cache)
      yield* write(dir, { "src/p/a.py": "x = 2\n", "README.md": "2" })
      yield* sh(dir, "git commit -qam two")
      yield* write(dir, { "src/p/a.py": "x = 3\n" })
      const now = yield* opened(dir, cache)
      const ctx = yield* revision(dir, cache, "HEAD~1")
      assert.strictEqual(ctx.snapshot.id, then.snapshot.id)
      assert.deepStrictEqual(ctx.modules, then.modules)
      assert.deepStrictEqual(Option.getOrNull(ctx.snapshot.commit), Option.getOrNull(then.snapshot.commit))
      assert.isFalse(ctx.snapshot.dirty)
      assert.deepStrictEqual([ctx.paths, ctx.config, ctx.importRoots], [now.paths, now.config, ["src", "."]])
      assert.deepStrictEqual(ctx.revision, { repo: dir, commit: Option.getOrThrow(then.snapshot.commit) })
      assert.isTrue(ctx.root.startsWith(`${now.paths.checkout}/`))
    }))

  it.scoped("its files go with the scope, and are at the same place every time", () =>
    Effect.gen(function*() {
      const cache = yield* tempDir
      const dir = yield* repository({ "a.py": "" })
      const roots: Array<string> = []
      for (let times = 0; times < 2; times++) {
        const { root } = yield* Effect.scoped(revision(dir, cache, "HEAD"))
        roots.push(root)
        assert.strictEqual(yield* below(cache), "")
      }
      assert.strictEqual(roots[0], roots[1])
    }))

  it.scoped("what a killed process left there is not in it", () =>
    Effect.gen(function*() {
      const cache = yield* tempDir
      const dir = yield* repository({ "a.py": "" })
      const fs = yield* FileSystem.FileSystem
      const { paths } = yield* opened(dir, cache)
      const name = dir.slice(dir.lastIndexOf("/") + 1)
      yield* fs.makeDirectory(`${paths.checkout}/${name}`, { recursive: true })
      yield* fs.writeFileString(`${paths.checkout}/${name}/left.py`, "")
      const ctx = yield* revision(dir, cache, "HEAD")
      assert.deepStrictEqual(ctx.modules.map(({ relPath }) => relPath), ["a.py"])
    }))

  it.scoped("with another database, another place: two may be there at once", () =>
    Effect.gen(function*() {
      const cache = yield* tempDir
      const dir = yield* repository({ "a.py": "" })
      const one = yield* revision(dir, cache, "HEAD")
      const other = yield* revision(dir, cache, "HEAD", { database: `${cache}/other.duckdb` })
      assert.notStrictEqual(one.root, other.root)
      assert.deepStrictEqual(one.snapshot.id, other.snapshot.id)
    }))

  it.scoped("where nothing can be written: what it was for, and the setting that helps", () =>
    Effect.gen(function*() {
      const cache = yield* tempDir
      const dir = yield* repository({ "a.py": "" })
      yield* write(cache, { revisions: "no directory" })
      const error = yield* Effect.flip(revision(dir, cache, "HEAD"))
      assert.strictEqual(error._tag === "RepositoryError" && error.reason, "StateNotWritable")
      assert.include(error.message, "CODEINTEL_CACHE")
    }))
})
