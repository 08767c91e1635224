/**
 * What the control groups that we are in allow: of each level, from our own up to the root, the least.
 *
 * Node sees less: `availableParallelism` (in Node 20) no quota of CPU time, `constrainedMemory` no limit of a group above
 * our own, which is where Kubernetes and systemd set it.
 *
 * @since 0.1.0
 */
import * as FileSystem from "@effect/platform/FileSystem"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"

/**
 * None: there is no limit, or no control group.
 *
 * @since 0.1.0
 * @category models
 */
export interface ContainerLimits {
  /** Quota of CPU time a period; may be a fraction. */
  readonly cores: Option.Option<number>
  readonly memoryBytes: Option.Option<number>
}

/** Controllers and path of a line such as `4:cpu,cpuacct:/a/b`; version 2 has no controllers: `0::/a/b`. */
const LINE = /^\d+:([^:]*):(\/.*)$/

/**
 * Our own directory below `mount`, and all above it. One that is not there is that of the host, and what is mounted here is
 * our own already.
 */
const levelsOf = (mount: string, own: string): ReadonlyArray<string> => {
  const names = own.split("/").filter((name) => name !== "")
  // of a group outside of our namespace
  if (names.includes("..")) return [mount]
  return names.map((_, index) => `${mount}/${names.slice(0, names.length - index).join("/")}`).concat(mount)
}

/** `max` and -1 are no limit. */
const amount = (text: string | undefined): Option.Option<number> =>
  text !== undefined && /^\d+$/.test(text) ? Option.some(Number(text)) : Option.none()

const quotient = (quota: string | undefined, period: string | undefined): Option.Option<number> =>
  Option.zipWith(amount(quota), amount(period), (time, each) => time / each).pipe(
    Option.filter((cores) => cores > 0 && Number.isFinite(cores))
  )

const least = (limits: ReadonlyArray<Option.Option<number>>): Option.Option<number> => {
  const known = limits.flatMap(Option.toArray)
  return known.length === 0 ? Option.none() : Option.some(Math.min(...known))
}

/**
 * Reads `/proc/self/cgroup`, and below `/sys/fs/cgroup` what version 1 and 2 have; elsewhere than in Linux there is
 * neither. Total: a file that is not there, or says something else than a number, limits nothing.
 *
 * @since 0.1.0
 * @category constructors
 */
export const read: Effect.Effect<ContainerLimits, never, FileSystem.FileSystem> = Effect.gen(function*() {
  const fs = yield* FileSystem.FileSystem
  const textOf = (file: string) => Effect.map(Effect.option(fs.readFileString(file)), Option.getOrElse(() => ""))
  const wordsOf = (file: string) => Effect.map(textOf(file), (text) => text.trim().split(/\s+/))

  const memoryOf = Effect.fnUntraced(function*(level: string, files: ReadonlyArray<string>) {
    const words = yield* Effect.forEach(files, (file) => wordsOf(`${level}/${file}`), { concurrency: "unbounded" })
    return least(words.map(([bytes]) => amount(bytes)))
  })

  const unified = (level: string) =>
    Effect.all({
      // above `high` everything is slowed down until it is below again
      memoryBytes: memoryOf(level, ["memory.max", "memory.high"]),
      cores: Effect.map(wordsOf(`${level}/cpu.max`), ([quota, period]) => quotient(quota, period))
    }, { concurrency: "unbounded" })

  const first = (level: string) =>
    Effect.all({
      memoryBytes: memoryOf(level, ["memory.limit_in_bytes"]),
      cores: Effect.map(
        Effect.all([wordsOf(`${level}/cpu.cfs_quota_us`), wordsOf(`${level}/cpu.cfs_period_us`)]),
        ([[quota], [period]]) => quotient(quota, period)
      )
    }, { concurrency: "unbounded" })

  const groups = (yield* textOf("/proc/self/cgroup")).split("\n").flatMap((line) => {
    const [, controllers = "", own] = LINE.exec(line) ?? []
    return own === undefined ? [] : [{ controllers: controllers.split(","), own }]
  })
  const limits = yield* Effect.forEach(
    groups.flatMap(({ controllers, own }) => {
      if (controllers.includes("")) return levelsOf("/sys/fs/cgroup", own).map(unified)
      return ["memory", "cpu"].filter((each) => controllers.includes(each)).flatMap((each) =>
        levelsOf(`/sys/fs/cgroup/${each}`, own).map(first)
      )
    }),
    (limit) => limit,
    { concurrency: "unbounded" }
  )
  return {
    cores: least(limits.map(({ cores }) => cores)),
    memoryBytes: least(limits.map(({ memoryBytes }) => memoryBytes))
  }
})
