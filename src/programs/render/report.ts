/**
 * What the import of a report came to, for a person.
 *
 * @since 0.1.0
 */
import type { ImportedRun, ReportSummary } from "../../domain/ImportSummary.js"
import { inert } from "../../domain/inert.js"
import { plural } from "../runRecord.js"
import type { Style } from "./style.js"

const noun: Readonly<Record<string, string>> = { error: "error", warning: "warning", information: "note" }

const some = (counts: Readonly<Record<string, number | undefined>>, text: (name: string, count: number) => string) =>
  Object.entries(counts).flatMap(([name, count = 0]) => count === 0 ? [] : [text(name, count)])

const facts = ({ coverage, findings, tests, withoutPlace }: ImportedRun): string => {
  if (findings !== null) {
    const all = some(findings, (severity, count) => plural(count, noun[severity] ?? severity))
    return [all.join(", ") || "no findings", ...withoutPlace === 0 ? [] : [`${withoutPlace} left out`]].join("; ")
  }
  if (tests !== null) {
    return some(
      tests,
      (outcome, count) => outcome === "error" ? plural(count, outcome) : `${count.toLocaleString("en")} ${outcome}`
    ).join(", ") || "no tests"
  }
  if (coverage === null || coverage.lines === 0) return "no lines"
  const share = Math.floor(100 * coverage.coveredLines / coverage.lines)
  return `${share} % of ${plural(coverage.lines, "line")} in ${plural(coverage.files, "file")}`
}

const filesOf = ({ files }: ImportedRun): ReadonlyArray<string> => {
  if (files === null) return []
  const parts = [
    [files.measured, "measured"],
    [files.notMeasured, "not measured"],
    [files.unknown, "not known"]
  ] as const
  const text = parts.filter(([count]) => count > 0).map(([count, what]) => `${count.toLocaleString("en")} ${what}`)
  return text.length === 0 ? [] : [`  Python files: ${text.join(", ")}`]
}

const placed: Readonly<Record<Exclude<keyof ReportSummary["paths"], "ambiguous" | "unmatched">, string>> = {
  exact: "as they are",
  map: "by --map",
  root: "below the root of the report",
  paths: "by [paths] of the configuration",
  installed: "of the installed package",
  suffix: "by their end"
}

const pathsOf = ({ ambiguous, unmatched, ...counts }: ReportSummary["paths"]): ReadonlyArray<string> => {
  const text = [
    ...Object.entries(placed).flatMap(([by, how]) => {
      const count = Object.entries(counts).find(([name]) => name === by)?.[1] ?? 0
      return count === 0 ? [] : [`${count.toLocaleString("en")} ${how}`]
    }),
    ...ambiguous.count === 0 ? [] : [`${ambiguous.count} ambiguous`],
    ...unmatched.count === 0 ? [] : [`${unmatched.count} of no file here`]
  ]
  return text.length === 0 ? [] : [`paths: ${text.join(", ")}`]
}

/**
 * What was left out comes before what is there.
 *
 * @since 0.1.0
 * @category rendering
 */
export const renderReport = (summary: ReportSummary, style: Style): string => {
  const { database, notes, paths, repo, runs, snapshotId } = summary
  return [
    `${style.bold(inert(repo))}  snapshot ${snapshotId.slice(0, 12)}`,
    ...notes.map((note) => style.yellow(`- ${inert(note)}`)),
    ...runs.flatMap((run) => [
      `${inert(run.tool)}${run.version === null ? "" : ` ${inert(run.version)}`}: ${facts(run)}` +
      (run.status === "imported" ? "" : ` (${run.status})`),
      ...filesOf(run)
    ]),
    ...pathsOf(paths),
    `database: ${inert(database)}`
  ].join("\n")
}
