/**
 * What a tool said elsewhere, as far as it is of files of the repository.
 *
 * @since 0.1.0
 */
import * as Data from "effect/Data"
import type * as Option from "effect/Option"
import type { FileCoverage } from "./CoverageReport.js"
import type { Diagnostic } from "./Diagnostic.js"
import type { Placement } from "./Placement.js"
import type { TestReport } from "./TestReport.js"
import type { ToolName } from "./ToolName.js"

/**
 * What is common to all: which content a report was made of is hardly ever known.
 *
 * @since 0.1.0
 * @category models
 */
export interface ForeignContent {
  /** Files whose present content is another than the report was made of -> how that is known. */
  readonly ofOtherContent: ReadonlyMap<string, string>
  /** Files whose present content is the report's: it has their hash. */
  readonly ofThisContent: ReadonlySet<string>
}

/**
 * A run of a checker.
 *
 * @since 0.1.0
 * @category models
 */
export interface ForeignCheck extends ForeignContent {
  readonly tool: ToolName
  readonly version: Option.Option<string>
  readonly diagnostics: ReadonlyArray<Diagnostic>
  /** Files that it says it looked at, beside those with findings. */
  readonly listed: ReadonlySet<string>
  /** Files that it says it could not look at -> why. */
  readonly failed: ReadonlyMap<string, string>
  readonly filesAnalyzed: Option.Option<number>
  /** Findings of paths that could not be placed. */
  readonly leftOut: number
  /** What a user should know, one line each. */
  readonly notices: ReadonlyArray<string>
}

/**
 * @since 0.1.0
 * @category models
 */
export interface ForeignCoverage extends ForeignContent {
  readonly version: Option.Option<string>
  /** By path; a file that is not in it was not measured. */
  readonly files: ReadonlyMap<string, FileCoverage>
  /** Files that could not be placed. */
  readonly leftOut: number
  readonly notices: ReadonlyArray<string>
}

/**
 * `Scip` and `CoverageData` are only told apart here: `ScipReader` reads the one, and coverage itself the other.
 *
 * @since 0.1.0
 * @category models
 */
export type ForeignReport = Data.TaggedEnum<{
  Scip: { readonly format: "scip" }
  CoverageData: { readonly format: "coverage-data" }
  Checks: {
    readonly format: "pyrefly" | "pyright" | "ruff" | "sarif"
    readonly checks: ReadonlyArray<ForeignCheck>
    readonly placement: Placement
  }
  Coverage: { readonly format: "coverage-json"; readonly coverage: ForeignCoverage; readonly placement: Placement }
  Tests: {
    readonly format: "junit" | "pytest-json" | "pytest-log"
    readonly report: TestReport
    readonly placement: Placement
  }
}>

/**
 * @since 0.1.0
 * @category constructors
 */
export const ForeignReport = Data.taggedEnum<ForeignReport>()
