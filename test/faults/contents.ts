/**
 * What a database shows, as text. Read in this process: a command for each question would take longer than the ingests.
 */
import type * as FileSystem from "@effect/platform/FileSystem"
import type * as Path from "@effect/platform/Path"
import { Duration, Effect } from "effect"
import type { WarehouseError } from "../../src/domain/errors.js"
import { views } from "../../src/layers/duckdb/schema.js"
import * as DuckDbWarehouse from "../../src/layers/DuckDbWarehouse.js"
import type * as World from "./world.js"

const warehouse = DuckDbWarehouse.make({ lockTimeout: Duration.seconds(5), memoryLimit: "512MB", threads: 1 })

/** Of one run or another of the same tool over the same content: when it was, where it wrote, how its rows are numbered. */
const accidental = new Set([
  ...["run_id", "started_at", "finished_at", "duration_ms", "reused", "args", "cwd"],
  ...["document_id", "symbol_id"]
])

const shown = views.filter(({ schema }) => schema === "main")

/** There is no database, or one that no ingest has finished. */
export const nothing = ""

const dump = (
  { root }: World.World,
  isShown: (column: string) => boolean
): Effect.Effect<string, WarehouseError, FileSystem.FileSystem | Path.Path> =>
  Effect.gen(function*() {
    const { open } = yield* warehouse
    const connection = yield* open(`${root}/.codeintel/codeintel.duckdb`, "read")
    const texts: Array<string> = []
    for (const { columns, name } of shown) {
      const names = Object.keys(columns).filter(isShown).map((column) => `"${column}"`).join(", ")
      // all snapshots are in this one
      const latest = name === "snapshots" ? "WHERE snapshot_id IN (SELECT snapshot_id FROM core.latest_snapshot)" : ""
      const { rows } = yield* connection.query(`SELECT ${names} FROM ${name} ${latest} ORDER BY ALL`)
      texts.push(...rows.map((row) => [name, ...row.map(String)].join("\t")))
    }
    return texts.join("\n")
  }).pipe(
    Effect.scoped,
    Effect.catchIf(({ reason }) => reason === "Missing", () => Effect.succeed(nothing))
  )

/** To the last value. */
export const exactly = (world: World.World) => dump(world, () => true)

/** Whether there was an index to go on from is not of the content. */
const REINDEXED = /everything was indexed: [^\t\n]*/g

/** The same for every ingest of the same content. */
export const comparable = (world: World.World) =>
  Effect.map(
    dump(world, (column) => !accidental.has(column)),
    (text) => text.replaceAll(REINDEXED, String(null))
  )
