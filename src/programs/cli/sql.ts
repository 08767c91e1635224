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
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import { inertLines } from "../../domain/inert.js"
import { Warehouse } from "../../services/Warehouse.js"
import { type Format, render } from "../render/queryResult.js"
import * as Repository from "./repository.js"

/** `| head`: who read us has enough. */
const isReaderGone = (error: PlatformError) =>
  Predicate.hasProperty(error, "cause") && Predicate.hasProperty(error.cause, "code") && error.cause.code === "EPIPE"

/**
 * `codeintel sql QUERY [PATH]`: asks, and can do nothing else.
 *
 * @since 0.1.0
 * @category commands
 */
export const sql = Command.make(
  "sql",
  {
    ...Repository.options,
    format: Options.choice("format", ["table", "json", "csv"] satisfies ReadonlyArray<Format>).pipe(
      Options.withDescription("how the rows are printed"),
      Options.withDefault("table")
    ),
    maxRows: Options.integer("max-rows").pipe(
      Options.withDescription("rows to print at most"),
      Options.withSchema(Schema.Positive),
      Options.withDefault(10_000)
    ),
    query: Args.text({ name: "query" }).pipe(Args.withDescription("one SQL statement (DuckDB)")),
    path: Repository.path
  },
  Effect.fn("cli.sql")(function*(given) {
    const warehouse = yield* Warehouse
    const { paths } = yield* Repository.locate(given)
    const result = yield* warehouse.ask(paths.database, given.query, { maxRows: given.maxRows })
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
  })
).pipe(Command.withDescription("Ask the database, read-only"))
