/**
 * From what pytest and coverage said to the runs that are stored.
 *
 * @since 0.1.0
 */
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { CoverageReport } from "../domain/CoverageReport.js"
import type { Execution } from "../domain/Execution.js"
import type { PipelineContext } from "../domain/PipelineContext.js"
import type { TestReport } from "../domain/TestReport.js"
import type { RunFile, RunStatus, ToolRun } from "../domain/ToolRun.js"
import type { ToolError } from "../services/ToolService.js"
import type { CoverageRun, TestsRun } from "../services/Warehouse.js"
import type { Verdict } from "./attempt.js"
import { withContexts } from "./prior.js"
import * as RunRecord from "./runRecord.js"

const messageOf = (failure: Option.Option<ToolError>) => Option.toArray(Option.map(failure, ({ message }) => message))

/**
 * The run of pytest. One that died keeps the results until then, and is `partial`.
 *
 * @since 0.1.0
 * @category constructors
 */
export const ofTests = (
  execution: Execution,
  { failure, report, runId }: {
    readonly runId: string
    readonly report: TestReport
    /** Why pytest did not come to its end. */
    readonly failure: Option.Option<ToolError>
  },
  { changed, key }: Verdict
): TestsRun => {
  const why = [
    ...RunRecord.changedReasons(changed),
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
  const notAllKnown = Option.orElse(
    Option.map(incomplete, (reason) => `not all tests ran: ${reason.split("\n")[0] ?? ""}`),
    () => report.incomplete
  )
  const files = ctx.modules.map(({ relPath }): RunFile => {
    const why = moved.has(relPath)
      ? "changed while the tests ran"
      : report.files.has(relPath)
      ? undefined
      : report.dropped.get(relPath) ?? report.unparsable.get(relPath) ??
        "not measured: no test imported it, or the configuration of coverage leaves it out"
    return why === undefined
      // what was run was run; which lines no test runs is not known without all of them
      ? { relPath, measured: Option.some(true), reason: notAllKnown }
      : { relPath, measured: Option.some(false), reason: Option.some(why) }
  })
  const why = [
    ...RunRecord.changedReasons(changed),
    ...Option.toArray(notAllKnown),
    ...RunRecord.namedReasons("could not be reported", report.dropped)
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
  return {
    run,
    files,
    lines,
    contexts: Option.map(contexts, (all) => all.filter(({ relPath }) => !moved.has(relPath)))
  }
}

/**
 * Coverage of no tests: nothing was measured, and that is how it is.
 *
 * @since 0.1.0
 * @category constructors
 */
export const ofNoTests = (
  ctx: PipelineContext,
  { runId, tests }: { readonly runId: string; readonly tests: ToolRun },
  { changed, key }: Verdict
): CoverageRun => {
  const why = "pytest found no tests"
  const run: ToolRun = {
    ...tests,
    runId,
    tool: "coverage",
    version: Option.none(),
    status: changed.length > 0 ? "partial" : "ok",
    reason: Option.some([...RunRecord.changedReasons(changed), `nothing was measured: ${why}`].join("\n")),
    key: changed.length > 0 ? Option.none() : key,
    filesAnalyzed: Option.some(0)
  }
  const files = ctx.modules.map(({ relPath }): RunFile => ({
    relPath,
    measured: Option.some(false),
    reason: Option.some(why)
  }))
  return { run, files, lines: new Map(), contexts: Option.none() }
}

/**
 * A report that the user named: how it came about is not known. One that ends before its first result has no facts.
 *
 * @since 0.1.0
 * @category constructors
 */
export const ofImported = Effect.fnUntraced(function*(ctx: PipelineContext, report: TestReport, path: string) {
  const status: RunStatus = Option.isNone(report.incomplete)
    ? "imported"
    : report.results.length > 0
    ? "partial"
    : "failed"
  const run = RunRecord.withoutExecution({
    runId: yield* RunRecord.newRunId,
    tool: "pytest",
    cwd: ctx.root,
    startedAt: yield* DateTime.now,
    status,
    reason: Option.some([`read from ${path}`, ...Option.toArray(report.incomplete), ...report.notices].join("\n"))
  })
  const made: TestsRun = { run, results: report.results }
  return made
})
