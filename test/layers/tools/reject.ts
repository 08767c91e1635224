/** What a tool gave back, as a failure. */
import { ToolExecution } from "../../../src/domain/errors.js"
import type { ToolAccess } from "../../../src/layers/tools/toolAccess.js"

export const reject: ToolAccess["reject"] = ({ executable, tool }, cwd, result, reason, cause) =>
  new ToolExecution({
    tool,
    executable,
    args: result.args,
    cwd,
    reason,
    exitCode: result.exitCode,
    stdoutTail: result.stdout.slice(-2000),
    stderrTail: result.stderr,
    durationMs: result.durationMs,
    ...(cause !== undefined && { cause })
  })
