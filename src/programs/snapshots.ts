/**
 * Snapshots to compare: what was asked for is measured, where that has not been done.
 *
 * @since 0.1.0
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { RevisionError } from "../domain/errors.js"
import type { PipelineContext } from "../domain/PipelineContext.js"
import { Progress, ProgressEvent } from "../services/Progress.js"
import { Repositories } from "../services/Repositories.js"
import { Warehouse } from "../services/Warehouse.js"
import type { Named } from "./compare/compare.js"
import { reading } from "./database.js"
import { ingest, type IngestOptions } from "./ingest.js"
import { revisionIngest } from "./revisionIngest.js"

/**
 * Stands for the present content of the repository, where a revision may be named.
 *
 * @since 0.1.0
 * @category constants
 */
export const WORKTREE = "worktree"

/**
 * @since 0.1.0
 * @category models
 */
export interface Measured extends Named {
  /** How long it took. */
  readonly seconds: number
}

const timed = <E, R>(name: string, measure: Effect.Effect<string, E, R>) =>
  Effect.gen(function*() {
    const begun = yield* Clock.currentTimeMillis
    const snapshotId = yield* measure
    const measured: Measured = {
      name,
      snapshotId,
      seconds: ((yield* Clock.currentTimeMillis) - begun) / 1000
    }
    const progress = yield* Progress
    yield* progress.emit(ProgressEvent.Noted({ text: `${name}: measured in ${measured.seconds.toFixed(1)} s` }))
    return measured
  })

/**
 * The present content.
 *
 * @since 0.1.0
 * @category programs
 */
export const measureWorktree = (ctx: PipelineContext, options: IngestOptions = { only: ["typing"] }) =>
  timed(WORKTREE, Effect.map(ingest(ctx, options), ({ snapshotId }) => snapshotId))

/**
 * A commit (a full id).
 *
 * @since 0.1.0
 * @category programs
 */
export const measureCommit = (
  ctx: PipelineContext,
  { commit, name }: { readonly name: string; readonly commit: string },
  options: Omit<IngestOptions, "pytestReport"> = { only: ["typing"] }
) => timed(name, Effect.map(revisionIngest(ctx, commit, options), ({ snapshotId }) => snapshotId))

/** A stored snapshot, by the beginning of its id. */
const storedAs = Effect.fnUntraced(function*(ctx: PipelineContext, name: string) {
  const warehouse = yield* Warehouse
  if (!/^[0-9a-f]{6,64}$/.test(name) || !(yield* warehouse.exists(ctx.paths.database))) return Option.none<Measured>()
  const { rows } = yield* reading(
    ctx,
    (connection) => connection.query("SELECT snapshot_id FROM snapshots WHERE starts_with(snapshot_id, $1)", [name])
  )
  const [row] = rows
  return rows.length === 1 && row !== undefined
    ? Option.some<Measured>({ name, snapshotId: String(row[0]), seconds: 0 })
    : Option.none<Measured>()
})

/**
 * `name`: a revision of git, `worktree`, or the beginning of the id of a stored snapshot, which is taken as it is.
 *
 * @since 0.1.0
 * @category programs
 */
export const snapshotOf = Effect.fn("snapshotOf")(function*(ctx: PipelineContext, name: string) {
  if (name === WORKTREE) return yield* measureWorktree(ctx)
  const repositories = yield* Repositories
  const commit = yield* Effect.either(repositories.commitOf(ctx, name))
  if (commit._tag === "Right") return yield* measureCommit(ctx, { name, commit: commit.right })
  if (commit.left._tag !== "RevisionError") return yield* commit.left
  const failure: RevisionError = commit.left
  return yield* Effect.flatMap(storedAs(ctx, name), Option.match({ onNone: () => failure, onSome: Effect.succeed }))
})
