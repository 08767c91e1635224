/**
 * pytest, once, under coverage: what the tests and the coverage are both taken from.
 *
 * @since 0.1.0
 */
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import type { CoverageReport } from "../domain/CoverageReport.js"
import type { Execution } from "../domain/Execution.js"
import type { PipelineContext } from "../domain/PipelineContext.js"
import type { TestReport } from "../domain/TestReport.js"
import type { RunFile, RunStatus, ToolRun } from "../domain/ToolRun.js"
import { type ToolError, ToolService } from "../services/ToolService.js"
import type { CoverageRun, TestsRun } from "../services/Warehouse.js"
import { Attempt, NewRun, type Verdict } from "./attempt.js"
import { knownRun, type Prior, priorOf, withContexts } from "./prior.js"
import * as RunRecord from "./runRecord.js"

/**
 * @since 0.1.0
 * @category models
 */
export interface TestRunOptions {
  /** Record which test ran which line. */
  readonly contexts: boolean
  /** A report that the user names: pytest is not run. Absolute. */
  readonly report: Option.Option<string>
}

/** What pytest left behind, and why that may not be all. */
interface Outcome {
  readonly report: TestReport
  readonly failure: Option.Option<ToolError>
  /** The report was there already. */
  readonly found: boolean
}

const changedReason = (changed: ReadonlyArray<string>) =>
  changed.length > 0 ? [`the repository changed while the tool ran: ${RunRecord.someOf(changed)}`] : []

const messageOf = (failure: Option.Option<ToolError>) => Option.toArray(Option.map(failure, ({ message }) => message))

/**
 * The run of pytest. One that died keeps the results until then, and is `partial`.
 *
 * @since 0.1.0
 * @category constructors
 */
export const ofTests = (
  execution: Execution,
  { failure, report, runId }: Pick<Outcome, "failure" | "report"> & { readonly runId: string },
  { changed, key }: Verdict
): TestsRun => {
  const why = [
    ...changedReason(changed),
    ...Option.isSome(failure) ? messageOf(failure) : Option.toArray(report.incomplete)
  ]
  const bad = report.results.some(({ outcome }) => outcome === "failed" || outcome === "error")
  const status: RunStatus = why.length > 0 ? "partial" : bad ? "findings" : "ok"
  const run = RunRecord.ofExecution({ runId, tool: "pytest" }, execution, {
    status,
    reasons: [...why, ...report.notices],
    key: status === "partial" ? Option.none() : key
  })
  return { run, results: report.results }
}

/**
 * The run of coverage. Lines that tests would have run that were not is no fact about the code: without all tests it
 * is `partial`.
 *
 * @since 0.1.0
 * @category constructors
 */
export const ofCoverage = (
  ctx: PipelineContext,
  given: {
    readonly runId: string
    readonly report: CoverageReport
    readonly contexts: CoverageRun["contexts"]
    /** Why not all tests ran. */
    readonly incomplete: Option.Option<string>
  },
  { changed, key }: Verdict
): CoverageRun => {
  const { contexts, incomplete, report, runId } = given
  const moved = new Set(changed)
  const files = ctx.modules.map(({ relPath }): RunFile => {
    const why = moved.has(relPath)
      ? "changed while the tests ran"
      : report.files.has(relPath)
      ? undefined
      : report.dropped.get(relPath) ?? report.unparsable.get(relPath) ??
        "not measured: no test imported it, or the configuration of coverage leaves it out"
    return why === undefined
      ? { relPath, measured: Option.some(true), reason: Option.none() }
      : { relPath, measured: Option.some(false), reason: Option.some(why) }
  })
  const [dropped] = report.dropped
  const why = [
    ...changedReason(changed),
    ...Option.toArray(Option.map(incomplete, (reason) => `not all tests ran: ${reason.split("\n")[0] ?? ""}`)),
    ...dropped === undefined
      ? []
      : [`could not be reported: ${RunRecord.someOf([...report.dropped.keys()])} (${dropped[1]})`]
  ]
  const outside = report.outsideRepository > 0
    ? [`${report.outsideRepository} files outside the repository are not stored`]
    : []
  const unparsable = report.unparsable.size > 0
    ? [`not measured, as they do not parse: ${RunRecord.someOf([...report.unparsable.keys()])}`]
    : []
  const run = RunRecord.ofExecution({ runId, tool: "coverage" }, report.execution, {
    status: why.length > 0 ? "partial" : "ok",
    reasons: [...why, ...outside, ...unparsable, ...report.notices],
    key: why.length > 0 ? Option.none() : Option.map(key, Option.isSome(contexts) ? withContexts : (each) => each),
    filesAnalyzed: Option.some(report.files.size),
    outsideRepository: report.outsideRepository
  })
  const lines = new Map([...report.files].filter(([relPath]) => !moved.has(relPath)))
  return { run, files, lines, contexts }
}

/** A report that the user named: how it came about is not known. */
const imported = Effect.fnUntraced(function*(ctx: PipelineContext, report: TestReport, path: string) {
  const run: ToolRun = {
    runId: yield* RunRecord.newRunId,
    tool: "pytest",
    executable: Option.none(),
    version: Option.none(),
    args: [],
    cwd: ctx.root,
    startedAt: yield* DateTime.now,
    durationMs: 0,
    exitCode: Option.none(),
    signal: Option.none(),
    status: Option.isSome(report.incomplete) ? "partial" : "imported",
    reason: Option.some([`read from ${path}`, ...Option.toArray(report.incomplete), ...report.notices].join("\n")),
    filesAnalyzed: Option.none(),
    unresolvedImports: Option.none(),
    imports: Option.none(),
    outsideRepository: 0,
    key: Option.none()
  }
  return Attempt.Settled({ run: NewRun.Tests({ run, results: report.results }) })
})

/** The report at `path` after pytest failed; the failure itself when there is nothing in it. */
const keptAfter = Effect.fnUntraced(function*(ctx: PipelineContext, path: string, failure: ToolError) {
  if (failure._tag === "ToolNotFound") return yield* failure
  const report = yield* Effect.flatMap(ToolService, (tools) => tools.readPytestReport(ctx, path)).pipe(
    Effect.mapError(() => failure)
  )
  if (report.results.length === 0) return yield* failure
  const outcome: Outcome = { report, failure: Option.some(failure), found: false }
  return outcome
})

/**
 * Sees to it that there is a report and coverage data of the present state. Its two parts are asked one after the other,
 * and pytest is run for the first at most.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = (ctx: PipelineContext, prior: Prior, options: TestRunOptions) => {
  const wanted = Option.exists(Option.fromNullable(prior.runs.get("coverage")), Either.isRight)
  /** Without coverage of these tests they are run again, though an earlier run of them stands. */
  const testsAreKnown = Option.isSome(knownRun(prior, "pytest")) &&
    (!wanted || Option.isSome(knownRun(prior, "coverage")))
  const path = Option.getOrElse(options.report, () => ctx.paths.pytestReport)

  const pytest = Effect.fn("testRun.pytest")(function*() {
    const tools = yield* ToolService
    const { key } = yield* priorOf(prior, "pytest")
    return yield* tools.runPytestReport(ctx, {
      jsonReportPath: path,
      key: options.contexts ? Option.map(key, withContexts) : key,
      coverage: wanted
        ? Option.some({ dataFile: ctx.paths.coverageData, contexts: options.contexts })
        : Option.none()
    }).pipe(
      Effect.flatMap((ran) =>
        Effect.map(
          tools.readPytestReport(ctx, path),
          (report): Outcome => ({ report, failure: Option.none(), found: !ran })
        )
      ),
      Effect.catchAll((failure) => keptAfter(ctx, path, failure))
    )
  })

  /** Tests, with what coverage has to know of them; an earlier run stands when coverage does not need a new one. */
  const tests = Effect.fn("testRun.tests")(function*() {
    const { key, run } = yield* priorOf(prior, "pytest")
    if (Option.isSome(run) && testsAreKnown) return Attempt.Known({ run: run.value })
    const outcome = yield* pytest()
    // the data was missing in the database, and not beside it
    if (Option.isSome(run) && outcome.found) return Attempt.Known({ run: run.value })
    const { execution } = outcome.report
    if (Option.isNone(execution)) return yield* imported(ctx, outcome.report, path)
    const runId = yield* RunRecord.newRunId
    return Attempt.Ran({
      tool: "pytest",
      key,
      judge: (verdict) => NewRun.Tests(ofTests(execution.value, { ...outcome, runId }, verdict))
    })
  })

  const coverage = Effect.fn("testRun.coverage")(function*(incomplete: Option.Option<string>) {
    const { key, run } = yield* priorOf(prior, "coverage")
    if (Option.isSome(run)) return Attempt.Known({ run: run.value })
    const tools = yield* ToolService
    const data = { dataFile: ctx.paths.coverageData }
    const [report, contexts] = yield* Effect.all([
      tools.runCoverageJson(ctx, data),
      options.contexts ? Effect.asSome(tools.readCoverageContexts(ctx, data)) : Effect.succeedNone
    ], { concurrency: 2 })
    const runId = yield* RunRecord.newRunId
    return Attempt.Ran({
      tool: "coverage",
      key,
      judge: (verdict) => NewRun.Coverage(ofCoverage(ctx, { runId, report, contexts, incomplete }, verdict))
    })
  })

  return { testsAreKnown, tests, coverage }
}
