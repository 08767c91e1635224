/**
 * What an ingest came to, as `codeintel ingest --json` prints it. Read back from the database: what is shown is what is
 * stored. NULL is "not measured".
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { ToolName } from "./ToolName.js"
import { RunStatus } from "./ToolRun.js"

const Count = Schema.NonNegativeInt
const MaybeCount = Schema.NullOr(Count)

/**
 * @since 0.1.0
 * @category models
 */
export const ToolSummary = Schema.Struct({
  tool: ToolName,
  status: RunStatus,
  reason: Schema.NullOr(Schema.String),
  version: Schema.NullOr(Schema.String),
  /** Findings of severity `error` in the files that were measured. */
  errors: MaybeCount,
  warnings: MaybeCount,
  /** Python files of the repository that the tool looked at. */
  filesMeasured: MaybeCount,
  durationMs: MaybeCount,
  /** The run was made for an earlier ingest, and nothing that it depends on has changed. */
  reused: Schema.Boolean
})

/**
 * @since 0.1.0
 * @category models
 */
export type ToolSummary = typeof ToolSummary.Type

/**
 * Sums over all files; NULL when the syntax of one is not known (it could not be read, or changed meanwhile).
 *
 * @since 0.1.0
 * @category models
 */
export const TypednessSummary = Schema.Struct({
  functions: MaybeCount,
  parameters: MaybeCount,
  annotatedParameters: MaybeCount,
  annotatedReturns: MaybeCount,
  untypedFunctions: MaybeCount
})

/**
 * @since 0.1.0
 * @category models
 */
export type TypednessSummary = typeof TypednessSummary.Type

/**
 * Results of the tests, as pytest counts them in its last line; `crashed`: the process ended in the middle of it.
 *
 * @since 0.1.0
 * @category models
 */
export const TestsSummary = Schema.Struct({
  passed: Count,
  failed: Count,
  errors: Count,
  skipped: Count,
  xfailed: Count,
  xpassed: Count,
  crashed: Count
})

/**
 * @since 0.1.0
 * @category models
 */
export type TestsSummary = typeof TestsSummary.Type

/**
 * @since 0.1.0
 * @category models
 */
export const CoverageSummary = Schema.Struct({
  /** Lines with a statement, in the files that were measured. */
  lines: Count,
  coveredLines: Count,
  files: Count
})

/**
 * @since 0.1.0
 * @category models
 */
export type CoverageSummary = typeof CoverageSummary.Type

/**
 * @since 0.1.0
 * @category models
 */
export const ScipSummary = Schema.Struct({ documents: Count, occurrences: Count, symbols: Count })

/**
 * @since 0.1.0
 * @category models
 */
export type ScipSummary = typeof ScipSummary.Type

/**
 * @since 0.1.0
 * @category models
 */
export const IngestSummary = Schema.Struct({
  repo: Schema.String,
  database: Schema.String,
  snapshotId: Schema.String,
  commit: Schema.NullOr(Schema.String),
  dirty: Schema.Boolean,
  interpreter: Schema.NullOr(Schema.Struct({
    executable: Schema.String,
    version: Schema.String,
    chosenBecause: Schema.String
  })),
  /** Python files of the repository. */
  files: Count,
  /** Of these, files that do not parse. */
  filesWithParseErrors: MaybeCount,
  typedness: TypednessSummary,
  /** NULL when the tests did not run. */
  tests: Schema.NullOr(TestsSummary),
  /** NULL when it was not measured. */
  coverage: Schema.NullOr(CoverageSummary),
  /** NULL when nothing was indexed. */
  scip: Schema.NullOr(ScipSummary),
  /** Of an index that went on from an earlier one, the files that were indexed again; NULL of every other. */
  reindexed: Schema.NullOr(Schema.Array(Schema.Struct({ relPath: Schema.String, reason: Schema.String }))),
  tools: Schema.Array(ToolSummary),
  /** What changed since the last ingest. */
  changes: Schema.Array(Schema.String),
  notices: Schema.Array(Schema.String)
})

/**
 * @since 0.1.0
 * @category models
 */
export type IngestSummary = typeof IngestSummary.Type
