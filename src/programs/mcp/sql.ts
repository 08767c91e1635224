/**
 * @since 0.1.0
 */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { SqlAnswer } from "../../domain/Answers.js"
import { Warehouse } from "../../services/Warehouse.js"
import { missingFacts } from "../ask/missingFacts.js"
import { reading } from "../database.js"
import { freshness } from "../freshness.js"
import { rowObjects } from "../render/queryResult.js"
import { renderSqlAnswer } from "../render/sqlAnswer.js"
import { plain } from "../render/style.js"
import * as Arguments from "./arguments.js"
import { question } from "./question.js"

/** Seconds that a statement may ask for. */
const LONGEST = 600

/**
 * The statement is asked while a connection is open: what `freshness` says is of the snapshot that the rows are of.
 *
 * @since 0.1.0
 * @category questions
 */
export const sql = question({
  name: "sql",
  title: "Ask the database in SQL",
  description:
    "Runs one SELECT (DuckDB's SQL) over all that was measured, read-only and sandboxed: it cannot write, read other files or " +
    "change a setting. Ask `schema` for the views and columns first. NULL in a count is \"not measured\", never zero: do not " +
    "coalesce it. Use it for what the other tools do not answer. `truncated` says that there are more rows.",
  input: Schema.Struct({
    query: Arguments.text("one SQL statement that reads"),
    maxRows: Arguments.limit("rows at most; what is beyond them is not computed", 100),
    timeoutSeconds: Schema.optionalWith(
      Schema.Number.pipe(Schema.greaterThan(0), Schema.lessThanOrEqualTo(LONGEST)).annotations({
        title: "seconds",
        description: `seconds that the statement may take, above 0 and at most ${LONGEST}; 60 unless given`,
        default: 60,
        message: Arguments.wrong(`seconds, above 0 and at most ${LONGEST}`)
      }),
      { exact: true, default: () => 60 }
    )
  }),
  output: SqlAnswer,
  answer: (ctx, { maxRows, query, timeoutSeconds }) =>
    reading(ctx, (connection) =>
      Effect.gen(function*() {
        const fresh = yield* freshness(connection, ctx)
        const warehouse = yield* Warehouse
        const result = yield* warehouse.ask(ctx.paths.database, query, {
          maxRows,
          timeout: Duration.seconds(timeoutSeconds)
        })
        const found: SqlAnswer = {
          freshness: fresh,
          columns: result.columns,
          rows: rowObjects(result),
          truncated: result.truncated,
          reason: missingFacts(fresh)
        }
        return found
      })),
  render: (found) => renderSqlAnswer(found, plain)
})
