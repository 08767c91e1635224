/**
 * What a checker said about a repository, and what it did not look at.
 *
 * @since 0.1.0
 */
import type * as Either from "effect/Either"
import type * as Option from "effect/Option"
import type { Diagnostic } from "./Diagnostic.js"
import type { Execution } from "./Execution.js"

/**
 * @since 0.1.0
 * @category models
 */
export interface CheckReport {
  readonly execution: Execution
  readonly diagnostics: ReadonlyArray<Diagnostic>
  /** Files with at least one diagnostic of severity `error` -> how many. */
  readonly errorsByFile: ReadonlyMap<string, number>
  /**
   * Right: the modules that were looked at; a file in it without errors is a measured zero. Left: why that is not known,
   * and then no count is a measurement.
   */
  readonly measured: Either.Either<ReadonlySet<string>, string>
  /** Files that the tool was to look at and could not (unreadable, internal error) -> why. Makes the run `partial`. */
  readonly unmeasured: ReadonlyMap<string, string>
  /** The tool's own count, of files as it walked them (links counted again). */
  readonly filesAnalyzed: Option.Option<number>
  /** Imports that did not resolve; none when the tool does not judge imports, or was configured not to say. */
  readonly unresolvedImports: Option.Option<number>
  /** Findings in files outside the repository; they are counted and not stored. */
  readonly outsideRepository: number
  /** What a user should know about the run, one line each: `--preset=default, as the repository sets none`. */
  readonly notices: ReadonlyArray<string>
}
