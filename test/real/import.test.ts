/**
 * What the tools said on another machine (test/fixtures/import), imported, against what the same tools say here.
 */
import * as NodeContext from "@effect/platform-node/NodeContext"
import { assert, layer } from "@effect/vitest"
import { Effect, Layer } from "effect"
import * as Live from "../../src/layers/Live.js"
import { typingIngest } from "../../src/programs/datasetIngests.js"
import { importReport } from "../../src/programs/reportImport.js"
import { Repositories } from "../../src/services/Repositories.js"
import { Warehouse } from "../../src/services/Warehouse.js"
import { exampleCopy } from "../e2e/command.js"
import { importFixture } from "../layers/tools/exampleContext.js"

const Everything = Live.layer.pipe(Layer.provideMerge(NodeContext.layer))

const opened = Effect.gen(function*() {
  const repositories = yield* Repositories
  const warehouse = yield* Warehouse
  const ctx = yield* repositories.open(yield* exampleCopy)
  const ask = (sql: string) =>
    Effect.map(warehouse.ask(ctx.paths.database, sql, { maxRows: 10_000 }), ({ rows }) => rows)
  return { ctx, ask, load: (name: string) => importReport(ctx, importFixture(name)) }
})

layer(Everything, { excludeTestServices: true, timeout: 300_000 })("a report of another machine", (it) => {
  it.scoped("has the findings that an ingest has, to the fingerprint", () =>
    Effect.gen(function*() {
      const { ask, ctx, load } = yield* opened
      const rows = ask("SELECT * EXCLUDE (run_id) FROM diagnostics WHERE tool IN ('ruff', 'pyright') ORDER BY ALL")
      yield* typingIngest(ctx)
      const measured = yield* rows
      assert.isAbove(measured.length, 50)
      for (const name of ["ruff.json", "pyright.json"]) yield* load(name)
      assert.deepStrictEqual(yield* ask("SELECT DISTINCT status FROM tool_runs WHERE tool IN ('ruff', 'pyright')"), [
        ["imported"]
      ])
      assert.deepStrictEqual(yield* rows, measured)
      yield* load("ruff.sarif")
      assert.deepStrictEqual(yield* rows, measured)
    }))

  it.scoped("that is the data of coverage has the lines of its JSON", () =>
    Effect.gen(function*() {
      const { ask, load } = yield* opened
      const rows = ask("SELECT rel_path, lineno, covered FROM coverage_lines ORDER BY ALL")
      const summary = yield* load("coverage.data")
      assert.deepInclude(summary, { format: "coverage-data" })
      const ofData = yield* rows
      assert.strictEqual(ofData.length, 401)
      yield* load("coverage.json")
      assert.deepStrictEqual(yield* rows, ofData)
    }))
})
