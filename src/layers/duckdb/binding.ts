/**
 * The native binding, loaded when a database is first opened: it takes 110 to 550 ms, which a command that needs no
 * database does not spend.
 *
 * @since 0.1.0
 */
import type * as DuckDb from "@duckdb/node-api"
import type * as Bindings from "@duckdb/node-bindings"
import * as Effect from "effect/Effect"
import { WarehouseError } from "../../domain/errors.js"

/**
 * @since 0.1.0
 * @category models
 */
export type Binding = typeof DuckDb & {
  /** What the classes are made of: of columns as bytes they have no way. */
  readonly raw: (typeof Bindings)["default"]
}

/**
 * @since 0.1.0
 * @category constructors
 */
export const load = (file: string): Effect.Effect<Binding, WarehouseError> =>
  Effect.tryPromise({
    try: () =>
      Promise.all([import("@duckdb/node-api"), import("@duckdb/node-bindings")]).then(([api, { default: raw }]) => ({
        ...api,
        raw
      })),
    catch: (cause) =>
      new WarehouseError({
        file,
        operation: "load DuckDB",
        reason: "FileSystem",
        hint: "the native module of DuckDB is missing or not for this platform: install codeintel again, without " +
          "--omit=optional, on the machine it runs on",
        cause
      })
  })
