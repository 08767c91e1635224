import { assert, describe, layer } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { Relation } from "../../../src/domain/Relation.js"
import { relations } from "../../../src/layers/duckdb/relations.js"
import { running, Services } from "./running.js"

const decode = Schema.decodeUnknown(Schema.parseJson(Schema.Array(Relation)))

// nothing was ingested: there is no database
layer(Services)("codeintel schema", (it) => {
  it.effect("explains the views over the latest snapshot; with --all the rest, too", () =>
    Effect.gen(function*() {
      const titles = (text: string) => text.match(/^[\w.]+ \((view|table)\)$/gm)
      const { exitCode, stderr, stdout } = yield* running("schema")
      assert.deepStrictEqual([exitCode, stderr], [0, ""])
      assert.deepStrictEqual(
        titles(stdout),
        relations().filter(({ schema }) => schema === "main").map(({ name }) => `${name} (view)`)
      )
      const all = yield* running("schema", "--all")
      assert.isTrue(all.stdout.startsWith(stdout.trimEnd()))
      assert.includeMembers(titles(all.stdout) ?? [], ["core.latest_snapshot (view)", "core.snapshot_runs (table)"])
      assert.lengthOf(titles(all.stdout) ?? [], relations().length)
    }))

  it.effect("says of each column its type, its unit, what it is, and what NULL says", () =>
    Effect.gen(function*() {
      const { stdout } = yield* running("schema", "file_checks")
      assert.strictEqual(
        stdout,
        `file_checks (view)
For each file and checker, the errors it reports or why there is no number.
  column    type     what it is (unit)
  rel_path  VARCHAR  path of the file, relative to the repository, with /
  tool      VARCHAR  name of the tool
  run_id    VARCHAR  the run, one execution of a tool
                     NULL: no run was made
  errors    INTEGER  findings of severity error; 0 is measured (findings)
                     NULL: not measured, see reason
  reason    VARCHAR  why errors is NULL
                     NULL: errors is a number
`
      )
    }))

  it.effect("is data in JSON, by either flag", () =>
    Effect.gen(function*() {
      const { stdout } = yield* running("schema", "--json", "--all")
      assert.deepStrictEqual(yield* decode(stdout), relations())
      assert.strictEqual((yield* running("schema", "--format", "json", "--all")).stdout, stdout)
      const [one] = yield* decode((yield* running("schema", "--json", "core.tool_runs")).stdout)
      assert.deepStrictEqual(one?.columns.find(({ name }) => name === "files_analyzed"), {
        name: "files_analyzed",
        type: "INTEGER",
        nullable: true,
        whenNull: "it did not say",
        unit: "files",
        description: "files by the tool's own count"
      })
    }))

  it.effect("is a section of docs/schema.md in Markdown", () =>
    Effect.gen(function*() {
      const { stdout } = yield* running("schema", "functions", "--format", "markdown")
      assert.include(
        stdout,
        "### functions\n\nFunctions and methods.\n\n| column | type | NULL | unit | what it is |\n"
      )
      assert.include(
        stdout,
        "| `qualified_name` | VARCHAR |  |  | Class.method, outer.&lt;locals>.inner: as \\_\\_qualname\\_\\_ |\n"
      )
    }))

  describe.each([
    ["diagnostic", "did you mean diagnostics?"],
    ["coverage", "did you mean file_coverage or coverage_lines or coverage_contexts?"],
    ["core.snapshot", "did you mean core.snapshots or core.snapshot_runs?"],
    ["snapshot_run", "did you mean core.snapshot_runs or snapshots?"],
    ["nonsense", "codeintel schema --all shows all there are"]
  ])("asked for %s", (name, hint) => {
    it.effect("has no such name, and names the nearest: 2", () =>
      Effect.gen(function*() {
        const { exitCode, stderr, stdout } = yield* running("schema", name)
        assert.deepStrictEqual([exitCode, stdout], [2, ""])
        assert.strictEqual(stderr, `${name}: no view or table of the database\n${hint}\n`)
      }))
  })

  it.effect("a name without a schema is the one that a statement would find", () =>
    Effect.gen(function*() {
      const titled = (name: string) => Effect.map(running("schema", name), ({ stdout }) => stdout.split("\n")[0])
      assert.strictEqual(yield* titled("Functions"), "functions (view)")
      assert.strictEqual(yield* titled("main.functions"), "functions (view)")
      assert.strictEqual(yield* titled("core.functions"), "core.functions (table)")
      assert.strictEqual(yield* titled("snapshot_runs"), "core.snapshot_runs (table)")
    }))

  it.effect("--json and another format contradict each other: 2", () =>
    Effect.gen(function*() {
      const { exitCode, stdout } = yield* running("schema", "--json", "--format", "markdown")
      assert.deepStrictEqual([exitCode, stdout], [2, ""])
    }))
})
