// @effect-diagnostics strictEffectProvide:off multipleEffectProvide:off
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, Option } from "effect"
import { IngestLocked } from "../../src/domain/errors.js"
import * as MemoryWarehouse from "../../src/layers/testing/MemoryWarehouse.js"
import * as TestRepository from "../../src/layers/testing/TestRepository.js"
import { prune } from "../../src/programs/prune.js"
import { renderPrune, size } from "../../src/programs/render/prune.js"
import { RepositoryLock } from "../../src/services/RepositoryLock.js"
import { Warehouse } from "../../src/services/Warehouse.js"
import { rowsOf, writing } from "../layers/duckdb/laws.js"
import { checkRun, link, measured, record } from "../layers/duckdb/rows.js"

const ctx = TestRepository.context("/repo", {})

const { database, lock } = ctx.paths

const free = Layer.succeed(RepositoryLock, { acquire: () => Effect.void })

const taken = Layer.succeed(RepositoryLock, {
  acquire: () => Effect.fail(new IngestLocked({ file: lock, pid: 42, host: "here", startedAt: "now" }))
})

/** Nobody may ask for it. */
const untouched = Layer.mock(RepositoryLock, {})

const twoSnapshots = writing(database, (connection) =>
  Effect.gen(function*() {
    const [old, recent] = [checkRun("ruff", { files: [measured("a.py")] }), checkRun("pyright")]
    for (const [id, check] of [["old", old], ["recent", recent]] as const) {
      yield* connection.writeCheckRun(check)
      yield* connection.finishSnapshot(record(id, { runs: [link(check.run)] }))
    }
  }))

const ids = rowsOf(database, "SELECT snapshot_id FROM snapshots ORDER BY 1")

describe("prune", () => {
  it.effect("says what went, counted before and after", () =>
    Effect.gen(function*() {
      yield* twoSnapshots
      const expected = {
        database,
        snapshots: { kept: 1, dropped: 1 },
        runs: { kept: 1, dropped: 1 },
        documents: { kept: 0, dropped: 0 },
        symbols: { kept: 0, dropped: 0 },
        contents: { kept: 0, dropped: 0 },
        // snapshot, link and run of each, and a file
        rows: { kept: 3, dropped: 4 },
        droppedSnapshots: ["old"],
        // in memory
        bytesBefore: null,
        bytesAfter: null
      }
      const dry = yield* prune(ctx, { keep: 1, dryRun: true }).pipe(Effect.provide(untouched))
      assert.deepStrictEqual(dry, { ...expected, dryRun: true })
      assert.deepStrictEqual(yield* ids, [["old"], ["recent"]])
      const done = yield* prune(ctx, { keep: 1, dryRun: false }).pipe(Effect.provide(free))
      assert.deepStrictEqual(done, { ...expected, dryRun: false })
      assert.deepStrictEqual(yield* ids, [["recent"]])
    }).pipe(Effect.provide(MemoryWarehouse.layer)))

  it.effect("does nothing while an ingest is under way, and says whose", () =>
    Effect.gen(function*() {
      yield* twoSnapshots
      const error = yield* Effect.flip(prune(ctx, { keep: 1, dryRun: false })).pipe(Effect.provide(taken))
      assert.strictEqual(error._tag, "IngestLocked")
      assert.match(error.message, /another ingest or prune is running: process 42 on here/)
      assert.deepStrictEqual(yield* ids, [["old"], ["recent"]])
    }).pipe(Effect.provide(MemoryWarehouse.layer)))

  it.effect("without a database there is nothing to lock", () =>
    Effect.gen(function*() {
      for (const dryRun of [true, false]) {
        const error = yield* Effect.flip(prune(ctx, { keep: 1, dryRun }))
        assert.propertyVal(error, "reason", "Missing")
      }
    }).pipe(Effect.provide(untouched), Effect.provide(MemoryWarehouse.layer)))

  it.effect("is what the warehouse says, through any warehouse", () =>
    Effect.gen(function*() {
      const holdings = { snapshots: 5, runs: 9, documents: 700, symbols: 8000, contents: 60, rows: 123456 }
      const mock = Layer.mock(Warehouse, {
        prune: () =>
          Effect.succeed({
            snapshots: ["a"],
            before: holdings,
            after: { ...holdings, snapshots: 4, rows: 3456 },
            bytesBefore: Option.some(212_345_678),
            bytesAfter: Option.none()
          })
      })
      const summary = yield* prune(ctx, { keep: 4, dryRun: true }).pipe(Effect.provide(Layer.merge(mock, untouched)))
      const parts = `                 would stay  would go
snapshots                 4         1
runs                      9         0
SCIP documents          700         0
SCIP symbols          8,000         0
parsed contents          60         0
rows in all           3,456   120,000
`
      assert.strictEqual(
        renderPrune(summary),
        `${parts}\ndatabase: /repo/.codeintel/codeintel.duckdb, 212.3 MB\nnothing was changed (--dry-run)`
      )
      const done = renderPrune({ ...summary, dryRun: false, bytesAfter: 999 })
      assert.match(done, /^ +kept +dropped\nsnapshots +4 +1\n/)
      assert.match(done, /codeintel\.duckdb, 212\.3 MB before, 999 bytes now$/)
      assert.match(renderPrune({ ...summary, bytesBefore: null, dryRun: false }), /codeintel\.duckdb$/)
    }))

  it("writes sizes with one digit after the point", () => {
    const given = [0, 999, 1000, 999_949, 999_950, 1_000_000, 5_300_000_000, 2e15]
    assert.deepStrictEqual(given.map(size), [
      "0 bytes",
      "999 bytes",
      "1.0 kB",
      "999.9 kB",
      "1.0 MB",
      "1.0 MB",
      "5.3 GB",
      "2000.0 TB"
    ])
  })
})
