/**
 * Functions whose results are kept from call to call, and what runs for them: a test that comes later runs none of it.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { WarehouseError } from "../../domain/errors.js"
import type { Definition } from "../../domain/Outline.js"
import type { Connection } from "../../services/Warehouse.js"
import { indexRuns } from "../ask/indexState.js"
import { rowsOf } from "../rows.js"

/** As in `functools.lru_cache(maxsize=None)`, `cached_property`, `memoize`, `reify`, `once`. */
const KEEPING = "^[\\w.]*(cache|memo|lazy|reify|once)"

const keeping = new RegExp(KEEPING, "i")

/**
 * @since 0.1.0
 * @category getters
 */
export const keepsResults = ({ decorators }: Pick<Definition, "decorators">): boolean =>
  decorators.some((decorator) => keeping.test(decorator))

const filesSql = `
  SELECT DISTINCT rel_path AS "relPath" FROM files JOIN core.sources USING (content_hash)
  WHERE regexp_matches(source, '(?im)' || replace($1, '^', '^[ \\t]*@[ \\t]*')) ORDER BY 1`

const File = Schema.Struct({ relPath: Schema.String })

// a class that is referred to may be made, and its operators used
const calledSql = `
  WITH used AS (
    SELECT DISTINCT o.symbol_id FROM core.scip_run_documents d JOIN core.scip_occurrences o USING (document_id)
    JOIN core.scip_symbols s USING (symbol_id)
    WHERE d.rel_path = $1 AND o.start_line BETWEEN $2 AND $3 AND o.roles & 1 = 0
      AND (s.symbol LIKE '%().' OR s.symbol LIKE '%#') AND d.run_id IN (SELECT run_id FROM (${indexRuns}))
  )
  SELECT DISTINCT d.rel_path AS "relPath", o.start_line AS line
  FROM used JOIN core.scip_occurrences o USING (symbol_id) JOIN core.scip_run_documents d USING (document_id)
  WHERE o.roles & 1 = 1 AND d.run_id IN (SELECT run_id FROM (${indexRuns})) ORDER BY ALL`

const Called = Schema.Struct({ relPath: Schema.String, line: Schema.NonNegativeInt })

/** Functions that are followed. */
const MAX_FUNCTIONS = 2000

/**
 * @since 0.1.0
 * @category models
 */
export interface Kept {
  /** `path:name` of a function -> of the one that keeps what comes of it. */
  readonly keepers: ReadonlyMap<string, string>
  /** Whether there are more than were followed. */
  readonly isCut: boolean
}

const runsIn = (definitions: ReadonlyArray<Definition>, line: number): ReadonlyArray<Definition> =>
  definitions.filter(({ nameLine }) => nameLine === line).flatMap((definition) =>
    definition.kind === "function"
      ? [definition]
      : definitions.filter(({ kind, qualifiedName }) =>
        kind === "function" && qualifiedName.startsWith(`${definition.qualifiedName}.__`)
      )
  )

/**
 * All functions that run for one that keeps its results, by the references in the snapshot that the connection shows.
 *
 * @since 0.1.0
 * @category queries
 */
export const kept = Effect.fn("tests.kept")(function*<R>(
  connection: Connection,
  outlineOf: (relPath: string) => Effect.Effect<ReadonlyArray<Definition>, WarehouseError, R>
) {
  const read = rowsOf(connection)
  const keepers = new Map<string, string>()
  const waiting: Array<{ readonly relPath: string; readonly definition: Definition; readonly keeper: string }> = []
  for (const { relPath } of yield* read(filesSql, File, [KEEPING])) {
    for (const definition of yield* outlineOf(relPath)) {
      if (definition.kind !== "function" || !keepsResults(definition)) continue
      waiting.push({ relPath, definition, keeper: `${relPath}:${definition.qualifiedName}` })
    }
  }
  for (let next = waiting.shift(); next !== undefined && keepers.size < MAX_FUNCTIONS; next = waiting.shift()) {
    const { definition: { codeLine, endLine }, keeper, relPath } = next
    for (const called of yield* read(calledSql, Called, [relPath, codeLine, endLine])) {
      for (const definition of runsIn(yield* outlineOf(called.relPath), called.line)) {
        const name = `${called.relPath}:${definition.qualifiedName}`
        if (keepers.has(name) || name === keeper) continue
        keepers.set(name, keeper)
        waiting.push({ relPath: called.relPath, definition, keeper })
      }
    }
  }
  const found: Kept = { keepers, isCut: keepers.size >= MAX_FUNCTIONS }
  return found
})
