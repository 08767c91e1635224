/**
 * What pytest said about each test.
 *
 * @since 0.1.0
 */
import type * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type { Execution } from "./Execution.js"

/**
 * pytest's own words, but for `crashed`: the process ended while the test ran. `failed` includes a strict xfail that
 * passed; `error` is a failure of setup, teardown or collection.
 *
 * @since 0.1.0
 * @category models
 */
export const TestOutcome = Schema.Literal("passed", "failed", "error", "skipped", "xfailed", "xpassed", "crashed")

/**
 * @since 0.1.0
 * @category models
 */
export type TestOutcome = typeof TestOutcome.Type

/**
 * @since 0.1.0
 * @category models
 */
export const TestPhase = Schema.Literal("collect", "setup", "call", "teardown")

/**
 * @since 0.1.0
 * @category models
 */
export type TestPhase = typeof TestPhase.Type

/**
 * One of the outcomes that pytest counts in its last line. A test has one, and a second when it ran and its teardown
 * failed, as pytest counts both.
 *
 * @since 0.1.0
 * @category models
 */
export interface TestResult {
  /** pytest's node id: `tests/test_a.py::TestA::test_b[1-2]`. */
  readonly testId: string
  /** None when the file is outside the repository. */
  readonly relPath: Option.Option<string>
  /** The phase that decided. */
  readonly phase: TestPhase
  readonly outcome: TestOutcome
  /** Of the phases that this result stands for; none when nothing was timed (collection, a crash). */
  readonly durationMs: Option.Option<number>
  /** Why it did not pass: the last line of the error, the reason of a skip. */
  readonly message: Option.Option<string>
}

/**
 * @since 0.1.0
 * @category models
 */
export interface TestReport {
  /** None when the report was made elsewhere. */
  readonly execution: Option.Option<Execution>
  readonly results: ReadonlyArray<TestResult>
  /** Why there may be tests that are not in `results`: a collection error, an interruption, the process that died. */
  readonly incomplete: Option.Option<string>
  /** What a user should know, one line each. */
  readonly notices: ReadonlyArray<string>
}
