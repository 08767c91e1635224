/**
 * What differs between two states of a repository, by path and hash of the content.
 *
 * @since 0.1.0
 */

/**
 * Path -> content hash.
 *
 * @since 0.1.0
 * @category models
 */
export type Hashes = ReadonlyMap<string, string>

/**
 * @since 0.1.0
 * @category constructors
 */
export const hashesOf = (
  files: ReadonlyArray<{ readonly relPath: string; readonly contentHash: string }>
): Hashes => new Map(files.map(({ contentHash, relPath }) => [relPath, contentHash]))

/**
 * @since 0.1.0
 * @category models
 */
export interface Renamed {
  readonly from: string
  readonly to: string
}

/**
 * @since 0.1.0
 * @category getters
 */
export const fileName = (relPath: string): string => relPath.slice(relPath.lastIndexOf("/") + 1)

/**
 * Paths that were added, changed or deleted, sorted.
 *
 * @since 0.1.0
 * @category getters
 */
export const differences = (before: Hashes, after: Hashes): ReadonlyArray<string> =>
  [...new Set([...before.keys(), ...after.keys()])]
    .filter((relPath) => before.get(relPath) !== after.get(relPath))
    .sort()

/**
 * Pairs each path that is new with one that is gone and had its content; one of the same name is preferred.
 *
 * @since 0.1.0
 * @category getters
 */
export const renames = (
  added: ReadonlyArray<string>,
  deleted: ReadonlyArray<string>,
  before: Hashes,
  after: Hashes
): ReadonlyArray<Renamed> => {
  const vacated = new Map<string, Array<string>>()
  for (const relPath of deleted) {
    const hash = before.get(relPath) ?? ""
    const paths = vacated.get(hash)
    if (paths === undefined) vacated.set(hash, [relPath])
    else paths.push(relPath)
  }
  const pairs: Array<Renamed> = []
  for (const to of added) {
    const candidates = vacated.get(after.get(to) ?? "") ?? []
    const sameName = candidates.findIndex((candidate) => fileName(candidate) === fileName(to))
    const [from] = candidates.splice(Math.max(0, sameName), 1)
    if (from !== undefined) pairs.push({ from, to })
  }
  return pairs
}
