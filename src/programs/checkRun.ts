/**
 * From what a checker answered to the run that is stored: which files it measured, and how far to trust it.
 *
 * @since 0.1.0
 */
import type * as DateTime from "effect/DateTime"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import type { CheckReport } from "../domain/CheckReport.js"
import type { PipelineContext } from "../domain/PipelineContext.js"
import type { ToolName } from "../domain/ToolName.js"
import type { RunFile, RunStatus, ToolRun } from "../domain/ToolRun.js"
import type { ToolError } from "../services/ToolService.js"
import type { CheckRun } from "../services/Warehouse.js"

/**
 * A larger share of imports that do not resolve says more about the Python environment than about the code.
 *
 * @since 0.1.0
 */
export const SUSPECT_SHARE = 0.05

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
          : not("left out by the tool's configuration")
    })
  })

const some = (names: ReadonlyArray<string>) =>
  names.slice(0, 3).join(", ") + (names.length > 3 ? ` and ${names.length - 3} more` : "")

/**
 * The run of a checker that gave a report.
 *
 * @since 0.1.0
 * @category constructors
 */
export const ofReport = (given: {
  readonly ctx: PipelineContext
  readonly tool: ToolName
  readonly runId: string
  readonly key: Option.Option<string>
  readonly report: CheckReport
  /** Imports by content hash. */
  readonly importCounts: ReadonlyMap<string, number>
  /** Paths that changed while the tool ran. */
  readonly changed: ReadonlyArray<string>
}): CheckRun => {
  const { changed, ctx, importCounts, key, report, runId, tool } = given
  const { execution } = report
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
  if (changed.length > 0) reasons.push(`the repository changed while the tool ran: ${some(changed)}`)
  if (Either.isLeft(report.measured)) reasons.push(report.measured.left)
  if (report.unmeasured.size > 0) {
    const [first] = report.unmeasured
    reasons.push(`could not be measured: ${some([...report.unmeasured.keys()])}${first ? ` (${first[1]})` : ""}`)
  }
  const partial = reasons.length > (suspect ? 1 : 0)
  const status: RunStatus = suspect
    ? "suspect"
    : partial
    ? "partial"
    : report.diagnostics.length > 0
    ? "findings"
    : "ok"
  if (report.outsideRepository > 0) {
    reasons.push(`${report.outsideRepository} findings are in files outside the repository and are not stored`)
  }
  reasons.push(...report.notices)

  const run: ToolRun = {
    runId,
    tool,
    executable: Option.some(execution.executable),
    version: execution.version,
    args: execution.args,
    cwd: execution.cwd,
    startedAt: execution.startedAt,
    durationMs: Math.round(execution.durationMs),
    exitCode: Option.some(execution.exitCode),
    signal: Option.none(),
    status,
    reason: reasons.length > 0 ? Option.some(reasons.join("\n")) : Option.none(),
    filesAnalyzed: report.filesAnalyzed,
    unresolvedImports: report.unresolvedImports,
    imports: Option.map(report.unresolvedImports, () => imports),
    outsideRepository: report.outsideRepository,
    key: partial ? Option.none() : key
  }
  return { run, files, diagnostics: report.diagnostics }
}

/**
 * A run without facts: the tool is missing, failed, or was stopped.
 *
 * @since 0.1.0
 * @category constructors
 */
export const ofFailure = (given: {
  readonly ctx: PipelineContext
  readonly tool: ToolName
  readonly runId: string
  readonly error: ToolError
  readonly startedAt: DateTime.Utc
}): CheckRun => {
  const { ctx, error, runId, startedAt, tool } = given
  const ran = error._tag === "ToolExecution" ? Option.some(error) : Option.none()
  const run: ToolRun = {
    runId,
    tool,
    executable: Option.map(ran, ({ executable }) => executable),
    version: Option.none(),
    args: Option.match(ran, { onNone: () => [], onSome: ({ args }) => args }),
    cwd: Option.match(ran, { onNone: () => ctx.root, onSome: ({ cwd }) => cwd }),
    startedAt,
    durationMs: Option.match(ran, { onNone: () => 0, onSome: ({ durationMs }) => Math.round(durationMs) }),
    exitCode: Option.flatMap(ran, ({ exitCode }) => Option.fromNullable(exitCode)),
    signal: Option.flatMap(ran, ({ signal }) => Option.fromNullable(signal)),
    status: error._tag === "ToolNotFound" ? "not_found" : error.reason === "Timeout" ? "timed_out" : "failed",
    reason: Option.some(error.message),
    filesAnalyzed: Option.none(),
    unresolvedImports: Option.none(),
    imports: Option.none(),
    outsideRepository: 0,
    key: Option.none()
  }
  return { run, files: [], diagnostics: [] }
}
