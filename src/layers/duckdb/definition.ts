/**
 * The words in which the schema is written: one definition gives the comments in the database, the types of the rows
 * that are appended, and docs/schema.md.
 *
 * @since 0.1.0
 */

/**
 * @since 0.1.0
 * @category models
 */
export type ColumnType =
  | "VARCHAR"
  | "VARCHAR[]"
  | "BOOLEAN"
  | "INTEGER"
  | "INTEGER[]"
  | "BIGINT"
  | "DOUBLE"
  | "TIMESTAMPTZ"

/**
 * @since 0.1.0
 * @category models
 */
export interface Column {
  readonly type: ColumnType
  readonly nullable: boolean
  readonly description: string
  /** What NULL says; empty where there is none. */
  readonly whenNull: string
  /** What a number counts, where from; empty for what has none. */
  readonly unit: string
}

/**
 * @since 0.1.0
 * @category models
 */
export type Columns = Readonly<Record<string, Column>>

/**
 * @since 0.1.0
 * @category models
 */
export type SchemaName = "core" | "analytics" | "main" | "temp"

/**
 * @since 0.1.0
 * @category models
 */
export interface Table<C extends Columns = Columns> {
  readonly schema: SchemaName
  readonly name: string
  readonly description: string
  /** In the order of the table. */
  readonly columns: C
}

/**
 * @since 0.1.0
 * @category models
 */
export interface View extends Table {
  /** A SELECT whose columns are `columns`, in their order. */
  readonly sql: string
}

/** Times are milliseconds since 1970 in UTC. */
interface JavaScriptTypes {
  readonly "VARCHAR": string
  readonly "VARCHAR[]": ReadonlyArray<string>
  readonly "BOOLEAN": boolean
  readonly "INTEGER": number
  readonly "INTEGER[]": ReadonlyArray<number>
  readonly "BIGINT": number
  readonly "DOUBLE": number
  readonly "TIMESTAMPTZ": number
}

/**
 * @since 0.1.0
 * @category models
 */
export type Cell = JavaScriptTypes[ColumnType] | null

/**
 * A row as it is appended to the table.
 *
 * @since 0.1.0
 * @category models
 */
export type Row<C extends Columns> = {
  readonly [K in keyof C]: JavaScriptTypes[C[K]["type"]] | (true extends C[K]["nullable"] ? null : never)
}

/**
 * @since 0.1.0
 * @category constructors
 */
export const column = <const T extends ColumnType>(type: T, description: string, unit = "") => ({
  type,
  nullable: false as const,
  description,
  whenNull: "",
  unit
})

/**
 * The same column, where NULL says what `why` says.
 *
 * @since 0.1.0
 * @category constructors
 */
export const nullable = <const T extends ColumnType>(
  { description, type, unit }: { readonly type: T; readonly description: string; readonly unit: string },
  why: string
) => ({ type, nullable: true as const, description, whenNull: why, unit })

/**
 * @since 0.1.0
 * @category constructors
 */
export const table = <const C extends Columns>(
  schema: SchemaName,
  name: string,
  description: string,
  columns: C
): Table<C> => ({ schema, name, description, columns })

/**
 * @since 0.1.0
 * @category constructors
 */
export const view = (schema: SchemaName, name: string, description: string, columns: Columns, sql: string): View => ({
  schema,
  name,
  description,
  columns,
  sql: sql.trim()
})

/**
 * @since 0.1.0
 * @category getters
 */
export const qualifiedName = ({ name, schema }: Table): string => `${schema}.${name}`

/**
 * A name as SQL writes it, whatever is in it.
 *
 * @since 0.1.0
 * @category getters
 */
export const quoted = (name: string): string => `"${name.replaceAll("\"", "\"\"")}"`

/**
 * A text as SQL writes it.
 *
 * @since 0.1.0
 * @category getters
 */
export const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`

/**
 * What a column is, and what NULL says in it, in one line.
 *
 * @since 0.1.0
 * @category getters
 */
export const commentOf = ({ description, unit, whenNull }: Column): string =>
  `${description}${whenNull && `; NULL: ${whenNull}`}${unit && ` (${unit})`}`

/**
 * `COMMENT ON` for a table or view and each of its columns.
 *
 * @since 0.1.0
 * @category getters
 */
export const commentStatements = (kind: "TABLE" | "VIEW", relation: Table): ReadonlyArray<string> => [
  `COMMENT ON ${kind} ${qualifiedName(relation)} IS ${literal(relation.description)}`,
  ...Object.entries(relation.columns).map(([name, each]) =>
    `COMMENT ON COLUMN ${qualifiedName(relation)}."${name}" IS ${literal(commentOf(each))}`
  )
]
