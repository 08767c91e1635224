// @effect-diagnostics preferSchemaOverJson:off
/** All that is in the database, as text: for what must not be there. */
import { Effect } from "effect"
import * as World from "./world.js"

const tables = `SELECT schema_name || '.' || table_name AS name FROM duckdb_tables() WHERE NOT internal ORDER BY 1`

export const everything = Effect.fn("faults.everything")(function*(world: World.World) {
  const names = yield* World.ask(world, tables)
  const one = names.map(({ name }) => `(SELECT list(t) FROM ${String(name)} t) AS "${String(name)}"`)
  return JSON.stringify(yield* World.ask(world, `SELECT ${one.join(", ")}`))
})
