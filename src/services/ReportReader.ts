/**
 * Reports that were made elsewhere.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type * as Option from "effect/Option"
import type { ReportRefused } from "../domain/errors.js"
import type { ForeignReport } from "../domain/ForeignReport.js"
import type { PipelineContext } from "../domain/PipelineContext.js"
import type { PlacementOptions } from "../domain/Placement.js"
import type { ReportFormat } from "../domain/ReportFormat.js"

/**
 * @since 0.1.0
 * @category models
 */
export interface ReportOptions extends Pick<PlacementOptions, "maps"> {
  /** None: it is told by what is in the file. */
  readonly format: Option.Option<ReportFormat>
}

/**
 * @since 0.1.0
 * @category tags
 */
export class ReportReader extends Context.Tag("codeintel/ReportReader")<ReportReader, {
  /**
   * What is in the file: with positions and paths as the database has them, and which paths are of no file of the snapshot.
   * Reads the file and those that the report is of; a report but for the log of pytest is read at once.
   */
  readonly read: (
    ctx: PipelineContext,
    file: string,
    options: ReportOptions
  ) => Effect.Effect<ForeignReport, ReportRefused>
}>() {}
