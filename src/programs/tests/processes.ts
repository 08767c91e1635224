/**
 * Functions that start processes, in the snapshot that a connection shows: what runs in a process of its own is recorded
 * for no test, and referred to by nobody.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { Connection } from "../../services/Warehouse.js"
import { indexRuns } from "../ask/indexState.js"
import { rowsOf } from "../rows.js"

/** Modules of the standard library that exist to start processes, and functions of others that do. */
const STARTS = "python-stdlib [^ ]+ (" + [
  "`?(subprocess|multiprocessing|pty|concurrent\\.futures\\.process|asyncio\\.subprocess)\\b",
  "os/(system|popen|fork|forkpty|exec[a-z]+|spawn[a-z]+|posix_spawnp?)\\(\\)",
  "`?concurrent\\.futures`?/ProcessPoolExecutor"
].join("|") + ")"

const startersSql = `
  WITH starting AS (SELECT symbol_id FROM core.scip_symbols WHERE regexp_matches(symbol, $1)), uses AS (
    SELECT m.rel_path, m.content_hash, o.start_line FROM core.scip_run_documents d
    JOIN core.scip_occurrences o USING (document_id) SEMI JOIN starting USING (symbol_id)
    JOIN files m ON m.rel_path = d.rel_path WHERE d.run_id IN (SELECT run_id FROM (${indexRuns}))
  )
  SELECT DISTINCT u.rel_path AS "relPath",
         (SELECT arg_max(f.qualified_name, f.start_line) FROM core.functions f
          WHERE f.content_hash = u.content_hash AND u.start_line BETWEEN f.start_line AND f.end_line) AS name
  FROM uses u ORDER BY ALL`

const Starter = Schema.Struct({ relPath: Schema.String, name: Schema.NullOr(Schema.String) })

/**
 * @since 0.1.0
 * @category queries
 */
export const processStarters = Effect.fn("tests.processStarters")(function*(connection: Connection) {
  const found = yield* rowsOf(connection)(startersSql, Starter, [STARTS])
  return found.flatMap(({ name, relPath }) => name === null ? [] : [{ relPath, name }])
})
