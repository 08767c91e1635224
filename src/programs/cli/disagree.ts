/**
 * @since 0.1.0
 */
import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { fromOn, Severity } from "../../domain/Diagnostic.js"
import { Disagreements } from "../../domain/Disagreements.js"
import type { PipelineContext } from "../../domain/PipelineContext.js"
import { otherTools, type ToolName } from "../../domain/ToolName.js"
import { disagree as run } from "../disagree.js"
import { renderDisagreements } from "../render/disagree.js"
import { style } from "../render/style.js"
import { commaSeparated } from "./commaSeparated.js"
import { UsageError } from "./exit.js"
import * as Repository from "./repository.js"

const toJson = Schema.encode(Schema.parseJson(Disagreements, { space: 2 }))

/** Places of each pair of rules that are listed unless said otherwise. */
const LIMIT = 10

const parseTools = (
  given: string,
  { config }: PipelineContext
): Effect.Effect<readonly [ToolName, ToolName], UsageError> => {
  const known = Object.keys(config.tools).filter((tool) => !otherTools.includes(tool))
  const names = commaSeparated(given)
  const unknown = names.find((name) => !known.includes(name))
  const [first, second, third] = names
  return unknown !== undefined
    ? new UsageError({ message: `--tools ${given}: ${unknown} is no checker; there is ${known.join(", ")}` })
    : first === undefined || second === undefined || third !== undefined || first === second
    ? new UsageError({ message: `--tools ${given}: two different ones are compared: --tools pyright,pyrefly` })
    : Effect.succeed([first, second])
}

/**
 * `codeintel disagree [PATH]`. That they differ is no failure; that there is nothing to compare is (3).
 *
 * @since 0.1.0
 * @category commands
 */
export const disagree = Command.make(
  "disagree",
  {
    ...Repository.options,
    tools: Options.text("tools").pipe(
      Options.withDescription("the two checkers, comma separated"),
      Options.withDefault("pyright,pyrefly")
    ),
    severity: Options.choice("severity", Severity.literals).pipe(
      Options.withDescription("how bad a finding of one of them has to be at least"),
      Options.withDefault("error")
    ),
    rule: Options.text("rule").pipe(
      Options.withDescription("only pairs with this rule, of either checker; may be given several times"),
      Options.repeated
    ),
    file: Options.text("file").pipe(
      Options.withDescription("only files of this path or pattern (as in a .gitignore), relative to the repository"),
      Options.optional
    ),
    limit: Options.integer("limit").pipe(
      Options.withDescription(`places to list of each pair of rules (${LIMIT} unless given; all in --json)`),
      Options.withSchema(Schema.NonNegative),
      Options.optional
    ),
    agreed: Options.boolean("agreed").pipe(
      Options.withDescription("list the places that both report, too (in --json they always are)")
    ),
    json: Options.boolean("json").pipe(Options.withDescription("print what was found as JSON")),
    path: Repository.path
  },
  Effect.fn("cli.disagree")(function*(given) {
    const ctx = yield* Repository.open(given)
    const { agreed, file, json, limit, rule, severity, tools } = given
    const found = yield* run(ctx, {
      tools: yield* parseTools(tools, ctx),
      severities: fromOn(severity),
      rules: rule,
      limit: Option.getOrElse(limit, () => json ? Infinity : LIMIT),
      ...(Option.isSome(file) && { files: file.value })
    })
    if (Option.isSome(file) && found.files === 0) {
      return yield* new UsageError({ message: `--file ${file.value}: no Python file of the snapshot is meant by it` })
    }
    yield* Console.log(
      json ? yield* Effect.orDie(toJson(found)) : renderDisagreements(found, yield* style, { agreed })
    )
  })
).pipe(Command.withDescription("Say where two checkers differ, by file and line"))
