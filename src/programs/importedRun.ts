/**
 * What there is of an imported run, read back from the database.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { ImportedRun } from "../domain/ImportSummary.js"
import type { TestOutcome } from "../domain/TestReport.js"
import type { Connection } from "../services/Warehouse.js"
import type { NewRun } from "./attempt.js"

const COUNTS = `
  SELECT count(*) FILTER (severity = 'error'), count(*) FILTER (severity = 'warning'),
         count(*) FILTER (severity = 'information')
  FROM analytics.diagnostics WHERE run_id = $1`

const FILES = `
  SELECT count(*) FILTER (measured), count(*) FILTER (NOT measured), count(*) FILTER (measured IS NULL)
  FROM core.run_files WHERE run_id = $1`

const LINES = `
  SELECT count(DISTINCT rel_path), count(*), count(*) FILTER (covered) FROM analytics.coverage_lines WHERE run_id = $1`

const TESTS = `SELECT outcome, count(*) FROM analytics.test_profile WHERE run_id = $1 GROUP BY outcome ORDER BY outcome`

/**
 * @since 0.1.0
 * @category getters
 */
export const importedRun = Effect.fnUntraced(function*(connection: Connection, { _tag, run }: NewRun) {
  const { runId } = run
  const three = (sql: string) =>
    Effect.map(connection.query(sql, [runId]), ({ rows: [row] }) => (row ?? []).map(Number))
  const [error = 0, warning = 0, information = 0] = _tag === "Check" ? yield* three(COUNTS) : []
  const [measured = 0, notMeasured = 0, unknown = 0] = _tag === "Tests" ? [] : yield* three(FILES)
  const [files = 0, lines = 0, coveredLines = 0] = _tag === "Coverage" ? yield* three(LINES) : []
  const tests: Partial<Record<TestOutcome, number>> = _tag === "Tests"
    ? Object.fromEntries(
      (yield* connection.query(TESTS, [runId])).rows.map(([outcome, count]) => [String(outcome), Number(count)])
    )
    : {}
  const made: ImportedRun = {
    tool: run.tool,
    version: Option.getOrNull(run.version),
    runId,
    status: run.status,
    findings: _tag === "Check" ? { error, warning, information } : null,
    tests: _tag === "Tests" ? tests : null,
    coverage: _tag === "Coverage" ? { files, lines, coveredLines } : null,
    files: _tag === "Tests" ? null : { measured, notMeasured, unknown },
    withoutPlace: run.outsideRepository
  }
  return made
})
