/**
 * Which processes index some files of a repository: each alone, or those of a directory together.
 *
 * A process emits, and pays for, whatever its files import below their common prefix. So files that stand together and
 * import each other share a process, and one that stands alone, next to much that it imports, does not.
 *
 * @since 0.1.0
 */
import type { ScipShard } from "../../domain/Scip.js"
import type { Cost } from "../../services/Budget.js"
import { cpuSecondsOf, memoryOf, type ScipPlan, shardOf, sizeOf, type Source, wallOf } from "./plan.js"

/**
 * @since 0.1.0
 * @category models
 */
export type ImportsOf = (relPath: string) => ReadonlySet<string>

/** With more files than these, a process for each is no plan. */
const MOST_ALONE = 64

/** `relPaths` and what they import, and so on. */
const closureOf = (relPaths: ReadonlyArray<string>, importsOf: ImportsOf): ReadonlySet<string> => {
  const found = new Set(relPaths)
  for (const each of found) for (const imported of importsOf(each)) found.add(imported)
  return found
}

const groupedBy = (
  own: ReadonlyArray<Source>,
  key: (relPath: string) => string
): ReadonlyArray<ReadonlyArray<Source>> => {
  const groups = new Map<string, Array<Source>>()
  for (const source of own) {
    const name = key(source.relPath)
    groups.set(name, [...groups.get(name) ?? [], source])
  }
  return [...groups.values()]
}

const directory = (relPath: string): string => relPath.slice(0, relPath.lastIndexOf("/") + 1)
const topDirectory = (relPath: string): string => relPath.slice(0, relPath.indexOf("/") + 1)

/** Ways to put the files together, from the finest to the coarsest. */
const partitions = (own: ReadonlyArray<Source>): ReadonlyArray<ReadonlyArray<ReadonlyArray<Source>>> => [
  ...own.length <= MOST_ALONE ? [own.map((each) => [each])] : [],
  groupedBy(own, directory),
  groupedBy(own, topDirectory),
  [own]
]

/**
 * The plan for `own`, some of the files of `repository`, that is expected to end first; prefixes may overlap.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = (
  own: ReadonlyArray<Source>,
  repository: ReadonlyArray<Source>,
  importsOf: ImportsOf,
  total: Cost
): ScipPlan => {
  const bytesOf = new Map(repository.map(({ bytes, relPath }) => [relPath, bytes]))
  const repositoryBytes = sizeOf(repository)
  const cores = Math.max(1, Math.floor(total.cores))

  /** `bytes` are those that the process emits. */
  const shard = (sources: ReadonlyArray<Source>): ScipShard => {
    const { bytes, prefix, relPaths } = shardOf(sources)
    const alone = relPaths.length === 1
    const emitted = alone
      ? bytes
      : [...closureOf(relPaths, importsOf)].filter((each) => each.startsWith(prefix))
        .reduce((sum, each) => sum + (bytesOf.get(each) ?? 0), 0)
    return { prefix, relPaths, bytes: emitted }
  }

  const plans = partitions(own).map((groups): ScipPlan => {
    const shards = groups.map(shard).sort((a, b) => b.bytes - a.bytes)
    const memory = memoryOf(shards[0]?.bytes ?? 0, repositoryBytes)
    const processes = Math.max(1, Math.min(cores, shards.length, Math.floor(total.memoryBytes / memory)))
    return {
      shards,
      processes,
      memoryBytes: Math.floor(total.memoryBytes / processes),
      seconds: shards.length === 1
        ? cpuSecondsOf(shards[0]?.bytes ?? 0, repositoryBytes)
        : wallOf(shards, processes, repositoryBytes)
    }
  })
  return plans.reduce((best, each) => each.seconds < best.seconds ? each : best)
}
