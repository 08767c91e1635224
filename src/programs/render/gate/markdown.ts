/**
 * @since 0.1.0
 */
import type { Verdict } from "../../../domain/Verdict.js"
import { comparedMarkdown } from "../diff.js"
import { markdownOf, sectionsMarkdown } from "../section.js"
import { gateSections, HINT, reasonLines, rulesLine } from "./sections.js"

/**
 * For the summary of a job, or a comment: the verdict comes first.
 *
 * @since 0.1.0
 * @category rendering
 */
export const renderMarkdown = (verdict: Verdict): string => {
  const reasons = reasonLines(verdict).map((line) => `- ${markdownOf(line)}`)
  return [
    `## codeintel gate: ${verdict.verdict}`,
    "",
    ...reasons,
    ...(reasons.length === 0 ? [] : [""]),
    ...comparedMarkdown(verdict.comparison),
    ...sectionsMarkdown(gateSections(verdict), HINT),
    "",
    markdownOf(rulesLine(verdict.rules))
  ].join("\n")
}
