/**
 * How old an answer from the database is.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { differences } from "../domain/contentChanges.js"
import { Freshness } from "../domain/Freshness.js"
import type { PipelineContext } from "../domain/PipelineContext.js"
import type { Connection } from "../services/Warehouse.js"
import { rowsOf } from "./rows.js"

const latestSql = `
  SELECT snapshot_id AS "snapshotId", repo, "commit", dirty, finished_at AS "finishedAt"
  FROM snapshots SEMI JOIN core.latest_snapshot USING (snapshot_id)`

const filesSql = "SELECT rel_path AS \"relPath\", content_hash AS \"contentHash\" FROM files"

const Latest = Freshness.omit("current", "changed")

const File = Schema.Struct({ relPath: Schema.String, contentHash: Schema.String })

/**
 * The snapshot of the last finished ingest beside the working tree as it is in `ctx`; none before the first ingest has
 * finished.
 *
 * @since 0.1.0
 * @category programs
 */
export const freshness = Effect.fn("freshness")(function*(
  connection: Connection,
  { modules, snapshot }: Pick<PipelineContext, "modules" | "snapshot">
) {
  const [latest] = yield* rowsOf(connection, Latest, latestSql)
  if (latest === undefined) return Option.none<Freshness>()
  if (latest.snapshotId === snapshot.id) return Option.some<Freshness>({ ...latest, current: true, changed: [] })
  const then = new Map(
    (yield* rowsOf(connection, File, filesSql)).map(({ contentHash, relPath }) => [relPath, contentHash])
  )
  const now = new Map(modules.map(({ contentHash, relPath }) => [relPath, contentHash]))
  return Option.some<Freshness>({ ...latest, current: false, changed: differences(then, now) })
})
