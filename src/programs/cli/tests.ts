/**
 * @since 0.1.0
 */
import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import * as FileSystem from "@effect/platform/FileSystem"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { TestSelection } from "../../domain/TestSelection.js"
import { ToolService } from "../../services/ToolService.js"
import { plain, style } from "../render/style.js"
import { renderTests } from "../render/tests.js"
import { argumentsOf } from "../tests/arguments.js"
import { testsFor } from "../testsFor.js"
import { ExitWith, UsageError } from "./exit.js"
import * as Repository from "./repository.js"

const toJson = Schema.encode(Schema.parseJson(TestSelection, { space: 2 }))

/**
 * `codeintel tests --diff REV [PATH]`. With `--run`, stdout is what pytest prints, and the exit code is its own; where no test
 * is needed, nothing is run (0).
 *
 * @since 0.1.0
 * @category commands
 */
export const tests = Command.make(
  "tests",
  {
    ...Repository.options,
    diff: Options.text("diff").pipe(
      Options.withDescription("the revision that the change is from: main, HEAD, a commit (where the histories part)")
    ),
    ignore: Options.text("ignore").pipe(
      Options.withDescription("files that no test needs, a pattern as in a .gitignore; may be given several times"),
      Options.repeated
    ),
    run: Options.boolean("run").pipe(
      Options.withDescription("run pytest with these tests; ends with pytest's own exit code")
    ),
    output: Options.text("output").pipe(
      Options.withDescription("write the arguments of pytest to a file, for pytest @FILE"),
      Options.optional
    ),
    json: Options.boolean("json").pipe(Options.withDescription("print the selection as JSON")),
    path: Repository.path
  },
  Effect.fn("cli.tests")(function*(given) {
    const { diff, ignore, json, output, run } = given
    if (run && json) return yield* new UsageError({ message: "--run and --json: both want stdout; say one of them" })
    if (run && given.untrusted) {
      return yield* new UsageError({ message: "--run and --untrusted: tests are code of the repository" })
    }
    const fs = yield* FileSystem.FileSystem
    const ctx = yield* Repository.open(given)
    const selection = yield* testsFor(ctx, { revision: diff, ignored: ignore })
    const args = argumentsOf(selection)
    if (Option.isSome(output)) {
      yield* Effect.mapError(
        fs.writeFileString(output.value, `${args.join("\n")}\n`),
        (error) => new UsageError({ message: `--output ${output.value}: ${error.message}` })
      )
    }
    if (!run) {
      return yield* Console.log(json ? yield* Effect.orDie(toJson(selection)) : renderTests(selection, yield* style))
    }
    yield* Console.error(renderTests(selection, plain))
    if (selection.needed === "none") return
    const tools = yield* ToolService
    const exitCode = yield* tools.runSelectedTests(ctx, {
      args,
      isColored: (yield* style) !== plain,
      onLine: (line, stream) => stream === "stdout" ? Console.log(line) : Console.error(line)
    })
    if (exitCode !== 0) return yield* new ExitWith({ code: exitCode })
  })
).pipe(Command.withDescription("Say which tests a change needs, and why; run them"))
