/**
 * @since 0.1.0
 */
import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { PruneSummary } from "../../domain/PruneSummary.js"
import { prune as run } from "../prune.js"
import { renderPrune } from "../render/prune.js"
import { UsageError } from "./exit.js"
import * as Repository from "./repository.js"

const toJson = Schema.encode(Schema.parseJson(PruneSummary, { space: 2 }))

/**
 * `codeintel prune --keep N [PATH]`: the database gets smaller, and its latest snapshot stays as it is.
 *
 * @since 0.1.0
 * @category commands
 */
export const prune = Command.make(
  "prune",
  {
    ...Repository.options,
    keep: Options.integer("keep").pipe(
      Options.withDescription("snapshots to keep: the latest, then clean ones before dirty ones, newest first")
    ),
    dryRun: Options.boolean("dry-run").pipe(Options.withDescription("say what would go, and change nothing")),
    json: Options.boolean("json").pipe(Options.withDescription("print the summary as JSON")),
    path: Repository.path
  },
  Effect.fn("cli.prune")(function*({ dryRun, json, keep, ...given }) {
    if (keep < 1) {
      return yield* new UsageError({ message: `--keep ${keep}: at least 1 snapshot is kept, which is the latest` })
    }
    const summary = yield* run(yield* Repository.locate(given), { keep, dryRun })
    yield* Console.log(json ? yield* Effect.orDie(toJson(summary)) : renderPrune(summary))
  })
).pipe(Command.withDescription("Drop old snapshots, and give their space back"))
