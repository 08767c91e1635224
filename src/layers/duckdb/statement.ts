/**
 * One statement on a native connection.
 *
 * @since 0.1.0
 */
import type * as DuckDb from "@duckdb/node-api"
import * as Clock from "effect/Clock"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Schedule from "effect/Schedule"
import type { WarehouseError } from "../../domain/errors.js"
import type { QueryResult, Value } from "../../services/Warehouse.js"
import type { Binding } from "./binding.js"
import { fromCause, refuse } from "./errors.js"
import * as Values from "./values.js"

/**
 * @since 0.1.0
 * @category models
 */
export interface Native {
  readonly duckdb: Binding
  readonly connection: DuckDb.DuckDBConnection
  /** For errors. */
  readonly file: string
}

/**
 * What is bound to `$1`, `$2` ... A list of strings is a VARCHAR[].
 *
 * @since 0.1.0
 * @category models
 */
export type Parameter = Value | ReadonlyArray<string>

const oneStatement = "give one statement; a PIVOT needs its values listed: PIVOT ... ON column IN (...)"

// the thread pool does not know the clock of a test
const realTime = Clock.make()

/**
 * Waits for the binding. Interrupted, it interrupts the statement and still waits: a statement that goes on after its
 * fiber would hold the connection and the file. An interruption that comes before DuckDB has begun is lost: it is
 * repeated.
 *
 * @since 0.1.0
 * @category combinators
 */
export const settle = <A>(
  { connection, file }: Native,
  operation: string,
  evaluate: () => Promise<A>
): Effect.Effect<A, WarehouseError> =>
  Effect.async((resume) => {
    let settled = false
    evaluate().then(
      (value) => {
        settled = true
        resume(Effect.succeed(value))
      },
      (cause: unknown) => {
        settled = true
        resume(Effect.fail(fromCause({ file, operation })(cause)))
      }
    )
    return Effect.sync(() => {
      if (!settled) connection.interrupt()
      return settled
    }).pipe(
      Effect.repeat({ until: (is) => is, schedule: Schedule.spaced("5 millis") }),
      Effect.withClock(realTime),
      Effect.asVoid
    )
  })

const prepared = (native: Native, operation: string, sql: string) =>
  Effect.gen(function*() {
    const { connection, file } = native
    const statements = yield* settle(native, operation, () => connection.extractStatements(sql)).pipe(
      Effect.mapError((error) =>
        // all that the binding has to say of no statement at all
        error.cause instanceof Error && error.cause.message === "Error in native callback"
          ? refuse({ file, operation }, "Query", "there is no statement", oneStatement)
          : error
      )
    )
    if (statements.count !== 1) {
      return yield* refuse({ file, operation }, "Query", `there are ${statements.count} statements`, oneStatement)
    }
    return yield* Effect.acquireRelease(
      settle(native, operation, () => statements.prepare(0)),
      (statement) => Effect.sync(() => statement.destroySync())
    )
  })

const bind = (
  { duckdb, file }: Native,
  operation: string,
  statement: DuckDb.DuckDBPreparedStatement,
  values: ReadonlyArray<Parameter>
) =>
  Effect.try({
    try: () =>
      values.forEach((value, index) => {
        const at = index + 1
        if (value === null) statement.bindNull(at)
        else if (typeof value === "string") statement.bindVarchar(at, value)
        else if (typeof value === "boolean") statement.bindBoolean(at, value)
        else if (typeof value === "bigint") {
          if (BigInt.asIntN(64, value) === value) statement.bindBigInt(at, value)
          else statement.bindHugeInt(at, value)
        } else if (typeof value !== "number") statement.bindList(at, value, duckdb.LIST(duckdb.VARCHAR))
        else if (Number.isSafeInteger(value)) statement.bindBigInt(at, BigInt(value))
        else statement.bindDouble(at, value)
      }),
    catch: fromCause({ file, operation })
  })

const columnsOf = (result: DuckDb.DuckDBResult) =>
  result.columnNames().map((name, index) => ({ name, type: result.columnType(index).toString() }))

/** Characters of all values of a result that is for a person or a program: with escapes, it is to be one string. */
const MOST_CHARACTERS = 80_000_000

/** Rows until there are more than `limit`; false: there are no more. A value is converted when it is its turn. */
const fetch = (native: Native, operation: string, result: DuckDb.DuckDBResult, limit: number, characters: number) =>
  Effect.gen(function*() {
    const { file } = native
    const convert = Values.converter(native.duckdb)
    const rows: Array<ReadonlyArray<Value>> = []
    let left = characters
    while (rows.length <= limit) {
      const chunk = yield* settle(native, operation, () => result.fetchChunk())
      if (chunk === null || chunk.rowCount === 0) return { rows, more: false }
      for (let at = 0; at < chunk.rowCount; at++) {
        const row = chunk.getRowValues(at).map(convert)
        left -= row.reduce<number>((sum, value) => sum + (typeof value === "string" ? value.length : 8), 0)
        if (left < 0) {
          const what = `the result has more than ${characters / 1_000_000} MB`
          return yield* refuse({ file, operation }, "Query", what, "ask for less: fewer rows, or a part of a text")
        }
        rows.push(row)
      }
    }
    return { rows, more: true }
  })

/**
 * Runs one statement to its end.
 *
 * @since 0.1.0
 * @category combinators
 */
export const run = (
  native: Native,
  operation: string,
  sql: string,
  values: ReadonlyArray<Parameter> = []
): Effect.Effect<QueryResult, WarehouseError> =>
  Effect.gen(function*() {
    const statement = yield* prepared(native, operation, sql)
    yield* bind(native, operation, statement, values)
    const result = yield* settle(native, operation, () => statement.run())
    const { rows } = yield* fetch(native, operation, result, Infinity, Infinity)
    return { columns: columnsOf(result), rows, truncated: false }
  }).pipe(Effect.scoped)

/**
 * Runs one statement to its end and takes no row.
 *
 * @since 0.1.0
 * @category combinators
 */
export const execute = (native: Native, operation: string, sql: string): Effect.Effect<void, WarehouseError> =>
  Effect.gen(function*() {
    const statement = yield* prepared(native, operation, sql)
    yield* settle(native, operation, () => statement.run())
  }).pipe(Effect.scoped)

/**
 * Runs statements of our own, one after the other, at once.
 *
 * @since 0.1.0
 * @category combinators
 */
export const script = (
  native: Native,
  operation: string,
  statements: ReadonlyArray<string>
): Effect.Effect<void, WarehouseError> =>
  Effect.asVoid(settle(native, operation, () => native.connection.run(statements.join(";\n"))))

/**
 * The statement failed after its first rows, and what failed is not known.
 *
 * @since 0.1.0
 * @category errors
 */
export class StreamBroken extends Data.TaggedError("StreamBroken") {}

const drain = (native: Native, open: DuckDb.DuckDBResult) =>
  Effect.sync(() => native.connection.interrupt()).pipe(
    Effect.zipRight(Effect.exit(settle(native, "close", () => open.fetchChunk()))),
    Effect.repeat({ until: (exit) => Exit.isFailure(exit) || (exit.value?.rowCount ?? 0) === 0 })
  )

/**
 * Runs one statement that only reads as far as `maxRows` rows are there; what is not asked for is not computed.
 *
 * @since 0.1.0
 * @category combinators
 */
export const stream = (
  native: Native,
  operation: string,
  sql: string,
  maxRows: number
): Effect.Effect<QueryResult, WarehouseError | StreamBroken> =>
  Effect.gen(function*() {
    const { duckdb, file } = native
    const statement = yield* prepared(native, operation, sql)
    const { StatementType } = duckdb
    if (statement.statementType !== StatementType.SELECT && statement.statementType !== StatementType.EXPLAIN) {
      const type = StatementType[statement.statementType] ?? "this"
      return yield* refuse({ file, operation }, "ReadOnly", `${type} is no statement that reads`, "ask with SELECT")
    }
    // An open stream keeps the whole database open until it is collected as garbage: it closes when it is read to its
    // end, and an interrupted one ends at once. Opening it can take as long as the statement: it must be interruptible.
    let opened: DuckDb.DuckDBResult | undefined
    yield* Effect.addFinalizer(() => Effect.suspend(() => opened === undefined ? Effect.void : drain(native, opened)))
    const result = yield* settle(native, operation, () => statement.stream().then((open) => opened = open))
    const streamed = result.isStreaming
    const columns = columnsOf(result)
    const limit = Math.max(0, Math.floor(maxRows))
    const { more, rows } = yield* fetch(native, operation, result, limit, MOST_CHARACTERS)
    // a failure in the middle of a stream looks like its end, only that it is no stream any more
    if (!more && streamed && !result.isStreaming) return yield* new StreamBroken()
    return { columns, rows: rows.slice(0, limit), truncated: more }
  }).pipe(Effect.scoped)
