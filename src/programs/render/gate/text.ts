/**
 * @since 0.1.0
 */
import type { Verdict } from "../../../domain/Verdict.js"
import { comparedText } from "../diff.js"
import { sectionsText, textOf } from "../section.js"
import type { Style } from "../style.js"
import { duration } from "../summary.js"
import { gateSections, HINT, reasonLines, rulesLine } from "./sections.js"

/**
 * For a terminal: the verdict is the last that is said, with its reasons.
 *
 * @since 0.1.0
 * @category rendering
 */
export const renderText = (verdict: Verdict, style: Style): string => {
  const { comparison, rules, seconds } = verdict
  const paint = { passed: style.green, failed: style.red, refused: style.yellow }[verdict.verdict]
  const [base, head, compare] = [seconds.base, seconds.head, seconds.compare].map((each) => duration(each * 1000))
  return [
    ...comparedText(comparison, style),
    ...sectionsText(gateSections(verdict), HINT, style),
    "",
    textOf(rulesLine(rules), style),
    style.dim(`base ${base}, head ${head}, compared in ${compare}`),
    `gate: ${style.bold(paint(verdict.verdict))}`,
    ...reasonLines(verdict).map((line) => `- ${textOf(line, style)}`)
  ].join("\n")
}
