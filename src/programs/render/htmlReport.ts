/**
 * A report as one page of HTML.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { ReportData, type ReportLeftOut } from "../../domain/ReportData.js"
import { namesOfParts } from "../../domain/reportParts.js"

const toJson = Schema.encode(Schema.parseJson(ReportData))

/**
 * The page with the data in it. Nothing in JSON but a text has a `<`, and `\u003c` is the same text: so nothing that others
 * wrote can end the script element it is in, or begin another.
 *
 * @since 0.1.0
 * @category rendering
 */
export const renderHtmlReport = (template: string, data: ReportData): Effect.Effect<string> =>
  Effect.map(
    Effect.orDie(toJson(data)),
    (json) => template.replace("{{data}}", () => json.replaceAll("<", "\\u003c"))
  )

/**
 * What was left out, in one line.
 *
 * @since 0.1.0
 * @category rendering
 */
export const renderLeftOut = (leftOut: ReadonlyArray<ReportLeftOut>): string =>
  leftOut.map(({ of, shown, what }) =>
    `${shown.toLocaleString("en")} of ${of.toLocaleString("en")} ${namesOfParts[what]}`
  )
    .join(", ")
