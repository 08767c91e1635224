/**
 * What an import came to, as `codeintel import --json` prints it.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { ToolName } from "./ToolName.js"

const Count = Schema.NonNegativeInt

/**
 * Files by name, in the order of the index; of many the first few.
 *
 * @since 0.1.0
 * @category models
 */
export const NamedFiles = Schema.Struct({ count: Count, first: Schema.Array(Schema.String) })

/**
 * @since 0.1.0
 * @category models
 */
export type NamedFiles = typeof NamedFiles.Type

/**
 * @since 0.1.0
 * @category models
 */
export const ImportSummary = Schema.Struct({
  repo: Schema.String,
  database: Schema.String,
  snapshotId: Schema.String,
  tool: ToolName,
  version: Schema.NullOr(Schema.String),
  /** Stored, as counted in the database. */
  documents: Count,
  occurrences: Count,
  symbols: Count,
  /** Documents of files that are not below the repository: left out. */
  outsideRepository: NamedFiles,
  /** Documents of files that the repository has not, or that git ignores: left out. */
  notInRepository: NamedFiles,
  /** Documents of files with another content than the index was made of. */
  ofOtherContent: NamedFiles,
  /** Documents without a text to count by: their columns are in the units of the index. */
  columnsAsGiven: NamedFiles,
  /** Documents with occurrences that are not within the text, and how many those are: left out. */
  outsideText: Schema.extend(NamedFiles, Schema.Struct({ occurrences: Count })),
  /** All of this in words. */
  notes: Schema.Array(Schema.String)
})

/**
 * @since 0.1.0
 * @category models
 */
export type ImportSummary = typeof ImportSummary.Type
