/**
 * @since 0.1.0
 */
import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { inert } from "../../domain/inert.js"
import type { SettingsFileName } from "../../domain/Setting.js"
import { Repositories } from "../../services/Repositories.js"
import { init as run } from "../init.js"
import * as Repository from "./repository.js"

/**
 * `codeintel init [PATH]`: refuses (2) when there are settings already.
 *
 * @since 0.1.0
 * @category commands
 */
export const init = Command.make(
  "init",
  {
    file: Options.choice("file", ["pyproject.toml", "codeintel.toml"] satisfies ReadonlyArray<SettingsFileName>).pipe(
      Options.withDescription("the file to write: pyproject.toml where there is one, else codeintel.toml"),
      Options.optional
    ),
    print: Options.boolean("print").pipe(Options.withDescription("print what would be written, and write nothing")),
    path: Repository.path
  },
  Effect.fn("cli.init")(function*({ file, path, print }) {
    const repositories = yield* Repositories
    const { name, path: written, text } = yield* run(yield* repositories.locate(path), {
      dryRun: print,
      ...(Option.isSome(file) && { file: file.value })
    })
    yield* Console.log(
      print
        ? text.trimEnd()
        : `${inert(written)}: ${
          name === "pyproject.toml" ? "[tool.codeintel] was added" : "made"
        }, every setting at its ` +
          "default behind a #\nnext: codeintel config says what is in force"
    )
  })
).pipe(Command.withDescription("Write a file of settings to begin with, all of them comments"))
