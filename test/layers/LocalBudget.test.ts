// @effect-diagnostics strictEffectProvide:off
import * as FileSystem from "@effect/platform/FileSystem"
import { assert, describe, it } from "@effect/vitest"
import { ConfigProvider, Deferred, Effect, FastCheck as fc, Fiber, Layer, Ref } from "effect"
import { totalmem } from "node:os"
import * as LocalBudget from "../../src/layers/LocalBudget.js"
import { Budget, type Cost } from "../../src/services/Budget.js"

const cost = fc.record({ cores: fc.integer({ min: 0, max: 6 }), memoryBytes: fc.integer({ min: 0, max: 60 }) })

const capped = (given: Cost, total: Cost): Cost => ({
  cores: Math.min(given.cores, total.cores),
  memoryBytes: Math.min(given.memoryBytes, total.memoryBytes)
})

/** Work that has begun when `begun` is done, and ends when `end` is. */
const gated = Effect.gen(function*() {
  const begun = yield* Deferred.make<void>()
  const end = yield* Deferred.make<void>()
  return { begun, end, work: Effect.zipRight(Deferred.succeed(begun, undefined), Deferred.await(end)) }
})

/** Lets all other fibers go as far as they can. */
const settle = Effect.repeatN(Effect.yieldNow(), 50)

describe("LocalBudget", () => {
  it.effect.prop(
    "never gives out more than there is, and everybody has a turn",
    {
      total: fc.record({ cores: fc.integer({ min: 1, max: 4 }), memoryBytes: fc.integer({ min: 1, max: 40 }) }),
      jobs: fc.array(fc.record({ cost, steps: fc.integer({ min: 0, max: 5 }), fails: fc.boolean() }), { maxLength: 30 })
    },
    ({ jobs, total }) =>
      Effect.gen(function*() {
        const budget = yield* LocalBudget.make(total)
        const used = yield* Ref.make<Cost>({ cores: 0, memoryBytes: 0 })
        const add = (each: Cost, sign: number) =>
          Ref.updateAndGet(used, ({ cores, memoryBytes }) => ({
            cores: cores + sign * each.cores,
            memoryBytes: memoryBytes + sign * each.memoryBytes
          }))
        const ends = yield* Effect.forEach(jobs, ({ cost, fails, steps }) =>
          Effect.gen(function*() {
            const now = yield* add(capped(cost, total), 1)
            assert.isAtMost(now.cores, total.cores)
            assert.isAtMost(now.memoryBytes, total.memoryBytes)
            yield* Effect.repeatN(Effect.yieldNow(), steps)
            yield* add(capped(cost, total), -1)
            return yield* fails ? Effect.fail("failed") : Effect.succeed("ended")
          }).pipe(budget.spend(cost), Effect.merge), { concurrency: "unbounded" })
        assert.deepStrictEqual(ends, jobs.map(({ fails }) => fails ? "failed" : "ended"))
        assert.deepStrictEqual(yield* Ref.get(used), { cores: 0, memoryBytes: 0 })
      })
  )

  it.effect("a large share is not passed by small ones that came later", () =>
    Effect.gen(function*() {
      const budget = yield* LocalBudget.make({ cores: 2, memoryBytes: 10 })
      const [first, large, small] = yield* Effect.all([gated, gated, gated], { concurrency: 1 })
      yield* Effect.fork(budget.spend({ cores: 1, memoryBytes: 1 })(first.work))
      yield* Deferred.await(first.begun)
      yield* Effect.fork(budget.spend({ cores: 2, memoryBytes: 1 })(large.work))
      yield* settle
      const last = yield* Effect.fork(budget.spend({ cores: 1, memoryBytes: 1 })(small.work))
      yield* settle
      assert.isFalse(yield* Deferred.isDone(small.begun), "a core was free, and not for it")

      yield* Deferred.succeed(first.end, undefined)
      yield* Deferred.await(large.begun)
      assert.isFalse(yield* Deferred.isDone(small.begun))
      yield* Deferred.succeed(large.end, undefined)
      yield* Deferred.succeed(small.end, undefined)
      yield* Fiber.join(last)
    }))

  it.effect("memory is waited for as cores are", () =>
    Effect.gen(function*() {
      const budget = yield* LocalBudget.make({ cores: 8, memoryBytes: 10 })
      const [first, second] = yield* Effect.all([gated, gated], { concurrency: 1 })
      yield* Effect.fork(budget.spend({ cores: 1, memoryBytes: 6 })(first.work))
      yield* Deferred.await(first.begun)
      yield* Effect.fork(budget.spend({ cores: 1, memoryBytes: 5 })(second.work))
      yield* settle
      assert.isFalse(yield* Deferred.isDone(second.begun))
      yield* Deferred.succeed(first.end, undefined)
      yield* Deferred.await(second.begun)
    }))

  it.effect("who is interrupted in the line leaves it, and who is interrupted at work gives back", () =>
    Effect.gen(function*() {
      const budget = yield* LocalBudget.make({ cores: 2, memoryBytes: 10 })
      const [first, large, small] = yield* Effect.all([gated, gated, gated], { concurrency: 1 })
      const working = yield* Effect.fork(budget.spend({ cores: 1, memoryBytes: 1 })(first.work))
      yield* Deferred.await(first.begun)
      const waiting = yield* Effect.fork(budget.spend({ cores: 2, memoryBytes: 1 })(large.work))
      yield* settle
      yield* Effect.fork(budget.spend({ cores: 1, memoryBytes: 1 })(small.work))
      yield* settle
      yield* Fiber.interrupt(waiting)
      yield* Deferred.await(small.begun)
      yield* Deferred.succeed(small.end, undefined)
      yield* Fiber.interrupt(working)
      yield* budget.spend({ cores: 2, memoryBytes: 10 })(Effect.void)
    }))

  it.effect("what costs more than there is runs alone", () =>
    Effect.gen(function*() {
      const budget = yield* LocalBudget.make({ cores: 2, memoryBytes: 10 })
      const [large, other] = yield* Effect.all([gated, gated], { concurrency: 1 })
      yield* Effect.fork(budget.spend({ cores: 64, memoryBytes: 1000 })(large.work))
      yield* Deferred.await(large.begun)
      yield* Effect.fork(budget.spend({ cores: 1, memoryBytes: 0 })(other.work))
      yield* settle
      assert.isFalse(yield* Deferred.isDone(other.begun))
      yield* Deferred.succeed(large.end, undefined)
      yield* Deferred.await(other.begun)
    }))
})

/** With control groups of version 2 that allow this. */
const budgetWith = (
  variables: ReadonlyArray<readonly [string, string]>,
  limits: Readonly<Record<string, string>> = {}
) =>
  Effect.map(Budget, ({ origins, total }) => ({ total, origins })).pipe(
    Effect.provide(LocalBudget.layerFromEnv.pipe(
      Layer.provide(FileSystem.layerNoop({
        readFileString: (file) =>
          Effect.succeed(file.endsWith("cgroup") ? "0::/\n" : limits[file.slice(file.lastIndexOf("/") + 1)] ?? "")
      })),
      Layer.provide(Layer.setConfigProvider(ConfigProvider.fromMap(new Map(variables))))
    ))
  )

const totalWith = (variables: ReadonlyArray<readonly [string, string]>) =>
  Effect.map(budgetWith(variables), ({ total }) => total)

const GB = 1024 ** 3

describe("LocalBudget.layerFromEnv", () => {
  it.effect.each([["4GB", 4 * GB], ["1.5 GiB", 1.5 * GB], ["512m", 512 * 1024 ** 2], ["1048576", 1048576]] as const)(
    "CODEINTEL_MEMORY=%s",
    ([text, memoryBytes]) =>
      Effect.gen(function*() {
        const total = yield* totalWith([["CODEINTEL_MEMORY", text], ["CODEINTEL_CORES", "3"]])
        assert.deepStrictEqual(total, { cores: 3, memoryBytes })
      })
  )

  it.effect.each(
    [["CODEINTEL_MEMORY", "much"], ["CODEINTEL_MEMORY", "0"], ["CODEINTEL_CORES", "0"], [
      "CODEINTEL_CORES",
      "two"
    ]] as const
  )(
    "%s=%s is refused by name",
    ([name, text]) =>
      Effect.gen(function*() {
        const error = yield* Effect.flip(totalWith([[name, text]]))
        assert.include(String(error), name)
      })
  )

  it.effect("otherwise it is what the machine has, with something left to the system", () =>
    Effect.gen(function*() {
      const total = yield* totalWith([])
      assert.isAtLeast(total.cores, 1)
      assert.isAbove(total.memoryBytes, 2 ** 27)
      assert.isBelow(total.memoryBytes, totalmem())
    }))

  it.effect("or what the container allows; a part of a core counts as one", () =>
    Effect.gen(function*() {
      const limits = { "memory.max": String(GB / 2), "cpu.max": "50000 100000" }
      assert.deepStrictEqual(yield* budgetWith([], limits), {
        total: { cores: 1, memoryBytes: 0.375 * GB },
        origins: { cores: "the container's limit", memoryBytes: "three quarters of the container's limit" }
      })
      const given = yield* budgetWith([["CODEINTEL_CORES", "3"], ["CODEINTEL_MEMORY", "1GB"]], limits)
      assert.deepStrictEqual(given, {
        total: { cores: 3, memoryBytes: GB },
        origins: { cores: "CODEINTEL_CORES", memoryBytes: "CODEINTEL_MEMORY" }
      })
    }))

  it.effect("a limit above what there is limits nothing", () =>
    Effect.gen(function*() {
      const { origins } = yield* budgetWith([], { "memory.max": String(2 ** 62), "cpu.max": "99900000 100000" })
      assert.strictEqual(origins.cores, "the machine")
    }))
})
