/**
 * `Warehouse` over databases that live wherever `Instances` says.
 *
 * @since 0.1.0
 */
import type * as Context from "effect/Context"
import * as Data from "effect/Data"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import * as Scope from "effect/Scope"
import type { WarehouseError } from "../../domain/errors.js"
import { type Connection, type Mode, Warehouse } from "../../services/Warehouse.js"
import { literal } from "./definition.js"
import { missing, refuse, tookTooLong } from "./errors.js"
import type { Instances } from "./instances.js"
import { accept, inspect, migrate, type Migration, migrations as ours, versionAfter } from "./migrations.js"
import * as Prune from "./prune.js"
import * as Reader from "./reader.js"
import { relations } from "./relations.js"
import { SNAPSHOT_VARIABLE } from "./schema.js"
import * as ScipReader from "./scipReader.js"
import * as ScipWriter from "./scipWriter.js"
import type { Session } from "./session.js"
import * as TestsWriter from "./testsWriter.js"
import * as Writer from "./writer.js"

/** The database is of an earlier version than this codeintel. */
class Outdated extends Data.TaggedError("Outdated") {}

const connectionOf = (file: string, mode: Mode, session: Session): Connection => {
  const writable = mode === "write"
  const ask = (operation: string): Reader.Run => (sql, values) => session.read(operation, sql, values)
  const write = <E, R>(
    operation: string,
    effect: Effect.Effect<void, WarehouseError | E, R>
  ): Effect.Effect<void, WarehouseError | E, R> =>
    writable
      ? effect
      : refuse({ file, operation }, "ReadOnly", "it was opened for reading", "open it with the mode write")

  return {
    query: writable
      ? (sql, values) => session.run("query", sql, values)
      : (sql, values) => session.read("query", sql, values),
    show: (snapshotId) =>
      Effect.asVoid(session.run("show", `SET VARIABLE ${SNAPSHOT_VARIABLE} = ${literal(snapshotId)}`)),
    latestModules: (repo) => Reader.latestModules(ask("latestModules"), repo),
    unknownContents: (hashes) => Reader.unknownContents(ask("unknownContents"), hashes),
    unknownRuns: (runIds) => Reader.unknownRuns(ask("unknownRuns"), runIds),
    importCounts: (hashes) => Reader.importCounts(ask("importCounts"), hashes),
    linksOf: (snapshotId) => Reader.linksOf(ask("linksOf"), snapshotId),
    importedIndexes: Reader.importedIndexes(ask("importedIndexes"), file),
    findRun: (tool, key) => Reader.findRun(ask("findRun"), file, tool, key),
    findBase: (tool, baseKey, modules) => ScipReader.findBase(ask("findBase"), tool, baseKey, modules),
    sources: (hashes) => ScipReader.sources(ask("sources"), hashes),
    imports: (hashes) => ScipReader.imports(ask("imports"), hashes),
    scipSymbols: (runId, relPaths) => ScipReader.symbolsOf(ask("scipSymbols"), runId, relPaths),
    scipUses: (runId, symbols) => ScipReader.usesOf(ask("scipUses"), runId, symbols),
    scipOccurring: (runId, relPaths) => ScipReader.occurring(ask("scipOccurring"), runId, relPaths),
    scipModuleSymbols: (runId, modules) => ScipReader.moduleSymbols(ask("scipModuleSymbols"), runId, modules),
    writeSyntax: (rows) => write("writeSyntax", Writer.writeSyntax(session, rows)),
    writeCheckRun: (run) => write("writeCheckRun", Writer.writeCheckRun(session, run)),
    writeTestsRun: (run) => write("writeTestsRun", TestsWriter.writeTestsRun(session, run)),
    writeCoverageRun: (run) => write("writeCoverageRun", TestsWriter.writeCoverageRun(session, run)),
    writeScipRun: (run) => write("writeScipRun", ScipWriter.writeScipRun(session, run)),
    finishSnapshot: (record) => write("finishSnapshot", Writer.finishSnapshot(session, record))
  }
}

/** What a failed effect has acquired is released at once, not with the scope of the caller. */
const releasedOnFailure = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.uninterruptibleMask((restore) =>
    Effect.gen(function*() {
      const scope = yield* Scope.make()
      const exit = yield* Effect.exit(restore(Scope.extend(effect, scope)))
      if (Exit.isFailure(exit)) yield* Scope.close(scope, exit)
      else yield* Effect.addFinalizer((end) => Scope.close(scope, end))
      return yield* exit
    })
  )

/**
 * `migrations` are ours, but for a test of migrations.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = (
  instances: Instances,
  migrations: ReadonlyArray<Migration> = ours
): Context.Tag.Service<typeof Warehouse> => {
  const latest = versionAfter(migrations)

  const openToWrite = (file: string) =>
    releasedOnFailure(Effect.tap(instances.connect(file, "write"), (session) => migrate(file, session, migrations)))

  const openReady = (file: string, wanted: "read" | "ask") =>
    releasedOnFailure(Effect.tap(instances.connect(file, wanted), (session) =>
      Effect.gen(function*() {
        const state = yield* inspect((sql, values) => session.read("open", sql, values))
        yield* accept(file, "open", state, latest)
        if (state._tag === "Empty") return yield* missing({ file, operation: "open" })
        if (state._tag === "Ours" && state.version < latest) return yield* new Outdated()
      })))

  const openToRead = (file: string, wanted: "read" | "ask") =>
    Effect.catchTag(openReady(file, wanted), "Outdated", () =>
      // whatever `migrate` leaves is up to date: a second `Outdated` is a bug
      Effect.scoped(openToWrite(file)).pipe(
        Effect.zipRight(openReady(file, wanted)),
        Effect.catchTag("Outdated", Effect.die)
      ))

  return Warehouse.of({
    exists: instances.exists,
    open: Effect.fn("Warehouse.open")(function*(file, mode) {
      const session = yield* mode === "write" ? openToWrite(file) : openToRead(file, "read")
      return connectionOf(file, mode, session)
    }),
    schema: Effect.sync(relations),
    ask: Effect.fn("Warehouse.ask")(function*(file, sql, { maxRows, timeout = Duration.infinity }) {
      const session = yield* openToRead(file, "ask")
      return yield* Effect.timeoutFail(session.ask("ask", sql, maxRows), {
        duration: timeout,
        onTimeout: () => tookTooLong({ file, operation: "ask" }, timeout)
      })
    }, Effect.scoped),
    prune: Effect.fn("Warehouse.prune")(function*(file, { dryRun, keep }) {
      if (!Number.isSafeInteger(keep) || keep < 1) return yield* Effect.dieMessage(`prune keeps ${keep} snapshots`)
      const reading = <A>(ask: (run: Reader.Run) => Effect.Effect<A, WarehouseError>) =>
        Effect.scoped(
          Effect.flatMap(
            openToRead(file, "read"),
            (session) => ask((sql, values) => session.read("prune", sql, values))
          )
        )
      const plan = yield* reading((run) => Prune.plan(run, keep))
      // ends what a killed writer or a killed prune has left
      if (!dryRun) yield* Effect.scoped(openToWrite(file))
      const bytesBefore = yield* instances.size(file)
      if (dryRun) return { ...plan, bytesBefore, bytesAfter: Option.none() }
      if (plan.after.rows === plan.before.rows) return { ...plan, bytesBefore, bytesAfter: bytesBefore }
      yield* instances.reduce(file, Prune.reduction(keep))
      const after = yield* reading(Prune.holdings)
      return { ...plan, after, bytesBefore, bytesAfter: yield* instances.size(file) }
    })
  })
}
