/**
 * From paths in an index to paths in the repository.
 *
 * @since 0.1.0
 */

const parentOf = (directory: string): string => directory.slice(0, directory.lastIndexOf("/", directory.length - 2) + 1)

/**
 * `base` is empty, or ends with `/`. An indexer that worked in `a/b/` says `../c.py` for `a/c.py`.
 *
 * @since 0.1.0
 * @category combinators
 */
export const rebase = (base: string, relativePath: string): string =>
  base !== "" && relativePath.startsWith("../")
    ? rebase(parentOf(base), relativePath.slice(3))
    : `${base}${relativePath}`
