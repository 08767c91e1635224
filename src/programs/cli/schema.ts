/**
 * @since 0.1.0
 */
import * as Args from "@effect/cli/Args"
import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import * as Terminal from "@effect/platform/Terminal"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { Relation } from "../../domain/Relation.js"
import { Warehouse } from "../../services/Warehouse.js"
import { wantedRelations } from "../relationNames.js"
import { renderSchema, schemaMarkdown } from "../render/schema.js"
import { style } from "../render/style.js"
import { UsageError } from "./exit.js"

const toJson = Schema.encode(Schema.parseJson(Schema.Array(Relation), { space: 2 }))

const width = Effect.gen(function*() {
  const terminal = yield* Terminal.Terminal
  const columns = yield* terminal.columns
  return (yield* terminal.isTTY) && columns > 0 ? columns : Infinity
})

/**
 * `codeintel schema [TABLE]`: what there is to ask. No database is needed.
 *
 * @since 0.1.0
 * @category commands
 */
export const schema = Command.make(
  "schema",
  {
    all: Options.boolean("all").pipe(
      Options.withDescription("what is stored, too: the views and tables over all snapshots")
    ),
    format: Options.choice("format", ["table", "json", "markdown"]).pipe(
      Options.withDescription("how it is printed; a table unless given"),
      Options.optional
    ),
    json: Options.boolean("json").pipe(Options.withDescription("print it as JSON, as --format json does")),
    table: Args.text({ name: "table" }).pipe(
      Args.withDescription("one view or table; the views over the latest snapshot unless given"),
      Args.optional
    )
  },
  Effect.fn("cli.schema")(function*({ all, json, table, ...given }) {
    if (json && Option.exists(given.format, (format) => format !== "json")) {
      return yield* new UsageError({ message: "--json and another --format: give one of them" })
    }
    const format = json ? "json" : Option.getOrElse(given.format, () => "table" as const)
    const relations = yield* Effect.flatMap(Warehouse, (warehouse) => warehouse.schema)
    const wanted = yield* Either.mapLeft(
      wantedRelations(relations, {
        name: Option.getOrUndefined(table),
        all,
        hint: "codeintel schema --all shows all there are"
      }),
      (message) => new UsageError({ message })
    )
    yield* Console.log(
      format === "json"
        ? yield* Effect.orDie(toJson(wanted))
        : format === "markdown"
        ? schemaMarkdown(wanted).trimEnd()
        : renderSchema(wanted, yield* style, yield* width)
    )
  })
).pipe(Command.withDescription("Explain the views and tables of the database, and their columns"))
