/**
 * How a database comes to the schema of this version. Forward only: a migration that was released is never edited, the
 * next one changes what it made. The views and comments hold no data and are made anew after every migration, so a
 * change of a view needs a migration too, with no statement in it.
 *
 * @since 0.1.0
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type { WarehouseError } from "../../domain/errors.js"
import type { QueryResult } from "../../services/Warehouse.js"
import { commentStatements, qualifiedName } from "./definition.js"
import { refuse } from "./errors.js"
import * as Schema from "./schema.js"
import type { Session } from "./session.js"
import type { Parameter } from "./statement.js"
import * as Tables from "./tables.js"

/**
 * @since 0.1.0
 * @category models
 */
export interface Migration {
  readonly version: number
  readonly name: string
  readonly statements: ReadonlyArray<string>
}

/**
 * In order, numbered from 1 without a gap.
 *
 * @since 0.1.0
 * @category migrations
 */
export const migrations: ReadonlyArray<Migration> = [
  {
    version: 1,
    name: "snapshots, modules, syntax facts, runs and diagnostics",
    statements: [
      `CREATE SCHEMA core`,
      `CREATE SCHEMA analytics`,
      `CREATE TABLE core.codeintel_schema (
        version INTEGER NOT NULL, name VARCHAR NOT NULL, applied_at TIMESTAMPTZ NOT NULL
      )`,
      `CREATE TABLE core.snapshots (
        snapshot_id VARCHAR NOT NULL, repo VARCHAR NOT NULL, "commit" VARCHAR, dirty BOOLEAN NOT NULL,
        started_at TIMESTAMPTZ NOT NULL, finished_at TIMESTAMPTZ NOT NULL, finish_order BIGINT NOT NULL
      )`,
      `CREATE TABLE core.modules (
        snapshot_id VARCHAR NOT NULL, rel_path VARCHAR NOT NULL, module_name VARCHAR NOT NULL,
        content_hash VARCHAR NOT NULL, bytes BIGINT NOT NULL, lines INTEGER NOT NULL
      )`,
      `CREATE TABLE core.syntax (
        content_hash VARCHAR NOT NULL, parse_error_line INTEGER, parse_error VARCHAR
      )`,
      `CREATE TABLE core.functions (
        content_hash VARCHAR NOT NULL, qualified_name VARCHAR NOT NULL, start_line INTEGER NOT NULL,
        end_line INTEGER NOT NULL, parameters INTEGER NOT NULL, annotated_parameters INTEGER NOT NULL,
        return_annotated BOOLEAN NOT NULL
      )`,
      `CREATE TABLE core.imports (
        content_hash VARCHAR NOT NULL, module VARCHAR NOT NULL, level INTEGER NOT NULL, names VARCHAR[] NOT NULL,
        line INTEGER NOT NULL
      )`,
      `CREATE TABLE core.tool_runs (
        run_id VARCHAR NOT NULL PRIMARY KEY, tool VARCHAR NOT NULL, executable VARCHAR, version VARCHAR,
        args VARCHAR[] NOT NULL, cwd VARCHAR NOT NULL, started_at TIMESTAMPTZ NOT NULL, duration_ms BIGINT NOT NULL,
        exit_code BIGINT, signal VARCHAR, status VARCHAR NOT NULL, reason VARCHAR, files_analyzed INTEGER,
        unresolved_imports INTEGER, imports INTEGER, outside_repository INTEGER NOT NULL, key VARCHAR
      )`,
      `CREATE TABLE core.run_files (
        run_id VARCHAR NOT NULL, rel_path VARCHAR NOT NULL, measured BOOLEAN, reason VARCHAR
      )`,
      `CREATE TABLE core.snapshot_runs (
        snapshot_id VARCHAR NOT NULL, tool VARCHAR NOT NULL, is_checker BOOLEAN NOT NULL, run_id VARCHAR,
        status VARCHAR NOT NULL, reason VARCHAR, reused BOOLEAN NOT NULL
      )`,
      `CREATE TABLE analytics.diagnostics (
        run_id VARCHAR NOT NULL, rel_path VARCHAR NOT NULL, start_line INTEGER NOT NULL, start_column INTEGER NOT NULL,
        end_line INTEGER NOT NULL, end_column INTEGER NOT NULL, severity VARCHAR NOT NULL, rule VARCHAR NOT NULL,
        message VARCHAR NOT NULL, fingerprint VARCHAR NOT NULL
      )`
    ]
  },
  {
    version: 2,
    name: "tests and coverage",
    statements: [
      `CREATE TABLE analytics.test_profile (
        run_id VARCHAR NOT NULL, test_id VARCHAR NOT NULL, rel_path VARCHAR, phase VARCHAR NOT NULL,
        outcome VARCHAR NOT NULL, duration_ms DOUBLE, message VARCHAR
      )`,
      `CREATE TABLE analytics.coverage_lines (
        run_id VARCHAR NOT NULL, rel_path VARCHAR NOT NULL, lineno INTEGER NOT NULL, covered BOOLEAN NOT NULL
      )`,
      `CREATE TABLE analytics.coverage_contexts (
        run_id VARCHAR NOT NULL, rel_path VARCHAR NOT NULL, test_id VARCHAR NOT NULL, lines INTEGER[] NOT NULL
      )`
    ]
  },
  {
    version: 3,
    name: "SCIP documents, symbols, occurrences and relationships",
    statements: [
      `CREATE TABLE core.scip_documents (
        document_id INTEGER NOT NULL, content_hash VARCHAR NOT NULL, occurrences INTEGER NOT NULL,
        symbols INTEGER NOT NULL
      )`,
      `CREATE TABLE core.scip_run_documents (
        run_id VARCHAR NOT NULL, rel_path VARCHAR, document_id INTEGER NOT NULL
      )`,
      `CREATE TABLE core.scip_symbols (symbol_id INTEGER NOT NULL, symbol VARCHAR NOT NULL)`,
      `CREATE TABLE core.scip_symbol_information (
        document_id INTEGER NOT NULL, symbol_id INTEGER NOT NULL, kind INTEGER NOT NULL, display_name VARCHAR NOT NULL,
        documentation VARCHAR, enclosing_symbol_id INTEGER
      )`,
      `CREATE TABLE core.scip_occurrences (
        document_id INTEGER NOT NULL, symbol_id INTEGER NOT NULL, start_line INTEGER NOT NULL,
        start_column INTEGER NOT NULL, end_line INTEGER NOT NULL, end_column INTEGER NOT NULL, roles INTEGER NOT NULL
      )`,
      `CREATE TABLE core.scip_relationships (
        document_id INTEGER NOT NULL, symbol_id INTEGER NOT NULL, related_symbol_id INTEGER NOT NULL,
        is_reference BOOLEAN NOT NULL, is_implementation BOOLEAN NOT NULL, is_type_definition BOOLEAN NOT NULL,
        is_definition BOOLEAN NOT NULL
      )`
    ]
  },
  {
    version: 4,
    name: "what an increment goes on from",
    statements: [
      `CREATE TABLE core.sources (content_hash VARCHAR NOT NULL, source VARCHAR NOT NULL)`,
      `ALTER TABLE core.tool_runs ADD COLUMN base_key VARCHAR`
    ]
  },
  {
    version: 5,
    name: "snapshots of revisions, and views over any snapshot",
    statements: [
      // a column that is added cannot be NOT NULL in the same transaction
      `ALTER TABLE core.snapshots RENAME TO snapshots_4`,
      `CREATE TABLE core.snapshots (
        snapshot_id VARCHAR NOT NULL, repo VARCHAR NOT NULL, "commit" VARCHAR, dirty BOOLEAN NOT NULL,
        started_at TIMESTAMPTZ NOT NULL, finished_at TIMESTAMPTZ NOT NULL, finish_order BIGINT NOT NULL,
        of_revision BOOLEAN NOT NULL
      )`,
      `INSERT INTO core.snapshots SELECT *, false FROM core.snapshots_4`,
      `DROP TABLE core.snapshots_4`
    ]
  }
]

/**
 * The version of a database after these.
 *
 * @since 0.1.0
 * @category getters
 */
export const versionAfter = (all: ReadonlyArray<Migration>): number => all[all.length - 1]?.version ?? 0

type Run = (sql: string, values?: ReadonlyArray<Parameter>) => Effect.Effect<QueryResult, WarehouseError>

/**
 * What is in a file: nothing, a database of ours with its version, or something of somebody else.
 *
 * @since 0.1.0
 * @category models
 */
export type State = { readonly _tag: "Empty" } | { readonly _tag: "Ours"; readonly version: number } | {
  readonly _tag: "Foreign"
}

/**
 * Only reads.
 *
 * @since 0.1.0
 * @category combinators
 */
export const inspect = Effect.fnUntraced(function*(run: Run): Effect.fn.Return<State, WarehouseError> {
  const { rows: [row] } = yield* run(`
    SELECT
      (SELECT count(*) FROM duckdb_tables() t WHERE t.database_name = current_database()
        AND t.schema_name = 'core' AND t.table_name = 'codeintel_schema') AS ours,
      (SELECT count(*) FROM duckdb_tables() t WHERE t.database_name = current_database() AND NOT t.internal)
        + (SELECT count(*) FROM duckdb_views() v WHERE v.database_name = current_database() AND NOT v.internal)
        + (SELECT count(*) FROM duckdb_sequences() s WHERE s.database_name = current_database()) AS relations`)
  if (row?.[0] === 1) {
    const { rows: [latest] } = yield* run(`SELECT coalesce(max(version), 0) FROM ${qualifiedName(Tables.versions)}`)
    return { _tag: "Ours", version: Number(latest?.[0]) }
  }
  return { _tag: row?.[1] === 0 ? "Empty" : "Foreign" }
})

/**
 * Fails for a database that this version must not touch.
 *
 * @since 0.1.0
 * @category combinators
 */
export const accept = (
  file: string,
  operation: string,
  state: State,
  known: number
): Effect.Effect<void, WarehouseError> => {
  if (state._tag === "Foreign") {
    return refuse(
      { file, operation },
      "Foreign",
      "it is a DuckDB database, but not of codeintel",
      "name another file with --db; nothing was written to this one"
    )
  }
  if (state._tag === "Ours" && state.version > known) {
    return refuse(
      { file, operation },
      "Newer",
      `its schema has version ${state.version}, and this codeintel knows ${known}`,
      "use the newer codeintel that made it, or name another file with --db"
    )
  }
  return Effect.void
}

/**
 * Brings the database up to date, in one transaction. Fails with `Foreign` and `Newer` before anything is written.
 *
 * @since 0.1.0
 * @category combinators
 */
export const migrate = (
  file: string,
  session: Session,
  all: ReadonlyArray<Migration>
): Effect.Effect<void, WarehouseError> =>
  session.transaction(
    "migrate",
    Effect.fnUntraced(function*({ append, run, script }) {
      const state = yield* inspect(run)
      yield* accept(file, "migrate", state, versionAfter(all))
      const version = state._tag === "Ours" ? state.version : 0
      const pending = all.filter((migration) => migration.version > version)
      if (pending.length === 0) return

      yield* script([
        ...pending.flatMap(({ statements }) => statements),
        ...Schema.tables.flatMap((table) => commentStatements("TABLE", table)),
        ...Schema.views.flatMap((view) => [
          `CREATE OR REPLACE VIEW ${qualifiedName(view)} AS ${view.sql}`,
          ...commentStatements("VIEW", view)
        ])
      ])
      const applied_at = yield* Clock.currentTimeMillis
      yield* append(Tables.versions, pending.map(({ name, version }) => ({ version, name, applied_at })))
    })
  )
