/**
 * What every answer begins with: what it is of, and what it rests on.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { differences, hashesOf } from "../domain/contentChanges.js"
import { type Freshness, Source } from "../domain/Freshness.js"
import type { PipelineContext } from "../domain/PipelineContext.js"
import type { ToolName } from "../domain/ToolName.js"
import type { Connection } from "../services/Warehouse.js"
import { nothingYet } from "./database.js"
import { rowsOf } from "./rows.js"

const snapshotSql = `
  SELECT s.repo, s.snapshot_id AS "snapshotId", s.commit, s.dirty, s.finished_at AS "ingestedAt"
  FROM core.latest_snapshot l JOIN core.snapshots s USING (snapshot_id)`

const Snapshot = Schema.Struct({
  repo: Schema.String,
  snapshotId: Schema.String,
  commit: Schema.NullOr(Schema.String),
  dirty: Schema.Boolean,
  ingestedAt: Schema.String
})

// an index that was imported has the name of its indexer
const sourcesSql = `
  WITH measured AS (
    SELECT run_id, CASE WHEN count(*) = count(measured) THEN count(*) FILTER (measured) END AS files
    FROM run_files GROUP BY run_id
  )
  SELECT tool, status, reason, started_at AS "ranAt", files AS "filesMeasured",
         run_id IN (SELECT run_id FROM core.scip_run_documents) AS "isIndex"
  FROM tool_runs LEFT JOIN measured USING (run_id)
  ORDER BY tool IN ('pytest', 'coverage', 'scip-python'), tool`

const StoredSource = Schema.extend(Source, Schema.Struct({ isIndex: Schema.NullOr(Schema.Boolean) }))

const StoredModule = Schema.Struct({ relPath: Schema.String, contentHash: Schema.String })

/**
 * `tools`: those that the answer rests on, all unless given; `scip-python` stands for whoever made the index. Fails as a
 * database that is not there does when no ingest has ended: without a snapshot there is nothing to ask.
 *
 * @since 0.1.0
 * @category programs
 */
export const freshness = Effect.fn("freshness")(function*(
  connection: Connection,
  ctx: PipelineContext,
  tools?: ReadonlyArray<ToolName>
) {
  const read = rowsOf(connection)
  const { database } = ctx.paths
  const [snapshot] = yield* read(snapshotSql, Snapshot)
  if (snapshot === undefined) return yield* nothingYet(ctx, "ask")
  const sources = yield* read(sourcesSql, StoredSource)
  const modules = yield* read(`SELECT rel_path AS "relPath", content_hash AS "contentHash" FROM files`, StoredModule)
  const found: Freshness = {
    ...snapshot,
    database,
    files: modules.length,
    treeChanged: snapshot.snapshotId !== ctx.snapshot.id,
    changedFiles: differences(hashesOf(modules), hashesOf(ctx.modules)),
    sources: sources
      .filter(({ isIndex, tool }) =>
        tools === undefined || tools.includes(tool) || (isIndex === true && tools.includes("scip-python"))
      )
      .map(({ isIndex: _, ...source }) => source)
  }
  return found
})
