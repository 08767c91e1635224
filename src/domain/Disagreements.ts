/**
 * Where two checkers differ, as `codeintel disagree --json` prints it. Whatever there are two of is in the order of
 * `tools`; NULL is "this tool reports nothing there", said of files alone that both have measured.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { Severity } from "./Diagnostic.js"
import { Freshness } from "./Freshness.js"
import { ToolName } from "./ToolName.js"
import { RunStatus } from "./ToolRun.js"

const Count = Schema.NonNegativeInt

const two = <A, I>(schema: Schema.Schema<A, I>) => Schema.Tuple(schema, schema)

/**
 * @since 0.1.0
 * @category models
 */
export const ComparedTool = Schema.Struct({
  tool: ToolName,
  status: RunStatus,
  version: Schema.NullOr(Schema.String),
  /** What is to be known of the run. */
  reason: Schema.NullOr(Schema.String)
})

/**
 * @since 0.1.0
 * @category models
 */
export type ComparedTool = typeof ComparedTool.Type

/**
 * What one tool says at a place.
 *
 * @since 0.1.0
 * @category models
 */
export const PlacedFinding = Schema.Struct({ startColumn: Schema.Int, severity: Severity, message: Schema.String })

/**
 * @since 0.1.0
 * @category models
 */
export type PlacedFinding = typeof PlacedFinding.Type

/**
 * @since 0.1.0
 * @category models
 */
export const DisagreementPlace = Schema.Struct({
  relPath: Schema.String,
  startLine: Schema.Int,
  findings: two(Schema.NullOr(PlacedFinding))
})

/**
 * @since 0.1.0
 * @category models
 */
export type DisagreementPlace = typeof DisagreementPlace.Type

/**
 * Places where one tool names a rule and the other another one, or nothing.
 *
 * @since 0.1.0
 * @category models
 */
export const RulePair = Schema.Struct({
  rules: two(Schema.NullOr(Schema.String)),
  count: Count,
  /** By file and line; the first ones when there are more than were asked for. */
  places: Schema.Array(DisagreementPlace),
  /** How many more there are. */
  leftOut: Count
})

/**
 * @since 0.1.0
 * @category models
 */
export type RulePair = typeof RulePair.Type

/**
 * A file that is not compared; why a tool has not measured it, NULL of the one that has.
 *
 * @since 0.1.0
 * @category models
 */
export const FileApart = Schema.Struct({
  relPath: Schema.String,
  measured: two(Schema.Boolean),
  reasons: two(Schema.NullOr(Schema.String))
})

/**
 * @since 0.1.0
 * @category models
 */
export type FileApart = typeof FileApart.Type

/**
 * @since 0.1.0
 * @category models
 */
export const Disagreements = Schema.Struct({
  freshness: Freshness,
  tools: two(ComparedTool),
  /** Places where one of the tools has a finding of these; what the other says there counts whatever its severity. */
  severities: Schema.Array(Severity),
  /** Rules that were asked for, of either tool; empty: all. */
  rules: Schema.Array(Schema.String),
  /** Python files that were asked for: all of the snapshot, or those that match `pattern`. */
  files: Count,
  pattern: Schema.NullOr(Schema.String),
  /** Of these, files that both tools have measured. */
  filesCompared: Count,
  /** Places that one of the tools alone reports. */
  alone: two(Count),
  /** Places that both report, by whatever rules. */
  both: Count,
  /** What one tool reports alone comes first, the most frequent first. */
  pairs: Schema.Array(RulePair),
  /** Of the files, those that are not compared, and why. */
  filesApart: Schema.Array(FileApart)
})

/**
 * @since 0.1.0
 * @category models
 */
export type Disagreements = typeof Disagreements.Type
