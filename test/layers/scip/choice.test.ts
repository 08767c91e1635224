import { assert, describe, it } from "@effect/vitest"
import { FastCheck as fc } from "effect"
import * as Choice from "../../../src/layers/scip/choice.js"
import * as Plan from "../../../src/layers/scip/plan.js"

const MB = 1e6
const GB = 1e9

const two = { cores: 2, memoryBytes: 16 * GB }

/** Few names, so that they have much in common. */
const relPath = fc.tuple(
  fc.array(fc.constantFrom("a", "ab", "b", "tests", "😀"), { maxLength: 3 }),
  fc.constantFrom("a", "b", "ab", "test_a", "__init__", "ü"),
  fc.constantFrom(".py", ".pyi")
).map(([directories, name, extension]) => [...directories, `${name}${extension}`].join("/"))

/** A repository, which of its files are to be indexed, and who imports whom. */
const given = fc.uniqueArray(
  fc.record({
    relPath,
    bytes: fc.oneof(fc.integer({ min: 0, max: 50_000 }), fc.integer({ min: 0, max: 5 * MB })),
    isOwn: fc.boolean(),
    imports: fc.array(fc.nat(200), { maxLength: 3 })
  }),
  { minLength: 1, maxLength: 90, selector: (source) => source.relPath }
)

const total = fc.record({ cores: fc.integer({ min: 1, max: 16 }), memoryBytes: fc.integer({ min: 1, max: 32 }) })
  .map(({ cores, memoryBytes }) => ({ cores, memoryBytes: memoryBytes * GB / 2 }))

type Given = typeof given extends fc.Arbitrary<infer A> ? A : never

const ofGiven = (repository: Given) => {
  const marked = repository.filter(({ isOwn }) => isOwn)
  const own = marked.length > 0 ? marked : repository.slice(0, 1)
  const edges = new Map(
    repository.map(({ imports, relPath }) => [
      relPath,
      new Set(imports.flatMap((index) => repository[index % repository.length]?.relPath ?? []))
    ])
  )
  const importsOf: Choice.ImportsOf = (relPath) => edges.get(relPath) ?? new Set()
  return { own, repository, importsOf }
}

const plan = ({ importsOf, own, repository }: ReturnType<typeof ofGiven>, of = two) =>
  Choice.make(own, repository, importsOf, of)

/** Small files below these directories. */
const files = (...relPaths: ReadonlyArray<string>) => relPaths.map((relPath) => ({ relPath, bytes: 2000 }))

const shards = ({ shards }: Plan.ScipPlan) => shards.map(({ relPaths }) => relPaths).sort()

describe("the choice of processes for some files", () => {
  it.prop("has every file in one shard, and no other", { given, total }, ({ given, total }) => {
    const all = ofGiven(given)
    const { shards } = plan(all, total)
    assert.deepStrictEqual(
      shards.flatMap(({ relPaths }) => relPaths).sort(),
      all.own.map(({ relPath }) => relPath).sort()
    )
    for (const { prefix, relPaths } of shards) assert.strictEqual(prefix, Plan.commonPrefix(relPaths))
  })

  it.prop("has the largest first, within the machine", { given, total }, ({ given, total }) => {
    const { memoryBytes, processes, shards } = plan(ofGiven(given), total)
    assert.deepStrictEqual(shards.map(({ bytes }) => bytes), shards.map(({ bytes }) => bytes).sort((a, b) => b - a))
    assert.isAtLeast(processes, 1)
    assert.isAtMost(processes, total.cores)
    assert.isAtMost(processes, shards.length)
    assert.isAtMost(memoryBytes * processes, total.memoryBytes)
  })

  it.prop("takes no longer than each file alone, one after another", { given, total }, ({ given, total }) => {
    const all = ofGiven(given)
    const repositoryBytes = Plan.sizeOf(all.repository)
    const alone = all.own.map(({ bytes }) => Plan.cpuSecondsOf(bytes, repositoryBytes))
    const { seconds } = plan(all, total)
    assert.isTrue(Number.isFinite(seconds) && seconds > 0)
    // with more files than this a process for each is not even considered
    if (all.own.length <= 64) assert.isAtMost(seconds, alone.reduce((sum, each) => sum + each, 0) + 1e-9)
  })

  it.prop("counts what a process emits: its files, and at most all below its prefix", { given }, ({ given }) => {
    const all = ofGiven(given)
    for (const { bytes, prefix, relPaths } of plan(all).shards) {
      assert.isAtLeast(bytes, Plan.sizeOf(all.own.filter(({ relPath }) => relPaths.includes(relPath))))
      assert.isAtMost(
        bytes,
        Plan.sizeOf(all.repository.filter(({ relPath }) => relPath.startsWith(prefix) || relPaths.includes(relPath)))
      )
    }
  })

  const nobody: Choice.ImportsOf = () => new Set()

  it("files that are far apart, next to much that they import, are each alone", () => {
    const own = files("a/x.py", "b/y.py")
    const core = [{ relPath: "core.py", bytes: 4 * MB }]
    const importsOf: Choice.ImportsOf = (relPath) => new Set(relPath === "core.py" ? [] : ["core.py"])
    assert.deepStrictEqual(shards(Choice.make(own, [...own, ...core], importsOf, { ...two, cores: 1 })), [
      ["a/x.py"],
      ["b/y.py"]
    ])
    // without it one process has less to read
    assert.deepStrictEqual(shards(Choice.make(own, [...own, ...core], nobody, { ...two, cores: 1 })), [
      ["a/x.py", "b/y.py"]
    ])
  })

  it("files of one directory that import each other, and nothing else there, share a process", () => {
    const own = files("a/x.py", "a/y.py", "a/z.py")
    const others = [{ relPath: "a/large.py", bytes: 4 * MB }]
    const each = new Set(own.map(({ relPath }) => relPath))
    assert.deepStrictEqual(shards(Choice.make(own, [...own, ...others], () => each, { ...two, cores: 1 })), [[...each]])
  })

  it.each([
    ["of two directories, apart from what both import, are two processes", "a/x.py a/y.py", "b/x.py b/y.py"],
    ["the same further up", "a/p/x.py a/q/y.py", "b/p/x.py b/q/y.py"]
  ])("files %s", (_, ...groups) => {
    const own = files(...groups.flatMap((group) => group.split(" ")))
    const core = [{ relPath: "core.py", bytes: 4 * MB }]
    const importsOf: Choice.ImportsOf = () => new Set(["core.py"])
    assert.deepStrictEqual(
      shards(Choice.make(own, [...own, ...core], importsOf, { ...two, cores: 1 })),
      groups.map((group) => group.split(" "))
    )
  })

  it("what imports import is emitted as well, where it is below the prefix", () => {
    const own = files("a/x.py", "a/y.py")
    const repository = [...own, { relPath: "a/z.py", bytes: 500 }, { relPath: "a/w.py", bytes: 70 }, {
      relPath: "b.py",
      bytes: 9
    }]
    const edges: Readonly<Record<string, string>> = { "a/x.py": "a/z.py", "a/z.py": "b.py", "b.py": "a/w.py" }
    const importsOf: Choice.ImportsOf = (relPath) => new Set([edges[relPath] ?? relPath])
    const [shard] = Choice.make(own, repository, importsOf, { ...two, cores: 1 }).shards
    assert.strictEqual(shard?.bytes, 4570)
  })

  it("of very many files no process for each is planned", () => {
    const own = files(...Array.from({ length: 65 }, (_, n) => `a/${n}.py`))
    const core = [{ relPath: "a/core.py", bytes: 20 * MB }]
    const importsOf: Choice.ImportsOf = () => new Set(["a/core.py"])
    const lengthOf = (of: typeof own) => Choice.make(of, [...own, ...core], importsOf, two).shards.length
    assert.deepStrictEqual([lengthOf(own.slice(0, 64)), lengthOf(own)], [64, 1])
  })
})
