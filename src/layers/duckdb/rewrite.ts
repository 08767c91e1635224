/**
 * A database with less in it takes the place of its file.
 *
 * DuckDB keeps the space of what is deleted: of 43 MB, 19 of 20 rows deleted, a checkpoint gives nothing back. So what
 * stays is copied into a new file beside the old one, which is only read, and renamed over it at the end. Killed at any
 * moment, one of the two is there and whole.
 *
 * @since 0.1.0
 */
import type { PlatformError } from "@effect/platform/Error"
import type * as FileSystem from "@effect/platform/FileSystem"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import type { WarehouseError } from "../../domain/errors.js"
import type { Binding } from "./binding.js"
import { literal, quoted } from "./definition.js"
import { fromCause, refuse } from "./errors.js"
import { connection, type Reduction, settings, type WarehouseConfig } from "./instances.js"
import * as Statement from "./statement.js"
import { storageVersion } from "./storageVersion.js"

const operation = "prune"

const unfinished = (real: string) => `${real}.pruned.tmp`

/**
 * Where DuckDB keeps what is not yet in the file.
 *
 * @since 0.1.0
 * @category getters
 */
export const logOf = (file: string) => `${file}.wal`

/** A database is in these; after it was closed, in the first. */
const filesOf = (file: string) => [file, logOf(file), `${logOf(file)}.checkpoint`, `${logOf(file)}.recovery`]

/**
 * Removes what a rewriting that was killed has left. What cannot be removed is said in the log.
 *
 * @since 0.1.0
 * @category destructors
 */
export const removeUnfinished = (fs: FileSystem.FileSystem, real: string): Effect.Effect<void> =>
  Effect.forEach(filesOf(unfinished(real)), (file) => fs.remove(file, { force: true }), {
    concurrency: 1,
    discard: true
  }).pipe(Effect.catchAll((error) => Effect.logWarning(`leftovers beside ${real} are not removed`, error)))

/**
 * @since 0.1.0
 * @category models
 */
export interface Place {
  readonly duckdb: Binding
  readonly fs: FileSystem.FileSystem
  readonly config: WarehouseConfig
  /** For errors. */
  readonly file: string
  readonly real: string
}

/** A connection that sees the two files and no other. */
const openBeside = ({ config, duckdb, file, real }: Place) =>
  Effect.gen(function*() {
    const { enable_external_access: _, lock_configuration: __, ...common } = settings(config)
    const instance = yield* Effect.acquireRelease(
      Effect.tryPromise({
        try: () => duckdb.DuckDBInstance.create(":memory:", common),
        catch: fromCause({ file, operation })
      }),
      (opened) => Effect.sync(() => opened.closeSync())
    )
    const native: Statement.Native = { duckdb, file, connection: yield* connection(file, () => instance.connect()) }
    const paths = [real, unfinished(real)].flatMap(filesOf)
    yield* Statement.script(native, operation, [
      `SET allowed_paths = [${paths.map(literal).join(", ")}]`,
      // rows pass by what stays, in their order: else what is held in memory may be the table, as that of symbols is
      "SET disabled_optimizers = 'join_order,build_side_probe_side'",
      "SET enable_external_access = false",
      "SET lock_configuration = true",
      // nobody writes while it is read
      `ATTACH ${literal(real)} AS source (READ_ONLY)`
    ])
    return native
  })

const copy = Effect.fnUntraced(function*(native: Statement.Native, real: string, { remaining }: Reduction) {
  const script = (...statements: ReadonlyArray<string>) => Statement.script(native, operation, statements)
  yield* script(
    `ATTACH ${literal(unfinished(real))} AS target (STORAGE_VERSION ${literal(storageVersion)})`,
    "COPY FROM DATABASE source TO target (SCHEMA)",
    "USE source"
  )
  const { rows } = yield* Statement.run(
    native,
    operation,
    `SELECT schema_name, table_name FROM duckdb_tables() WHERE database_name = 'source' AND NOT internal ORDER BY table_oid`
  )
  const tables = rows.map(([schema, name]) => ({ schema: String(schema), name: String(name) }))
  yield* script(
    "BEGIN",
    ...tables.map((table) =>
      `INSERT INTO target.${quoted(table.schema)}.${quoted(table.name)} BY NAME ${remaining(table)}`
    ),
    "COMMIT",
    "CHECKPOINT target",
    "USE memory",
    "DETACH target"
  )
})

/** With the permissions of the old one, and safe from a loss of power. */
const replace = Effect.fnUntraced(function*({ fs, real }: Place) {
  const made = unfinished(real)
  const [before, after] = yield* Effect.all([fs.stat(real), fs.stat(made)], { concurrency: 1 })
  const { gid, uid } = before
  if (
    Option.isSome(uid) && Option.isSome(gid) &&
    (uid.value !== Option.getOrNull(after.uid) || gid.value !== Option.getOrNull(after.gid))
  ) {
    yield* fs.chown(made, uid.value, gid.value)
  }
  yield* fs.chmod(made, before.mode & 0o7777)
  yield* Effect.scoped(Effect.flatMap(fs.open(made, { flag: "r+" }), ({ sync }) => sync))
  yield* fs.rename(made, real)
})

/**
 * No instance of this process may have the file open. A writer elsewhere is `Locked`, before anything is done; one that
 * comes later finds it locked. Readers elsewhere go on, in the old file.
 *
 * @since 0.1.0
 * @category combinators
 */
export const rewrite = (place: Place, reduction: Reduction): Effect.Effect<void, WarehouseError> => {
  const { file, fs, real } = place
  const refused = (error: PlatformError) =>
    refuse({ file, operation }, "FileSystem", error.message, "what was stored before is unharmed")
  return Effect.gen(function*() {
    // after the instance has closed, and never what another rewriting is at
    let isBegun = false
    yield* Effect.addFinalizer((exit) => isBegun && Exit.isFailure(exit) ? removeUnfinished(fs, real) : Effect.void)
    const native = yield* openBeside(place)
    // it would be read here, and once more into the new file
    if (yield* Effect.mapError(fs.exists(logOf(real)), refused)) {
      return yield* refuse({ file, operation }, "Locked", "a writer was killed just now", "try again")
    }
    isBegun = true
    yield* copy(native, real, reduction)
    yield* Effect.uninterruptible(Effect.mapError(replace(place), refused))
  }).pipe(Effect.scoped)
}
