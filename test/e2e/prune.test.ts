/**
 * The built command on a database of a repository: what it prints, and killed at any moment.
 */
// @effect-diagnostics strictEffectProvide:off
import * as NodeContext from "@effect/platform-node/NodeContext"
import * as FileSystem from "@effect/platform/FileSystem"
import { assert, layer } from "@effect/vitest"
import { Duration, Effect, Layer, Option, Schema } from "effect"
import { PruneSummary } from "../../src/domain/PruneSummary.js"
import * as DuckDbWarehouse from "../../src/layers/DuckDbWarehouse.js"
import { rowsOf, writing } from "../layers/duckdb/laws.js"
import { checkRun, link, record, toolRun } from "../layers/duckdb/rows.js"
import { codeintel, start } from "./command.js"

const Live = DuckDbWarehouse.layer({ lockTimeout: Duration.seconds(10), memoryLimit: "512MB", threads: 2 }).pipe(
  Layer.provideMerge(NodeContext.layer)
)

const decode = Schema.decode(Schema.parseJson(PruneSummary))

/** A repository without files whose database has three snapshots; the latest has 10 rows, each other many. */
const repository = Effect.fn("e2e.repository")(function*(rows: number) {
  const fs = yield* FileSystem.FileSystem
  const root = yield* Effect.flatMap(fs.makeTempDirectoryScoped(), fs.realPath)
  yield* fs.makeDirectory(`${root}/.codeintel`)
  const database = `${root}/.codeintel/codeintel.duckdb`
  yield* writing(database, (connection) =>
    Effect.gen(function*() {
      for (const [id, dirty, count] of [["clean", false, rows], ["dirty", true, rows], ["latest", true, 10]] as const) {
        const run = toolRun("ruff", { runId: id })
        const files = Array.from({ length: count }, (_, index) => ({
          relPath: `${((index * 2654435761) % 4294967296).toString(36)}.py`,
          measured: Option.some(true),
          reason: Option.none<string>()
        }))
        yield* connection.writeCheckRun(checkRun("ruff", { run, files }))
        yield* connection.finishSnapshot(record(id, {
          snapshot: { id, commit: Option.none(), dirty, files: new Map() },
          runs: [link(run)]
        }))
      }
    }))
  const ids = rowsOf(database, "SELECT snapshot_id FROM snapshots ORDER BY 1").pipe(Effect.map((all) => all.flat()))
  return { root, database, ids, state: Effect.map(fs.readDirectory(`${root}/.codeintel`), (names) => names.sort()) }
})

layer(Live, { excludeTestServices: true })("codeintel prune", (it) => {
  it.scoped("says what would go, and then drops it: dirty snapshots first", () =>
    Effect.gen(function*() {
      const { database, ids, root, state } = yield* repository(100_000)
      const dry = yield* codeintel(["prune", "--keep", "2", "--dry-run", "--json", root])
      assert.deepStrictEqual([dry.exitCode, dry.stderr], [0, ""])
      const planned = yield* decode(dry.stdout)
      assert.deepInclude(planned, {
        database,
        dryRun: true,
        snapshots: { kept: 2, dropped: 1 },
        droppedSnapshots: ["dirty"],
        bytesAfter: null
      })
      assert.deepStrictEqual(yield* ids, ["clean", "dirty", "latest"])
      assert.deepStrictEqual(yield* state, ["codeintel.duckdb"], "a dry run makes no lock")

      const done = yield* codeintel(["prune", "--keep", "2", root])
      assert.deepStrictEqual([done.exitCode, done.stderr], [0, ""])
      assert.match(done.stdout, /^snapshots +2 +1$/m)
      assert.match(done.stdout, /^database: .*codeintel\.duckdb, [\d.]+ MB before, [\d.]+ MB now$/m)
      assert.deepStrictEqual(yield* ids, ["clean", "latest"])
      assert.deepStrictEqual(yield* state, [".gitignore", "codeintel.duckdb"])

      const again = yield* decode((yield* codeintel(["prune", "--keep", "2", "--json", root])).stdout)
      assert.deepInclude(again, { snapshots: { kept: 2, dropped: 0 }, bytesAfter: again.bytesBefore })
    }))

  it.scoped(
    "killed at any moment leaves the old file or the new one, and nothing else after the next command",
    () =>
      Effect.gen(function*() {
        const { ids, root, state } = yield* repository(400_000)
        for (const delay of [200, 300, 400, 450, 500, 550, 600, 650, 700, 800]) {
          const process = yield* start(["prune", "--keep", "1", root])
          yield* Effect.sleep(delay)
          yield* Effect.ignore(process.kill("SIGKILL"))
          yield* Effect.exit(process.exitCode)
          assert.include(["clean dirty latest", "latest"], (yield* ids).join(" "))
          if ((yield* ids).length === 1) break
        }
        const { exitCode, stderr } = yield* codeintel(["prune", "--keep", "1", root])
        assert.strictEqual(exitCode, 0, stderr)
        assert.deepStrictEqual(yield* ids, ["latest"])
        assert.deepStrictEqual(
          (yield* state).filter((name) => name.startsWith("codeintel.duckdb")),
          ["codeintel.duckdb"]
        )
      }),
    120_000
  )
})
