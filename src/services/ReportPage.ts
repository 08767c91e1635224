/**
 * The page that a report is put into, and where it goes.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { ReportNotWritten } from "../domain/errors.js"

/**
 * @since 0.1.0
 * @category tags
 */
export class ReportPage extends Context.Tag("codeintel/ReportPage")<ReportPage, {
  /**
   * HTML with all its scripts and styles in it and a policy that allows these and nothing else. `{{data}}` stands where
   * the data goes, as JSON in a script element.
   */
  readonly template: Effect.Effect<string>
  /** Puts the page into this file, whose place it takes in one step; its size in bytes. */
  readonly write: (file: string, html: string) => Effect.Effect<number, ReportNotWritten>
}>() {}
