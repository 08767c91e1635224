/**
 * @since 0.1.0
 */
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import type { PipelineContext } from "../domain/PipelineContext.js"
import type { SnapshotRun } from "../domain/ToolRun.js"
import { writing } from "./database.js"
import { ingestSummary } from "./ingestSummary.js"

/**
 * Makes the snapshot of `ctx`, with these links, the latest (until then readers see the ingest before), and reads back
 * what is stored now.
 *
 * @since 0.1.0
 * @category programs
 */
export const publish = Effect.fn("publish")(function*(
  ctx: PipelineContext,
  runs: ReadonlyArray<SnapshotRun>,
  about: { readonly startedAt: DateTime.Utc; readonly changes: ReadonlyArray<string> }
) {
  const { changes, startedAt } = about
  const finishedAt = yield* DateTime.now
  const { modules, root: repo, snapshot } = ctx
  return yield* writing(ctx, (connection) =>
    Effect.zipRight(
      connection.finishSnapshot({ repo, snapshot, modules, runs, startedAt, finishedAt }),
      ingestSummary(connection, ctx, changes)
    ))
})
