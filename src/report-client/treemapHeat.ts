/**
 * How a file is coloured in the treemap. The stronger the colour, the more there is to do; what was not measured has no
 * colour but a pattern of its own.
 */
import type { ReportFile } from "../domain/ReportData.js"
import { number, plural } from "./format.js"
import {
  checksInWords,
  coverageInWords,
  coverageOf,
  type Model,
  tally,
  typednessInWords,
  typednessOf
} from "./model.js"

export interface Heat {
  readonly className: string
  /** The value in words. */
  readonly words: string
}

export interface Scale {
  readonly name: string
  readonly heat: (file: ReportFile) => Heat
  /** Class name -> what it stands for. */
  readonly legend: ReadonlyArray<readonly [className: string, meaning: string]>
}

const UNMEASURED = "unmeasured"
const NOTHING = "nothing"
const PARTLY = "partly"

/** Findings from which on a step begins. */
const STEPS = [0, 1, 3, 6, 11, 26]
const stepOf = (count: number) => STEPS.filter((from) => count >= from).length - 1

const stepLegend = STEPS.map((from, at) => {
  const to = (STEPS[at + 1] ?? 0) - 1
  return [
    `heat${at}`,
    at === 0 ? "0" : to < 0 ? `${from} or more` : to === from ? String(from) : `${from} to ${to}`
  ] as const
})

/** Percent below which a step begins. */
const SHARES = [100, 90, 75, 50, 25]
const shareStep = (part: number, whole: number) => SHARES.filter((below) => 100 * part / whole < below).length

const shareLegend = [
  ["heat0", "100 %"],
  ["heat1", "90 to 99 %"],
  ["heat2", "75 to 89 %"],
  ["heat3", "50 to 74 %"],
  ["heat4", "25 to 49 %"],
  ["heat5", "below 25 %"]
] as const

const findings = (model: Model): Scale => ({
  name: "findings of all checkers",
  heat: (file) => {
    const { errors, measured, of, others } = tally(file.checks)
    const words = checksInWords(model, file)
    return measured === 0
      ? { className: UNMEASURED, words: words === "" ? "no checker was asked for" : words }
      : { className: `heat${stepOf(errors + others)}${measured < of ? ` ${PARTLY}` : ""}`, words }
  },
  legend: [...stepLegend, [PARTLY, "not by all checkers: at least so many"], [UNMEASURED, "not measured"]]
})

const findingsOf = (model: Model) => (tool: string, at: number): Scale => ({
  name: `findings of ${tool}`,
  heat: ({ checks }) => {
    const check = checks[at]
    return check === undefined || check.errors === null
      ? { className: UNMEASURED, words: `${tool} not measured: ${model.reason(check?.reason ?? null)}` }
      : {
        className: `heat${stepOf(check.errors + (check.others ?? 0))}`,
        words: `${tool}: ${plural(check.errors, "error")}, ${number(check.others ?? 0)} other`
      }
  },
  legend: [...stepLegend, [UNMEASURED, "not measured"]]
})

const coverage = (model: Model): Scale => ({
  name: "coverage",
  heat: (file) => {
    const known = coverageOf(file)
    const className = known === undefined
      ? UNMEASURED
      : known.whole === 0
      ? NOTHING
      : `heat${shareStep(known.part, known.whole)}`
    return { className, words: coverageInWords(model, file) }
  },
  legend: [...shareLegend, [NOTHING, "no line to cover"], [UNMEASURED, "not measured"]]
})

const typedness: Scale = {
  name: "typedness",
  heat: (file) => {
    const known = typednessOf(file)
    const className = known === undefined
      ? UNMEASURED
      : known.whole === 0
      ? NOTHING
      : `heat${shareStep(known.part, known.whole)}`
    return { className, words: typednessInWords(file) }
  },
  legend: [...shareLegend, [NOTHING, "no function"], [UNMEASURED, "not measured"]]
}

export const scalesOf = (model: Model): ReadonlyArray<Scale> => [
  findings(model),
  coverage(model),
  typedness,
  ...model.data.checkers.map(findingsOf(model))
]
