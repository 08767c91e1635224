/**
 * @since 0.1.0
 */
import * as Args from "@effect/cli/Args"
import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import type { PlatformError } from "@effect/platform/Error"
import * as Terminal from "@effect/platform/Terminal"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import { inertLines } from "../../domain/inert.js"
import { noTimeout, timeoutOf } from "../../domain/Timeout.js"
import { Warehouse } from "../../services/Warehouse.js"
import { type Format, render } from "../render/queryResult.js"
import { ExitWith, UsageError } from "./exit.js"
import * as Repository from "./repository.js"

/** `| head`: who read us has enough. */
const isReaderGone = (error: PlatformError) =>
  Predicate.hasProperty(error, "cause") && Predicate.hasProperty(error.cause, "code") && error.cause.code === "EPIPE"

const parseTimeout = (text: string) =>
  Option.match(timeoutOf(text), {
    onNone: () => new UsageError({ message: `--timeout ${text}: it ${noTimeout}` }),
    onSome: Effect.succeed
  })

/**
 * `codeintel sql QUERY [PATH]`: asks, and can do nothing else. Rows where none should be are 1.
 *
 * @since 0.1.0
 * @category commands
 */
export const sql = Command.make(
  "sql",
  {
    ...Repository.options,
    format: Options.choice("format", ["table", "json", "csv", "markdown"] satisfies ReadonlyArray<Format>).pipe(
      Options.withDescription("how the rows are printed"),
      Options.withDefault("table")
    ),
    maxRows: Options.integer("max-rows").pipe(
      Options.withDescription("rows to print at most"),
      Options.withSchema(Schema.Positive),
      Options.withDefault(10_000)
    ),
    timeout: Options.text("timeout").pipe(
      Options.withDescription(
        "how long the statement may take, such as 90 (seconds) or \"5 minutes\"; 60 seconds unless given"
      ),
      Options.withDefault("60 seconds")
    ),
    failOnRows: Options.boolean("fail-on-rows").pipe(
      Options.withDescription("end with 1 when there is a row, which is printed all the same")
    ),
    query: Args.text({ name: "query" }).pipe(Args.withDescription("one SQL statement (DuckDB)")),
    path: Repository.path
  },
  Effect.fn("cli.sql")(function*(given) {
    const timeout = yield* parseTimeout(given.timeout)
    const warehouse = yield* Warehouse
    const { paths } = yield* Repository.locate(given)
    const result = yield* warehouse.ask(paths.database, given.query, { maxRows: given.maxRows, timeout })
    const text = yield* render(result, given.format)
    const terminal = yield* Terminal.Terminal
    // CSV has no escapes: to a person it is shown, and a file or a program gets every character as it is
    yield* given.format !== "csv"
      ? Console.log(text)
      : (yield* terminal.isTTY)
      ? Console.log(inertLines(text))
      : Effect.catchIf(terminal.display(`${text}\n`), isReaderGone, () => Effect.void).pipe(Effect.orDie)
    if (result.truncated) {
      yield* Console.error(`only the first ${given.maxRows} rows are shown: see --max-rows`)
    }
    if (given.failOnRows && result.rows.length > 0) return yield* new ExitWith({ code: 1 })
  })
).pipe(Command.withDescription("Ask the database, read-only"))
