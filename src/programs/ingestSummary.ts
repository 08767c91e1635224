/**
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { type IngestSummary, ToolSummary, TypednessSummary } from "../domain/IngestSummary.js"
import type { PipelineContext } from "../domain/PipelineContext.js"
import type { Connection, QueryResult } from "../services/Warehouse.js"

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
  ORDER BY tool`

const typednessSql = `
  SELECT coalesce(sum(functions), 0)::BIGINT AS functions,
         coalesce(sum(parameters), 0)::BIGINT AS parameters,
         coalesce(sum(annotated_parameters), 0)::BIGINT AS "annotatedParameters",
         coalesce(sum(annotated_returns), 0)::BIGINT AS "annotatedReturns",
         coalesce(sum(untyped_functions), 0)::BIGINT AS "untypedFunctions"
  FROM typing_signals`

const parseErrorsSql = "SELECT count(*) AS files FROM files WHERE parse_error IS NOT NULL"

const objects = ({ columns, rows }: QueryResult): ReadonlyArray<Record<string, unknown>> =>
  rows.map((row) => Object.fromEntries(columns.map(({ name }, index) => [name, row[index]])))

// our own SQL against our own schema: another shape is a bug, not an input
const decode = <A, I>(schema: Schema.Schema<A, I>) => (result: QueryResult) =>
  Effect.orDie(Schema.decodeUnknown(Schema.Array(schema))(objects(result)))

/**
 * Reads what the last ingest of `ctx` stored.
 *
 * @since 0.1.0
 * @category programs
 */
export const ingestSummary = Effect.fn("ingestSummary")(function*(
  connection: Connection,
  ctx: PipelineContext,
  changes: ReadonlyArray<string>
) {
  const [tools, typedness, broken] = yield* Effect.all([
    Effect.flatMap(connection.query(toolsSql), decode(ToolSummary)),
    Effect.flatMap(connection.query(typednessSql), decode(TypednessSummary)),
    Effect.flatMap(connection.query(parseErrorsSql), decode(Schema.Struct({ files: Schema.NonNegativeInt })))
  ])
  const summary: IngestSummary = {
    repo: ctx.root,
    database: ctx.paths.database,
    snapshotId: ctx.snapshot.id,
    commit: Option.getOrNull(ctx.snapshot.commit),
    dirty: ctx.snapshot.dirty,
    interpreter: Option.match(ctx.interpreter, {
      onNone: () => null,
      onSome: ({ chosenBecause, executable, version }) => ({ executable, version, chosenBecause })
    }),
    files: ctx.modules.length,
    filesWithParseErrors: broken[0]?.files ?? 0,
    typedness: typedness[0] ??
      { functions: 0, parameters: 0, annotatedParameters: 0, annotatedReturns: 0, untypedFunctions: 0 },
    tools,
    changes,
    notices: ctx.notices
  }
  return summary
})
