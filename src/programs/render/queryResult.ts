/**
 * @since 0.1.0
 */
import { stringify } from "csv-stringify/sync"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { SqlAnswer } from "../../domain/Answers.js"
import type { QueryResult, Value } from "../../services/Warehouse.js"
import { cellCode, markdownTable } from "./markdown.js"
import { table } from "./table.js"

/**
 * @since 0.1.0
 * @category models
 */
export type Format = "table" | "json" | "csv" | "markdown"

const numeric = /INT|DOUBLE|FLOAT|DECIMAL|HUGEINT/

// nothing of these is emphasis, and a table is easier to read without backticks
const isPlain = /^[A-Za-z0-9]+(_[A-Za-z0-9]+)*$/

const heads = (columns: QueryResult["columns"]) =>
  columns.map(({ name, type }) => ({
    title: name,
    align: numeric.test(type) ? "right" as const : "left" as const
  }))

// JSON has no integers beyond 2^53: text keeps them whole
const jsonValue = (value: Value) => typeof value === "bigint" ? value.toString() : value

const toJson = Schema.encode(Schema.parseJson(SqlAnswer.fields.rows, { space: 2 }))

/**
 * The columns by names that differ: an object would keep one of two with the same name. The second `x` is `x:1`.
 *
 * @since 0.1.0
 * @category getters
 */
export const columnNames = (columns: QueryResult["columns"]): ReadonlyArray<string> =>
  columns.map(({ name }, at) => {
    const before = columns.slice(0, at).filter((column) => column.name === name).length
    return before === 0 ? name : `${name}:${before}`
  })

/**
 * Rows as objects.
 *
 * @since 0.1.0
 * @category rendering
 */
export const rowObjects = ({ columns, rows }: QueryResult): SqlAnswer["rows"] => {
  const names = columnNames(columns)
  return rows.map((row) => Object.fromEntries(names.map((name, at) => [name, jsonValue(row[at] ?? null)])))
}

/**
 * Rows for a person, with how many there are. NULL is `NULL`.
 *
 * @since 0.1.0
 * @category rendering
 */
export const rowsTable = ({ columns, rows }: Pick<QueryResult, "columns" | "rows">): string => {
  const count = `${rows.length.toLocaleString("en")} row${rows.length === 1 ? "" : "s"}`
  const cells = rows.map((row) => row.map((value) => value === null ? "NULL" : String(value)))
  return `${table(heads(columns), cells)}\n(${count})`
}

/**
 * Rows for a person (`table`, where NULL is `NULL`), a program (`json`, an array of objects) or a spreadsheet (`csv`,
 * with a header, where NULL is empty), or a comment on GitHub (`markdown`, where a text is code and NULL is not).
 *
 * @since 0.1.0
 * @category rendering
 */
export const render = (result: QueryResult, format: Format): Effect.Effect<string> => {
  const { columns, rows } = result
  if (format === "csv") {
    const lines = rows.map((row) => row.map((value) => value === null ? "" : String(value)))
    // the last line end alone: rows of NULL are empty lines
    return Effect.succeed(stringify([columns.map(({ name }) => name), ...lines]).replace(/\n$/, ""))
  }
  if (format === "json") return Effect.orDie(toJson(rowObjects(result)))
  if (format === "markdown") {
    const titles = heads(columns).map(({ align, title }) => ({
      align,
      title: isPlain.test(title) ? title : cellCode(title)
    }))
    const cell = (value: Value) => value === null ? "NULL" : typeof value === "string" ? cellCode(value) : String(value)
    return Effect.succeed(markdownTable(titles, rows.map((row) => row.map(cell))))
  }
  return Effect.succeed(rowsTable(result))
}
