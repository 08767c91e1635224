/**
 * @since 0.1.0
 */
import * as Args from "@effect/cli/Args"
import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { ImportSummary } from "../../domain/ImportSummary.js"
import { renderImport } from "../render/import.js"
import { style } from "../render/style.js"
import { scipImport } from "../scipImport.js"
import { existingFile } from "./existingFile.js"
import * as Repository from "./repository.js"

const toJson = Schema.encode(Schema.parseJson(ImportSummary, { space: 2 }))

/**
 * `codeintel import FILE [PATH]`: an index that was made elsewhere.
 *
 * @since 0.1.0
 * @category commands
 */
export const importIndex = Command.make(
  "import",
  {
    ...Repository.options,
    json: Options.boolean("json").pipe(Options.withDescription("print the summary as JSON")),
    file: Args.text({ name: "file" }).pipe(Args.withDescription("SCIP index, of any language")),
    path: Repository.path
  },
  Effect.fn("cli.import")(function*(given) {
    const file = yield* existingFile(given.file, given.file)
    const ctx = yield* Repository.open(given)
    const summary = yield* scipImport(ctx, file)
    yield* Console.log(given.json ? yield* Effect.orDie(toJson(summary)) : renderImport(summary, yield* style))
  })
).pipe(Command.withDescription("Store a SCIP index that was made elsewhere"))
