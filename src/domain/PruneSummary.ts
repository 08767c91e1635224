/**
 * What a prune came to, as `codeintel prune --json` prints it: counted in the database before and after.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"

const Count = Schema.NonNegativeInt

const Part = Schema.Struct({ kept: Count, dropped: Count })

/**
 * @since 0.1.0
 * @category models
 */
export const PruneSummary = Schema.Struct({
  database: Schema.String,
  /** Nothing was changed: this is what would go. */
  dryRun: Schema.Boolean,
  snapshots: Part,
  runs: Part,
  /** SCIP documents, each content once. */
  documents: Part,
  /** SCIP symbols that are not local to a document. */
  symbols: Part,
  /** Contents of files with syntax facts. */
  contents: Part,
  /** Rows of all tables that belong to snapshots. */
  rows: Part,
  /** Ids of the snapshots that go, newest first. */
  droppedSnapshots: Schema.Array(Schema.String),
  /** Size of the file; NULL when the database is in memory. */
  bytesBefore: Schema.NullOr(Count),
  /** NULL also of a dry run: what it would be is not known. */
  bytesAfter: Schema.NullOr(Count)
})

/**
 * @since 0.1.0
 * @category models
 */
export type PruneSummary = typeof PruneSummary.Type
