/**
 * How a tool went, in a few words, while others are still running.
 *
 * @since 0.1.0
 */
import * as Option from "effect/Option"
import type { TestResult } from "../domain/TestReport.js"
import { needsAttention, type SnapshotRun } from "../domain/ToolRun.js"
import type { CheckRun, CoverageRun, ScipRun } from "../services/Warehouse.js"
import { NewRun } from "./attempt.js"
import { plural } from "./runRecord.js"

const firstLine = (reason: Option.Option<string>) =>
  Option.match(reason, { onNone: () => "", onSome: (text) => text.split("\n")[0] ?? "" })

const ofCheck = ({ diagnostics, files }: CheckRun) => {
  const errors = diagnostics.filter(({ severity }) => severity === "error").length
  const measured = files.filter((file) => Option.getOrElse(file.measured, () => false)).length
  return `${plural(errors, "error")}, looked at ${measured} of ${plural(files.length, "file")}`
}

/**
 * `490 passed, 2 failed`, in pytest's own order.
 *
 * @since 0.1.0
 * @category rendering
 */
export const ofResults = (results: ReadonlyArray<Pick<TestResult, "outcome">>): string => {
  const counts = (["failed", "passed", "skipped", "xfailed", "xpassed", "error", "crashed"] as const).flatMap(
    (outcome) => {
      const count = results.filter((result) => result.outcome === outcome).length
      return count === 0
        ? []
        : [`${count.toLocaleString("en")} ${outcome === "error" && count > 1 ? "errors" : outcome}`]
    }
  )
  return counts.length === 0 ? "no tests" : counts.join(", ")
}

const ofCoverage = ({ lines }: CoverageRun) => {
  const sum = (of: "covered" | "missing") => [...lines.values()].reduce((total, file) => total + file[of].length, 0)
  const [covered, missing] = [sum("covered"), sum("missing")]
  return `${covered.toLocaleString("en")} of ${plural(covered + missing, "line")} in ${plural(lines.size, "file")}`
}

const ofIndex = ({ files, run, standing }: Pick<ScipRun, "files" | "run" | "standing">) => {
  if (files.length === 0) return ""
  const count = standing === undefined
    ? files.filter(({ measured }) => Option.getOrElse(measured, () => false)).length
    : Option.getOrElse(run.filesAnalyzed, () => 0)
  return `${count} of ${plural(files.length, "file")} indexed${standing === undefined ? "" : " again"}`
}

/**
 * @since 0.1.0
 * @category rendering
 */
export const detailOf = (
  { link, run }: { readonly link: SnapshotRun; readonly run: Option.Option<NewRun> }
): string => {
  if (Option.isNone(run)) return link.reused ? "nothing has changed since the last run" : firstLine(link.reason)
  const facts = NewRun.$match(run.value, {
    Check: (made) => made.diagnostics.length === 0 && needsAttention(link.status) ? "" : ofCheck(made),
    Tests: ({ results }) => results.length === 0 && needsAttention(link.status) ? "" : ofResults(results),
    Coverage: (made) => made.lines.size === 0 ? "" : ofCoverage(made),
    Scip: ofIndex
  })
  return facts === "" ? firstLine(link.reason) : facts
}
