/**
 * @since 0.1.0
 */
import * as Args from "@effect/cli/Args"
import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import * as FileSystem from "@effect/platform/FileSystem"
import * as Path from "@effect/platform/Path"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { ImportSummary } from "../../domain/ImportSummary.js"
import { renderImport } from "../render/import.js"
import { style } from "../render/style.js"
import { scipImport } from "../scipImport.js"
import { UsageError } from "./exit.js"
import * as Repository from "./repository.js"

const toJson = Schema.encode(Schema.parseJson(ImportSummary, { space: 2 }))

const existingFile = Effect.fnUntraced(function*(file: string) {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const isFile = Effect.map(fs.stat(file), ({ type }) => type === "File")
  if (yield* Effect.orElseSucceed(isFile, () => false)) return path.resolve(file)
  return yield* new UsageError({ message: `${file}: there is no such file` })
})

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
    const file = yield* existingFile(given.file)
    const ctx = yield* Repository.open(given)
    const summary = yield* scipImport(ctx, file)
    yield* Console.log(given.json ? yield* Effect.orDie(toJson(summary)) : renderImport(summary, yield* style))
  })
).pipe(Command.withDescription("Store a SCIP index that was made elsewhere"))
