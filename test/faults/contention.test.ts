// @effect-diagnostics strictEffectProvide:off
/**
 * Others at the database while an ingest runs: more ingests, readers, and whoever removes or replaces the file.
 */
import * as NodeContext from "@effect/platform-node/NodeContext"
import * as FileSystem from "@effect/platform/FileSystem"
import { assert, describe, layer } from "@effect/vitest"
import { ConfigProvider, Duration, Effect, Either, Fiber, Layer, Schedule } from "effect"
import { hostname } from "node:os"
import * as Live from "../../src/layers/Live.js"
import { ingest } from "../../src/programs/ingest.js"
import { Progress } from "../../src/services/Progress.js"
import { Repositories } from "../../src/services/Repositories.js"
import { ended, start } from "../e2e/command.js"
import * as Database from "./database.js"
import { middleFaults } from "./databaseFaults.js"
import * as FaultyTool from "./faultyTool.js"
import { count, PATIENCE, sample } from "./scale.js"
import * as World from "./world.js"

const realTools = Effect.gen(function*() {
  return yield* FaultyTool.realTools(yield* World.make())
}).pipe(Effect.scoped, Effect.cached, Effect.runSync)

/** A tool that does something before it runs. */
const doing = Effect.fn("faults.contention.doing")(function*(world: World.World, tool: string, script: string) {
  const real = (yield* realTools).get(tool) ?? ""
  return yield* FaultyTool.install(world, tool, FaultyTool.script(real, `${script}\nreal "$@"`))
})

const appears = (file: string) =>
  Effect.flatMap(FileSystem.FileSystem, (fs) =>
    fs.exists(file).pipe(
      Effect.repeat({ until: (there) => there, schedule: Schedule.spaced("20 millis") }),
      Effect.timeout(Duration.seconds(PATIENCE))
    ))

/** An ingest that is under way: ruff waits for `go`. */
const underWay = Effect.fn("faults.contention.underWay")(function*(world: World.World) {
  const fs = yield* FileSystem.FileSystem
  const wait = `: > "$here/started"; while [ ! -e "$here/go" ]; do sleep 0.05; done`
  const env = { ...world.env, ...Database.settings, ...yield* doing(world, "ruff", wait) }
  const process = yield* start(["ingest", "--only", "typing", world.root], env)
  const fiber = yield* Effect.fork(ended(process))
  yield* appears(`${world.directory}/tools/started`)
  return {
    pid: process.pid,
    end: Effect.zipRight(fs.writeFileString(`${world.directory}/tools/go`, ""), Fiber.join(fiber))
  }
})

const locked = (pid: string | number) =>
  new RegExp(`another ingest or prune is running: process ${pid} on ${hostname()} since [^]*wait for it to end`)

const assertWhole = Effect.fn("faults.contention.assertWhole")(function*(world: World.World, shown: string) {
  yield* World.assertNobodyIsLeft(world)
  assert.deepStrictEqual(yield* World.leftovers(world), [])
  assert.strictEqual(yield* Database.shown(world), shown)
})

/** At once. */
const readers = count(2, 8)

layer(NodeContext.layer, { excludeTestServices: true })("while an ingest runs", (it) => {
  it.scoped("others say who it is and end with 4, and a question is answered from before", () =>
    Effect.gen(function*() {
      const world = yield* Database.make
      const { shown: before } = yield* Database.known
      const { shown: after } = yield* Database.changed
      yield* Database.change(world)
      const { end, pid } = yield* underWay(world)
      Database.assertRefused(yield* Database.ingest(world), 4, locked(pid))
      Database.assertRefused(yield* World.run(world, ["prune", "--keep", "1"]), 4, locked(pid))
      const asked = yield* Effect.replicateEffect(Database.shown(world), readers).pipe(
        Effect.zipWith(
          Effect.replicateEffect(Database.shown(world), readers, { concurrency: "unbounded" }),
          (first, together) => [...first, ...together]
        )
      )
      assert.deepStrictEqual(asked, Array.from({ length: 2 * readers }, () => before))
      const { exitCode, stderr } = yield* end
      assert.strictEqual(exitCode, 0, stderr)
      yield* assertWhole(world, after)
    }))

  it.scoped("who has the database open when it ends is named, and the next ingest stores it", () =>
    Effect.gen(function*() {
      const world = yield* Database.make
      const { shown: before } = yield* Database.known
      const { shown: after } = yield* Database.changed
      yield* Database.change(world)
      const { end } = yield* underWay(world)
      yield* Effect.scoped(Effect.gen(function*() {
        const pid = yield* Database.heldElsewhere(Database.fileOf(world), "READ_ONLY")
        Database.assertRefused(yield* end, 4, new RegExp(`node \\(PID ${pid}\\) has it open`))
      }))
      yield* assertWhole(world, before)
      const { exitCode, stderr } = yield* Database.ingest(world)
      assert.strictEqual(exitCode, 0, stderr)
      yield* assertWhole(world, after)
    }))

  it.scoped("the first of a repository, there is nothing to ask yet", () =>
    Effect.gen(function*() {
      const world = yield* World.make()
      const { shown } = yield* Database.known
      const { end } = yield* underWay(world)
      const asked = yield* Database.ask(world)
      // made while the tools run, it holds no snapshot yet
      if (asked.exitCode === 0) assert.notInclude(asked.stdout, "shop.py")
      else Database.assertRefused(asked, 2, /make it: codeintel ingest/)
      const { exitCode, stderr } = yield* end
      assert.strictEqual(exitCode, 0, stderr)
      yield* assertWhole(world, shown)
    }))

  it.scoped("readers get the state before or after, or are told that it is locked", () =>
    Effect.gen(function*() {
      const world = yield* Database.make
      const { shown: before } = yield* Database.known
      const { shown: after } = yield* Database.changed
      yield* Database.change(world)
      const writer = yield* Effect.fork(Database.ingest(world, { CODEINTEL_DUCKDB_LOCK_TIMEOUT: "30 seconds" }))
      const reader = Effect.gen(function*() {
        const answers = [yield* Database.ask(world)]
        while ((yield* Fiber.status(writer))._tag !== "Done") answers.push(yield* Database.ask(world))
        return answers
      })
      const answers = (yield* Effect.all(Array.from({ length: readers }, () => reader), { concurrency: "unbounded" }))
        .flat()
      for (const answer of answers) {
        if (answer.exitCode === 0) assert.include([before, after], answer.stdout)
        else Database.assertRefused(answer, 4, /node \(PID \d+\) has it open/)
      }
      const { exitCode, stderr } = yield* Fiber.join(writer)
      assert.strictEqual(exitCode, 0, stderr)
      yield* assertWhole(world, after)
    }))
})

layer(NodeContext.layer, { excludeTestServices: true })("ingests at once", (it) => {
  describe.each(Array.from({ length: count(1, 10) }, (_, i) => i))("%d", () => {
    it.scoped("in two processes: one is told of the other, and all is whole", () =>
      Effect.gen(function*() {
        const world = yield* World.make()
        const { shown } = yield* Database.known
        const both = yield* Effect.all([Database.ingest(world), Database.ingest(world)], { concurrency: 2 })
        const refused = both.filter(({ exitCode }) => exitCode !== 0)
        assert.isAtMost(refused.length, 1)
        for (const each of refused) Database.assertRefused(each, 4, locked("\\d+"))
        yield* assertWhole(world, shown)
      }))

    it.scoped("in one process with two Layers: the same", () =>
      Effect.gen(function*() {
        const world = yield* World.make()
        const { shown } = yield* Database.known
        const provider = ConfigProvider.fromMap(
          new Map(Object.entries({
            PATH: process.env["PATH"] ?? "",
            ...world.env,
            ...Database.settings
          })),
          {
            pathDelim: "_"
          }
        )
        const one = Effect.gen(function*() {
          const repositories = yield* Repositories
          return yield* ingest(yield* repositories.open(world.root), { only: ["typing"] })
        }).pipe(
          Effect.provideService(Progress, Progress.of({ emit: () => Effect.void })),
          Effect.provide(Layer.fresh(Live.layer)),
          Effect.withConfigProvider(provider),
          Effect.either
        )
        const both = yield* Effect.all([one, one], { concurrency: 2 })
        const refused = both.filter(Either.isLeft).map(({ left }) => left)
        assert.isAtMost(refused.length, 1)
        for (const error of refused) assert.propertyVal(error, "_tag", "IngestLocked")
        yield* assertWhole(world, shown)
      }))
  })
})

layer(NodeContext.layer, { excludeTestServices: true })("in the middle of an ingest, a database that is", (it) => {
  const quick = { CODEINTEL_PYREFLY_ENABLED: "true" }

  /** What two tools say of it. */
  const clean = Effect.gen(function*() {
    const world = yield* World.make()
    const { exitCode, stderr } = yield* Database.ingest(world, quick)
    assert.strictEqual(exitCode, 0, stderr)
    return yield* Database.shown(world)
  }).pipe(Effect.scoped, Effect.cached, Effect.runSync)

  describe.each(
    sample("middle", 1, middleFaults.flatMap((fault) => [{ ...fault, isFirst: true }, { ...fault, isFirst: false }]))
  )(
    "$name (the first: $isFirst)",
    ({ first, isFirst, next, script }) => {
      it.scoped("is said, or all is stored", () =>
        Effect.gen(function*() {
          const fs = yield* FileSystem.FileSystem
          const world = yield* World.make()
          const says = isFirst ? first : next
          const db = Database.fileOf(world)
          // whose one run is linked again
          if (!isFirst) yield* Database.ingest(world)
          const old = `${world.directory}/old`
          yield* fs.writeFile(old, (yield* Database.changed).bytes)
          const variables = `db='${db}'; old='${old}'; while [ ! -e "$db" ]; do sleep 0.05; done`
          const env = { ...quick, ...yield* doing(world, "pyrefly", `${variables}; ${script}`) }
          const made = yield* Database.ingest(world, env)
          yield* World.assertNobodyIsLeft(world)
          if (says === "whole") {
            assert.strictEqual(made.exitCode, 0, made.stderr)
          } else {
            Database.assertRefused(made, 4, says)
            // what was put there instead is nobody's to remove
            yield* fs.remove(db, { recursive: true, force: true })
            const { exitCode, stderr } = yield* Database.ingest(world, quick)
            assert.strictEqual(exitCode, 0, stderr)
          }
          assert.strictEqual(yield* Database.shown(world), yield* clean)
          assert.deepStrictEqual(
            (yield* World.leftovers(world)).filter((name) => name !== "codeintel.duckdb.away"),
            []
          )
        }))
    }
  )
})
