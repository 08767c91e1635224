/**
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Schema from "effect/Schema"
import { SchemaAnswer } from "../../domain/Answers.js"
import { inert } from "../../domain/inert.js"
import { known, unknown } from "../../domain/Known.js"
import { Warehouse } from "../../services/Warehouse.js"
import { reading } from "../database.js"
import { freshness } from "../freshness.js"
import { wantedRelations } from "../relationNames.js"
import { renderFreshness } from "../render/freshness.js"
import { renderSchema } from "../render/schema.js"
import { plain } from "../render/style.js"
import * as Arguments from "./arguments.js"
import { question } from "./question.js"

/**
 * It needs no database, as the command does not; where there is one, what it holds is said.
 *
 * @since 0.1.0
 * @category questions
 */
export const schema = question({
  name: "schema",
  title: "Views and columns of the database",
  description:
    "Explains the views to ask with `sql`: each column with its type, unit, and what NULL says. All views over the latest " +
    "snapshot unless one is named. Ask it before you write a statement.",
  input: Schema.Struct({
    table: Arguments.optional(Arguments.text("one view or table: diagnostics, files, core.snapshots")),
    all: Arguments.flag("also what is stored: the views and tables over all snapshots")
  }),
  output: SchemaAnswer,
  answer: (ctx, { all, table }) =>
    Effect.gen(function*() {
      const relations = yield* Effect.flatMap(Warehouse, (warehouse) => warehouse.schema)
      const wanted = yield* Either.mapLeft(
        wantedRelations(relations, { name: table?.trim(), all, hint: "schema with all: true explains all there are" }),
        (message) => ({ message })
      )
      const fresh = yield* reading(ctx, (connection) => freshness(connection, ctx)).pipe(
        Effect.map(known),
        // the views are what they are; that they cannot be asked is part of the answer
        Effect.catchTag("WarehouseError", (error) => Effect.succeed(unknown(error.message)))
      )
      const found: SchemaAnswer = { freshness: fresh, relations: wanted }
      return found
    }),
  render: ({ freshness, relations }) =>
    [
      freshness.value === null
        ? `nothing can be asked now: ${inert(freshness.reason ?? "")}`
        : renderFreshness(freshness.value, plain),
      "",
      renderSchema(relations, plain, Infinity)
    ].join("\n")
})
