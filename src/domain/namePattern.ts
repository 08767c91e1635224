/**
 * Patterns of names, as a gate takes them for tools and rules: `*` stands for any part of one, all else for itself.
 *
 * @since 0.1.0
 */

const special = /[\\^$.*+?()[\]{}|]/g

const escaped = (text: string) => text.replace(special, "\\$&")

/**
 * Whether one of the patterns is of the whole name. No pattern is of no name.
 *
 * @since 0.1.0
 * @category predicates
 */
export const matchesName = (patterns: ReadonlyArray<string>): (name: string) => boolean => {
  const all = patterns.map((pattern) => new RegExp(`^${pattern.split("*").map(escaped).join(".*")}$`, "su"))
  return (name) => all.some((each) => each.test(name))
}
