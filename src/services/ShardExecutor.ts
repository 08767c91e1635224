/**
 * How an index is made of shards: on this machine now.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type { PipelineContext } from "../domain/PipelineContext.js"
import type { ScipIndexing } from "../domain/Scip.js"
import type { ToolError } from "./ToolService.js"

/**
 * @since 0.1.0
 * @category models
 */
export interface IndexOptions {
  /** Run when the first process is about to ask for its share of `Budget`: whoever asks after it comes later. */
  readonly onQueued?: Effect.Effect<void>
}

/**
 * @since 0.1.0
 * @category tags
 */
export class ShardExecutor extends Context.Tag("codeintel/ShardExecutor")<ShardExecutor, {
  /**
   * Indexes these modules in as many processes as the budget allows and pays. A shard whose process dies is split, down to
   * the single file at fault, which is then in `failed`. Fails when the tool is not there, or when nothing at all could be
   * indexed. Takes its shares of `Budget` itself.
   */
  readonly index: (
    ctx: PipelineContext,
    relPaths: ReadonlyArray<string>,
    options?: IndexOptions
  ) => Effect.Effect<ScipIndexing, ToolError, Scope.Scope>
  /** Seconds that `index` is expected to take when nothing else runs, 0 of files that cannot be read: to compare, not to trust. */
  readonly estimate: (ctx: PipelineContext, relPaths: ReadonlyArray<string>) => Effect.Effect<number>
}>() {}
