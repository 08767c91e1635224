/**
 * Which files are indexed by one process: a partition into runs of files that stand together.
 *
 * @since 0.1.0
 */
import * as Order from "effect/Order"
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
  /** Largest first. */
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
 * The cost of a process, from runs of scip-python 0.6.6 on sympy (27.9 MB: 930 CPU-s and 8.3 GiB in one process; in 5 of
 * 5.6 MB each, 140 to 192 CPU-s and 2.2 to 2.5 GiB) and rich (1.7 MB: 32 CPU-s in one process, 22 and 18 in two; two small
 * files of it 4.7). What a process reads of files that are not its own grows with the repository.
 */
const CPU_SECONDS = 3
const CPU_SECONDS_PER_MB_OF_REPOSITORY = 0.4
const CPU_SECONDS_PER_MB = 26
/** In a single process what one file needs of another has been computed for that one, */
const CPU_SECONDS_PER_MB_ALONE = 17
/** but the garbage collector walks through a heap that grows. */
const CPU_SECONDS_PER_MB_SQUARED_ALONE = 0.55
const MEMORY = 0.5 * GB
const MEMORY_PER_MB_OF_REPOSITORY = 0.043 * GB
const MEMORY_PER_MB = 0.19 * GB

/** The garbage collector of a single process uses other cores as well. */
const CORES_OF_ONE_PROCESS = 1.1

/** Several processes have to be this much faster than one: what one says does not depend on a model. */
const WORTH_IT = 0.7

/** Smaller shards cost more for what is around them than for their files. */
const SMALLEST_LIMIT = 1 * MB

/** More shards than these per process even out nothing. */
const SHARDS_PER_PROCESS = 4

/** Of the time of the largest shard: processes do not end together, as files of one size differ in what they cost. */
const UNEVEN = 0.2

export const sizeOf = (sources: ReadonlyArray<Source>): number => sources.reduce((sum, { bytes }) => sum + bytes, 0)

/**
 * What a process takes that indexes this many bytes of a repository of that many, at its height.
 *
 * @since 0.1.0
 * @category models
 */
export const memoryOf = (bytes: number, repositoryBytes: number): number =>
  MEMORY + MEMORY_PER_MB_OF_REPOSITORY * repositoryBytes / MB + MEMORY_PER_MB * bytes / MB

const cpuSecondsOf = (bytes: number, repositoryBytes: number): number =>
  CPU_SECONDS + CPU_SECONDS_PER_MB_OF_REPOSITORY * repositoryBytes / MB + CPU_SECONDS_PER_MB * bytes / MB

/**
 * The bytes that a process with this memory may be given; a single file may have more.
 *
 * @since 0.1.0
 * @category models
 */
export const largestShard = (memoryBytes: number, repositoryBytes: number): number =>
  Math.max(SMALLEST_LIMIT, (memoryBytes - memoryOf(0, repositoryBytes)) / MEMORY_PER_MB * MB)

/**
 * @since 0.1.0
 * @category constructors
 */
export const shardOf = (sources: ReadonlyArray<Source>): ScipShard => ({
  relPaths: sources.map(({ relPath }) => relPath).sort(),
  bytes: sizeOf(sources)
})

const byPath: Order.Order<Source> = Order.mapInput(Order.string, ({ relPath }) => relPath)

/** An empty file counts for something: it shares a part with others, and is no reason for a part to take one more. */
const weightOf = ({ bytes }: Source): number => Math.max(1, bytes)

/**
 * The files, which are in the order of their paths, cut where parts of the same size end: files of a directory import each
 * other, and stay together. As many parts as asked for, and no more than files.
 */
const cut = (sorted: ReadonlyArray<Source>, count: number): ReadonlyArray<ScipShard> => {
  const parts: Array<Array<Source>> = []
  let rest = sorted.reduce((sum, source) => sum + weightOf(source), 0)
  let size = 0
  sorted.forEach((source, at) => {
    const part = parts.at(-1)
    const weight = weightOf(source)
    const missing = count - parts.length
    const target = (size + rest) / Math.max(1, missing + 1)
    // nearer to its share without this file; or each that is left has to be a part
    const isFull = size + weight / 2 > target
    if (part === undefined || missing > 0 && (isFull || sorted.length - at <= missing)) {
      parts.push([source])
      size = weight
    } else {
      part.push(source)
      size += weight
    }
    rest -= weight
  })
  return parts.map(shardOf).sort((a, b) => b.bytes - a.bytes)
}

/**
 * The halves of a shard; none of a single file.
 *
 * @since 0.1.0
 * @category combinators
 */
export const split = (shard: ScipShard, bytesOf: (relPath: string) => number): ReadonlyArray<ScipShard> =>
  shard.relPaths.length < 2 ? [] : cut(shard.relPaths.map((relPath) => ({ relPath, bytes: bytesOf(relPath) })), 2)

/**
 * List scheduling: when each of these begins, if in this order each goes to the process that is free first.
 *
 * @since 0.1.0
 * @category models
 */
export const startsOf = (seconds: ReadonlyArray<number>, processes: number): ReadonlyArray<number> => {
  const free = Array.from({ length: Math.max(1, processes) }, () => 0)
  return seconds.map((each) => {
    const first = free.indexOf(Math.min(...free))
    const start = free[first] ?? 0
    free[first] = start + each
    return start
  })
}

/** Seconds until the last of them has ended, when the longest begin first. */
const wallOf = (shards: ReadonlyArray<ScipShard>, processes: number, repositoryBytes: number): number => {
  const seconds = shards.map(({ bytes }) => cpuSecondsOf(bytes, repositoryBytes))
  const ends = startsOf(seconds, processes).map((start, at) => start + (seconds[at] ?? 0))
  const unevenness = shards.length > 1 && processes > 1 ? UNEVEN * Math.max(...seconds) : 0
  return Math.max(0, ...ends) + unevenness
}

/** In as many shards as memory asks for, or in as many more for each process as pay. */
const parted = (
  sorted: ReadonlyArray<Source>,
  processes: number,
  total: Cost,
  repositoryBytes: number
): ScipPlan => {
  const memoryBytes = Math.floor(total.memoryBytes / processes)
  const limit = largestShard(memoryBytes, repositoryBytes)
  const fits = (shards: ReadonlyArray<ScipShard>) =>
    shards.every(({ bytes, relPaths }) => bytes <= limit || relPaths.length === 1)

  const inParts = (count: number): ScipPlan => {
    const shards = cut(sorted, count)
    return count >= sorted.length || fits(shards)
      ? { shards, processes, memoryBytes, seconds: wallOf(shards, processes, repositoryBytes) }
      : inParts(Math.ceil(count * 1.1))
  }
  const fewest = Math.ceil(sizeOf(sorted) / limit)
  const counts = Array.from({ length: SHARDS_PER_PROCESS }, (_, more) => Math.max(fewest, processes * (more + 1)))
  // a round that has one process alone is a core that waits
  const whole = Math.ceil(fewest / processes) * processes
  return [...new Set([...counts, whole])].map(inParts).reduce((best, each) => each.seconds < best.seconds ? each : best)
}

/**
 * The plan that is expected to end first, for some files of a repository of `repositoryBytes`. Every file is in one shard.
 * A repository as a whole is indexed by one process where that is nearly as good as any.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = (sources: ReadonlyArray<Source>, repositoryBytes: number, total: Cost): ScipPlan => {
  const bytes = sizeOf(sources)
  const sorted = [...sources].sort(byPath)
  const cores = Math.max(1, Math.floor(total.cores))
  const candidates = Array.from({ length: Math.max(1, Math.min(cores, sources.length)) }, (_, more) => more + 1)
    .filter((processes) => processes === 1 || total.memoryBytes / processes >= memoryOf(0, repositoryBytes))
    .map((processes) => parted(sorted, processes, total, repositoryBytes))
  const fastest = candidates.reduce((best, each) => each.seconds < best.seconds ? each : best)
  const fits = sources.length <= 1 || bytes <= largestShard(total.memoryBytes, repositoryBytes)
  if (bytes < repositoryBytes || !fits) return fastest
  const megabytes = bytes / MB
  const cpuSeconds = cpuSecondsOf(0, bytes) + CPU_SECONDS_PER_MB_ALONE * megabytes +
    CPU_SECONDS_PER_MB_SQUARED_ALONE * megabytes ** 2
  const alone: ScipPlan = {
    shards: [shardOf(sources)],
    processes: 1,
    memoryBytes: total.memoryBytes,
    seconds: cpuSeconds / Math.min(cores, CORES_OF_ONE_PROCESS)
  }
  return alone.seconds * WORTH_IT <= fastest.seconds ? alone : fastest
}
