/**
 * Functions and classes that nothing refers to but themselves.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type { Definition, Outline } from "../../domain/Outline.js"
import { PythonSyntax } from "../../services/PythonSyntax.js"
import type { Connection } from "../../services/Warehouse.js"
import { rowsOf } from "../rows.js"
import { indexRuns } from "./indexState.js"
import { type Place, placeOf } from "./places.js"
import { symbolName } from "./symbolName.js"
import { isOfTests } from "./verdict.js"

/**
 * @since 0.1.0
 * @category models
 */
export interface Unreferenced {
  readonly symbol: string
  readonly module: string
  readonly qualifiedName: string
  readonly relPath: string
  readonly imports: number
  readonly place: Place
  /** The class that it is a member of. */
  readonly owner: Option.Option<Definition>
  readonly outline: Outline
}

const Count = Schema.NonNegativeInt

const Row = Schema.Struct({
  symbol: Schema.String,
  relPath: Schema.String,
  moduleName: Schema.String,
  contentHash: Schema.String,
  imports: Count,
  /** Lines in its own file that refer to it. */
  ownLines: Schema.parseJson(Schema.Array(Count))
})

/** The last name of a symbol of a function or a class. */
const nameSql = String.raw`trim(regexp_extract(symbol, '(\x60[^\x60]+\x60|[\w+$-]+)(\([\w+$-]*\)\.|#)$', 1), chr(96))`

// an import is on the line of its statement; in one of several lines, it is where the name first occurs after it began
const unreferencedSql = `
  WITH docs AS (
    SELECT d.document_id, m.rel_path, m.module_name, m.content_hash
    FROM core.scip_run_documents d JOIN files m ON m.rel_path = d.rel_path
    WHERE d.run_id IN (SELECT run_id FROM (${indexRuns}))
  ), symbols AS (
    SELECT symbol_id, symbol, ${nameSql} AS name FROM core.scip_symbols
    WHERE ends_with(symbol, '#') OR ends_with(symbol, ').')
  ), defined AS (
    SELECT o.symbol_id, d.rel_path, any_value(d.module_name) AS module_name, any_value(d.content_hash) AS content_hash
    FROM core.scip_occurrences o JOIN docs d USING (document_id) SEMI JOIN symbols USING (symbol_id)
    WHERE o.roles & 1 = 1 GROUP BY ALL
  ), uses AS (
    SELECT o.symbol_id, d.rel_path, d.content_hash, o.start_line
    FROM core.scip_occurrences o JOIN docs d USING (document_id) SEMI JOIN defined USING (symbol_id)
    WHERE o.roles & 1 = 0
  ), imported AS (
    SELECT u.symbol_id, u.rel_path, i.line, min(u.start_line) AS start_line
    FROM uses u JOIN symbols s USING (symbol_id)
    JOIN core.imports i ON i.content_hash = u.content_hash AND u.start_line >= i.line
    WHERE u.start_line = i.line OR list_contains(i.names, s.name) GROUP BY ALL
  ), counted AS (
    SELECT x.symbol_id, x.rel_path,
           count(u.start_line) FILTER (WHERE i.start_line IS NOT NULL) AS imports,
           count(u.start_line) FILTER (WHERE i.start_line IS NULL AND u.rel_path <> x.rel_path) AS elsewhere,
           coalesce(list(u.start_line) FILTER (WHERE i.start_line IS NULL AND u.rel_path = x.rel_path), []) AS own
    FROM defined x LEFT JOIN uses u USING (symbol_id)
    LEFT JOIN (SELECT DISTINCT symbol_id, rel_path, start_line FROM imported) i
      ON i.symbol_id = u.symbol_id AND i.rel_path = u.rel_path AND i.start_line = u.start_line
    GROUP BY ALL
  )
  SELECT s.symbol, x.rel_path AS "relPath", x.module_name AS "moduleName", x.content_hash AS "contentHash",
         c.imports, c.own AS "ownLines"
  FROM counted c JOIN defined x USING (symbol_id, rel_path) JOIN symbols s USING (symbol_id)
  WHERE c.elsewhere = 0 ORDER BY x.rel_path, s.symbol`

/** Where there are thousands of files, their texts are not held at once. */
const BATCH = 100

const ownerOf = ({ definitions }: Outline, qualifiedName: string) =>
  Option.filter(
    Option.fromNullable(
      definitions.findLast((each) => each.qualifiedName === qualifiedName.slice(0, qualifiedName.lastIndexOf(".")))
    ),
    ({ kind }) => kind === "class"
  )

/** Python and pytest call these by their names: nothing has to refer to them. */
const isCalledByName = ({ relPath, symbol }: typeof Row.Type) => {
  const { kind, qualifiedName = "" } = symbolName(symbol) ?? {}
  const name = qualifiedName.slice(qualifiedName.lastIndexOf(".") + 1)
  return /^__\w+__$/.test(name) ||
    (isOfTests(relPath) && (kind === "class" ? /^Test/.test(name) : /^test/.test(name)))
}

/**
 * Those whose place in the text is known, without special methods and tests.
 *
 * @since 0.1.0
 * @category queries
 */
export const unreferenced = Effect.fn("unreferenced")(function*(connection: Connection) {
  const syntax = yield* PythonSyntax
  const rows = yield* rowsOf(connection)(unreferencedSql, Row)
  const byFile = new Map<string, Array<typeof Row.Type>>()
  for (const row of rows) {
    // to parse a file is dear: most have none but these
    if (isCalledByName(row)) continue
    const same = byFile.get(row.contentHash)
    if (same === undefined) byFile.set(row.contentHash, [row])
    else same.push(row)
  }
  const found: Array<Unreferenced> = []
  const hashes = [...byFile.keys()]
  for (let at = 0; at < hashes.length; at += BATCH) {
    const texts = yield* connection.sources(hashes.slice(at, at + BATCH))
    for (const [hash, text] of texts) {
      const outline = yield* syntax.outline(text)
      for (const { imports, moduleName, ownLines, relPath, symbol } of byFile.get(hash) ?? []) {
        const name = symbolName(symbol)
        const place = name === undefined ? Option.none() : placeOf(outline, name.qualifiedName)
        if (name === undefined || Option.isNone(place)) continue
        const { end, start } = place.value.lines
        if (ownLines.some((line) => line < start || line > end)) continue
        found.push({
          symbol,
          module: moduleName,
          qualifiedName: name.qualifiedName,
          relPath,
          imports,
          place: place.value,
          owner: ownerOf(outline, name.qualifiedName),
          outline
        })
      }
      yield* Effect.yieldNow()
    }
  }
  return found.sort((one, other) =>
    one.relPath === other.relPath
      ? one.place.lines.start - other.place.lines.start
      : one.relPath < other.relPath
      ? -1
      : 1
  )
})
