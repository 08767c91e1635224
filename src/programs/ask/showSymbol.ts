/**
 * All that is known of a symbol.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type { Freshness } from "../../domain/Freshness.js"
import { type Known, known, unknown } from "../../domain/Known.js"
import type { PipelineContext } from "../../domain/PipelineContext.js"
import type { ShownSymbol } from "../../domain/Show.js"
import type { Connection } from "../../services/Warehouse.js"
import { rowsOf } from "../rows.js"
import { churnOf, type ChurnQuestion } from "./churn.js"
import { indexRuns, type IndexState } from "./indexState.js"
import { coverageIn, findingsIn, testsIn } from "./measures.js"
import { placeOf, sourceOf } from "./places.js"
import { referencesTo } from "./references.js"
import type { Subject } from "./subject.js"

const Documentation = Schema.Struct({ documentation: Schema.NullOr(Schema.String) })

const documentationSql = `
  SELECT i.documentation FROM core.scip_run_documents d
  JOIN core.scip_symbol_information i USING (document_id) JOIN core.scip_symbols s USING (symbol_id)
  WHERE s.symbol = $1 AND d.rel_path = $2 AND d.run_id IN (SELECT run_id FROM (${indexRuns}))
  ORDER BY length(i.documentation) DESC LIMIT 1`

/** Without the indentation that all lines but the first have. */
const dedented = (text: string) => {
  const depths = text.split("\n").slice(1).filter((line) => line.trim() !== "").map((line) => line.search(/\S/))
  const depth = depths.length === 0 ? 0 : Math.min(...depths)
  return text.split("\n").map((line, at) => at === 0 ? line : line.slice(depth)).join("\n")
}

/** The signature is in a block of code, and the docstring after it. */
const docstring = (documentation: string) => dedented(documentation.replace(/^```\w*\n[\s\S]*?\n```\s*/, "").trim())

const Related = Schema.Struct({ symbol: Schema.String, isBase: Schema.Boolean })

// one of two columns or the other is no join by value: each is one
const relatedSql = `
  WITH own AS (SELECT symbol_id FROM core.scip_symbols WHERE symbol = $1), related AS (
    SELECT r.symbol_id, r.related_symbol_id FROM core.scip_run_documents d JOIN core.scip_relationships r USING (document_id)
    WHERE r.is_implementation AND d.run_id IN (SELECT run_id FROM (${indexRuns}))
  )
  SELECT s.symbol, true AS "isBase"
  FROM related r JOIN own USING (symbol_id) JOIN core.scip_symbols s ON s.symbol_id = r.related_symbol_id
  UNION
  SELECT s.symbol, false
  FROM related r JOIN own ON own.symbol_id = r.related_symbol_id JOIN core.scip_symbols s ON s.symbol_id = r.symbol_id
  ORDER BY 1`

/**
 * @since 0.1.0
 * @category programs
 */
export const showSymbol = Effect.fn("showSymbol")(function*(
  connection: Connection,
  ctx: PipelineContext,
  freshness: Freshness,
  state: IndexState,
  { others, symbol: asked }: Extract<Subject, { readonly _tag: "Symbol" }>,
  options: Pick<ChurnQuestion, "since"> & { readonly limit: number }
) {
  const { kind, line, module, qualifiedName, relPath, symbol } = asked
  const { limit } = options
  const read = rowsOf(connection)
  // git reads while the database is asked
  const churning = yield* Effect.fork(churnOf(ctx, freshness, { ...options, relPaths: [relPath] }))
  const source = yield* sourceOf(connection, relPath)
  const place = Option.flatMap(source, ({ outline }) => placeOf(outline, qualifiedName))
  const isCode = kind === "function" || kind === "class"
  const lines = Option.match(place, { onNone: () => ({ start: line, end: line }), onSome: (found) => found.lines })
  const bodies = Option.match(place, { onNone: () => [], onSome: (found) => found.bodies })

  const [described] = symbol === null ? [] : yield* read(documentationSql, Documentation, [symbol, relPath])
  const related = symbol === null ? [] : yield* read(relatedSql, Related, [symbol])
  const kin = (isBase: boolean): Known<ReadonlyArray<string>> => {
    const found = related.filter((each) => each.isBase === isBase).map((each) => each.symbol)
    return symbol === null || (found.length === 0 && state.problem !== null)
      ? unknown(state.problem ?? "the index has no definition of it")
      : { value: found, reason: state.problem }
  }
  const { callers, references } = yield* referencesTo(
    connection,
    state,
    symbol,
    qualifiedName.slice(qualifiedName.lastIndexOf(".") + 1),
    limit
  )
  const noBody = isCode
    ? unknown("where it begins and ends is not known: the file does not parse, or could not be read")
    : unknown(`a ${kind} has no body that a test runs`)
  const hasBodies = isCode && Option.isSome(place)
  const text = Option.match(source, { onNone: () => undefined, onSome: (found) => found.lines[line - 1]?.trim() })

  const shown: ShownSymbol = {
    _tag: "Symbol",
    freshness,
    module,
    qualifiedName,
    kind,
    symbol,
    relPath,
    startLine: lines.start,
    endLine: lines.end,
    changedSince: freshness.changedFiles.includes(relPath),
    signature: Option.match(place, {
      onNone: () => text === undefined ? unknown("the text of the file is not stored") : known(text),
      onSome: ({ definition }) =>
        known([...definition.decorators.map((each) => `@${each}`), definition.signature].join("\n"))
    }),
    documentation: symbol === null
      ? unknown(state.problem ?? "the index has no definition of it")
      : known(docstring(described?.documentation ?? "")),
    references,
    callers,
    bases: kin(true),
    derived: kin(false),
    tests: hasBodies ? yield* testsIn(connection, relPath, bodies, limit) : noBody,
    findings: yield* findingsIn(connection, relPath, [lines], limit),
    coverage: hasBodies ? yield* coverageIn(connection, relPath, bodies) : noBody,
    churn: (yield* Fiber.join(churning)).ofLines(relPath, lines),
    others: others.slice(0, limit)
  }
  return shown
})
