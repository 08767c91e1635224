/**
 * docs/schema.md, from the definitions that the database is made of.
 */
import { type Column, qualifiedName, type Table } from "../src/layers/duckdb/definition.js"
import { migrations, versionAfter } from "../src/layers/duckdb/migrations.js"
import { tables, views } from "../src/layers/duckdb/schema.js"

const cell = (text: string) => text.replaceAll("|", "\\|").replaceAll("<", "&lt;")

const row = ([name, { description, nullable, type, unit }]: readonly [string, Column]) =>
  `| \`${name}\` | ${type} | ${nullable ? "yes" : ""} | ${cell(unit)} | ${cell(description)} |`

const section = (title: string, relation: Table) =>
  [
    `### ${title}`,
    "",
    `${relation.description.charAt(0).toUpperCase()}${relation.description.slice(1)}.`,
    "",
    "| column | type | NULL | unit | what it is |",
    "| --- | --- | --- | --- | --- |",
    ...Object.entries(relation.columns).map(row),
    ""
  ].join("\n")

const isPublic = ({ schema }: Table) => schema === "main"

/** The whole text of docs/schema.md. */
export const schemaDocs = (): string =>
  [
    "<!-- Made by `npm run docs` from src/layers/duckdb. Do not edit. -->",
    "# The database",
    "",
    "A DuckDB file, `.codeintel/codeintel.duckdb` in the repository unless told otherwise. Ask with",
    "`codeintel sql 'FROM typing_signals'`, or with any DuckDB from 1.1 on. The same descriptions are in the database,",
    "as comments: `SELECT table_name, column_name, comment FROM duckdb_columns() WHERE NOT internal`.",
    "",
    `This is version ${
      versionAfter(migrations)
    } of the schema. An older database is brought up to date when it is opened; a newer one is`,
    "refused. Lines and columns of source code are 1-based, columns count code points, ends are exclusive unless said.",
    "Paths are relative to the repository, with `/`. Times are in UTC. A count that was not measured is NULL, never zero.",
    "",
    "DuckDB runs in 512 MB of memory and on two threads, and spills nothing to disk: a statement that needs more fails.",
    "`CODEINTEL_DUCKDB_MEMORY` (`2GB`) and `CODEINTEL_DUCKDB_THREADS` change that; `CODEINTEL_DUCKDB_LOCK_TIMEOUT`",
    "(`5 seconds`) says how long a database that another process has open is waited for.",
    "",
    "## Views over the latest snapshot",
    "",
    "These are what to ask. The latest snapshot is the content that the last finished ingest was of.",
    "",
    ...views.filter(isPublic).map((view) => section(view.name, view)),
    "## Views over all snapshots",
    "",
    ...views.filter((view) => !isPublic(view)).map((view) => section(qualifiedName(view), view)),
    "## Tables",
    "",
    "What is stored. Facts belong to a run; `core.snapshot_runs` says which runs speak of which snapshot, so that a run",
    "whose inputs have not changed is linked again instead of made again.",
    "",
    ...tables.map((table) => section(qualifiedName(table), table))
  ].join("\n").trimEnd() + "\n"
