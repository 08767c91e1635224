/**
 * A disk that is full, at every moment of an ingest: it ends well or says so, the ingest before is what is shown, and
 * with more space the next one ends as if nothing had been.
 */
import * as NodeContext from "@effect/platform-node/NodeContext"
import * as FileSystem from "@effect/platform/FileSystem"
import { assert, describe, layer } from "@effect/vitest"
import { Effect } from "effect"
import type { Ended } from "../e2e/command.js"
import * as Database from "./database.js"
import { resize, tmpfs } from "./privileges.js"
import { sample } from "./scale.js"
import * as World from "./world.js"

const PAGE = 4096
const ENOUGH = 256 * 1024 * 1024

const pages = [1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 65, 72, 96, 128, 160, 192, 256, 320, 384, 512, 640, 768, 1024]

const full = /(nothing can be written to [^]*--db FILE)|(free some space)/

/** After an ingest on a small disk: whole, or refused and nothing of it there; then there is space. */
const assertSurvived = Effect.fn("faults.disk.assertSurvived")(function*(
  world: World.World,
  ended: Ended,
  shown: { readonly before: string | undefined; readonly after: string }
) {
  yield* World.assertNobodyIsLeft(world)
  const asked = yield* Database.ask(world)
  if (ended.exitCode === 0) {
    assert.deepStrictEqual(asked, { exitCode: 0, stdout: shown.after, stderr: "" })
  } else {
    Database.assertRefused(ended, 4, full)
    if (shown.before === undefined) assert.include([0, 2], asked.exitCode, asked.stderr)
    else assert.deepStrictEqual(asked, { exitCode: 0, stdout: shown.before, stderr: "" })
  }
  const left = yield* World.leftovers(world)
  assert.deepStrictEqual(left.filter((name) => name !== "codeintel.duckdb.wal"), [])
  yield* resize(`${world.root}/.codeintel`, ENOUGH)
  const { exitCode, stderr } = yield* Database.ingest(world)
  assert.strictEqual(exitCode, 0, stderr)
  assert.strictEqual(yield* Database.shown(world), shown.after)
  assert.deepStrictEqual(yield* World.leftovers(world), [])
})

/** A database with two snapshots. */
const twice = Effect.gen(function*() {
  const fs = yield* FileSystem.FileSystem
  const world = yield* Database.make
  yield* Database.change(world)
  const { exitCode, stderr } = yield* Database.ingest(world)
  assert.strictEqual(exitCode, 0, stderr)
  return yield* fs.readFile(Database.fileOf(world))
}).pipe(Effect.scoped, Effect.cached, Effect.runSync)

/** The world's state directory on a disk with so many pages left beside a database. */
const nearlyFull = Effect.fn("faults.disk.nearlyFull")(function*(database: Uint8Array, left: number) {
  const fs = yield* FileSystem.FileSystem
  const world = yield* World.make()
  const state = `${world.root}/.codeintel`
  yield* fs.makeDirectory(state)
  yield* tmpfs(state, (Math.ceil(database.length / PAGE) + left) * PAGE)
  yield* fs.writeFile(Database.fileOf(world), database)
  return world
})

layer(NodeContext.layer, { excludeTestServices: true })("a disk", (it) => {
  describe.each(sample("small disks", 1, pages))("of %d pages, for a first ingest", (size) => {
    it.scoped("is enough, or it is said that it is not, and nothing is half", () =>
      Effect.gen(function*() {
        const fs = yield* FileSystem.FileSystem
        const world = yield* World.make()
        const state = `${world.root}/.codeintel`
        yield* fs.makeDirectory(state)
        yield* tmpfs(state, size * PAGE)
        const { shown } = yield* Database.known
        yield* assertSurvived(world, yield* Database.ingest(world), { before: undefined, after: shown })
      }))
  })

  describe.each(sample("full disks", 1, [0, ...pages]))("with %d pages left, for the next ingest", (left) => {
    it.scoped("is enough, or the one before is what is shown", () =>
      Effect.gen(function*() {
        const { bytes, shown: before } = yield* Database.known
        const { shown: after } = yield* Database.changed
        const world = yield* nearlyFull(bytes, left)
        yield* Database.change(world)
        yield* assertSurvived(world, yield* Database.ingest(world), { before, after })
      }))
  })

  describe.each(sample("full disks, prune", 1, [0, ...pages]))("with %d pages left, for prune", (left) => {
    it.scoped("is enough, or nothing has changed", () =>
      Effect.gen(function*() {
        const { shown } = yield* Database.changed
        const world = yield* nearlyFull(yield* twice, left)
        const before = yield* Database.fingerprint(world)
        const ended = yield* World.run(world, ["prune", "--keep", "1"])
        if (ended.exitCode !== 0) {
          Database.assertRefused(ended, 4, full)
          assert.strictEqual(yield* Database.fingerprint(world), before)
        }
        yield* World.assertNobodyIsLeft(world)
        assert.deepStrictEqual(yield* World.leftovers(world), [])
        assert.strictEqual(yield* Database.shown(world), shown)
      }))
  })
})
