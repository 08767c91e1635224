/**
 * Text that others wrote, on its way to a terminal: what a terminal obeys is shown.
 *
 * @since 0.1.0
 */

/**
 * Control characters, of both sets: they begin the sequences that move the cursor, set titles, fill the clipboard or
 * make links. And those that change the direction of text, so that it reads as something else, or end a line to some.
 */
const obeyed = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g

/** As JSON escapes them: in a text that is JSON it stays the same value. */
const shown = (character: string): string => {
  const known: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" }
  return known[character] ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`
}

/**
 * One line.
 *
 * @since 0.1.0
 * @category rendering
 */
export const inert = (text: string): string => text.replace(obeyed, shown)

/**
 * The same of a text of several lines, which stay.
 *
 * @since 0.1.0
 * @category rendering
 */
export const inertLines = (text: string): string =>
  text.replace(obeyed, (character) => character === "\n" || character === "\t" ? character : shown(character))

const COLOUR = /(\u001b\[[0-9;]*m)/

/**
 * The same of a text with colours of ours, which stay where they are wanted, and go where they are not.
 *
 * @since 0.1.0
 * @category rendering
 */
export const inertColoured = (text: string, colours: boolean): string =>
  text.split(COLOUR).map((part, at) => at % 2 === 0 ? inertLines(part) : colours ? part : "").join("")
