/**
 * Runs one external process to its end.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { ToolExecution, ToolNotFound } from "../domain/errors.js"
import type { ToolInvocation, ToolRunResult } from "../domain/ToolInvocation.js"

/**
 * @since 0.1.0
 * @category tags
 */
export class ToolRunner extends Context.Tag("codeintel/ToolRunner")<ToolRunner, {
  /**
   * A non-zero exit code is a result. Fails with `ToolExecution` for Timeout, Signal, OutputTooLarge and Spawn. When
   * it returns, fails or is interrupted, the whole process group is gone. Never retries.
   */
  readonly run: (invocation: ToolInvocation) => Effect.Effect<ToolRunResult, ToolNotFound | ToolExecution>
}>() {}
