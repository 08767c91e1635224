/**
 * What `codeintel import` reads.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"

/**
 * @since 0.1.0
 * @category models
 */
export const ReportFormat = Schema.Literal(
  "scip",
  "coverage-data",
  "coverage-json",
  "junit",
  "pytest-json",
  "pytest-log",
  "pyrefly",
  "pyright",
  "ruff",
  "sarif"
)

/**
 * @since 0.1.0
 * @category models
 */
export type ReportFormat = typeof ReportFormat.Type

/**
 * What each of them is, and what makes one.
 *
 * @since 0.1.0
 * @category constants
 */
export const reportFormats: Readonly<Record<ReportFormat, string>> = {
  scip: "SCIP index, of any language",
  "coverage-data": "data file of coverage (.coverage)",
  "coverage-json": "coverage json",
  junit: "JUnit XML of pytest (--junitxml)",
  "pytest-json": "report of pytest-json-report (--json-report)",
  "pytest-log": "log of pytest-reportlog (--report-log)",
  pyrefly: "pyrefly check --output-format json",
  pyright: "pyright --outputjson",
  ruff: "ruff check --output-format json",
  sarif: "SARIF 2.1.0, of any tool"
}
