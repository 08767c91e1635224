/**
 * Two snapshots of a repository, compared, as `codeintel diff --json` prints it. NULL is "not measured on both sides".
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { Severity } from "./Diagnostic.js"
import { ToolName } from "./ToolName.js"
import { RunStatus } from "./ToolRun.js"

const Count = Schema.NonNegativeInt
const Line = Schema.Int.pipe(Schema.positive())

/**
 * @since 0.1.0
 * @category models
 */
export const Side = Schema.Struct({
  /** As it was asked for: a revision, `worktree`, the id of a snapshot. */
  name: Schema.String,
  snapshotId: Schema.String,
  commit: Schema.NullOr(Schema.String),
  dirty: Schema.Boolean,
  /** When its facts were stored. */
  finishedAt: Schema.String,
  files: Count
})

/**
 * @since 0.1.0
 * @category models
 */
export type Side = typeof Side.Type

/**
 * Lines and columns are 1-based, columns count code points, the end is exclusive.
 *
 * @since 0.1.0
 * @category models
 */
export const ComparedFinding = Schema.Struct({
  tool: ToolName,
  rule: Schema.String,
  severity: Severity,
  message: Schema.String,
  relPath: Schema.String,
  startLine: Line,
  startColumn: Line,
  endLine: Line,
  endColumn: Line,
  fingerprint: Schema.String
})

/**
 * @since 0.1.0
 * @category models
 */
export type ComparedFinding = typeof ComparedFinding.Type

/**
 * The same finding in another place: another file, or not where the lines around it are.
 *
 * @since 0.1.0
 * @category models
 */
export const MovedFinding = Schema.extend(
  ComparedFinding,
  Schema.Struct({ from: Schema.Struct({ relPath: Schema.String, startLine: Line }) })
)

/**
 * @since 0.1.0
 * @category models
 */
export type MovedFinding = typeof MovedFinding.Type

/**
 * A finding that cannot be called new or fixed, as the other side did not look at its file.
 *
 * @since 0.1.0
 * @category models
 */
export const UnknownFinding = Schema.extend(
  ComparedFinding,
  Schema.Struct({ side: Schema.Literal("base", "head"), reason: Schema.String })
)

/**
 * @since 0.1.0
 * @category models
 */
export type UnknownFinding = typeof UnknownFinding.Type

/**
 * What became of a tool on one side.
 *
 * @since 0.1.0
 * @category models
 */
export const ToolSide = Schema.Struct({
  status: RunStatus,
  reason: Schema.NullOr(Schema.String),
  version: Schema.NullOr(Schema.String)
})

/**
 * @since 0.1.0
 * @category models
 */
export type ToolSide = typeof ToolSide.Type

/**
 * A checker on both sides. The counts are NULL where it has facts on one side at most.
 *
 * @since 0.1.0
 * @category models
 */
export const ToolComparison = Schema.Struct({
  tool: ToolName,
  /** NULL: not part of that snapshot. */
  base: Schema.NullOr(ToolSide),
  head: Schema.NullOr(ToolSide),
  new: Schema.NullOr(Count),
  fixed: Schema.NullOr(Count),
  moved: Schema.NullOr(Count),
  unchanged: Schema.NullOr(Count),
  unknown: Schema.NullOr(Count),
  /** Why the counts are NULL, or why they may not be all there is: each is a reason not to call it clean. */
  concerns: Schema.Array(Schema.String)
})

/**
 * @since 0.1.0
 * @category models
 */
export type ToolComparison = typeof ToolComparison.Type

/**
 * Python files.
 *
 * @since 0.1.0
 * @category models
 */
export const FileChanges = Schema.Struct({
  added: Schema.Array(Schema.String),
  deleted: Schema.Array(Schema.String),
  changed: Schema.Array(Schema.String),
  /** With the same content, or most of it. */
  renamed: Schema.Array(Schema.Struct({ from: Schema.String, to: Schema.String }))
})

/**
 * @since 0.1.0
 * @category models
 */
export type FileChanges = typeof FileChanges.Type

/**
 * Lines with a statement, and of these those that tests ran; NULL: the file was not measured on that side, or is not
 * there.
 *
 * @since 0.1.0
 * @category models
 */
export const FileCoverageChange = Schema.Struct({
  relPath: Schema.String,
  baseLines: Schema.NullOr(Count),
  baseCovered: Schema.NullOr(Count),
  headLines: Schema.NullOr(Count),
  headCovered: Schema.NullOr(Count)
})

/**
 * @since 0.1.0
 * @category models
 */
export const CoverageChanges = Schema.Struct({
  baseLines: Count,
  baseCovered: Count,
  headLines: Count,
  headCovered: Count,
  /** Where any of the four differs. */
  files: Schema.Array(FileCoverageChange)
})

/**
 * @since 0.1.0
 * @category models
 */
export const TestChange = Schema.Struct({
  testId: Schema.String,
  /** NULL: it was not there. */
  base: Schema.NullOr(Schema.String),
  head: Schema.NullOr(Schema.String),
  message: Schema.NullOr(Schema.String)
})

/**
 * @since 0.1.0
 * @category models
 */
export const SymbolChange = Schema.Struct({
  /** A SCIP symbol, or the qualified name of a function. */
  symbol: Schema.String,
  relPath: Schema.String
})

/**
 * @since 0.1.0
 * @category models
 */
export const SymbolChanges = Schema.Struct({
  added: Schema.Array(SymbolChange),
  removed: Schema.Array(SymbolChange)
})

/**
 * Of the new lines and those that were changed, in files that coverage measured.
 *
 * @since 0.1.0
 * @category models
 */
export const ChangedLines = Schema.Struct({
  /** Changed lines with a statement. */
  lines: Count,
  covered: Count,
  files: Schema.Array(Schema.Struct({ relPath: Schema.String, lines: Count, uncovered: Schema.Array(Line) })),
  /** Changed files without coverage, and why. */
  unmeasured: Schema.Array(Schema.Struct({ relPath: Schema.String, reason: Schema.String }))
})

/**
 * @since 0.1.0
 * @category models
 */
export type ChangedLines = typeof ChangedLines.Type

/**
 * A part of the comparison that both sides have facts for, or why not.
 *
 * @since 0.1.0
 * @category models
 */
const measured = <A, I>(schema: Schema.Schema<A, I>) =>
  Schema.Struct({ value: Schema.NullOr(schema), reason: Schema.NullOr(Schema.String) })

/**
 * @since 0.1.0
 * @category models
 */
export const Comparison = Schema.Struct({
  repo: Schema.String,
  database: Schema.String,
  base: Side,
  head: Side,
  files: FileChanges,
  tools: Schema.Array(ToolComparison),
  new: Schema.Array(ComparedFinding),
  fixed: Schema.Array(ComparedFinding),
  moved: Schema.Array(MovedFinding),
  unknown: Schema.Array(UnknownFinding),
  coverage: measured(CoverageChanges),
  changedLines: measured(ChangedLines),
  tests: measured(Schema.Array(TestChange)),
  /** By the syntax of both contents: always known. */
  functions: SymbolChanges,
  /** By the index. */
  symbols: measured(SymbolChanges)
})

/**
 * @since 0.1.0
 * @category models
 */
export type Comparison = typeof Comparison.Type
