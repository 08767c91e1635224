/**
 * One ingest or prune at a time.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type { IngestLocked, RepositoryError } from "../domain/errors.js"
import type { RepositoryLocation } from "./Repositories.js"

/**
 * @since 0.1.0
 * @category tags
 */
export class RepositoryLock extends Context.Tag("codeintel/RepositoryLock")<RepositoryLock, {
  /**
   * Holds `paths.lock` (process, host, start) for the length of the scope, over all processes and fibers. A lock whose
   * process is gone is taken over, and the scratch directories it left are removed.
   */
  readonly acquire: (location: RepositoryLocation) => Effect.Effect<void, IngestLocked | RepositoryError, Scope.Scope>
}>() {}
