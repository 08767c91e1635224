/**
 * What was measured in some lines of a file.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { OUTSIDE_OF_TESTS } from "../../domain/CoverageReport.js"
import { type Known, known, unknown } from "../../domain/Known.js"
import { type Covered, Finding, type Findings, type TestsOf } from "../../domain/Show.js"
import type { Connection } from "../../services/Warehouse.js"
import { rowsOf } from "../rows.js"
import { CONTEXTS } from "./contexts.js"

/**
 * 1-based and inclusive.
 *
 * @since 0.1.0
 * @category models
 */
export interface Lines {
  readonly start: number
  readonly end: number
}

/** Numbers of ours: there is nothing to bind. */
const within = (column: string, lines: ReadonlyArray<Lines>) =>
  lines.length === 0 ? "false" : lines.map(({ end, start }) => `${column} BETWEEN ${start} AND ${end}`).join(" OR ")

const Check = Schema.Struct({
  tool: Schema.String,
  errors: Schema.NullOr(Schema.NonNegativeInt),
  reason: Schema.NullOr(Schema.String)
})

/**
 * Findings that begin in `lines`.
 *
 * @since 0.1.0
 * @category queries
 */
export const findingsIn = Effect.fn("findingsIn")(function*(
  connection: Connection,
  relPath: string,
  lines: ReadonlyArray<Lines>,
  limit: number
) {
  const read = rowsOf(connection)
  const checks = yield* read("SELECT tool, errors, reason FROM file_checks WHERE rel_path = $1 ORDER BY tool", Check, [
    relPath
  ])
  const found = yield* read(
    `SELECT tool, start_line AS line, severity, rule, message FROM diagnostics
    WHERE rel_path = $1 AND (${within("start_line", lines)}) ORDER BY start_line, start_column, tool, rule`,
    Finding,
    [relPath]
  )
  const findings: Findings = {
    checkers: checks.map(({ errors, reason, tool }) => ({
      tool,
      findings: errors === null ? null : found.filter((finding) => finding.tool === tool).length,
      reason
    })),
    first: found.slice(0, limit)
  }
  return findings
})

const FileCoverage = Schema.Struct({
  covered: Schema.NullOr(Schema.NonNegativeInt),
  missing: Schema.NullOr(Schema.NonNegativeInt),
  reason: Schema.NullOr(Schema.String)
})

const Line = Schema.Struct({ lineno: Schema.NonNegativeInt, covered: Schema.Boolean })

const notRun = (tool: string) => `${tool} was not run: codeintel ingest`

/**
 * @since 0.1.0
 * @category queries
 */
export const coverageIn = Effect.fn("coverageIn")(function*(
  connection: Connection,
  relPath: string,
  lines: ReadonlyArray<Lines>
): Effect.fn.Return<Known<Covered>, Effect.Effect.Error<ReturnType<Connection["query"]>>> {
  const read = rowsOf(connection)
  const [file] = yield* read(
    `SELECT covered_lines AS covered, missing_lines AS missing, reason FROM file_coverage WHERE rel_path = $1`,
    FileCoverage,
    [relPath]
  )
  if (file === undefined) return unknown(notRun("coverage"))
  if (file.covered === null) return unknown(file.reason ?? "not measured")
  const found = yield* read(
    `SELECT lineno, covered FROM coverage_lines WHERE rel_path = $1 AND (${within("lineno", lines)}) ORDER BY lineno`,
    Line,
    [relPath]
  )
  const missing = found.filter(({ covered }) => !covered).map(({ lineno }) => lineno)
  return {
    value: {
      lines: found.length,
      covered: found.length - missing.length,
      missing: file.missing === null ? null : missing
    },
    reason: file.reason
  }
})

const FileLines = Schema.Struct({
  relPath: Schema.String,
  covered: Schema.parseJson(Schema.Array(Schema.NonNegativeInt)),
  lines: Schema.parseJson(Schema.Array(Schema.NonNegativeInt))
})

/**
 * Of every file that was measured the lines that tests ran, and those that they can run; a file that was not has none.
 *
 * @since 0.1.0
 * @category queries
 */
export const coverageByFile = Effect.fn("coverageByFile")(function*(connection: Connection) {
  const rows = yield* rowsOf(connection)(
    `SELECT f.rel_path AS "relPath", coalesce(list(l.lineno) FILTER (l.covered), []) AS covered,
            coalesce(list(l.lineno) FILTER (l.lineno IS NOT NULL), []) AS lines
    FROM file_coverage f LEFT JOIN coverage_lines l USING (rel_path) WHERE f.covered_lines IS NOT NULL GROUP BY 1`,
    FileLines
  )
  return new Map(rows.map(({ covered, lines, relPath }) => [relPath, { covered, lines }]))
})

/**
 * How many of these line numbers are in `lines`.
 *
 * @since 0.1.0
 * @category getters
 */
export const countIn = (numbers: ReadonlyArray<number>, lines: ReadonlyArray<Lines>): number =>
  numbers.filter((number) => lines.some(({ end, start }) => start <= number && number <= end)).length

const TestRow = Schema.Struct({ testId: Schema.String })

/**
 * Tests that ran one of `lines`.
 *
 * @since 0.1.0
 * @category queries
 */
export const testsIn = Effect.fn("testsIn")(function*(
  connection: Connection,
  relPath: string,
  lines: ReadonlyArray<Lines>,
  limit: number
): Effect.fn.Return<Known<TestsOf>, Effect.Effect.Error<ReturnType<Connection["query"]>>> {
  const coverage = yield* coverageIn(connection, relPath, [])
  if (coverage.value === null) return unknown(coverage.reason ?? "not measured")
  const { rows: [recorded] } = yield* connection.query(
    `SELECT count(*) > 0 FROM (FROM ${CONTEXTS} LIMIT 1)`
  )
  if (recorded?.[0] !== true) {
    return unknown("which test ran which line was not recorded: codeintel ingest --contexts")
  }
  const ranges = lines.map(({ end, start }) => `list_has_any(lines, range(${start}, ${end} + 1)::INTEGER[])`)
  const found = yield* rowsOf(connection)(
    `SELECT DISTINCT test_id AS "testId" FROM ${CONTEXTS}
    WHERE test_id <> '${OUTSIDE_OF_TESTS}' AND rel_path = $1 AND (${ranges.join(" OR ") || "false"}) ORDER BY 1`,
    TestRow,
    [relPath]
  )
  const tests = known({ total: found.length, first: found.slice(0, limit).map(({ testId }) => testId) })
  return coverage.reason === null ? tests : { ...tests, reason: coverage.reason }
})
