/**
 * Symbols, modules and files by a part of their name.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { PipelineContext } from "../domain/PipelineContext.js"
import type { Candidate } from "../domain/SubjectUnclear.js"
import type { SymbolSearch } from "../domain/SymbolSearch.js"
import { indexState } from "./ask/indexState.js"
import { candidateOf, Definition, definitionsSql, named, type NamedSymbol, nearestTo, written } from "./ask/subject.js"
import { symbolName } from "./ask/symbolName.js"
import { reading } from "./database.js"
import { freshness } from "./freshness.js"
import { rowsOf } from "./rows.js"

/**
 * What can be looked for alone.
 *
 * @since 0.1.0
 * @category models
 */
export const SymbolKind = Schema.Literal("class", "function", "variable", "module")

/**
 * @since 0.1.0
 * @category models
 */
export type SymbolKind = typeof SymbolKind.Type

/**
 * @since 0.1.0
 * @category models
 */
export interface SearchOptions {
  readonly limit: number
  /** All kinds unless given. */
  readonly kind?: SymbolKind
}

const functionsSql = `
  SELECT NULL AS symbol, rel_path AS "relPath", module_name AS "moduleName", qualified_name AS "qualifiedName",
         min(start_line) AS line
  FROM functions JOIN files USING (rel_path) WHERE contains(lower(qualified_name), $1) GROUP BY ALL`

const File = Schema.Struct({ relPath: Schema.String, moduleName: Schema.String })

const lastOf = (name: string) => /[^.:/]*$/.exec(name)?.[0] ?? ""

/** How well a name fits: 0 it is the name, 1 but for the case, 2 the name begins so, 3 it is in it; undefined: it is not. */
const rankOf = (name: string, wanted: string): number | undefined => {
  if (name === wanted) return 0
  const at = name.toLowerCase().indexOf(wanted.toLowerCase())
  return at < 0 ? undefined : at > 0 ? 3 : name.length === wanted.length ? 1 : 2
}

/** The best of several names for the same thing. */
const best = (names: ReadonlyArray<string>, wanted: string) => {
  const ranks = names.flatMap((name) => rankOf(name, wanted) ?? [])
  return ranks.length === 0 ? undefined : Math.min(...ranks)
}

const namesOf = ({ module, qualifiedName }: NamedSymbol, isFull: boolean) => {
  const name = written(qualifiedName)
  return isFull ? [name, `${module}.${name}`, `${module}:${name}`] : [lastOf(name)]
}

interface Match {
  readonly rank: number
  /** Shorter is nearer. */
  readonly length: number
  readonly relPath: string
  readonly line: number
  readonly candidate: () => Candidate
}

const nearer = (one: Match, other: Match) =>
  one.rank - other.rank || one.length - other.length ||
  (one.relPath < other.relPath ? -1 : one.relPath > other.relPath ? 1 : one.line - other.line)

/**
 * `name`: the name or a part of it, in any case; with a dot, colon or slash a part of the full name, as `module.Class.method`,
 * or of a path. Each match is given by a name that `show` takes.
 *
 * @since 0.1.0
 * @category programs
 */
export const searchSymbols = Effect.fn("searchSymbols")((
  ctx: PipelineContext,
  name: string,
  { kind, limit }: SearchOptions
) =>
  reading(ctx, (connection) =>
    Effect.gen(function*() {
      const fresh = yield* freshness(connection, ctx, ["scip-python"])
      const state = yield* indexState(connection)
      const read = rowsOf(connection)
      const wanted = name.trim()
      const isFull = /[.:/]/.test(wanted)
      const last = lastOf(wanted).toLowerCase()

      const indexed = yield* read(definitionsSql("contains(lower(symbol), $1)"), Definition, [last])
      const known = new Set(
        indexed.map(({ relPath, symbol }) => `${relPath} ${symbolName(symbol ?? "")?.qualifiedName ?? ""}`)
      )
      const parsed = (yield* read(functionsSql, Definition, [last]))
        .filter(({ qualifiedName, relPath }) => !known.has(`${relPath} ${qualifiedName ?? ""}`))
      const all = [...indexed, ...parsed].flatMap((row) => named(row) ?? [])
      const asCandidate = candidateOf(all)
      const symbols = all.filter((each) => kind === undefined || each.kind === kind).flatMap((each): Array<Match> => {
        const rank = best(namesOf(each, isFull), wanted)
        return rank === undefined ? [] : [{
          rank,
          length: each.qualifiedName.length,
          relPath: each.relPath,
          line: each.line,
          candidate: () => asCandidate(each)
        }]
      })
      const files = kind !== undefined && kind !== "module" ? [] : yield* read(
        `SELECT rel_path AS "relPath", module_name AS "moduleName" FROM files`,
        File
      )
      const modules = files.flatMap(({ moduleName, relPath }): Array<Match> => {
        const rank = best(isFull ? [moduleName, relPath] : [lastOf(moduleName)], wanted)
        return rank === undefined ? [] : [{
          rank,
          length: moduleName.length,
          relPath,
          line: 0,
          candidate: () => ({ subject: relPath, kind: `module ${moduleName}`, relPath, line: null })
        }]
      })
      const matches = [...symbols, ...modules].sort(nearer)
      const asksSymbols = kind !== "module"
      const problem = asksSymbols ? state.problem : null
      // functions and modules are known without an index, and that nothing else has the name is not
      const isKnown = matches.length > 0 || state.isThere || !asksSymbols
      const found: SymbolSearch = {
        freshness: fresh,
        name: wanted,
        total: isKnown ? matches.length : null,
        matches: {
          value: isKnown ? matches.slice(0, limit).map(({ candidate }) => candidate()) : null,
          reason: problem
        },
        nearest: matches.length > 0 ? [] : yield* nearestTo(connection, wanted)
      }
      return found
    }))
)
