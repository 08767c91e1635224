/**
 * What a view or a table of the database holds, in words, as `codeintel schema --json` prints it.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"

/**
 * @since 0.1.0
 * @category models
 */
export const RelationColumn = Schema.Struct({
  name: Schema.String,
  /** As DuckDB names it. */
  type: Schema.String,
  nullable: Schema.Boolean,
  /** What NULL says; NULL when the column has none. */
  whenNull: Schema.NullOr(Schema.String),
  /** What a number counts, and where from; NULL for what has none. */
  unit: Schema.NullOr(Schema.String),
  description: Schema.String
})

/**
 * @since 0.1.0
 * @category models
 */
export type RelationColumn = typeof RelationColumn.Type

/**
 * @since 0.1.0
 * @category models
 */
export const Relation = Schema.Struct({
  /** `main` has the views over the latest snapshot, whose names need no schema. */
  schema: Schema.String,
  name: Schema.String,
  kind: Schema.Literal("view", "table"),
  description: Schema.String,
  /** In the order of the relation. */
  columns: Schema.Array(RelationColumn)
})

/**
 * @since 0.1.0
 * @category models
 */
export type Relation = typeof Relation.Type

/**
 * Whether it is a view over the latest snapshot: what to ask.
 *
 * @since 0.1.0
 * @category getters
 */
export const isOfLatest = ({ schema }: Relation): boolean => schema === "main"

/**
 * The name as a statement has it.
 *
 * @since 0.1.0
 * @category getters
 */
export const relationName = (relation: Relation): string =>
  isOfLatest(relation) ? relation.name : `${relation.schema}.${relation.name}`
