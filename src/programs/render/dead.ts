/**
 * Code that nothing refers to, for a person.
 *
 * @since 0.1.0
 */
import type { Confidence, DeadCandidate, DeadCode } from "../../domain/DeadCode.js"
import { inert } from "../../domain/inert.js"
import { plural } from "../runRecord.js"
import { renderFreshness } from "./freshness.js"
import type { Style } from "./style.js"
import { table } from "./table.js"

const covered = ({ covered }: DeadCandidate) => covered === null ? "not measured" : covered ? "yes" : "no"

const mentioned = ({ attributeMentions, stringMentions, textMentions }: DeadCandidate) =>
  [[attributeMentions, ".name"], [stringMentions, "string"], [textMentions, "text"]]
    .flatMap(([count, kind]) => count === null || count === 0 ? [] : [`${count} ${kind}`]).join(", ")

const columns = [
  { title: "name" },
  { title: "kind" },
  { title: "place" },
  { title: "covered" },
  { title: "mentioned" },
  { title: "tests" },
  { title: "against it" }
]

const rows = (candidates: ReadonlyArray<DeadCandidate>) =>
  candidates.map((each) => [
    inert(each.name),
    each.kind,
    `${inert(each.relPath)}:${each.startLine}`,
    covered(each),
    mentioned(each),
    each.inTests ? "yes" : "",
    each.because.map(inert).join("; ")
  ])

const titles: Readonly<Record<Confidence, string>> = {
  high: "nothing refers to it, and nothing speaks against its being dead",
  public: "nothing in the repository refers to it, but it is public: others may",
  low: "nothing refers to it, but something speaks against its being dead"
}

/**
 * `shown`: which confidences are listed; the others are counted, and so are candidates that were left out.
 *
 * @since 0.1.0
 * @category rendering
 */
export const renderDead = (
  { candidates, counts, definitions, freshness }: DeadCode,
  shown: ReadonlyArray<Confidence>,
  style: Style
): string => {
  const parts = shown.map((confidence) => {
    const found = candidates.filter((each) => each.confidence === confidence)
    const count = counts[confidence]
    return [
      "",
      `${style.bold(confidence)}: ${count === 0 ? "none" : `${count}, ${titles[confidence]}`}`,
      ...(found.length === 0 ? [] : [table(columns, rows(found))]),
      ...(found.length < count ? [`and ${count - found.length} more`] : [])
    ].join("\n")
  })
  const hidden = (["high", "public", "low"] as const).filter((confidence) => !shown.includes(confidence))
    .map((confidence) => `${counts[confidence]} ${confidence}`)
  return [
    renderFreshness(freshness, style),
    "",
    `${plural(counts.high + counts.public + counts.low, "candidate")} of ${
      plural(definitions, "function")
    } and classes: ${counts.high} high, ` +
    `${counts.public} public, ${counts.low} low`,
    ...parts,
    ...(hidden.length === 0 ? [] : ["", `not listed: ${hidden.join(", ")} (--all)`])
  ].join("\n")
}
