/**
 * The tests that a change needs, as `codeintel tests --diff REV --json` prints them.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { Freshness } from "./Freshness.js"

/**
 * A file that differs between the base and the working tree.
 *
 * @since 0.1.0
 * @category models
 */
export const ChangedFile = Schema.Struct({
  /** Relative to the repository. A renamed file is deleted under one name and added under another. */
  relPath: Schema.String,
  kind: Schema.Literal("added", "changed", "deleted"),
  /** Qualified names of the functions whose bodies changed; empty: something else did. */
  functions: Schema.Array(Schema.String),
  /** Why it is not known which tests it needs; NULL: it is. */
  problem: Schema.NullOr(Schema.String)
})

/**
 * @since 0.1.0
 * @category models
 */
export type ChangedFile = typeof ChangedFile.Type

/**
 * @since 0.1.0
 * @category models
 */
export const SelectedTest = Schema.Struct({
  /** Node id of pytest, relative to its rootdir. */
  testId: Schema.String,
  /** The same for a pytest that is started in the root of the repository. */
  argument: Schema.String,
  /** One or more. */
  reasons: Schema.Array(Schema.String)
})

/**
 * @since 0.1.0
 * @category models
 */
export type SelectedTest = typeof SelectedTest.Type

/**
 * @since 0.1.0
 * @category models
 */
export const TestSelection = Schema.Struct({
  /** Absolute root of the repository. */
  repo: Schema.String,
  base: Schema.Struct({ revision: Schema.String, commit: Schema.String }),
  /** `all`: it cannot be known which tests the change does not need, or it needs each of them. */
  needed: Schema.Literal("none", "some", "all"),
  /** Why all are needed; empty unless they are. */
  reasons: Schema.Array(Schema.String),
  /** Sorted; empty unless `needed` is `some`. */
  tests: Schema.Array(SelectedTest),
  /** How many tests there were when it was recorded; NULL: nothing is recorded that could be used. */
  known: Schema.NullOr(Schema.NonNegativeInt),
  changes: Schema.Array(ChangedFile),
  /** Files that changed and were to be ignored. */
  ignored: Schema.Array(Schema.String),
  /** Of the state in which it was recorded which test runs which line; NULL: none could be used. */
  freshness: Schema.NullOr(Freshness)
})

/**
 * @since 0.1.0
 * @category models
 */
export type TestSelection = typeof TestSelection.Type
