/**
 * docs/schema.md, from the definitions that the database is made of.
 */
import { isOfLatest } from "../src/domain/Relation.js"
import { migrations, versionAfter } from "../src/layers/duckdb/migrations.js"
import { relations } from "../src/layers/duckdb/relations.js"
import { schemaMarkdown } from "../src/programs/render/schema.js"

const all = relations()

/** The whole text of docs/schema.md. */
export const schemaDocs = (): string =>
  [
    "<!-- Made by `npm run docs` from src/layers/duckdb. Do not edit. -->",
    "# The database",
    "",
    "A DuckDB file, `.codeintel/codeintel.duckdb` in the repository unless told otherwise. Ask with",
    "`codeintel sql 'FROM typing_signals'`, or with any DuckDB from 1.1 on. The same descriptions are in the database,",
    "as comments: `SELECT table_name, column_name, comment FROM duckdb_columns() WHERE NOT internal`, and `codeintel schema`",
    "prints them without one. What engineers ask, with the SQL that answers it: [questions](questions.md).",
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
    schemaMarkdown(all.filter(isOfLatest)),
    "## Views over all snapshots",
    "",
    schemaMarkdown(all.filter((each) => each.kind === "view" && !isOfLatest(each))),
    "## Tables",
    "",
    "What is stored. Facts belong to a run; `core.snapshot_runs` says which runs speak of which snapshot, so that a run",
    "whose inputs have not changed is linked again instead of made again.",
    "",
    schemaMarkdown(all.filter(({ kind }) => kind === "table"))
  ].join("\n").trimEnd() + "\n"
