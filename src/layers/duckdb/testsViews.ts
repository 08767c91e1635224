/**
 * What the runs of the latest snapshot say of tests and coverage.
 *
 * @since 0.1.0
 */
import { OUTSIDE_OF_TESTS } from "../../domain/CoverageReport.js"
import { column, nullable, type View, view } from "./definition.js"
import * as Tables from "./testsTables.js"

const { coverageContexts, coverageLines, testProfile } = Tables

const notMeasured = "not measured, see reason"

const lines = (description: string) => nullable(column("INTEGER", description, "lines"), notMeasured)

/**
 * `linkedRuns`: a SELECT of the runs of the latest snapshot; `ofLatest`: the condition that `snapshot_id` is its.
 *
 * @since 0.1.0
 * @category views
 */
export const views = (linkedRuns: string, ofLatest: string): ReadonlyArray<View> => [
  view(
    "main",
    "test_profile",
    "results of the tests: grouped by outcome, they are the last line of pytest",
    {
      run_id: testProfile.columns.run_id,
      test_id: testProfile.columns.test_id,
      rel_path: testProfile.columns.rel_path,
      outcome: testProfile.columns.outcome,
      duration_ms: testProfile.columns.duration_ms,
      message: testProfile.columns.message,
      phase: testProfile.columns.phase
    },
    `
SELECT run_id, test_id, rel_path, outcome, duration_ms, message, phase
FROM analytics.test_profile WHERE run_id IN (${linkedRuns})`
  ),
  view(
    "main",
    "coverage_lines",
    "the lines that tests can run, of the files that were measured; of the others file_coverage says why they were not",
    coverageLines.columns,
    `SELECT run_id, rel_path, lineno, covered FROM analytics.coverage_lines WHERE run_id IN (${linkedRuns})`
  ),
  view(
    "main",
    "coverage_contexts",
    "which test ran which covered line, its own fixtures included; empty unless the ingest was told to record it",
    {
      run_id: coverageContexts.columns.run_id,
      rel_path: coverageContexts.columns.rel_path,
      lineno: coverageLines.columns.lineno,
      test_id: coverageContexts.columns.test_id
    },
    `
SELECT run_id, rel_path, unnest(lines) AS lineno, test_id
FROM analytics.coverage_contexts WHERE run_id IN (${linkedRuns}) AND test_id <> '${OUTSIDE_OF_TESTS}'`
  ),
  view(
    "main",
    "file_coverage",
    "for each file, how many of its lines tests ran, or why there is no number",
    {
      rel_path: column("VARCHAR", "path of the file, relative to the repository, with /"),
      run_id: nullable(column("VARCHAR", "the run, one execution of a tool"), "no run was made"),
      covered_lines: lines("lines that were run; 0 is measured"),
      missing_lines: lines("lines that no test runs; 0 is measured; NULL also when not all tests ran"),
      percent: nullable(
        column("DOUBLE", "share of covered lines; of a file without a line that can be run, 100", "percent"),
        notMeasured
      ),
      reason: nullable(column("VARCHAR", "why the numbers are NULL"), "they are numbers")
    },
    `
SELECT
  m.rel_path, l.run_id,
  CASE WHEN f.measured THEN CAST(coalesce(c.covered, 0) AS INTEGER) END AS covered_lines,
  CASE WHEN f.measured AND f.reason IS NULL THEN CAST(coalesce(c.missing, 0) AS INTEGER) END AS missing_lines,
  CASE WHEN f.measured AND f.reason IS NULL
    THEN coalesce(100.0::DOUBLE * c.covered / (c.covered + c.missing), 100) END AS percent,
  CASE WHEN f.measured IS NOT TRUE OR f.reason IS NOT NULL
    THEN coalesce(f.reason, l.reason, r.reason, 'not measured: the run is ' || l.status) END AS reason
FROM core.snapshot_runs l
JOIN core.modules m ON m.snapshot_id = l.snapshot_id
LEFT JOIN core.tool_runs r ON r.run_id = l.run_id
LEFT JOIN core.run_files f ON f.run_id = l.run_id AND f.rel_path = m.rel_path
LEFT JOIN (
  SELECT run_id, rel_path, count(*) FILTER (WHERE covered) AS covered, count(*) FILTER (WHERE NOT covered) AS missing
  FROM analytics.coverage_lines WHERE run_id IN (${linkedRuns}) GROUP BY run_id, rel_path
) c ON c.run_id = l.run_id AND c.rel_path = m.rel_path
WHERE l.tool = 'coverage' AND l.${ofLatest}`
  )
]
