// @effect-diagnostics anyUnknownInErrorContext:off
/**
 * A database that cannot be used: each command says why and what to do, in one message, and leaves the file as it is.
 */
import * as NodeContext from "@effect/platform-node/NodeContext"
import * as FileSystem from "@effect/platform/FileSystem"
import { assert, describe, layer } from "@effect/vitest"
import { Duration, Effect } from "effect"
import { codeintel } from "../e2e/command.js"
import * as Database from "./database.js"
import { fileFaults, logFaults, logged } from "./databaseFaults.js"
import { giveAway, readOnly, unprivileged } from "./privileges.js"
import { count, numbers, PATIENCE, sample } from "./scale.js"
import * as World from "./world.js"

/** Each in a second or two on a machine that has time; a hung one is a defect, too. */
const within = Effect.timeout(Duration.seconds(PATIENCE))

const commands: ReadonlyArray<ReadonlyArray<string>> = [
  ["ingest", "--only", "typing"],
  Database.question,
  ["prune", "--keep", "1"]
]

/** Every command is refused, the file and its log are as they were, and nothing is left. */
const assertRefused = Effect.fn("faults.database.assertRefusedByAll")(function*(world: World.World, says: RegExp) {
  const before = yield* Database.fingerprint(world)
  for (const command of commands) {
    const ended = yield* within(World.run(world, command, Database.settings))
    Database.assertRefused(ended, 4, says)
    assert.strictEqual(yield* Database.fingerprint(world), before, command[0])
  }
  yield* World.assertNobodyIsLeft(world)
  const left = yield* World.leftovers(world)
  assert.deepStrictEqual(left.filter((name) => name !== "codeintel.duckdb.wal"), [])
})

/**
 * What a question shows is what was there, or it is refused; a question touches nothing. Damage in what an ingest does not
 * read is nobody's to see: it may write beside it.
 */
const assertShownOrRefused = Effect.fn("faults.database.assertShownOrRefused")(
  function*(world: World.World, says: RegExp) {
    const { shown } = yield* Database.known
    for (const command of [Database.question, ["ingest", "--only", "typing"], Database.question]) {
      const before = yield* Database.fingerprint(world)
      const ended = yield* within(World.run(world, command, Database.settings))
      if (ended.exitCode !== 0) Database.assertRefused(ended, 4, says)
      if (command !== Database.question) continue
      if (ended.exitCode === 0) assert.strictEqual(ended.stdout, shown)
      assert.strictEqual(yield* Database.fingerprint(world), before)
    }
    yield* World.assertNobodyIsLeft(world)
  }
)

layer(NodeContext.layer, { excludeTestServices: true })("a database that is", (it) => {
  describe.each(sample("files", 1, fileFaults))("$name", ({ says, script }) => {
    it.scoped("is refused, with what to do, and not touched", () =>
      Effect.gen(function*() {
        const world = yield* Database.make
        yield* Database.damage(world, script)
        yield* assertRefused(world, says)
      }))
  })

  const edges = [1, 8, 4095, 4096, 8192, 12_287, 12_288, 12_289]
  const cuts = [
    ...edges.map((bytes) => ({ title: `after ${bytes} bytes`, cut: () => bytes })),
    ...[1, 4096, 262_144].map((bytes) => ({
      title: `${bytes} bytes before its end`,
      cut: (size: number) => size - bytes
    })),
    ...numbers("cuts", 12).map((part) => ({
      title: `after ${(100 * part).toFixed(2)} %`,
      cut: (size: number) => Math.floor(size * part)
    }))
  ]
  describe.each(sample("cuts", 1, cuts))("cut off $title", ({ cut }) => {
    it.scoped("shows what it showed, or is refused", () =>
      Effect.gen(function*() {
        const fs = yield* FileSystem.FileSystem
        const world = yield* Database.make
        const { bytes } = yield* Database.known
        yield* fs.truncate(Database.fileOf(world), cut(bytes.length))
        yield* assertShownOrRefused(world, /delete it and run codeintel ingest/)
      }))
  })

  describe.each(numbers("damage", count(1, 20)))("damaged after %d of its length", (part) => {
    it.scoped("shows what it showed, or is refused", () =>
      Effect.gen(function*() {
        const fs = yield* FileSystem.FileSystem
        const world = yield* Database.make
        const { bytes } = yield* Database.known
        const damaged = new Uint8Array(bytes)
        const at = Math.floor(bytes.length * part)
        for (let i = at; i < Math.min(at + 16, damaged.length); i++) damaged[i] = 255 - (damaged[i] ?? 0)
        yield* fs.writeFile(Database.fileOf(world), damaged)
        yield* assertShownOrRefused(world, /delete it and run codeintel ingest/)
      }))
  })

  describe.each(sample("logs", 1, logFaults))("beside a log that is $name", ({ script }) => {
    it.scoped("shows what it showed, or is refused", () =>
      Effect.gen(function*() {
        const world = yield* Database.make
        yield* Database.damage(world, script)
        yield* assertShownOrRefused(world, /name another file with --db/)
      }))
  })

  describe.each(numbers("logs", count(1, 8)))(
    "of a killed writer, and its log is cut off after %d of its length",
    (part) => {
      it.scoped("shows the state before or after what the log says", () =>
        Effect.gen(function*() {
          const fs = yield* FileSystem.FileSystem
          const world = yield* Database.make
          const { shown } = yield* Database.known
          yield* Database.damage(world, logged)
          const after = yield* Database.shown(world)
          assert.notStrictEqual(after, shown)
          const log = `${Database.fileOf(world)}.wal`
          const { size } = yield* fs.stat(log)
          yield* fs.truncate(log, Math.floor(Number(size) * part))
          const before = yield* Database.fingerprint(world)
          const ended = yield* within(Database.ask(world))
          assert.strictEqual(yield* Database.fingerprint(world), before)
          if (ended.exitCode === 0) assert.include([shown, after], ended.stdout)
          else Database.assertRefused(ended, 4, /delete it and run codeintel ingest/)
        }))
    }
  )
})

layer(NodeContext.layer, { excludeTestServices: true })("a database that another process has open", (it) => {
  it.scoped("for writing is refused, and it is said who", () =>
    Effect.gen(function*() {
      const world = yield* Database.make
      const { shown } = yield* Database.known
      yield* Effect.scoped(Effect.gen(function*() {
        const pid = yield* Database.heldElsewhere(Database.fileOf(world), "READ_WRITE")
        yield* assertRefused(world, new RegExp(`node \\(PID ${pid}\\) has it open: try again when it has ended`))
      }))
      assert.strictEqual(yield* Database.shown(world), shown)
    }))

  it.scoped("for reading can be asked; who writes is refused, and it is said who", () =>
    Effect.gen(function*() {
      const world = yield* Database.make
      const { shown } = yield* Database.known
      yield* Effect.scoped(Effect.gen(function*() {
        const pid = yield* Database.heldElsewhere(Database.fileOf(world), "READ_ONLY")
        const before = yield* Database.fingerprint(world)
        assert.strictEqual(yield* Database.shown(world), shown)
        Database.assertRefused(yield* Database.ingest(world), 4, new RegExp(`node \\(PID ${pid}\\) has it open`))
        assert.strictEqual(yield* Database.fingerprint(world), before)
      }))
      const { exitCode, stderr } = yield* Database.ingest(world)
      assert.strictEqual(exitCode, 0, stderr)
      assert.strictEqual(yield* Database.shown(world), shown)
    }))
})

/** What keeps us from writing; the database can be asked all the while. */
const writes: ReadonlyArray<{
  readonly name: string
  readonly protect: (
    world: World.World
  ) => Effect.Effect<void, unknown, Effect.Effect.Context<ReturnType<typeof readOnly>>>
  readonly says: RegExp
  readonly lasts?: true
}> = [
  {
    name: "a disk that only reads",
    protect: (world) => readOnly(`${world.root}/.codeintel`),
    says: /nothing can be written to .*--db FILE/
  },
  {
    name: "a directory of somebody else",
    protect: (world) => giveAway(`${world.root}/.codeintel`),
    says: /nothing can be written to .*--db FILE/
  },
  {
    name: "a file of somebody else",
    protect: (world) => giveAway(Database.fileOf(world)),
    says: /make .* writable for this user, or name another file with --db/
  }
]

layer(NodeContext.layer, { excludeTestServices: true })("a database on", (it) => {
  describe.each(writes)("$name", ({ protect, says }) => {
    it.scoped("can be asked, and an ingest says what to do", () =>
      Effect.gen(function*() {
        const world = yield* Database.make
        const { shown } = yield* Database.known
        const run = (command: ReadonlyArray<string>) =>
          codeintel([...command, world.root], { ...world.env, ...Database.settings }, unprivileged)
        yield* Effect.scoped(Effect.gen(function*() {
          yield* protect(world)
          const before = yield* Database.fingerprint(world)
          const asked = yield* run(Database.question)
          assert.deepStrictEqual(asked, { exitCode: 0, stdout: shown, stderr: "" })
          for (const command of [["ingest", "--only", "typing"], ["prune", "--keep", "1"]]) {
            Database.assertRefused(yield* run(command), 4, says)
            assert.strictEqual(yield* Database.fingerprint(world), before)
          }
        }))
        yield* World.assertNobodyIsLeft(world)
        assert.deepStrictEqual(yield* World.leftovers(world), [])
      }))
  })
})
