// @effect-diagnostics strictEffectProvide:off
import * as NodeContext from "@effect/platform-node/NodeContext"
import * as Command from "@effect/platform/Command"
import * as FileSystem from "@effect/platform/FileSystem"
import * as Path from "@effect/platform/Path"
import { assert, layer, type Vitest } from "@effect/vitest"
import { Context, Duration, Effect, Exit, FastCheck, Fiber, Layer, Option, Schedule, Stream } from "effect"
import type { WarehouseError } from "../../../src/domain/errors.js"
import { load } from "../../../src/layers/duckdb/binding.js"
import { qualifiedName } from "../../../src/layers/duckdb/definition.js"
import { reduction } from "../../../src/layers/duckdb/prune.js"
import { rewrite } from "../../../src/layers/duckdb/rewrite.js"
import { tables, views } from "../../../src/layers/duckdb/schema.js"
import * as DuckDbWarehouse from "../../../src/layers/DuckDbWarehouse.js"
import * as MemoryWarehouse from "../../../src/layers/testing/MemoryWarehouse.js"
import { Warehouse } from "../../../src/services/Warehouse.js"
import { history, makeWriter, snapshotsOf, type Step } from "./histories.js"
import { type FreshFile, reading, rowsOf, writing } from "./laws.js"
import { checkRun, link, record, toolRun } from "./rows.js"

const prune = (file: string, keep: number, dryRun = false) =>
  Effect.flatMap(Warehouse, (warehouse) => warehouse.prune(file, { keep, dryRun }))

const write = (file: string, steps: ReadonlyArray<Step>, prefix = "") =>
  writing(file, (connection) => Effect.forEach(steps, makeWriter(connection, prefix), { concurrency: 1 }))

/** Results by name, as texts. */
type Shown = Readonly<Record<string, ReadonlyArray<string>>>

const askAll = (
  file: string,
  statements: Readonly<Record<string, string>>
): Effect.Effect<Shown, WarehouseError, Warehouse> =>
  reading(file, (connection) =>
    Effect.all(
      Object.fromEntries(
        Object.entries(statements).map(([name, sql]) => [
          name,
          Effect.map(connection.query(sql), ({ rows }) => rows.map((row) => JSON.stringify(row)))
        ])
      ),
      { concurrency: 1 }
    ))

const latest = "(SELECT snapshot_id FROM core.latest_snapshot)"

const ofLatest = views.filter(({ sql }) => sql.includes(latest))

/** What every view would show, were this snapshot the latest. */
const shownOf = (file: string, id: string) =>
  Effect.map(
    askAll(
      file,
      Object.fromEntries(ofLatest.map((view) => [view.name, view.sql.replaceAll(latest, `'${id}'`)]))
    ),
    (all) => Object.fromEntries(Object.entries(all).map(([name, rows]) => [name, rows.toSorted()]))
  )

/** What every view shows, numbers that are given in turn left out. */
const shown = (file: string) =>
  Effect.map(
    askAll(
      file,
      Object.fromEntries(ofLatest.map(({ columns, name }) => {
        const stable = Object.keys(columns).filter((column) => column !== "symbol_id" && column !== "document_id")
        return [name, `SELECT ${stable.join(", ")} FROM ${name}`]
      }))
    ),
    (all) => Object.fromEntries(Object.entries(all).map(([name, rows]) => [name, rows.toSorted()]))
  )

const stored = (file: string) =>
  askAll(file, Object.fromEntries(tables.map((table) => [table.name, `FROM ${qualifiedName(table)} ORDER BY rowid`])))

const ofSnapshot = "SELECT snapshot_id FROM core.snapshots"
const ofRun = "SELECT run_id FROM core.snapshot_runs WHERE run_id IS NOT NULL"
const ofContent = "SELECT content_hash FROM core.modules"
const ofDocument = "SELECT document_id FROM core.scip_run_documents"

/** For each table, which of its rows nothing uses. */
const unused: Readonly<Record<string, string>> = {
  codeintel_schema: "false",
  snapshots: "false",
  modules: `snapshot_id NOT IN (${ofSnapshot})`,
  snapshot_runs: `snapshot_id NOT IN (${ofSnapshot})`,
  tool_runs: `run_id NOT IN (${ofRun})`,
  run_files: `run_id NOT IN (${ofRun})`,
  diagnostics: `run_id NOT IN (${ofRun})`,
  test_profile: `run_id NOT IN (${ofRun})`,
  coverage_lines: `run_id NOT IN (${ofRun})`,
  coverage_contexts: `run_id NOT IN (${ofRun})`,
  scip_run_documents: `run_id NOT IN (${ofRun})`,
  syntax: `content_hash NOT IN (${ofContent})`,
  sources: `content_hash NOT IN (${ofContent})`,
  functions: `content_hash NOT IN (${ofContent})`,
  imports: `content_hash NOT IN (${ofContent})`,
  scip_documents: `document_id NOT IN (${ofDocument})`,
  scip_symbol_information: `document_id NOT IN (${ofDocument})`,
  scip_occurrences: `document_id NOT IN (${ofDocument})`,
  scip_relationships: `document_id NOT IN (${ofDocument})`,
  scip_symbols: `NOT EXISTS (FROM core.scip_occurrences o WHERE o.symbol_id = t.symbol_id)
    AND NOT EXISTS (FROM core.scip_symbol_information i WHERE t.symbol_id IN (i.symbol_id, i.enclosing_symbol_id))
    AND NOT EXISTS (FROM core.scip_relationships r WHERE t.symbol_id IN (r.symbol_id, r.related_symbol_id))`
}

const isInOrder = (part: ReadonlyArray<string>, whole: ReadonlyArray<string>) => {
  let at = 0
  return part.every((row) => {
    at = whole.indexOf(row, at) + 1
    return at > 0
  })
}

const laws = <R>(
  it: Vitest.MethodsNonLive<Warehouse | R, boolean>,
  freshFile: FreshFile<R>,
  { numRuns }: { readonly numRuns: number }
) => {
  it.effect.prop(
    "what is kept is as it was, and nothing is left that nothing uses",
    [history, FastCheck.integer({ min: 1, max: 5 })],
    ([steps, keep]) =>
      Effect.gen(function*() {
        const file = yield* freshFile
        yield* write(file, steps)
        const [newest, ...others] = snapshotsOf(steps)
        const kept = [newest, ...others.filter(({ dirty }) => !dirty), ...others.filter(({ dirty }) => dirty)]
          .flatMap((each) => each === undefined ? [] : [each.id]).slice(0, keep)
        const shownOfKept = Effect.forEach(kept, (id) => shownOf(file, id), { concurrency: 1 })
        const views = yield* shownOfKept
        const rows = yield* stored(file)

        const said = yield* prune(file, keep, true)
        assert.deepStrictEqual(yield* stored(file), rows)
        const { bytesAfter: _, bytesBefore: __, ...done } = yield* prune(file, keep)
        assert.deepStrictEqual(done, { snapshots: said.snapshots, before: said.before, after: said.after })
        assert.deepStrictEqual(
          done.snapshots,
          snapshotsOf(steps).flatMap(({ id }) => kept.includes(id) ? [] : [id])
        )

        assert.deepStrictEqual(yield* shownOfKept, views)
        const left = yield* stored(file)
        assert.deepStrictEqual(
          (yield* rowsOf(file, "SELECT snapshot_id FROM snapshots")).flat().toSorted(),
          kept.toSorted()
        )
        for (const { name } of tables) assert.isTrue(isInOrder(left[name] ?? [], rows[name] ?? []), name)
        const leftovers = yield* askAll(
          file,
          Object.fromEntries(
            tables.map((table) => [table.name, `FROM ${qualifiedName(table)} t WHERE ${unused[table.name]}`])
          )
        )
        assert.deepStrictEqual(leftovers, Object.fromEntries(tables.map(({ name }) => [name, []])))
        const numbers = ["snapshots", "tool_runs", "scip_documents", "scip_symbols", "syntax"].map((name) =>
          left[name]?.length
        )
        const { contents, documents, runs, snapshots, symbols } = done.after
        assert.deepStrictEqual([snapshots, runs, documents, symbols, contents], numbers)
      }),
    { fastCheck: { numRuns } }
  )

  it.effect.prop(
    "a later ingest shows what it would have shown",
    [history, FastCheck.integer({ min: 1, max: 3 }), history],
    ([before, keep, after]) =>
      Effect.gen(function*() {
        const [pruned, whole] = [yield* freshFile, yield* freshFile]
        for (const file of [pruned, whole]) {
          yield* write(file, before)
          if (file === pruned) yield* prune(file, keep)
          yield* write(file, after, "later ")
        }
        assert.deepStrictEqual(yield* shown(pruned), yield* shown(whole))
      }),
    { fastCheck: { numRuns } }
  )

  it.effect("the run of a kept snapshot is found by its key, that of a dropped one is not", () =>
    Effect.gen(function*() {
      const file = yield* freshFile
      const [old, recent] = [checkRun("ruff"), checkRun("pyright")]
      yield* writing(file, (connection) =>
        Effect.gen(function*() {
          yield* connection.writeCheckRun(old)
          yield* connection.finishSnapshot(record("old", { runs: [link(old.run)] }))
          yield* connection.writeCheckRun(recent)
          yield* connection.finishSnapshot(record("recent", { runs: [link(recent.run)] }))
        }))
      yield* prune(file, 1)
      const found = yield* reading(
        file,
        (connection) =>
          Effect.all([connection.findRun("ruff", "key of ruff"), connection.findRun("pyright", "key of pyright")])
      )
      assert.deepStrictEqual(found.map(({ _tag }) => _tag), ["None", "Some"])
    }))

  it.effect("no database is Missing, and none is made", () =>
    Effect.gen(function*() {
      const file = yield* freshFile
      const error = yield* Effect.flip(prune(file, 1))
      assert.strictEqual(error.reason, "Missing")
      assert.isFalse(yield* Effect.flatMap(Warehouse, (warehouse) => warehouse.exists(file)))
    }))

  it.effect("to keep less than one is a bug", () =>
    Effect.gen(function*() {
      const file = yield* freshFile
      yield* writing(file, (connection) => connection.finishSnapshot(record("a")))
      for (const keep of [0, -1, 1.5, NaN]) assert.isTrue(Exit.isFailure(yield* Effect.exit(prune(file, keep))))
      assert.deepStrictEqual(yield* rowsOf(file, "SELECT snapshot_id FROM snapshots"), [["a"]])
    }))
}

let databases = 0

layer(MemoryWarehouse.layer)("prune in memory", (it) => {
  laws(it, Effect.sync(() => `database ${databases++}`), { numRuns: 5 })
})

class Directory extends Context.Tag("test/Directory")<Directory, string>() {}

const configured = (lockTimeout: Duration.DurationInput) =>
  DuckDbWarehouse.layer({ lockTimeout: Duration.decode(lockTimeout), memoryLimit: "512MB", threads: 2 })

const Live = Layer.scoped(Directory, Effect.flatMap(FileSystem.FileSystem, (fs) => fs.makeTempDirectoryScoped())).pipe(
  Layer.merge(configured("30 seconds")),
  Layer.provideMerge(NodeContext.layer)
)

const Impatient = Layer.fresh(configured("300 millis"))

const freshFile = Effect.map(Directory, (directory) => `${directory}/it's ${databases++}.duckdb`)

/** A script in another process, with a connection `c` to `file`, that lives with the scope; gives its first line at least. */
const elsewhere = (file: string, mode: "READ_ONLY" | "READ_WRITE", script: string) =>
  Effect.gen(function*() {
    const process = yield* Effect.acquireRelease(
      Command.start(Command.make(
        "node",
        "-e",
        `const file = process.argv[1], duckdb = require("@duckdb/node-api"), { existsSync } = require("node:fs");
         (async () => {
           const c = await (await duckdb.DuckDBInstance.create(file, { access_mode: "${mode}" })).connect();
           ${script}
           setInterval(() => {}, 9)
         })().catch((error) => console.log(error.message))`,
        file
      )),
      (started) => Effect.orDie(started.kill("SIGKILL"))
    )
    return Stream.splitLines(Stream.decodeText(process.stdout))
  })

/** Two snapshots, of which the older has most of the rows. */
const twoSnapshots = (file: string, rows = 50_000) =>
  writing(file, (connection) =>
    Effect.gen(function*() {
      const files = (run: string, count: number) =>
        Array.from({ length: count }, (_, index) => ({
          relPath: `${run}/${((index * 2654435761) % 4294967296).toString(36)}.py`,
          measured: Option.some(true),
          reason: Option.none<string>()
        }))
      for (const [name, count] of [["old", rows], ["recent", 10]] as const) {
        const run = toolRun("ruff", { runId: name })
        yield* connection.writeCheckRun(checkRun("ruff", { run, files: files(name, count) }))
        yield* connection.finishSnapshot(record(name, { runs: [link(run)] }))
      }
    }))

const names = (file: string) =>
  Effect.gen(function*() {
    const [fs, path] = [yield* FileSystem.FileSystem, yield* Path.Path]
    return (yield* fs.readDirectory(path.dirname(file))).filter((name) => name.startsWith(path.basename(file)))
  })

layer(Live, { excludeTestServices: true })("prune of a file", (it) => {
  laws(it, freshFile, { numRuns: 2 })

  it.effect("makes it smaller, and says its sizes", () =>
    Effect.gen(function*() {
      const [fs, path] = [yield* FileSystem.FileSystem, yield* Path.Path]
      const file = yield* freshFile
      yield* twoSnapshots(file, 400_000)
      const sizeOf = Effect.map(fs.stat(file), ({ size }) => Option.some(Number(size)))
      const before = yield* sizeOf
      assert.deepStrictEqual((yield* prune(file, 1, true)).bytesBefore, before)
      const { bytesAfter, bytesBefore } = yield* prune(file, 1)
      assert.deepStrictEqual([bytesBefore, bytesAfter], [before, yield* sizeOf])
      assert.isBelow(Option.getOrThrow(bytesAfter), Option.getOrThrow(bytesBefore) / 2)
      assert.deepStrictEqual(yield* names(file), [path.basename(file)])
      // nothing is left to drop, and nothing is copied
      const inode = Effect.map(fs.stat(file), ({ ino }) => Option.getOrThrow(ino))
      const copied = yield* inode
      const again = yield* prune(file, 1)
      assert.strictEqual(yield* inode, copied)
      assert.deepStrictEqual([again.snapshots, again.bytesBefore, again.bytesAfter], [[], bytesAfter, bytesAfter])
    }))

  it.effect("keeps its name, its permissions, its schema, and what others have put into it", () =>
    Effect.gen(function*() {
      const [fs, path] = [yield* FileSystem.FileSystem, yield* Path.Path]
      const file = yield* freshFile
      const alias = yield* freshFile
      yield* twoSnapshots(file)
      yield* fs.chmod(file, 0o640)
      yield* fs.symlink(file, alias)
      yield* writing(file, (connection) =>
        Effect.forEach([
          `CREATE SCHEMA "my ""own"""`,
          `CREATE TABLE "my ""own"""."a table" (id INTEGER PRIMARY KEY, "it's" VARCHAR)`,
          `INSERT INTO "my ""own"""."a table" VALUES (1, 'one'), (2, NULL)`,
          "CREATE VIEW worst AS SELECT * FROM file_checks ORDER BY errors DESC"
        ], (sql) =>
          connection.query(sql), { concurrency: 1 }))
      const schema = Effect.forEach(
        [
          "SELECT schema_name, table_name, comment, sql FROM duckdb_tables() WHERE NOT internal ORDER BY ALL",
          "SELECT schema_name, view_name, comment, sql FROM duckdb_views() WHERE NOT internal ORDER BY ALL",
          "SELECT table_name, column_name, comment, data_type, is_nullable FROM duckdb_columns() WHERE NOT internal ORDER BY ALL",
          "SELECT table_name, constraint_text FROM duckdb_constraints() ORDER BY ALL",
          "FROM core.codeintel_schema",
          `FROM "my ""own"""."a table"`,
          "FROM worst"
        ],
        (sql) => rowsOf(file, sql),
        { concurrency: 1 }
      )
      const before = yield* schema
      yield* prune(alias, 1)
      assert.deepStrictEqual(yield* schema, before)
      assert.strictEqual((yield* fs.stat(file)).mode & 0o777, 0o640)
      assert.strictEqual(yield* fs.readLink(alias), file)
      assert.deepStrictEqual(yield* names(alias), [path.basename(alias)])
      // of the storage version that all files have
      assert.strictEqual(Buffer.from(yield* fs.readFile(file)).readBigUInt64LE(12), 64n)
    }))

  it.effect("waits for those who use it in this process", () =>
    Effect.gen(function*() {
      const file = yield* freshFile
      yield* twoSnapshots(file)
      for (const using of [reading, writing]) {
        yield* using(file, () =>
          Effect.gen(function*() {
            const error = yield* Effect.flip(Effect.provide(prune(file, 1), Impatient))
            assert.strictEqual(error.reason, "Locked")
          }))
      }
      const waiting = yield* reading(file, (connection) =>
        Effect.gen(function*() {
          const fiber = yield* Effect.forkDaemon(prune(file, 1))
          yield* Effect.sleep("200 millis")
          assert.deepStrictEqual((yield* connection.query("SELECT count(*) FROM snapshots")).rows, [[2]])
          return fiber
        }))
      assert.deepStrictEqual((yield* Fiber.join(waiting)).snapshots, ["old"])
    }))

  it.effect("and those who come meanwhile wait for it", () =>
    Effect.gen(function*() {
      const file = yield* freshFile
      yield* twoSnapshots(file)
      const count = rowsOf(file, "SELECT count(*) FROM snapshots")
      const write = writing(file, (connection) => connection.finishSnapshot(record("new")))
      yield* Effect.all([prune(file, 1), count, write, count, write], { concurrency: "unbounded" })
      assert.notInclude((yield* rowsOf(file, "SELECT snapshot_id FROM snapshots")).flat(), "old")
      assert.deepStrictEqual(yield* rowsOf(file, "FROM core.latest_snapshot"), [["new"]])
    }))

  it.effect("who has it open in another process makes it Locked", () =>
    Effect.gen(function*() {
      const file = yield* freshFile
      yield* twoSnapshots(file)
      for (const mode of ["READ_WRITE", "READ_ONLY"] as const) {
        yield* Effect.scoped(Effect.gen(function*() {
          const lines = yield* elsewhere(file, mode, `console.log("open")`)
          assert.deepStrictEqual(yield* Stream.runHead(lines), Option.some("open"))
          assert.strictEqual((yield* Effect.flip(Effect.provide(prune(file, 1), Impatient))).reason, "Locked")
        }))
      }
      assert.deepStrictEqual(yield* rowsOf(file, "SELECT count(*) FROM snapshots"), [[2]])
    }))

  it.effect("a reader in another process that comes as it copies goes on in the old file", () =>
    Effect.gen(function*() {
      const fs = yield* FileSystem.FileSystem
      const file = yield* freshFile
      yield* twoSnapshots(file)
      const config = { lockTimeout: Duration.zero, memoryLimit: "512MB", threads: 2 }
      const copied = Effect.flatMap(
        load(file),
        (duckdb) => rewrite({ duckdb, fs, config, file, real: file }, reduction(1))
      )
      const lines = yield* Effect.scoped(Effect.gen(function*() {
        const said = yield* elsewhere(
          file,
          "READ_ONLY",
          `console.log("open");
           while (!existsSync(file + ".go")) await new Promise((resolve) => setTimeout(resolve, 20));
           console.log(Number((await c.runAndReadAll("SELECT count(*) FROM core.run_files")).getRows()[0][0]));`
        )
        return yield* said.pipe(
          Stream.tap((line) =>
            line === "open"
              ? Effect.zipRight(copied, fs.writeFileString(`${file}.go`, ""))
              : Effect.void
          ),
          Stream.take(2),
          Stream.runCollect
        )
      }))
      assert.deepStrictEqual([...lines], ["open", "50010"])
      assert.deepStrictEqual(yield* rowsOf(file, "SELECT count(*) FROM run_files"), [[10]])
    }))

  it.effect("what a killed writer committed is in it", () =>
    Effect.gen(function*() {
      const file = yield* freshFile
      yield* twoSnapshots(file)
      yield* Effect.scoped(Effect.gen(function*() {
        const lines = yield* elsewhere(
          file,
          "READ_WRITE",
          `await c.run("INSERT INTO core.run_files VALUES ('recent', 'committed.py', true, NULL)"); console.log("done")`
        )
        assert.deepStrictEqual(yield* Stream.runHead(lines), Option.some("done"))
      }))
      const fs = yield* FileSystem.FileSystem
      assert.isTrue(yield* fs.exists(`${file}.wal`))
      yield* prune(file, 1)
      assert.isFalse(yield* fs.exists(`${file}.wal`))
      assert.deepStrictEqual(yield* rowsOf(file, "SELECT count(*) FROM run_files"), [[11]])
    }))

  it.effect("what a killed prune left is removed by the next writer", () =>
    Effect.gen(function*() {
      const [fs, path] = [yield* FileSystem.FileSystem, yield* Path.Path]
      const file = yield* freshFile
      yield* twoSnapshots(file)
      const litter = Effect.forEach(["", ".wal", ".wal.checkpoint"], (end) =>
        fs.writeFileString(`${file}.pruned.tmp${end}`, "half"))
      for (
        const next of [
          writing(file, () =>
            Effect.void),
          prune(file, 2),
          prune(file, 1)
        ]
      ) {
        yield* litter
        yield* next
        assert.deepStrictEqual(yield* names(file), [path.basename(file)])
      }
      assert.deepStrictEqual(yield* rowsOf(file, "SELECT snapshot_id FROM snapshots"), [["recent"]])
    }))

  it.effect("that fails or is interrupted leaves the file as it was", () =>
    Effect.gen(function*() {
      const [fs, path] = [yield* FileSystem.FileSystem, yield* Path.Path]
      const file = yield* freshFile
      yield* twoSnapshots(file, 500_000)
      const before = yield* fs.readFile(file)
      const unchanged = Effect.gen(function*() {
        assert.isTrue(Buffer.from(before).equals(yield* fs.readFile(file)))
        assert.deepStrictEqual(yield* names(file), [path.basename(file)])
      })
      // where the new file has to go, there is something that is no file
      yield* fs.makeDirectory(`${file}.pruned.tmp`)
      const error = yield* Effect.flip(prune(file, 1))
      assert.strictEqual(error.reason, "FileSystem")
      yield* fs.remove(`${file}.pruned.tmp`, { recursive: true })
      yield* unchanged
      const fiber = yield* Effect.fork(prune(file, 1))
      yield* fs.exists(`${file}.pruned.tmp`).pipe(
        Effect.repeat({ until: (is) => is, schedule: Schedule.spaced("1 millis") })
      )
      assert.isTrue(Exit.isInterrupted(yield* Fiber.interrupt(fiber)))
      yield* unchanged
      yield* prune(file, 1)
      assert.deepStrictEqual(yield* rowsOf(file, "SELECT snapshot_id FROM snapshots"), [["recent"]])
    }))
})
