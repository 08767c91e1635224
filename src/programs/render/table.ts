/**
 * Text tables, for a terminal or a file.
 *
 * @since 0.1.0
 */
import stringWidth from "string-width"
import { inert } from "../../domain/inert.js"

/**
 * @since 0.1.0
 * @category models
 */
export interface Column {
  readonly title: string
  readonly align?: "left" | "right"
}

/** Cells as wide as this are followed by the next one where they end: a table is for eyes. */
const MAX_WIDTH = 200

/** Only what is short is measured exactly: it takes minutes for a megabyte. */
const widthOf = (text: string): number =>
  text.length > MAX_WIDTH || /^[ -~]*$/.test(text) ? text.length : stringWidth(text)

const pad = (text: string, width: number, align: "left" | "right" = "left") => {
  const space = " ".repeat(Math.max(0, width - widthOf(text)))
  return align === "right" ? space + text : text + space
}

/**
 * Columns as wide as their widest cell, two spaces between them. `paint` may colour a cell, after it was measured.
 *
 * @since 0.1.0
 * @category rendering
 */
export const table = (
  columns: ReadonlyArray<Column>,
  rows: ReadonlyArray<ReadonlyArray<string>>,
  paint: (text: string, row: number, column: number) => string = (text) => text
): string => {
  const cells = rows.map((row) => columns.map((_, index) => inert(row[index] ?? "")))
  const titles = columns.map(({ title }) => inert(title))
  const widths = titles.map((title, index) =>
    Math.min(cells.reduce((width, row) => Math.max(width, widthOf(row[index] ?? "")), widthOf(title)), MAX_WIDTH)
  )
  const line = (row: ReadonlyArray<string>, rowIndex: number) =>
    columns.map(({ align }, index) => {
      const text = pad(row[index] ?? "", widths[index] ?? 0, align)
      return rowIndex < 0 ? text : paint(text, rowIndex, index)
    }).join("  ").trimEnd()
  return [line(titles, -1), ...cells.map(line)].join("\n")
}
