/**
 * What the programs ask of a database.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type { WarehouseError } from "../../domain/errors.js"
import type { ToolName } from "../../domain/ToolName.js"
import { isReusable, RunStatus, type SnapshotRun, type ToolRun } from "../../domain/ToolRun.js"
import type { ImportedIndex, QueryResult } from "../../services/Warehouse.js"
import { refuse } from "./errors.js"
import type { Parameter } from "./statement.js"
import { toolRuns } from "./tables.js"

/**
 * @since 0.1.0
 * @category models
 */
export type Run = (sql: string, values?: ReadonlyArray<Parameter>) => Effect.Effect<QueryResult, WarehouseError>

const textPairs = ({ rows }: QueryResult) => new Map(rows.map(([key, value]) => [String(key), String(value)]))

/**
 * @since 0.1.0
 * @category combinators
 */
export const latestModules = (run: Run, repo: string): Effect.Effect<ReadonlyMap<string, string>, WarehouseError> =>
  Effect.map(
    run(
      `SELECT rel_path, content_hash FROM core.modules WHERE snapshot_id =
        (SELECT snapshot_id FROM core.snapshots WHERE repo = $1 AND NOT of_revision
          ORDER BY finish_order DESC LIMIT 1)`,
      [repo]
    ),
    textPairs
  )

/**
 * Of these content hashes, those with syntax facts and text.
 *
 * @since 0.1.0
 * @category combinators
 */
export const knownContents = (
  run: Run,
  hashes: ReadonlyArray<string>
): Effect.Effect<ReadonlySet<string>, WarehouseError> =>
  Effect.map(
    run(
      `SELECT content_hash FROM core.syntax SEMI JOIN core.sources USING (content_hash)
      WHERE content_hash IN (SELECT unnest($1))`,
      [hashes]
    ),
    ({ rows }) => new Set(rows.map(([hash]) => String(hash)))
  )

/**
 * @since 0.1.0
 * @category combinators
 */
export const unknownContents = (
  run: Run,
  hashes: ReadonlyArray<string>
): Effect.Effect<ReadonlyArray<string>, WarehouseError> =>
  Effect.map(knownContents(run, hashes), (known) => [...new Set(hashes)].filter((hash) => !known.has(hash)))

/**
 * Of these runs, those that are not stored.
 *
 * @since 0.1.0
 * @category combinators
 */
export const unknownRuns = (
  run: Run,
  runIds: ReadonlyArray<string>
): Effect.Effect<ReadonlyArray<string>, WarehouseError> =>
  Effect.map(
    run("SELECT run_id FROM core.tool_runs WHERE run_id IN (SELECT unnest($1))", [runIds]),
    ({ rows }) => {
      const known = new Set(rows.map(([runId]) => String(runId)))
      return [...new Set(runIds)].filter((runId) => !known.has(runId))
    }
  )

/**
 * @since 0.1.0
 * @category combinators
 */
export const importCounts = (
  run: Run,
  hashes: ReadonlyArray<string>
): Effect.Effect<ReadonlyMap<string, number>, WarehouseError> =>
  Effect.map(
    run(
      `SELECT s.content_hash, count(i.content_hash)
      FROM core.syntax s LEFT JOIN core.imports i ON i.content_hash = s.content_hash
      WHERE s.content_hash IN (SELECT unnest($1)) GROUP BY s.content_hash`,
      [hashes]
    ),
    ({ rows }) => new Map(rows.map(([hash, count]) => [String(hash), Number(count)]))
  )

const StoredRun = Schema.Struct({
  run_id: Schema.String,
  tool: Schema.String,
  executable: Schema.OptionFromNullOr(Schema.String),
  version: Schema.OptionFromNullOr(Schema.String),
  args: Schema.parseJson(Schema.Array(Schema.String)),
  cwd: Schema.String,
  started_at: Schema.DateTimeUtc,
  duration_ms: Schema.Number,
  exit_code: Schema.OptionFromNullOr(Schema.Number),
  signal: Schema.OptionFromNullOr(Schema.String),
  status: RunStatus,
  reason: Schema.OptionFromNullOr(Schema.String),
  files_analyzed: Schema.OptionFromNullOr(Schema.Number),
  unresolved_imports: Schema.OptionFromNullOr(Schema.Number),
  imports: Schema.OptionFromNullOr(Schema.Number),
  outside_repository: Schema.Number,
  key: Schema.OptionFromNullOr(Schema.String),
  base_key: Schema.OptionFromNullOr(Schema.String)
})

const decodeRun = Schema.decodeUnknown(StoredRun)

const toToolRun = (row: typeof StoredRun.Type): ToolRun => ({
  runId: row.run_id,
  tool: row.tool,
  executable: row.executable,
  version: row.version,
  args: row.args,
  cwd: row.cwd,
  startedAt: row.started_at,
  durationMs: row.duration_ms,
  exitCode: row.exit_code,
  signal: row.signal,
  status: row.status,
  reason: row.reason,
  filesAnalyzed: row.files_analyzed,
  unresolvedImports: row.unresolved_imports,
  imports: row.imports,
  outsideRepository: row.outside_repository,
  key: row.key,
  baseKey: row.base_key
})

const columnNames = Object.keys(toolRuns.columns)

const decodeStored = (file: string, operation: string, row: ReadonlyArray<unknown>) =>
  decodeRun(Object.fromEntries(columnNames.map((name, index) => [name, row[index]]))).pipe(
    Effect.mapBoth({
      onFailure: (cause) =>
        refuse(
          { file, operation },
          "Foreign",
          `core.tool_runs holds what codeintel does not write: ${cause.message}`,
          `delete ${file} and run codeintel ingest`
        ),
      onSuccess: toToolRun
    })
  )

const reusable = RunStatus.literals.filter(isReusable)

/**
 * @since 0.1.0
 * @category combinators
 */
export const findRun = Effect.fnUntraced(function*(run: Run, file: string, tool: ToolName, key: string) {
  const { rows: [row] } = yield* run(
    `SELECT ${columnNames.join(", ")} FROM core.tool_runs
    WHERE tool = $1 AND key = $2 AND status IN (SELECT unnest($3)) ORDER BY started_at DESC, rowid DESC LIMIT 1`,
    [tool, key, reusable]
  )
  return row === undefined ? Option.none<ToolRun>() : Option.some(yield* decodeStored(file, "findRun", row))
})

const decodeLinks = Schema.decodeUnknown(Schema.Array(Schema.Tuple(
  Schema.String,
  Schema.OptionFromNullOr(Schema.String),
  RunStatus,
  Schema.OptionFromNullOr(Schema.String),
  Schema.Boolean,
  Schema.Boolean
)))

/**
 * @since 0.1.0
 * @category combinators
 */
export const linksOf = Effect.fnUntraced(function*(run: Run, snapshotId: string) {
  const { rows } = yield* run(
    "SELECT tool, run_id, status, reason, reused, is_checker FROM core.snapshot_runs WHERE snapshot_id = $1",
    [snapshotId]
  )
  // what we wrote ourselves
  const links = yield* Effect.orDie(decodeLinks(rows))
  return links.map(([tool, runId, status, reason, reused, isChecker]): SnapshotRun => ({
    tool,
    runId,
    status,
    reason,
    reused,
    isChecker
  }))
})

/**
 * Reports of pytest are imported without a key.
 *
 * @since 0.1.0
 * @category combinators
 */
export const importedIndexes = Effect.fnUntraced(function*(run: Run, file: string) {
  const { rows } = yield* run(
    `SELECT ${columnNames.join(", ")} FROM core.tool_runs WHERE status = 'imported' AND key IS NOT NULL
    QUALIFY row_number() OVER (PARTITION BY tool ORDER BY started_at DESC, rowid DESC) = 1`
  )
  return yield* Effect.forEach(rows, (row) =>
    Effect.gen(function*() {
      const stored = yield* decodeStored(file, "importedIndexes", row)
      const files = yield* run("SELECT rel_path, measured FROM core.run_files WHERE run_id = $1", [stored.runId])
      const index: ImportedIndex = {
        run: stored,
        files: files.rows.map(([relPath, measured]) => ({
          relPath: String(relPath),
          measured: Option.fromNullable(typeof measured === "boolean" ? measured : null)
        }))
      }
      return index
    }), { concurrency: 1 })
})
