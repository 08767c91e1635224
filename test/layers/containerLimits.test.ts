// @effect-diagnostics strictEffectProvide:off
import { SystemError } from "@effect/platform/Error"
import * as FileSystem from "@effect/platform/FileSystem"
import { assert, describe, it } from "@effect/vitest"
import { Effect, FastCheck as fc, Option } from "effect"
import * as ContainerLimits from "../../src/layers/containerLimits.js"

type Tree = Readonly<Record<string, string>>

const limitsIn = (tree: Tree) =>
  ContainerLimits.read.pipe(
    Effect.map(({ cores, memoryBytes }) => [Option.getOrNull(cores), Option.getOrNull(memoryBytes)]),
    Effect.provide(FileSystem.layerNoop({
      readFileString: (file) => {
        const text = tree[file]
        return text !== undefined ? Effect.succeed(text) : Effect.fail(
          new SystemError({ reason: "NotFound", module: "FileSystem", method: "readFile", pathOrDescriptor: file })
        )
      }
    }))
  )

const GiB = 1024 ** 3

describe("version 2", () => {
  const own = { "/proc/self/cgroup": "0::/kubepods/pod1/container\n" }
  const at = (level: string, files: Tree) =>
    Object.fromEntries(Object.entries(files).map(([name, text]) => [`/sys/fs/cgroup${level}/${name}`, `${text}\n`]))

  it.effect("the least of all levels, each limit for itself", () =>
    Effect.gen(function*() {
      const tree = {
        ...own,
        ...at("/kubepods/pod1/container", { "memory.max": String(4 * GiB), "cpu.max": "max 100000" }),
        ...at("/kubepods/pod1", { "memory.max": String(8 * GiB), "cpu.max": "150000 100000" }),
        ...at("/kubepods", { "memory.max": "max", "cpu.max": "400000 100000" })
      }
      assert.deepStrictEqual(yield* limitsIn(tree), [1.5, 4 * GiB])
    }))

  it.effect("a limit that only a group above has", () =>
    Effect.gen(function*() {
      const tree = {
        ...own,
        ...at("/kubepods/pod1/container", { "memory.max": "max" }),
        ...at("/kubepods", { "memory.max": String(GiB) })
      }
      assert.deepStrictEqual(yield* limitsIn(tree), [null, GiB])
    }))

  it.effect("what slows down is a limit too", () =>
    Effect.gen(function*() {
      const tree = { ...own, ...at("/kubepods", { "memory.max": String(2 * GiB), "memory.high": String(GiB) }) }
      assert.deepStrictEqual(yield* limitsIn(tree), [null, GiB])
    }))

  it.effect("the path of the host, where our own group is mounted as the root", () =>
    Effect.gen(function*() {
      const files = at("", { "memory.max": String(GiB), "cpu.max": "50000 100000" })
      assert.deepStrictEqual(yield* limitsIn({ ...own, ...files }), [0.5, GiB])
      assert.deepStrictEqual(yield* limitsIn({ "/proc/self/cgroup": "0::/../../other\n", ...files }), [0.5, GiB])
      assert.deepStrictEqual(yield* limitsIn({ "/proc/self/cgroup": "0::/\n", ...files }), [0.5, GiB])
    }))
})

describe("version 1", () => {
  const own = { "/proc/self/cgroup": "9:name=systemd:/\n4:memory:/a/b\n2:cpu,cpuacct:/a\n0::/\n" }

  it.effect("each controller has its own path, and -1 is no limit", () =>
    Effect.gen(function*() {
      const tree = {
        ...own,
        "/sys/fs/cgroup/memory/a/b/memory.limit_in_bytes": `${2 * GiB}\n`,
        "/sys/fs/cgroup/memory/a/memory.limit_in_bytes": `${GiB}\n`,
        "/sys/fs/cgroup/cpu/a/cpu.cfs_quota_us": "250000\n",
        "/sys/fs/cgroup/cpu/a/cpu.cfs_period_us": "100000\n",
        "/sys/fs/cgroup/cpu/cpu.cfs_quota_us": "-1\n",
        "/sys/fs/cgroup/cpu/cpu.cfs_period_us": "100000\n"
      }
      assert.deepStrictEqual(yield* limitsIn(tree), [2.5, GiB])
    }))
})

describe("without", () => {
  it.effect("control groups nothing is limited", () =>
    Effect.gen(function*() {
      assert.deepStrictEqual(yield* limitsIn({}), [null, null])
    }))

  it.effect.prop("numbers nothing is limited", { text: fc.string(), file: fc.constantFrom("memory.max", "cpu.max") }, (
    { file, text }
  ) =>
    Effect.gen(function*() {
      const limits = yield* limitsIn({ "/proc/self/cgroup": `0::/\n${text}`, [`/sys/fs/cgroup/${file}`]: text })
      for (const limit of limits) assert.isTrue(limit === null || (Number.isFinite(limit) && limit >= 0))
    }))
})
