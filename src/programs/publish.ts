/**
 * @since 0.1.0
 */
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import type { PipelineContext } from "../domain/PipelineContext.js"
import type { SnapshotRun } from "../domain/ToolRun.js"
import { writing } from "./database.js"

/**
 * Makes the snapshot of `ctx`, with these links, the latest: until then readers see the ingest before.
 *
 * @since 0.1.0
 * @category programs
 */
export const publish = Effect.fn("publish")(function*(
  ctx: PipelineContext,
  runs: ReadonlyArray<SnapshotRun>,
  startedAt: DateTime.Utc
) {
  const finishedAt = yield* DateTime.now
  yield* writing(ctx, (connection) =>
    connection.finishSnapshot({
      repo: ctx.root,
      snapshot: ctx.snapshot,
      modules: ctx.modules,
      runs,
      startedAt,
      finishedAt
    }))
})
