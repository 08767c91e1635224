// @effect-diagnostics strictEffectProvide:off
import { assert, describe, it, layer } from "@effect/vitest"
import { Effect } from "effect"
import * as MemoryWarehouse from "../../../src/layers/testing/MemoryWarehouse.js"
import { laws, reading, writing } from "../duckdb/laws.js"
import { record } from "../duckdb/rows.js"

let files = 0

// with the test clock: nothing waits for it
layer(MemoryWarehouse.layer)("MemoryWarehouse", (it) => {
  laws(it, Effect.sync(() => `file ${files++}`), { numRuns: 50 })
})

describe("MemoryWarehouse", () => {
  it.effect("every Layer has databases of its own", () =>
    Effect.gen(function*() {
      const inOne = writing("same", (connection) => connection.finishSnapshot(record("a"))).pipe(
        Effect.zipRight(reading("same", (connection) => connection.query("FROM snapshots")))
      )
      assert.lengthOf((yield* Effect.provide(inOne, MemoryWarehouse.layer)).rows, 1)
      const missing = Effect.flip(reading("same", () => Effect.void))
      assert.propertyVal(yield* Effect.provide(missing, MemoryWarehouse.layer), "reason", "Missing")
    }))
})
