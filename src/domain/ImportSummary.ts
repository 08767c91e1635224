/**
 * What an import came to, as `codeintel import --json` prints it: of an index one shape, of a report the other.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { Severity } from "./Diagnostic.js"
import { ReportFormat } from "./ReportFormat.js"
import { TestOutcome } from "./TestReport.js"
import { ToolName } from "./ToolName.js"
import { RunStatus } from "./ToolRun.js"

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
  format: Schema.Literal("scip"),
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

const Paths = Schema.Struct({
  /** Paths of the report that were placed, by what told the file (see `PlacedBy`). */
  map: Count,
  exact: Count,
  root: Count,
  paths: Count,
  installed: Count,
  suffix: Count,
  /** May be of several files: what the report says of them is left out. */
  ambiguous: NamedFiles,
  /** Of no file of the repository: the same. */
  unmatched: NamedFiles
})

/**
 * One run of a report. What it does not speak of is null.
 *
 * @since 0.1.0
 * @category models
 */
export const ImportedRun = Schema.Struct({
  tool: ToolName,
  version: Schema.NullOr(Schema.String),
  runId: Schema.String,
  status: RunStatus,
  /** Findings, by severity. */
  findings: Schema.NullOr(Schema.Record({ key: Severity, value: Count })),
  /** Results of tests, by outcome; what there is none of is left out. */
  tests: Schema.NullOr(Schema.partial(Schema.Record({ key: TestOutcome, value: Count }))),
  coverage: Schema.NullOr(Schema.Struct({ files: Count, lines: Count, coveredLines: Count })),
  /** Python files: measured, not measured, and those of which that is not known. */
  files: Schema.NullOr(Schema.Struct({ measured: Count, notMeasured: Count, unknown: Count })),
  /** Findings, files or tests of paths that could not be placed. Tests are stored, without a file. */
  withoutPlace: Count
})

/**
 * @since 0.1.0
 * @category models
 */
export type ImportedRun = typeof ImportedRun.Type

/**
 * @since 0.1.0
 * @category models
 */
export const ReportSummary = Schema.Struct({
  format: ReportFormat,
  repo: Schema.String,
  database: Schema.String,
  snapshotId: Schema.String,
  /** Stored, as counted in the database. */
  runs: Schema.Array(ImportedRun),
  paths: Paths,
  /** Files with another content than the report was made of: not measured. */
  ofOtherContent: NamedFiles,
  /** All of this in words. */
  notes: Schema.Array(Schema.String)
})

/**
 * @since 0.1.0
 * @category models
 */
export type ReportSummary = typeof ReportSummary.Type
