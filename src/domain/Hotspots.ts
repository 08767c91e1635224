/**
 * Functions where a change is likely and likely to go wrong, as `codeintel hotspots --json` prints it.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { Freshness } from "./Freshness.js"

const Count = Schema.NonNegativeInt
const MaybeCount = Schema.NullOr(Count)

/**
 * NULL is "not measured"; it adds nothing to the score.
 *
 * @since 0.1.0
 * @category models
 */
export const Hotspot = Schema.Struct({
  /** `module:Class.method`, to be given to `codeintel show`. */
  name: Schema.String,
  relPath: Schema.String,
  startLine: Count,
  endLine: Count,
  score: Schema.NonNegative,
  /** Commits of the main line that changed its lines. */
  changes: MaybeCount,
  /** Findings of all checkers that looked at the file; NULL: none did. */
  findings: MaybeCount,
  /** Lines of its body that no test ran; NULL also when not all tests ran. */
  uncovered: MaybeCount,
  /** Functions, itself apart, that refer to it. */
  fanIn: MaybeCount
})

/**
 * @since 0.1.0
 * @category models
 */
export type Hotspot = typeof Hotspot.Type

/**
 * @since 0.1.0
 * @category models
 */
export const Hotspots = Schema.Struct({
  freshness: Freshness,
  /** ISO 8601; NULL: churn is not known. */
  since: Schema.NullOr(Schema.String),
  /** What is NULL for every function, and why. */
  unknown: Schema.Array(Schema.String),
  /**
   * Functions that were ranked: those of tests are not, nor those within a function, whose lines are its. NULL: not all files
   * are parsed.
   */
  functions: MaybeCount,
  /** The highest scores. */
  hotspots: Schema.Array(Hotspot)
})

/**
 * @since 0.1.0
 * @category models
 */
export type Hotspots = typeof Hotspots.Type

/**
 * How often a function changes, times what is wrong or untested in it, times how far a mistake reaches: one more
 * each time that the fan-in doubles. Of what is not known, nothing is added; without churn every function counts as changed once.
 *
 * @since 0.1.0
 * @category constructors
 */
export const score = (
  { changes, fanIn, findings, uncovered }: Pick<Hotspot, "changes" | "findings" | "uncovered" | "fanIn">
): number => (changes ?? 1) * (1 + (findings ?? 0) + (uncovered ?? 0)) * (1 + Math.log2(1 + (fanIn ?? 0)))

/**
 * The same for people.
 *
 * @since 0.1.0
 * @category constructors
 */
export const scoreExplained = "score = changes x (1 + findings + uncovered lines) x (1 + log2(1 + fan-in))"
