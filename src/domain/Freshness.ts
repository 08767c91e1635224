/**
 * How fresh and how complete the facts are that an answer rests on.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { ToolName } from "./ToolName.js"
import { RunStatus } from "./ToolRun.js"

/**
 * A tool that the answer rests on, and what became of it.
 *
 * @since 0.1.0
 * @category models
 */
export const Source = Schema.Struct({
  tool: ToolName,
  status: RunStatus,
  reason: Schema.NullOr(Schema.String),
  /** When it ran, ISO 8601; NULL: it did not. */
  ranAt: Schema.NullOr(Schema.String),
  /** Python files that it looked at; NULL: it does not say, or has no files. */
  filesMeasured: Schema.NullOr(Schema.NonNegativeInt)
})

/**
 * @since 0.1.0
 * @category models
 */
export type Source = typeof Source.Type

/**
 * @since 0.1.0
 * @category models
 */
export const Freshness = Schema.Struct({
  /** Absolute root of the repository at the ingest. */
  repo: Schema.String,
  database: Schema.String,
  snapshotId: Schema.String,
  commit: Schema.NullOr(Schema.String),
  /** Whether the working tree differed from the commit then. */
  dirty: Schema.Boolean,
  /** When the ingest ended, ISO 8601. */
  ingestedAt: Schema.String,
  /** Python files then. */
  files: Schema.NonNegativeInt,
  /** Whether the content of the repository, whatever its files, is another one now. */
  treeChanged: Schema.Boolean,
  /** Python files that were added, changed or deleted since: what is said of them is of before. */
  changedFiles: Schema.Array(Schema.String),
  sources: Schema.Array(Source)
})

/**
 * @since 0.1.0
 * @category models
 */
export type Freshness = typeof Freshness.Type
