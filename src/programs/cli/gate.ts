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
import { Severity } from "../../domain/Diagnostic.js"
import { exitCodes, type GateRules } from "../../domain/Verdict.js"
import { defaultRules, gate as run } from "../gate.js"
import { GateFormat, renderGate } from "../render/gate.js"
import { plain, style } from "../render/style.js"
import { commaSeparated } from "./commaSeparated.js"
import { ExitWith, UsageError } from "./exit.js"
import * as Repository from "./repository.js"

const names = (given: ReadonlyArray<string>) => given.flatMap(commaSeparated)

const formats = GateFormat.literals

const isFormat = Schema.is(GateFormat)

interface Output {
  readonly format: GateFormat
  readonly file: string
}

const parseOutput = (said: string): Effect.Effect<Output, UsageError> => {
  const end = said.indexOf("=")
  const format = said.slice(0, Math.max(0, end))
  const file = said.slice(end + 1)
  return isFormat(format) && file !== ""
    ? Effect.succeed({ format, file })
    : new UsageError({ message: `--output ${said}: give FORMAT=FILE, FORMAT one of ${formats.join(", ")}` })
}

/** A summary of a workflow is a file to which every step adds. */
const isAdded = (format: GateFormat) => format === "markdown"

/**
 * `codeintel gate --base REV [PATH]`: 0 nothing new, 1 new findings, 3 not enough was measured to say so.
 *
 * @since 0.1.0
 * @category commands
 */
export const gate = Command.make(
  "gate",
  {
    ...Repository.options,
    base: Options.text("base").pipe(
      Options.withDescription("a revision of git; compared is the commit where the working tree branched off from it")
    ),
    exactBase: Options.boolean("exact-base").pipe(
      Options.withDescription("compare with the revision itself, whatever has happened there since")
    ),
    severity: Options.choice("severity", Severity.literals).pipe(
      Options.withDescription("new findings of this severity or a worse one fail"),
      Options.withDefault(defaultRules.severity)
    ),
    tool: Options.text("tool").pipe(
      Options.withDescription("checkers that count (comma separated, * for any part of a name); all unless given"),
      Options.repeated
    ),
    rule: Options.text("rule").pipe(
      Options.withDescription("rules that count, in the same way; all unless given"),
      Options.repeated
    ),
    ignoreRule: Options.text("ignore-rule").pipe(
      Options.withDescription("rules that do not count"),
      Options.repeated
    ),
    minCoverage: Options.float("min-coverage").pipe(
      Options.withDescription("percent of the changed lines that tests must run; runs the tests"),
      Options.withSchema(Schema.Number.pipe(Schema.between(0, 100))),
      Options.optional
    ),
    format: Options.choice("format", formats).pipe(
      Options.withDescription("how it is printed"),
      Options.withDefault("text")
    ),
    output: Options.text("output").pipe(
      Options.withDescription("FORMAT=FILE: written to a file, too (markdown is added to its end)"),
      Options.repeated
    ),
    path: Repository.path
  },
  Effect.fn("cli.gate")(function*(given) {
    const fs = yield* FileSystem.FileSystem
    const outputs = yield* Effect.forEach(given.output, parseOutput, { concurrency: 1 })
    const rules: GateRules = {
      severity: given.severity,
      tools: names(given.tool),
      rules: names(given.rule),
      ignoredRules: names(given.ignoreRule),
      minimumCoverage: Option.getOrNull(given.minCoverage)
    }
    const ctx = yield* Repository.open(given)
    const verdict = yield* run(ctx, { base: given.base, exact: given.exactBase, rules })
    yield* Console.log(renderGate(verdict, given.format, yield* style))
    yield* Effect.forEach(outputs, ({ file, format }) =>
      Effect.mapError(
        fs.writeFileString(file, `${renderGate(verdict, format, plain)}\n`, { flag: isAdded(format) ? "a" : "w" }),
        (error) => new UsageError({ message: `--output ${format}=${file}: ${error.message}` })
      ), { concurrency: 1, discard: true })
    if (verdict.verdict !== "passed") return yield* new ExitWith({ code: exitCodes[verdict.verdict] })
  })
).pipe(Command.withDescription("Fail on findings that the working tree has and its base has not"))
