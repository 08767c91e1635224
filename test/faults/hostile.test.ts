/**
 * A repository that is not trusted: nothing of it runs, nothing that it points to is read, and its rows are those of the
 * same modules in a plain one.
 */
import * as NodeContext from "@effect/platform-node/NodeContext"
import * as FileSystem from "@effect/platform/FileSystem"
import { assert, describe, layer } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { everything } from "./everything.js"
import * as Hostile from "./hostileRepository.js"
import { sample } from "./scale.js"
import * as World from "./world.js"

/** Rows about the modules that both repositories have. */
const ofShared = (states: ReadonlyMap<string, World.ToolState>) =>
  Object.fromEntries(
    [...states].map(([tool, { diagnostics, errors }]) =>
      [tool, [...diagnostics, ...errors].filter((row) => /^(shop|till|test_till)\.py /.test(row))] as const
    ).filter(([, rows]) => rows.length > 0)
  )

const Doctor = Schema.parseJson(Schema.Struct({
  tools: Schema.Array(Schema.Struct({ path: Schema.NullOr(Schema.String) }))
}))

const json = Schema.encodeSync(Schema.parseJson(Schema.Unknown))

/** Names that are options, lists of arguments or the standard input to somebody. */
const flagNames = ["-rf.py", "--help.py", "@args.py", "-.py", "--config=x.py", "-/a.py", "--version/b.py", "@x/c.py"]

/** A repository of the user, to which a hostile one may point. */
const ofUser = Effect.fn("faults.hostile.ofUser")(function*({ directory }: World.World) {
  const project = { directory, root: `${directory}/home/project` }
  yield* World.write(project, { "private.py": `KEY = "${Hostile.SECRET}"\n` })
  yield* World.commit(project)
  return project
})

layer(NodeContext.layer, { excludeTestServices: true })("a hostile repository", (it) => {
  it.scoped("runs nothing and has nothing read with --untrusted", () =>
    Effect.gen(function*() {
      const fs = yield* FileSystem.FileSystem
      const plain = yield* World.make()
      yield* World.run(plain, ["ingest", "--untrusted", "--only", "typing"], { CODEINTEL_MYPY_ENABLED: "true" })
      const world = yield* Hostile.make()
      const before = (yield* fs.readDirectory(world.directory)).sort()

      const { exitCode, stderr, stdout } = yield* World.run(world, ["ingest", "--untrusted"], Hostile.variables(world))
      assert.deepStrictEqual(yield* Hostile.marks(world), [], stderr)
      assert.deepStrictEqual((yield* fs.readDirectory(world.directory)).sort(), before)
      assert.strictEqual(exitCode, 0, stderr)
      const asked: World.World = { ...world, env: { ...world.env, CODEINTEL_UNTRUSTED: "true" } }
      const states = yield* World.states(asked)
      assert.deepStrictEqual(ofShared(states), ofShared(yield* World.states(plain)))
      assert.strictEqual(states.get("pytest")?.status, "skipped")
      assert.include(["ok", "partial"], states.get("scip-python")?.status)
      for (const said of [stdout, stderr, yield* everything(asked)]) {
        const at = said.indexOf(Hostile.SECRET)
        assert.strictEqual(at, -1, said.slice(Math.max(0, at - 300), at + 300))
      }

      const { stdout: doctor } = yield* World.run(world, ["doctor", "--json", "--untrusted"], Hostile.variables(world))
      for (const { path } of (yield* Effect.orDie(Schema.decode(Doctor)(doctor))).tools) {
        assert.isFalse(path?.startsWith(`${world.root}/`) ?? false, path ?? "")
      }
      assert.deepStrictEqual(yield* Hostile.marks(world), [])
      yield* World.assertNobodyIsLeft(world)
    }))

  it.scoped("would run, were it trusted: the traps are set", () =>
    Effect.gen(function*() {
      const world = yield* Hostile.make()
      const fs = yield* FileSystem.FileSystem
      for (const file of ["codeintel.toml", "pyproject.toml"]) yield* fs.remove(`${world.root}/${file}`)
      yield* World.run(world, ["ingest", "--only", "typing"], Hostile.variables(world))
      yield* fs.remove(`${world.root}/.venv`, { recursive: true })
      yield* fs.remove(`${world.root}/json.py`)
      yield* World.run(world, ["ingest", "--only", "typing"], { CODEINTEL_MYPY_ENABLED: "true" })
      const marks = (yield* Hostile.marks(world)).join("\n")
      for (const trap of [".venv/bin/git", ".venv/bin/python", "plugin", "evil "]) assert.include(marks, trap)
    }))

  const links = [
    { name: "the state directory", link: ".codeintel", target: "elsewhere" },
    { name: "the database", link: ".codeintel/codeintel.duckdb", target: "elsewhere/other.duckdb" },
    { name: "the log of the database", link: ".codeintel/codeintel.duckdb.wal", target: "elsewhere/other.wal" }
  ]
  describe.each(sample("links", 1, links))("has a link in place of $name", ({ link, target }) => {
    it.scoped("and nothing is written behind it", () =>
      Effect.gen(function*() {
        const fs = yield* FileSystem.FileSystem
        const world = yield* World.make()
        yield* fs.makeDirectory(`${world.directory}/elsewhere`)
        if (link !== ".codeintel") yield* fs.makeDirectory(`${world.root}/.codeintel`)
        yield* fs.symlink(`${world.directory}/${target}`, `${world.root}/${link}`)
        for (const command of [["ingest", "--only", "typing"], ["sql", "SELECT 1"]]) {
          const { exitCode, stderr } = yield* World.run(world, [...command, "--untrusted"])
          assert.strictEqual(exitCode, 4, stderr)
          assert.match(stderr, /is a link to .*elsewhere/)
        }
        assert.deepStrictEqual(yield* fs.readDirectory(`${world.directory}/elsewhere`), [])
      }))
  })

  const elsewhere = [
    { name: "a crafted index", index: "linked/private.py" },
    { name: "a submodule that is a link", index: undefined }
  ]
  describe.each(sample("elsewhere", 1, elsewhere))("names by $name what is behind a link", ({ index }) => {
    it.scoped("and it is not read", () =>
      Effect.gen(function*() {
        const fs = yield* FileSystem.FileSystem
        const world = yield* World.make()
        const home = yield* ofUser(world)
        yield* World.commit(world)
        yield* fs.symlink(home.root, `${world.root}/linked`)
        const blob = "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391"
        if (index === undefined) {
          yield* World.git(world, "update-index", "--add", "--cacheinfo", `160000,${blob},linked`)
        } else {
          yield* World.git(world, "update-index", "--add", "--cacheinfo", `100644,${blob},${index}`)
          yield* World.git(world, "update-index", "--skip-worktree", index)
        }
        const { exitCode, stderr } = yield* World.run(world, ["ingest", "--untrusted", "--only", "typing"])
        assert.strictEqual(exitCode, 0, stderr)
        const [files] = yield* World.ask(world, "SELECT list_sort(list(rel_path)) AS paths FROM files")
        assert.deepStrictEqual(files, { paths: json(Object.keys(World.modules).sort()) })
        assert.notInclude(yield* everything(world), Hostile.SECRET)
      }))
  })

  const gitTraps = [
    { name: "`.git` is a file that points to another repository", file: "gitdir: ../home/project/.git\n" },
    { name: "`.git` is a file that points nowhere", file: "gitdir: /nowhere/at/all\n" },
    { name: "`.git` is a file of something else", file: "\0\u001b]0;x\u0007" }
  ]
  describe.each(sample("git files", 1, gitTraps))("in which $name", ({ file }) => {
    it.scoped("is ingested as it is on disk", () =>
      Effect.gen(function*() {
        const world = yield* World.make()
        yield* ofUser(world)
        yield* World.write(world, { ".git": file })
        const { exitCode, stderr } = yield* World.run(world, ["ingest", "--untrusted", "--only", "typing"])
        assert.strictEqual(exitCode, 0, stderr)
        assert.notMatch(stderr, /[\u0007\u001b]/)
        const [files] = yield* World.ask(world, "SELECT list_sort(list(rel_path)) AS paths FROM files")
        assert.deepStrictEqual(files, { paths: json(Object.keys(World.modules).sort()) })
      }))
  })

  it.scoped("has names that look like flags, and they are names", () =>
    Effect.gen(function*() {
      const wrong = "import os\n\nx: int = \"a\"\n"
      const world = yield* World.make(Object.fromEntries(flagNames.map((name) => [name, wrong])))
      const files = [...flagNames].sort()
      for (const git of [false, true]) {
        if (git) yield* World.commit(world)
        const { exitCode, stderr } = yield* World.run(world, ["ingest", "--no-tests"], {
          CODEINTEL_MYPY_ENABLED: "true"
        })
        assert.strictEqual(exitCode, 0, stderr)
      }
      const states = yield* World.states(world)
      for (const tool of ["pyright", "pyrefly", "ruff"]) {
        const errors = states.get(tool)?.errors
        assert.deepStrictEqual(errors, files.map((name) => `${name} 1`), tool)
      }
      const documents = yield* World.ask(world, "SELECT rel_path FROM scip_documents ORDER BY ALL")
      assert.deepStrictEqual(documents.map((row) => row["rel_path"]), files)
    }))
})
