/**
 * Rows of our own SQL as values.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { WarehouseError } from "../domain/errors.js"
import type { Connection, QueryResult, Value } from "../services/Warehouse.js"

/**
 * Each row as an object by the names of the columns.
 *
 * @since 0.1.0
 * @category getters
 */
export const objects = ({ columns, rows }: QueryResult): ReadonlyArray<Record<string, unknown>> =>
  rows.map((row) => Object.fromEntries(columns.map(({ name }, index) => [name, row[index]])))

/**
 * Our own SQL against our own schema: another shape is a bug, not an input, and dies.
 *
 * @since 0.1.0
 * @category decoding
 */
export const decode = <A, I>(schema: Schema.Schema<A, I>) => (result: QueryResult) =>
  Effect.orDie(Schema.decodeUnknown(Schema.Array(schema))(objects(result)))

/**
 * @since 0.1.0
 * @category combinators
 */
export const asking = (connection: Connection) =>
<A, I>(
  schema: Schema.Schema<A, I>,
  sql: string,
  values: ReadonlyArray<Value> = []
): Effect.Effect<ReadonlyArray<A>, WarehouseError> => Effect.flatMap(connection.query(sql, values), decode(schema))
