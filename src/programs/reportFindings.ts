/**
 * What there is to say about the paths of a report.
 *
 * @since 0.1.0
 */
import type { NamedFiles, ReportSummary } from "../domain/ImportSummary.js"
import type { PlacedBy, Placement } from "../domain/Placement.js"
import { plural, someOf } from "./runRecord.js"

/**
 * @since 0.1.0
 * @category models
 */
export interface PathFindings {
  readonly paths: ReportSummary["paths"]
  /** One line each. */
  readonly notes: ReadonlyArray<string>
}

/** Names that a summary has of each kind. */
const mostNames = 10

/**
 * @since 0.1.0
 * @category constructors
 */
export const named = (names: ReadonlyArray<string>): NamedFiles => ({
  count: names.length,
  first: names.slice(0, mostNames)
})

const SAY = "say which with --map FROM=TO or in [paths] of the configuration"

/**
 * @since 0.1.0
 * @category getters
 */
export const ofPlacement = (placement: Placement): PathFindings => {
  const counts: Record<PlacedBy, number> = { map: 0, exact: 0, root: 0, paths: 0, installed: 0, suffix: 0 }
  const ambiguous: Array<readonly [string, ReadonlyArray<string>]> = []
  const unmatched: Array<string> = []
  for (const [name, place] of placement) {
    if (place._tag === "File") counts[place.by]++
    else if (place._tag === "Ambiguous") ambiguous.push([name, place.candidates])
    else unmatched.push(name)
  }
  return {
    paths: { ...counts, ambiguous: named(ambiguous.map(([name]) => name)), unmatched: named(unmatched) },
    notes: [
      ...ambiguous.length === 0 ? [] : [
        `${plural(ambiguous.length, "path")} may be of several files, left out: ` +
        `${someOf(ambiguous.map(([name, candidates]) => `${name} (${someOf(candidates)})`))}; ${SAY}`
      ],
      ...unmatched.length === 0
        ? []
        : [`${plural(unmatched.length, "path")} of no file of the repository, left out: ${someOf(unmatched)}`]
    ]
  }
}
