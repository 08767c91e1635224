/**
 * Which lines the tests ran.
 *
 * @since 0.1.0
 */
import type * as Option from "effect/Option"
import type { Execution } from "./Execution.js"

/**
 * Lines are 1-based; excluded lines are in neither list.
 *
 * @since 0.1.0
 * @category models
 */
export interface FileCoverage {
  readonly covered: ReadonlyArray<number>
  readonly missing: ReadonlyArray<number>
}

/**
 * The `testId` of what ran outside of any test: on import, or in a fixture that tests share.
 *
 * @since 0.1.0
 * @category constants
 */
export const OUTSIDE_OF_TESTS = ""

/**
 * The lines of a file that a test ran.
 *
 * @since 0.1.0
 * @category models
 */
export interface CoverageContext {
  /** As in `TestResult`, or `OUTSIDE_OF_TESTS`. */
  readonly testId: string
  readonly relPath: string
  /** 1-based, ascending. */
  readonly lines: ReadonlyArray<number>
}

/**
 * @since 0.1.0
 * @category models
 */
export interface CoverageReport {
  readonly execution: Execution
  /** By path, relative to the repository. A file that is not in it was not measured. */
  readonly files: ReadonlyMap<string, FileCoverage>
  /** Files with data that coverage could not report (no source) -> why. Makes the run `partial`. */
  readonly dropped: ReadonlyMap<string, string>
  /** Files that do not parse: they have no line that could run, which is no fault of the run. -> what is said of them. */
  readonly unparsable: ReadonlyMap<string, string>
  /** Why lines that were run may be among the missing: data of a process that cannot be read. Makes the run `partial`. */
  readonly incomplete: Option.Option<string>
  /** Files outside the repository in the report; they are counted and not stored. */
  readonly outsideRepository: number
  readonly notices: ReadonlyArray<string>
}
