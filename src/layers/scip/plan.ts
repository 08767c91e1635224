/**
 * Which files are indexed by one process: a partition of a repository into path prefixes.
 *
 * @since 0.1.0
 */
import type { Module } from "../../domain/PipelineContext.js"
import type { ScipShard } from "../../domain/Scip.js"
import type { Cost } from "../../services/Budget.js"

/**
 * @since 0.1.0
 * @category models
 */
export type Source = Pick<Module, "relPath" | "bytes">

/**
 * @since 0.1.0
 * @category models
 */
export interface ScipPlan {
  /** Largest first. One with the prefix "": all in a single process. */
  readonly shards: ReadonlyArray<ScipShard>
  /** Processes that are alive at once, at most. */
  readonly processes: number
  /** What each of them may take. */
  readonly memoryBytes: number
  /** Until the last process has ended, by the model of costs below. */
  readonly seconds: number
}

const MB = 1e6
const GB = 1e9

/*
 * The cost of a process, from runs of scip-python 0.6.6 on sympy (27.7 MB: 574 CPU-s and 8.0 GB in one process; prefixes
 * of 4.0 and 11.4 MB: 129 and 339 CPU-s, 2.5 and 3.9 GB) and on rich (1.7 MB: 42 CPU-s in one process, 51 in two).
 * What a process reads of files that are not its own grows with the repository.
 */
const CPU_SECONDS = 3
const CPU_SECONDS_PER_MB_OF_REPOSITORY = 0.4
const CPU_SECONDS_PER_MB = 28
/** In a single process what one file needs of another has been computed for that one. */
const CPU_SECONDS_PER_MB_ALONE = 20
const MEMORY = 0.5 * GB
const MEMORY_PER_MB_OF_REPOSITORY = 0.043 * GB
const MEMORY_PER_MB = 0.19 * GB

/** The garbage collector of a single process uses other cores as well. */
const CORES_OF_ONE_PROCESS = 1.3

/** Several processes have to be this much faster than one: what one says does not depend on a model. */
const WORTH_IT = 0.8

/** Smaller shards cost more for what is around them than for their files. */
const SMALLEST_LIMIT = 1 * MB

/** More shards than these per process even out nothing. */
const SHARDS_PER_PROCESS = 6

export const sizeOf = (sources: ReadonlyArray<Source>): number => sources.reduce((sum, { bytes }) => sum + bytes, 0)

/**
 * What a process takes that indexes this many bytes of a repository of that many, at its height.
 *
 * @since 0.1.0
 * @category models
 */
export const memoryOf = (bytes: number, repositoryBytes: number): number =>
  MEMORY + MEMORY_PER_MB_OF_REPOSITORY * repositoryBytes / MB + MEMORY_PER_MB * bytes / MB

/**
 * @since 0.1.0
 * @category models
 */
export const cpuSecondsOf = (bytes: number, repositoryBytes: number): number =>
  CPU_SECONDS + CPU_SECONDS_PER_MB_OF_REPOSITORY * repositoryBytes / MB + CPU_SECONDS_PER_MB * bytes / MB

/**
 * The bytes that a process with this memory may be given; a single file may have more.
 *
 * @since 0.1.0
 * @category models
 */
export const largestShard = (memoryBytes: number, repositoryBytes: number): number =>
  Math.max(SMALLEST_LIMIT, (memoryBytes - memoryOf(0, repositoryBytes)) / MEMORY_PER_MB * MB)

const commonLength = (a: string, b: string): number => {
  let length = 0
  while (length < a.length && length < b.length && a[length] === b[length]) length++
  // half of a character is no name
  return /[\uD800-\uDBFF]/.test(a.charAt(length - 1)) ? length - 1 : length
}

/**
 * The longest start that all of them have.
 *
 * @since 0.1.0
 * @category getters
 */
export const commonPrefix = ([first = "", ...others]: ReadonlyArray<string>): string =>
  others.reduce((prefix, each) => prefix.slice(0, commonLength(prefix, each)), first)

/**
 * @since 0.1.0
 * @category constructors
 */
export const shardOf = (sources: ReadonlyArray<Source>): ScipShard => {
  const relPaths = sources.map(({ relPath }) => relPath).sort()
  return { prefix: commonPrefix(relPaths), relPaths, bytes: sizeOf(sources) }
}

/**
 * The parts of a shard by the next character of their paths; none when it cannot be parted so that no prefix is the prefix
 * of another (one file, or `a.py` with `a.pyi`).
 *
 * @since 0.1.0
 * @category combinators
 */
export const split = (shard: ScipShard, bytesOf: (relPath: string) => number): ReadonlyArray<ScipShard> => {
  const { length } = commonPrefix(shard.relPaths)
  const parts = new Map<string, Array<Source>>()
  for (const relPath of shard.relPaths) {
    if (relPath.length === length) return []
    const next = String.fromCodePoint(relPath.codePointAt(length) ?? 0)
    const part = parts.get(next) ?? []
    part.push({ relPath, bytes: bytesOf(relPath) })
    parts.set(next, part)
  }
  return [...parts.values()].map(shardOf).sort((a, b) => b.bytes - a.bytes)
}

/**
 * Seconds until the last of them has ended.
 *
 * @since 0.1.0
 * @category models
 */
export const wallOf = (shards: ReadonlyArray<ScipShard>, processes: number, repositoryBytes: number): number => {
  const seconds = shards.map(({ bytes }) => cpuSecondsOf(bytes, repositoryBytes))
  return Math.max(seconds.reduce((sum, each) => sum + each, 0) / processes, ...seconds)
}

/** Parts the largest shard until all are within the memory of a process, and then for as long as it is worth it. */
const parted = (
  whole: ScipShard,
  processes: number,
  total: Cost,
  bytesOf: (relPath: string) => number
): ScipPlan => {
  const memoryBytes = Math.floor(total.memoryBytes / processes)
  const limit = largestShard(memoryBytes, whole.bytes)
  const candidate = (shards: ReadonlyArray<ScipShard>): ScipPlan => ({
    shards,
    processes,
    memoryBytes,
    seconds: wallOf(shards, processes, whole.bytes)
  })
  let open: ReadonlyArray<ScipShard> = [whole]
  let done: ReadonlyArray<ScipShard> = []
  let best: ScipPlan | undefined
  for (;;) {
    const shards = [...open, ...done].sort((a, b) => b.bytes - a.bytes)
    const [largest, ...others] = open
    const tooLarge = largest !== undefined && largest.bytes > limit
    if (!tooLarge) {
      const now = candidate(shards)
      if (best === undefined || now.seconds < best.seconds) best = now
    }
    if (largest === undefined || !tooLarge && shards.length >= processes * SHARDS_PER_PROCESS) {
      return best ?? candidate(shards)
    }
    const parts = split(largest, bytesOf)
    if (parts.length === 0) done = [...done, largest]
    open = [...others, ...parts].sort((a, b) => b.bytes - a.bytes)
  }
}

/**
 * The plan that is expected to end first: one process where that is nearly as good as any, and as many as there are cores
 * and memory for where it is not. Every file is in one shard; no prefix of a shard is the prefix of a file of another.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = (sources: ReadonlyArray<Source>, total: Cost): ScipPlan => {
  const bytesOf = new Map(sources.map(({ bytes, relPath }) => [relPath, bytes]))
  const whole: ScipShard = { ...shardOf(sources), prefix: "" }
  const cores = Math.max(1, Math.floor(total.cores))
  const alone: ScipPlan = {
    shards: [whole],
    processes: 1,
    memoryBytes: total.memoryBytes,
    seconds: (cpuSecondsOf(0, whole.bytes) + CPU_SECONDS_PER_MB_ALONE * whole.bytes / MB) /
      Math.min(cores, CORES_OF_ONE_PROCESS)
  }
  const candidates = Array.from({ length: cores }, (_, more) => more + 1)
    .filter((processes) => processes === 1 || total.memoryBytes / processes >= memoryOf(0, whole.bytes))
    .map((processes) => parted(whole, processes, total, (relPath) => bytesOf.get(relPath) ?? 0))
  const fastest = candidates.reduce((best, each) => each.seconds < best.seconds ? each : best)
  const fits = whole.relPaths.length <= 1 || whole.bytes <= largestShard(total.memoryBytes, whole.bytes)
  return fits && alone.seconds * WORTH_IT <= fastest.seconds ? alone : fastest
}
