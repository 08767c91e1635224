/**
 * Where a tool is.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { ToolNotFound } from "../domain/errors.js"
import type { PipelineContext } from "../domain/PipelineContext.js"
import type { ToolLocation } from "../domain/ToolLocation.js"
import type { ToolName } from "../domain/ToolName.js"

/**
 * @since 0.1.0
 * @category tags
 */
export class ToolResolver extends Context.Tag("codeintel/ToolResolver")<ToolResolver, {
  /**
   * Searched in order: the configured path (and then nowhere else), the repository's environment (not when
   * `untrusted`), the npm packages installed beside codeintel, the tool cache, PATH. Looks at files, starts nothing.
   *
   * pytest and coverage are packages of the repository's interpreter (for coverage, the tool cache is next), and nothing
   * else is; `untrusted`: they are not found, for the tests are the repository's code. A configured path of theirs is a
   * script, `.venv/bin/pytest`, which is run by the Python that its first line names, or else by itself.
   */
  readonly locate: (ctx: PipelineContext, tool: ToolName) => Effect.Effect<ToolLocation, ToolNotFound>
}>() {}
