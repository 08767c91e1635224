/**
 * @since 0.1.0
 */
import * as Args from "@effect/cli/Args"
import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { Shown } from "../../domain/Show.js"
import { fromRoot } from "../ask/fromRoot.js"
import { renderShow } from "../render/show.js"
import { style } from "../render/style.js"
import { show as run } from "../show.js"
import * as Repository from "./repository.js"
import * as Since from "./since.js"

const toJson = Schema.encode(Schema.parseJson(Shown, { space: 2 }))

/**
 * `codeintel show FILE|SYMBOL [PATH]`. Ambiguous or unknown: 2, with what to type instead.
 *
 * @since 0.1.0
 * @category commands
 */
export const show = Command.make(
  "show",
  {
    ...Repository.options,
    since: Since.option,
    limit: Options.integer("limit").pipe(
      Options.withDescription("references, callers, tests and findings to list at most; the counts are of all"),
      Options.withSchema(Schema.Positive),
      Options.withDefault(10)
    ),
    json: Options.boolean("json").pipe(Options.withDescription("print all that is known as JSON")),
    subject: Args.text({ name: "subject" }).pipe(
      Args.withDescription("a file, a module, name, Class.method, module.name, module:name, or a SCIP symbol")
    ),
    path: Repository.path
  },
  Effect.fn("cli.show")(function*(given) {
    const since = yield* Since.given(given.since)
    const ctx = yield* Repository.open(given)
    const shown = yield* run(ctx, yield* fromRoot(ctx.root, given.subject), { ...since, limit: given.limit })
    yield* Console.log(given.json ? yield* Effect.orDie(toJson(shown)) : renderShow(shown, yield* style))
  })
).pipe(Command.withDescription("Say all that is known of a file or a symbol"))
