/**
 * Findings of the checkers, for a person.
 *
 * @since 0.1.0
 */
import type { CheckedPart, FindingFilter, FindingList } from "../../domain/FindingList.js"
import { inert } from "../../domain/inert.js"
import { plural } from "../runRecord.js"
import { renderFreshness } from "./freshness.js"
import type { Style } from "./style.js"
import { table } from "./table.js"

const asked = ({ path, rule, severity, tool }: FindingFilter) =>
  [
    path === null ? [] : `in ${inert(path)}`,
    tool === null ? [] : `of ${tool}`,
    severity === null ? [] : `of severity ${severity}`,
    rule === null ? [] : `of rule ${inert(rule)}`
  ].flat().map((part) => ` ${part}`).join("")

const ofChecker = ({ findings, measured, notMeasured, reason, status, tool, unmeasured }: CheckedPart): string => {
  const why = reason === null ? "" : ` (${inert(reason)})`
  if (findings === null) return `- ${tool} (${status}): not measured${why}`
  const more = notMeasured > unmeasured.length ? ` and ${notMeasured - unmeasured.length} more` : ""
  const missed = unmeasured.length === 0
    ? ""
    : `, but not at ${unmeasured.map(({ relPath }) => inert(relPath)).join(", ")}${more}`
  const looked = `looked at ${measured} of ${plural(measured + notMeasured, "file")}${missed}`
  return `- ${tool} (${status}): ${plural(findings, "finding")}, ${looked}${why}`
}

/**
 * @since 0.1.0
 * @category rendering
 */
export const renderFindings = (list: FindingList, style: Style): string => {
  const { checkers, filter, findings, freshness, reason, total } = list
  const said = total === null
    ? `findings${asked(filter)}: not measured${checkers.length > 0 || reason === null ? "" : ` (${inert(reason)})`}`
    : total === 0
    ? `no finding${asked(filter)}${reason === null ? "" : ", as far as it was measured"}`
    : `${plural(total, "finding")}${asked(filter)}`
  const more = (total ?? 0) - findings.length
  return [
    renderFreshness(freshness, style),
    "",
    style.bold(said),
    ...checkers.map(ofChecker),
    ...(findings.length === 0 ? [] : [
      "",
      table(
        [{ title: "place" }, { title: "severity" }, { title: "tool" }, { title: "rule" }, { title: "message" }],
        findings.map((each) => [
          `${each.relPath}:${each.startLine}:${each.startColumn}`,
          each.severity,
          each.tool,
          each.rule,
          each.message
        ])
      )
    ]),
    ...(more > 0 ? [`and ${more} more`] : [])
  ].join("\n")
}
