/**
 * What a file in `tools/` read in a report of its tool, before paths are placed and positions counted.
 *
 * @since 0.1.0
 */
import * as Data from "effect/Data"
import * as Option from "effect/Option"
import type { FileCoverage } from "../../domain/CoverageReport.js"
import type { ToolName } from "../../domain/ToolName.js"
import type { ColumnUnit, RawFinding } from "./findings.js"
import type { JunitReport } from "./pytest/junit.js"
import type { RawReport } from "./pytest/outcome.js"

/**
 * @since 0.1.0
 * @category models
 */
export interface Range extends Pick<RawFinding, "range"> {
  /** It ends where its last line ends, whatever `endColumn` says. */
  readonly isToLineEnd?: boolean
}

/**
 * @since 0.1.0
 * @category models
 */
export type ForeignFinding = RawFinding & Range

/**
 * @since 0.1.0
 * @category models
 */
export interface RawCheck {
  readonly tool: ToolName
  readonly version: Option.Option<string>
  readonly unit: ColumnUnit
  /** Paths are as the report has them. */
  readonly findings: ReadonlyArray<ForeignFinding>
  /** Files that it says it looked at. */
  readonly listed: ReadonlyArray<string>
  /** Files that it says it could not look at -> why. */
  readonly failed: ReadonlyMap<string, string>
  /** SHA-256 of what it looked at, by path, hexadecimal. */
  readonly hashes: ReadonlyMap<string, string>
  readonly filesAnalyzed: Option.Option<number>
  /** Directories that it says it was made in, absolute. */
  readonly roots: ReadonlyArray<string>
  readonly notices: ReadonlyArray<string>
}

/**
 * @since 0.1.0
 * @category models
 */
export type Raw = Data.TaggedEnum<{
  Checks: { readonly format: "pyrefly" | "pyright" | "ruff" | "sarif"; readonly checks: ReadonlyArray<RawCheck> }
  Coverage: {
    readonly version: Option.Option<string>
    readonly files: ReadonlyArray<readonly [string, FileCoverage]>
  }
  Tests: { readonly format: "pytest-json" | "pytest-log"; readonly report: RawReport }
  Junit: { readonly report: JunitReport }
}>

/**
 * @since 0.1.0
 * @category constructors
 */
export const Raw = Data.taggedEnum<Raw>()

/**
 * A check of which nothing is known.
 *
 * @since 0.1.0
 * @category constants
 */
export const nothing: Omit<RawCheck, "tool" | "unit" | "findings"> = {
  version: Option.none(),
  listed: [],
  failed: new Map(),
  hashes: new Map(),
  filesAnalyzed: Option.none(),
  roots: [],
  notices: []
}

/**
 * What a tool's own JSON report says, when that is all that is known of it.
 *
 * @since 0.1.0
 * @category constructors
 */
export const ofChecker = (
  format: "pyrefly" | "pyright" | "ruff",
  made: Pick<RawCheck, "unit" | "findings"> & Partial<RawCheck>
): Raw => Raw.Checks({ format, checks: [{ ...nothing, tool: format, ...made }] })
