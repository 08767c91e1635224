/**
 * Functions that start processes, in the snapshot that a connection shows: what runs in a process of its own is recorded
 * for no test, and referred to by nobody. Without a name: it is done on import.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { OUTSIDE_OF_TESTS } from "../../domain/CoverageReport.js"
import type { Connection } from "../../services/Warehouse.js"
import { CONTEXTS, functionAround, importedUses } from "../ask/contexts.js"
import { indexRuns } from "../ask/indexState.js"
import { rowsOf } from "../rows.js"

/** Modules of the standard library that exist to start processes, and functions of others that do. */
const STARTS = "python-stdlib [^ ]+ (" + [
  "`?(subprocess|multiprocessing|pty|concurrent\\.futures\\.process|asyncio\\.subprocess)\\b",
  "os/(system|popen|fork|forkpty|exec[a-z]+|spawn[a-z]+|posix_spawnp?)\\(\\)",
  "`?concurrent\\.futures`?/ProcessPoolExecutor"
].join("|") + ")| (pexpect|ptyprocess|psutil|joblib|execnet|plumbum) [^ ]+ "

const startersSql = `
  WITH starting AS (SELECT symbol_id FROM core.scip_symbols WHERE regexp_matches(symbol, $1)), uses AS (
    SELECT m.rel_path, m.content_hash, o.start_line, regexp_extract(s.symbol, '([\\w]+)[^\\w]*$', 1) AS name,
           s.symbol LIKE '%().' OR s.symbol LIKE '%#' AS "isCallable"
    FROM core.scip_run_documents d JOIN core.scip_occurrences o USING (document_id)
    JOIN core.scip_symbols s USING (symbol_id) SEMI JOIN starting USING (symbol_id)
    JOIN files m ON m.rel_path = d.rel_path WHERE d.run_id IN (SELECT run_id FROM (${indexRuns}))
  ), imported AS (
    ${importedUses("u.name")}
  ), contexts AS ${CONTEXTS}, executed AS (
    SELECT rel_path FROM contexts UNION SELECT rel_path FROM test_profile
  )
  SELECT DISTINCT * EXCLUDE ("isRun") FROM (
    SELECT u.rel_path AS "relPath",
           u."isCallable" AND (
             u.rel_path NOT IN (SELECT rel_path FROM contexts)
             OR EXISTS (FROM contexts c WHERE c.rel_path = u.rel_path AND test_id = '${OUTSIDE_OF_TESTS}'
                        AND list_contains(lines, u.start_line))
           ) AS "isRun",
           ${functionAround("u")} AS name
    FROM uses u SEMI JOIN executed USING (rel_path)
    WHERE (u.content_hash, u.start_line) NOT IN (SELECT (content_hash, start_line) FROM imported)
  ) WHERE name IS NOT NULL OR "isRun" ORDER BY ALL`

const Starter = Schema.Struct({ relPath: Schema.String, name: Schema.NullOr(Schema.String) })

/**
 * @since 0.1.0
 * @category queries
 */
export const processStarters = Effect.fn("tests.processStarters")(function*(connection: Connection) {
  return yield* rowsOf(connection)(startersSql, Starter, [STARTS])
})
