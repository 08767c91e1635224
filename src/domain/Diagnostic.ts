/**
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { ToolName } from "./ToolName.js"

/**
 * @since 0.1.0
 * @category models
 */
export const Severity = Schema.Literal("error", "warning", "information")

/**
 * @since 0.1.0
 * @category models
 */
export type Severity = typeof Severity.Type

/**
 * This severity and those that are worse, the worst first.
 *
 * @since 0.1.0
 * @category getters
 */
export const fromOn = (least: Severity): ReadonlyArray<Severity> =>
  Severity.literals.slice(0, Severity.literals.indexOf(least) + 1)

const Position = Schema.Int.pipe(Schema.positive())

/**
 * One finding of a checker. Lines and columns are 1-based, columns count code points, the end is exclusive.
 *
 * @since 0.1.0
 * @category models
 */
export const Diagnostic = Schema.Struct({
  tool: ToolName,
  /** Relative to the repository, POSIX separators, never `..`; the real path when it was found through a link. */
  relPath: Schema.String,
  startLine: Position,
  startColumn: Position,
  endLine: Position,
  endColumn: Position,
  severity: Severity,
  /** The tool's own name of the rule; `syntax-error` where it names none for a file that does not parse. */
  rule: Schema.String,
  message: Schema.String,
  /** The same finding after lines moved has the same one; the same finding twice in a file has two. */
  fingerprint: Schema.String
})

/**
 * @since 0.1.0
 * @category models
 */
export type Diagnostic = typeof Diagnostic.Type
