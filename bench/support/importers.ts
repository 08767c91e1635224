// @effect-diagnostics asyncFunction:off
/**
 * How many other files of a repository refer to what each one defines.
 */
import { DuckDBInstance } from "@duckdb/node-api"
import { Effect } from "effect"

/** Path -> number of files, of the files that define something. */
export const importersOf = (database: string): Effect.Effect<ReadonlyMap<string, number>> =>
  Effect.promise(async () => {
    const instance = await DuckDBInstance.create(":memory:")
    const connection = await instance.connect()
    try {
      await connection.run(`ATTACH '${database.replaceAll("'", "''")}' AS of (READ_ONLY)`)
      const found = await connection.runAndReadAll(`
WITH defined AS (
  SELECT DISTINCT symbol, rel_path FROM of.main.occurrences WHERE is_definition AND symbol NOT LIKE 'local %'
)
SELECT d.rel_path, CAST(count(DISTINCT o.rel_path) FILTER (WHERE o.rel_path <> d.rel_path) AS INTEGER) AS n
FROM defined d LEFT JOIN of.main.occurrences o ON o.symbol = d.symbol
GROUP BY d.rel_path ORDER BY n DESC, d.rel_path`)
      return new Map(found.getRowsJson().map(([relPath, n]) => [String(relPath), Number(n)]))
    } finally {
      connection.closeSync()
      instance.closeSync()
    }
  })
