/**
 * Rows that were asked for in SQL with what they are of, for a person.
 *
 * @since 0.1.0
 */
import type { SqlAnswer } from "../../domain/Answers.js"
import { inert } from "../../domain/inert.js"
import { renderFreshness } from "./freshness.js"
import { columnNames, rowsTable } from "./queryResult.js"
import type { Style } from "./style.js"

/**
 * @since 0.1.0
 * @category rendering
 */
export const renderSqlAnswer = ({ columns, freshness, reason, rows, truncated }: SqlAnswer, style: Style): string => {
  const names = columnNames(columns)
  return [
    renderFreshness(freshness, style),
    "",
    rowsTable({ columns, rows: rows.map((row) => names.map((name) => row[name] ?? null)) }),
    ...(truncated ? ["there are more rows: ask for more with maxRows, or for less in the statement"] : []),
    ...(rows.length === 0 && reason !== null ? [`not stored, and so in no row: ${inert(reason)}`] : [])
  ].join("\n")
}
