/**
 * Who refers to a symbol.
 *
 * @since 0.1.0
 */
import * as Arr from "effect/Array"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { type Known, unknown } from "../../domain/Known.js"
import type { Caller, References } from "../../domain/Show.js"
import type { Connection } from "../../services/Warehouse.js"
import { rowsOf } from "../rows.js"
import { functionAround, importedUses } from "./contexts.js"
import { indexRuns, type IndexState } from "./indexState.js"

const Count = Schema.NonNegativeInt

const Reference = Schema.Struct({
  relPath: Schema.String,
  line: Count,
  function: Schema.NullOr(Schema.String),
  isImport: Schema.Boolean
})

type Reference = typeof Reference.Type

/**
 * All references to a symbol but its definitions, each with the innermost function around it. An import is on the line of its statement; in
 * a statement of several lines, it is the first time that the name occurs after it began.
 */
const referencesSql = `
  WITH uses AS (
    SELECT m.rel_path, m.content_hash, o.start_line, o.start_column
    FROM core.scip_run_documents d JOIN core.scip_occurrences o USING (document_id)
    JOIN core.scip_symbols s USING (symbol_id) JOIN files m ON m.rel_path = d.rel_path
    WHERE s.symbol = $1 AND o.roles & 1 = 0 AND d.run_id IN (SELECT run_id FROM (${indexRuns}))
  ), imported AS (
    ${importedUses("$2")}
  )
  SELECT u.rel_path AS "relPath", u.start_line AS line,
         ${functionAround("u")} AS "function",
         (u.content_hash, u.start_line) IN (SELECT (content_hash, start_line) FROM imported) AS "isImport"
  FROM uses u ORDER BY u.rel_path, u.start_line, u.start_column`

const Text = Schema.Struct({ relPath: Schema.String, line: Count, text: Schema.NullOr(Schema.String) })

/** The lines that are shown; of a file that is stored, and no longer than a screen is wide twice. */
const textsSql = (wanted: ReadonlyArray<Reference>) => `
  SELECT w.rel_path AS "relPath", w.line, left(trim(string_split(s.source, chr(10))[w.line], chr(9) || chr(13) || ' '), 240) AS text
  FROM (VALUES ${
  wanted.map((_, at) => `($${2 * at + 1}, CAST($${2 * at + 2} AS INTEGER))`).join(", ")
}) w(rel_path, line)
  JOIN files m USING (rel_path) JOIN core.sources s USING (content_hash)`

const grouped = <A>(all: ReadonlyArray<A>, key: (each: A) => string) => Object.values(Arr.groupBy(all, key))

const callersOf = (references: ReadonlyArray<Reference>): ReadonlyArray<Caller> =>
  grouped(references.filter(({ isImport }) => !isImport), (each) => `${each.relPath} ${each.function ?? ""}`)
    .map((group) => {
      const [{ function: around, line, relPath }] = group
      return { relPath, function: around, line, references: group.length }
    })

/**
 * `symbol` NULL: the index does not know it.
 *
 * @since 0.1.0
 * @category queries
 */
export const referencesTo = Effect.fn("referencesTo")(function*(
  connection: Connection,
  state: IndexState,
  symbol: string | null,
  name: string,
  limit: number
) {
  if (symbol === null) {
    const reason = state.problem ?? "the index has no definition of it"
    return { references: unknown(reason), callers: unknown(reason) }
  }
  const read = rowsOf(connection)
  const all = yield* read(referencesSql, Reference, [symbol, name])
  // no reference in an index that is not whole is no measured zero
  if (all.length === 0 && state.problem !== null) {
    const reason = `none was found, but ${state.problem}`
    return { references: unknown(reason), callers: unknown(reason) }
  }
  const uses = all.filter(({ isImport }) => !isImport)
  const wanted = uses.slice(0, limit)
  const texts = wanted.length === 0 ? [] : yield* read(
    textsSql(wanted),
    Text,
    wanted.flatMap(({ line, relPath }) => [relPath, line])
  )
  const callers = callersOf(all)
  const ofCallers = state.problem ?? state.unparsed
  const references: Known<References> = {
    value: {
      total: all.length,
      imports: state.unparsed === null ? all.length - uses.length : null,
      files: grouped(all, ({ relPath }) => relPath)
        .map((group) => ({ relPath: group[0].relPath, references: group.length }))
        .sort((one, other) => other.references - one.references),
      first: wanted.map(({ line, relPath }) => ({
        relPath,
        line,
        text: texts.find((each) => each.relPath === relPath && each.line === line)?.text ?? null
      }))
    },
    reason: state.problem
  }
  const called: Known<{ readonly total: number; readonly first: ReadonlyArray<Caller> }> = {
    // without the places of functions, code in none is no measured fact
    value: state.unparsed !== null && callers.every((each) => each.function === null)
      ? null
      : { total: callers.filter((each) => each.function !== null).length, first: callers.slice(0, limit) },
    reason: ofCallers
  }
  return { references, callers: called }
})
