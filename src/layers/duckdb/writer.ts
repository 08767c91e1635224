/**
 * Bulk writes of domain rows: one transaction for each dataset.
 *
 * @since 0.1.0
 */
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { WarehouseError } from "../../domain/errors.js"
import { otherTools } from "../../domain/ToolName.js"
import type { RunFile, ToolRun } from "../../domain/ToolRun.js"
import type { CheckRun, SnapshotRecord, SyntaxRow } from "../../services/Warehouse.js"
import type { Row } from "./definition.js"
import { knownContents, type Run } from "./reader.js"
import type { Session } from "./session.js"
import * as Tables from "./tables.js"

const orNull = Option.getOrNull

/**
 * @since 0.1.0
 * @category constructors
 */
export const toolRunRow = (run: ToolRun): Row<typeof Tables.toolRuns.columns> => ({
  run_id: run.runId,
  tool: run.tool,
  executable: orNull(run.executable),
  version: orNull(run.version),
  args: run.args,
  cwd: run.cwd,
  started_at: DateTime.toEpochMillis(run.startedAt),
  duration_ms: Math.round(run.durationMs),
  exit_code: orNull(run.exitCode),
  signal: orNull(run.signal),
  status: run.status,
  reason: orNull(run.reason),
  files_analyzed: orNull(run.filesAnalyzed),
  unresolved_imports: orNull(run.unresolvedImports),
  imports: orNull(run.imports),
  outside_repository: run.outsideRepository,
  key: orNull(run.key),
  base_key: orNull(run.baseKey)
})

/**
 * @since 0.1.0
 * @category constructors
 */
export const runFileRow = (run_id: string, file: RunFile): Row<typeof Tables.runFiles.columns> => ({
  run_id,
  rel_path: file.relPath,
  measured: orNull(file.measured),
  reason: orNull(file.reason)
})

/** Facts that were stored before texts were: they are written again, with it. */
const forgetWithoutText = Effect.fnUntraced(function*(run: Run, hashes: ReadonlyArray<string>) {
  const { rows } = yield* run("SELECT content_hash FROM core.syntax WHERE content_hash IN (SELECT unnest($1))", [
    hashes
  ])
  if (rows.length === 0) return
  for (const { name, schema } of [Tables.syntax, Tables.functions, Tables.imports]) {
    yield* run(`DELETE FROM ${schema}.${name} WHERE content_hash IN (SELECT unnest($1))`, [
      rows.map(([hash]) => String(hash))
    ])
  }
})

/**
 * @since 0.1.0
 * @category combinators
 */
export const writeSyntax = (session: Session, rows: ReadonlyArray<SyntaxRow>): Effect.Effect<void, WarehouseError> =>
  session.transaction("writeSyntax", ({ append, run }) =>
    Effect.gen(function*() {
      const byHash = new Map(rows.map((row) => [row.contentHash, row]))
      for (const known of yield* knownContents(run, [...byHash.keys()])) byHash.delete(known)
      const fresh = [...byHash.values()].map(({ contentHash, facts, source }) => [contentHash, facts, source] as const)
      yield* forgetWithoutText(run, [...byHash.keys()])
      yield* append(Tables.sources, fresh.map(([content_hash, , source]) => ({ content_hash, source })))
      yield* append(
        Tables.syntax,
        fresh.map(([content_hash, { parseError }]) => ({
          content_hash,
          parse_error_line: orNull(Option.map(parseError, ({ line }) => line)),
          parse_error: orNull(Option.map(parseError, ({ message }) => message))
        }))
      )
      yield* append(
        Tables.functions,
        fresh.flatMap(([content_hash, facts]) =>
          facts.functions.map((each) => ({
            content_hash,
            qualified_name: each.qualifiedName,
            start_line: each.startLine,
            end_line: each.endLine,
            parameters: each.parameters,
            annotated_parameters: each.annotatedParameters,
            return_annotated: each.returnAnnotated
          }))
        )
      )
      yield* append(
        Tables.imports,
        fresh.flatMap(([content_hash, facts]) => facts.imports.map((each) => ({ content_hash, ...each })))
      )
    }))

/**
 * A finding of another tool than the run's is a bug of the caller, and dies: the tool is stored with the run alone.
 *
 * @since 0.1.0
 * @category combinators
 */
export const writeCheckRun = (
  session: Session,
  { diagnostics, files, run }: CheckRun
): Effect.Effect<void, WarehouseError> =>
  session.transaction("writeCheckRun", ({ append }) =>
    Effect.gen(function*() {
      const stray = diagnostics.find(({ tool }) => tool !== run.tool)
      if (stray !== undefined) {
        return yield* Effect.dieMessage(`run ${run.runId} of ${run.tool} has a finding of ${stray.tool}`)
      }
      const run_id = run.runId
      yield* append(Tables.toolRuns, [toolRunRow(run)])
      yield* append(
        Tables.runFiles,
        files.map((file) => runFileRow(run_id, file))
      )
      yield* append(
        Tables.diagnostics,
        diagnostics.map((each) => ({
          run_id,
          rel_path: each.relPath,
          start_line: each.startLine,
          start_column: each.startColumn,
          end_line: each.endLine,
          end_column: each.endColumn,
          severity: each.severity,
          rule: each.rule,
          message: each.message,
          fingerprint: each.fingerprint
        }))
      )
    }))

/**
 * @since 0.1.0
 * @category combinators
 */
export const finishSnapshot = (session: Session, record: SnapshotRecord): Effect.Effect<void, WarehouseError> =>
  session.transaction("finishSnapshot", ({ append, run }) =>
    Effect.gen(function*() {
      const snapshot_id = record.snapshot.id
      const { rows: [next] } = yield* run("SELECT coalesce(max(finish_order), 0) + 1 FROM core.snapshots")
      // of the same content, the working tree's counts: whether it is the latest does not change
      const { rows: [standing] } = record.ofRevision === true
        ? yield* run(
          `SELECT finish_order FROM core.snapshots WHERE snapshot_id = $1 AND NOT of_revision`,
          [snapshot_id]
        )
        : { rows: [] }
      for (const { name, schema } of [Tables.snapshots, Tables.modules, Tables.snapshotRuns]) {
        yield* run(`DELETE FROM ${schema}.${name} WHERE snapshot_id = $1`, [snapshot_id])
      }
      yield* append(Tables.snapshots, [{
        snapshot_id,
        repo: record.repo,
        commit: orNull(record.snapshot.commit),
        dirty: record.snapshot.dirty,
        started_at: DateTime.toEpochMillis(record.startedAt),
        finished_at: DateTime.toEpochMillis(record.finishedAt),
        finish_order: Number((standing ?? next)?.[0]),
        of_revision: record.ofRevision === true && standing === undefined
      }])
      yield* append(
        Tables.modules,
        record.modules.map((module) => ({
          snapshot_id,
          rel_path: module.relPath,
          module_name: module.moduleName,
          content_hash: module.contentHash,
          bytes: module.bytes,
          lines: module.lines
        }))
      )
      yield* append(
        Tables.snapshotRuns,
        record.runs.map((link) => ({
          snapshot_id,
          tool: link.tool,
          is_checker: link.isChecker ?? !otherTools.includes(link.tool),
          run_id: orNull(link.runId),
          status: link.status,
          reason: orNull(link.reason),
          reused: link.reused
        }))
      )
    }))
