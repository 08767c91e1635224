/**
 * How old what is in the database is: the snapshot of the last finished ingest, and what has changed since.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"

/**
 * @since 0.1.0
 * @category models
 */
export const Freshness = Schema.Struct({
  /** Absolute root of the repository that was ingested. */
  repo: Schema.String,
  snapshotId: Schema.String,
  /** NULL: no git, or no commit yet. */
  commit: Schema.NullOr(Schema.String),
  /** Whether the working tree differed from the commit. */
  dirty: Schema.Boolean,
  /** When the ingest ended, ISO 8601. */
  finishedAt: Schema.String,
  /** Whether the working tree has the content of the snapshot. */
  current: Schema.Boolean,
  /** Python files that were added, changed or deleted since; none also when only others were. */
  changed: Schema.Array(Schema.String)
})

/**
 * @since 0.1.0
 * @category models
 */
export type Freshness = typeof Freshness.Type
