import { assert, describe, it } from "@effect/vitest"
import { FastCheck as fc } from "effect"
import * as Plan from "../../../src/layers/scip/plan.js"
import type { Cost } from "../../../src/services/Budget.js"

const MB = 1e6
const GB = 1e9

/** Few names, so that they have much in common. */
const segment = fc.oneof(
  fc.constantFrom("a", "ab", "abc", "b", "test_a", "test_b", "ü", "😀", "😁", ".hidden", "x y"),
  fc.string({ minLength: 1, maxLength: 3, unit: fc.constantFrom("a", "b", "_", "😀") })
)

const relPath = fc.tuple(fc.array(segment, { maxLength: 3 }), segment, fc.constantFrom(".py", ".pyi"))
  .map(([directories, name, extension]) => [...directories, `${name}${extension}`].join("/"))

const sources = fc.uniqueArray(
  fc.record({ relPath, bytes: fc.oneof(fc.integer({ min: 0, max: 50_000 }), fc.integer({ min: 0, max: 5 * MB })) }),
  { minLength: 1, maxLength: 60, selector: (source) => source.relPath }
)

const total = fc.record({ cores: fc.integer({ min: 1, max: 16 }), memoryBytes: fc.integer({ min: 1, max: 32 }) })
  .map(({ cores, memoryBytes }) => ({ cores, memoryBytes: memoryBytes * GB / 2 }))

/** Of a whole repository. */
const of = (sources: ReadonlyArray<Plan.Source>, total: Cost) => Plan.make(sources, Plan.sizeOf(sources), total)

describe("the plan of an index", () => {
  it.prop("has every file in one shard", { sources, total }, ({ sources, total }) => {
    const { shards } = of(sources, total)
    assert.deepStrictEqual(
      shards.flatMap(({ relPaths }) => relPaths).sort(),
      sources.map((source) => source.relPath).sort()
    )
    for (const shard of shards) {
      assert.deepStrictEqual(shard.relPaths, [...shard.relPaths].sort())
      assert.strictEqual(
        shard.bytes,
        sources.filter((each) => shard.relPaths.includes(each.relPath)).reduce((sum, { bytes }) => sum + bytes, 0)
      )
    }
  })

  it.prop("keeps together what stands together", { sources, total }, ({ sources, total }) => {
    const { shards } = of(sources, total)
    const runs = shards.map(({ relPaths }) => relPaths).sort(([a = ""], [b = ""]) => a < b ? -1 : 1)
    assert.deepStrictEqual(runs.flat(), sources.map(({ relPath }) => relPath).sort())
  })

  it.prop(
    "gives no process more than its memory holds, but for a single file",
    { sources, total },
    ({ sources, total }) => {
      const { memoryBytes, processes, shards } = of(sources, total)
      const repository = Plan.sizeOf(sources)
      assert.isAtMost(memoryBytes * processes, total.memoryBytes)
      assert.isAtMost(processes, total.cores)
      for (const shard of shards) {
        assert.isTrue(
          shard.bytes <= Plan.largestShard(memoryBytes, repository) || shard.relPaths.length === 1,
          `${shard.relPaths.length} files, ${shard.bytes} bytes`
        )
      }
    }
  )

  it.prop("has the largest shard first", { sources, total }, ({ sources, total }) => {
    const sizes = of(sources, total).shards.map(({ bytes }) => bytes)
    assert.deepStrictEqual(sizes, [...sizes].sort((a, b) => b - a))
  })

  it.prop("halves are disjoint, and of a single file there are none", { sources }, ({ sources }) => {
    const shard = Plan.shardOf(sources)
    const bytesOf = new Map(sources.map((source) => [source.relPath, source.bytes]))
    const parts = Plan.split(shard, (path) => bytesOf.get(path) ?? 0)
    assert.lengthOf(parts, sources.length === 1 ? 0 : 2)
    if (parts.length > 0) assert.deepStrictEqual(parts.flatMap(({ relPaths }) => relPaths).sort(), shard.relPaths)
  })

  it.prop("is not in more parts than memory and cores ask for", { sources, total }, ({ sources, total }) => {
    const { memoryBytes, processes, shards } = of(sources, total)
    const repository = Plan.sizeOf(sources)
    const byMemory = Math.ceil(repository / Plan.largestShard(memoryBytes, repository))
    assert.isAtMost(shards.length, Math.max(4 * processes, 3 * byMemory + 1))
  })

  it("an empty file beside one that is too large is no reason for a process for each file", () => {
    const small = Array.from({ length: 1000 }, (_, n) => ({ relPath: `b/${n}.py`, bytes: 10_000 }))
    const around = [{ relPath: "a/__init__.py", bytes: 0 }, { relPath: "a/big.py", bytes: 4 * MB }]
    assert.isBelow(of([...around, ...small], { cores: 2, memoryBytes: 1.6 * GB }).shards.length, 20)
  })

  it("halves of files of one size are of one size, of empty ones too", () => {
    for (const bytes of [0, 1000]) {
      const sources = Array.from({ length: 100 }, (_, n) => ({ relPath: `${n}.py`, bytes }))
      const halves = Plan.split(Plan.shardOf(sources), () => bytes)
      assert.deepStrictEqual(halves.map(({ relPaths }) => relPaths.length), [50, 50])
    }
  })
})

const evenly = (prefixes: ReadonlyArray<string>, files: number, bytes: number) =>
  prefixes.flatMap((prefix) =>
    Array.from({ length: files }, (_, n) => ({ relPath: `${prefix}${n}.py`, bytes: bytes / files }))
  )

describe("the best plan", () => {
  const small = [...evenly(["rich/a", "rich/b"], 50, 0.7 * MB), ...evenly(["tests/test_"], 67, 0.4 * MB)]
  const large = evenly(["x/a", "x/b", "x/c", "x/d", "x/e", "x/f", "x/g", "x/h"], 100, 3.5 * MB)

  it("of a small repository on two cores is a single process", () => {
    const { memoryBytes, shards } = of(small, { cores: 2, memoryBytes: 16 * GB })
    assert.deepStrictEqual(shards.map(({ relPaths }) => relPaths.length), [167])
    assert.strictEqual(memoryBytes, 16 * GB)
  })

  it("of a large one that fits into memory is one process on one core, and many on many", () => {
    assert.lengthOf(of(large, { cores: 1, memoryBytes: 16 * GB }).shards, 1)
    // measured on sympy: half the time of one process, whose heap would grow to 8 GB
    assert.isAbove(of(large, { cores: 2, memoryBytes: 64 * GB }).shards.length, 1)
    const { processes, shards } = of(large, { cores: 8, memoryBytes: 64 * GB })
    assert.strictEqual(processes, 8)
    assert.isAtLeast(shards.length, 8)
  })

  it("of what does not fit is as many as it needs", () => {
    const { memoryBytes, processes, shards } = of(large, { cores: 2, memoryBytes: 4 * GB })
    assert.isAbove(shards.length, 2)
    assert.isAtMost(memoryBytes * processes, 4 * GB)
  })

  it("takes no more processes than memory has room for", () => {
    assert.isAtMost(of(large, { cores: 16, memoryBytes: 5 * GB }).processes, 2)
  })
})
