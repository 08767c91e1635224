/**
 * Text that others wrote, in a Markdown that is ours.
 *
 * @since 0.1.0
 */
import { inert } from "../../domain/inert.js"

/**
 * A code span: in it there is no HTML, no link, no image, no mention and no emphasis. Its fence is longer than any run of
 * backticks in the text, which is one line. Not for the cell of a table, where a pipe would end it.
 *
 * @since 0.1.0
 * @category rendering
 */
export const code = (text: string): string => {
  const line = inert(text)
  if (line === "") return ""
  const runs = line.match(/`+/g) ?? []
  const fence = "`".repeat(1 + runs.reduce((longest, run) => Math.max(longest, run.length), 0))
  // a reader takes one space away on both sides where there is one on both
  const isPadded = line.startsWith("`") || line.endsWith("`") || (line.startsWith(" ") && line.endsWith(" "))
  const space = isPadded && line.trim() !== "" ? " " : ""
  return `${fence}${space}${line}${space}${fence}`
}

/**
 * A table of words and numbers of ours; all columns but the first are aligned to the right.
 *
 * @since 0.1.0
 * @category rendering
 */
export const markdownTable = (
  titles: ReadonlyArray<string>,
  rows: ReadonlyArray<ReadonlyArray<string>>
): ReadonlyArray<string> => {
  const row = (cells: ReadonlyArray<string>) => `| ${cells.join(" | ")} |`
  return [row(titles), row(titles.map((_, at) => at === 0 ? "---" : "---:")), ...rows.map(row)]
}
