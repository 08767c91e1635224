/**
 * Databases in files: one instance for each real path in the whole process, however many Layers there are.
 *
 * It has to be so. Two read-write instances of one file lose committed rows without an error. And even one that only
 * reads must not be opened beside another: the lock on the file is the process's (POSIX), and closing any descriptor of
 * the file gives it up, also that of an instance which goes on writing.
 *
 * @since 0.1.0
 */
import type { DuckDBInstance } from "@duckdb/node-api"
import type { PlatformError } from "@effect/platform/Error"
import * as FileSystem from "@effect/platform/FileSystem"
import * as Path from "@effect/platform/Path"
import * as Effect from "effect/Effect"
import * as GlobalValue from "effect/GlobalValue"
import * as Option from "effect/Option"
import * as Schedule from "effect/Schedule"
import type { WarehouseError } from "../../domain/errors.js"
import { type Binding, load } from "./binding.js"
import { fromCause, missing, refuse } from "./errors.js"
import { connection, type Instances, session, settings, type Wanted, type WarehouseConfig } from "./instances.js"
import { accept, inspect } from "./migrations.js"
import * as Rewrite from "./rewrite.js"
import * as Statement from "./statement.js"
import { storageVersion } from "./storageVersion.js"

interface Held {
  readonly duckdb: Binding
  readonly instance: DuckDBInstance
  readonly readOnly: boolean
  /** Connections; the instance closes with the last. */
  users: number
}

interface Entry {
  /** Opening and closing, one at a time. */
  readonly permit: Effect.Semaphore
  readonly writes: Effect.Semaphore
  held: Held | undefined
  /** Another file is about to take its place: no instance may be opened. */
  isReplaced: boolean
}

// also when this module is loaded twice, by two versions or kinds of import
const entries = GlobalValue.globalValue("codeintel/duckdb/instances", () => new Map<string, Entry>())

const entryOf = (realPath: string): Effect.Effect<Entry> =>
  Effect.sync(() => {
    const known = entries.get(realPath)
    if (known !== undefined) return known
    const entry: Entry = {
      permit: Effect.unsafeMakeSemaphore(1),
      writes: Effect.unsafeMakeSemaphore(1),
      held: undefined,
      isReplaced: false
    }
    entries.set(realPath, entry)
    return entry
  })

/** Names that DuckDB would take for our schemas, as it names a database after its file. */
const ambiguous = new Set(["core", "analytics"])

/**
 * @since 0.1.0
 * @category constructors
 */
export const make = Effect.fnUntraced(function*(config: WarehouseConfig) {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path

  const refused = (file: string, wanted: Wanted) => (error: PlatformError): WarehouseError => {
    const attempt = { file, operation: "open" }
    if (error._tag === "SystemError" && error.reason === "NotFound") {
      return wanted === "write"
        ? refuse(attempt, "FileSystem", "its directory does not exist", `mkdir -p ${path.dirname(file)}`)
        : missing(attempt)
    }
    return refuse(attempt, "FileSystem", error.message, "name another file with --db")
  }

  const realPath = (file: string, wanted: Wanted) =>
    fs.realPath(file).pipe(
      Effect.catchIf(
        (error) => error._tag === "SystemError" && error.reason === "NotFound",
        () => Effect.map(fs.realPath(path.dirname(file)), (directory) => path.join(directory, path.basename(file)))
      ),
      Effect.mapError(refused(file, wanted))
    )

  const acquireInstance = (file: string, open: () => Promise<DuckDBInstance>) =>
    Effect.tryPromise({ try: open, catch: fromCause({ file, operation: "open" }) })

  /** Opening for writing replays what a killed writer left in the log: into nobody else's database. */
  const refuseForeignLog = (duckdb: Binding, file: string, real: string) =>
    Effect.gen(function*() {
      const instance = yield* Effect.acquireRelease(
        acquireInstance(file, () =>
          duckdb.DuckDBInstance.create(real, { ...settings(config), access_mode: "READ_ONLY" })),
        (opened) =>
          Effect.sync(() => opened.closeSync())
      )
      const native = { duckdb, file, connection: yield* connection(file, () => instance.connect()) }
      const state = yield* inspect((sql, values) => Statement.run(native, "open", sql, values))
      // a newer one of ours is refused after its log was replayed: that is what its own codeintel would do first
      yield* accept(file, "open", state, Infinity)
    }).pipe(
      Effect.scoped,
      Effect.whenEffect(Effect.mapError(fs.exists(Rewrite.logOf(real)), refused(file, "write")))
    )

  /**
   * An empty database, whole or not at all: what DuckDB leaves of one when the disk is full or it is killed is none, and
   * would be refused for ever. Made beside, and linked: a name that somebody else took meanwhile is his.
   */
  const makeNew = Effect.fnUntraced(function*(duckdb: Binding, file: string, real: string) {
    const made = `${real}.made.tmp`
    const remove = (each: string) => fs.remove(each, { force: true })
    yield* Effect.acquireUseRelease(
      remove(made),
      () =>
        Effect.gen(function*() {
          const instance = yield* acquireInstance(file, () =>
            duckdb.DuckDBInstance.create(made, { ...settings(config), storage_compatibility_version: storageVersion }))
          instance.closeSync()
          // a log alone is what is left of a database that was removed: it is not this one's
          yield* remove(Rewrite.logOf(real))
          // not every file system has hard links
          yield* Effect.catchIf(
            fs.link(made, real),
            (error) =>
              error._tag !== "SystemError" || error.reason !== "AlreadyExists",
            () =>
              fs.rename(made, real)
          )
        }),
      () => Effect.ignore(Effect.zipRight(remove(made), remove(Rewrite.logOf(made))))
    ).pipe(
      Effect.catchIf((error) => error._tag === "SystemError" && error.reason === "AlreadyExists", () => Effect.void),
      Effect.mapError((error) => error._tag === "WarehouseError" ? error : refused(file, "write")(error))
    )
  })

  const open = Effect.fnUntraced(function*(file: string, real: string, wanted: Wanted) {
    const duckdb = yield* load(file)
    const readOnly = wanted !== "write"
    if (!readOnly) {
      const isThere = yield* Effect.mapError(fs.exists(real), refused(file, "write"))
      yield* isThere ? refuseForeignLog(duckdb, file, real) : makeNew(duckdb, file, real)
    }
    // through the binding's own cache, which an application that uses DuckDB beside us may use too
    const instance = yield* acquireInstance(file, () =>
      duckdb.DuckDBInstance.fromCache(real, {
        ...settings(config),
        ...(readOnly ? { access_mode: "READ_ONLY" } : { storage_compatibility_version: storageVersion })
      }))
    // whoever writes is alone: this is no rewriting that goes on, but one that was killed
    if (!readOnly) yield* Rewrite.removeUnfinished(fs, real)
    return { duckdb, instance, readOnly, users: 0 }
  })

  const inUse = (file: string, { readOnly }: Held) =>
    refuse(
      { file, operation: "open" },
      "Locked",
      `this process has it open for ${readOnly ? "reading" : "writing"}`,
      "close that connection first: keep the scope of Warehouse.open short"
    )

  const beingReplaced = (file: string) =>
    refuse({ file, operation: "open" }, "Locked", "this process is pruning it", "try again when it has ended")

  const hold = (entry: Entry, file: string, real: string, wanted: Wanted) =>
    Effect.acquireRelease(
      entry.permit.withPermits(1)(Effect.gen(function*() {
        if (entry.isReplaced) return yield* beingReplaced(file)
        const before = entry.held
        if (before !== undefined && (before.readOnly ? wanted === "write" : wanted === "ask")) {
          return yield* inUse(file, before)
        }
        const held = before ?? (yield* open(file, real, wanted))
        held.users++
        entry.held = held
        return held
      })),
      (held) =>
        entry.permit.withPermits(1)(Effect.sync(() => {
          held.users--
          if (held.users > 0) return
          entry.held = undefined
          held.instance.closeSync()
        }))
    )

  /** No instance of this process for the length of the scope. */
  const vacate = (entry: Entry, file: string) =>
    Effect.acquireRelease(
      entry.permit.withPermits(1)(Effect.suspend(() => {
        if (entry.isReplaced) return beingReplaced(file)
        if (entry.held !== undefined) return inUse(file, entry.held)
        entry.isReplaced = true
        return Effect.void
      })),
      () => Effect.sync(() => entry.isReplaced = false)
    )

  const whileLocked = {
    while: ({ reason }: WarehouseError) => reason === "Locked",
    schedule: Schedule.spaced("100 millis").pipe(Schedule.upTo(config.lockTimeout))
  }

  /** To open a named pipe may never end. Of a directory DuckDB says it. */
  const refuseSpecial = Effect.fnUntraced(function*(file: string, real: string) {
    const info = yield* Effect.option(fs.stat(real))
    if (Option.exists(info, ({ type }) => type !== "File" && type !== "Directory")) {
      return yield* refuse(
        { file, operation: "open" },
        "Foreign",
        "it is no regular file",
        "name another file with --db"
      )
    }
    const log = yield* Effect.option(fs.stat(Rewrite.logOf(real)))
    if (Option.exists(log, ({ type }) => type !== "File")) {
      return yield* refuse(
        { file, operation: "open" },
        "Foreign",
        `its log is no regular file: ${Rewrite.logOf(real)}`,
        "move that away, or name another file with --db"
      )
    }
  })

  const connect: Instances["connect"] = Effect.fnUntraced(function*(file, wanted) {
    const real = yield* realPath(file, wanted)
    yield* refuseSpecial(file, real)
    // DuckDB takes what follows for parameters, and looks for the log at another path
    if (real.includes("?")) {
      return yield* refuse(
        { file, operation: "open" },
        "FileSystem",
        `DuckDB cannot use a path with a question mark: ${real}`,
        "keep the database elsewhere with --db FILE"
      )
    }
    if (ambiguous.has(path.parse(real).name)) {
      return yield* refuse(
        { file, operation: "open" },
        "FileSystem",
        `a database must not be named ${[...ambiguous].join(" or ")}`,
        "name another file with --db"
      )
    }
    const entry = yield* entryOf(real)
    const held = yield* Effect.retry(hold(entry, file, real, wanted), whileLocked)
    return yield* session(held.duckdb, file, () => held.instance.connect(), entry.writes)
  })

  // what may not be asked is left for `connect` to refuse
  const exists = (file: string) => Effect.orElseSucceed(fs.exists(file), () => true)

  const size: Instances["size"] = Effect.fnUntraced(function*(file) {
    const real = yield* realPath(file, "read")
    const { size: bytes } = yield* Effect.mapError(fs.stat(real), refused(file, "read"))
    return Option.some(Number(bytes))
  })

  const reduce: Instances["reduce"] = Effect.fnUntraced(function*(file, reduction) {
    const real = yield* realPath(file, "read")
    const entry = yield* entryOf(real)
    const duckdb = yield* load(file)
    yield* vacate(entry, file).pipe(
      Effect.zipRight(Rewrite.rewrite({ duckdb, fs, config, file, real }, reduction)),
      Effect.scoped,
      Effect.retry(whileLocked)
    )
  })

  return { connect, exists, size, reduce }
})
