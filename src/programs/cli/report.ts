/**
 * @since 0.1.0
 */
import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { inert } from "../../domain/inert.js"
import { renderLeftOut } from "../render/htmlReport.js"
import { Report, report as run } from "../report.js"
import * as Repository from "./repository.js"

const toJson = Schema.encode(Schema.parseJson(Report, { space: 2 }))

/**
 * `codeintel report [PATH]`: prints where the page is, and nothing else to stdout.
 *
 * @since 0.1.0
 * @category commands
 */
export const htmlReport = Command.make(
  "report",
  {
    ...Repository.options,
    output: Options.text("output").pipe(
      Options.withDescription("where the page goes; <repository>/.codeintel/report.html unless given"),
      Options.optional
    ),
    json: Options.boolean("json").pipe(
      Options.withDescription("print as JSON where the page is, how large, and what was left out")
    ),
    path: Repository.path
  },
  Effect.fn("cli.report")(function*({ json, output, ...given }) {
    const ctx = yield* Repository.open(given)
    const made = yield* run(ctx, Option.isSome(output) ? { output: output.value } : {})
    if (json) return yield* Console.log(yield* Effect.orDie(toJson(made)))
    const { file, leftOut } = made
    if (leftOut.length > 0) {
      yield* Console.error(`to keep the page small it has ${renderLeftOut(leftOut)}; all of it is in the database`)
    }
    yield* Console.log(inert(file))
  })
).pipe(Command.withDescription("Make one HTML page of what the database says"))
