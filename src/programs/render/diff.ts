/**
 * What differs between two snapshots, for a person.
 *
 * @since 0.1.0
 */
import type { Comparison } from "../../domain/Comparison.js"
import { concernsOf, sectionsOf, sidesOf, toolColumns, toolRow } from "./comparison.js"
import { markdownTable } from "./markdown.js"
import { markdownOf, sectionsMarkdown, sectionsText, textOf } from "./section.js"
import type { Style } from "./style.js"
import { table } from "./table.js"

const HINT = "--json"

const aligned = toolColumns.map((title, at) => ({ title, align: at === 0 ? "left" as const : "right" as const }))

/**
 * The two sides, what is to be known before the numbers are read, and the numbers of each tool.
 *
 * @since 0.1.0
 * @category rendering
 */
export const comparedText = (comparison: Comparison, style: Style): ReadonlyArray<string> => {
  const { tools } = comparison
  const concerns = tools.flatMap(({ concerns, new: added }) =>
    concerns.map(() => added === null ? style.red("!") : style.yellow("!"))
  )
  const paint = (text: string, row: number, column: number) =>
    column === 1 && (tools[row]?.new ?? 0) > 0 ? style.red(text) : text
  return [
    style.bold(textOf(sidesOf(comparison), style)),
    ...concernsOf(comparison).map((line, at) => `${concerns[at]} ${textOf(line, style)}`),
    "",
    tools.length === 0
      ? "no checker was compared"
      : table(
        aligned,
        tools.map(toolRow),
        paint
      )
  ]
}

/**
 * The same in Markdown.
 *
 * @since 0.1.0
 * @category rendering
 */
export const comparedMarkdown = (comparison: Comparison): ReadonlyArray<string> => {
  const concerns = concernsOf(comparison).map((line) => `- ${markdownOf(line)}`)
  return [
    markdownOf(sidesOf(comparison)),
    "",
    ...concerns,
    ...(concerns.length === 0 ? [] : [""]),
    ...(comparison.tools.length === 0
      ? ["no checker was compared"]
      : [markdownTable(aligned, comparison.tools.map(toolRow))])
  ]
}

/**
 * @since 0.1.0
 * @category rendering
 */
export const renderDiff = (comparison: Comparison, style: Style): string =>
  [
    ...comparedText(comparison, style),
    ...sectionsText(sectionsOf(comparison), HINT, style),
    "",
    textOf(["database: ", { foreign: comparison.database }], style)
  ].join("\n")

/**
 * @since 0.1.0
 * @category rendering
 */
export const renderDiffMarkdown = (comparison: Comparison): string =>
  [
    "## codeintel diff",
    "",
    ...comparedMarkdown(comparison),
    ...sectionsMarkdown(sectionsOf(comparison), HINT)
  ].join("\n")
