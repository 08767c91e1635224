/**
 * Answers to our own questions.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { WarehouseError } from "../domain/errors.js"
import type { Connection, QueryResult, Value } from "../services/Warehouse.js"

const objects = ({ columns, rows }: QueryResult): ReadonlyArray<Record<string, unknown>> =>
  rows.map((row) => Object.fromEntries(columns.map(({ name }, index) => [name, row[index]])))

/**
 * The rows of a statement, decoded by the names of their columns. It is our own SQL against our own schema: another shape
 * is a bug, not an input.
 *
 * @since 0.1.0
 * @category programs
 */
export const rowsOf = <A, I>(
  connection: Connection,
  schema: Schema.Schema<A, I>,
  sql: string,
  values: ReadonlyArray<Value> = []
): Effect.Effect<ReadonlyArray<A>, WarehouseError> =>
  Effect.flatMap(
    connection.query(sql, values),
    (result) => Effect.orDie(Schema.decodeUnknown(Schema.Array(schema))(objects(result)))
  )
