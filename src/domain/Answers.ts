/**
 * Answers to SQL and to questions about the schema, as the tools of `codeintel mcp` give them.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { Freshness } from "./Freshness.js"
import { Known } from "./Known.js"
import { Relation } from "./Relation.js"

/**
 * @since 0.1.0
 * @category models
 */
export const SqlAnswer = Schema.Struct({
  freshness: Freshness,
  /** In the order of the statement; types as DuckDB names them. */
  columns: Schema.Array(Schema.Struct({ name: Schema.String, type: Schema.String })),
  /** As `codeintel sql --format json` prints them: integers beyond 2^53 are texts, a second column `x` is `x:1`. */
  rows: Schema.Array(Schema.Record({
    key: Schema.String,
    value: Schema.NullOr(Schema.Union(Schema.String, Schema.Number, Schema.Boolean))
  })),
  /** There are more rows than were asked for. */
  truncated: Schema.Boolean,
  /** Tools whose facts are missing, or are not whole: what they would have said is in no row; NULL: none. */
  reason: Schema.NullOr(Schema.String)
})

/**
 * @since 0.1.0
 * @category models
 */
export type SqlAnswer = typeof SqlAnswer.Type

/**
 * @since 0.1.0
 * @category models
 */
export const SchemaAnswer = Schema.Struct({
  /** NULL: nothing can be asked now, and the reason says why, and what to do. */
  freshness: Known(Freshness),
  /** As `codeintel schema --json` prints them. */
  relations: Schema.Array(Relation)
})

/**
 * @since 0.1.0
 * @category models
 */
export type SchemaAnswer = typeof SchemaAnswer.Type
