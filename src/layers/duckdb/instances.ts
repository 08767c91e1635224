/**
 * Where databases live: in files, or in memory.
 *
 * @since 0.1.0
 */
import type { DuckDBConnection } from "@duckdb/node-api"
import * as Config from "effect/Config"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Option from "effect/Option"
import type * as Scope from "effect/Scope"
import type { WarehouseError } from "../../domain/errors.js"
import type { Binding } from "./binding.js"
import { fromCause } from "./errors.js"
import * as Session from "./session.js"

/**
 * - `write`: shared with other writers and readers of this process
 * - `read`: shared with whoever has the file open in this process
 * - `ask`: shared with readers alone
 *
 * @since 0.1.0
 * @category models
 */
export type Wanted = "read" | "write" | "ask"

/**
 * How a database comes to hold less, by deleting or by copying: the same rows stay.
 *
 * @since 0.1.0
 * @category models
 */
export interface Reduction {
  /** Statements that delete what does not stay. */
  readonly deletions: ReadonlyArray<string>
  /** A SELECT of the rows that stay, of a table whoever made it. */
  readonly remaining: (table: { readonly schema: string; readonly name: string }) => string
}

/**
 * @since 0.1.0
 * @category models
 */
export interface Instances {
  /** Whether there is something under this name. Opens nothing. */
  readonly exists: (file: string) => Effect.Effect<boolean>
  /** A connection for the length of the scope. The last one of a database to be closed closes the database. */
  readonly connect: (file: string, wanted: Wanted) => Effect.Effect<Session.Session, WarehouseError, Scope.Scope>
  /** Bytes on disk; none of a database in memory. */
  readonly size: (file: string) => Effect.Effect<Option.Option<number>, WarehouseError>
  /** Leaves what stays, whole or not at all, and no space for what went. Others that use the database are waited for. */
  readonly reduce: (file: string, reduction: Reduction) => Effect.Effect<void, WarehouseError>
}

/**
 * @since 0.1.0
 * @category models
 */
export interface WarehouseConfig {
  /** How long a file that somebody else has open is tried again. */
  readonly lockTimeout: Duration.Duration
  /** Most memory of one database, as DuckDB writes it: `512MB`. A statement that needs more fails. */
  readonly memoryLimit: string
  /** Threads of one database. */
  readonly threads: number
}

/**
 * `CODEINTEL_DUCKDB_LOCK_TIMEOUT` (5 seconds), `CODEINTEL_DUCKDB_MEMORY` (512MB), `CODEINTEL_DUCKDB_THREADS` (2).
 *
 * @since 0.1.0
 * @category config
 */
export const config: Config.Config<WarehouseConfig> = Config.all({
  lockTimeout: Config.withDefault(Config.duration("CODEINTEL_DUCKDB_LOCK_TIMEOUT"), Duration.seconds(5)),
  memoryLimit: Config.nonEmptyString("CODEINTEL_DUCKDB_MEMORY").pipe(
    Config.validate({
      message: "an amount such as 512MB or 2GB",
      validation: (text) => /^[0-9]+(\.[0-9]+)? *[KMGT]i?B$/i.test(text)
    }),
    Config.withDefault("512MB")
  ),
  threads: Config.integer("CODEINTEL_DUCKDB_THREADS").pipe(
    Config.validate({ message: "a number of threads, at least 1", validation: (threads) => threads >= 1 }),
    Config.withDefault(2)
  )
})

/**
 * What every instance is opened with. No statement reaches another file, loads code or changes a setting, whoever
 * wrote it. Nothing is spilled to disk: a process that is killed leaves no temporary file.
 *
 * @since 0.1.0
 * @category config
 */
export const settings = ({ memoryLimit, threads }: Omit<WarehouseConfig, "lockTimeout">): Record<string, string> => ({
  threads: String(threads),
  memory_limit: memoryLimit,
  temp_directory: "",
  enable_external_access: "false",
  autoload_known_extensions: "false",
  autoinstall_known_extensions: "false",
  allow_community_extensions: "false",
  lock_configuration: "true"
})

/**
 * A native connection for the length of the scope.
 *
 * @since 0.1.0
 * @category constructors
 */
export const connection = (
  file: string,
  open: () => Promise<DuckDBConnection>
): Effect.Effect<DuckDBConnection, WarehouseError, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.tryPromise({ try: open, catch: fromCause({ file, operation: "connect" }) }),
    (opened) => Effect.sync(() => opened.closeSync())
  )

/**
 * A session over a connection of its own, for the length of the scope.
 *
 * @since 0.1.0
 * @category constructors
 */
export const session = (
  duckdb: Binding,
  file: string,
  open: () => Promise<DuckDBConnection>,
  writes: Effect.Semaphore
): Effect.Effect<Session.Session, WarehouseError, Scope.Scope> =>
  Effect.map(connection(file, open), (opened) => Session.make({ duckdb, connection: opened, file }, writes))
