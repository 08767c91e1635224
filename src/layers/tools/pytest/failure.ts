/**
 * Failures around a report, in which no process is at fault.
 *
 * @since 0.1.0
 */
import { ToolExecution, type ToolExecutionReason } from "../../../domain/errors.js"
import type { PipelineContext } from "../../../domain/PipelineContext.js"

const failure = (reason: ToolExecutionReason) => (ctx: PipelineContext, report: string) => (cause: Error) =>
  new ToolExecution({
    tool: "pytest",
    executable: "python",
    args: ["-m", "pytest", `--report-log=${report}`],
    cwd: ctx.root,
    reason,
    stdoutTail: "",
    stderrTail: "",
    durationMs: 0,
    cause
  })

/**
 * The report, or a file beside it, could not be read, written or removed.
 *
 * @since 0.1.0
 * @category errors
 */
export const refusedByFiles = failure("Spawn")

/**
 * The file is no report.
 *
 * @since 0.1.0
 * @category errors
 */
export const noReport = failure("MalformedOutput")
