/** A process that a test prepares something with. */
import { Duration, Effect } from "effect"
import { ToolRunner } from "../../src/services/ToolRunner.js"

export const command = Effect.fnUntraced(function*(executable: string, args: ReadonlyArray<string>, cwd: string) {
  const runner = yield* ToolRunner
  return yield* runner.run({
    tool: "python",
    executable,
    args,
    cwd,
    env: { PYTHONDONTWRITEBYTECODE: "1" },
    inherit: "caller",
    timeout: Duration.minutes(5),
    maxOutputBytes: 1_000_000
  })
})
