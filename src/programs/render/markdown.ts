/**
 * Markdown as GitHub reads it: what a text says is shown, and nothing in it is obeyed.
 *
 * @since 0.1.0
 */
import { inert } from "../../domain/inert.js"

const longestRun = (text: string) => Math.max(0, ...(text.match(/`+/g) ?? []).map(({ length }) => length))

const span = (text: string) => {
  if (text === "") return ""
  const fence = "`".repeat(longestRun(text) + 1)
  // one space on both sides is taken off again, as it is of a text that has both itself
  const space = /^`|`$|^ .*[^ ].* $/.test(text) ? " " : ""
  return fence + space + text.replaceAll("|", "\\|") + space + fence
}

/**
 * Text of others, in one line, as code: there nothing is a link, a mention, HTML or emphasis. A bar that comes after a
 * backslash stands outside, since readers do not agree on what the two are in a table.
 *
 * @since 0.1.0
 * @category rendering
 */
export const code = (text: string): string => inert(text).split(/(?<=\\)\|/).map(span).join("&#124;")

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
