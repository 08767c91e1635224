/**
 * One checker: an earlier run stands, or it is run, and which files it measured and how far to trust it is judged.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import type { CheckReport } from "../domain/CheckReport.js"
import type { PipelineContext } from "../domain/PipelineContext.js"
import type { ToolName } from "../domain/ToolName.js"
import type { RunFile, RunStatus } from "../domain/ToolRun.js"
import { ToolService } from "../services/ToolService.js"
import type { CheckRun } from "../services/Warehouse.js"
import { Attempt, NewRun, type Verdict } from "./attempt.js"
import { type Prior, priorOf } from "./prior.js"
import * as RunRecord from "./runRecord.js"

/**
 * A larger share of imports that do not resolve says more about the Python environment than about the code.
 *
 * @since 0.1.0
 */
export const SUSPECT_SHARE = 0.05

/**
 * Of a file that the tool is not to look at, and so says nothing of.
 *
 * @since 0.1.0
 * @category constants
 */
export const LEFT_OUT = "left out by the tool's configuration"

const runFiles = (
  ctx: PipelineContext,
  report: CheckReport,
  changed: ReadonlySet<string>
): ReadonlyArray<RunFile> =>
  ctx.modules.map(({ relPath }) => {
    const not = (reason: string): RunFile => ({ relPath, measured: Option.some(false), reason: Option.some(reason) })
    if (changed.has(relPath)) return not("changed while the tool ran")
    const why = report.unmeasured.get(relPath)
    if (why !== undefined) return not(why)
    return Either.match(report.measured, {
      onLeft: (reason) => ({ relPath, measured: Option.none(), reason: Option.some(reason) }),
      onRight: (files) =>
        files.has(relPath)
          ? { relPath, measured: Option.some(true), reason: Option.none() }
          : not(LEFT_OUT)
    })
  })

/**
 * The run of a checker that gave a report.
 *
 * @since 0.1.0
 * @category constructors
 */
export const ofReport = (
  ctx: PipelineContext,
  { report, runId, tool }: { readonly tool: ToolName; readonly runId: string; readonly report: CheckReport },
  { changed, importCounts, key }: Verdict
): CheckRun => {
  const files = runFiles(ctx, report, new Set(changed))

  const looked = new Set(
    files.filter(({ measured }) => Option.getOrElse(measured, () => true)).map((file) => file.relPath)
  )
  const imports = ctx.modules.reduce(
    (sum, { contentHash, relPath }) => looked.has(relPath) ? sum + (importCounts.get(contentHash) ?? 0) : sum,
    0
  )
  const unresolved = Option.getOrElse(report.unresolvedImports, () => 0)
  const suspect = unresolved > imports * SUSPECT_SHARE

  const reasons: Array<string> = []
  if (suspect) {
    reasons.push(
      `${unresolved} of ${imports} imports do not resolve: the Python environment lacks packages; ` +
        "install the repository's dependencies in .venv, or name another interpreter with --python"
    )
  }
  reasons.push(...RunRecord.changedReasons(changed))
  if (Either.isLeft(report.measured)) reasons.push(report.measured.left)
  reasons.push(...RunRecord.namedReasons("could not be measured", report.unmeasured))
  const partial = reasons.length > (suspect ? 1 : 0)
  const status: RunStatus = suspect
    ? "suspect"
    : partial
    ? "partial"
    : report.diagnostics.length > 0
    ? "findings"
    : "ok"
  if (report.outsideRepository > 0) {
    reasons.push(`${report.outsideRepository} findings are in files that are not in the repository, and are not stored`)
  }
  reasons.push(...report.notices)

  const run = RunRecord.ofExecution({ runId, tool }, report.execution, {
    status,
    reasons,
    key: partial ? Option.none() : key,
    filesAnalyzed: report.filesAnalyzed,
    unresolvedImports: report.unresolvedImports,
    imports: Option.map(report.unresolvedImports, () => imports),
    outsideRepository: report.outsideRepository
  })
  return { run, files, diagnostics: report.diagnostics }
}

/**
 * @since 0.1.0
 * @category programs
 */
export const checkAttempt = Effect.fn("checkAttempt")(function*(ctx: PipelineContext, tool: ToolName, prior: Prior) {
  const { key, run } = yield* priorOf(prior, tool)
  if (Option.isSome(run)) return Attempt.Known({ run: run.value })
  const report = yield* Effect.flatMap(ToolService, ({ check }) => check(tool, ctx))
  const runId = yield* RunRecord.newRunId
  return Attempt.Ran({
    tool,
    key,
    judge: (verdict) => NewRun.Check(ofReport(ctx, { tool, runId, report }, verdict))
  })
})
