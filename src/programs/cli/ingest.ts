/**
 * @since 0.1.0
 */
import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { IngestSummary } from "../../domain/IngestSummary.js"
import { needsAttention } from "../../domain/ToolRun.js"
import { Repositories } from "../../services/Repositories.js"
import { type Dataset, datasets } from "../datasets.js"
import { ingest as run } from "../ingest.js"
import { renderReindexed } from "../render/reindexed.js"
import { style } from "../render/style.js"
import { renderSummary } from "../render/summary.js"
import { revisionIngest } from "../revisionIngest.js"
import { commaSeparated } from "./commaSeparated.js"
import { existingFile } from "./existingFile.js"
import { ExitWith, UsageError } from "./exit.js"
import * as Repository from "./repository.js"

const toJson = Schema.encode(Schema.parseJson(IngestSummary, { space: 2 }))

const isDataset = (name: string): name is Dataset => datasets.some((dataset) => dataset === name)

const parseOnly = (only: string) => {
  const names = commaSeparated(only)
  const unknown = names.filter((name) => !isDataset(name))
  return unknown.length > 0 || names.length === 0
    ? new UsageError({
      message: `--only ${only}: ${unknown[0] ?? "nothing"} is no dataset; there is ${datasets.join(", ")}`
    })
    : Effect.succeed(names.filter(isDataset))
}

/**
 * `codeintel ingest [PATH]`. Findings are no failure; a tool that is missing, failed or suspect is (3).
 *
 * @since 0.1.0
 * @category commands
 */
export const ingest = Command.make(
  "ingest",
  {
    ...Repository.options,
    rev: Options.text("rev").pipe(
      Options.withDescription(
        "a revision of git instead of the working tree: its files are made beside the repository"
      ),
      Options.optional
    ),
    only: Options.text("only").pipe(
      Options.withDescription(`datasets to bring up to date, comma separated: ${datasets.join(", ")}`),
      Options.optional
    ),
    noTests: Options.boolean("no-tests").pipe(
      Options.withDescription("do not run the tests, nor measure coverage: no code of the repository is executed")
    ),
    contexts: Options.boolean("contexts").pipe(
      Options.withDescription("record which test ran which line, into coverage_contexts")
    ),
    pytestReport: Options.text("pytest-report").pipe(
      Options.withDescription("read this report (report log, or JSON of pytest-json-report) instead of running pytest"),
      Options.optional
    ),
    strict: Options.boolean("strict").pipe(
      Options.withDescription("stop the other tools when one is missing, fails or is suspect")
    ),
    explain: Options.boolean("explain").pipe(
      Options.withDescription("say of each file that was indexed again why (in --json it always is)")
    ),
    json: Options.boolean("json").pipe(Options.withDescription("print the summary as JSON")),
    path: Repository.path
  },
  Effect.fn("cli.ingest")(function*(given) {
    const only = yield* Effect.transposeOption(Option.map(given.only, parseOnly))
    const ctx = yield* Repository.open(given)
    const report = yield* Effect.transposeOption(
      Option.map(given.pytestReport, (file) => existingFile(file, `--pytest-report ${file}`))
    )
    const options = {
      strict: given.strict,
      tests: !given.noTests,
      contexts: given.contexts,
      ...(Option.isSome(only) && { only: only.value })
    }
    if (Option.isSome(given.rev) && Option.isSome(report)) {
      return yield* new UsageError({
        message: "--pytest-report is of the working tree, and --rev of a commit: give one of them"
      })
    }
    const summary = Option.isSome(given.rev)
      ? yield* revisionIngest(
        ctx,
        yield* Effect.flatMap(Repositories, ({ commitOf }) => commitOf(ctx, Option.getOrThrow(given.rev))),
        options
      )
      : yield* run(ctx, { ...options, ...(Option.isSome(report) && { pytestReport: report.value }) })
    yield* Console.log(
      given.json ? yield* Effect.orDie(toJson(summary)) : renderSummary(summary, yield* style)
    )
    if (given.explain && !given.json) yield* Console.log(`\n${renderReindexed(summary)}`)
    if (summary.tools.some(({ status }) => needsAttention(status))) return yield* new ExitWith({ code: 3 })
  })
).pipe(Command.withDescription("Run the tools over a repository and store what they say"))
