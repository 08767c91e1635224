/**
 * The tables: what is stored, without anything that can be derived. They are made by the migrations; a test holds the
 * two together. No table has a foreign key, and only `core.tool_runs`, which stays small, has a key: indexes of large
 * tables cost more than they save, since facts are read by run and by path, in the order in which they were written.
 *
 * @since 0.1.0
 */
import { column, nullable, type Table, table } from "./definition.js"
import * as ScipTables from "./scipTables.js"
import * as TestsTables from "./testsTables.js"

const snapshotId = column("VARCHAR", "the snapshot: hash over path and content of every file git does not ignore")
const runId = column("VARCHAR", "the run, one execution of a tool")
const relPath = column("VARCHAR", "path of the file, relative to the repository, with /")
const contentHash = column("VARCHAR", "SHA-256 of the bytes of the file, hexadecimal")
const tool = column("VARCHAR", "name of the tool")
const status = column(
  "VARCHAR",
  "ok, findings, partial, suspect, not_found, failed, timed_out, interrupted, skipped or imported"
)

/**
 * @since 0.1.0
 * @category tables
 */
export const versions = table("core", "codeintel_schema", "the migrations that made this database", {
  version: column("INTEGER", "number of the migration"),
  name: column("VARCHAR", "what it did"),
  applied_at: column("TIMESTAMPTZ", "when it was applied")
})

/**
 * @since 0.1.0
 * @category tables
 */
export const snapshots = table("core", "snapshots", "contents of the repository of which an ingest has finished", {
  snapshot_id: snapshotId,
  repo: column("VARCHAR", "absolute root of the repository at the last ingest of this content"),
  commit: nullable(column("VARCHAR", "commit that was checked out"), "no git, or no commit yet"),
  dirty: column("BOOLEAN", "whether the working tree differed from the commit; false without git"),
  started_at: column("TIMESTAMPTZ", "when the last ingest of this content began"),
  finished_at: column("TIMESTAMPTZ", "when it ended"),
  finish_order: column("BIGINT", "the greatest is the latest snapshot, whatever the clock said", "ordinal"),
  of_revision: column("BOOLEAN", "whether it was made of a commit, beside the working tree: never the latest")
})

/**
 * @since 0.1.0
 * @category tables
 */
export const modules = table("core", "modules", "the Python files of each snapshot", {
  snapshot_id: snapshotId,
  rel_path: relPath,
  module_name: column("VARCHAR", "dotted name, from the nearest import root"),
  content_hash: contentHash,
  bytes: column("BIGINT", "size", "bytes"),
  lines: column("INTEGER", "lines", "lines")
})

/**
 * @since 0.1.0
 * @category tables
 */
export const syntax = table("core", "syntax", "the contents whose syntax facts are stored, once for each content", {
  content_hash: contentHash,
  parse_error_line: nullable(
    column("INTEGER", "first line that could not be parsed", "line, 1-based"),
    "all of it was parsed"
  ),
  parse_error: nullable(column("VARCHAR", "what is wrong there"), "all of it was parsed")
})

/**
 * @since 0.1.0
 * @category tables
 */
export const sources = table("core", "sources", "the text of Python files, once for each content", {
  content_hash: contentHash,
  source: column("VARCHAR", "the text; what is no UTF-8 is replaced by U+FFFD")
})

/**
 * @since 0.1.0
 * @category tables
 */
export const functions = table("core", "functions", "functions and methods, by content", {
  content_hash: contentHash,
  qualified_name: column("VARCHAR", "Class.method, outer.<locals>.inner: as __qualname__"),
  start_line: column("INTEGER", "first line, decorators included", "line, 1-based"),
  end_line: column("INTEGER", "last line", "line, 1-based, inclusive"),
  parameters: column("INTEGER", "parameters without self and cls", "parameters"),
  annotated_parameters: column("INTEGER", "those with an annotation", "parameters"),
  return_annotated: column("BOOLEAN", "whether the result has an annotation")
})

/**
 * @since 0.1.0
 * @category tables
 */
export const imports = table("core", "imports", "imported modules as written, by content", {
  content_hash: contentHash,
  module: column("VARCHAR", "a.b; empty for: from . import x"),
  level: column("INTEGER", "leading dots", "dots"),
  names: column("VARCHAR[]", "names after import in a from import; * for all; empty for: import a.b"),
  line: column("INTEGER", "where", "line, 1-based")
})

/**
 * @since 0.1.0
 * @category tables
 */
export const toolRuns = table("core", "tool_runs", "executions of tools; never changed once written", {
  run_id: runId,
  tool,
  executable: nullable(column("VARCHAR", "the file that ran"), "not found"),
  version: nullable(column("VARCHAR", "what the tool says of its version"), "it did not say"),
  args: column("VARCHAR[]", "arguments"),
  cwd: column("VARCHAR", "working directory, absolute"),
  started_at: column("TIMESTAMPTZ", "when it was started"),
  duration_ms: column("BIGINT", "how long it took", "milliseconds"),
  exit_code: nullable(column("BIGINT", "exit code"), "it did not exit by itself, or was not started"),
  signal: nullable(column("VARCHAR", "the signal that ended it"), "none did"),
  status,
  reason: nullable(column("VARCHAR", "why the status is not ok or findings, and what else to know"), "nothing to say"),
  files_analyzed: nullable(column("INTEGER", "files by the tool's own count", "files"), "it did not say"),
  unresolved_imports: nullable(
    column("INTEGER", "imports that did not resolve", "imports"),
    "the tool does not judge imports, or was configured not to say"
  ),
  imports: nullable(
    column("INTEGER", "imports in the files looked at: what unresolved_imports is a share of", "imports"),
    "not known"
  ),
  outside_repository: column("INTEGER", "findings in files outside the repository, which are not stored", "findings"),
  key: nullable(
    column("VARCHAR", "hash of all that the result depends on: an equal key lets an ingest link the run again"),
    "the run is never linked again"
  ),
  base_key: nullable(
    column("VARCHAR", "the same hash without the content of the modules: an equal one lets a run go on from this one"),
    "no run goes on from it"
  )
})

/**
 * @since 0.1.0
 * @category tables
 */
export const runFiles = table("core", "run_files", "what each run looked at", {
  run_id: runId,
  rel_path: relPath,
  measured: nullable(column("BOOLEAN", "whether the run looked at the file"), "not provable either way"),
  reason: nullable(column("VARCHAR", "why it did not, or why that is not known"), "nothing to say")
})

/**
 * @since 0.1.0
 * @category tables
 */
export const snapshotRuns = table("core", "snapshot_runs", "which run says what of which snapshot", {
  snapshot_id: snapshotId,
  tool,
  is_checker: column("BOOLEAN", "whether the tool is a checker: then it has a row per file in file_checks"),
  run_id: nullable(runId, "no run was made"),
  status,
  reason: nullable(column("VARCHAR", "why the status is not ok or findings, and what else to know"), "nothing to say"),
  reused: column("BOOLEAN", "whether the run was made for an earlier ingest")
})

/**
 * @since 0.1.0
 * @category tables
 */
export const diagnostics = table("analytics", "diagnostics", "findings of checkers", {
  run_id: runId,
  rel_path: relPath,
  start_line: column("INTEGER", "where it begins", "line, 1-based"),
  start_column: column("INTEGER", "where it begins", "code points, 1-based"),
  end_line: column("INTEGER", "where it ends", "line, 1-based"),
  end_column: column("INTEGER", "where it ends", "code points, 1-based, exclusive"),
  severity: column("VARCHAR", "error, warning or information"),
  rule: column("VARCHAR", "the tool's own name of the rule"),
  message: column("VARCHAR", "what the tool says"),
  fingerprint: column("VARCHAR", "the same for the same finding after lines have moved; distinct within a file")
})

/**
 * In the order of docs/schema.md.
 *
 * @since 0.1.0
 * @category tables
 */
export const all: ReadonlyArray<Table> = [
  versions,
  snapshots,
  modules,
  syntax,
  sources,
  functions,
  imports,
  toolRuns,
  runFiles,
  snapshotRuns,
  diagnostics,
  ...TestsTables.all,
  ...ScipTables.all
]
