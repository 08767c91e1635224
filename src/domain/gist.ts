/**
 * What a finding says, without what changes when code is moved.
 *
 * @since 0.1.0
 */
import { escape } from "effect/RegExp"

/**
 * @since 0.1.0
 * @category models
 */
export interface GistContext {
  /** Of the working tree that the tool looked at, absolute. */
  readonly root: string
  /** Of the file with the finding, relative. */
  readonly relPath: string
  /** Its dotted name; none of a file that is no module. */
  readonly moduleName?: string
}

/**
 * The first line of a message: the rest is detail. Where the checkout happens to be, the path and the name of the file
 * itself, numbers of lines, and measures against a limit (`11 > 10`) are replaced.
 *
 * @since 0.1.0
 * @category constructors
 */
export const gistOf = (message: string, { moduleName = "", relPath, root }: GistContext): string => {
  const [first = ""] = message.replaceAll(root, ".").split("\n")
  const named = first.replaceAll(relPath, "<file>")
  const placed = moduleName === ""
    ? named
    : named.replace(new RegExp(`(?<![\\w.])${escape(moduleName)}(?!\\w)`, "g"), "<module>")
  return placed
    .replace(/\b(lines?) \d+(?:[:-]\d+)*/g, "$1 #")
    .replace(/<file>:\d+(?::\d+)?/g, "<file>:#")
    .replace(/\(\d+ ([<>]=?) \d+\)/g, "(# $1 #)")
}
