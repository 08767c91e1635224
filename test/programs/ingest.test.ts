// @effect-diagnostics strictEffectProvide:off multipleEffectProvide:off
import { assert, describe, it } from "@effect/vitest"
import { DateTime, Effect, Either, Layer, Option, Ref } from "effect"
import type { CoverageReport } from "../../src/domain/CoverageReport.js"
import { ToolExecution, ToolNotFound } from "../../src/domain/errors.js"
import type { Execution } from "../../src/domain/Execution.js"
import type { PipelineContext } from "../../src/domain/PipelineContext.js"
import type { ScipOutput, ScipPart } from "../../src/domain/Scip.js"
import type { TestReport, TestResult } from "../../src/domain/TestReport.js"
import { defaultSettings } from "../../src/domain/ToolsConfig.js"
import { PlainProgress } from "../../src/index.js"
import * as MockToolService from "../../src/layers/testing/MockToolService.js"
import * as TestPipeline from "../../src/layers/testing/TestPipeline.js"
import * as TestRepository from "../../src/layers/testing/TestRepository.js"
import { coverageIngest, scipIngest, testsIngest, typingIngest } from "../../src/programs/datasetIngests.js"
import { ingest } from "../../src/programs/ingest.js"
import { Repositories } from "../../src/services/Repositories.js"
import { type PytestOptions, ToolService } from "../../src/services/ToolService.js"
import { Warehouse } from "../../src/services/Warehouse.js"

const sources = {
  "a.py": "def f():\n    return 1\n",
  "tests/test_a.py": "import a\n\ndef test_f():\n    assert a.f() == 1\n"
}

const ctx = TestRepository.context("/repo", sources)

const execution: Execution = {
  executable: "/venv/bin/python",
  version: Option.some("9.2.0"),
  args: ["-m", "pytest"],
  cwd: "/repo",
  startedAt: DateTime.unsafeMake(0),
  durationMs: 1200,
  exitCode: 0
}

const result = (over: Partial<TestResult> = {}): TestResult => ({
  testId: "tests/test_a.py::test_f",
  relPath: Option.some("tests/test_a.py"),
  phase: "call",
  outcome: "passed",
  durationMs: Option.some(3),
  message: Option.none(),
  ...over
})

const pytest: TestReport = {
  execution: Option.some(execution),
  results: [result()],
  incomplete: Option.none(),
  notices: []
}

const coverage: CoverageReport = {
  execution: { ...execution, args: ["-m", "coverage", "json"] },
  files: new Map([["a.py", { covered: [1], missing: [2] }]]),
  dropped: new Map(),
  unparsable: new Map(),
  incomplete: Option.none(),
  outsideRepository: 0,
  notices: []
}

const symbol = "scip-python python repo 0 a/f()."

const parts: ReadonlyArray<ScipPart> = [{
  _tag: "Document",
  relPath: "a.py",
  occurrences: { symbols: [symbol], ranges: Int32Array.of(0, 4, 0, 5), roles: Int32Array.of(1) },
  symbols: [{ symbol, kind: 0, displayName: "f", documentation: ["f"], enclosingSymbol: "", relationships: [] }]
}, {
  _tag: "Document",
  relPath: "tests/test_a.py",
  occurrences: { symbols: [symbol], ranges: Int32Array.of(3, 13, 3, 14), roles: Int32Array.of(8) },
  symbols: []
}]

const scip: ScipOutput = {
  path: "/repo/.codeintel/scip/index.scip",
  base: "",
  documents: new Set(["a.py", "tests/test_a.py"]),
  execution
}

const ruff = MockToolService.report({ measured: Object.keys(sources) })

const crash = new ToolExecution({
  tool: "pytest",
  executable: "/venv/bin/python",
  args: ["-m", "pytest"],
  cwd: "/repo",
  reason: "Signal",
  signal: "SIGSEGV",
  stdoutTail: "",
  stderrTail: "Fatal Python error",
  durationMs: 5
})

const answering = (
  others: MockToolService.OtherAnswers,
  checkers: Parameters<typeof MockToolService.layer>[0] = { ruff }
) => Layer.merge(MockToolService.layer(checkers, others), TestPipeline.layer(sources, { scip: parts }))

const all = { pytest, coverage, scip }

const ask = (sql: string) =>
  Warehouse.pipe(
    Effect.flatMap((warehouse) => warehouse.open(ctx.paths.database, "read")),
    Effect.flatMap((connection) => connection.query(sql)),
    Effect.map(({ rows }) => rows),
    Effect.scoped
  )

const statuses = "SELECT tool, status, reused FROM tool_runs ORDER BY tool"

/** The service with some of its methods replaced. */
const altered = (
  others: MockToolService.OtherAnswers,
  change: (real: typeof ToolService.Service) => Partial<typeof ToolService.Service>
) =>
  Layer.merge(
    TestPipeline.layer(sources, { scip: parts }),
    MockToolService.layer({ ruff }, others).pipe(
      Layer.flatMap((context) =>
        Layer.effect(
          ToolService,
          Effect.map(ToolService, (real) => ({ ...real, ...change(real) }))
        ).pipe(Layer.provideMerge(Layer.succeedContext(context)))
      )
    )
  )

describe("ingest", () => {
  it.effect("all datasets, each with the run that made it", () =>
    Effect.gen(function*() {
      const summary = yield* ingest(ctx)
      assert.deepStrictEqual(yield* ask(statuses), [
        ["coverage", "ok", false],
        ["pytest", "ok", false],
        ["ruff", "ok", false],
        ["scip-python", "ok", false]
      ])
      assert.deepStrictEqual(
        yield* ask("SELECT test_id, rel_path, outcome, tool FROM test_profile JOIN tool_runs USING (run_id)"),
        [["tests/test_a.py::test_f", "tests/test_a.py", "passed", "pytest"]]
      )
      assert.deepStrictEqual(
        yield* ask("SELECT rel_path, lineno, covered FROM coverage_lines ORDER BY lineno"),
        [["a.py", 1, true], ["a.py", 2, false]]
      )
      assert.deepStrictEqual(
        yield* ask("SELECT rel_path, symbol, start_line, start_column, is_definition FROM occurrences ORDER BY 1"),
        [["a.py", symbol, 1, 5, true], ["tests/test_a.py", symbol, 4, 14, false]]
      )
      assert.deepInclude(summary, {
        tests: { passed: 1, failed: 0, errors: 0, skipped: 0, xfailed: 0, xpassed: 0, crashed: 0 },
        coverage: { lines: 2, coveredLines: 1, files: 1 },
        scip: { documents: 2, occurrences: 2, symbols: 1 }
      })
    }).pipe(Effect.provide(answering(all))))

  it.effect("nothing changed: every run is linked again", () =>
    Effect.gen(function*() {
      yield* ingest(ctx)
      const again = yield* ingest(ctx)
      assert.deepStrictEqual(again.tools.map(({ reused }) => reused), [true, true, true, true])
      assert.deepInclude(again, { coverage: { lines: 2, coveredLines: 1, files: 1 } })
      assert.deepStrictEqual(yield* ask("SELECT count(*) FROM core.tool_runs"), [[4]])
    }).pipe(Effect.provide(answering(all))))

  it.effect.each(
    [
      ["a run to link again", "DELETE FROM core.tool_runs WHERE tool = 'scip-python'"],
      ["a content that was known", "DELETE FROM core.syntax"]
    ] as const
  )("without %s at its end, an ingest is refused before it writes", ([, statement]) =>
    Effect.gen(function*() {
      yield* ingest(ctx).pipe(Effect.provide(MockToolService.layer({ ruff: crash }, all)))
      const before = yield* ask("SELECT count(*), max(finish_order) FROM core.tool_runs, core.snapshots")
      const forgetting = Effect.flatMap(Warehouse, (warehouse) =>
        Effect.scoped(Effect.flatMap(warehouse.open(ctx.paths.database, "write"), (each) =>
          each.query(statement))))
      const error = yield* Effect.flip(
        ingest(ctx).pipe(Effect.provide(Layer.effect(
          ToolService,
          Effect.gen(function*() {
            const real = yield* ToolService
            const warehouse = yield* Warehouse
            return {
              ...real,
              check: (...given: Parameters<typeof real.check>) =>
                Effect.zipRight(
                  Effect.orDie(Effect.provideService(forgetting, Warehouse, warehouse)),
                  real.check(...given)
                )
            }
          })
        )))
      )
      assert.deepInclude(error, { _tag: "WarehouseError", reason: "FileSystem" })
      assert.include(error.message, "run codeintel ingest again")
      const [[runs] = []] = before
      const isRun = statement.includes("tool_runs") ? 1 : 0
      assert.deepStrictEqual(yield* ask("SELECT count(*) FROM core.tool_runs"), [[Number(runs) - isRun]])
    }).pipe(Effect.provide(answering(all))))

  it.effect("failing tests are findings, and coverage of all of them is whole", () =>
    Effect.gen(function*() {
      const { tests, tools } = yield* ingest(ctx)
      assert.deepStrictEqual(tools.map(({ status, tool }) => [tool, status]), [
        ["ruff", "ok"],
        ["coverage", "ok"],
        ["pytest", "findings"],
        ["scip-python", "ok"]
      ])
      assert.deepInclude(tests, { passed: 0, failed: 1 })
    }).pipe(Effect.provide(answering({
      ...all,
      pytest: { ...pytest, results: [result({ outcome: "failed", message: Option.some("assert 1 == 2") })] }
    }))))

  it.effect("no pytest: no tests, no coverage, and the rest is there", () =>
    Effect.gen(function*() {
      const summary = yield* ingest(ctx)
      assert.deepInclude(summary, { tests: null, coverage: null, scip: { documents: 2, occurrences: 2, symbols: 1 } })
      assert.deepStrictEqual(yield* ask("SELECT tool, status, reason FROM tool_runs WHERE status <> 'ok' ORDER BY 1"), [
        ["coverage", "skipped", "there is nothing to measure: pytest is not_found"],
        ["pytest", "not_found", "pytest: not found in /venv\npip install pytest"]
      ])
    }).pipe(Effect.provide(answering({
      ...all,
      pytest: new ToolNotFound({ tool: "pytest", searched: ["/venv"], hint: "pip install pytest" })
    }))))

  it.effect("a crash keeps what was reported before it; it is partial, and so is coverage", () =>
    Effect.gen(function*() {
      const summary = yield* ingest(ctx)
      assert.deepInclude(summary.tests, { passed: 1, crashed: 1 })
      assert.deepStrictEqual(
        yield* ask("SELECT tool, status, reason FROM tool_runs WHERE tool IN ('coverage', 'pytest') ORDER BY 1"),
        [
          ["coverage", "partial", `not all tests ran: ${crash.message.split("\n")[0] ?? ""}`],
          ["pytest", "partial", crash.message]
        ]
      )
      // what was run was run, and what was not is not known
      assert.deepStrictEqual(
        yield* ask("SELECT covered_lines, missing_lines, percent, reason FROM file_coverage WHERE rel_path = 'a.py'"),
        [[1, null, null, `not all tests ran: ${crash.message.split("\n")[0] ?? ""}`]]
      )
      // neither is reused
      const again = yield* ingest(ctx)
      assert.deepStrictEqual(again.tools.filter(({ reused }) => reused).map(({ tool }) => tool), [
        "ruff",
        "scip-python"
      ])
    }).pipe(Effect.provide(altered(
      {
        ...all,
        pytest: { ...pytest, results: [result(), result({ testId: "tests/test_a.py::test_g", outcome: "crashed" })] }
      },
      () => ({ runPytestReport: () => crash })
    ))))

  it.effect("a crash before the first result is a failure without facts", () =>
    Effect.gen(function*() {
      const summary = yield* ingest(ctx)
      assert.deepInclude(summary, { tests: null, coverage: null })
      assert.deepStrictEqual(
        yield* ask("SELECT tool, status FROM tool_runs WHERE tool IN ('coverage', 'pytest') ORDER BY 1"),
        [["coverage", "skipped"], ["pytest", "failed"]]
      )
    }).pipe(Effect.provide(altered(
      { ...all, pytest: { ...pytest, results: [] } },
      () => ({ runPytestReport: () => crash })
    ))))

  it.effect.each(
    [
      ["of an earlier run", Option.some({ ...execution, startedAt: DateTime.unsafeMake(-1) })],
      ["of nobody knows when", Option.none()]
    ] as const
  )("a report %s, that pytest failed to replace, is not what it left", ([, made]) =>
    Effect.gen(function*() {
      const summary = yield* ingest(ctx)
      assert.deepInclude(summary, { tests: null, coverage: null })
      assert.deepStrictEqual(
        yield* ask("SELECT tool, status FROM tool_runs WHERE tool IN ('coverage', 'pytest') ORDER BY 1"),
        [["coverage", "skipped"], ["pytest", "failed"]]
      )
    }).pipe(Effect.provide(altered(
      { ...all, pytest: { ...pytest, execution: made } },
      () => ({ runPytestReport: () => crash })
    ))))

  it.effect("what coverage could not report is partial, and said by name", () =>
    Effect.gen(function*() {
      yield* ingest(ctx)
      assert.deepStrictEqual(yield* ask("SELECT status, reason FROM tool_runs WHERE tool = 'coverage'"), [
        ["partial", "could not be reported: tests/test_a.py (no source)"]
      ])
      assert.deepStrictEqual(
        yield* ask(
          "SELECT rel_path, measured, f.reason FROM run_files f JOIN tool_runs USING (run_id) WHERE tool = 'coverage' ORDER BY 1"
        ),
        [["a.py", true, null], ["tests/test_a.py", false, "no source"]]
      )
    }).pipe(Effect.provide(answering({
      ...all,
      coverage: { ...coverage, dropped: new Map([["tests/test_a.py", "no source"]]) }
    }))))

  it.effect("a file that does not parse has no coverage, with the reason, and the run is whole", () =>
    Effect.gen(function*() {
      yield* ingest(ctx)
      assert.deepStrictEqual(yield* ask("SELECT status, reason FROM tool_runs WHERE tool = 'coverage'"), [
        ["ok", "not measured, as they do not parse: tests/test_a.py"]
      ])
      assert.deepStrictEqual(
        yield* ask("SELECT covered_lines, percent, reason FROM file_coverage WHERE rel_path = 'tests/test_a.py'"),
        [[null, null, "it does not parse as Python"]]
      )
    }).pipe(Effect.provide(answering({
      ...all,
      coverage: { ...coverage, unparsable: new Map([["tests/test_a.py", "it does not parse as Python"]]) }
    }))))

  it.effect("--no-tests runs no code of the repository, and links an earlier run while it holds", () =>
    Effect.gen(function*() {
      const first = yield* ingest(ctx, { tests: false })
      assert.deepInclude(first, { tests: null, coverage: null })
      assert.deepStrictEqual(yield* ask("SELECT tool, reason FROM tool_runs WHERE status = 'skipped' ORDER BY 1"), [
        ["coverage", "left out (--no-tests)"],
        ["pytest", "left out (--no-tests)"]
      ])
      yield* ingest(ctx)
      const third = yield* ingest(ctx, { tests: false })
      assert.deepInclude(third.tests, { passed: 1 })
      assert.isTrue(third.tools.every(({ reused }) => reused))
    }).pipe(Effect.provide(answering(all))))

  it.effect("one dataset at a time comes to the same as all at once", () =>
    Effect.gen(function*() {
      yield* typingIngest(ctx)
      assert.deepStrictEqual(yield* ask("SELECT tool, reason FROM tool_runs WHERE status = 'skipped' ORDER BY 1"), [
        ["coverage", "not asked for (--only typing)"],
        ["pytest", "not asked for (--only typing)"],
        ["scip-python", "not asked for (--only typing)"]
      ])
      yield* testsIngest(ctx)
      yield* scipIngest(ctx)
      const last = yield* coverageIngest(ctx)
      assert.deepStrictEqual(last.tools.map(({ status, tool }) => [tool, status]), [
        ["ruff", "ok"],
        ["coverage", "ok"],
        ["pytest", "ok"],
        ["scip-python", "ok"]
      ])
    }).pipe(Effect.provide(answering(all))))

  it.effect("contexts are recorded when they are asked for, and then serve those who do not ask", () =>
    Effect.gen(function*() {
      yield* ingest(ctx)
      assert.deepStrictEqual(yield* ask("SELECT count(*) FROM coverage_contexts"), [[0]])
      const second = yield* ingest(ctx, { contexts: true })
      assert.deepStrictEqual(second.tools.filter(({ reused }) => !reused).map(({ tool }) => tool), [
        "coverage",
        "pytest"
      ])
      assert.deepStrictEqual(yield* ask("SELECT rel_path, lineno, test_id FROM coverage_contexts"), [
        ["a.py", 1, "tests/test_a.py::test_f"]
      ])
      assert.isTrue((yield* ingest(ctx, { contexts: true })).tools.every(({ reused }) => reused))
      assert.isTrue((yield* ingest(ctx)).tools.every(({ reused }) => reused))
    }).pipe(Effect.provide(answering({
      ...all,
      contexts: [{ testId: "tests/test_a.py::test_f", relPath: "a.py", lines: [1] }]
    }))))

  it.effect("pytest is asked once, with the key of its result and the place of coverage's data", () =>
    Effect.gen(function*() {
      const asked = yield* Ref.make<ReadonlyArray<PytestOptions>>([])
      yield* ingest(ctx).pipe(Effect.provide(altered(all, () => ({
        runPytestReport: (_, options) => Effect.as(Ref.update(asked, (before) => [...before, options]), true)
      }))))
      assert.deepStrictEqual(yield* Ref.get(asked), [{
        jsonReportPath: ctx.paths.pytestReport,
        key: Option.some(`pytest ${ctx.snapshot.id} coverage ${ctx.snapshot.id}`),
        coverage: Option.some({ dataFile: ctx.paths.coverageData, contexts: false })
      }])
    }))

  it.effect("the report is confirmed with that key when nothing changed, and not when something did", () =>
    Effect.gen(function*() {
      const confirmed = yield* Ref.make<ReadonlyArray<string>>([])
      const service = altered(all, () => ({
        confirmPytestReport: (_, { key }) => Ref.update(confirmed, (before) => [...before, key])
      }))
      const changing = Layer.effect(
        Repositories,
        Effect.map(Repositories, (real) => ({ ...real, changedSince: () => Effect.succeed(["README.md"]) }))
      ).pipe(Layer.provideMerge(service))
      yield* ingest(ctx).pipe(Effect.provide(changing))
      assert.deepStrictEqual(yield* Ref.get(confirmed), [])
      yield* ingest(ctx).pipe(Effect.provide(service))
      assert.deepStrictEqual(yield* Ref.get(confirmed), [`pytest ${ctx.snapshot.id} coverage ${ctx.snapshot.id}`])
    }))

  describe("a report that the user names", () => {
    const named = { pytestReport: "/elsewhere/report.json" }
    // with how it was run beside it, as a copy of one of ours has: that is no run of now
    const given = (report: TestReport = pytest) =>
      altered({ ...all, pytest: report }, () => ({ runPytestReport: () => Effect.die("pytest must not be run") }))

    it.effect("is read, and nothing is run", () =>
      Effect.gen(function*() {
        const { tests } = yield* ingest(ctx, { ...named, tests: false })
        assert.deepInclude(tests, { passed: 1 })
        assert.deepStrictEqual(
          yield* ask("SELECT tool, status, reason FROM tool_runs WHERE tool IN ('coverage', 'pytest') ORDER BY 1"),
          [
            ["coverage", "skipped", "left out (--no-tests)"],
            ["pytest", "imported", "read from /elsewhere/report.json"]
          ]
        )
        // and is never taken for one of ours
        assert.deepStrictEqual(yield* ask("SELECT key FROM core.tool_runs WHERE tool = 'pytest'"), [[null]])
      }).pipe(Effect.provide(given())))

    it.effect("is read where an earlier run stands, and where there is no pytest", () =>
      Effect.gen(function*() {
        const first = yield* ingest(ctx)
        assert.deepInclude(first.tests, { passed: 1 })
        const second = yield* ingest(ctx, named)
        assert.deepStrictEqual(second.tools.map(({ status, tool }) => [tool, status]), [
          ["ruff", "ok"],
          ["coverage", "ok"],
          ["pytest", "imported"],
          ["scip-python", "ok"]
        ])
      }).pipe(Effect.provide(answering(all))))

    it.effect("that ends before its first result is a failure without facts", () =>
      Effect.gen(function*() {
        const { tests, tools } = yield* ingest(ctx, named)
        assert.isNull(tests)
        assert.include(tools.map(({ status, tool }) => `${tool} ${status}`), "pytest failed")
      }).pipe(Effect.provide(given({ ...pytest, results: [], incomplete: Option.some("the process ended") }))))
  })

  it.effect("what is wrong with coverage does not cost the tests", () =>
    Effect.gen(function*() {
      const { coverage, tests, tools } = yield* ingest(ctx)
      assert.deepInclude(tests, { passed: 1 })
      assert.isNull(coverage)
      assert.include(tools.map(({ status, tool }) => `${tool} ${status}`), "coverage failed")
    }).pipe(Effect.provide(altered(all, (real) => ({
      runPytestReport: (of, options) =>
        Option.isSome(options.coverage)
          ? new ToolExecution({ ...crash, tool: "coverage", reason: "ExitCode" })
          : real.runPytestReport(of, options)
    })))))

  it.effect("coverage is linked again with the tests that it is of, and not with others", () =>
    Effect.gen(function*() {
      const run = yield* Ref.make(0)
      // what the tests depend on is not known: they run each time
      const service = altered(all, (real) => ({
        runKeys: (tools, of) =>
          Effect.map(real.runKeys(tools, of), (keys) =>
            new Map([...keys].map(([tool, key]) =>
              [tool, tool === "pytest" ? Either.map(key, (each) => ({ ...each, key: Option.none() })) : key] as const
            ))),
        runCoverageJson: (...args) =>
          Effect.zipRight(
            Ref.update(run, (count) =>
              count + 1),
            real.runCoverageJson(...args)
          )
      }))
      yield* Effect.zip(ingest(ctx), ingest(ctx)).pipe(Effect.provide(service))
      assert.strictEqual(yield* Ref.get(run), 2)
    }))

  it.effect("tests alone run without coverage, and once", () =>
    Effect.gen(function*() {
      const asked = yield* Ref.make<ReadonlyArray<boolean>>([])
      const service = altered(all, () => ({
        runPytestReport: (_, options) =>
          Effect.as(Ref.update(asked, (before) => [...before, Option.isSome(options.coverage)]), true)
      }))
      yield* Effect.zip(testsIngest(ctx), testsIngest(ctx)).pipe(Effect.provide(service))
      assert.deepStrictEqual(yield* Ref.get(asked), [false])
    }))

  it.effect("pytest switched off: coverage says why it is not there", () =>
    Effect.gen(function*() {
      const off: PipelineContext = {
        ...ctx,
        config: { ...ctx.config, tools: { pytest: { ...defaultSettings, enabled: false } } }
      }
      yield* ingest(off)
      assert.deepStrictEqual(yield* ask("SELECT status, reason FROM tool_runs WHERE tool = 'coverage'"), [
        ["skipped", "there is nothing to measure: pytest is switched off"]
      ])
    }).pipe(Effect.provide(answering(all))))

  it.effect("no tests: a fact, no failure, and no coverage of 0 %", () =>
    Effect.gen(function*() {
      const first = yield* ingest(ctx)
      assert.isNull(first.coverage)
      assert.deepInclude(first.tests, { passed: 0, failed: 0 })
      assert.deepStrictEqual(first.tools.map(({ status }) => status), ["ok", "ok", "ok", "ok"])
      assert.deepStrictEqual(yield* ask("SELECT DISTINCT percent, reason FROM file_coverage"), [
        [null, "pytest found no tests"]
      ])
      assert.isTrue((yield* ingest(ctx)).tools.every(({ reused }) => reused))
    }).pipe(Effect.provide(answering({
      pytest: { ...pytest, results: [], notices: ["pytest found no tests to run"] },
      scip
    }))))

  it.effect("untrusted: the tests are not run", () =>
    Effect.gen(function*() {
      const untrusted: PipelineContext = { ...ctx, config: { ...ctx.config, untrusted: true } }
      const { tests, tools } = yield* ingest(untrusted)
      assert.isNull(tests)
      assert.deepStrictEqual(tools.filter(({ status }) => status === "skipped").map(({ tool }) => tool), [
        "coverage",
        "pytest"
      ])
    }).pipe(Effect.provide(answering(all))))

  it.effect("a file that changes while the tools run has no document and no lines, and nothing is reused", () =>
    Effect.gen(function*() {
      const { coverage, tools } = yield* ingest(ctx, { contexts: true })
      assert.isNull(coverage)
      assert.deepStrictEqual(tools.map(({ status }) => status), ["partial", "partial", "partial", "partial"])
      assert.deepStrictEqual(yield* ask("SELECT count(*) FROM coverage_lines"), [[0]])
      assert.deepStrictEqual(yield* ask("SELECT count(*) FROM coverage_contexts"), [[0]])
      assert.deepStrictEqual(
        yield* ask("SELECT tool, reason FROM tool_runs WHERE tool = 'scip-python'"),
        [["scip-python", "the repository changed while the tool ran: a.py"]]
      )
    }).pipe(
      Effect.provide(
        Layer.effect(
          Repositories,
          Effect.map(Repositories, (real) => ({ ...real, changedSince: () => Effect.succeed(["a.py"]) }))
        ).pipe(Layer.provideMerge(answering({ ...all, contexts: [{ testId: "t", relPath: "a.py", lines: [1] }] })))
      )
    ))

  it.effect("--strict: the first that does not succeed ends the others", () =>
    Effect.gen(function*() {
      const { tools } = yield* ingest(ctx, { strict: true })
      assert.deepStrictEqual(tools.map(({ status, tool }) => [tool, status]), [
        ["ruff", "not_found"],
        ["coverage", "skipped"],
        ["pytest", "interrupted"],
        ["scip-python", "ok"]
      ])
    }).pipe(Effect.provide(Layer.merge(
      altered(
        all,
        () => ({
          check: () => new ToolNotFound({ tool: "ruff", searched: [], hint: "" }),
          runPytestReport: () => Effect.never
        })
      ),
      PlainProgress.silent
    ))))
})
