/**
 * One page of HTML with what the database says of the latest snapshot.
 *
 * @since 0.1.0
 */
import * as Path from "@effect/platform/Path"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { differences, hashesOf } from "../domain/contentChanges.js"
import type { PipelineContext } from "../domain/PipelineContext.js"
import { type ReportData, ReportLeftOut } from "../domain/ReportData.js"
import { ReportPage } from "../services/ReportPage.js"
import { nothingYet, reading } from "./database.js"
import { renderHtmlReport } from "./render/htmlReport.js"
import { BUDGET, fit, textBytes } from "./report/budget.js"
import { parts } from "./report/reportData.js"
import { read } from "./report/stored.js"

/** Names of changed files that are given; of the others only how many there are. */
const MAX_CHANGED = 200

/**
 * @since 0.1.0
 * @category models
 */
export interface HtmlReportOptions {
  /** Where the page goes; `report.html` beside the database of the repository unless given. */
  readonly output?: string
}

/**
 * @since 0.1.0
 * @category models
 */
export const Report = Schema.Struct({
  /** Absolute. */
  file: Schema.String,
  bytes: Schema.NonNegativeInt,
  /** What did not go into the page, to keep it below 5 MB. */
  leftOut: Schema.Array(ReportLeftOut)
})

/**
 * @since 0.1.0
 * @category models
 */
export type Report = typeof Report.Type

/**
 * What a report shows of the latest snapshot; fails with `Missing` before the first ingest has finished.
 *
 * @since 0.1.0
 * @category programs
 */
export const reportData = Effect.fn("reportData")(function*(ctx: PipelineContext) {
  const madeAt = DateTime.formatIso(yield* DateTime.now)
  return yield* reading(ctx, (connection) =>
    Effect.gen(function*() {
      const stored = yield* read(connection, BUDGET)
      const { snapshot } = stored
      if (snapshot === undefined) return yield* nothingYet(ctx, "report")
      const { bySource, data, details, interned, leftOut, room } = parts(stored)

      // few bytes are written as more, so what is read is a little more than what fits
      const candidates = fit(bySource, room, ({ bytes }) => bytes, { skip: true }).kept
      const texts = yield* connection.sources(candidates.map(({ contentHash }) => contentHash))
      const sources = fit(
        candidates.flatMap(({ contentHash, path }) => {
          const text = texts.get(contentHash)
          return text === undefined ? [] : [{ path, text }]
        }),
        room,
        ({ text }) => textBytes(text),
        { skip: true }
      ).kept

      const now = hashesOf(ctx.modules)
      const was = new Map(stored.files.map(({ contentHash, path }) => [path, contentHash]))
      const changedFiles = differences(was, now)
      const report: ReportData = {
        ...snapshot,
        madeAt,
        changed: snapshot.snapshotId !== ctx.snapshot.id,
        changedFiles: changedFiles.slice(0, MAX_CHANGED),
        changedFilesCount: changedFiles.length,
        ...data,
        ...interned,
        details: details(new Map(sources.map(({ path, text }) => [path, text]))),
        leftOut: sources.length === stored.files.length
          ? leftOut
          : [...leftOut, { what: "sources", shown: sources.length, of: stored.files.length }]
      }
      return report
    }))
})

/**
 * Writes the page. The database is read, and nothing of it changed.
 *
 * @since 0.1.0
 * @category programs
 */
export const report = Effect.fn("report")(function*(ctx: PipelineContext, options: HtmlReportOptions = {}) {
  const path = yield* Path.Path
  const page = yield* ReportPage
  const data = yield* reportData(ctx)
  const html = yield* renderHtmlReport(yield* page.template, data)
  const file = path.resolve(options.output ?? path.join(ctx.paths.state, "report.html"))
  const bytes = yield* page.write(file, html)
  const made: Report = { file, bytes, leftOut: data.leftOut }
  return made
})
