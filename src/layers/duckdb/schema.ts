/**
 * The views, and with the tables all that is in a database.
 *
 * @since 0.1.0
 */
import { type Column, column, nullable, type Table, type View, view } from "./definition.js"
import * as ScipViews from "./scipViews.js"
import * as Tables from "./tables.js"
import * as TestsViews from "./testsViews.js"

const { diagnostics, functions, modules, runFiles, snapshotRuns, snapshots, toolRuns } = Tables

/**
 * The variable of a DuckDB connection that has the views show another snapshot than the latest.
 *
 * @since 0.1.0
 */
export const SNAPSHOT_VARIABLE = "codeintel_snapshot"

const latestSnapshot = view(
  "core",
  "latest_snapshot",
  `the snapshot that the last finished ingest was of, or the one that ${SNAPSHOT_VARIABLE} names: no row, or one`,
  { snapshot_id: snapshots.columns.snapshot_id },
  `
SELECT snapshot_id FROM core.snapshots
WHERE CASE WHEN getvariable('${SNAPSHOT_VARIABLE}') IS NULL THEN NOT of_revision
  ELSE snapshot_id = getvariable('${SNAPSHOT_VARIABLE}') END
ORDER BY finish_order DESC LIMIT 1`
)

const ofLatest = "snapshot_id = (SELECT snapshot_id FROM core.latest_snapshot)"

const linkedRuns = `SELECT run_id FROM core.snapshot_runs WHERE ${ofLatest}`

const notMeasured = "not measured, see reason"

const errors = (description: string) => nullable(column("INTEGER", description, "findings"), notMeasured)

// The latest snapshot gets text of its own, with the condition inside: a filter over the view of all snapshots would
// be applied after their findings had been counted.
const fileChecks = (condition: { readonly links: string; readonly findings: string }) => `
SELECT
  l.snapshot_id, m.rel_path, l.tool, l.run_id,
  CASE WHEN f.measured THEN CAST(coalesce(d.errors, 0) AS INTEGER) END AS errors,
  CASE WHEN f.measured IS NOT TRUE
    THEN coalesce(f.reason, l.reason, r.reason, 'not measured: the run is ' || l.status) END AS reason
FROM core.snapshot_runs l
JOIN core.modules m ON m.snapshot_id = l.snapshot_id
LEFT JOIN core.tool_runs r ON r.run_id = l.run_id
LEFT JOIN core.run_files f ON f.run_id = l.run_id AND f.rel_path = m.rel_path
LEFT JOIN (
  SELECT run_id, rel_path, count(*) AS errors FROM analytics.diagnostics
  WHERE severity = 'error' AND ${condition.findings} GROUP BY run_id, rel_path
) d ON d.run_id = l.run_id AND d.rel_path = m.rel_path
WHERE l.is_checker AND ${condition.links}`

const latestChecks = fileChecks({ links: `l.${ofLatest}`, findings: `run_id IN (${linkedRuns})` })

const typingSignals = (checks: string, condition: string) => `
SELECT
  m.snapshot_id, m.rel_path, c.pyright_errors, c.pyrefly_errors, c.ruff_errors,
  c.pyright_errors + c.pyrefly_errors + c.ruff_errors AS total_errors,
  t.functions, t.annotated_parameters, t.parameters, t.annotated_returns, t.untyped_functions
FROM core.modules m
LEFT JOIN (
  SELECT
    snapshot_id, rel_path,
    max(errors) FILTER (WHERE tool = 'pyright') AS pyright_errors,
    max(errors) FILTER (WHERE tool = 'pyrefly') AS pyrefly_errors,
    max(errors) FILTER (WHERE tool = 'ruff') AS ruff_errors
  FROM (${checks}) GROUP BY snapshot_id, rel_path
) c ON c.snapshot_id = m.snapshot_id AND c.rel_path = m.rel_path
LEFT JOIN (
  SELECT
    s.content_hash,
    CAST(count(f.content_hash) AS INTEGER) AS functions,
    CAST(coalesce(sum(f.annotated_parameters), 0) AS INTEGER) AS annotated_parameters,
    CAST(coalesce(sum(f.parameters), 0) AS INTEGER) AS parameters,
    CAST(count(*) FILTER (WHERE f.return_annotated) AS INTEGER) AS annotated_returns,
    CAST(count(*) FILTER (WHERE f.annotated_parameters = 0 AND NOT f.return_annotated) AS INTEGER) AS untyped_functions
  FROM core.syntax s LEFT JOIN core.functions f ON f.content_hash = s.content_hash
  GROUP BY s.content_hash
) t ON t.content_hash = m.content_hash
WHERE ${condition}`

const sum = (description: string, unit: string): Column =>
  nullable(column("INTEGER", description, unit), "no syntax facts of this content")

const signalColumns = {
  rel_path: modules.columns.rel_path,
  pyright_errors: errors("errors pyright reports in the file"),
  pyrefly_errors: errors("errors pyrefly reports in the file"),
  ruff_errors: errors("errors ruff reports in the file"),
  total_errors: nullable(column("INTEGER", "the sum of the three", "findings"), "one of them was not measured"),
  functions: sum("functions and methods", "functions"),
  annotated_parameters: sum("parameters with an annotation", "parameters"),
  parameters: sum("parameters without self and cls", "parameters"),
  annotated_returns: sum("functions whose result has an annotation", "functions"),
  untyped_functions: sum("functions without any annotation", "functions")
}

const names = (columns: Readonly<Record<string, Column>>) => Object.keys(columns).join(", ")

const { finish_order: _, of_revision: __, ...snapshotColumns } = snapshots.columns

/**
 * In the order in which they are made, and of docs/schema.md.
 *
 * @since 0.1.0
 * @category views
 */
export const views: ReadonlyArray<View> = [
  latestSnapshot,
  view(
    "main",
    "snapshots",
    "every snapshot there is; the other views in main show the latest",
    snapshotColumns,
    `SELECT ${names(snapshotColumns)} FROM core.snapshots`
  ),
  view(
    "main",
    "files",
    "the Python files",
    {
      rel_path: modules.columns.rel_path,
      module_name: modules.columns.module_name,
      content_hash: modules.columns.content_hash,
      bytes: modules.columns.bytes,
      lines: modules.columns.lines,
      parse_error: nullable(column("VARCHAR", "what keeps the file from being parsed"), "nothing, or not looked at"),
      parse_error_line: nullable(
        column("INTEGER", "first line that could not be parsed", "line, 1-based"),
        "none, or not looked at"
      )
    },
    `
SELECT m.rel_path, m.module_name, m.content_hash, m.bytes, m.lines, s.parse_error, s.parse_error_line
FROM core.modules m LEFT JOIN core.syntax s ON s.content_hash = m.content_hash
WHERE m.${ofLatest}`
  ),
  view(
    "main",
    "functions",
    "functions and methods",
    {
      rel_path: modules.columns.rel_path,
      qualified_name: functions.columns.qualified_name,
      start_line: functions.columns.start_line,
      end_line: functions.columns.end_line,
      parameters: functions.columns.parameters,
      annotated_parameters: functions.columns.annotated_parameters,
      return_annotated: functions.columns.return_annotated
    },
    `
SELECT
  m.rel_path, f.qualified_name, f.start_line, f.end_line, f.parameters, f.annotated_parameters, f.return_annotated
FROM core.modules m JOIN core.functions f ON f.content_hash = m.content_hash
WHERE m.${ofLatest}`
  ),
  view(
    "main",
    "tool_runs",
    "each tool and what became of it; a tool that was not run has no run_id",
    {
      run_id: snapshotRuns.columns.run_id,
      tool: snapshotRuns.columns.tool,
      executable: toolRuns.columns.executable,
      version: toolRuns.columns.version,
      args: nullable(toolRuns.columns.args, "no run was made"),
      cwd: nullable(toolRuns.columns.cwd, "no run was made"),
      started_at: nullable(toolRuns.columns.started_at, "no run was made"),
      duration_ms: nullable(toolRuns.columns.duration_ms, "no run was made"),
      exit_code: toolRuns.columns.exit_code,
      signal: toolRuns.columns.signal,
      status: snapshotRuns.columns.status,
      reason: snapshotRuns.columns.reason,
      files_analyzed: toolRuns.columns.files_analyzed,
      reused: snapshotRuns.columns.reused,
      imports: toolRuns.columns.imports,
      unresolved_imports: toolRuns.columns.unresolved_imports,
      outside_repository: nullable(toolRuns.columns.outside_repository, "no run was made")
    },
    `
SELECT
  l.run_id, l.tool, r.executable, r.version, r.args, r.cwd, r.started_at, r.duration_ms, r.exit_code, r.signal,
  l.status, coalesce(l.reason, r.reason) AS reason, r.files_analyzed, l.reused, r.imports, r.unresolved_imports,
  r.outside_repository
FROM core.snapshot_runs l LEFT JOIN core.tool_runs r ON r.run_id = l.run_id
WHERE l.${ofLatest}`
  ),
  view(
    "main",
    "run_files",
    "what each run looked at",
    runFiles.columns,
    `SELECT ${names(runFiles.columns)} FROM core.run_files WHERE run_id IN (${linkedRuns})`
  ),
  view(
    "main",
    "file_checks",
    "for each file and checker, the errors it reports or why there is no number",
    {
      rel_path: modules.columns.rel_path,
      tool: snapshotRuns.columns.tool,
      run_id: snapshotRuns.columns.run_id,
      errors: errors("findings of severity error; 0 is measured"),
      reason: nullable(column("VARCHAR", "why errors is NULL"), "errors is a number")
    },
    `SELECT rel_path, tool, run_id, errors, reason FROM (${latestChecks})`
  ),
  view(
    "main",
    "diagnostics",
    "findings of the checkers",
    {
      run_id: diagnostics.columns.run_id,
      tool: toolRuns.columns.tool,
      rel_path: diagnostics.columns.rel_path,
      start_line: diagnostics.columns.start_line,
      start_column: diagnostics.columns.start_column,
      end_line: diagnostics.columns.end_line,
      end_column: diagnostics.columns.end_column,
      severity: diagnostics.columns.severity,
      rule: diagnostics.columns.rule,
      message: diagnostics.columns.message,
      fingerprint: diagnostics.columns.fingerprint
    },
    `
SELECT
  d.run_id, r.tool, d.rel_path, d.start_line, d.start_column, d.end_line, d.end_column, d.severity, d.rule, d.message,
  d.fingerprint
FROM analytics.diagnostics d JOIN core.tool_runs r ON r.run_id = d.run_id
WHERE d.run_id IN (${linkedRuns})`
  ),
  view(
    "analytics",
    "typing_signals",
    "what the checkers and the syntax tree say about each file of each snapshot",
    { snapshot_id: modules.columns.snapshot_id, ...signalColumns },
    typingSignals(fileChecks({ links: "true", findings: "true" }), "true")
  ),
  view(
    "main",
    "typing_signals",
    "what the checkers and the syntax tree say about each file",
    signalColumns,
    `SELECT ${names(signalColumns)} FROM (${typingSignals(latestChecks, `m.${ofLatest}`)})`
  ),
  ...TestsViews.views(linkedRuns, ofLatest),
  ...ScipViews.views(linkedRuns)
]

/**
 * In the order of docs/schema.md.
 *
 * @since 0.1.0
 * @category tables
 */
export const tables: ReadonlyArray<Table> = Tables.all
