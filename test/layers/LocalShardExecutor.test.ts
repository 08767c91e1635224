// @effect-diagnostics strictEffectProvide:off
import { assert, describe, it } from "@effect/vitest"
import { DateTime, Deferred, Effect, Fiber, Layer, Option, Ref } from "effect"
import { ToolExecution, type ToolExecutionReason, ToolNotFound } from "../../src/domain/errors.js"
import type { ScipOutput } from "../../src/domain/Scip.js"
import * as LocalBudget from "../../src/layers/LocalBudget.js"
import * as LocalShardExecutor from "../../src/layers/LocalShardExecutor.js"
import { UNREADABLE } from "../../src/layers/repository/scan.js"
import * as TestRepository from "../../src/layers/testing/TestRepository.js"
import { Budget, type Cost } from "../../src/services/Budget.js"
import { ShardExecutor } from "../../src/services/ShardExecutor.js"
import { type ToolError, ToolService } from "../../src/services/ToolService.js"

const MB = 1e6
const GB = 1e9

type Files = ReadonlyArray<string>

/** What a process does with its files. */
type Process = (relPaths: Files, heapBytes: number | undefined) => Effect.Effect<void, ToolError>

const outputOf = (relPaths: Files): ScipOutput => ({
  path: "/index.scip",
  base: "",
  documents: new Set(relPaths),
  execution: {
    executable: "/bin/scip-python",
    version: Option.some("0.6.6"),
    args: [`--files=${relPaths.length}`],
    cwd: "/repo",
    startedAt: DateTime.unsafeMake(0),
    durationMs: 1,
    exitCode: 0
  }
})

const dead = (reason: ToolExecutionReason, detail: { readonly exitCode?: number; readonly signal?: string } = {}) =>
  new ToolExecution({
    tool: "scip-python",
    executable: "/bin/scip-python",
    args: [],
    cwd: "/repo",
    reason,
    stdoutTail: "",
    stderrTail: "",
    durationMs: 1,
    ...detail
  })

const sized = (sizes: Readonly<Record<string, number>>) => {
  const ctx = TestRepository.context("/repo", Object.fromEntries(Object.keys(sizes).map((name) => [name, ""])))
  return { ...ctx, modules: ctx.modules.map((module) => ({ ...module, bytes: sizes[module.relPath] ?? 0 })) }
}

/** 20 files of 1 kB: one process. */
const small = sized(
  Object.fromEntries(Array.from({ length: 20 }, (_, n) => [`pkg/${"abcd"[n % 4]}_${n}.py`, 1000]))
)
const names = small.modules.map(({ relPath }) => relPath)

/** Eight directories of 4 MB: several processes where there are cores. */
const large = sized(Object.fromEntries(
  [..."abcdefgh"].flatMap((directory) => Array.from({ length: 4 }, (_, n) => [`${directory}/${n}.py`, MB]))
))
const largeNames = large.modules.map(({ relPath }) => relPath)

const two: Cost = { cores: 2, memoryBytes: 16 * GB }

const index = (
  ctx: typeof small,
  relPaths: Files,
  process: Process,
  total: Cost = two,
  budget: Layer.Layer<Budget> = LocalBudget.layer(total)
) =>
  Effect.gen(function*() {
    const calls = yield* Ref.make<ReadonlyArray<{ readonly kind: "full" | "shard"; readonly relPaths: Files }>>([])
    const run = (kind: "full" | "shard", relPaths: Files, heapBytes: number | undefined) =>
      Ref.update(calls, (all) => [...all, { kind, relPaths }]).pipe(
        Effect.zipRight(process(relPaths, heapBytes)),
        Effect.as(outputOf(relPaths))
      )
    const tools = Layer.mock(ToolService, {
      checkers: [],
      runScipFull: (ctx, options) =>
        run(
          "full",
          ctx.modules.filter((each) => each.contentHash !== UNREADABLE).map((each) => each.relPath),
          options?.heapBytes
        ),
      runScipShard: (_, { heapBytes, relPaths }) => run("shard", relPaths, heapBytes)
    })
    const executor = Layer.fresh(LocalShardExecutor.layer).pipe(Layer.provide([tools, budget]))
    const indexing = yield* Effect.flatMap(ShardExecutor, (shards) => shards.index(ctx, relPaths)).pipe(
      Effect.provide(executor),
      Effect.scoped,
      Effect.either
    )
    return { indexing, calls: yield* Ref.get(calls) }
  })

const indexed = (given: Effect.Effect.Success<ReturnType<typeof index>>) =>
  Effect.map(given.indexing, (indexing) => ({
    ...indexing,
    documents: indexing.outputs.flatMap(({ documents }) => [...documents]).sort()
  }))

const dyingOn = (bad: Files, error: ToolExecution): Process => (relPaths) =>
  relPaths.some((each) => bad.includes(each)) ? error : Effect.void

describe("LocalShardExecutor", () => {
  it.effect("a small repository is one process, and a full one", () =>
    Effect.gen(function*() {
      const done = yield* index(small, names, () => Effect.void)
      const { documents, execution, failed, notices } = yield* indexed(done)
      assert.deepStrictEqual(done.calls.map(({ kind }) => kind), ["full"])
      assert.deepStrictEqual(documents, names)
      assert.deepStrictEqual([failed.size, notices.length, execution.exitCode], [0, 0, 0])
    }))

  it.effect("a part of it is a shard", () =>
    Effect.gen(function*() {
      const { calls } = yield* index(small, names.slice(0, 3), () => Effect.void)
      assert.deepStrictEqual(calls, [{ kind: "shard", relPaths: names.slice(0, 3) }])
    }))

  describe.each<[string, ToolExecution, string]>([
    ["134", dead("ExitCode", { exitCode: 134 }), "ExitCode, exit code 134"],
    ["a signal", dead("Signal", { signal: "SIGABRT" }), "Signal, SIGABRT"],
    ["a timeout", dead("Timeout"), "Timeout"],
    ["a missing document", dead("NothingAnalyzed", { exitCode: 0 }), "NothingAnalyzed"],
    ["half an index", dead("MalformedOutput", { exitCode: 0 }), "MalformedOutput"]
  ])("%s on one file of 20", (_, error, why) => {
    it.effect("is that file's alone", () =>
      Effect.gen(function*() {
        const bad = "pkg/b_13.py"
        const done = yield* index(small, names, dyingOn([bad], error))
        const { documents, failed, notices } = yield* indexed(done)
        assert.deepStrictEqual([...failed], [[bad, `scip-python: ${why}`]])
        assert.deepStrictEqual(documents, names.filter((each) => each !== bad))
        assert.lengthOf(notices, 1)
        // the whole, and five times two halves
        assert.isAtMost(done.calls.length, 11)
      }))
  })

  it.effect("no file is indexed twice, and several bad ones are each found", () =>
    Effect.gen(function*() {
      const bad = ["pkg/a_0.py", "pkg/c_10.py", "pkg/d_3.py"]
      const done = yield* index(small, names, dyingOn(bad, dead("Signal", { signal: "SIGKILL" })))
      const { documents, failed } = yield* indexed(done)
      assert.deepStrictEqual([...failed.keys()].sort(), bad)
      assert.deepStrictEqual(documents, names.filter((each) => !bad.includes(each)))
    }))

  it.effect("two files are parted", () =>
    Effect.gen(function*() {
      const ctx = sized({ "a.py": 1, "a.pyi": 1 })
      const done = yield* index(ctx, ["a.py", "a.pyi"], dyingOn(["a.pyi"], dead("Timeout")))
      const { documents, failed } = yield* indexed(done)
      assert.deepStrictEqual([documents, [...failed.keys()]], [["a.py"], ["a.pyi"]])
    }))

  it.effect("a file that needs more than its share of memory has all of it, once", () =>
    Effect.gen(function*() {
      const heaps = yield* Ref.make<ReadonlyArray<number>>([])
      const total = { cores: 8, memoryBytes: 64 * GB }
      const process: Process = (relPaths, heapBytes = 0) =>
        !relPaths.includes("a/0.py")
          ? Effect.void
          : Ref.update(heaps, (all) => [...all, heapBytes]).pipe(
            Effect.zipRight(heapBytes < 40 * GB ? dead("Signal", { signal: "SIGABRT" }) : Effect.void)
          )
      const { documents, failed } = yield* indexed(yield* index(large, largeNames, process, total))
      assert.deepStrictEqual([documents, failed.size], [largeNames, 0])
      const used = yield* Ref.get(heaps)
      assert.isAbove(used.at(-1) ?? 0, 40 * GB)
      assert.isTrue(used.slice(0, -1).every((each) => each < 10 * GB))
    }))

  it.effect("what cannot be read is not tried", () =>
    Effect.gen(function*() {
      const [first = "", ...others] = names
      const ctx = {
        ...small,
        modules: small.modules.map((each) => each.relPath === first ? { ...each, contentHash: UNREADABLE } : each)
      }
      const done = yield* index(ctx, names, () => Effect.void)
      const { documents, failed } = yield* indexed(done)
      assert.deepStrictEqual([documents, [...failed]], [others, [[first, "it cannot be read"]]])
      assert.deepStrictEqual(done.calls.map(({ kind }) => kind), ["full"])
    }))

  it.effect("nothing at all indexed is the first failure, and is not tried with every file", () =>
    Effect.gen(function*() {
      const { calls, indexing } = yield* index(large, largeNames, () => dead("ExitCode", { exitCode: 1 }))
      assert.isTrue(indexing._tag === "Left" && indexing.left._tag === "ToolExecution" && indexing.left.exitCode === 1)
      assert.isBelow(calls.length, largeNames.length)
    }))

  it.effect("a process that cannot be started is not tried again", () =>
    Effect.gen(function*() {
      const { calls, indexing } = yield* index(small, names, () => dead("Spawn"))
      assert.deepStrictEqual([calls.length, indexing._tag], [1, "Left"])
    }))

  it.effect("no tool is the end of all of it", () =>
    Effect.gen(function*() {
      const missing = new ToolNotFound({ tool: "scip-python", searched: [], hint: "" })
      const { indexing } = yield* index(large, largeNames, () => missing, { cores: 8, memoryBytes: 64 * GB })
      assert.isTrue(indexing._tag === "Left" && indexing.left._tag === "ToolNotFound")
    }))

  it.effect("as many processes at once as there are cores, and all of them at once", () =>
    Effect.gen(function*() {
      const cores = 4
      const now = yield* Ref.make(0)
      const most = yield* Ref.make(0)
      const full = yield* Deferred.make<void>()
      const process: Process = () =>
        Effect.gen(function*() {
          const running = yield* Ref.updateAndGet(now, (n) => n + 1)
          yield* Ref.update(most, (n) => Math.max(n, running))
          if (running === cores) yield* Deferred.succeed(full, undefined)
          // ends only when as many as there are cores have begun
          yield* Deferred.await(full)
          yield* Effect.yieldNow()
          yield* Ref.update(now, (n) => n - 1)
        })
      const done = yield* index(large, largeNames, process, { cores, memoryBytes: 64 * GB })
      const { documents, outputs } = yield* indexed(done)
      assert.isAbove(outputs.length, cores)
      assert.strictEqual(yield* Ref.get(most), cores)
      assert.deepStrictEqual(documents, largeNames)
    }))

  it.effect("every process has its share of the budget, and not more than the plan allows where that is not the limit", () =>
    Effect.gen(function*() {
      const total: Cost = { cores: 16, memoryBytes: 6 * GB }
      const shares = yield* Ref.make(0)
      const [now, most] = yield* Effect.all([Ref.make(0), Ref.make(0)], { concurrency: 2 })
      const generous = Layer.succeed(Budget, {
        total,
        origins: { cores: "given", memoryBytes: "given" },
        spend: () => (work) => Effect.zipRight(Ref.update(shares, (n) => n + 1), work)
      })
      const process: Process = () =>
        Ref.updateAndGet(now, (n) => n + 1).pipe(
          Effect.flatMap((running) => Ref.update(most, (n) => Math.max(n, running))),
          Effect.zipRight(Effect.repeatN(Effect.yieldNow(), 20)),
          Effect.zipRight(Ref.update(now, (n) => n - 1))
        )
      const done = yield* index(large, largeNames, process, total, generous)
      assert.isAbove(done.calls.length, 3)
      assert.strictEqual(yield* Ref.get(shares), done.calls.length)
      assert.strictEqual(yield* Ref.get(most), 3)
    }))

  it.effect("the largest begins first", () =>
    Effect.gen(function*() {
      const { calls } = yield* index(large, largeNames, () => Effect.void, { cores: 4, memoryBytes: 64 * GB })
      const sizes = calls.map(({ relPaths }) => relPaths.length)
      assert.isAbove(sizes.length, 1)
      assert.deepStrictEqual(sizes, [...sizes].sort((a, b) => b - a))
    }))

  it.effect("estimates more for more files, and nothing for what cannot be read", () =>
    Effect.gen(function*() {
      const { estimate } = yield* ShardExecutor
      const hidden = {
        ...large,
        modules: large.modules.map((each) => each.relPath === "a/0.py" ? { ...each, contentHash: UNREADABLE } : each)
      }
      const one = yield* estimate(large, ["a/1.py"])
      const some = yield* estimate(large, ["a/1.py", "b/1.py", "c/1.py"])
      const all = yield* estimate(large, largeNames)
      assert.isTrue(0 < one && one < some && some < all, [one, some, all].join(" < "))
      assert.strictEqual(yield* estimate(hidden, ["a/0.py"]), 0)
      assert.strictEqual(yield* estimate(hidden, ["a/0.py", "a/1.py"]), yield* estimate(hidden, ["a/1.py"]))
    }).pipe(
      Effect.provide(
        Layer.provide(LocalShardExecutor.layer, [
          Layer.mock(ToolService, { checkers: [] }),
          LocalBudget.layer({ ...two, cores: 1 })
        ])
      )
    ))

  it.effect("an interruption ends every process", () =>
    Effect.gen(function*() {
      const begun = yield* Ref.make(0)
      const both = yield* Deferred.make<void>()
      const ended = yield* Ref.make(0)
      const process: Process = () =>
        Ref.updateAndGet(begun, (n) => n + 1).pipe(
          Effect.tap((n) => n === 2 ? Deferred.succeed(both, undefined) : Effect.void),
          Effect.zipRight(Effect.never),
          Effect.onInterrupt(() => Ref.update(ended, (n) => n + 1))
        )
      const running = yield* Effect.fork(index(large, largeNames, process, { cores: 2, memoryBytes: 4 * GB }))
      yield* Deferred.await(both)
      yield* Fiber.interrupt(running)
      assert.deepStrictEqual([yield* Ref.get(begun), yield* Ref.get(ended)], [2, 2])
    }))
})
