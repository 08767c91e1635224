/**
 * The pipeline over a commit: its files are made beside the repository, for as long as the tools look at them.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import type { PipelineContext } from "../domain/PipelineContext.js"
import { Repositories } from "../services/Repositories.js"
import { RepositoryLock } from "../services/RepositoryLock.js"
import { ingestLocked, type IngestOptions } from "./ingest.js"

/**
 * Runs the tools over a commit (a full id) with the settings and the interpreter of `ctx`, and stores what they say as a
 * snapshot that is not dirty and never the latest. Writes nothing to the repository but the database.
 *
 * @since 0.1.0
 * @category programs
 */
export const revisionIngest = Effect.fn("revisionIngest")(
  function*(ctx: PipelineContext, commit: string, options: Omit<IngestOptions, "pytestReport"> = {}) {
    const repositories = yield* Repositories
    const lock = yield* RepositoryLock
    yield* lock.acquire(ctx)
    const opened = yield* repositories.openRevision(ctx, commit)
    return yield* ingestLocked(opened, options)
  },
  Effect.scoped
)
