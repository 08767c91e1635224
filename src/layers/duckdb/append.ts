/**
 * Many rows at once: 100,000 findings take 0.3 s, where as statements they take minutes.
 *
 * @since 0.1.0
 */
import type { DuckDBAppender } from "@duckdb/node-api"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type { WarehouseError } from "../../domain/errors.js"
import { type Cell, type Columns, type ColumnType, qualifiedName, type Row, type Table } from "./definition.js"
import { fromCause, refuse } from "./errors.js"
import { type Native, settle } from "./statement.js"

/** Rows between two turns of the event loop: about 5 ms. */
const rowsATurn = 2_000

const appendCell = ({ duckdb }: Native, appender: DuckDBAppender, type: ColumnType, value: Cell): void => {
  if (value === null) return appender.appendNull()
  if (typeof value === "boolean") return appender.appendBoolean(value)
  if (typeof value === "string") return appender.appendVarchar(value)
  if (typeof value !== "number") {
    const items = type === "INTEGER[]" ? duckdb.INTEGER : duckdb.VARCHAR
    return appender.appendList(duckdb.listValue([...value]), duckdb.LIST(items))
  }
  if (type === "INTEGER") return appender.appendInteger(value)
  if (type === "DOUBLE") return appender.appendDouble(value)
  // throws for what is no integer, as appendInteger does
  if (type === "BIGINT") return appender.appendBigInt(BigInt(value))
  appender.appendTimestampTZ(new duckdb.DuckDBTimestampTZValue(BigInt(value) * 1000n))
}

/**
 * An appender for the length of `use`: closed, which is when DuckDB checks the rows, or emptied when `use` fails.
 *
 * @since 0.1.0
 * @category combinators
 */
export const withAppender = (
  native: Native,
  operation: string,
  table: Table,
  use: (appender: DuckDBAppender) => Effect.Effect<void, WarehouseError>
): Effect.Effect<void, WarehouseError> => {
  const { connection, file } = native
  return Effect.acquireUseRelease(
    settle(native, operation, () =>
      table.schema === "temp"
        ? connection.createAppender(table.name, "main", "temp")
        : connection.createAppender(table.name, table.schema)),
    (appender) =>
      Effect.zipRight(
        use(appender),
        Effect.try({ try: () => appender.closeSync(), catch: fromCause({ file, operation }) })
      ),
    (appender, exit) =>
      Exit.isSuccess(exit)
        ? Effect.void
        // the failure that led here is the one to tell
        : Effect.ignore(Effect.try(() => {
          appender.clear()
          appender.closeSync()
        }))
  )
}

/**
 * Some rows, and then a turn for others. A value that the column does not take is thrown by `use`, and refused here.
 *
 * @since 0.1.0
 * @category combinators
 */
export const appendTurn = (
  { file }: Native,
  operation: string,
  use: () => void
): Effect.Effect<void, WarehouseError> =>
  Effect.zipRight(
    Effect.try({
      try: use,
      catch: (cause) =>
        refuse(
          { file, operation },
          "Query",
          cause instanceof Error ? cause.message : String(cause),
          "nothing of it was stored"
        )
    }),
    Effect.yieldNow()
  )

/**
 * Fails for a value that the column cannot hold exactly. Belongs into a transaction: rows before the failure may have
 * been appended.
 *
 * @since 0.1.0
 * @category combinators
 */
export const append = <C extends Columns>(
  native: Native,
  operation: string,
  table: Table<C>,
  rows: ReadonlyArray<Row<C>>
): Effect.Effect<void, WarehouseError> => {
  const columns = Object.entries(table.columns)

  const appendRow = (appender: DuckDBAppender, row: Row<C>, index: number) => {
    for (const [name, { type }] of columns) {
      const value = row[name]
      if (value === undefined) throw new Error(`row ${index} of ${qualifiedName(table)} has no ${name}`)
      try {
        appendCell(native, appender, type, value)
      } catch (cause) {
        throw new Error(`row ${index} of ${qualifiedName(table)}: ${name} cannot be ${String(value)}`, { cause })
      }
    }
    appender.endRow()
  }

  const appendRows = (appender: DuckDBAppender) =>
    Effect.gen(function*() {
      for (let start = 0; start < rows.length; start += rowsATurn) {
        yield* appendTurn(native, operation, () =>
          rows.slice(start, start + rowsATurn).forEach((row, offset) =>
            appendRow(appender, row, start + offset)
          ))
      }
    })

  return rows.length === 0 ? Effect.void : withAppender(native, operation, table, appendRows)
}
