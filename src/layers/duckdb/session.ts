/**
 * A connection that many fibers may use: one statement at a time, and transactions that are whole or nothing.
 *
 * @since 0.1.0
 */
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as FiberRef from "effect/FiberRef"
import type { WarehouseError } from "../../domain/errors.js"
import type { QueryResult } from "../../services/Warehouse.js"
import { append } from "./append.js"
import { appendColumns, type ColumnValues, type PlainColumns } from "./appendColumns.js"
import type { Columns, Row, Table } from "./definition.js"
import { refuse } from "./errors.js"
import * as Statement from "./statement.js"

/**
 * @since 0.1.0
 * @category models
 */
export interface Transaction {
  readonly run: (
    sql: string,
    values?: ReadonlyArray<Statement.Parameter>
  ) => Effect.Effect<QueryResult, WarehouseError>
  /** Statements of our own, one after the other. */
  readonly script: (statements: ReadonlyArray<string>) => Effect.Effect<void, WarehouseError>
  readonly append: <C extends Columns>(
    table: Table<C>,
    rows: ReadonlyArray<Row<C>>
  ) => Effect.Effect<void, WarehouseError>
  readonly appendColumns: <C extends PlainColumns>(
    table: Table<C>,
    values: ColumnValues<C>
  ) => Effect.Effect<void, WarehouseError>
}

type Run = (
  operation: string,
  sql: string,
  values?: ReadonlyArray<Statement.Parameter>
) => Effect.Effect<QueryResult, WarehouseError>

/**
 * @since 0.1.0
 * @category models
 */
export interface Session {
  /** One statement, in a transaction of its own. */
  readonly run: Run
  /** The same; a statement that would write is refused, whatever the database was opened for. */
  readonly read: Run
  /** A statement that only reads, as far as `maxRows` rows. */
  readonly ask: (operation: string, sql: string, maxRows: number) => Effect.Effect<QueryResult, WarehouseError>
  /**
   * Commits when `body` succeeds. Rolls back when it fails, dies or is interrupted. Transactions that write come one
   * after the other, over all connections of the process. One inside another dies: it would commit what the outer one
   * may roll back.
   */
  readonly transaction: <A, E, R>(
    operation: string,
    body: (transaction: Transaction) => Effect.Effect<A, E, R>
  ) => Effect.Effect<A, E | WarehouseError, R>
}

/** The writers' permits that the fiber holds: whoever waits for one of them waits for himself. */
const held = FiberRef.unsafeMake<ReadonlyArray<Effect.Semaphore>>([])

/**
 * `writes`: one permit for the whole database.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = (native: Statement.Native, writes: Effect.Semaphore): Session => {
  const permit = Effect.unsafeMakeSemaphore(1)

  const alone = <A, E, R>(
    operation: string,
    permits: ReadonlyArray<Effect.Semaphore>,
    effect: Effect.Effect<A, E, R>
  ) =>
    Effect.flatMap(FiberRef.get(held), (before) =>
      permits.some((each) => before.includes(each))
        ? Effect.dieMessage(`${operation}: inside a transaction, use the transaction itself`)
        : permits.reduceRight(
          (inner, each) => each.withPermits(1)(inner),
          Effect.locally(effect, held, [...before, ...permits])
        ))

  const within = <A, E, R>(operation: string, begin: string, body: Effect.Effect<A, E, R>) =>
    Effect.uninterruptibleMask((restore) =>
      Effect.gen(function*() {
        yield* Statement.run(native, operation, begin)
        const exit = yield* Effect.exit(restore(body))
        // a commit that fails has rolled back
        if (Exit.isSuccess(exit)) return yield* Effect.as(Statement.run(native, operation, "COMMIT"), exit.value)
        const rolledBack = yield* Effect.exit(Statement.run(native, operation, "ROLLBACK"))
        return yield* Effect.failCause(
          Exit.isFailure(rolledBack) ? Cause.sequential(exit.cause, rolledBack.cause) : exit.cause
        )
      })
    )

  const readOnly = <A, E>(operation: string, effect: Effect.Effect<A, E>) =>
    alone(operation, [permit], within(operation, "BEGIN TRANSACTION READ ONLY", effect))

  return {
    run: (operation, sql, values) => alone(operation, [permit], Statement.run(native, operation, sql, values)),
    read: (operation, sql, values) => readOnly(operation, Statement.run(native, operation, sql, values)),
    ask: (operation, sql, maxRows) =>
      Effect.catchTag(readOnly(operation, Statement.stream(native, operation, sql, maxRows)), "StreamBroken", () =>
        // run to its end, it fails with what it failed with
        Effect.zipRight(
          readOnly(operation, Statement.execute(native, operation, sql)),
          refuse({ file: native.file, operation }, "Query", "the statement failed after its first rows", "try it again")
        )),
    transaction: (operation, body) =>
      alone(
        operation,
        [writes, permit],
        within(
          operation,
          "BEGIN TRANSACTION",
          body({
            run: (sql, values) => Statement.run(native, operation, sql, values),
            script: (statements) => Statement.script(native, operation, statements),
            append: (table, rows) => append(native, operation, table, rows),
            appendColumns: (table, values) => appendColumns(native, operation, table, values)
          })
        )
      )
  }
}
