/**
 * @since 0.1.0
 */
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import type { PipelineContext } from "../domain/PipelineContext.js"
import { writing } from "./database.js"
import { ingestSummary } from "./ingestSummary.js"
import type { TypingRuns } from "./typingRuns.js"

/**
 * Stores the runs, each with its facts in one transaction, and then makes the snapshot of `ctx` with its links the latest:
 * until then readers see the ingest before. Reads back what is stored.
 *
 * @since 0.1.0
 * @category programs
 */
export const publish = Effect.fn("publish")(function*(
  ctx: PipelineContext,
  { links, runs, syntax }: TypingRuns,
  about: { readonly startedAt: DateTime.Utc; readonly changes: ReadonlyArray<string> }
) {
  const { changes, startedAt } = about
  const { modules, root: repo, snapshot } = ctx
  return yield* writing(ctx, (connection) =>
    Effect.gen(function*() {
      if (syntax.length > 0) yield* connection.writeSyntax(syntax)
      yield* Effect.forEach(runs, connection.writeCheckRun, { discard: true })
      const finishedAt = yield* DateTime.now
      yield* connection.finishSnapshot({ repo, snapshot, modules, runs: links, startedAt, finishedAt })
      return yield* ingestSummary(connection, ctx, changes)
    }))
})
