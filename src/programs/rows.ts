/**
 * Rows of our own SQL as values.
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
 * Asks, and decodes each row. Our own SQL against our own schema: another shape is a bug, not an input, and dies.
 *
 * @since 0.1.0
 * @category combinators
 */
export const rowsOf = (connection: Pick<Connection, "query">) =>
<A, I>(
  sql: string,
  schema: Schema.Schema<A, I>,
  values: ReadonlyArray<Value> = []
): Effect.Effect<ReadonlyArray<A>, WarehouseError> =>
  Effect.flatMap(
    connection.query(sql, values),
    (result) => Effect.orDie(Schema.decodeUnknown(Schema.Array(schema))(objects(result)))
  )
