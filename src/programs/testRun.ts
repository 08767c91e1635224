/**
 * pytest, once, under coverage: what the tests and the coverage are both taken from.
 *
 * @since 0.1.0
 */
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import * as Ref from "effect/Ref"
import type { PipelineContext } from "../domain/PipelineContext.js"
import type { TestReport } from "../domain/TestReport.js"
import type { ToolRun } from "../domain/ToolRun.js"
import { type ToolError, ToolService } from "../services/ToolService.js"
import { Attempt, NewRun } from "./attempt.js"
import { knownRun, type Prior, priorOf } from "./prior.js"
import * as RunRecord from "./runRecord.js"
import * as TestRecords from "./testRecords.js"

/**
 * @since 0.1.0
 * @category models
 */
export interface TestRunOptions {
  /** Coverage is asked for. */
  readonly coverage: boolean
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

/**
 * The report at `path` after pytest failed, when a run that began at `since` or later made it; the failure itself when it
 * is an earlier one, or there is nothing in it.
 */
const keptAfter = Effect.fnUntraced(function*(
  ctx: PipelineContext,
  path: string,
  { failure, since }: { readonly failure: ToolError; readonly since: DateTime.Utc }
) {
  if (failure._tag === "ToolNotFound") return yield* failure
  const report = yield* Effect.flatMap(ToolService, (tools) => tools.readPytestReport(ctx, path)).pipe(
    Effect.mapError(() => failure)
  )
  // what failed may have been to remove the one before
  const isOfNow = Option.exists(report.execution, ({ startedAt }) => DateTime.greaterThanOrEqualTo(startedAt, since))
  if (!isOfNow || report.results.length === 0) return yield* failure
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
export const make = Effect.fnUntraced(function*(ctx: PipelineContext, prior: Prior, options: TestRunOptions) {
  const tools = yield* ToolService
  /** Why the tests ran without coverage. */
  const coverageFailure = yield* Ref.make(Option.none<ToolError>())
  const coverageFound = Option.flatMap(Option.fromNullable(prior.runs.get("coverage")), Either.getRight)
  const wanted = options.coverage && Option.isSome(coverageFound)
  /** Without coverage of these tests they are run again, though an earlier run of them stands. */
  const testsAreKnown = Option.isNone(options.report) && Option.isSome(knownRun(prior, "pytest")) &&
    (!wanted || Option.isSome(knownRun(prior, "coverage")))
  const path = ctx.paths.pytestReport

  /** What the report, and the data that is recorded with it, depend on. */
  const keyOfBoth = (pytest: Option.Option<string>, coverage: Option.Option<string>) =>
    wanted ? Option.zipWith(pytest, coverage, (one, other) => `${one} ${other}`) : pytest

  const report = (key: Option.Option<string>, covered: boolean) =>
    tools.runPytestReport(ctx, {
      jsonReportPath: path,
      key,
      coverage: covered
        ? Option.some({ dataFile: ctx.paths.coverageData, contexts: options.contexts })
        : Option.none()
    })

  const pytest = Effect.fn("testRun.pytest")(function*(key: Option.Option<string>) {
    const since = yield* DateTime.now
    return yield* report(keyOfBoth(key, Option.flatMap(coverageFound, (found) => found.key)), wanted).pipe(
      // what is wrong with coverage does not cost the tests
      Effect.catchIf(
        (failure) => wanted && failure.tool === "coverage",
        (failure) => Effect.zipRight(Ref.set(coverageFailure, Option.some(failure)), report(Option.none(), false))
      ),
      Effect.flatMap((ran) =>
        Effect.map(
          tools.readPytestReport(ctx, path),
          (read): Outcome => ({ report: read, failure: Option.none(), found: !ran })
        )
      ),
      Effect.catchAll((failure) => keptAfter(ctx, path, { failure, since }))
    )
  })

  /** Tests, with what coverage has to know of them; an earlier run stands when coverage does not need a new one. */
  const tests = Effect.fn("testRun.tests")(function*() {
    if (Option.isSome(options.report)) {
      const file = options.report.value
      const made = yield* TestRecords.ofImported(ctx, yield* tools.readPytestReport(ctx, file), file)
      return Attempt.Settled({ run: NewRun.Tests(made) })
    }
    const { key, run } = yield* priorOf(prior, "pytest")
    if (Option.isSome(run) && testsAreKnown) return Attempt.Known({ run: run.value })
    const outcome = yield* pytest(key)
    // the data was missing in the database, and not beside it
    if (Option.isSome(run) && outcome.found) return Attempt.Known({ run: run.value })
    const { execution } = outcome.report
    if (Option.isNone(execution)) return yield* Effect.dieMessage("a report of ours says how it was made")
    const runId = yield* RunRecord.newRunId
    return Attempt.Ran({
      tool: "pytest",
      key,
      judge: (verdict) => NewRun.Tests(TestRecords.ofTests(execution.value, { ...outcome, runId }, verdict))
    })
  })

  /** `tests`: what became of them; `incomplete`: why that is not all of them. */
  const coverage = Effect.fn("testRun.coverage")(function*(tests: Attempt, incomplete: Option.Option<string>) {
    const { key, run } = yield* priorOf(prior, "coverage")
    // that of other tests would stand beside these
    if (Option.isSome(run) && tests._tag === "Known") return Attempt.Known({ run: run.value })
    const failure = yield* Ref.get(coverageFailure)
    if (Option.isSome(failure)) return yield* failure.value
    const data = { dataFile: ctx.paths.coverageData }
    const [report, contexts] = yield* Effect.all([
      tools.runCoverageJson(ctx, data),
      options.contexts ? Effect.asSome(tools.readCoverageContexts(ctx, data)) : Effect.succeedNone
    ], { concurrency: 2 })
    const runId = yield* RunRecord.newRunId
    return Attempt.Ran({
      tool: "coverage",
      key,
      judge: (verdict) => NewRun.Coverage(TestRecords.ofCoverage(ctx, { runId, report, contexts, incomplete }, verdict))
    })
  })

  /** Coverage of a session without tests. */
  const coverageOfNothing = Effect.fnUntraced(function*(tests: ToolRun) {
    const { key } = yield* priorOf(prior, "coverage")
    const runId = yield* RunRecord.newRunId
    return Attempt.Ran({
      tool: "coverage",
      key,
      judge: (verdict) => NewRun.Coverage(TestRecords.ofNoTests(ctx, { runId, tests }, verdict))
    })
  })

  /** When nothing that they depend on has changed, the report and the data belong to the present state. */
  const confirm = (pytest: Option.Option<string>, coverage: Option.Option<string>) =>
    Option.match(keyOfBoth(pytest, coverage), {
      onNone: () => Effect.void,
      // without it the tests are run once more than they need be
      onSome: (key) => Effect.ignoreLogged(tools.confirmPytestReport(ctx, { jsonReportPath: path, key }))
    })

  /** What is left when all has been read, and can stand for no later run. */
  const discard = Effect.ignoreLogged(
    tools.discardPytestReport(ctx, { jsonReportPath: path, dataFile: ctx.paths.coverageData })
  )

  return { testsAreKnown, tests, coverage, coverageOfNothing, confirm, discard }
})
