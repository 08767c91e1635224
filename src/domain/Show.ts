/**
 * All that is known of a file or a symbol, as `codeintel show --json` prints it. NULL is "not measured", with the reason.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { Freshness } from "./Freshness.js"
import { Known } from "./Known.js"
import { Candidate } from "./SubjectUnclear.js"
import { ToolName } from "./ToolName.js"

const Count = Schema.NonNegativeInt
const MaybeCount = Schema.NullOr(Count)
const MaybeString = Schema.NullOr(Schema.String)

/**
 * @since 0.1.0
 * @category models
 */
export const Finding = Schema.Struct({
  tool: ToolName,
  line: Count,
  severity: Schema.String,
  rule: Schema.String,
  message: Schema.String
})

/**
 * @since 0.1.0
 * @category models
 */
export type Finding = typeof Finding.Type

/**
 * Findings in some lines.
 *
 * @since 0.1.0
 * @category models
 */
export const Findings = Schema.Struct({
  /** Of every severity; NULL: the checker did not look at the file. No checker: none was run. */
  checkers: Schema.Array(Schema.Struct({ tool: ToolName, findings: MaybeCount, reason: MaybeString })),
  /** The first of them. */
  first: Schema.Array(Finding)
})

/**
 * @since 0.1.0
 * @category models
 */
export type Findings = typeof Findings.Type

/**
 * @since 0.1.0
 * @category models
 */
export const Covered = Schema.Struct({
  /** Lines that tests can run. */
  lines: Count,
  covered: Count,
  /** NULL: not all tests ran, and more may be covered. */
  missing: Schema.NullOr(Schema.Array(Count))
})

/**
 * @since 0.1.0
 * @category models
 */
export type Covered = typeof Covered.Type

/**
 * @since 0.1.0
 * @category models
 */
export const TestsOf = Schema.Struct({ total: Count, first: Schema.Array(Schema.String) })

/**
 * @since 0.1.0
 * @category models
 */
export type TestsOf = typeof TestsOf.Type

/**
 * @since 0.1.0
 * @category models
 */
export const Changes = Schema.Struct({
  /** Commits of the main line that changed the lines; a merge is one. */
  changes: Count,
  /** ISO 8601. */
  since: Schema.String
})

/**
 * @since 0.1.0
 * @category models
 */
export type Changes = typeof Changes.Type

/**
 * A function that refers to something. `function` NULL: code of the module or of a class that is in none.
 *
 * @since 0.1.0
 * @category models
 */
export const Caller = Schema.Struct({ relPath: Schema.String, function: MaybeString, references: Count, line: Count })

/**
 * @since 0.1.0
 * @category models
 */
export type Caller = typeof Caller.Type

/**
 * @since 0.1.0
 * @category models
 */
export const References = Schema.Struct({
  total: Count,
  /** Of these, names in import statements; NULL: not all files are parsed. */
  imports: MaybeCount,
  files: Schema.Array(Schema.Struct({ relPath: Schema.String, references: Count })),
  first: Schema.Array(Schema.Struct({ relPath: Schema.String, line: Count, text: MaybeString }))
})

/**
 * @since 0.1.0
 * @category models
 */
export type References = typeof References.Type

/**
 * @since 0.1.0
 * @category models
 */
export const ShownFile = Schema.TaggedStruct("File", {
  freshness: Freshness,
  relPath: Schema.String,
  moduleName: Schema.String,
  lines: Count,
  parseError: MaybeString,
  /** The file has another content now: lines are of before. */
  changedSince: Schema.Boolean,
  functions: Known(Schema.Array(Schema.Struct({ qualifiedName: Schema.String, startLine: Count, endLine: Count }))),
  typedness: Known(Schema.Struct({
    functions: Count,
    parameters: Count,
    annotatedParameters: Count,
    annotatedReturns: Count,
    untypedFunctions: Count
  })),
  /** By what the import statements of the other files say. */
  importedBy: Known(Schema.Array(Schema.Struct({ relPath: Schema.String, line: Count }))),
  findings: Findings,
  coverage: Known(Covered),
  tests: Known(TestsOf),
  churn: Known(Changes)
})

/**
 * @since 0.1.0
 * @category models
 */
export type ShownFile = typeof ShownFile.Type

/**
 * @since 0.1.0
 * @category models
 */
export const ShownSymbol = Schema.TaggedStruct("Symbol", {
  freshness: Freshness,
  module: Schema.String,
  qualifiedName: Schema.String,
  kind: Schema.String,
  /** As SCIP writes it; NULL: the index does not know it. */
  symbol: MaybeString,
  relPath: Schema.String,
  startLine: Count,
  endLine: Count,
  changedSince: Schema.Boolean,
  signature: Known(Schema.String),
  documentation: Known(Schema.String),
  references: Known(References),
  callers: Known(Schema.Struct({ total: Count, first: Schema.Array(Caller) })),
  /** What it overrides or derives from; what overrides it or derives from it. SCIP symbols. */
  bases: Known(Schema.Array(Schema.String)),
  derived: Known(Schema.Array(Schema.String)),
  tests: Known(TestsOf),
  findings: Findings,
  coverage: Known(Covered),
  churn: Known(Changes),
  /** Others whose full name ends like this. */
  others: Schema.Array(Candidate)
})

/**
 * @since 0.1.0
 * @category models
 */
export type ShownSymbol = typeof ShownSymbol.Type

/**
 * @since 0.1.0
 * @category models
 */
export const Shown = Schema.Union(ShownFile, ShownSymbol)

/**
 * @since 0.1.0
 * @category models
 */
export type Shown = typeof Shown.Type
