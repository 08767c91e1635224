/**
 * Patterns of names, as a gate takes them for tools and rules: `*` stands for any part of one, all else for itself.
 *
 * @since 0.1.0
 */

import { escape } from "effect/RegExp"

/**
 * Whether one of the patterns is of the whole name. No pattern is of no name.
 *
 * @since 0.1.0
 * @category predicates
 */
export const matchesName = (patterns: ReadonlyArray<string>): (name: string) => boolean => {
  const all = patterns.map((pattern) => new RegExp(`^${pattern.split("*").map(escape).join(".*")}$`, "su"))
  return (name) => all.some((each) => each.test(name))
}

/**
 * The same, where no pattern stands for every name.
 *
 * @since 0.1.0
 * @category predicates
 */
export const matchesOrAll = (patterns: ReadonlyArray<string>): (name: string) => boolean =>
  patterns.length === 0 ? () => true : matchesName(patterns)
