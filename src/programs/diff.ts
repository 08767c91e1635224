/**
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import type { PipelineContext } from "../domain/PipelineContext.js"
import { compare } from "./compare/compare.js"
import { snapshotOf } from "./snapshots.js"

/**
 * What changed from `base` to `head`: revisions of git, `worktree`, or ids of stored snapshots. What is not measured yet
 * is: by the checkers alone, with the settings and the interpreter of `ctx`.
 *
 * @since 0.1.0
 * @category programs
 */
export const diff = Effect.fn("diff")(
  function*(ctx: PipelineContext, names: { readonly base: string; readonly head: string }) {
    const head = yield* snapshotOf(ctx, names.head)
    const base = yield* snapshotOf(ctx, names.base)
    return yield* compare(ctx, { base, head })
  }
)
