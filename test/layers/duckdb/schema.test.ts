import { assert, describe, it, layer } from "@effect/vitest"
import { Effect, Option } from "effect"
import { commentOf, type Table } from "../../../src/layers/duckdb/definition.js"
import * as MemoryInstances from "../../../src/layers/duckdb/memoryInstances.js"
import { type Migration, migrations } from "../../../src/layers/duckdb/migrations.js"
import { tables, views } from "../../../src/layers/duckdb/schema.js"
import * as InstanceWarehouse from "../../../src/layers/duckdb/warehouse.js"
import * as MemoryWarehouse from "../../../src/layers/testing/MemoryWarehouse.js"
import { writing } from "./laws.js"
import { record } from "./rows.js"

const typeNames: Readonly<Record<string, string>> = { TIMESTAMPTZ: "TIMESTAMP WITH TIME ZONE" }

const described = (relations: ReadonlyArray<Table>, nullability: boolean) =>
  relations.flatMap(({ columns, name, schema }) =>
    Object.entries(columns).map(([column, each]) => [
      `${schema}.${name}`,
      column,
      typeNames[each.type] ?? each.type,
      nullability ? each.nullable : true,
      commentOf(each)
    ])
  )

layer(MemoryWarehouse.layer)("schema", (it) => {
  it.effect("the database is what the definitions say: columns, types, NULL and comments", () =>
    Effect.gen(function*() {
      const columns = (view: boolean) =>
        writing("schema", (connection) =>
          connection.query(
            `SELECT c.schema_name || '.' || c.table_name, c.column_name, c.data_type, c.is_nullable, c.comment
            FROM duckdb_columns() c
            WHERE NOT c.internal AND $1 = EXISTS (
              FROM duckdb_views() v WHERE v.schema_name = c.schema_name AND v.view_name = c.table_name
            )
            ORDER BY c.table_oid, c.column_index`,
            [view]
          ))
      const sorted = (rows: ReadonlyArray<ReadonlyArray<unknown>>) =>
        // by relation; the order of columns stays
        rows.map((row, index) => ({ row, index })).sort((a, b) =>
          String(a.row[0]) < String(b.row[0]) ? -1 : String(a.row[0]) > String(b.row[0]) ? 1 : a.index - b.index
        ).map(({ row }) => row)
      assert.deepStrictEqual(sorted((yield* columns(false)).rows), sorted(described(tables, true)))
      assert.deepStrictEqual(sorted((yield* columns(true)).rows), sorted(described(views, false)))
      const comments = yield* writing("schema", (connection) =>
        connection.query(`
          SELECT schema_name || '.' || table_name, comment FROM duckdb_tables() WHERE NOT internal UNION ALL
          SELECT schema_name || '.' || view_name, comment FROM duckdb_views() WHERE NOT internal`))
      assert.sameDeepMembers(
        [...comments.rows],
        [...tables, ...views].map(({ description, name, schema }) => [`${schema}.${name}`, description])
      )
    }))

  it.effect("the columns that others rely on are there, first and in this order", () =>
    Effect.gen(function*() {
      const promised: Readonly<Record<string, string>> = {
        snapshots: "snapshot_id, repo, commit, dirty, started_at, finished_at",
        files: "rel_path, module_name, content_hash, bytes, lines",
        functions: "rel_path, qualified_name, start_line, end_line",
        tool_runs:
          "run_id, tool, executable, version, args, cwd, started_at, duration_ms, exit_code, signal, status, " +
          "reason, files_analyzed, reused",
        run_files: "run_id, rel_path, measured, reason",
        file_checks: "rel_path, tool, run_id, errors",
        diagnostics:
          "run_id, tool, rel_path, start_line, start_column, end_line, end_column, severity, rule, message, " +
          "fingerprint",
        typing_signals: "rel_path, pyright_errors, pyrefly_errors, ruff_errors, total_errors, functions, " +
          "annotated_parameters, parameters, annotated_returns, untyped_functions"
      }
      for (const [view, columns] of Object.entries(promised)) {
        const result = yield* writing("schema", (connection) => connection.query(`FROM ${view}`))
        const names = result.columns.map(({ name }) => name)
        assert.deepStrictEqual(names.slice(0, columns.split(", ").length), columns.split(", "), view)
      }
    }))
})

describe("migrations", () => {
  const next: Migration = {
    version: migrations.length + 1,
    name: "next",
    statements: ["ALTER TABLE core.snapshots ADD COLUMN note VARCHAR DEFAULT 'none'"]
  }
  const failing: Migration = { ...next, statements: [...next.statements, "DROP TABLE core.nothing"] }

  it("are numbered from 1 without a gap", () => {
    assert.deepStrictEqual(migrations.map(({ version }) => version), migrations.map((_, index) => index + 1))
  })

  it.scoped("bring an older database up to date when it is opened, also for reading, and keep what is in it", () =>
    Effect.gen(function*() {
      const instances = yield* MemoryInstances.make
      const now = InstanceWarehouse.make(instances)
      const later = InstanceWarehouse.make(instances, [...migrations, next])
      const broken = InstanceWarehouse.make(instances, [...migrations, failing])
      const versions = (warehouse: typeof now) =>
        warehouse.ask("f", "SELECT version FROM core.codeintel_schema ORDER BY 1", { maxRows: 9 }).pipe(
          Effect.map(({ rows }) => rows.flat())
        )
      const before = migrations.map(({ version }) => version)

      yield* Effect.scoped(
        Effect.flatMap(now.open("f", "write"), (connection) => connection.finishSnapshot(record("a")))
      )
      assert.deepStrictEqual(yield* versions(now), before)

      yield* Effect.flip(Effect.scoped(broken.open("f", "write")))
      yield* Effect.flip(broken.ask("f", "SELECT 1", { maxRows: 1 }))
      assert.deepStrictEqual(yield* versions(now), before)

      const read = Effect.scoped(
        Effect.flatMap(
          later.open("f", "read"),
          (connection) =>
            connection.query("SELECT s.snapshot_id, t.note FROM snapshots s JOIN core.snapshots t USING (snapshot_id)")
        )
      )
      assert.deepStrictEqual((yield* read).rows, [["a", "none"]])
      assert.deepStrictEqual(yield* versions(later), [...before, next.version])

      for (const mode of ["read", "write"] as const) {
        assert.strictEqual((yield* Effect.flip(Effect.scoped(now.open("f", mode)))).reason, "Newer")
      }
    }))

  it.scoped("bring a database of version 3 to 4, with its rows, and an increment begins from nothing", () =>
    Effect.gen(function*() {
      const instances = yield* MemoryInstances.make
      const now = InstanceWarehouse.make(instances)
      const old = migrations.slice(0, 3)
      const stored = [
        "INSERT INTO core.snapshots VALUES ('s', '/repository', NULL, false, now(), now(), 1)",
        "INSERT INTO core.modules VALUES ('s', 'a.py', 'a', 'h', 6, 1)",
        "INSERT INTO core.syntax VALUES ('h', NULL, NULL)",
        "INSERT INTO core.imports VALUES ('h', 'b', 0, ['x'], 1)",
        `INSERT INTO core.tool_runs VALUES ('r', 'scip-python', NULL, NULL, [], '/repository', now(), 1, 0, NULL, 'ok',
          NULL, 1, NULL, NULL, 0, 'key')`,
        "INSERT INTO core.run_files VALUES ('r', 'a.py', true, NULL)",
        "INSERT INTO core.snapshot_runs VALUES ('s', 'scip-python', false, 'r', 'ok', NULL, false)",
        "INSERT INTO core.scip_documents VALUES (1, 'hash', 1, 0)",
        "INSERT INTO core.scip_run_documents VALUES ('r', 'a.py', 1)",
        "INSERT INTO core.scip_symbols VALUES (1, 'a/x.')",
        "INSERT INTO core.scip_occurrences VALUES (1, 1, 1, 1, 1, 2, 1)"
      ]
      const { transaction } = yield* instances.connect("f", "write")
      yield* transaction("version 3", ({ script }) =>
        script([
          ...old.flatMap(({ statements }) => statements),
          ...old.map(({ name, version }) => `INSERT INTO core.codeintel_schema VALUES (${version}, '${name}', now())`),
          ...stored
        ]))

      const rows = yield* Effect.scoped(Effect.flatMap(now.open("f", "write"), (connection) =>
        Effect.all({
          versions: connection.query("SELECT max(version) FROM core.codeintel_schema"),
          occurrences: connection.query("SELECT rel_path, symbol, is_definition FROM occurrences"),
          run: connection.query("SELECT key, base_key FROM core.tool_runs"),
          sources: connection.sources(["h"]),
          imports: connection.imports(["h"]),
          linked: connection.findRun("scip-python", "key"),
          base: connection.findBase("scip-python", "base", new Map([["a.py", "h"]]))
        })))
      assert.deepStrictEqual(rows.versions.rows, [[migrations.length]])
      assert.deepStrictEqual(rows.occurrences.rows, [["a.py", "a/x.", true]])
      assert.deepStrictEqual(rows.run.rows, [["key", null]])
      assert.deepStrictEqual(rows.sources, new Map())
      assert.deepStrictEqual(rows.imports, new Map([["h", [{ module: "b", level: 0, names: ["x"], line: 1 }]]]))
      assert.deepStrictEqual(
        Option.map(rows.linked, ({ baseKey, runId }) => ({ baseKey, runId })),
        Option.some({
          runId: "r",
          baseKey: Option.none()
        })
      )
      assert.deepStrictEqual(rows.base, Option.none())
    }))
})
