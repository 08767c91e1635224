/**
 * @since 0.1.0
 */
import * as Args from "@effect/cli/Args"
import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { Comparison } from "../../domain/Comparison.js"
import { diff as run } from "../diff.js"
import { renderDiff, renderDiffMarkdown } from "../render/diff.js"
import { style } from "../render/style.js"
import { WORKTREE } from "../snapshots.js"
import { ExitWith } from "./exit.js"
import * as Repository from "./repository.js"

const toJson = Schema.encode(Schema.parseJson(Comparison, { space: 2 }))

/**
 * `codeintel diff A B [PATH]`: what changed between two states. Differences are no failure; a tool without facts on one
 * of the sides is (3).
 *
 * @since 0.1.0
 * @category commands
 */
export const diff = Command.make(
  "diff",
  {
    ...Repository.options,
    format: Options.choice("format", ["text", "json", "markdown"]).pipe(
      Options.withDescription("how it is printed"),
      Options.withDefault("text")
    ),
    json: Options.boolean("json").pipe(Options.withDescription("the same as --format json")),
    base: Args.text({ name: "a" }).pipe(
      Args.withDescription(`a revision of git, ${WORKTREE}, or the id of a stored snapshot`)
    ),
    head: Args.text({ name: "b" }).pipe(Args.withDescription("the same: what changed from A to B")),
    path: Repository.path
  },
  Effect.fn("cli.diff")(function*(given) {
    const ctx = yield* Repository.open(given)
    const comparison = yield* run(ctx, { base: given.base, head: given.head })
    const format = given.json ? "json" : given.format
    yield* Console.log(
      format === "json"
        ? yield* Effect.orDie(toJson(comparison))
        : format === "markdown"
        ? renderDiffMarkdown(comparison)
        : renderDiff(comparison, yield* style)
    )
    if (comparison.tools.some((tool) => tool.new === null)) return yield* new ExitWith({ code: 3 })
  })
).pipe(Command.withDescription("Compare two revisions, or one with the working tree: new, fixed and moved findings"))
