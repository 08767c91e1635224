/**
 * Whether the index knows all files.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { RunStatus } from "../../domain/ToolRun.js"
import type { Connection } from "../../services/Warehouse.js"
import { rowsOf } from "../rows.js"
import { namedReasons, plural } from "../runRecord.js"

/**
 * Runs of the latest snapshot that made an index, or should have. Where there are several, one of them did.
 *
 * @since 0.1.0
 * @category queries
 */
export const indexRuns = `
  SELECT run_id, tool, status, reason FROM tool_runs
  WHERE tool = 'scip-python' OR run_id IN (SELECT run_id FROM core.scip_run_documents)`

const unindexedSql = `
  SELECT m.rel_path AS "relPath", coalesce(any_value(f.reason), 'the index does not say why') AS reason
  FROM files m LEFT JOIN run_files f ON f.rel_path = m.rel_path AND f.run_id IN (SELECT run_id FROM (${indexRuns}))
  GROUP BY m.rel_path HAVING NOT coalesce(bool_or(f.measured), false) ORDER BY m.rel_path`

const Run = Schema.Struct({ tool: Schema.String, status: RunStatus, reason: Schema.NullOr(Schema.String) })

const Unindexed = Schema.Struct({ relPath: Schema.String, reason: Schema.String })

/**
 * @since 0.1.0
 * @category models
 */
export interface IndexState {
  /** There is an index, of whatever part. */
  readonly isThere: boolean
  /** Why there is none, or what it does not know; NULL: it knows all. */
  readonly problem: string | null
  /** Files that it does not know. */
  readonly unindexed: ReadonlySet<string>
  /** Why it is not known where functions and imports stand, or not of all files; NULL: it is. */
  readonly unparsed: string | null
}

const unparsedSql = `
  SELECT rel_path AS "relPath", 'their texts are not stored: codeintel ingest' AS reason
  FROM files ANTI JOIN (SELECT content_hash FROM core.syntax SEMI JOIN core.sources USING (content_hash)) USING (content_hash)
  ORDER BY 1`

const hasFacts = ({ status }: { readonly status: RunStatus }) =>
  status === "ok" || status === "findings" || status === "partial" || status === "suspect" || status === "imported"

/**
 * @since 0.1.0
 * @category programs
 */
export const indexState = Effect.fn("indexState")(function*(connection: Connection) {
  const read = rowsOf(connection)
  const runs = yield* read(`SELECT tool, status, reason FROM (${indexRuns})`, Run)
  const unindexed = yield* read(unindexedSql, Unindexed)
  const unparsed = yield* read(unparsedSql, Unindexed)
  const [run] = runs
  const isThere = runs.some(hasFacts)
  const named = (what: string, files: typeof unindexed) =>
    namedReasons(
      `${plural(files.length, "file")} not ${what}`,
      new Map(files.map(({ reason, relPath }) => [relPath, reason]))
    )[0] ?? null
  const state: IndexState = {
    isThere,
    problem: isThere
      ? named("indexed", unindexed) ??
        (runs.some(({ status }) => status === "suspect") ? run?.reason ?? "the index is suspect" : null)
      : run === undefined
      ? "scip-python was not run"
      : `${run.tool} is ${run.status}${run.reason === null ? "" : `: ${run.reason.split("\n")[0] ?? ""}`}`,
    unindexed: new Set(unindexed.map(({ relPath }) => relPath)),
    unparsed: named("parsed", unparsed)
  }
  return state
})
