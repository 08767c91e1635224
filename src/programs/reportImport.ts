/**
 * What a tool said elsewhere, in whatever format, into the database of a repository.
 *
 * @since 0.1.0
 */
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { ReportRefused } from "../domain/errors.js"
import { ForeignReport } from "../domain/ForeignReport.js"
import type { ImportSummary, ReportSummary } from "../domain/ImportSummary.js"
import type { PipelineContext } from "../domain/PipelineContext.js"
import { type PathMapping, place, type Placement } from "../domain/Placement.js"
import type { ReportFormat } from "../domain/ReportFormat.js"
import { otherTools } from "../domain/ToolName.js"
import { ReportReader } from "../services/ReportReader.js"
import { Repositories } from "../services/Repositories.js"
import { RepositoryLock } from "../services/RepositoryLock.js"
import { ToolService } from "../services/ToolService.js"
import { NewRun } from "./attempt.js"
import { writing } from "./database.js"
import { otherLinks, reportKey } from "./importedIndexes.js"
import { importedRun } from "./importedRun.js"
import { storeRun } from "./publish.js"
import * as ReportFindings from "./reportFindings.js"
import * as ReportRuns from "./reportRuns.js"
import * as RunRecord from "./runRecord.js"
import { scipImport } from "./scipImport.js"

/**
 * @since 0.1.0
 * @category models
 */
export interface ImportOptions {
  /** Told by what is in the file unless given. */
  readonly format?: ReportFormat
  /** What paths of the report are meant to be, before those of the configuration. */
  readonly maps?: ReadonlyArray<PathMapping>
}

/** A run that is stored without its facts being looked at any more. */
type ReportRun = Exclude<NewRun, { readonly _tag: "Scip" }>

interface Made {
  readonly format: ReportFormat
  readonly placement: Placement
  readonly runs: ReadonlyArray<ReportRun>
  readonly ofOtherContent: ReadonlyArray<string>
}

type About = Omit<ReportRuns.About, "runId" | "reasons">

const elsewhere = (ctx: PipelineContext, file: string, problem: string) =>
  new ReportRefused({
    file,
    reason: "Elsewhere",
    problem: `no report of ${ctx.root}: ${problem}`,
    hint: "import it there; or say where its paths are here, with --map FROM=TO"
  })

/** Nothing that is in the repository would replace what there is by nothing. */
const assertOfHere = (ctx: PipelineContext, file: string, placement: Placement) => {
  const places = [...placement.values()]
  const { notes } = ReportFindings.ofPlacement(placement)
  return places.length > 0 && places.every(({ _tag }) => _tag !== "File")
    ? elsewhere(ctx, file, notes.join("\n"))
    : Effect.void
}

const absolute = ({ root }: PipelineContext, name: string, said: string) =>
  /^(?:[\\/]|[A-Za-z]:)/.test(name) ? `${root}/${said}` : said

/** Coverage itself reads its data, under the paths that the files have here. */
const coverageData = Effect.fnUntraced(function*(ctx: PipelineContext, file: string, maps: ReadonlyArray<PathMapping>) {
  const tools = yield* ToolService
  const data = { dataFile: file }
  const placement = place(ctx, yield* tools.readCoverageFiles(ctx, data), { maps })
  yield* assertOfHere(ctx, file, placement)
  const renamed = new Map(
    [...placement].flatMap(([name, found]) =>
      found._tag === "File" && found.by !== "exact" ? [[name, absolute(ctx, name, found.said)] as const] : []
    )
  )
  const report = yield* tools.runCoverageJson(ctx, { ...data, renamed })
  return { report, placement }
})

const made = Effect.fnUntraced(function*(
  ctx: PipelineContext,
  file: string,
  found: Exclude<ForeignReport, { readonly _tag: "Scip" }>,
  maps: ReadonlyArray<PathMapping>
) {
  const data = found._tag === "CoverageData" ? yield* coverageData(ctx, file, maps) : undefined
  const placement = found._tag === "CoverageData" ? data?.placement ?? new Map() : found.placement
  yield* assertOfHere(ctx, file, placement)
  const { notes } = ReportFindings.ofPlacement(placement)
  const leftOut = [...placement.values()].filter(({ _tag }) => _tag !== "File").length

  return Effect.fnUntraced(function*(given: About) {
    const next = Effect.map(
      RunRecord.newRunId,
      (runId): ReportRuns.About => ({ ...given, runId, reasons: [`read from ${file}`, ...notes] })
    )
    const result = (format: ReportFormat, runs: Made["runs"], ofOtherContent: Made["ofOtherContent"] = []): Made => ({
      format,
      placement,
      runs,
      ofOtherContent
    })
    if (data !== undefined) {
      const run = ReportRuns.ofCoverageData(ctx, data.report, leftOut, yield* next)
      return result("coverage-data", [NewRun.Coverage(run)])
    }
    return yield* ForeignReport.$match(found, {
      Scip: () => Effect.dieMessage("an index is imported as such"),
      CoverageData: () => Effect.dieMessage("data of coverage are read by coverage"),
      Checks: ({ checks, format }) =>
        Effect.map(
          Effect.forEach(checks, (check) => Effect.map(next, (about) => ReportRuns.ofCheck(ctx, check, about)), {
            concurrency: 1
          }),
          (runs) =>
            result(
              format,
              runs.map((run) => NewRun.Check(run)),
              checks.flatMap((each) => [...each.ofOtherContent.keys()])
            )
        ),
      Coverage: ({ coverage, format }) =>
        Effect.map(next, (about) => {
          const run = ReportRuns.ofCoverage(ctx, { ...coverage, dropped: new Map() }, about)
          return result(format, [NewRun.Coverage(run)], [...coverage.ofOtherContent.keys()])
        }),
      Tests: ({ format, report }) =>
        Effect.map(next, (about) => result(format, [NewRun.Tests(ReportRuns.ofTests(ctx, report, about))]))
    })
  })
})

/** What there is to import at all. */
const assertSomething = (ctx: PipelineContext, file: string, found: ForeignReport) => {
  if (found._tag === "Tests" && Option.isSome(found.report.incomplete) && found.report.results.length === 0) {
    return elsewhere(ctx, file, `it has no result: ${found.report.incomplete.value}`)
  }
  if (found._tag === "Coverage" && found.placement.size === 0) return elsewhere(ctx, file, "it has no file")
  if (found._tag === "Checks" && found.checks.length === 0) return elsewhere(ctx, file, "it has no run")
  return Effect.void
}

/**
 * Loads what is in `file` (see `ReportFormat`) and links it to the snapshot of the present content of the repository, in
 * place of what that has of the same tool; what other tools said of the content stays linked. Paths of other machines are
 * placed (see `place`); what cannot be placed is left out, counted and named. Fails for what is no whole report, or has
 * nothing of the repository, and then nothing is stored.
 *
 * @since 0.1.0
 * @category programs
 */
export const importReport = Effect.fn("importReport")(function*(
  ctx: PipelineContext,
  file: string,
  { format, maps = [] }: ImportOptions = {}
) {
  const repositories = yield* Repositories
  const lock = yield* RepositoryLock
  const reader = yield* ReportReader
  const startedAt = yield* DateTime.now
  const found = yield* reader.read(ctx, file, { format: Option.fromNullable(format), maps })
  if (found._tag === "Scip") {
    if (maps.length > 0) {
      return yield* elsewhere(ctx, file, "paths of an index are those below its project root, and are not mapped")
    }
    const summary: ImportSummary | ReportSummary = yield* scipImport(ctx, file)
    return summary
  }
  yield* assertSomething(ctx, file, found)
  yield* lock.acquire(ctx)
  yield* repositories.prepareState(ctx)
  const conclude = yield* made(ctx, file, found, maps)
  const changed = yield* repositories.changedSince(ctx)
  const { format: told, ofOtherContent, placement, runs } = yield* conclude({ startedAt, changed, key: reportKey(ctx) })
  const { notes, paths } = ReportFindings.ofPlacement(placement)

  return yield* writing(ctx, (connection) =>
    Effect.gen(function*() {
      yield* Effect.forEach(runs, storeRun(connection), { concurrency: 1, discard: true })
      const tools = runs.map(({ run }) => run.tool)
      const links = runs.map(({ run }) => ({
        ...RunRecord.linkTo(run, false),
        isChecker: !otherTools.includes(run.tool)
      }))
      yield* connection.finishSnapshot({
        repo: ctx.root,
        snapshot: ctx.snapshot,
        modules: ctx.modules,
        runs: [...yield* otherLinks(ctx, connection, tools), ...links],
        startedAt,
        finishedAt: yield* DateTime.now
      })
      const said = new Set(runs.flatMap(({ run }) => Option.getOrElse(run.reason, () => "").split("\n")))
      const summary: ImportSummary | ReportSummary = {
        format: told,
        repo: ctx.root,
        database: ctx.paths.database,
        snapshotId: ctx.snapshot.id,
        runs: yield* Effect.forEach(runs, (run) => importedRun(connection, run), { concurrency: 1 }),
        paths,
        ofOtherContent: ReportFindings.named(ofOtherContent),
        notes: [...new Set([...notes, ...[...said].filter((note) => note !== `read from ${file}`)])]
      }
      return summary
    }))
}, Effect.scoped)
