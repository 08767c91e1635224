/**
 * From what a report says to the runs that are stored. Which content it was made of is hardly ever known, and which files
 * without findings it is of neither: what is not proved by the report is NULL, with the reason.
 *
 * @since 0.1.0
 */
import type * as DateTime from "effect/DateTime"
import * as Option from "effect/Option"
import type { CoverageReport } from "../domain/CoverageReport.js"
import type { ForeignCheck, ForeignContent, ForeignCoverage } from "../domain/ForeignReport.js"
import type { PipelineContext } from "../domain/PipelineContext.js"
import type { TestReport } from "../domain/TestReport.js"
import type { RunFile, ToolRun } from "../domain/ToolRun.js"
import type { CheckRun, CoverageRun, TestsRun } from "../services/Warehouse.js"
import * as RunRecord from "./runRecord.js"

/**
 * @since 0.1.0
 * @category models
 */
export interface About {
  readonly runId: string
  readonly startedAt: DateTime.Utc
  /** What there is to say of the report as a whole. */
  readonly reasons: ReadonlyArray<string>
  /** Paths that changed since the report was read. */
  readonly changed: ReadonlyArray<string>
  readonly key: string
}

/** Of every file that a report speaks of. */
const CONTENT = "as reported elsewhere: that it was of the present content is not known"

const not = (relPath: string, reason: string): RunFile => ({
  relPath,
  measured: Option.some(false),
  reason: Option.some(reason)
})

const otherContent = (why: string) => `the report was made of another content: ${why}`

/** Why a file is not measured whatever is said of it. */
const refuted = ({ changed }: About, { ofOtherContent }: ForeignContent) => {
  const moved = new Set(changed)
  return (relPath: string): string | undefined => {
    if (moved.has(relPath)) return "changed while the report was imported"
    const why = ofOtherContent.get(relPath)
    return why === undefined ? undefined : otherContent(why)
  }
}

const looked = (relPath: string, { ofThisContent }: ForeignContent): RunFile => ({
  relPath,
  measured: Option.some(true),
  reason: ofThisContent.has(relPath) ? Option.none() : Option.some(CONTENT)
})

const reasonsOf = ({ changed, reasons }: About, content: ForeignContent, notices: ReadonlyArray<string>) => [
  ...reasons,
  ...RunRecord.changedReasons(changed),
  ...RunRecord.namedReasons("not measured, as the report was made of another content", content.ofOtherContent),
  ...notices
]

const runOf = (
  ctx: PipelineContext,
  { changed, key, runId, startedAt }: About,
  known: Pick<ToolRun, "tool"> & Partial<ToolRun>
): ToolRun =>
  RunRecord.withoutExecution({
    runId,
    cwd: ctx.root,
    startedAt,
    status: "imported",
    reason: Option.none(),
    key: changed.length > 0 ? Option.none() : Option.some(key),
    ...known
  })

const whyUnknown = ({ filesAnalyzed, tool }: ForeignCheck) =>
  Option.match(filesAnalyzed, {
    onNone: () => "the report does not list the files that were looked at, and has no finding in this one",
    onSome: (count) => `${tool} looked at ${count} files, and the report does not list those without a finding`
  })

/**
 * @since 0.1.0
 * @category constructors
 */
export const ofCheck = (ctx: PipelineContext, check: ForeignCheck, about: About): CheckRun => {
  const { diagnostics, failed, filesAnalyzed, leftOut, listed, notices, tool, version } = check
  const found = new Set(diagnostics.map(({ relPath }) => relPath))
  const whyNot = refuted(about, check)
  const files = ctx.modules.map(({ relPath }): RunFile => {
    const why = whyNot(relPath) ?? failed.get(relPath)
    if (why !== undefined) return not(relPath, why)
    return found.has(relPath) || listed.has(relPath)
      ? looked(relPath, check)
      : { relPath, measured: Option.none(), reason: Option.some(whyUnknown(check)) }
  })
  const run = runOf(ctx, about, {
    tool,
    version,
    reason: Option.some(reasonsOf(about, check, notices).join("\n")),
    filesAnalyzed,
    outsideRepository: leftOut
  })
  return { run, files, diagnostics }
}

interface Covered extends ForeignCoverage {
  /** Files that it could not report -> why. */
  readonly dropped: ReadonlyMap<string, string>
}

/**
 * @since 0.1.0
 * @category constructors
 */
export const ofCoverage = (ctx: PipelineContext, coverage: Covered, about: About): CoverageRun => {
  const whyNot = refuted(about, coverage)
  const files = ctx.modules.map(({ relPath }): RunFile => {
    const why = whyNot(relPath) ?? coverage.dropped.get(relPath)
    if (why !== undefined) return not(relPath, why)
    return coverage.files.has(relPath)
      ? looked(relPath, coverage)
      : not(relPath, "not measured: the report does not have it")
  })
  const run = runOf(ctx, about, {
    tool: "coverage",
    version: coverage.version,
    reason: Option.some(reasonsOf(about, coverage, coverage.notices).join("\n")),
    filesAnalyzed: Option.some(coverage.files.size),
    outsideRepository: coverage.leftOut
  })
  // lines of another content would be counted with the others
  const lines = new Map([...coverage.files].filter(([relPath]) => whyNot(relPath) === undefined))
  return { run, files, lines, contexts: Option.none() }
}

/**
 * What coverage itself reported from a data file.
 *
 * @since 0.1.0
 * @category constructors
 */
export const ofCoverageData = (
  ctx: PipelineContext,
  { dropped, execution, files, incomplete, notices, unparsable }: CoverageReport,
  leftOut: number,
  about: About
): CoverageRun =>
  ofCoverage(ctx, {
    version: execution.version,
    files,
    dropped: new Map([...dropped, ...unparsable]),
    ofThisContent: new Set(),
    ofOtherContent: new Map(),
    leftOut,
    notices: [...Option.toArray(incomplete), ...notices]
  }, about)

/**
 * Results of tests; a session that did not come to its end is `partial`, and is never linked again.
 *
 * @since 0.1.0
 * @category constructors
 */
export const ofTests = (
  ctx: PipelineContext,
  report: Pick<TestReport, "results" | "incomplete" | "notices">,
  about: About
): TestsRun => {
  const { changed, key, reasons } = about
  const isPartial = Option.isSome(report.incomplete)
  const run = runOf(ctx, about, {
    tool: "pytest",
    status: isPartial ? "partial" : "imported",
    reason: Option.some(
      [...reasons, ...RunRecord.changedReasons(changed), ...Option.toArray(report.incomplete), ...report.notices].join(
        "\n"
      )
    ),
    outsideRepository: report.results.filter(({ relPath }) => Option.isNone(relPath)).length,
    key: isPartial || changed.length > 0 ? Option.none() : Option.some(key)
  })
  return { run, results: report.results }
}
