/**
 * @since 0.1.0
 */
import * as Args from "@effect/cli/Args"
import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { ImportSummary, ReportSummary } from "../../domain/ImportSummary.js"
import type { PathMapping } from "../../domain/Placement.js"
import { ReportFormat } from "../../domain/ReportFormat.js"
import { renderImport } from "../render/import.js"
import { renderReport } from "../render/report.js"
import { style } from "../render/style.js"
import { importReport } from "../reportImport.js"
import { existingFile } from "./existingFile.js"
import { UsageError } from "./exit.js"
import * as Repository from "./repository.js"

const toJson = Schema.encode(Schema.parseJson(Schema.Union(ImportSummary, ReportSummary), { space: 2 }))

/** At the last `=`: a directory of the repository has none in its name, more likely than one elsewhere. */
const parseMap = (text: string): Effect.Effect<PathMapping, UsageError> => {
  const at = text.lastIndexOf("=")
  const [from, to] = [text.slice(0, at), text.slice(at + 1)]
  const isRelative = !/^([\\/]|[A-Za-z]:)|(^|[\\/])\.\.([\\/]|$)/.test(to)
  return at > 0 && to !== "" && isRelative
    ? Effect.succeed({ from, to })
    : new UsageError({
      message: `--map ${text}: it is FROM=TO, where TO is a directory of the repository, relative to it (. is its root)`
    })
}

/**
 * `codeintel import FILE [PATH]`: what a tool said elsewhere.
 *
 * @since 0.1.0
 * @category commands
 */
export const importFile = Command.make(
  "import",
  {
    ...Repository.options,
    format: Options.choice("format", ReportFormat.literals).pipe(
      Options.withDescription("what the file is; told by what is in it unless given"),
      Options.optional
    ),
    map: Options.text("map").pipe(
      Options.withDescription("FROM=TO: paths of the file below FROM are below TO in the repository; may be repeated"),
      Options.repeated
    ),
    json: Options.boolean("json").pipe(Options.withDescription("print the summary as JSON")),
    file: Args.text({ name: "file" }).pipe(
      Args.withDescription(
        "SCIP index; coverage data or JSON; JUnit XML, report log or JSON report of pytest; SARIF; JSON of ruff, pyright " +
          "or pyrefly"
      )
    ),
    path: Repository.path
  },
  Effect.fn("cli.import")(function*(given) {
    const maps = yield* Effect.forEach(given.map, parseMap, { concurrency: 1 })
    const file = yield* existingFile(given.file, given.file)
    const ctx = yield* Repository.open(given)
    const summary = yield* importReport(ctx, file, {
      maps,
      ...(Option.isSome(given.format) && { format: given.format.value })
    })
    yield* Console.log(
      given.json
        ? yield* Effect.orDie(toJson(summary))
        : "runs" in summary
        ? renderReport(summary, yield* style)
        : renderImport(summary, yield* style)
    )
  })
).pipe(Command.withDescription("Store what a tool said elsewhere: reports of CI, or a SCIP index"))
