// @effect-diagnostics strictEffectProvide:off
import * as NodeContext from "@effect/platform-node/NodeContext"
import * as Command from "@effect/platform/Command"
import * as FileSystem from "@effect/platform/FileSystem"
import * as Path from "@effect/platform/Path"
import { assert, describe, it, layer } from "@effect/vitest"
import { ConfigProvider, Context, Deferred, Duration, Effect, Fiber, Layer, Option, Stream } from "effect"
import type { WarehouseError } from "../../src/domain/errors.js"
import * as DuckDbWarehouse from "../../src/layers/DuckDbWarehouse.js"
import { Warehouse } from "../../src/services/Warehouse.js"
import { answered, ask, askWithin, forever, laws, reading, rowsOf, writing } from "./duckdb/laws.js"
import { checkRun, measured, module, record, toolRun } from "./duckdb/rows.js"

class Directory extends Context.Tag("test/Directory")<Directory, string>() {}

const configured = (lockTimeout: Duration.DurationInput) =>
  DuckDbWarehouse.layer({ lockTimeout: Duration.decode(lockTimeout), memoryLimit: "512MB", threads: 2 })

const Live = Layer.scoped(Directory, Effect.flatMap(FileSystem.FileSystem, (fs) => fs.makeTempDirectoryScoped())).pipe(
  Layer.merge(configured("30 seconds")),
  Layer.provideMerge(NodeContext.layer)
)

// a second Layer over the same files, that gives up soon
const Impatient = Layer.fresh(configured("300 millis"))

let files = 0
const freshFile = Effect.map(Directory, (directory) => `${directory}/${files++}.duckdb`)

const sum = (file: string) => rowsOf(file, "SELECT count(*) FROM core.run_files")

/** Runs a script in another process, with `file` and DuckDB at hand. */
const elsewhere = (file: string, script: string) =>
  Command.make(
    "node",
    "-e",
    `const file = process.argv[1], duckdb = require("@duckdb/node-api");
     const open = async (options) => (await duckdb.DuckDBInstance.create(file, options)).connect();
     (async () => { ${script} })().catch((error) => { console.log(error.message); process.exitCode = 1 })`,
    file
  )

const inAnotherProcess = (file: string, script: string) => Command.string(elsewhere(file, script))

/** Another process that has the file open until the scope ends, and then is killed. */
const heldElsewhere = (file: string, script = "") =>
  Effect.gen(function*() {
    const process = yield* Effect.acquireRelease(
      Command.start(
        elsewhere(file, `const c = await open(); ${script}; console.log("open"); setInterval(() => {}, 9)`)
      ),
      (process) => Effect.orDie(process.kill("SIGKILL"))
    )
    yield* Stream.runHead(process.stdout)
    return process
  })

const opensIt = `await open({ access_mode: "READ_WRITE" }); console.log("opened")`

const reasonAndHint = <A, R>(effect: Effect.Effect<A, WarehouseError, R>) =>
  Effect.map(Effect.flip(effect), ({ hint, reason }) => [reason, hint])

const bytes = (file: string) =>
  Effect.gen(function*() {
    const fs = yield* FileSystem.FileSystem
    const log = (yield* fs.exists(`${file}.wal`)) ? yield* fs.readFile(`${file}.wal`) : new Uint8Array()
    return Buffer.concat([yield* fs.readFile(file), log]).toString("base64")
  })

layer(Live, { excludeTestServices: true })("DuckDbWarehouse", (it) => {
  laws(it, freshFile, { numRuns: 5 })

  it.effect("closing releases the file, whatever happened before", () =>
    Effect.gen(function*() {
      const file = yield* freshFile
      const released = Effect.map(inAnotherProcess(file, opensIt), (said) => assert.strictEqual(said, "opened\n"))
      yield* writing(file, (connection) =>
        Effect.gen(function*() {
          yield* connection.writeCheckRun(checkRun("ruff", { files: [measured("a.py")] }))
          yield* Effect.flip(connection.writeCheckRun(checkRun("ruff")))
          const unstorable = [module("a.py"), { ...module("b.py"), lines: 0.5 }]
          yield* Effect.flip(connection.finishSnapshot(record("a", { modules: unstorable })))
          yield* Effect.flip(connection.query("FROM nowhere"))
        }))
      yield* released
      // streams that are not read to their end
      assert.isTrue((yield* ask(file, "FROM range(10000000), core.run_files", 10)).truncated)
      yield* released
      yield* Effect.flip(ask(file, "SELECT CASE WHEN range > 500000 THEN error('no') END FROM range(1000000)", 1e6))
      yield* released
      const fiber = yield* Effect.fork(ask(file, forever))
      yield* answered(file)
      yield* Fiber.interrupt(fiber)
      yield* released
      for (const timeout of [Duration.zero, Duration.millis(50)]) {
        assert.propertyVal(yield* Effect.flip(askWithin(file, forever, timeout)), "reason", "Timeout")
        yield* released
      }
      // what is refused
      yield* Effect.scoped(Effect.gen(function*() {
        yield* writing(file, (connection) =>
          connection.query("INSERT INTO core.codeintel_schema VALUES (1000, 'later', now())"))
        const warehouse = yield* Warehouse
        assert.strictEqual((yield* reasonAndHint(warehouse.open(file, "write")))[0], "Newer")
        // and not with the scope, which goes on
        yield* released
      }))
    }))

  it.effect("a file that another process has open is Locked, and says by whom", () =>
    Effect.gen(function*() {
      const file = yield* freshFile
      yield* writing(file, () => Effect.void)
      yield* Effect.scoped(Effect.gen(function*() {
        const { pid } = yield* heldElsewhere(file)
        for (
          const attempt of [
            reading(file, () => Effect.void),
            writing(file, () => Effect.void),
            ask(file, "SELECT 1")
          ]
        ) {
          const [reason, hint] = yield* reasonAndHint(Effect.provide(attempt, Impatient))
          assert.strictEqual(reason, "Locked")
          assert.include(hint, `PID ${pid}`)
        }
      }))
      assert.deepStrictEqual(yield* sum(file), [[0]])
    }))

  it.effect("a file that another process has open is waited for", () =>
    Effect.gen(function*() {
      const file = yield* freshFile
      yield* writing(file, () => Effect.void)
      const waiting = yield* Effect.scoped(Effect.gen(function*() {
        yield* heldElsewhere(file)
        const fiber = yield* Effect.forkDaemon(sum(file))
        // others come after it and are refused: it was refused too
        yield* Effect.repeatN(Effect.provide(Effect.flip(sum(file)), Impatient), 3)
        assert.isTrue(Option.isNone(yield* Fiber.poll(fiber)))
        return fiber
      }))
      assert.deepStrictEqual(yield* Fiber.join(waiting), [[0]])
    }))

  it.effect("what a killed writer committed is there", () =>
    Effect.gen(function*() {
      const file = yield* freshFile
      yield* writing(file, () => Effect.void)
      yield* Effect.scoped(
        heldElsewhere(file, `await c.run("INSERT INTO core.run_files VALUES ('r', 'a.py', true, NULL)")`)
      )
      const fs = yield* FileSystem.FileSystem
      assert.isTrue(yield* fs.exists(`${file}.wal`))
      assert.deepStrictEqual(yield* sum(file), [[1]])
      yield* writing(file, () => Effect.void)
      assert.isFalse(yield* fs.exists(`${file}.wal`))
      assert.deepStrictEqual(yield* sum(file), [[1]])
    }))

  describe("two Layers on one file", () => {
    it.effect("lose nothing", () =>
      Effect.gen(function*() {
        const file = yield* freshFile
        const write = (name: string) => (index: number) =>
          writing(file, (connection) =>
            connection.writeCheckRun(checkRun("ruff", {
              run: toolRun("ruff", { runId: `${name} ${index}` }),
              files: Array.from({ length: 100 }, () => measured("a.py"))
            })))
        const read = reading(file, (connection) =>
          Effect.map(connection.query("SELECT count(*) % 100 FROM core.run_files"), ({ rows }) => rows))
        const times = Array.from({ length: 10 }, (_, index) =>
          index)
        const user = (name: string) =>
          Effect.all([
            Effect.forEach(times, write(name), { concurrency: 3 }),
            Effect.forEach(times, () => read, { concurrency: 3 })
          ], { concurrency: 2 })
        yield* writing(file, () => Effect.void)
        const patient = Layer.fresh(configured("20 seconds"))
        const [[, seen], [, alsoSeen]] = yield* Effect.all(
          [user("one"), Effect.provide(user("other"), patient)],
          { concurrency: 2 }
        )
        for (const rows of [...seen, ...alsoSeen]) assert.deepStrictEqual(rows, [[0]])
        assert.deepStrictEqual(yield* sum(file), [[2000]])
        const runs = yield* rowsOf(file, "SELECT count(DISTINCT run_id) FROM core.tool_runs")
        assert.deepStrictEqual(runs, [[20]])
      }))

    it.effect("share an instance, by whatever name, and keep the lock until the last has closed", () =>
      Effect.gen(function*() {
        const fs = yield* FileSystem.FileSystem
        const path = yield* Path.Path
        const file = yield* freshFile
        const alias = yield* freshFile
        const locked = Effect.map(inAnotherProcess(file, opensIt), (said) => assert.match(said, /Conflicting lock/))
        yield* writing(file, (connection) =>
          Effect.gen(function*() {
            yield* locked
            yield* fs.symlink(file, alias)
            for (const name of [alias, path.relative(".", file)]) {
              // written and not committed to the file itself: another instance would not see it
              yield* connection.query("INSERT INTO core.run_files VALUES ('r', 'a.py', true, NULL)")
              const other = Effect.all([
                reading(name, (reader) => reader.query("SELECT count(*) FROM core.run_files")),
                writing(name, (writer) => writer.query("SELECT count(*) FROM core.run_files"))
              ])
              const [read, written] = yield* Effect.provide(other, Impatient)
              assert.deepStrictEqual(read.rows, written.rows)
              assert.deepStrictEqual(read.rows, (yield* connection.query("SELECT count(*) FROM core.run_files")).rows)
            }
            const [reason, hint] = yield* Effect.provide(reasonAndHint(ask(file, "SELECT 1")), Impatient)
            assert.deepStrictEqual([reason, /scope/.test(hint ?? "")], ["Locked", true])
            yield* locked
          }))
        assert.strictEqual(yield* inAnotherProcess(file, opensIt), "opened\n")
      }))

    it.effect("a writer waits for readers, and a question for the writer", () =>
      Effect.gen(function*() {
        const file = yield* freshFile
        yield* writing(file, () => Effect.void)
        const done = yield* Deferred.make<void>()
        yield* reading(file, (reader) =>
          Effect.gen(function*() {
            const write = writing(file, () => Deferred.succeed(done, void 0))
            assert.strictEqual((yield* Effect.provide(reasonAndHint(write), Impatient))[0], "Locked")
            yield* Effect.forkDaemon(write)
            // readers and questions share
            assert.deepStrictEqual(yield* sum(file), [[0]])
            assert.match(yield* inAnotherProcess(file, opensIt), /Conflicting lock/)
            assert.deepStrictEqual((yield* reader.query("SELECT 1")).rows, [[1]])
            assert.isFalse(yield* Deferred.isDone(done))
          }))
        yield* Deferred.await(done)
        const answer = yield* writing(file, () => Effect.fork(sum(file)).pipe(Effect.tap(Effect.yieldNow())))
        assert.deepStrictEqual(yield* Fiber.join(answer), [[0]])
      }))
  })

  describe("a file that is not ours", () => {
    const inspected = (file: string) =>
      Effect.gen(function*() {
        const before = yield* bytes(file)
        const refusals = yield* Effect.forEach(
          [reading(file, () => Effect.void), writing(file, () => Effect.void), ask(file, "SELECT 1")],
          (attempt) => Effect.map(Effect.flip(attempt), ({ reason }) => reason),
          { concurrency: 1 }
        )
        assert.strictEqual(yield* bytes(file), before)
        return [...new Set(refusals)]
      })

    it.effect("is Foreign, and not written to", () =>
      Effect.gen(function*() {
        const fs = yield* FileSystem.FileSystem
        const garbage = yield* freshFile
        yield* fs.writeFileString(garbage, "select 1 from here\n".repeat(1000))
        assert.deepStrictEqual(yield* inspected(garbage), ["Foreign"])
        const empty = yield* freshFile
        yield* fs.writeFileString(empty, "")
        assert.deepStrictEqual(yield* inspected(empty), ["Foreign"])

        const other = yield* freshFile
        yield* inAnotherProcess(other, `await (await open()).run("CREATE TABLE t AS FROM range(9)")`)
        assert.deepStrictEqual(yield* inspected(other), ["Foreign"])
        // with changes in its log, that opening it for writing would carry over
        yield* Effect.scoped(heldElsewhere(other, `await c.run("INSERT INTO t VALUES (10)")`))
        assert.isTrue(yield* fs.exists(`${other}.wal`))
        assert.deepStrictEqual(yield* inspected(other), ["Foreign"])

        const truncated = yield* freshFile
        yield* writing(truncated, (connection) => connection.finishSnapshot(record("a")))
        yield* fs.truncate(truncated, 9000)
        assert.deepStrictEqual(yield* inspected(truncated), ["Foreign"])
      }))

    it.effect("is Newer when a later DuckDB or codeintel made it", () =>
      Effect.gen(function*() {
        const fs = yield* FileSystem.FileSystem
        const file = yield* freshFile
        yield* writing(file, (connection) =>
          connection.query("INSERT INTO core.codeintel_schema VALUES (1000, 'later', now())"))
        assert.deepStrictEqual(yield* inspected(file), ["Newer"])

        // the main header: checksum of the rest of the block, magic, storage version
        const header = Buffer.from(yield* fs.readFile(file))
        assert.strictEqual(header.readBigUInt64LE(12), 64n)
        header.writeBigUInt64LE(70n, 12)
        let checksum = 5381n
        for (let at = 8; at < 4096; at += 8) {
          checksum ^= BigInt.asUintN(64, header.readBigUInt64LE(at) * 0xbf58476d1ce4e5b9n)
        }
        header.writeBigUInt64LE(checksum, 0)
        yield* fs.writeFile(file, header)
        assert.deepStrictEqual(yield* inspected(file), ["Newer"])
      }))

    it.effect("is Foreign when it is no file at all, and not opened", () =>
      Effect.gen(function*() {
        const fs = yield* FileSystem.FileSystem
        const pipe = yield* freshFile
        assert.strictEqual(Number(yield* Command.exitCode(Command.make("mkfifo", pipe))), 0)
        const device = yield* freshFile
        yield* fs.symlink("/dev/full", device)
        for (const file of [pipe, device]) {
          for (
            const attempt of [
              reading(file, () => Effect.void),
              writing(file, () => Effect.void),
              ask(file, "SELECT 1")
            ]
          ) {
            assert.strictEqual((yield* reasonAndHint(attempt))[0], "Foreign")
          }
        }
      }))

    it.effect("the log of a database that was removed is not taken into a new one", () =>
      Effect.gen(function*() {
        const fs = yield* FileSystem.FileSystem
        const file = yield* freshFile
        yield* writing(file, () => Effect.void)
        yield* Effect.scoped(
          heldElsewhere(file, `await c.run("INSERT INTO core.run_files VALUES ('r', 'a.py', true, NULL)")`)
        )
        yield* fs.remove(file)
        assert.isTrue(yield* fs.exists(`${file}.wal`))
        yield* writing(file, () => Effect.void)
        assert.deepStrictEqual(yield* sum(file), [[0]])
        assert.isFalse(yield* fs.exists(`${file}.wal`))
      }))

    it.effect("is Missing when nothing has been put into it yet, and can be written", () =>
      Effect.gen(function*() {
        const file = yield* freshFile
        yield* inAnotherProcess(file, "await open()")
        assert.strictEqual((yield* reasonAndHint(sum(file)))[0], "Missing")
        yield* writing(file, () => Effect.void)
        assert.deepStrictEqual(yield* sum(file), [[0]])
      }))
  })

  it.effect("what the file system refuses says what to do", () =>
    Effect.gen(function*() {
      const directory = yield* Directory
      const write = (file: string) => reasonAndHint(writing(file, () => Effect.void))
      assert.deepStrictEqual(yield* write(`${directory}/no/such.duckdb`), ["FileSystem", `mkdir -p ${directory}/no`])
      assert.deepStrictEqual(yield* write(directory), ["FileSystem", "it is a directory: name a file with --db"])
      assert.strictEqual((yield* write(`${directory}/core.duckdb`))[0], "FileSystem")
      assert.strictEqual((yield* reasonAndHint(sum(`${directory}/no/such.duckdb`)))[0], "Missing")
    }))
})

describe("layerFromEnv", () => {
  const built = (variables: Record<string, string>) =>
    Effect.scoped(Layer.build(DuckDbWarehouse.layerFromEnv)).pipe(
      Effect.provide(NodeContext.layer),
      Effect.withConfigProvider(ConfigProvider.fromMap(new Map(Object.entries(variables)))),
      Effect.exit,
      Effect.map((exit) => exit._tag)
    )

  it.effect.each(
    [
      [{}, "Success"],
      [
        { CODEINTEL_DUCKDB_MEMORY: "2GB", CODEINTEL_DUCKDB_THREADS: "4", CODEINTEL_DUCKDB_LOCK_TIMEOUT: "1 minute" },
        "Success"
      ],
      [{ CODEINTEL_DUCKDB_MEMORY: "much" }, "Failure"],
      [{ CODEINTEL_DUCKDB_THREADS: "0" }, "Failure"],
      [{ CODEINTEL_DUCKDB_LOCK_TIMEOUT: "soon" }, "Failure"]
    ] as const
  )("%j: %s", ([variables, tag]) => Effect.map(built(variables), (actual) => assert.strictEqual(actual, tag)))
})
