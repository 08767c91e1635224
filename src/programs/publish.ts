/**
 * @since 0.1.0
 */
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import { type ScipMalformed, WarehouseError } from "../domain/errors.js"
import { inRepository, type PipelineContext, repositoryOf } from "../domain/PipelineContext.js"
import type { SnapshotRun, ToolRun } from "../domain/ToolRun.js"
import type { Connection } from "../services/Warehouse.js"
import { NewRun } from "./attempt.js"
import { writing } from "./database.js"
import { ingestSummary } from "./ingestSummary.js"
import type { ToolRuns } from "./runTools.js"

/** An index that cannot be read to its end is a run without facts. */
const unreadable = (run: ToolRun, error: ScipMalformed): ToolRun => ({
  ...run,
  status: "failed",
  reason: Option.some(error.message),
  filesAnalyzed: Option.none(),
  key: Option.none()
})

/**
 * Stores a run with its facts. Gives it as it was stored in the end.
 *
 * @since 0.1.0
 * @category programs
 */
export const storeRun = (connection: Connection) =>
  NewRun.$match({
    Check: (made) => Effect.as(connection.writeCheckRun(made), made.run),
    Tests: (made) => Effect.as(connection.writeTestsRun(made), made.run),
    Coverage: (made) => Effect.as(connection.writeCoverageRun(made), made.run),
    Scip: (made) =>
      connection.writeScipRun(made).pipe(
        Effect.as(made.run),
        Effect.catchTag("ScipMalformed", (error) => {
          const run = unreadable(made.run, error)
          return Effect.as(connection.writeScipRun({ run, files: [], parts: Stream.empty }), run)
        })
      )
  })

const told = (ctx: PipelineContext) => <A extends { readonly reason: Option.Option<string> }>(about: A): A => ({
  ...about,
  reason: Option.map(about.reason, inRepository(ctx))
})

/** What is known of this content from before, in place of a tool that is not asked for now. */
const standing = Effect.fnUntraced(function*(
  connection: Connection,
  ctx: PipelineContext,
  links: ReadonlyArray<SnapshotRun>
) {
  if (ctx.revision === undefined) return links
  const before = yield* connection.linksOf(ctx.snapshot.id)
  const known = new Map(before.filter(({ runId }) => Option.isSome(runId)).map((link) => [link.tool, link]))
  return links.map((link) => link.status === "skipped" ? known.get(link.tool) ?? link : link)
})

const relink = (runs: ReadonlyArray<ToolRun>) => (link: SnapshotRun): SnapshotRun => {
  const stored = runs.find(({ runId }) => Option.contains(link.runId, runId))
  return stored === undefined ? link : { ...link, status: stored.status, reason: stored.reason }
}

/** What an earlier ingest stored and this one goes on from: linked runs, runs whose documents stand, known contents. */
const assertStillThere = Effect.fnUntraced(function*(
  connection: Connection,
  ctx: PipelineContext,
  { links, runs }: ToolRuns,
  unknownContents: ReadonlyArray<string>
) {
  const made = new Set(runs.map(({ run }) => run.runId))
  const standing = runs.flatMap((run) => run._tag === "Scip" && run.standing !== undefined ? [run.standing.runId] : [])
  const linked = links.flatMap(({ runId }) => Option.toArray(runId)).filter((runId) => !made.has(runId))
  const unknown = new Set(unknownContents)
  const known = ctx.modules.map(({ contentHash }) => contentHash).filter((hash) => !unknown.has(hash))
  const gone = [
    ...yield* connection.unknownRuns([...linked, ...standing]),
    ...yield* connection.unknownContents(known)
  ]
  if (gone.length > 0) {
    return yield* new WarehouseError({
      file: ctx.paths.database,
      operation: "publish",
      reason: "FileSystem",
      hint: "nothing of this ingest was stored: run codeintel ingest again",
      cause: new Error(
        "it was removed or replaced while the tools ran: what an earlier ingest stored is not in it any more"
      )
    })
  }
})

/**
 * Stores the runs, each with its facts in one transaction, and then makes the snapshot of `ctx` with its links the latest:
 * until then readers see the ingest before. Reads back what is stored. A database that was removed or replaced meanwhile,
 * so that a link would lead nowhere, is refused before anything is written.
 *
 * @since 0.1.0
 * @category programs
 */
export const publish = Effect.fn("publish")(function*(
  ctx: PipelineContext,
  made: ToolRuns,
  about: {
    readonly startedAt: DateTime.Utc
    readonly changes: ReadonlyArray<string>
    /** Contents that the database did not know before. */
    readonly unknownContents: ReadonlyArray<string>
  }
) {
  const { syntax } = made
  const here = told(ctx)
  const runs = made.runs.map((each) => ({ ...each, run: here(each.run) }))
  const { changes, startedAt, unknownContents } = about
  const { modules, snapshot } = ctx
  return yield* writing(ctx, (connection) =>
    Effect.gen(function*() {
      yield* assertStillThere(connection, ctx, made, unknownContents)
      if (syntax.length > 0) yield* connection.writeSyntax(syntax)
      const stored = yield* Effect.forEach(runs, storeRun(connection), { concurrency: 1 })
      const links = yield* standing(connection, ctx, made.links)
      const finishedAt = yield* DateTime.now
      yield* connection.finishSnapshot({
        repo: repositoryOf(ctx),
        snapshot,
        modules,
        runs: links.map((link) => here(relink(stored)(link))),
        ofRevision: ctx.revision !== undefined,
        startedAt,
        finishedAt
      })
      yield* connection.show(snapshot.id)
      return yield* ingestSummary(connection, ctx, changes)
    }))
})
