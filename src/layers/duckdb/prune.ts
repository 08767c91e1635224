/**
 * What stays of a database when old snapshots go: one definition, by which rows are counted, copied and deleted.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import type { WarehouseError } from "../../domain/errors.js"
import type { Holdings, Pruned } from "../../services/Warehouse.js"
import { qualifiedName, quoted, type Table } from "./definition.js"
import type { Reduction } from "./instances.js"
import type { Run } from "./reader.js"
import * as ScipTables from "./scipTables.js"
import * as Tables from "./tables.js"
import * as TestsTables from "./testsTables.js"

/** What stays, as common tables: a snapshot keeps its runs and contents, a run its documents, a document its symbols. */
const keptSets = (keep: number) => `
WITH kept_snapshots AS (
  SELECT snapshot_id FROM core.snapshots
  ORDER BY coalesce(finish_order = (SELECT max(finish_order) FROM core.snapshots WHERE NOT of_revision), false) DESC,
    dirty, finish_order DESC LIMIT ${keep}
),
kept_runs AS (
  SELECT run_id FROM core.snapshot_runs
  WHERE run_id IS NOT NULL AND snapshot_id IN (SELECT snapshot_id FROM kept_snapshots)
),
kept_contents AS (
  SELECT content_hash FROM core.modules WHERE snapshot_id IN (SELECT snapshot_id FROM kept_snapshots)
),
kept_documents AS (
  SELECT document_id FROM core.scip_run_documents WHERE run_id IN (SELECT run_id FROM kept_runs)
),
kept_symbols AS (
  SELECT symbol_id FROM core.scip_occurrences WHERE document_id IN (SELECT document_id FROM kept_documents)
  UNION
  SELECT unnest([symbol_id, enclosing_symbol_id]) AS symbol_id FROM core.scip_symbol_information
  WHERE document_id IN (SELECT document_id FROM kept_documents)
  UNION
  SELECT unnest([symbol_id, related_symbol_id]) AS symbol_id FROM core.scip_relationships
  WHERE document_id IN (SELECT document_id FROM kept_documents)
)`

const kept = {
  snapshot: "snapshot_id IN (SELECT snapshot_id FROM kept_snapshots)",
  run: "run_id IN (SELECT run_id FROM kept_runs)",
  content: "content_hash IN (SELECT content_hash FROM kept_contents)",
  document: "document_id IN (SELECT document_id FROM kept_documents)",
  // one of them may be no symbol at all
  symbol: "symbol_id IN (SELECT symbol_id FROM kept_symbols WHERE symbol_id IS NOT NULL)"
}

/** Which rows stay; all of a table that is not here. */
const conditions: ReadonlyArray<readonly [Table, string]> = [
  ...[Tables.snapshots, Tables.modules, Tables.snapshotRuns].map((table) => [table, kept.snapshot] as const),
  ...[Tables.toolRuns, Tables.runFiles, Tables.diagnostics, ...TestsTables.all, ScipTables.runDocuments].map((table) =>
    [table, kept.run] as const
  ),
  ...[Tables.syntax, Tables.sources, Tables.functions, Tables.imports].map((table) => [table, kept.content] as const),
  ...[ScipTables.documents, ScipTables.information, ScipTables.occurrences, ScipTables.relationships].map((table) =>
    [table, kept.document] as const
  ),
  [ScipTables.symbols, kept.symbol]
]

const conditionOf = new Map(conditions.map(([table, condition]) => [qualifiedName(table), condition]))

/** The rows of each table that has a condition, or of these those that stay. */
const counts = (run: Run, keep?: number): Effect.Effect<Holdings, WarehouseError> => {
  const sql = conditions.map(([table, condition]) =>
    `(SELECT count(*) FROM ${qualifiedName(table)}${keep === undefined ? "" : ` WHERE ${condition}`})`
  )
  return Effect.map(run(`${keep === undefined ? "" : keptSets(keep)} SELECT ${sql.join(", ")}`), ({ rows: [row] }) => {
    const numbers = conditions.map(([table], index) => [table, Number(row?.[index])] as const)
    const of = (wanted: Table) => numbers.find(([table]) => table === wanted)?.[1] ?? 0
    return {
      snapshots: of(Tables.snapshots),
      runs: of(Tables.toolRuns),
      documents: of(ScipTables.documents),
      symbols: of(ScipTables.symbols),
      contents: of(Tables.syntax),
      rows: numbers.reduce((sum, [, number]) => sum + number, 0)
    }
  })
}

/**
 * @since 0.1.0
 * @category combinators
 */
export const holdings = (run: Run): Effect.Effect<Holdings, WarehouseError> => counts(run)

/**
 * Only reads.
 *
 * @since 0.1.0
 * @category combinators
 */
export const plan = Effect.fnUntraced(function*(run: Run, keep: number) {
  const { rows } = yield* run(
    `${keptSets(keep)} SELECT snapshot_id FROM core.snapshots WHERE NOT ${kept.snapshot} ORDER BY finish_order DESC`
  )
  const planned: Omit<Pruned, "bytesBefore" | "bytesAfter"> = {
    snapshots: rows.map(([id]) => String(id)),
    before: yield* counts(run),
    after: yield* counts(run, keep)
  }
  return planned
})

/**
 * @since 0.1.0
 * @category constructors
 */
export const reduction = (keep: number): Reduction => ({
  // what stays is the same after each of them, so their order is free
  deletions: conditions.map(([table, condition]) =>
    `${keptSets(keep)} DELETE FROM ${qualifiedName(table)} WHERE NOT ${condition}`
  ),
  remaining: ({ name, schema }) => {
    const condition = conditionOf.get(`${schema}.${name}`)
    return condition === undefined
      ? `SELECT * FROM ${quoted(schema)}.${quoted(name)}`
      : `${keptSets(keep)} SELECT * FROM ${schema}.${name} WHERE ${condition}`
  }
})
