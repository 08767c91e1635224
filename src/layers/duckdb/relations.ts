/**
 * The definitions of the schema as who asks sees them.
 *
 * @since 0.1.0
 */
import type { Relation } from "../../domain/Relation.js"
import type { Column, Table } from "./definition.js"
import { tables, views } from "./schema.js"

const orNull = (text: string) => text === "" ? null : text

const columnOf = ([name, { description, nullable, type, unit, whenNull }]: readonly [string, Column]) => ({
  name,
  type,
  nullable,
  whenNull: orNull(whenNull),
  unit: orNull(unit),
  description
})

const relationOf = (kind: Relation["kind"]) => ({ columns, description, name, schema }: Table): Relation => ({
  schema,
  name,
  kind,
  description,
  columns: Object.entries(columns).map(columnOf)
})

/**
 * Views of the latest snapshot, views of all, tables: the order of docs/schema.md.
 *
 * @since 0.1.0
 * @category getters
 */
export const relations = (): ReadonlyArray<Relation> => {
  const [ofLatest, others] = [
    views.filter(({ schema }) => schema === "main"),
    views.filter(({ schema }) => schema !== "main")
  ]
  return [...[...ofLatest, ...others].map(relationOf("view")), ...tables.map(relationOf("table"))]
}
