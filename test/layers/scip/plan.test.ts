import { assert, describe, it } from "@effect/vitest"
import { FastCheck as fc } from "effect"
import * as Plan from "../../../src/layers/scip/plan.js"

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

/** Files that no prefix tells apart: `a.py` and `a.pyi`. */
const isAtomic = (relPaths: ReadonlyArray<string>) => relPaths.includes(Plan.commonPrefix(relPaths))

describe("the plan of an index", () => {
  it.prop("has every file in one shard", { sources, total }, ({ sources, total }) => {
    const { shards } = Plan.make(sources, total)
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

  it.prop("has no prefix that is one of another shard's file", { sources, total }, ({ sources, total }) => {
    const { shards } = Plan.make(sources, total)
    for (const shard of shards) {
      for (const each of shard.relPaths) assert.isTrue(each.startsWith(shard.prefix), `${each} in ${shard.prefix}`)
      const others = shards.filter((other) => other !== shard).flatMap(({ relPaths }) => relPaths)
      assert.deepStrictEqual(others.filter((other) => other.startsWith(shard.prefix)), [])
    }
  })

  it.prop(
    "gives no process more than its memory holds, but for a single file",
    { sources, total },
    ({ sources, total }) => {
      const { memoryBytes, processes, shards } = Plan.make(sources, total)
      const repository = Plan.sizeOf(sources)
      assert.isAtMost(memoryBytes * processes, total.memoryBytes)
      assert.isAtMost(processes, total.cores)
      for (const shard of shards) {
        assert.isTrue(
          shard.bytes <= Plan.largestShard(memoryBytes, repository) || isAtomic(shard.relPaths),
          `${shard.prefix}: ${shard.bytes}`
        )
      }
    }
  )

  it.prop("has the largest shard first", { sources, total }, ({ sources, total }) => {
    const sizes = Plan.make(sources, total).shards.map(({ bytes }) => bytes)
    assert.deepStrictEqual(sizes, [...sizes].sort((a, b) => b - a))
  })

  it.prop("parts are disjoint, and smaller", { sources }, ({ sources }) => {
    const shard = Plan.shardOf(sources)
    const bytesOf = new Map(sources.map((source) => [source.relPath, source.bytes]))
    const parts = Plan.split(shard, (path) => bytesOf.get(path) ?? 0)
    if (parts.length === 0) return assert.isTrue(isAtomic(shard.relPaths))
    assert.isAbove(parts.length, 1)
    assert.deepStrictEqual(parts.flatMap(({ relPaths }) => relPaths).sort(), shard.relPaths)
    for (const { prefix, relPaths } of parts) assert.strictEqual(prefix, Plan.commonPrefix(relPaths))
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
    const { memoryBytes, shards } = Plan.make(small, { cores: 2, memoryBytes: 16 * GB })
    assert.deepStrictEqual(shards.map(({ prefix, relPaths }) => [prefix, relPaths.length]), [["", 167]])
    assert.strictEqual(memoryBytes, 16 * GB)
  })

  it("of a large one that fits into memory is one process on one core, and many on many", () => {
    assert.lengthOf(Plan.make(large, { cores: 1, memoryBytes: 16 * GB }).shards, 1)
    const { processes, shards } = Plan.make(large, { cores: 8, memoryBytes: 64 * GB })
    assert.strictEqual(processes, 8)
    assert.isAtLeast(shards.length, 8)
  })

  it("of what does not fit is as many as it needs", () => {
    const { memoryBytes, processes, shards } = Plan.make(large, { cores: 2, memoryBytes: 4 * GB })
    assert.isAbove(shards.length, 2)
    assert.isAtMost(memoryBytes * processes, 4 * GB)
  })

  it("takes no more processes than memory has room for", () => {
    assert.isAtMost(Plan.make(large, { cores: 16, memoryBytes: 5 * GB }).processes, 2)
  })
})
