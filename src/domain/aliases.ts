/**
 * Symbolic links of a repository, as `PipelineContext` has them.
 *
 * @since 0.1.0
 */
import type { PipelineContext } from "./PipelineContext.js"

/**
 * One link less: the longest linked prefix is replaced by what it links to.
 */
const followed = (aliases: PipelineContext["aliases"], relPath: string): string | undefined => {
  for (let end = relPath.length; end > 0; end = relPath.lastIndexOf("/", end - 1)) {
    const target = aliases.get(relPath.slice(0, end))
    if (target === undefined) continue
    const rest = relPath.slice(end + 1)
    return target === "." || target === "" ? rest : rest === "" ? target : `${target}/${rest}`
  }
  return undefined
}

/** Links that a path may go through, as in Linux: more are a loop. */
const MAX_LINKS = 40

/**
 * The real path of a relative one, as far as the links are known. Looks at no file.
 *
 * @since 0.1.0
 * @category getters
 */
export const followAliases = (aliases: PipelineContext["aliases"], relPath: string): string => {
  let current = relPath
  for (let links = 0; links < MAX_LINKS; links++) {
    const next = followed(aliases, current)
    if (next === undefined) break
    current = next
  }
  return current
}
