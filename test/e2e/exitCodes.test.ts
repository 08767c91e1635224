// @effect-diagnostics preferSchemaOverJson:off
/**
 * Exit codes, and what goes to which stream, of the built command.
 */
import * as NodeContext from "@effect/platform-node/NodeContext"
import * as FileSystem from "@effect/platform/FileSystem"
import { assert, describe, layer } from "@effect/vitest"
import { Effect } from "effect"
import { codeintel, exampleCopy } from "./command.js"

/** An empty repository: no tool runs in it. */
const empty = Effect.gen(function*() {
  const fs = yield* FileSystem.FileSystem
  return yield* fs.makeTempDirectoryScoped()
})

layer(NodeContext.layer, { excludeTestServices: true })("codeintel", (it) => {
  describe.each([[["--help"]], [["ingest", "--help"]], [["--version"]]])("%s", (args) => {
    it.effect("is data: stdout, plain text, 0", () =>
      Effect.gen(function*() {
        const { exitCode, stderr, stdout } = yield* codeintel(args)
        assert.deepStrictEqual([exitCode, stderr], [0, ""])
        assert.match(stdout, /codeintel|0\.1\.0/)

        assert.notMatch(stdout, /\u001b/)
      }))
  })

  describe.each<[ReadonlyArray<string>, Readonly<Record<string, string>>, RegExp]>([
    [["ingest", "--no-such"], {}, /--no-such/],
    [["no-such"], {}, /Invalid subcommand .*'ingest'/],
    [["ingest", "/no/such/directory"], {}, /\/no\/such\/directory: NotADirectory/],
    [["ingest", "--only", "typo", "/tmp"], {}, /typo is no dataset; there is typing, tests, coverage, scip/],
    [["prune", "--keep", "0", "/tmp"], {}, /--keep 0: at least 1/],
    [["prune", "--keep", "some", "/tmp"], {}, /'some' is not a integer/],
    [["prune", "/tmp"], {}, /--keep/],
    [["show", "--since", "soon", "x", "/tmp"], {}, /--since soon: give a day, as 2025-01-31/],
    [["hotspots", "--limit", "0", "/tmp"], {}, /0/],
    [["ingest", "/tmp"], { CODEINTEL_PYRIGHT_PAHT: "x" }, /CODEINTEL_PYRIGHT_PATH/],
    [["schema", "diagnostic"], {}, /diagnostic: no view or table of the database\ndid you mean diagnostics\?/],
    [["sql", "--timeout", "soon", "SELECT 1", "/tmp"], {}, /--timeout soon: it is not a time above zero/],
    [["import", "/no/such.scip", "/tmp"], {}, /\/no\/such\.scip: there is no such file/],
    [["import", "/usr", "/tmp"], {}, /\/usr: it is no file but a directory/],
    [["import", "/dev/null", "/tmp"], {}, /\/dev\/null: it is no file but a pipe/],
    [["import", "--map", "src", "package.json", "/tmp"], {}, /--map src: it is FROM=TO/],
    [["import", "--map", "/ci=../x", "package.json", "/tmp"], {}, /--map \/ci=\.\.\/x: it is FROM=TO/],
    [["import", "--format", "xml", "package.json", "/tmp"], {}, /junit/],
    [["config", "/tmp"], { CODEINTEL_RUFF_TIMEOUT: "soon" }, /CODEINTEL_RUFF_TIMEOUT/],
    [["ingest", "/tmp"], { CODEINTEL_MAX_PROCESSES: "many" }, /CODEINTEL_MAX_PROCESSES/]
  ])("2: %s", (args, env, says) => {
    it.effect("usage or configuration, said on stderr", () =>
      Effect.gen(function*() {
        const { exitCode, stderr, stdout } = yield* codeintel(args, env)
        assert.deepStrictEqual([exitCode, stdout], [2, ""])
        assert.match(stderr, says)
        assert.notMatch(stderr, /\n\s+at /, "a stack is for bugs")
      }))
  })

  it.scoped("2: a question about a repository that was never ingested names the command to run", () =>
    Effect.gen(function*() {
      const root = yield* empty
      const said = new Set<string>()
      for (
        const command of [
          ["sql", "SELECT 1"],
          ["prune", "--keep", "1"],
          ["prune", "--keep", "1", "--dry-run"],
          ["show", "x"],
          ["dead"],
          [
            "hotspots"
          ]
        ]
      ) {
        const { exitCode, stderr, stdout } = yield* codeintel([...command, root])
        assert.deepStrictEqual([exitCode, stdout], [2, ""])
        assert.include(stderr, "codeintel ingest")
        said.add(stderr)
      }
      assert.strictEqual(said.size, 1)
      assert.deepStrictEqual(yield* Effect.flatMap(FileSystem.FileSystem, (fs) => fs.readDirectory(root)), [])
    }))

  it.scoped("2: what is no report is refused with all that can be imported, and nothing is written", () =>
    Effect.gen(function*() {
      const root = yield* empty
      const { exitCode, stderr, stdout } = yield* codeintel(["import", "package.json", root])
      assert.deepStrictEqual([exitCode, stdout], [2, ""])
      assert.match(
        stderr,
        /package\.json: it is JSON of no report that is known; what can be imported is\n {2}scip +SCIP/
      )
      assert.deepStrictEqual(yield* Effect.flatMap(FileSystem.FileSystem, (fs) => fs.readDirectory(root)), [])
    }))

  it.scoped("0: a report of another machine, with the paths of a container", () =>
    Effect.gen(function*() {
      const fs = yield* FileSystem.FileSystem
      const root = yield* empty
      yield* fs.writeFileString(`${root}/a.py`, "import os\n")
      const at = (column: number) => ({ row: 1, column })
      const row = { filename: "/image/b/c/../a.py", code: "F401", message: "m", location: at(8), end_location: at(10) }
      const file = `${yield* empty}/report`
      yield* fs.writeFileString(file, JSON.stringify([row, { ...row, filename: "C:\\z.py" }]))
      const { exitCode, stderr, stdout } = yield* codeintel(["import", "--map", "/image/b=.", "--json", file, root])
      assert.strictEqual(exitCode, 0, stderr)
      const { paths, runs } = JSON.parse(stdout)
      assert.deepInclude(paths, { map: 1, unmatched: { count: 1, first: ["C:\\z.py"] } })
      assert.deepInclude(runs[0], { tool: "ruff", withoutPlace: 1, status: "imported" })
    }))

  it.scoped("4: the database cannot be made", () =>
    Effect.gen(function*() {
      const { exitCode, stderr, stdout } = yield* codeintel(["ingest", "--db", "/dev/null/x.duckdb", yield* empty])
      assert.deepStrictEqual([exitCode, stdout], [4, ""])
      assert.include(stderr, "/dev/null")
    }))

  it.scoped("4: a file of somebody else is not touched", () =>
    Effect.gen(function*() {
      const fs = yield* FileSystem.FileSystem
      const root = yield* empty
      yield* fs.writeFileString(`${root}/notes.txt`, "mine")
      const { exitCode, stderr } = yield* codeintel(["ingest", "--db", `${root}/notes.txt`, root])
      assert.strictEqual(exitCode, 4, stderr)
      assert.strictEqual(yield* fs.readFileString(`${root}/notes.txt`), "mine")
    }))

  it.scoped("0: a repository without a Python file, and the sql formats", () =>
    Effect.gen(function*() {
      const root = yield* empty
      const { exitCode, stderr, stdout } = yield* codeintel(["ingest", root])
      assert.strictEqual(exitCode, 0, stderr)
      assert.include(stdout, "0 Python files")
      const ask = (...args: ReadonlyArray<string>) =>
        codeintel(["sql", ...args, "SELECT 1 AS one, NULL AS two, 'a,\"b' AS three", root])
      assert.strictEqual(
        (yield* ask("--format", "json")).stdout,
        `[
  {
    "one": 1,
    "two": null,
    "three": "a,\\"b"
  }
]
`
      )
      assert.strictEqual((yield* ask("--format", "csv")).stdout, "one,two,three\n1,,\"a,\"\"b\"\n")
      assert.strictEqual((yield* ask()).stdout, "one   two  three\n  1  NULL  a,\"b\n(1 row)\n")
      assert.strictEqual(
        (yield* ask("--format", "markdown")).stdout,
        "| one | two | three |\n| ---: | ---: | --- |\n| 1 | NULL | `a,\"b` |\n"
      )
      const gate = yield* ask("--fail-on-rows", "--format", "csv")
      assert.deepStrictEqual([gate.exitCode, gate.stdout], [1, "one,two,three\n1,,\"a,\"\"b\"\n"])
    }))

  it.scoped("2: sql can neither write nor read files", () =>
    Effect.gen(function*() {
      const root = yield* empty
      yield* codeintel(["ingest", root])
      for (
        const sql of [
          "DROP VIEW files",
          "CREATE TABLE t (a INT)",
          "COPY (SELECT 1) TO '/tmp/codeintel-copied.csv'",
          "SELECT * FROM read_text('/etc/hostname')",
          "ATTACH '/tmp/codeintel-attached.duckdb'",
          "SET enable_external_access = true",
          "SELECT nonsense"
        ]
      ) {
        const { exitCode, stdout } = yield* codeintel(["sql", sql, root])
        assert.deepStrictEqual([exitCode, stdout], [2, ""], sql)
      }
    }))

  it.scoped("doctor: 0 when all is there, 3 and the remedy when not", () =>
    Effect.gen(function*() {
      const root = yield* exampleCopy
      const healthy = yield* codeintel(["doctor", root])
      assert.strictEqual(healthy.exitCode, 0, healthy.stdout)
      assert.match(healthy.stdout, /^pyright +ok +1\.1\.\d+ +installed with codeintel +\/.*index\.js$/m)
      assert.match(healthy.stdout, /^python +ok +3\./m)
      assert.match(healthy.stdout, /^mypy +off/m)
      const ill = yield* codeintel(["doctor", root], { CODEINTEL_RUFF_PATH: "/no/such/ruff" })
      assert.strictEqual(ill.exitCode, 3)
      assert.match(ill.stdout, /^! ruff: not found in \/no\/such\/ruff\n.*CODEINTEL_RUFF_PATH/m)
    }))

  it.scoped("config says where each value comes from", () =>
    Effect.gen(function*() {
      const fs = yield* FileSystem.FileSystem
      const root = yield* empty
      yield* fs.writeFileString(`${root}/codeintel.toml`, "[ruff]\ntimeout = \"20 seconds\"\n")
      const { exitCode, stdout } = yield* codeintel(["config", root], { CODEINTEL_PYRIGHT_TIMEOUT: "10" })
      assert.strictEqual(exitCode, 0)
      assert.match(stdout, /^ruff\.timeout +20 ?s.* codeintel\.toml$/m)
      assert.match(stdout, /^pyright\.timeout +10 ?s.* CODEINTEL_PYRIGHT_TIMEOUT$/m)
      assert.match(stdout, /^pyrefly\.timeout +.* default$/m)
    }))
})
