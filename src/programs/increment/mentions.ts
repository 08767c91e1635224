/**
 * Whether a text names what has changed. As text, so that names in quotes (a type that is declared later, a key) count too.
 *
 * @since 0.1.0
 */
import type { NameChange } from "./changes.js"

// a file may be named as no module can
const escape = (name: string) => name.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&")

const START = String.raw`(?<![\p{L}\p{N}_])`
const END = String.raw`(?![\p{L}\p{N}_])`

/**
 * `.name`, `"name"`, a definition in a class, or `name=`, `name:`, as a keyword and in the body of a class. A definition of `__name__`
 * has nothing to do with another one.
 */
const ofMember = (name: string) =>
  /^__\w+__$/.test(name)
    ? new RegExp(String.raw`\.\s*${name}${END}`, "u")
    : new RegExp(String.raw`(?:\.\s*|\b(?:def|class)\s+)${name}${END}|${START}${name}\s*[:=]|["']${name}["']`, "u")

const anywhere = (name: string) => new RegExp(`${START}${name}${END}`, "u")

/**
 * The first of the changes that a text has a name of.
 *
 * @since 0.1.0
 * @category constructors
 */
export const matcher = (
  changes: ReadonlyArray<NameChange>
): (text: string) => NameChange | undefined => {
  const patterns = changes.map((change) => ({
    change,
    pattern: change.isMember ? ofMember(escape(change.name)) : anywhere(escape(change.name))
  }))
  // most texts do not have the letters: that is quickly said
  return (text) => patterns.find(({ change, pattern }) => text.includes(change.name) && pattern.test(text))?.change
}
