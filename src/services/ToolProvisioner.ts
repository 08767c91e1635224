/**
 * Pinned, hash-checked Python tools in a cache of ours.
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
export class ToolProvisioner extends Context.Tag("codeintel/ToolProvisioner")<ToolProvisioner, {
  /** Tools there are pins for -> the pinned version. */
  readonly pins: ReadonlyMap<ToolName, string>
  /**
   * Installs the pinned tool into the cache, or finds it there; two at once install it once. Nothing is left half
   * made. `ToolNotFound` says why it could not (no pin, no Python, switched off, no network, wrong hash) and the remedy.
   */
  readonly provision: (ctx: PipelineContext, tool: ToolName) => Effect.Effect<ToolLocation, ToolNotFound>
}>() {}
