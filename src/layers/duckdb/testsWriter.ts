/**
 * Writes runs of pytest and of coverage: one transaction for each.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { FileCoverage } from "../../domain/CoverageReport.js"
import type { WarehouseError } from "../../domain/errors.js"
import type { CoverageRun, TestsRun } from "../../services/Warehouse.js"
import type { Session } from "./session.js"
import * as Tables from "./tables.js"
import * as TestsTables from "./testsTables.js"
import { runFileRow, toolRunRow } from "./writer.js"

/**
 * @since 0.1.0
 * @category combinators
 */
export const writeTestsRun = (
  session: Session,
  { results, run }: TestsRun
): Effect.Effect<void, WarehouseError> =>
  session.transaction("writeTestsRun", ({ append }) =>
    Effect.gen(function*() {
      yield* append(Tables.toolRuns, [toolRunRow(run)])
      yield* append(
        TestsTables.testProfile,
        results.map((each) => ({
          run_id: run.runId,
          test_id: each.testId,
          rel_path: Option.getOrNull(each.relPath),
          phase: each.phase,
          outcome: each.outcome,
          duration_ms: Option.getOrNull(each.durationMs),
          message: Option.getOrNull(each.message)
        }))
      )
    }))

const linesOf = (files: ReadonlyMap<string, FileCoverage>) =>
  [...files].flatMap(([relPath, { covered, missing }]) =>
    [
      ...covered.map((lineno) => ({ relPath, lineno, covered: true })),
      ...missing.map((lineno) => ({ relPath, lineno, covered: false }))
    ].sort((a, b) => a.lineno - b.lineno)
  )

/**
 * @since 0.1.0
 * @category combinators
 */
export const writeCoverageRun = (
  session: Session,
  { contexts, files, lines, run }: CoverageRun
): Effect.Effect<void, WarehouseError> =>
  session.transaction("writeCoverageRun", ({ append, appendColumns }) =>
    Effect.gen(function*() {
      const run_id = run.runId
      yield* append(Tables.toolRuns, [toolRunRow(run)])
      yield* append(Tables.runFiles, files.map((file) => runFileRow(run_id, file)))
      const all = linesOf(lines)
      yield* appendColumns(TestsTables.coverageLines, {
        run_id: all.map(() => run_id),
        rel_path: all.map(({ relPath }) => relPath),
        lineno: all.map(({ lineno }) => lineno),
        covered: all.map(({ covered }) => covered)
      })
      const ran = Option.getOrElse(contexts, () => [])
      yield* appendColumns(TestsTables.coverageContexts, {
        run_id: ran.map(() => run_id),
        rel_path: ran.map(({ relPath }) => relPath),
        test_id: ran.map(({ testId }) => testId),
        lines: ran.map((each) => each.lines)
      })
    }))
