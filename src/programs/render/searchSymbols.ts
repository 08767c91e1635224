/**
 * What has a name, for a person.
 *
 * @since 0.1.0
 */
import { inert } from "../../domain/inert.js"
import type { Candidate } from "../../domain/SubjectUnclear.js"
import type { SymbolSearch } from "../../domain/SymbolSearch.js"
import { plural } from "../runRecord.js"
import { renderFreshness } from "./freshness.js"
import type { Style } from "./style.js"
import { table } from "./table.js"

const listed = (candidates: ReadonlyArray<Candidate>) =>
  table(
    [{ title: "name" }, { title: "kind" }, { title: "place" }],
    candidates.map(({ kind, line, relPath, subject }) => [
      subject,
      kind,
      line === null ? relPath : `${relPath}:${line}`
    ])
  )

/**
 * @since 0.1.0
 * @category rendering
 */
export const renderSymbolSearch = (
  { freshness, matches, name, nearest, total }: SymbolSearch,
  style: Style
): string => {
  const { reason, value } = matches
  const more = (total ?? 0) - (value ?? []).length
  const said = value === null || total === null
    ? `not known what is called ${inert(name)} (${inert(reason ?? "")})`
    : total === 0
    ? `nothing is called ${inert(name)}`
    : `${plural(total, "match")}`.replace(/matchs$/, "matches")
  return [
    renderFreshness(freshness, style),
    "",
    style.bold(said),
    ...(value === null || value.length === 0 ? [] : [listed(value)]),
    ...(more > 0 ? [`and ${more} more`] : []),
    ...(value !== null && reason !== null ? [`there may be more: ${inert(reason)}`] : []),
    ...(nearest.length === 0 ? [] : ["", "the nearest names are", listed(nearest)])
  ].join("\n")
}
