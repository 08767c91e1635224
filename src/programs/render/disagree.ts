/**
 * Where two checkers differ, for a person.
 *
 * @since 0.1.0
 */
import * as Arr from "effect/Array"
import type {
  DisagreementPlace,
  Disagreements,
  FileApart,
  PlacedFinding,
  RulePair
} from "../../domain/Disagreements.js"
import { inert } from "../../domain/inert.js"
import { plural, someOf } from "../runRecord.js"
import { renderFreshness } from "./freshness.js"
import type { Style } from "./style.js"
import { table } from "./table.js"

/** Characters of a message: what comes after them is in the JSON. */
const MAX_MESSAGE = 140

const firstLine = (text: string): string => {
  const characters = [...(text.split("\n")[0] ?? "")]
  return inert(
    characters.length > MAX_MESSAGE ? `${characters.slice(0, MAX_MESSAGE - 1).join("")}…` : characters.join("")
  )
}

const said = ({ message, severity }: PlacedFinding) =>
  `${severity === "error" ? "" : `${severity}: `}${firstLine(message)}`

const placeLines = (
  { findings: [first, second], relPath, startLine }: DisagreementPlace,
  [firstName, secondName]: readonly [string, string],
  style: Style
): ReadonlyArray<string> => {
  const at = `  ${inert(relPath)}:${startLine}:${(first ?? second)?.startColumn}`
  return first !== null && second !== null
    ? [at, `    ${style.dim(`${firstName}:`)} ${said(first)}`, `    ${style.dim(`${secondName}:`)} ${said(second)}`]
    : [first, second].flatMap((finding) => finding === null ? [] : [`${at}  ${said(finding)}`])
}

const pairLines = (pair: RulePair, names: readonly [string, string], style: Style): ReadonlyArray<string> => {
  const { count, leftOut, places, rules: [first, second] } = pair
  const rule = (name: string, of: string | null) => `${name} ${of === null ? "nothing" : style.bold(inert(of))}`
  const [firstName, secondName] = names
  const title = first === null
    ? `${rule(secondName, second)}, ${rule(firstName, first)}`
    : `${rule(firstName, first)}, ${rule(secondName, second)}`
  return [
    "",
    `${title}: ${plural(count, "place")}`,
    ...places.flatMap((place) => placeLines(place, names, style)),
    ...(leftOut === 0 ? [] : [`  and ${leftOut.toLocaleString("en")} more (--limit)`])
  ]
}

const apartLines = (
  { files, filesApart, tools: [first, second] }: Disagreements
): ReadonlyArray<string> => {
  const why = (reason: string | null) => inert((reason ?? "no reason is stored").split("\n")[0] ?? "")
  const named = ({ measured: [byFirst, bySecond], reasons }: FileApart) => {
    const [ofFirst, ofSecond] = reasons.map(why)
    return byFirst
      ? `not measured by ${second.tool} (${ofSecond})`
      : bySecond
      ? `not measured by ${first.tool} (${ofFirst})`
      : `measured by neither (${
        ofFirst === ofSecond ? ofFirst : `${first.tool}: ${ofFirst}; ${second.tool}: ${ofSecond}`
      })`
  }
  const groups = Object.entries(Arr.groupBy(filesApart, named)).sort(([, a], [, b]) => b.length - a.length)
  return filesApart.length === 0 ? [] : [
    "",
    `not compared: ${filesApart.length.toLocaleString("en")} of ${plural(files, "file")}`,
    ...groups.map(([what, group]) =>
      `  ${group.length.toLocaleString("en")} ${what}: ${inert(someOf(group.map(({ relPath }) => relPath)))}`
    )
  ]
}

const asked = ({ files, filesApart, filesCompared, pattern, rules, severities }: Disagreements): string =>
  [
    severities.map((severity) => severity === "information" ? severity : `${severity}s`).join(", "),
    ...(rules.length === 0 ? [] : [`of rule ${rules.map(inert).join(" or ")}`]),
    `in ${filesCompared.toLocaleString("en")} of ${plural(files, "Python file")}`,
    ...(pattern === null ? [] : [`matching ${inert(pattern)}`])
  ].join(" ") + (filesApart.length === 0 ? "" : ", which both measured")

/**
 * How old it is, what was compared, how often which pair of rules, and then the places. Places that both tools report are
 * counted, and listed when `agreed` says so.
 *
 * @since 0.1.0
 * @category rendering
 */
export const renderDisagreements = (
  found: Disagreements,
  style: Style,
  { agreed }: { readonly agreed: boolean }
): string => {
  const { alone, both, filesCompared, freshness, pairs, tools } = found
  const [first, second] = tools
  const names = [inert(first.tool), inert(second.tool)] as const
  const called = tools.map(({ tool, version }) => inert(version === null ? tool : `${tool} ${version}`)).join(" and ")
  const columns = [{ title: names[0] }, { title: names[1] }, { title: "places", align: "right" }] as const
  const rows = pairs.map(({ count, rules: [ofFirst, ofSecond] }) => [
    ofFirst ?? "nothing",
    ofSecond ?? "nothing",
    count.toLocaleString("en")
  ])
  const paint = (text: string, _: number, column: number) =>
    column < 2 && text.trim() === "nothing" ? style.dim(text) : text
  const listed = pairs.filter(({ rules: [ofFirst, ofSecond] }) => agreed || ofFirst === null || ofSecond === null)
  return [
    renderFreshness(freshness, style),
    `${called}: ${asked(found)}`,
    "",
    filesCompared === 0
      ? style.yellow("no file was measured by both: nothing was compared")
      : `${names[0]} alone: ${alone[0].toLocaleString("en")}, ${names[1]} alone: ${
        alone[1].toLocaleString("en")
      }, both: ${both.toLocaleString("en")}`,
    ...(pairs.length === 0 ? [] : ["", table(columns, rows, paint)]),
    ...listed.flatMap((pair) => pairLines(pair, names, style)),
    ...apartLines(found)
  ].join("\n")
}
