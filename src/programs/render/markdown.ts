/**
 * Markdown as GitHub reads it: what a text says is shown, and nothing in it is obeyed.
 *
 * @since 0.1.0
 */
import { inert } from "../../domain/inert.js"

/** Its fence is longer than any run of backticks in the text. */
const span = (text: string) => {
  if (text === "") return ""
  const fence = "`".repeat(1 + Math.max(0, ...(text.match(/`+/g) ?? []).map(({ length }) => length)))
  // a reader takes one space away on both sides where there is one on both
  const space = /^`|`$|^ .*[^ ].* $/.test(text) ? " " : ""
  return fence + space + text + space + fence
}

/**
 * Text of others, in one line, as code: there nothing is a link, a mention, HTML or emphasis. Not for the cell of a table,
 * where a bar would end it.
 *
 * @since 0.1.0
 * @category rendering
 */
export const code = (text: string): string => span(inert(text))

/**
 * The same in a table. A bar that comes after a backslash stands outside of the code, since readers do not agree on what
 * the two are in a table.
 *
 * @since 0.1.0
 * @category rendering
 */
export const cellCode = (text: string): string =>
  inert(text).split(/(?<=\\)\|/).map((part) => span(part.replaceAll("|", "\\|"))).join("&#124;")

/**
 * Text of ours, in one line, where its signs are signs. `_` within a word is one by itself.
 *
 * @since 0.1.0
 * @category rendering
 */
export const prose = (text: string): string =>
  text.replace(/[\\`*[\]|~]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])/g, "\\$&").replaceAll("&", "&amp;").replaceAll(
    "<",
    "&lt;"
  )

/**
 * A table of cells that are Markdown already.
 *
 * @since 0.1.0
 * @category rendering
 */
export const markdownTable = (
  columns: ReadonlyArray<{ readonly title: string; readonly align?: "left" | "right" }>,
  rows: ReadonlyArray<ReadonlyArray<string>>
): string =>
  [
    columns.map(({ title }) => title),
    columns.map(({ align }) => align === "right" ? "---:" : "---"),
    ...rows
  ].map((cells) => `| ${cells.join(" | ")} |`).join("\n")
