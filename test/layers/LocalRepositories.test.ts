import * as PlatformError from "@effect/platform/Error"
import * as FileSystem from "@effect/platform/FileSystem"
import { assert, describe, layer } from "@effect/vitest"
import { ConfigProvider, Context, Effect, Either, Layer, Option } from "effect"
import type { Interpreter } from "../../src/domain/PipelineContext.js"
import * as LocalRepositories from "../../src/layers/LocalRepositories.js"
import { PythonEnvironment } from "../../src/services/PythonEnvironment.js"
import { Repositories, type RepositoryFlags } from "../../src/services/Repositories.js"
import { Live, repository, sh, tempDir, write } from "./repository/temporaryRepository.js"

const python: Interpreter = {
  executable: "/python",
  version: "3.11.7",
  prefix: "/",
  abi: "cpython-311",
  sitePackages: [],
  chosenBecause: "a test"
}

const Repository = LocalRepositories.layerWith({ tools: [{ tool: "ruff", enabledByDefault: true }] }).pipe(
  Layer.provide(Layer.mock(PythonEnvironment, {
    interpreter: (executable, chosenBecause) => Effect.succeed({ ...python, executable, chosenBecause })
  }))
)

// the variables of whoever runs the tests do not count
const Here = Repository.pipe(
  Layer.provideMerge(Live),
  Layer.merge(Layer.setConfigProvider(ConfigProvider.fromMap(new Map([["PATH", "/no/such"]]))))
)

const open = (root: string, flags?: RepositoryFlags) => Effect.flatMap(Repositories, (all) => all.open(root, flags))

const tree = (directory: string) => sh(directory, "find . -path ./.git -prune -o -printf '%p %y %s %T@\\n' | sort")

/** With a file system that answers differently. */
const withFiles = (change: (fs: FileSystem.FileSystem) => Partial<FileSystem.FileSystem>) =>
  Effect.gen(function*() {
    const fs = yield* FileSystem.FileSystem
    const files = FileSystem.make({ ...fs, ...change(fs) })
    return Context.get(
      yield* Layer.build(Layer.fresh(Repository)).pipe(Effect.provideService(FileSystem.FileSystem, files)),
      Repositories
    )
  })

const refusing = (reason: PlatformError.SystemErrorReason, method: string) =>
  new PlatformError.SystemError({ reason, module: "FileSystem", method })

const files = {
  ".gitignore": "*.log\n",
  "pyproject.toml": "[project]\nname = \"x\"\n",
  "src/pkg/__init__.py": "",
  "src/pkg/a.py": "x = 1\n",
  "src/pkg/a.pyi": "x: int\n",
  "tests/test_a.py": "y = 2\ny",
  "README.md": "hello"
}

layer(Here, { excludeTestServices: true })("LocalRepositories", (it) => {
  describe("open", () => {
    it.scoped("says all of a repository, and writes nothing", () =>
      Effect.gen(function*() {
        const dir = yield* repository(files)
        yield* write(dir, { "x.log": "" })
        yield* sh(dir, "ln -s src/pkg/a.py link.py")
        const before = yield* tree(dir)
        const ctx = yield* open(dir)
        assert.strictEqual(yield* tree(dir), before)
        assert.strictEqual(ctx.root, dir)
        assert.deepStrictEqual(
          ctx.modules.map(({ bytes, lines, moduleName, relPath }) => [relPath, moduleName, bytes, lines]),
          [
            ["src/pkg/__init__.py", "pkg", 0, 0],
            ["src/pkg/a.py", "pkg.a", 6, 1],
            ["src/pkg/a.pyi", "pkg.a", 7, 1],
            ["tests/test_a.py", "tests.test_a", 7, 2]
          ]
        )
        assert.deepStrictEqual([...ctx.snapshot.files.keys()], [...Object.keys(files), "link.py"].sort())
        assert.strictEqual(Option.getOrNull(ctx.snapshot.commit), yield* sh(dir, "git rev-parse HEAD"))
        assert.isTrue(ctx.snapshot.dirty)
        assert.deepStrictEqual([...ctx.aliases], [["link.py", "src/pkg/a.py"]])
        assert.deepStrictEqual(ctx.importRoots, ["src", "."])
        assert.strictEqual(ctx.paths.database, `${dir}/.codeintel/codeintel.duckdb`)
        assert.strictEqual(ctx.config.tools["ruff"]?.enabled, true)
        assert.isTrue(Option.isNone(ctx.interpreter))
      }))

    it.scoped("the snapshot is of the content: clean or dirty, with git or without, in another place", () =>
      Effect.gen(function*() {
        const [one, two] = [yield* repository(files), yield* tempDir]
        yield* write(two, files)
        const [first, second] = [yield* open(one), yield* open(two)]
        assert.strictEqual(second.snapshot.id, first.snapshot.id)
        assert.isTrue(Option.isNone(second.snapshot.commit))
        yield* write(one, { "README.md": "other" })
        assert.notStrictEqual((yield* open(one)).snapshot.id, first.snapshot.id)
        yield* write(one, { "README.md": "hello" })
        assert.strictEqual((yield* open(one)).snapshot.id, first.snapshot.id)
      }))

    it.scoped("a directory below the top is a repository of its own", () =>
      Effect.gen(function*() {
        const dir = yield* repository(files)
        const ctx = yield* open(`${dir}/src`)
        assert.deepStrictEqual(ctx.modules.map(({ relPath }) => relPath), [
          "pkg/__init__.py",
          "pkg/a.py",
          "pkg/a.pyi"
        ])
        assert.strictEqual(ctx.paths.state, `${dir}/src/.codeintel`)
      }))

    it.scoped("the root is the real one, whichever way it was said", () =>
      Effect.gen(function*() {
        const dir = yield* repository(files)
        const elsewhere = yield* tempDir
        yield* sh(elsewhere, `ln -s ${dir} link`)
        assert.strictEqual((yield* open(`${elsewhere}/link/src/..`)).root, dir)
      }))

    it.scoped("the chosen interpreter, and what was said while choosing", () =>
      Effect.gen(function*() {
        const dir = yield* repository(files)
        yield* write(dir, { ".venv/pyvenv.cfg": "", ".venv/bin/python": "" })
        const ctx = yield* open(dir)
        assert.deepInclude(Option.getOrThrow(ctx.interpreter), { executable: `${dir}/.venv/bin/python` })
        assert.match((yield* open(`${dir}/src`)).notices.join(), /no Python was found/)
      }))

    it.scoped("what it noticed about files and git is in the notices", () =>
      Effect.gen(function*() {
        const dir = yield* tempDir
        yield* write(dir, { "a.py": "", ".git/config": "[core\n", ".git/HEAD": "ref: refs/heads/main\n" })
        yield* sh(dir, "mkdir .git/objects .git/refs; mkfifo pipe.py")
        const { notices } = yield* open(dir)
        assert.match(notices.join("\n"), /git refused.*bad config/)
        assert.match(notices.join("\n"), /pipe\.py: neither a file/)
      }))

    describe.each<[string, string, "NotADirectory"]>([
      ["missing", "/no/such/directory", "NotADirectory"],
      ["a file", "/etc/hostname", "NotADirectory"],
      ["below a file", "/etc/hostname/x", "NotADirectory"]
    ])("a path that is %s", (_, path, reason) => {
      it.effect("is an error that says so", () =>
        Effect.gen(function*() {
          const error = yield* Effect.flip(open(path))
          assert.deepInclude(error, { _tag: "RepositoryError", root: path, reason })
          assert.include(error.message, "give the path of an existing directory")
        }))
    })

    it.scoped("a directory that may not be read is an error that says so", () =>
      Effect.gen(function*() {
        const dir = yield* repository(files)
        const repositories = yield* withFiles((fs) => ({
          readDirectory: (path, options) =>
            path === dir ? refusing("PermissionDenied", "readDirectory") : fs.readDirectory(path, options)
        }))
        const error = yield* Effect.flip(repositories.open(dir))
        assert.deepInclude(error, { _tag: "RepositoryError", reason: "NoPermission" })
        assert.include(error.message, `ls -ld '${dir}'`)
      }))

    it.scoped("a wrong setting is an error", () =>
      Effect.gen(function*() {
        const dir = yield* repository({ "codeintel.toml": "rufff = 1\n" })
        assert.deepInclude(yield* Effect.flip(open(dir)), { _tag: "ConfigurationError" })
      }))
  })

  it.scoped("locate says where the database is, and reads no content", () =>
    Effect.gen(function*() {
      const dir = yield* repository(files)
      const repositories = yield* withFiles((fs) => ({
        readFile: (file) => file.endsWith(".toml") ? fs.readFile(file) : Effect.dieMessage("no content is read")
      }))
      const { config, paths, root } = yield* repositories.locate(dir, { database: `${dir}/../x.duckdb` })
      assert.strictEqual(root, dir)
      assert.strictEqual(paths.database, Option.getOrThrow(config.database))
      assert.strictEqual(paths.state, `${paths.database}.state`)
      assert.isTrue([paths.lock, paths.scratch, paths.pytestReport, paths.coverageData, paths.scipTmp].every((path) =>
        path.startsWith(`${paths.state}/`)
      ))
    }))

  describe("state", () => {
    it.scoped("is .codeintel with a .gitignore, no part of the content, and makes the next open read less", () =>
      Effect.gen(function*() {
        const dir = yield* repository(files)
        const repositories = yield* Repositories
        const first = yield* repositories.open(dir)
        // files that are as old as a checkout of some seconds ago
        const settled = { ...first, snapshot: { ...first.snapshot, stats: yield* statsOf(dir, first.snapshot.files) } }
        yield* repositories.prepareState(settled)
        assert.strictEqual(yield* sh(dir, "ls -A .codeintel && cat .codeintel/.gitignore"), ".gitignore\nstat-cache\n*")
        assert.strictEqual(yield* sh(dir, "git status --porcelain"), "")
        const read: Array<string> = []
        const watching = yield* withFiles((fs) => ({
          readFile: (file) => {
            read.push(file)
            return fs.readFile(file)
          }
        }))
        const second = yield* watching.open(dir)
        assert.deepStrictEqual(read.filter((file) => !/toml$|stat-cache$/.test(file)), [])
        assert.deepStrictEqual(second.snapshot.files, first.snapshot.files)
        assert.deepStrictEqual(second.modules, first.modules)
        assert.strictEqual(second.snapshot.id, first.snapshot.id)
      }))

    it.scoped("with a database elsewhere is beside it, and nothing is written into the repository", () =>
      Effect.gen(function*() {
        const [dir, elsewhere] = [yield* repository(files), yield* tempDir]
        const before = yield* tree(dir)
        const ctx = yield* open(dir, { database: `${elsewhere}/new/ci.duckdb` })
        yield* Effect.flatMap(Repositories, (all) => all.prepareState(ctx))
        assert.strictEqual(yield* tree(dir), before)
        assert.strictEqual(yield* sh(elsewhere, "ls new"), "ci.duckdb.state")
      }))

    it.scoped("and a database that is kept in the repository are no part of the content", () =>
      Effect.gen(function*() {
        const [dir, elsewhere] = [yield* repository(files), yield* tempDir]
        yield* sh(elsewhere, `ln -s ${dir} link`)
        const flags = { database: `${elsewhere}/link/ci.duckdb` }
        const first = yield* open(dir, flags)
        yield* Effect.flatMap(Repositories, (all) => all.prepareState(first))
        yield* write(dir, { "ci.duckdb": "", "ci.duckdb.wal": "", "ci.duckdb.tmp/x": "" })
        const second = yield* open(dir, flags)
        assert.deepInclude(second.snapshot, { id: first.snapshot.id, dirty: false })
      }))

    it.scoped("that cannot be made is an error with a remedy", () =>
      Effect.gen(function*() {
        const dir = yield* repository(files)
        yield* write(dir, { ".codeintel": "a file" })
        const ctx = yield* open(dir)
        const error = yield* Effect.flip(Effect.flatMap(Repositories, (all) => all.prepareState(ctx)))
        assert.deepInclude(error, { _tag: "RepositoryError", reason: "StateNotWritable" })
        assert.include(error.message, "--db FILE")
      }))

    it.scoped("that cannot be written leaves no part of a file", () =>
      Effect.gen(function*() {
        const dir = yield* repository(files)
        const full = yield* withFiles((fs) => ({
          rename: (from, to) => to.endsWith("stat-cache") ? refusing("WriteZero", "rename") : fs.rename(from, to)
        }))
        const error = yield* Effect.flip(Effect.flatMap(full.open(dir), full.prepareState))
        assert.deepInclude(error, { reason: "StateNotWritable" })
        assert.strictEqual(yield* sh(dir, "ls -A .codeintel"), ".gitignore")
      }))

    it.scoped("is not written through a link of a repository that is not trusted", () =>
      Effect.gen(function*() {
        const [dir, elsewhere] = [yield* repository(files), yield* tempDir]
        yield* sh(dir, `ln -s ${elsewhere} .codeintel`)
        assert.deepInclude(yield* Effect.flip(open(dir, { untrusted: true })), { reason: "StateNotWritable" })
        const trusted = yield* open(dir)
        const ctx = { ...trusted, config: { ...trusted.config, untrusted: true } }
        const prepare = (context: typeof ctx) => Effect.flatMap(Repositories, (all) => all.prepareState(context))
        assert.deepInclude(yield* Effect.flip(prepare(ctx)), { reason: "StateNotWritable" })
        assert.strictEqual(yield* sh(elsewhere, "ls -A"), "")
        yield* prepare(trusted)
        assert.include(yield* sh(elsewhere, "ls"), "stat-cache")
      }))
  })

  it.scoped("a database that came with a repository that is not trusted is not believed", () =>
    Effect.gen(function*() {
      const dir = yield* repository({ ...files, ".codeintel/codeintel.duckdb": "" })
      const refused = yield* Effect.flip(open(dir, { untrusted: true }))
      assert.match(refused.message, /came with the repository/)
      yield* open(dir, { untrusted: true, database: `${dir}/mine.duckdb` })
      yield* open(dir)
    }))

  it.scoped("changedSince: added, changed, deleted, in the order of the paths; nothing when nothing changed", () =>
    Effect.gen(function*() {
      const dir = yield* repository(files)
      const { changedSince, open } = yield* Repositories
      const ctx = yield* open(dir)
      assert.deepStrictEqual(yield* changedSince(ctx), [])
      yield* write(dir, { "src/pkg/a.py": "x = 2\n", "new.py": "", "ignored.log": "", ".codeintel/x": "" })
      yield* sh(dir, "rm README.md; touch pyproject.toml; chmod 600 src/pkg/__init__.py")
      assert.deepStrictEqual(yield* changedSince(ctx), ["README.md", "new.py", "src/pkg/a.py"])
      const { stats: _, ...snapshot } = ctx.snapshot
      assert.deepStrictEqual(yield* changedSince({ ...ctx, snapshot }), ["README.md", "new.py", "src/pkg/a.py"])
      yield* sh("/", `mv ${dir} ${dir}.moved`)
      const gone = yield* Effect.either(changedSince(ctx))
      yield* sh("/", `mv ${dir}.moved ${dir}`)
      assert.deepInclude(yield* Either.flip(gone), { reason: "Unreadable" })
    }))

  it.scoped("changedSince: a Python file that was changed and changed back, as nobody knows who read it between", () =>
    Effect.gen(function*() {
      const dir = yield* repository({ "a.py": "x = 1\n", "b.py": "", "notes.txt": "1" })
      const { changedSince, open } = yield* Repositories
      const ctx = yield* open(dir)
      for (const content of ["other", "x = 1\n"]) yield* write(dir, { "a.py": content })
      for (const content of ["2", "1"]) yield* write(dir, { "notes.txt": content })
      assert.deepStrictEqual(yield* changedSince(ctx), ["a.py"])
      const { written: _, ...snapshot } = ctx.snapshot
      assert.deepStrictEqual(yield* changedSince({ ...ctx, snapshot }), [])
    }))

  describe("readModule", () => {
    it.scoped("gives the text of the snapshot, or none", () =>
      Effect.gen(function*() {
        const dir = yield* repository({ "a.py": "é", "b.py": "1", "c.py": "1", "e.py": "1", "f.py": "1" })
        const fs = yield* FileSystem.FileSystem
        yield* fs.writeFile(`${dir}/d.py`, new Uint8Array([0x78, 0xff]))
        const { open, readModule } = yield* Repositories
        const ctx = yield* open(dir)
        yield* write(dir, { "b.py": "2" })
        yield* sh(dir, "rm c.py e.py f.py; mkfifo e.py; mkdir f.py")
        const texts = yield* Effect.forEach(ctx.modules, (module) => readModule(ctx, module), { concurrency: 4 })
        // as null: for chai a some and a none are equal
        assert.deepStrictEqual(texts.map(Option.getOrNull), ["é", null, null, "x\uFFFD", null, null])
      }))

    it.scoped("none of what could not be read when it was opened, an error for what can be no more", () =>
      Effect.gen(function*() {
        const dir = yield* repository({ "a.py": "1" })
        const ctx = yield* open(dir)
        const blind = yield* withFiles((fs) => ({
          readFile: (file) => file.endsWith(".py") ? refusing("PermissionDenied", "readFile") : fs.readFile(file)
        }))
        const [module] = (yield* blind.open(dir)).modules
        assert.isDefined(module)
        if (module === undefined) return
        assert.isTrue(Option.isNone(yield* blind.readModule(ctx, module)))
        const error = yield* Effect.flip(Effect.forEach(ctx.modules, (m) => blind.readModule(ctx, m)))
        assert.deepInclude(error, { _tag: "RepositoryError", reason: "Unreadable" })
      }))
  })
})

/** What the file system says now, however short ago the files were written. */
const statsOf = (dir: string, files: ReadonlyMap<string, string>) =>
  Effect.forEach(
    [...files.keys()],
    (relPath) =>
      Effect.map(sh(dir, `stat -c '%s %.9Y %.9Z %i' '${relPath}'`), (text): readonly [string, string] => [
        relPath,
        text.split(" ").map((field) => field.replace(".", "")).join(":")
      ]),
    { concurrency: 4 }
  ).pipe(Effect.map((entries) => new Map(entries)))
