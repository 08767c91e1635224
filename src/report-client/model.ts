/**
 * The data of the page, and what is asked of it often.
 */
import type { ReportCheck, ReportData, ReportDetail, ReportFile, ReportFinding } from "../domain/ReportData.js"
import { number, plural, share } from "./format.js"

export interface Model {
  readonly data: ReportData
  readonly indexOf: (path: string) => number | undefined
  readonly file: (index: number) => ReportFile
  readonly detail: (index: number) => ReportDetail | undefined
  readonly findingsOf: (index: number) => ReadonlyArray<ReportFinding>
  readonly reason: (index: number | null) => string
  readonly leftOut: (what: ReportData["leftOut"][number]["what"]) => ReportData["leftOut"][number] | undefined
}

const grouped = <A>(items: ReadonlyArray<A>, of: (item: A) => number): ReadonlyMap<number, ReadonlyArray<A>> => {
  const groups = new Map<number, Array<A>>()
  for (const item of items) {
    const group = groups.get(of(item))
    if (group === undefined) groups.set(of(item), [item])
    else group.push(item)
  }
  return groups
}

export const modelOf = (data: ReportData): Model => {
  const paths = new Map(data.files.map(({ path }, index) => [path, index]))
  const details = new Map(data.details.map((detail) => [detail.file, detail]))
  const findings = grouped(data.findings, ({ file }) => file)
  return {
    data,
    indexOf: (path) => paths.get(path),
    file: (index) => {
      const file = data.files[index]
      if (file === undefined) throw new Error(`no file ${index}`)
      return file
    },
    detail: (index) => details.get(index),
    findingsOf: (index) => findings.get(index) ?? [],
    reason: (index) => index === null ? "no reason is known" : data.reasons[index] ?? "no reason is known",
    leftOut: (what) => data.leftOut.find((each) => each.what === what)
  }
}

/** Findings of one severity or all, over the checkers that looked at a file. */
export interface Tally {
  readonly errors: number
  readonly others: number
  /** Checkers that looked at it, and how many there are. */
  readonly measured: number
  readonly of: number
}

export const tally = (checks: ReadonlyArray<ReportCheck>): Tally => ({
  errors: checks.reduce((total, { errors }) => total + (errors ?? 0), 0),
  others: checks.reduce((total, { others }) => total + (others ?? 0), 0),
  measured: checks.filter(({ errors }) => errors !== null).length,
  of: checks.length
})

/** Lines with a statement, and covered ones; undefined: not measured. */
export const coverageOf = (
  { covered, missing }: ReportFile
): { readonly part: number; readonly whole: number } | undefined =>
  covered === null || missing === null ? undefined : { part: covered, whole: covered + missing }

/** Places for an annotation, and those that have one; undefined: not measured. */
export const typednessOf = (
  { annotatedParameters, annotatedReturns, functions, parameters }: ReportFile
): { readonly part: number; readonly whole: number } | undefined =>
  annotatedParameters === null || annotatedReturns === null || functions === null || parameters === null
    ? undefined
    : { part: annotatedParameters + annotatedReturns, whole: parameters + functions }

/** `pyright 3 errors and 1 other; ruff not measured: why`. */
export const checksInWords = (model: Model, file: ReportFile): string =>
  model.data.checkers.map((tool, at) => {
    const check = file.checks[at]
    if (check === undefined || check.errors === null) {
      return `${tool} not measured (${model.reason(check?.reason ?? null)})`
    }
    const others = check.others === null || check.others === 0 ? "" : ` and ${plural(check.others, "other")}`
    return `${tool} ${plural(check.errors, "error")}${others}`
  }).join("; ")

export const coverageInWords = (model: Model, file: ReportFile): string => {
  const known = coverageOf(file)
  if (known !== undefined) {
    return known.whole === 0
      ? "no line to cover"
      : `${share(known.part, known.whole)} of ${number(known.whole)} lines covered`
  }
  const atLeast = file.covered === null ? "" : ` (at least ${plural(file.covered, "line")})`
  return `coverage not measured${atLeast}: ${model.reason(file.coverageReason)}`
}

export const typednessInWords = (file: ReportFile): string => {
  const known = typednessOf(file)
  return known === undefined
    ? "typedness not measured: the file was not parsed"
    : known.whole === 0
    ? "no function to annotate"
    : `${share(known.part, known.whole)} of parameters and returns annotated`
}

/** `1-5,8` -> the lines. */
export const linesOf = (ranges: string | null): ReadonlySet<number> => {
  const lines = new Set<number>()
  for (const range of ranges === null || ranges === "" ? [] : ranges.split(",")) {
    const [first = 0, last = first] = range.split("-").map(Number)
    for (let line = first; line <= last; line++) lines.add(line)
  }
  return lines
}
