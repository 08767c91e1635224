/**
 * What a gate looked at, as lines.
 *
 * @since 0.1.0
 */
import type { GateRules, Verdict } from "../../../domain/Verdict.js"
import { changedLinesSection, findingLine, listed } from "../comparison.js"
import { type Line, oneLine, type Part, type Section } from "../section.js"

/** Where all findings are, when a list is cut. */
export const HINT = "--format json"

const named = (names: ReadonlyArray<string>): ReadonlyArray<Part> =>
  names.flatMap((foreign, at) => at === 0 ? [{ foreign }] : [", ", { foreign }])

/**
 * `error or worse; tools: ruff; but for rules: E501`
 *
 * @since 0.1.0
 * @category rendering
 */
export const rulesLine = ({ ignoredRules, minimumCoverage, rules, severity, tools }: GateRules): Line => [
  severity === "error" ? "errors count" : severity === "warning" ? "warnings and errors count" : "every finding counts",
  ...(tools.length === 0 ? [] : ["; tools: ", ...named(tools)]),
  ...(rules.length === 0 ? [] : ["; rules: ", ...named(rules)]),
  ...(ignoredRules.length === 0 ? [] : ["; but for rules: ", ...named(ignoredRules)]),
  ...(minimumCoverage === null ? [] : [`; tests run at least ${minimumCoverage} % of changed lines`])
]

/**
 * @since 0.1.0
 * @category rendering
 */
export const reasonLines = ({ reasons }: Verdict): ReadonlyArray<Line> =>
  reasons.map((reason) => [{ foreign: oneLine(reason) }])

/**
 * The findings that count, and the changed lines where they do.
 *
 * @since 0.1.0
 * @category rendering
 */
export const gateSections = (verdict: Verdict): ReadonlyArray<Section> => {
  const { comparison, findings, passedOver, rules } = verdict
  const passed = passedOver.toLocaleString("en")
  return [
    ...listed("new findings that count", "+", findings.map(findingLine)),
    ...(passedOver === 0 ? [] : [{ title: [`new findings that do not count: ${passed}`], mark: "", lines: [] }]),
    ...(rules.minimumCoverage === null ? [] : changedLinesSection(comparison))
  ]
}
