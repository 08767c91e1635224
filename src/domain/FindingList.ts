/**
 * Findings of the checkers in a part of the repository, with what each of them looked at there.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { Severity } from "./Diagnostic.js"
import { Freshness } from "./Freshness.js"
import { ToolName } from "./ToolName.js"
import { RunStatus } from "./ToolRun.js"

const Count = Schema.NonNegativeInt
const MaybeString = Schema.NullOr(Schema.String)

/**
 * What was asked for; NULL: whatever it is.
 *
 * @since 0.1.0
 * @category models
 */
export const FindingFilter = Schema.Struct({
  /** A file, or a directory with all below it. */
  path: MaybeString,
  tool: Schema.NullOr(ToolName),
  severity: Schema.NullOr(Severity),
  rule: MaybeString
})

/**
 * @since 0.1.0
 * @category models
 */
export type FindingFilter = typeof FindingFilter.Type

/**
 * @since 0.1.0
 * @category models
 */
export const CheckedPart = Schema.Struct({
  tool: ToolName,
  status: RunStatus,
  /** Python files of the part that it looked at, and that it did not, or of which that is not known. */
  measured: Count,
  notMeasured: Count,
  /** The first of those that it did not look at. */
  unmeasured: Schema.Array(Schema.Struct({ relPath: Schema.String, reason: MaybeString })),
  /** That match; NULL: it looked at no file of the part. */
  findings: Schema.NullOr(Count),
  /** Why it did not look at all of the part. */
  reason: MaybeString
})

/**
 * @since 0.1.0
 * @category models
 */
export type CheckedPart = typeof CheckedPart.Type

/**
 * @since 0.1.0
 * @category models
 */
export const ListedFinding = Schema.Struct({
  tool: ToolName,
  relPath: Schema.String,
  startLine: Count,
  startColumn: Count,
  endLine: Count,
  endColumn: Count,
  severity: Severity,
  rule: Schema.String,
  message: Schema.String
})

/**
 * @since 0.1.0
 * @category models
 */
export type ListedFinding = typeof ListedFinding.Type

/**
 * @since 0.1.0
 * @category models
 */
export const FindingList = Schema.Struct({
  freshness: Freshness,
  filter: FindingFilter,
  /** Python files of the part. */
  files: Count,
  /** Each checker of the snapshot that was asked for. */
  checkers: Schema.Array(CheckedPart),
  /** How many match in all; NULL: no checker looked at a file of the part. */
  total: Schema.NullOr(Count),
  /** Why there is no number, or may be more; NULL: all was looked at. */
  reason: MaybeString,
  /** The first of them, errors before warnings, by place. */
  findings: Schema.Array(ListedFinding)
})

/**
 * @since 0.1.0
 * @category models
 */
export type FindingList = typeof FindingList.Type
