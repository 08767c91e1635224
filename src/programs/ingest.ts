/**
 * The pipeline.
 *
 * @since 0.1.0
 */
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import type { PipelineContext } from "../domain/PipelineContext.js"
import { ChangeTracker } from "../services/ChangeTracker.js"
import { Progress, ProgressEvent } from "../services/Progress.js"
import { Repositories } from "../services/Repositories.js"
import { RepositoryLock } from "../services/RepositoryLock.js"
import { findPrior } from "./prior.js"
import { publish } from "./publish.js"
import { enabledCheckers, typingRuns } from "./typingRuns.js"

/**
 * What can be ingested.
 *
 * @since 0.1.0
 * @category models
 */
export type Dataset = "typing"

/**
 * @since 0.1.0
 * @category models
 */
export const datasets: ReadonlyArray<Dataset> = ["typing"]

/**
 * @since 0.1.0
 * @category models
 */
export interface IngestOptions {
  /** All datasets unless given; there is one so far. */
  readonly only?: ReadonlyArray<Dataset>
  /** The first tool that does not succeed stops the others. */
  readonly strict?: boolean
}

/**
 * Brings the database of `ctx` up to the present content of the repository, and reads back what it holds. A tool that
 * is missing or fails is a row with its reason. Fails when the database or the file system refuses, or another ingest
 * is under way; then readers still see the ingest before.
 *
 * @since 0.1.0
 * @category programs
 */
export const ingest = Effect.fn("ingest")(function*(ctx: PipelineContext, options: IngestOptions = {}) {
  const repositories = yield* Repositories
  const lock = yield* RepositoryLock
  const changeTracker = yield* ChangeTracker
  const progress = yield* Progress
  const startedAt = yield* DateTime.now

  yield* repositories.prepareState(ctx)
  yield* lock.acquire(ctx)
  const prior = yield* findPrior(ctx, ctx.modules.length > 0 ? yield* enabledCheckers(ctx) : [])
  const plan = yield* changeTracker.plan(
    prior.modules,
    new Map(ctx.modules.map(({ contentHash, relPath }) => [relPath, contentHash]))
  )
  yield* Effect.forEach([...ctx.notices, ...plan.reasons], (text) => progress.emit(ProgressEvent.Noted({ text })), {
    discard: true
  })

  return yield* typingRuns(ctx, prior, { strict: options.strict ?? false }).pipe(
    Effect.flatMap((typing) => publish(ctx, typing, { startedAt, changes: plan.reasons })),
    Effect.ensuring(progress.emit(ProgressEvent.Ended()))
  )
}, Effect.scoped)
