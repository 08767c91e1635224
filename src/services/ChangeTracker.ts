/**
 * What an ingest has to look at again.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { IngestPlan } from "../domain/IngestPlan.js"

/**
 * @since 0.1.0
 * @category tags
 */
export class ChangeTracker extends Context.Tag("codeintel/ChangeTracker")<ChangeTracker, {
  /** Compares path -> content hash of the last finished ingest with the present. An empty `previous` is a full plan. */
  readonly plan: (
    previous: ReadonlyMap<string, string>,
    current: ReadonlyMap<string, string>
  ) => Effect.Effect<IngestPlan>
}>() {}
