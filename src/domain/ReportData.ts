/**
 * What a report shows, as it is embedded in its page. NULL is "not measured"; what was left out to keep the page small is
 * in `leftOut`. Texts that repeat (paths, rules, reasons, names of tests) are given once and then by index.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { Severity } from "./Diagnostic.js"
import { CoverageSummary, ScipSummary, TestsSummary, ToolSummary, TypednessSummary } from "./IngestSummary.js"
import { TestOutcome } from "./TestReport.js"
import { ToolName } from "./ToolName.js"

const Count = Schema.NonNegativeInt
const MaybeCount = Schema.NullOr(Count)
const Index = Schema.NonNegativeInt
const MaybeText = Schema.NullOr(Schema.String)

/** Lines, 1-based, ascending: `1-5,8`. */
const LineRanges = Schema.String

/**
 * A tool and what became of it.
 *
 * @since 0.1.0
 * @category models
 */
export const ReportTool = Schema.Struct({
  ...ToolSummary.fields,
  isChecker: Schema.Boolean,
  /** ISO 8601, UTC; NULL: no run was made. */
  startedAt: MaybeText
})

/**
 * @since 0.1.0
 * @category models
 */
export type ReportTool = typeof ReportTool.Type

/**
 * What one checker says of one file; both NULL with a reason (index into `reasons`) when it was not measured.
 *
 * @since 0.1.0
 * @category models
 */
export const ReportCheck = Schema.Struct({
  errors: MaybeCount,
  /** Findings of the other severities. */
  others: MaybeCount,
  reason: Schema.NullOr(Index)
})

/**
 * @since 0.1.0
 * @category models
 */
export type ReportCheck = typeof ReportCheck.Type

/**
 * @since 0.1.0
 * @category models
 */
export const ReportFile = Schema.Struct({
  path: Schema.String,
  module: Schema.String,
  lines: Count,
  parseError: MaybeText,
  parseErrorLine: MaybeCount,
  /** In the order of `checkers`. */
  checks: Schema.Array(ReportCheck),
  covered: MaybeCount,
  missing: MaybeCount,
  /** Why one of the two is NULL. */
  coverageReason: Schema.NullOr(Index),
  functions: MaybeCount,
  parameters: MaybeCount,
  annotatedParameters: MaybeCount,
  annotatedReturns: MaybeCount,
  untyped: MaybeCount
})

/**
 * @since 0.1.0
 * @category models
 */
export type ReportFile = typeof ReportFile.Type

/**
 * @since 0.1.0
 * @category models
 */
export const ReportRule = Schema.Struct({
  tool: ToolName,
  rule: Schema.String,
  errors: Count,
  warnings: Count,
  information: Count,
  /** Files that have it. */
  files: Count
})

/**
 * @since 0.1.0
 * @category models
 */
export type ReportRule = typeof ReportRule.Type

/**
 * Lines and columns as in `diagnostics`.
 *
 * @since 0.1.0
 * @category models
 */
export const ReportFinding = Schema.Struct({
  file: Index,
  rule: Index,
  severity: Severity,
  line: Count,
  column: Count,
  message: Schema.String
})

/**
 * @since 0.1.0
 * @category models
 */
export type ReportFinding = typeof ReportFinding.Type

/**
 * @since 0.1.0
 * @category models
 */
export const ReportTest = Schema.Struct({
  test: Index,
  /** NULL: the file is outside the repository. */
  file: Schema.NullOr(Index),
  outcome: TestOutcome,
  durationMs: Schema.NullOr(Schema.NonNegative),
  message: MaybeText
})

/**
 * @since 0.1.0
 * @category models
 */
export type ReportTest = typeof ReportTest.Type

/**
 * A function without any annotation.
 *
 * @since 0.1.0
 * @category models
 */
export const ReportFunction = Schema.Struct({
  file: Index,
  name: Schema.String,
  line: Count,
  lines: Count,
  parameters: Count
})

/**
 * @since 0.1.0
 * @category models
 */
export type ReportFunction = typeof ReportFunction.Type

/**
 * What the page of a file shows besides. A part that is NULL was left out, or there is none.
 *
 * @since 0.1.0
 * @category models
 */
export const ReportDetail = Schema.Struct({
  file: Index,
  source: MaybeText,
  covered: Schema.NullOr(LineRanges),
  missing: Schema.NullOr(LineRanges),
  contexts: Schema.NullOr(Schema.Array(Schema.Struct({ test: Index, lines: LineRanges })))
})

/**
 * @since 0.1.0
 * @category models
 */
export type ReportDetail = typeof ReportDetail.Type

/**
 * @since 0.1.0
 * @category models
 */
export const ReportLeftOut = Schema.Struct({
  what: Schema.Literal("files", "findings", "rules", "tests", "functions", "coverage", "contexts", "sources"),
  shown: Count,
  of: Count
})

/**
 * @since 0.1.0
 * @category models
 */
export type ReportLeftOut = typeof ReportLeftOut.Type

/**
 * @since 0.1.0
 * @category models
 */
export const ReportData = Schema.Struct({
  repo: Schema.String,
  snapshotId: Schema.String,
  commit: MaybeText,
  dirty: Schema.Boolean,
  /** ISO 8601, UTC. */
  startedAt: Schema.String,
  finishedAt: Schema.String,
  madeAt: Schema.String,
  /** Whether the working tree is another content now, and which Python files are (the first of them). */
  changed: Schema.Boolean,
  changedFiles: Schema.Array(Schema.String),
  changedFilesCount: Count,
  tools: Schema.Array(ReportTool),
  filesWithParseErrors: MaybeCount,
  typedness: TypednessSummary,
  tests: Schema.NullOr(TestsSummary),
  coverage: Schema.NullOr(CoverageSummary),
  scip: Schema.NullOr(ScipSummary),
  /** Those that have a row per file, by name. */
  checkers: Schema.Array(ToolName),
  reasons: Schema.Array(Schema.String),
  files: Schema.Array(ReportFile),
  rules: Schema.Array(ReportRule),
  findings: Schema.Array(ReportFinding),
  testIds: Schema.Array(Schema.String),
  testResults: Schema.Array(ReportTest),
  functions: Schema.Array(ReportFunction),
  details: Schema.Array(ReportDetail),
  /** Whether it was recorded which test ran which line. */
  hasContexts: Schema.Boolean,
  leftOut: Schema.Array(ReportLeftOut)
})

/**
 * @since 0.1.0
 * @category models
 */
export type ReportData = typeof ReportData.Type
