/**
 * Which file of one snapshot is which file of another.
 *
 * @since 0.1.0
 */
import type { FileChanges } from "../../domain/Comparison.js"
import { fileName, type Hashes, renames } from "../../domain/contentChanges.js"
import { linesOf } from "../../domain/lines.js"

/**
 * @since 0.1.0
 * @category models
 */
export interface FilePairs {
  readonly changes: FileChanges
  /** Path in the head -> path in the base, of files that are in both. */
  readonly toBase: ReadonlyMap<string, string>
  readonly toHead: ReadonlyMap<string, string>
}

/**
 * Paths in the head of files that are new or not what they were.
 *
 * @since 0.1.0
 * @category getters
 */
export const touchedInHead = ({ added, changed, renamed }: FileChanges): ReadonlyArray<string> =>
  [...added, ...changed, ...renamed.map(({ to }) => to)].sort()

/** A file with fewer of its lines in another one is not that one. */
const SIMILAR = 0.5

/** Pairs of files that are compared line by line; with more, only equal contents are renames. */
const MOST_COMPARED = 40_000

/** Lines that say something -> how often. */
const profileOf = (text: string) => {
  const lines = new Map<string, number>()
  for (const line of linesOf(text)) {
    const said = line.trim()
    if (said.length > 2) lines.set(said, (lines.get(said) ?? 0) + 1)
  }
  return { lines, size: [...lines.values()].reduce((sum, count) => sum + count, 0) }
}

type Profile = ReturnType<typeof profileOf>

/** Share of lines that both have: 1 for the same lines, in whatever order. */
const similarity = (one: Profile, other: Profile) => {
  if (one.size === 0 || other.size === 0) return 0
  let common = 0
  for (const [line, count] of one.lines) common += Math.min(count, other.lines.get(line) ?? 0)
  return 2 * common / (one.size + other.size)
}

/**
 * Files that are only in one of them and may be renamed: whose texts `make` wants.
 *
 * @since 0.1.0
 * @category getters
 */
export const candidates = (base: Hashes, head: Hashes) => {
  const deleted = [...base.keys()].filter((relPath) => !head.has(relPath)).sort()
  const added = [...head.keys()].filter((relPath) => !base.has(relPath)).sort()
  return { deleted, added }
}

/**
 * `textOf`: the text with this content hash; empty where it is not known.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = (base: Hashes, head: Hashes, textOf: (contentHash: string) => string): FilePairs => {
  const { added, deleted } = candidates(base, head)
  const renamed = [...renames(added, deleted, base, head)]
  const [gone, there] = [new Set(renamed.map(({ from }) => from)), new Set(renamed.map(({ to }) => to))]
  const free = new Set(deleted.filter((relPath) => !gone.has(relPath)))
  const left = added.filter((relPath) => !there.has(relPath))
  if (left.length * free.size > 0 && left.length * free.size <= MOST_COMPARED) {
    const profiles = new Map([...free].map((from) => [from, profileOf(textOf(base.get(from) ?? ""))]))
    const likely = left.flatMap((to) => {
      const profile = profileOf(textOf(head.get(to) ?? ""))
      return [...profiles].map(([from, other]) => ({ from, to, share: similarity(profile, other) }))
    }).filter(({ share }) => share >= SIMILAR)
    likely.sort((a, b) =>
      b.share - a.share || Number(fileName(b.from) === fileName(b.to)) - Number(fileName(a.from) === fileName(a.to))
    )
    const found = new Set<string>()
    for (const { from, to } of likely) {
      if (found.has(to) || !free.delete(from)) continue
      found.add(to)
      renamed.push({ from, to })
    }
  }
  renamed.sort((a, b) => a.to < b.to ? -1 : 1)
  const isRenamed = new Set(renamed.map(({ to }) => to))
  const both = [...head.keys()].filter((relPath) => base.has(relPath)).sort()
  const pairs = [
    ...both.map((relPath) => [relPath, relPath] as const),
    ...renamed.map(({ from, to }) => [to, from] as const)
  ]
  return {
    changes: {
      added: added.filter((relPath) => !isRenamed.has(relPath)),
      deleted: deleted.filter((relPath) => free.has(relPath)),
      changed: both.filter((relPath) => base.get(relPath) !== head.get(relPath)),
      renamed
    },
    toBase: new Map(pairs),
    toHead: new Map(pairs.map(([to, from]) => [from, to]))
  }
}
