/**
 * @since 0.1.0
 */
import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { table } from "../render/table.js"
import * as Repository from "./repository.js"

const toJson = Schema.encode(Schema.parseJson({ space: 2 }))

/**
 * `codeintel config [PATH]`: each setting with the place that decided it.
 *
 * @since 0.1.0
 * @category commands
 */
export const config = Command.make(
  "config",
  {
    ...Repository.options,
    json: Options.boolean("json").pipe(Options.withDescription("print the settings as JSON")),
    path: Repository.path
  },
  Effect.fn("cli.config")(function*(given) {
    const { config: { entries } } = yield* Repository.locate(given)
    const columns = [{ title: "setting" }, { title: "value" }, { title: "from" }]
    yield* Console.log(
      given.json
        ? yield* Effect.orDie(toJson(entries))
        : table(columns, entries.map(({ key, origin, value }) => [key, value, origin]))
    )
  })
).pipe(Command.withDescription("Print every setting and where it comes from"))
