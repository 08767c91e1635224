/**
 * The tables of tests and coverage.
 *
 * @since 0.1.0
 */
import { column, nullable, table } from "./definition.js"

const runId = column("VARCHAR", "the run, one execution of a tool")
const relPath = column("VARCHAR", "path of the file, relative to the repository, with /")
const testId = column("VARCHAR", "node id of pytest: tests/test_a.py::TestA::test_b[1-2]")

/**
 * @since 0.1.0
 * @category tables
 */
export const testProfile = table(
  "analytics",
  "test_profile",
  "results of tests, as pytest counts them: a test has one, and a second when it ran and its teardown failed",
  {
    run_id: runId,
    test_id: testId,
    rel_path: nullable(relPath, "the file is outside the repository"),
    phase: column("VARCHAR", "what decided: collect, setup, call or teardown"),
    outcome: column("VARCHAR", "passed, failed, error, skipped, xfailed, xpassed, or crashed: the process ended in it"),
    duration_ms: nullable(column("DOUBLE", "how long these phases took", "milliseconds"), "nothing was timed"),
    message: nullable(column("VARCHAR", "why it did not pass, in one line"), "nothing to say")
  }
)

/**
 * @since 0.1.0
 * @category tables
 */
export const coverageLines = table(
  "analytics",
  "coverage_lines",
  "the lines that tests can run, without excluded ones",
  {
    run_id: runId,
    rel_path: relPath,
    lineno: column("INTEGER", "first line of a statement", "line, 1-based"),
    covered: column("BOOLEAN", "whether it was run")
  }
)

/**
 * @since 0.1.0
 * @category tables
 */
export const coverageContexts = table(
  "analytics",
  "coverage_contexts",
  "which test ran which lines; no rows of a run that did not record it",
  {
    run_id: runId,
    rel_path: relPath,
    test_id: column(
      "VARCHAR",
      "node id of pytest; empty: outside of any test, on import or in a fixture that tests share"
    ),
    lines: column("INTEGER[]", "the covered lines of the file that were run then, ascending", "lines, 1-based")
  }
)

/**
 * In the order of docs/schema.md.
 *
 * @since 0.1.0
 * @category tables
 */
export const all = [testProfile, coverageLines, coverageContexts]
