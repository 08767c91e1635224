/**
 * @since 0.1.0
 */
import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { Confidence, DeadCode } from "../../domain/DeadCode.js"
import { dead as run } from "../dead.js"
import { renderDead } from "../render/dead.js"
import { style } from "../render/style.js"
import * as Repository from "./repository.js"

const toJson = Schema.encode(Schema.parseJson(DeadCode, { space: 2 }))

/**
 * `codeintel dead [PATH]`: candidates are no failure; an index that is not whole is (3).
 *
 * @since 0.1.0
 * @category commands
 */
export const dead = Command.make(
  "dead",
  {
    ...Repository.options,
    all: Options.boolean("all").pipe(
      Options.withDescription("list also what is public, and what something speaks against (in --json it always is)")
    ),
    json: Options.boolean("json").pipe(Options.withDescription("print all candidates with their evidence as JSON")),
    path: Repository.path
  },
  Effect.fn("cli.dead")(function*(given) {
    const found = yield* run(yield* Repository.open(given))
    const shown = given.all ? Confidence.literals : ["high"] as const
    yield* Console.log(given.json ? yield* Effect.orDie(toJson(found)) : renderDead(found, shown, yield* style))
  })
).pipe(Command.withDescription("List functions and classes that nothing refers to, with what speaks for and against"))
