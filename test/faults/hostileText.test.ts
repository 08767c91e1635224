// @effect-diagnostics schemaSyncInEffect:off
/**
 * Text that others wrote (names of files, messages of tools, ids of tests, settings): exact in the database, in JSON and
 * in CSV; shown, and not obeyed, on a terminal.
 */
import * as NodeContext from "@effect/platform-node/NodeContext"
import * as Command from "@effect/platform/Command"
import * as FileSystem from "@effect/platform/FileSystem"
import * as Path from "@effect/platform/Path"
import { assert, describe, layer } from "@effect/vitest"
import { Effect, Schema, Stream } from "effect"
import * as FaultyTool from "./faultyTool.js"
import { sample } from "./scale.js"
import * as World from "./world.js"

/**
 * The clipboard, a title, a link, colours, the screen, a bell, a backspace, the begin of the line, the other set of
 * control characters, the direction of text; markup, SQL, a formula, a shell.
 */
const HOSTILE =
  "=cmd|' \u001b]52;c;aGk=\u0007\u001b]0;x\u001b\\\u001b]8;;http:x\u0007\u001b[45m\u001b[2J\u0007\b\r\u009b45m\u009d0;x" +
  "\u009c\u202eevil\u2066\u061c\u2028<b onload=x>&amp;'\";DROP TABLE files;--$(touch pwned)`touch pwned`\\x %s"

/** What a name of a file may have of it. */
const NAME = `${HOSTILE}.py`

const python = "import os, pty, sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))"

/** The command on a terminal: all that the terminal gets. */
const onTerminal = Effect.fn("faults.onTerminal")(
  function*(world: World.World, args: ReadonlyArray<string>, env: Readonly<Record<string, string>> = {}) {
    const path = yield* Path.Path
    const process = yield* Command.make("python3", "-c", python, "node", path.resolve("dist/bin/codeintel.js"), ...args)
      .pipe(
        Command.env({ ...world.env, TERM: "xterm", CI: "", ...env }),
        Command.workingDirectory(world.root),
        Command.stdin(Stream.empty),
        Command.start
      )
    return yield* Stream.mkString(Stream.decodeText(process.stdout))
  },
  Effect.scoped
)

/** Colours, and how the lines of progress are drawn and taken back. */
const OURS = /\u001b\[(?:\d+(?:;\d+)*)?[mKAG]|\u001b\[\?(?:25|2026)[hl]|\u001b\[0?J/g

const OBEYED =
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]|\r(?![\r\n])/

const assertInert = (output: string, about: string) => {
  assert.notInclude(output, "\u001b[45m", about)
  assert.notInclude(output, "\u001b[2J", about)
  assert.notMatch(output.replaceAll(OURS, ""), OBEYED, about)
}

const json = Schema.encodeSync(Schema.parseJson(Schema.Unknown))

/** A repository whose every text is hostile, and a ruff that says it. */
const make = Effect.gen(function*() {
  const fs = yield* FileSystem.FileSystem
  const world = yield* World.make({ "shop.py": "import os\n", [NAME]: "import os\n" })
  yield* fs.makeDirectory(`${world.root}/${HOSTILE}`)
  yield* fs.writeFileString(`${world.root}/${HOSTILE}/inner.py`, "x = 1\n")
  const position = { row: 1, column: 1 }
  const row = { code: HOSTILE, message: HOSTILE, location: position, end_location: position, cell: null }
  const rows = [NAME, "shop.py"].map((name) => ({ ...row, filename: `${world.root}/${name}` }))
  const report = `${world.directory}/report.json`
  yield* fs.writeFileString(report, json(rows))
  yield* fs.writeFileString(`${world.directory}/said`, `warning: ${HOSTILE}\n${HOSTILE}\n`)
  const test = (when: string, outcome: string) => ({
    $report_type: "TestReport",
    nodeid: `shop.py::${HOSTILE}`,
    location: ["shop.py", 0, HOSTILE],
    when,
    outcome,
    duration: 0.1,
    longrepr: outcome === "failed" ? { reprcrash: { message: HOSTILE } } : null
  })
  const tests = [
    { $report_type: "SessionStart", pytest_version: "9.2.0" },
    test("setup", "passed"),
    test("call", "failed"),
    test("teardown", "passed"),
    { $report_type: "SessionFinish", exitstatus: 1 }
  ]
  yield* fs.writeFileString(`${world.directory}/tests.jsonl`, tests.map((each) => `${json(each)}\n`).join(""))
  const { ruff = "" } = Object.fromEntries(yield* FaultyTool.realTools(world))
  const says = (code: number) =>
    FaultyTool.script(ruff, `cat "$here/../said" >&2; cat "$here/../report.json"; exit ${code}`)
  const env = {
    ...Object.fromEntries(["PYRIGHT", "PYREFLY"].map((tool) => [`CODEINTEL_${tool}_ENABLED`, "false"])),
    ...yield* FaultyTool.install(world, "ruff", says(1))
  }
  const ingest = ["ingest", "--only", "typing,tests", "--pytest-report", `${world.directory}/tests.jsonl`, world.root]
  return { world, env, ingest, fails: FaultyTool.install(world, "ruff", says(2)) }
})

const queries = [
  { what: "findings", query: "SELECT rel_path, rule, message FROM diagnostics ORDER BY rel_path" },
  { what: "tests", query: "SELECT test_id, message FROM test_profile" },
  { what: "files", query: "SELECT rel_path FROM files ORDER BY 1" },
  { what: "a name of a column", query: `SELECT 1 AS "${HOSTILE.replaceAll("\"", "")}"` },
  { what: "runs", query: "SELECT tool, status, reason FROM tool_runs" }
]

layer(NodeContext.layer, { excludeTestServices: true })("hostile text", (it) => {
  it.scoped("is exact in the database, JSON and CSV", () =>
    Effect.gen(function*() {
      const fs = yield* FileSystem.FileSystem
      const { env, ingest, world } = yield* make
      const run = (args: ReadonlyArray<string>) => World.run(world, args, env)
      const { stdout: summary, stderr: progress } = yield* run([...ingest.slice(0, -1), "--json"])
      const [, first] = yield* World.ask(
        world,
        "SELECT rel_path, rule, message FROM diagnostics ORDER BY rel_path DESC"
      )
      assert.deepStrictEqual(first, { rel_path: NAME, rule: HOSTILE, message: HOSTILE })
      const [test] = yield* World.ask(world, "SELECT test_id, message FROM test_profile")
      assert.deepStrictEqual(test, { test_id: `shop.py::${HOSTILE}`, message: HOSTILE })
      assert.include(json(Schema.decodeSync(Schema.parseJson())(summary)), json(HOSTILE).slice(1, -1))
      assertInert(summary, "JSON")
      assertInert(progress, "progress")
      const { stdout: csv } = yield* run(["sql", "--format", "csv", "SELECT message FROM diagnostics LIMIT 1"])
      assert.strictEqual(csv, `message\n"${HOSTILE.replaceAll("\"", "\"\"")}"\n`)
      const { stdout: table } = yield* run(["sql", "SELECT message FROM diagnostics"])
      assertInert(table, "a table in a file")
      const [count] = yield* World.ask(world, "SELECT count(*) AS files FROM files")
      assert.deepStrictEqual(count, { files: 3 })
      for (const directory of [".", world.root, world.directory]) {
        assert.isFalse(yield* fs.exists(`${directory}/pwned`))
      }
    }))

  it.scoped("is inert on a terminal", () =>
    Effect.gen(function*() {
      const fs = yield* FileSystem.FileSystem
      const { env, fails, ingest, world } = yield* make
      const show = (args: ReadonlyArray<string>) =>
        Effect.tap(onTerminal(world, args, env), (output) => Effect.sync(() => assertInert(output, args.join(" "))))
      assert.include(yield* show(ingest), "\\u001b]52;c;aGk=\\u0007")
      for (const { query } of sample("queries", 2, queries)) {
        assert.include(yield* show(["sql", query, world.root]), "row")
      }
      const { query } = queries[0] ?? { query: "" }
      assert.include(yield* show(["sql", "--format", "csv", query, world.root]), "\\u001b[45m")
      assert.include(yield* show(["sql", "--format", "json", query, world.root]), "\\u001b[45m")
      yield* fails
      assert.include(yield* show(ingest), "failed")
      assert.include(yield* show(["doctor", world.root]), "ruff")
      yield* fs.writeFileString(`${world.root}/codeintel.toml`, `${json(HOSTILE)} = 1\n`)
      assert.include(yield* show(["config", world.root]), "is not a setting")
      yield* fs.writeFileString(
        `${world.root}/codeintel.toml`,
        `[ruff]\nargs = [${json(HOSTILE)}]\npath = ${json(HOSTILE)}\n`
      )
      assert.include(yield* show(["config", world.root]), "evil")
    }))

  const typed = [
    { what: "a path", args: ["ingest", HOSTILE] },
    { what: "a dataset", args: ["ingest", "--only", HOSTILE] },
    { what: "a flag", args: ["ingest", `--${HOSTILE}`] },
    { what: "a command", args: [HOSTILE] },
    { what: "a query", args: ["sql", HOSTILE] },
    { what: "a database", args: ["sql", "SELECT 1", "--db", HOSTILE] },
    { what: "an index", args: ["import", HOSTILE] },
    { what: "an interpreter", args: ["doctor", "--python", HOSTILE] }
  ]
  describe.each(sample("typed", 2, typed))("that was typed as $what", ({ args }) => {
    it.scoped("is inert in the message", () =>
      Effect.gen(function*() {
        const world = yield* World.make()
        const output = yield* onTerminal(world, args)
        assert.isAbove(output.length, 20)
        assertInert(output, args.join(" "))
        const { stderr, stdout } = yield* World.run(world, [])
        assertInert(stdout + stderr, "help")
      }))
  })
})
