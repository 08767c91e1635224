// @effect-diagnostics asyncFunction:off
/**
 * The views of two databases, row by row as multisets. Runs in an instance of its own, to which both are attached.
 */
import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api"
import { Effect } from "effect"
import {
  addUp,
  type Around,
  checkOrder,
  classify,
  type Difference,
  nothingAround,
  type Row,
  type Sides,
  type View
} from "./differences.js"
import type { Facts } from "./rule.js"

const views: ReadonlyArray<View> = ["scip_documents", "symbols", "occurrences", "relationships"]

/** `theirs` is what is tested, `full` the run from scratch, `other` one from scratch in another order. */
type Side = "theirs" | "full" | "other"

const database = (side: Side) => `${side}_index`

const quoted = (text: string) => `'${text.replaceAll("'", "''")}'`

const localAt = (side: Side) => `
CREATE OR REPLACE TEMP TABLE ${side}_locals AS
SELECT rel_path, symbol, 'local at ' || line || ':' || col || CASE WHEN n > 1 THEN ' #' || n ELSE '' END AS name
FROM (
  SELECT rel_path, symbol, p.line AS line, p.col AS col,
    row_number() OVER (PARTITION BY rel_path, p ORDER BY length(symbol), symbol) AS n
  FROM (
    SELECT rel_path, symbol, min({'line': start_line, 'col': start_column}) AS p
    FROM ${database(side)}.main.occurrences WHERE symbol LIKE 'local %' GROUP BY rel_path, symbol
  )
)`

const nameOf = (alias: string, symbol: string) =>
  `CASE WHEN ${symbol} LIKE 'local %' THEN coalesce(${alias}.name, 'local without a place') ELSE ${symbol} END`

const noPlace = "NULL::INTEGER AS start_line, NULL::INTEGER AS start_column, NULL::INTEGER AS end_line, " +
  "NULL::INTEGER AS end_column"

/** The columns of `Row`; numbers of documents and symbols, which differ between any two databases, are left out. */
const rows = (side: Side): Readonly<Record<View, string>> => ({
  scip_documents: `
SELECT rel_path, ${noPlace}, '' AS symbol, NULL::VARCHAR AS related,
  occurrences || ' occurrences, ' || symbols || ' descriptions' AS rest
FROM ${database(side)}.main.scip_documents`,
  symbols: `
SELECT s.rel_path, ${noPlace}, ${nameOf("l", "s.symbol")} AS symbol, ${nameOf("e", "s.enclosing_symbol")} AS related,
  concat_ws(' ', s.kind, s.display_name, s.documentation) AS rest
FROM ${database(side)}.main.symbols s
LEFT JOIN ${side}_locals l ON l.rel_path = s.rel_path AND l.symbol = s.symbol
LEFT JOIN ${side}_locals e ON e.rel_path = s.rel_path AND e.symbol = s.enclosing_symbol`,
  occurrences: `
SELECT o.rel_path, o.start_line, o.start_column, o.end_line, o.end_column, ${nameOf("l", "o.symbol")} AS symbol,
  NULL::VARCHAR AS related,
  'definition ' || is_definition || ' import ' || is_import || ' read ' || is_read || ' write ' || is_write AS rest
FROM ${
    database(side)
  }.main.occurrences o LEFT JOIN ${side}_locals l ON l.rel_path = o.rel_path AND l.symbol = o.symbol`,
  relationships: `
SELECT NULL::VARCHAR AS rel_path, ${noPlace}, symbol, related_symbol AS related,
  'reference ' || is_reference || ' implementation ' || is_implementation || ' type definition ' ||
    is_type_definition || ' definition ' || is_definition AS rest
FROM ${database(side)}.main.relationships`
})

const text = (value: unknown): string | null => typeof value === "string" ? value : null

const query = async (connection: DuckDBConnection, sql: string) =>
  (await connection.runAndReadAll(sql)).getRowObjectsJson()

/** The rows of one side that the other has not. */
const alone = async (connection: DuckDBConnection, one: Side, other: Side): Promise<ReadonlyArray<Row>> => {
  const found: Array<Row> = []
  for (const view of views) {
    const sql = `(${rows(one)[view]}) EXCEPT ALL (${rows(other)[view]}) ORDER BY ALL`
    for (const row of await query(connection, sql)) {
      found.push({
        view,
        relPath: text(row["rel_path"]),
        place: row["start_line"] === null ? null : {
          startLine: Number(row["start_line"]),
          startColumn: Number(row["start_column"]),
          endLine: Number(row["end_line"]),
          endColumn: Number(row["end_column"])
        },
        symbol: text(row["symbol"]) ?? "",
        related: text(row["related"]),
        rest: text(row["rest"]) ?? ""
      })
    }
  }
  return found
}

const sidesOf = async (connection: DuckDBConnection, one: Side, other: Side) => ({
  one: await alone(connection, one, other),
  other: await alone(connection, other, one)
})

/** The project is the package that most definitions are of. */
const factsOf = async (connection: DuckDBConnection, textOf: Facts["textOf"]): Promise<Facts> => {
  const modules = await query(connection, `SELECT module_name FROM ${database("full")}.main.files`)
  const [project] = await query(
    connection,
    String.raw`
SELECT regexp_extract(symbol, '^scip-python python (\S+ \S+) ', 1) AS name, count(*) AS n
FROM ${
      database("full")
    }.main.occurrences WHERE is_definition AND symbol NOT LIKE 'local %' GROUP BY name ORDER BY n DESC, name LIMIT 1`
  )
  return {
    modules: new Set(modules.flatMap((row) => text(row["module_name"]) ?? [])),
    project: text(project?.["name"]) ?? "",
    textOf
  }
}

const describedBy = (row: Pick<Row, "symbol" | "related" | "rest">) =>
  JSON.stringify([row.symbol, row.related, row.rest])

/** Of the symbols that are described differently: what both sides say elsewhere. */
const aroundOf = async (connection: DuckDBConnection, sides: Sides): Promise<Around> => {
  const symbols = new Set(
    [...sides.theirs, ...sides.full].filter(({ view }) => view === "symbols").map(({ symbol }) => symbol)
  )
  if (symbols.size === 0) return nothingAround
  const list = [...symbols].map(quoted).join(", ")
  const counts = { theirs: new Map<string, number>(), full: new Map<string, number>() }
  const descriptions = { theirs: new Set<string>(), full: new Set<string>() }
  for (const side of ["theirs", "full"] as const) {
    const found = await query(
      connection,
      `SELECT symbol, count(*) AS n FROM ${database(side)}.main.occurrences WHERE symbol IN (${list}) GROUP BY symbol`
    )
    for (const row of found) counts[side].set(text(row["symbol"]) ?? "", Number(row["n"]))
    const described = await query(
      connection,
      `SELECT DISTINCT symbol, related, rest FROM (${rows(side).symbols}) WHERE symbol IN (${list})`
    )
    for (const row of described) {
      const each = { symbol: text(row["symbol"]) ?? "", related: text(row["related"]), rest: text(row["rest"]) ?? "" }
      descriptions[side].add(describedBy(each))
    }
  }
  // what runs from scratch said of symbols of other packages, before what is compared
  const ofNoFile = [...new Set(sides.theirs.filter(({ relPath }) => relPath === null).map(({ symbol }) => symbol))]
  const earlier = ofNoFile.length === 0 ? [] : await query(
    connection,
    `
SELECT DISTINCT s.symbol, i.documentation FROM ${database("theirs")}.core.scip_run_documents d
JOIN ${database("theirs")}.core.scip_symbol_information i ON i.document_id = d.document_id
JOIN ${database("theirs")}.core.scip_symbols s ON s.symbol_id = i.symbol_id
WHERE d.rel_path IS NULL AND s.symbol IN (${ofNoFile.map(quoted).join(", ")}) AND d.run_id NOT IN (
  SELECT run_id FROM ${database("theirs")}.core.run_files WHERE measured AND reason IS NOT NULL
)`
  )
  return {
    wasDescribed: ({ rest, symbol }) =>
      earlier.some((row) => row["symbol"] === symbol && rest.endsWith(text(row["documentation"]) ?? "")),
    occurrencesOf: (symbol) => ({ theirs: counts.theirs.get(symbol) ?? 0, full: counts.full.get(symbol) ?? 0 }),
    isDescribed: (side, row) => descriptions[side].has(describedBy(row))
  }
}

/** References to a symbol of the project that no document defines. */
const unbound = async (connection: DuckDBConnection, side: Side, project: string): Promise<number> => {
  const [row] = await query(
    connection,
    `
SELECT count(*) AS n FROM ${database(side)}.main.occurrences
WHERE NOT is_definition AND starts_with(symbol, ${quoted(`scip-python python ${project} `)})
  AND symbol NOT IN (SELECT symbol FROM ${database(side)}.main.occurrences WHERE is_definition)`
  )
  return Number(row?.["n"])
}

const run = (connection: DuckDBConnection, sql: string) => connection.run(sql)

const attach = async (connection: DuckDBConnection, side: Side, file: string) => {
  await run(connection, `ATTACH ${quoted(file)} AS ${database(side)} (READ_ONLY)`)
  await run(connection, localAt(side))
}

export interface DatabaseComparison {
  /** Rows of the run from scratch, in the four views. */
  readonly rows: number
  readonly differences: ReadonlyArray<Difference>
  /** References to a symbol of the project that is nowhere defined. */
  readonly unbound: { readonly theirs: number; readonly full: number }
}

export interface DatabaseFiles {
  readonly theirs: string
  readonly full: string
  /** A run from scratch in another order; makes the comparison accept what differs there as well. */
  readonly other?: string
}

/** No other process may have one of the files open for writing. */
export const compareDatabases = (files: DatabaseFiles, textOf: Facts["textOf"]): Effect.Effect<DatabaseComparison> =>
  Effect.promise(async () => {
    const instance = await DuckDBInstance.create(":memory:")
    const connection = await instance.connect()
    try {
      await attach(connection, "theirs", files.theirs)
      await attach(connection, "full", files.full)
      const facts = await factsOf(connection, textOf)
      const { one: theirs, other: full } = await sidesOf(connection, "theirs", "full")
      const sides = { theirs, full }
      let differences = classify(sides, facts, await aroundOf(connection, sides))
      if (files.other !== undefined) {
        await attach(connection, "other", files.other)
        const { one, other } = await sidesOf(connection, "full", "other")
        differences = checkOrder(differences, { full: one, theirs: other })
      }
      let total = 0
      for (const view of views) {
        total += Number(
          (await query(connection, `SELECT count(*) AS n FROM ${database("full")}.main.${view}`))[0]?.["n"]
        )
      }
      return {
        rows: total,
        differences: addUp(differences),
        unbound: {
          theirs: await unbound(connection, "theirs", facts.project),
          full: await unbound(connection, "full", facts.project)
        }
      }
    } finally {
      connection.closeSync()
      instance.closeSync()
    }
  })

/** Path -> dotted name of the modules in a database. */
export const modulesOf = (file: string): Effect.Effect<ReadonlyMap<string, string>> =>
  Effect.promise(async () => {
    const instance = await DuckDBInstance.create(":memory:")
    const connection = await instance.connect()
    try {
      await run(connection, `ATTACH ${quoted(file)} AS of (READ_ONLY)`)
      const found = await query(connection, "SELECT rel_path, module_name FROM of.main.files ORDER BY rel_path")
      return new Map(found.map((row) => [text(row["rel_path"]) ?? "", text(row["module_name"]) ?? ""]))
    } finally {
      connection.closeSync()
      instance.closeSync()
    }
  })
