/**
 * What is asked about: a file or a symbol, by any of its names.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { Candidate, SubjectUnclear } from "../../domain/SubjectUnclear.js"
import type { Connection } from "../../services/Warehouse.js"
import { rowsOf } from "../rows.js"
import { indexRuns, type IndexState } from "./indexState.js"
import { symbolName } from "./symbolName.js"

/**
 * Something that is defined in the repository, or at least has a name in it.
 *
 * @since 0.1.0
 * @category models
 */
export interface NamedSymbol {
  /** NULL: the index does not know it. */
  readonly symbol: string | null
  readonly module: string
  readonly qualifiedName: string
  readonly kind: string
  readonly relPath: string
  /** Where its name stands first. */
  readonly line: number
}

/**
 * @since 0.1.0
 * @category models
 */
export type Subject =
  | { readonly _tag: "File"; readonly relPath: string; readonly moduleName: string }
  /** `others`: further symbols with that name, which is less of theirs. */
  | { readonly _tag: "Symbol"; readonly symbol: NamedSymbol; readonly others: ReadonlyArray<Candidate> }

const File = Schema.Struct({ relPath: Schema.String, moduleName: Schema.String })

/**
 * A row of `definitionsSql`.
 *
 * @since 0.1.0
 * @category models
 */
export const Definition = Schema.Struct({
  symbol: Schema.NullOr(Schema.String),
  relPath: Schema.String,
  moduleName: Schema.String,
  qualifiedName: Schema.NullOr(Schema.String),
  line: Schema.NonNegativeInt
})

/**
 * Of all symbols those that `condition` holds for; a symbol may be defined in several places.
 *
 * @since 0.1.0
 * @category queries
 */
export const definitionsSql = (condition: string) => `
  WITH wanted AS (SELECT symbol_id, symbol FROM core.scip_symbols WHERE ${condition})
  SELECT w.symbol, m.rel_path AS "relPath", m.module_name AS "moduleName", NULL AS "qualifiedName",
         min(o.start_line) AS line
  FROM core.scip_run_documents d JOIN core.scip_occurrences o USING (document_id) JOIN wanted w USING (symbol_id)
  JOIN files m ON m.rel_path = d.rel_path
  WHERE o.roles & 1 = 1 AND d.run_id IN (SELECT run_id FROM (${indexRuns})) GROUP BY ALL`

const functionsSql = `
  SELECT NULL AS symbol, rel_path AS "relPath", module_name AS "moduleName", qualified_name AS "qualifiedName",
         min(start_line) AS line
  FROM functions JOIN files USING (rel_path)
  WHERE qualified_name = $1 OR ends_with(qualified_name, '.' || $1) GROUP BY ALL`

const escaped = (name: string) => name.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&")

/**
 * `Class.method` of what `__qualname__` has as `outer.<locals>.Class.method`: what people write.
 *
 * @since 0.1.0
 * @category getters
 */
export const written = (qualifiedName: string) => qualifiedName.replaceAll("<locals>.", "")

/**
 * Undefined for modules and parameters, which are not asked for by name.
 *
 * @since 0.1.0
 * @category constructors
 */
export const named = (
  { line, moduleName, qualifiedName, relPath, symbol }: typeof Definition.Type
): NamedSymbol | undefined => {
  if (symbol === null) {
    return { symbol, module: moduleName, qualifiedName: qualifiedName ?? "", kind: "function", relPath, line }
  }
  const name = symbolName(symbol)
  return name === undefined || name.kind === "module" || name.kind === "parameter"
    ? undefined
    : { symbol, module: moduleName, qualifiedName: name.qualifiedName, kind: name.kind, relPath, line }
}

/** How well a symbol fits what was asked: 0 it is its full name, 1 its name, 2 the end of it; undefined: not at all. */
const fit = ({ module, qualifiedName }: NamedSymbol, asked: string): number | undefined => {
  const name = written(qualifiedName)
  const colon = asked.indexOf(":")
  if (colon >= 0) return module === asked.slice(0, colon) && name === written(asked.slice(colon + 1)) ? 0 : undefined
  const full = `${module}.${name}`
  const wanted = written(asked)
  return full === wanted ? 0 : name === wanted ? 1 : full.endsWith(`.${wanted}`) ? 2 : undefined
}

/**
 * By the shortest name that means it alone among `all`.
 *
 * @since 0.1.0
 * @category constructors
 */
export const candidateOf = (all: ReadonlyArray<NamedSymbol>) => (each: NamedSymbol): Candidate => {
  const subject = `${each.module}:${written(each.qualifiedName)}`
  const isAlone = all.filter((other) => fit(other, subject) === 0).length === 1
  return {
    subject: isAlone || each.symbol === null ? subject : `'${each.symbol}'`,
    kind: each.kind,
    relPath: each.relPath,
    line: each.line
  }
}

const ofFile = ({ moduleName, relPath }: typeof File.Type): Candidate => ({
  subject: relPath,
  kind: `module ${moduleName}`,
  relPath,
  line: null
})

const NEAREST = 8

// of short names a third may differ, of long ones as much; and the same letters in another case are nearer
const nearestSql = `
  WITH names AS (
    SELECT DISTINCT qualified_name AS subject, 'function' AS kind, rel_path, start_line AS line,
           lower(regexp_extract(qualified_name, '[^.]+$')) AS name FROM functions
    UNION ALL
    SELECT module_name, 'module', rel_path, NULL, lower(regexp_extract(module_name, '[^.]+$')) FROM files
    UNION ALL
    SELECT rel_path, 'file', rel_path, NULL, lower(rel_path) FROM files
    UNION ALL
    SELECT DISTINCT regexp_extract(s.symbol, '([^/#\`]+)#$', 1), 'class', d.rel_path, o.start_line,
           lower(regexp_extract(s.symbol, '([^/#\`]+)#$', 1))
    FROM core.scip_symbols s JOIN core.scip_occurrences o USING (symbol_id)
    JOIN core.scip_run_documents d USING (document_id)
    WHERE s.symbol LIKE '%#' AND o.roles & 1 = 1 AND d.rel_path IS NOT NULL
      AND d.run_id IN (SELECT run_id FROM (${indexRuns}))
  )
  SELECT subject, kind, rel_path AS "relPath", line FROM (
    SELECT *, damerau_levenshtein(name, $1) AS distance FROM names
    WHERE abs(length(name) - length($1)) <= greatest(1, length($1) // 3)
  ) WHERE distance <= greatest(1, length($1) // 3)
  ORDER BY distance, length(subject), subject, rel_path LIMIT ${NEAREST}`

/**
 * What is called almost like it, the nearest first: instead of a name that nothing has.
 *
 * @since 0.1.0
 * @category queries
 */
export const nearestTo = (connection: Connection, subject: string) => {
  const last = /[^.:]*$/.exec(subject)?.[0] ?? ""
  const name = /[/]|\.pyi?$/.test(subject) || last === "" ? subject : last
  return rowsOf(connection)(nearestSql, Candidate, [name.toLowerCase()])
}

/**
 * A path (or the end of one), a module, `name`, `Class.method`, `module.name`, `module:name`, or a symbol as SCIP writes it.
 * Fails when nothing has that name, or several things that are equally called so.
 *
 * @since 0.1.0
 * @category programs
 */
export const subjectOf = Effect.fn("subjectOf")(function*(connection: Connection, state: IndexState, given: string) {
  const read = rowsOf(connection)
  const subject = given.trim()
  const path = subject.replace(/^(\.\/)+/, "")
  const hint = state.problem === null ? "" : `the index does not know all names: ${state.problem}`

  const files = yield* read(
    `SELECT rel_path AS "relPath", module_name AS "moduleName" FROM files
    WHERE rel_path = $1 OR module_name = $1 OR ends_with(rel_path, '/' || $1) ORDER BY rel_path`,
    File,
    [path]
  )
  const exact = files.filter(({ relPath }) => relPath === path)
  const byPath = exact.length > 0 ? exact : files.filter(({ relPath }) => relPath.endsWith(`/${path}`))
  const byModule = files.filter(({ moduleName, relPath }) =>
    moduleName === path && !byPath.some((one) => one.relPath === relPath)
  )
  const [file] = byPath
  if (byPath.length === 1 && file !== undefined) {
    const found: Subject = { _tag: "File", ...file }
    return found
  }

  const isSymbol = subject.includes(" ")
  const last = /[^.:]*$/.exec(subject)?.[0] ?? ""
  const indexed = isSymbol
    ? yield* read(definitionsSql("symbol = $1"), Definition, [subject])
    : last === ""
    ? []
    : yield* read(definitionsSql("regexp_matches(symbol, $1)"), Definition, [
      "[/#.)`]" + escaped(last) + "`?(\\([^)]*\\)\\.|[.#])$"
    ])
  const functions = isSymbol || last === "" ? [] : yield* read(functionsSql, Definition, [last])
  const known = new Set(
    indexed.map(({ relPath, symbol }) => `${relPath} ${symbolName(symbol ?? "")?.qualifiedName ?? ""}`)
  )
  const all = [
    ...indexed,
    // of a file that is not indexed
    ...functions.filter(({ qualifiedName, relPath }) => !known.has(`${relPath} ${qualifiedName ?? ""}`))
  ].flatMap((row) => named(row) ?? [])
  const fits = all.map((each) => ({ each, rank: isSymbol ? 0 : fit(each, subject) ?? 3 }))
    .filter(({ rank }) => rank < 3)
    .sort((one, other) => one.rank - other.rank || (one.each.relPath < other.each.relPath ? -1 : 1))
  const best = fits.filter(({ rank }) => rank === fits[0]?.rank)
  const asCandidate = candidateOf(all)
  const [only] = best

  const candidates = [
    ...(only?.rank === 0 && byPath.length === 0 ? [] : [...byPath, ...byModule].map(ofFile)),
    ...best.map(({ each }) => asCandidate(each))
  ]
  if (candidates.length > 1) return yield* new SubjectUnclear({ subject, reason: "Ambiguous", candidates, hint })
  if (only !== undefined) {
    const found: Subject = {
      _tag: "Symbol",
      symbol: only.each,
      others: fits.filter(({ each }) => each !== only.each).map(({ each }) => asCandidate(each))
    }
    return found
  }
  const [module] = byModule
  if (module !== undefined) {
    const found: Subject = { _tag: "File", ...module }
    return found
  }
  const nearest = yield* nearestTo(connection, path)
  return yield* new SubjectUnclear({ subject, reason: "Unknown", candidates: nearest, hint })
})
