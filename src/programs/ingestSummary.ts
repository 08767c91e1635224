/**
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import {
  CoverageSummary,
  type IngestSummary,
  ScipSummary,
  TestsSummary,
  ToolSummary,
  TypednessSummary
} from "../domain/IngestSummary.js"
import { type PipelineContext, repositoryOf } from "../domain/PipelineContext.js"
import type { ToolName } from "../domain/ToolName.js"
import type { Connection } from "../services/Warehouse.js"
import { rowsOf } from "./rows.js"

// A count is NULL when its files were not measured, or when which ones were is not known.
const toolsSql = `
  WITH measured AS (
    SELECT run_id, CASE WHEN count(*) = count(measured) THEN count(*) FILTER (measured) END AS files
    FROM run_files GROUP BY run_id
  ), errors AS (
    SELECT tool, sum(errors)::BIGINT AS errors FROM file_checks GROUP BY tool
  ), warnings AS (
    SELECT run_id, count(*) AS warnings
    FROM diagnostics JOIN run_files USING (run_id, rel_path)
    WHERE severity = 'warning' AND measured GROUP BY run_id
  )
  SELECT tool, status, reason, version, errors,
         CASE WHEN files > 0 THEN coalesce(warnings, 0) END AS warnings,
         files AS "filesMeasured", duration_ms AS "durationMs", reused
  FROM tool_runs LEFT JOIN measured USING (run_id) LEFT JOIN errors USING (tool) LEFT JOIN warnings USING (run_id)
  ORDER BY tool IN ('pytest', 'coverage', 'scip-python'), tool`

// one file whose syntax is not known makes a sum of the others a false number
const typednessSql = `
  WITH known AS (SELECT *, count(*) OVER () = count(functions) OVER () AS whole FROM typing_signals)
  SELECT sum(functions)::BIGINT AS functions, sum(parameters)::BIGINT AS parameters,
         sum(annotated_parameters)::BIGINT AS "annotatedParameters",
         sum(annotated_returns)::BIGINT AS "annotatedReturns",
         sum(untyped_functions)::BIGINT AS "untypedFunctions",
         (SELECT count(*) FROM files WHERE parse_error IS NOT NULL) AS "filesWithParseErrors"
  FROM known WHERE whole HAVING count(*) > 0`

const Typedness = Schema.extend(TypednessSummary, Schema.Struct({ filesWithParseErrors: Schema.NonNegativeInt }))

// nothing to count is no zero: without a run that has facts there is no row
const ranWhole = "HAVING count(*) > 0 OR EXISTS (" +
  "FROM tool_runs WHERE tool = 'pytest' AND status IN ('ok', 'findings', 'imported'))"

const measuredBy = (tool: string) =>
  `HAVING EXISTS (FROM tool_runs JOIN run_files USING (run_id) WHERE tool = '${tool}' AND measured)`

const testsSql = `
  SELECT count(*) FILTER (outcome = 'passed') AS passed, count(*) FILTER (outcome = 'failed') AS failed,
         count(*) FILTER (outcome = 'error') AS errors, count(*) FILTER (outcome = 'skipped') AS skipped,
         count(*) FILTER (outcome = 'xfailed') AS xfailed, count(*) FILTER (outcome = 'xpassed') AS xpassed,
         count(*) FILTER (outcome = 'crashed') AS crashed
  FROM test_profile ${ranWhole}`

const coverageSql = `
  SELECT count(*) AS lines, count(*) FILTER (covered) AS "coveredLines", count(DISTINCT rel_path) AS files
  FROM coverage_lines ${measuredBy("coverage")}`

const scipSql = `
  SELECT count(*) AS documents, coalesce(sum(occurrences), 0)::BIGINT AS occurrences,
         coalesce(sum(symbols), 0)::BIGINT AS symbols
  FROM scip_documents ${measuredBy("scip-python")} OR count(*) > 0`

// a run that indexed everything says of no file why
const reindexedSql = `
  SELECT rel_path AS "relPath", f.reason FROM run_files f JOIN tool_runs r USING (run_id)
  WHERE r.tool = 'scip-python' AND NOT r.reused AND f.measured AND f.reason IS NOT NULL ORDER BY rel_path`

const Reindexed = Schema.Struct({ relPath: Schema.String, reason: Schema.String })

const unknown = {
  functions: null,
  parameters: null,
  annotatedParameters: null,
  annotatedReturns: null,
  untypedFunctions: null,
  filesWithParseErrors: null
}

/**
 * What the runs of the snapshot that `connection` shows come to.
 *
 * @since 0.1.0
 * @category programs
 */
export const storedSummary = Effect.fn("storedSummary")(function*(connection: Connection) {
  const read = rowsOf(connection)
  const tools = yield* read(toolsSql, ToolSummary)
  const [known] = yield* read(typednessSql, Typedness)
  // without a run there are no facts to sum up, and each of these is a tenth of what a summary costs
  const ran = (tool: ToolName) =>
    tools.some((each) =>
      each.durationMs !== null && (each.tool === tool || tool === "scip-python" && each.status === "imported")
    )
  const readOf = <A, I>(tool: ToolName, sql: string, schema: Schema.Schema<A, I>) =>
    ran(tool) ? read(sql, schema) : Effect.succeed([])
  const [tests = null] = yield* readOf("pytest", testsSql, TestsSummary)
  const [coverage = null] = yield* readOf("coverage", coverageSql, CoverageSummary)
  const [scip = null] = yield* readOf("scip-python", scipSql, ScipSummary)
  const reindexed = yield* readOf("scip-python", reindexedSql, Reindexed)
  const { filesWithParseErrors, ...typedness } = known ?? unknown
  return {
    filesWithParseErrors,
    typedness,
    tests,
    coverage,
    scip,
    reindexed: reindexed.length === 0 ? null : reindexed,
    tools
  }
})

/**
 * Reads what the snapshot that `connection` shows holds, which is the one of `ctx`.
 *
 * @since 0.1.0
 * @category programs
 */
export const ingestSummary = Effect.fn("ingestSummary")(function*(
  connection: Connection,
  ctx: PipelineContext,
  changes: ReadonlyArray<string>
) {
  const stored = yield* storedSummary(connection)
  const summary: IngestSummary = {
    repo: repositoryOf(ctx),
    database: ctx.paths.database,
    snapshotId: ctx.snapshot.id,
    commit: Option.getOrNull(ctx.snapshot.commit),
    dirty: ctx.snapshot.dirty,
    interpreter: Option.match(ctx.interpreter, {
      onNone: () => null,
      onSome: ({ chosenBecause, executable, version }) => ({ executable, version, chosenBecause })
    }),
    files: ctx.modules.length,
    ...stored,
    changes,
    notices: ctx.notices
  }
  return summary
})
