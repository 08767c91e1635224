/**
 * @since 0.1.0
 */
import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { Hotspots } from "../../domain/Hotspots.js"
import { hotspots as run } from "../hotspots.js"
import { renderHotspots } from "../render/hotspots.js"
import { style } from "../render/style.js"
import * as Repository from "./repository.js"
import * as Since from "./since.js"

const toJson = Schema.encode(Schema.parseJson(Hotspots, { space: 2 }))

/**
 * `codeintel hotspots [PATH]`.
 *
 * @since 0.1.0
 * @category commands
 */
export const hotspots = Command.make(
  "hotspots",
  {
    ...Repository.options,
    since: Since.option,
    limit: Options.integer("limit").pipe(
      Options.withDescription("functions to list at most"),
      Options.withSchema(Schema.Positive),
      Options.withDefault(20)
    ),
    json: Options.boolean("json").pipe(Options.withDescription("print them as JSON")),
    path: Repository.path
  },
  Effect.fn("cli.hotspots")(function*(given) {
    const since = yield* Since.given(given.since)
    const found = yield* run(yield* Repository.open(given), { ...since, limit: given.limit })
    yield* Console.log(given.json ? yield* Effect.orDie(toJson(found)) : renderHotspots(found, yield* style))
  })
).pipe(Command.withDescription("Rank functions by how often they change and what is wrong or untested in them"))
