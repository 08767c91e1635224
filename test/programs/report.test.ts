// @effect-diagnostics strictEffectProvide:off multipleEffectProvide:off
import * as NodeContext from "@effect/platform-node/NodeContext"
import { assert, describe, it } from "@effect/vitest"
import { Effect, FastCheck, Layer, Option, Schema } from "effect"
import { ReportNotWritten } from "../../src/domain/errors.js"
import { ReportData } from "../../src/domain/ReportData.js"
import * as MemoryWarehouse from "../../src/layers/testing/MemoryWarehouse.js"
import * as TestRepository from "../../src/layers/testing/TestRepository.js"
import { renderHtmlReport, renderLeftOut } from "../../src/programs/render/htmlReport.js"
import { report, reportData } from "../../src/programs/report.js"
import { fit, textBytes } from "../../src/programs/report/budget.js"
import { ReportPage } from "../../src/services/ReportPage.js"
import { fill, HOSTILE, HOSTILE_TEXT, sources } from "../e2e/reportData.js"
import { rowsOf, writing } from "../layers/duckdb/laws.js"
import { checkRun, diagnostic, facts, link, measured, record, toolRun } from "../layers/duckdb/rows.js"

const Page = Layer.succeed(ReportPage, {
  template: Effect.succeed("<script id=\"data\">{{data}}</script>"),
  write: (file) => Effect.fail(new ReportNotWritten({ file, cause: new Error("no space left on device") }))
})

const Live = Layer.mergeAll(MemoryWarehouse.layer, Page, NodeContext.layer)

const ctx = TestRepository.context("/repo", sources)

/** A repository of `count` files of which everything there can be is stored, a lot of each. */
const large = (count: number) => {
  const source = "x = '<<<<\"\"\"\\\\'\n".repeat(2000)
  return TestRepository.context(
    "/large",
    Object.fromEntries(
      Array.from({ length: count }, (_, at) => [`pkg/${"d".repeat(100)}/m${at}.py`, `# ${at}\n${source}`])
    )
  )
}

const fillLarge = Effect.fnUntraced(function*(repository: ReturnType<typeof large>) {
  const ruff = toolRun("ruff")
  const pytest = toolRun("pytest")
  const coverage = toolRun("coverage")
  const paths = repository.modules.map(({ relPath }) => relPath)
  const numbers = Array.from({ length: 300 }, (_, at) => at * 2 + 1)
  yield* writing(repository.paths.database, (connection) =>
    Effect.gen(function*() {
      yield* connection.writeSyntax(repository.modules.map(({ contentHash }, at) => ({
        contentHash,
        source: `# ${at}\n${"x = '<<<<\"\"\"\\\\'\n".repeat(2000)}`,
        facts: facts({
          functions: Array.from({ length: 20 }, (_, number) => ({
            qualifiedName: `f${number}_${"n".repeat(400)}`,
            startLine: number + 1,
            endLine: number + 1,
            parameters: 1,
            annotatedParameters: 0,
            returnAnnotated: false
          }))
        })
      })))
      yield* connection.writeCheckRun(checkRun("ruff", {
        run: ruff,
        files: paths.map(measured),
        diagnostics: paths.flatMap((path, at) =>
          Array.from({ length: 20 }, (_, number) =>
            diagnostic("ruff", path, {
              rule: `R${at % 7}`,
              message: "<".repeat(2000),
              severity: number === 0 ? "error" : "warning",
              startLine: number + 1,
              endLine: number + 1,
              fingerprint: String(number)
            }))
        )
      }))
      yield* connection.writeTestsRun({
        run: pytest,
        results: paths.map((path, at) => ({
          testId: `${path}::test_${at}[${"<".repeat(1000)}]`,
          relPath: Option.some(path),
          outcome: at === 3 ? "failed" as const : "passed" as const,
          durationMs: Option.some(at),
          message: Option.some("<".repeat(3000)),
          phase: "call" as const
        }))
      })
      yield* connection.writeCoverageRun({
        run: coverage,
        files: paths.map(measured),
        lines: new Map(paths.map((path) => [path, { covered: numbers, missing: [] }])),
        contexts: Option.some(paths.flatMap((path) =>
          [1, 2, 3].map((test) => ({ testId: `t${test}_${"<".repeat(600)}`, relPath: path, lines: numbers }))
        ))
      })
      yield* connection.finishSnapshot(record(repository.snapshot.id, {
        snapshot: repository.snapshot,
        modules: repository.modules,
        runs: [ruff, pytest, coverage].map((run) =>
          link(run)
        )
      }))
    }))
})

describe("report", () => {
  it.effect("a count that was not measured is NULL with the reason, and a measured zero is 0", () =>
    Effect.gen(function*() {
      yield* fill(ctx)
      const data = yield* reportData(ctx)
      assert.deepStrictEqual(data.checkers, ["pyrefly", "pyright", "ruff"])
      const file = (path: string) => {
        const found = data.files.find((each) => each.path === path)
        return found === undefined ? assert.fail(path) : found
      }
      const [pyrefly, pyright, ruff] = file("pkg/typed.py").checks
      assert.deepInclude(pyrefly, { errors: 0, others: 0, reason: null })
      assert.deepInclude(pyright, { errors: null, others: null })
      assert.match(data.reasons[pyright?.reason ?? -1] ?? "", /^pyright: ExitCode 3/)
      assert.deepInclude(ruff, { errors: 0, others: 0 })
      assert.deepInclude(file("pkg/app.py"), { covered: 4, missing: 1, coverageReason: null, untyped: 2 })
      const empty = file("pkg/empty.py")
      assert.deepInclude(empty, { covered: null, missing: null })
      assert.strictEqual(data.reasons[empty.coverageReason ?? -1], "no test imported it")
      const scip = data.tools.find(({ tool }) => tool === "scip-python")
      assert.deepInclude(scip, { status: "skipped", durationMs: null, startedAt: null, isChecker: false, errors: null })
      assert.deepInclude(data.tests, { passed: 1, failed: 1 })
      assert.strictEqual(data.scip, null)
      assert.deepStrictEqual([data.changed, data.changedFiles, data.leftOut], [false, [], []])
    }).pipe(Effect.provide(Live)))

  it.effect("the untyped functions are those that typing_signals counts", () =>
    Effect.gen(function*() {
      yield* fill(ctx)
      const data = yield* reportData(ctx)
      const [[count] = []] = yield* rowsOf(ctx.paths.database, "SELECT sum(untyped_functions)::INT FROM typing_signals")
      assert.strictEqual(data.functions.length, count)
    }).pipe(Effect.provide(Live)))

  it.effect("lines are given as ranges, with the tests that ran them", () =>
    Effect.gen(function*() {
      yield* fill(ctx)
      const data = yield* reportData(ctx)
      const index = data.files.findIndex(({ path }) => path === "pkg/app.py")
      const detail = data.details.find(({ file }) => file === index)
      assert.deepInclude(detail, { covered: "1,3-5", missing: "6", source: sources["pkg/app.py"] })
      assert.sameDeepMembers(
        (detail?.contexts ?? []).map(({ lines, test }) => [data.testIds[test], lines]),
        [["tests/test_app.py::test_run", "4-5"], [`tests/test_app.py::test_b[${HOSTILE_TEXT}]`, "5"]]
      )
    }).pipe(Effect.provide(Live)))

  it.effect("says what has changed since", () =>
    Effect.gen(function*() {
      yield* fill(ctx)
      const { [HOSTILE]: _, ...others } = sources
      const now = TestRepository.context("/repo", { ...others, "pkg/typed.py": "x = 1\n", "pkg/new.py": "" })
      const data = yield* reportData(now)
      assert.deepStrictEqual([data.changed, data.changedFilesCount], [true, 3])
      assert.deepStrictEqual(data.changedFiles, [HOSTILE, "pkg/new.py", "pkg/typed.py"])
      const other = yield* reportData({ ...ctx, snapshot: { ...ctx.snapshot, id: "of another README" } })
      assert.deepStrictEqual([other.changed, other.changedFilesCount], [true, 0])
    }).pipe(Effect.provide(Live)))

  it.effect("before the first ingest has finished there is nothing to report", () =>
    Effect.gen(function*() {
      assert.propertyVal(yield* Effect.flip(report(ctx)), "reason", "Missing")
      yield* writing(ctx.paths.database, (connection) => connection.writeCheckRun(checkRun("ruff")))
      const error = yield* Effect.flip(report(ctx))
      assert.propertyVal(error, "reason", "Missing")
      assert.match(error.message, /no ingest has finished yet\nmake it: codeintel ingest \/repo$/)
    }).pipe(Effect.provide(Live)))

  it.effect("goes beside the database unless told otherwise, and says where it is and how large", () =>
    Effect.gen(function*() {
      yield* fill(ctx)
      const written: Array<readonly [string, string]> = []
      const page = yield* ReportPage
      const recording = Effect.provideService(ReportPage, {
        ...page,
        write: (file, html) => Effect.sync(() => written.push([file, html])).pipe(Effect.as(7))
      })
      const made = yield* recording(report(ctx))
      assert.deepStrictEqual([made.file, made.bytes], ["/repo/.codeintel/report.html", 7])
      yield* recording(report(ctx, { output: "/elsewhere/page.html" }))
      assert.deepStrictEqual(written.map(([file]) => file), ["/repo/.codeintel/report.html", "/elsewhere/page.html"])
      for (const [, html] of written) assert.match(html, /^<script id="data">\{.*\}<\/script>\s*$/s)
    }).pipe(Effect.provide(Live)))

  it.effect("a page that is not written is an error that says what to do", () =>
    Effect.gen(function*() {
      yield* fill(ctx)
      const error = yield* Effect.flip(report(ctx, { output: "/full/page.html" }))
      assert.strictEqual(error._tag, "ReportNotWritten")
      assert.match(error.message, /the report is not written.*\n?.*--output FILE/s)
    }).pipe(Effect.provide(Live)))

  for (const count of [200, 1500]) {
    it.effect(
      `stays below 5 MB with ${count} files of all that is hard to fit, and says what is left out`,
      () =>
        Effect.gen(function*() {
          const repository = large(count)
          yield* fillLarge(repository)
          const data = yield* reportData(repository)
          const html = yield* renderHtmlReport("{{data}}", data)
          assert.isBelow(Buffer.byteLength(html), 4_900_000)
          const left = new Map(data.leftOut.map((each) => [each.what, each]))
          assert.deepInclude(left.get("findings"), { shown: data.findings.length, of: count * 20 })
          assert.deepInclude(left.get("functions"), { shown: data.functions.length, of: count * 20 })
          assert.deepInclude(left.get("sources"), {
            shown: data.details.filter(({ source }) => source !== null).length,
            of: count
          })
          assert.isAbove(data.details.filter(({ source }) => source !== null).length, 0)
          // what has failed comes first, and the first error of each file before the second of any
          assert.strictEqual(data.testResults[0]?.outcome, "failed")
          assert.strictEqual(new Set(data.findings.map(({ file }) => file)).size, data.findings.length)
          // counts are of all, whatever is left out
          assert.isTrue(data.files.every(({ checks: [check] }) => check?.errors === 1 && check.others === 19))
        }).pipe(Effect.provide(Live)),
      120_000
    )
  }

  it("what others wrote can neither end the script nor begin one", () => {
    FastCheck.assert(FastCheck.property(FastCheck.string({ unit: "binary" }), (text) => {
      const data = { ...empty, repo: text }
      const html = Effect.runSync(renderHtmlReport("<script>{{data}}</script>", data))
      const json = html.slice("<script>".length, -"</script>".length)
      assert.notInclude(json, "<")
      assert.strictEqual(JSON.parse(json).repo, text)
    }))
    const html = Effect.runSync(renderHtmlReport("a{{data}}b", { ...empty, repo: "$& $1 {{data}} </script><!--" }))
    assert.notInclude(html, "<")
    assert.strictEqual(JSON.parse(html.slice(1, -1)).repo, "$& $1 {{data}} </script><!--")
  })

  it("the measure of a text is never below what it takes", () => {
    FastCheck.assert(FastCheck.property(FastCheck.string({ unit: "binary" }), (text) => {
      assert.isAtLeast(textBytes(text), Buffer.byteLength(JSON.stringify(text).replaceAll("<", "\\u003c")))
    }))
    assert.strictEqual(textBytes("<\"\u0001"), 2 + 6 + 2 + 6)
  })

  it("what does not fit ends the list, or is passed over", () => {
    const items = [3, 5, 1]
    assert.deepStrictEqual(fit(items, 4, Number), { kept: [3], bytes: 3 })
    assert.deepStrictEqual(fit(items, 4, Number, { skip: true }), { kept: [3, 1], bytes: 4 })
    assert.strictEqual(
      renderLeftOut([{ what: "sources", shown: 1, of: 1603 }, { what: "functions", shown: 0, of: 2 }]),
      "1 of 1,603 source texts, 0 of 2 untyped functions"
    )
  })
})

const empty: ReportData = Schema.decodeSync(ReportData)({
  repo: "",
  snapshotId: "",
  commit: null,
  dirty: false,
  startedAt: "",
  finishedAt: "",
  madeAt: "",
  changed: false,
  changedFiles: [],
  changedFilesCount: 0,
  tools: [],
  filesWithParseErrors: null,
  typedness: {
    functions: null,
    parameters: null,
    annotatedParameters: null,
    annotatedReturns: null,
    untypedFunctions: null
  },
  tests: null,
  coverage: null,
  scip: null,
  checkers: [],
  reasons: [],
  files: [],
  rules: [],
  findings: [],
  testIds: [],
  testResults: [],
  functions: [],
  details: [],
  hasContexts: false,
  leftOut: []
})
