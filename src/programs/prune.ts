/**
 * Old snapshots go, with all that only they use.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { PruneSummary } from "../domain/PruneSummary.js"
import type { RepositoryLocation } from "../services/Repositories.js"
import { RepositoryLock } from "../services/RepositoryLock.js"
import { type Holdings, type PruneOptions, Warehouse } from "../services/Warehouse.js"

/**
 * Keeps `keep` snapshots: the latest, then clean ones before dirty ones, newest first. Fails when there is no database, when
 * it refuses, or when an ingest or another prune is under way; then nothing is changed. A dry run only reads, and waits for
 * nobody's ingest.
 *
 * @since 0.1.0
 * @category programs
 */
export const prune = Effect.fn("prune")(function*(location: RepositoryLocation, options: PruneOptions) {
  const warehouse = yield* Warehouse
  const lock = yield* RepositoryLock
  const { dryRun } = options
  const { database } = location.paths
  if (!dryRun) {
    // one that is not there is said before a lock is made beside it
    yield* Effect.scoped(warehouse.open(database, "read"))
    yield* lock.acquire(location)
  }
  const { after, before, bytesAfter, bytesBefore, snapshots } = yield* warehouse.prune(database, options)
  const part = (of: keyof Holdings) => ({ kept: after[of], dropped: before[of] - after[of] })
  const summary: PruneSummary = {
    database,
    dryRun,
    snapshots: part("snapshots"),
    runs: part("runs"),
    documents: part("documents"),
    symbols: part("symbols"),
    contents: part("contents"),
    rows: part("rows"),
    droppedSnapshots: snapshots,
    bytesBefore: Option.getOrNull(bytesBefore),
    bytesAfter: Option.getOrNull(bytesAfter)
  }
  return summary
}, Effect.scoped)
