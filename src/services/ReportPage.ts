/**
 * The page that a report is put into.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"

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
}>() {}
