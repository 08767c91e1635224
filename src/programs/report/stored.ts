/**
 * What a report reads from the database: the latest snapshot and all that its runs say.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { OUTSIDE_OF_TESTS } from "../../domain/CoverageReport.js"
import { Severity } from "../../domain/Diagnostic.js"
import { TestOutcome } from "../../domain/TestReport.js"
import type { Connection } from "../../services/Warehouse.js"
import { storedSummary } from "../ingestSummary.js"
import { rowsOf } from "../rows.js"

/** Characters of a message or a name that are shown; they may be as long as their authors liked. */
const MAX_MESSAGE = 1000
const MAX_NAME = 300

/** Rows of one kind that are looked at; far more than a page holds. */
const MAX_ROWS = 30_000

/** The same of findings: none takes less than 100 bytes of the page. */
const MAX_FINDINGS = 15_000

// coverage measures templates, too; a report has a page for each Python file
const OF_FILES = "SEMI JOIN files USING (rel_path)"

const shortened = (column: string, length: number) =>
  `CASE WHEN length(${column}) > ${length} THEN left(${column}, ${length}) || '…' ELSE ${column} END`

const Count = Schema.NonNegativeInt
const MaybeCount = Schema.NullOr(Count)
const MaybeText = Schema.NullOr(Schema.String)

const snapshotSql = `
  SELECT snapshot_id AS "snapshotId", repo, "commit", dirty, started_at AS "startedAt", finished_at AS "finishedAt"
  FROM snapshots SEMI JOIN core.latest_snapshot USING (snapshot_id)`

const Snapshot = Schema.Struct({
  snapshotId: Schema.String,
  repo: Schema.String,
  commit: MaybeText,
  dirty: Schema.Boolean,
  startedAt: Schema.String,
  finishedAt: Schema.String
})

// beside what a summary has
const runsSql = `
  SELECT tool, started_at AS "startedAt",
         tool IN (SELECT tool FROM core.snapshot_runs SEMI JOIN core.latest_snapshot USING (snapshot_id) WHERE is_checker)
           AS "isChecker"
  FROM tool_runs`

const Run = Schema.Struct({ tool: Schema.String, startedAt: MaybeText, isChecker: Schema.Boolean })

const filesSql = `
  SELECT f.rel_path AS path, ${shortened("module_name", MAX_NAME)} AS module, lines, bytes,
         content_hash AS "contentHash", ${shortened("parse_error", MAX_NAME)} AS "parseError",
         parse_error_line AS "parseErrorLine", covered_lines AS covered, missing_lines AS missing,
         CASE WHEN missing_lines IS NULL
           THEN coalesce(${shortened("c.reason", MAX_NAME)}, 'not measured: no ingest asked for coverage') END
           AS "coverageReason",
         t.functions, t.parameters, t.annotated_parameters AS "annotatedParameters",
         t.annotated_returns AS "annotatedReturns", t.untyped_functions AS untyped
  FROM files f LEFT JOIN file_coverage c USING (rel_path) LEFT JOIN typing_signals t USING (rel_path)
  ORDER BY path`

const File = Schema.Struct({
  path: Schema.String,
  module: Schema.String,
  lines: Count,
  bytes: Count,
  contentHash: Schema.String,
  parseError: MaybeText,
  parseErrorLine: MaybeCount,
  covered: MaybeCount,
  missing: MaybeCount,
  coverageReason: MaybeText,
  functions: MaybeCount,
  parameters: MaybeCount,
  annotatedParameters: MaybeCount,
  annotatedReturns: MaybeCount,
  untyped: MaybeCount
})

/**
 * @since 0.1.0
 * @category models
 */
export type StoredFile = typeof File.Type

const checksSql = `
  WITH other AS (
    SELECT tool, rel_path, count(*) AS others FROM diagnostics WHERE severity <> 'error' GROUP BY tool, rel_path
  )
  SELECT rel_path AS path, tool, errors, CASE WHEN errors IS NOT NULL THEN coalesce(others, 0) END AS others,
         ${shortened("reason", MAX_NAME)} AS reason
  FROM file_checks LEFT JOIN other USING (tool, rel_path)`

const Check = Schema.Struct({
  path: Schema.String,
  tool: Schema.String,
  errors: MaybeCount,
  others: MaybeCount,
  reason: MaybeText
})

/**
 * @since 0.1.0
 * @category models
 */
export type StoredCheck = typeof Check.Type

const rule = shortened("rule", MAX_NAME)

const rulesSql = `
  SELECT tool, ${rule} AS rule, count(*) FILTER (severity = 'error') AS errors,
         count(*) FILTER (severity = 'warning') AS warnings,
         count(*) FILTER (severity = 'information') AS information, count(DISTINCT rel_path) AS files
  FROM diagnostics ${OF_FILES} GROUP BY ALL ORDER BY count(*) DESC, tool, rule`

const Rule = Schema.Struct({
  tool: Schema.String,
  rule: Schema.String,
  errors: Count,
  warnings: Count,
  information: Count,
  files: Count
})

// The first of each file before the second of any: what is left out is not all of one file. Ordered without the messages,
// which may be more than fits into the memory of the database.
const findingsSql = `
  WITH first AS (
    SELECT run_id, rel_path, fingerprint, row_number() OVER (ORDER BY rank, nth, rel_path) AS place
    FROM (
      SELECT run_id, rel_path, fingerprint, list_position(['error', 'warning', 'information'], severity) AS rank,
             row_number() OVER (PARTITION BY rel_path, severity ORDER BY start_line, start_column, tool, rule) AS nth
      FROM diagnostics ${OF_FILES}
    ) QUALIFY place <= ${MAX_FINDINGS}
  )
  SELECT rel_path AS path, tool, ${rule} AS rule, severity, start_line AS line, start_column AS "column",
         ${shortened("message", MAX_MESSAGE)} AS message
  FROM diagnostics JOIN first USING (run_id, rel_path, fingerprint) ORDER BY place`

const Finding = Schema.Struct({
  path: Schema.String,
  tool: Schema.String,
  rule: Schema.String,
  severity: Severity,
  line: Count,
  column: Count,
  message: Schema.String
})

/**
 * @since 0.1.0
 * @category models
 */
export type StoredFinding = typeof Finding.Type

const testId = shortened("test_id", MAX_NAME)

const testsSql = `
  SELECT ${testId} AS test, rel_path AS path, outcome, duration_ms AS "durationMs",
         ${shortened("message", MAX_MESSAGE)} AS message
  FROM test_profile
  ORDER BY outcome IN ('failed', 'error', 'crashed') DESC, duration_ms DESC NULLS LAST, test_id LIMIT ${MAX_ROWS}`

const Test = Schema.Struct({
  test: Schema.String,
  path: MaybeText,
  outcome: TestOutcome,
  durationMs: Schema.NullOr(Schema.NonNegative),
  message: MaybeText
})

const functionsSql = `
  SELECT rel_path AS path, ${shortened("qualified_name", MAX_NAME)} AS name, start_line AS line,
         end_line - start_line + 1 AS lines, parameters
  FROM functions WHERE annotated_parameters = 0 AND NOT return_annotated
  ORDER BY parameters DESC, lines DESC, path, line LIMIT ${MAX_ROWS}`

const Function_ = Schema.Struct({
  path: Schema.String,
  name: Schema.String,
  line: Count,
  lines: Count,
  parameters: Count
})

/** The files that are shown for sure: the smallest by `bytes`, until they are `budget` together. */
const smallest = (sizes: string, budget: number) => `
  SELECT rel_path FROM (SELECT rel_path, sum(bytes) OVER (ORDER BY bytes, rel_path) AS total FROM (${sizes}))
  WHERE total <= ${budget}`

const coverageSql = (bytes: number) => `
  SELECT rel_path AS path, list(lineno ORDER BY lineno) FILTER (covered) AS covered,
         list(lineno ORDER BY lineno) FILTER (NOT covered) AS missing
  FROM coverage_lines
  SEMI JOIN (${smallest(`SELECT rel_path, 2 * count(*) AS bytes FROM coverage_lines ${OF_FILES} GROUP BY 1`, bytes)})
    USING (rel_path)
  GROUP BY rel_path ORDER BY path`

const Lines = Schema.parseJson(Schema.Array(Count))

const Coverage = Schema.Struct({ path: Schema.String, covered: Schema.NullOr(Lines), missing: Schema.NullOr(Lines) })

// The view has a row for each line and test, which may be very many: this is the table it is made of.
const CONTEXTS =
  "(FROM analytics.coverage_contexts SEMI JOIN tool_runs USING (run_id) SEMI JOIN files USING (rel_path) " +
  `WHERE test_id <> '${OUTSIDE_OF_TESTS}')`

// a file has all of its tests or none
const contextsSql = (bytes: number) => `
  SELECT rel_path AS path, ${testId} AS test, lines
  FROM ${CONTEXTS}
  SEMI JOIN (${smallest(`SELECT rel_path, sum(30 + 2 * len(lines)) AS bytes FROM ${CONTEXTS} GROUP BY 1`, bytes)})
    USING (rel_path)
  ORDER BY path, test_id`

const Context = Schema.Struct({ path: Schema.String, test: Schema.String, lines: Lines })

const totalsSql = `
  SELECT (SELECT count(*) FROM diagnostics ${OF_FILES}) AS findings, (SELECT count(*) FROM test_profile) AS tests,
         (SELECT coalesce(sum(untyped_functions), 0)::BIGINT FROM typing_signals) AS functions,
         (SELECT count(DISTINCT rel_path) FROM coverage_lines ${OF_FILES}) AS coverage,
         (SELECT count(DISTINCT rel_path) FROM ${CONTEXTS}) AS contexts`

const Totals = Schema.Struct({ findings: Count, tests: Count, functions: Count, coverage: Count, contexts: Count })

/**
 * Everything but the sources; no snapshot: no ingest has finished. `budget`: about how many bytes of covered
 * lines, and of which test ran which.
 *
 * @since 0.1.0
 * @category constructors
 */
export const read = Effect.fn("report.read")(function*(
  connection: Connection,
  budget: { readonly coverage: number; readonly contexts: number }
) {
  const rows = rowsOf(connection)
  const [snapshot] = yield* rows(snapshotSql, Snapshot)
  const [totals = { findings: 0, tests: 0, functions: 0, coverage: 0, contexts: 0 }] = yield* rows(totalsSql, Totals)
  return {
    snapshot,
    totals,
    summary: yield* storedSummary(connection),
    runs: yield* rows(runsSql, Run),
    files: yield* rows(filesSql, File),
    checks: yield* rows(checksSql, Check),
    rules: yield* rows(rulesSql, Rule),
    findings: yield* rows(findingsSql, Finding),
    tests: yield* rows(testsSql, Test),
    functions: yield* rows(functionsSql, Function_),
    coverage: yield* rows(coverageSql(budget.coverage), Coverage),
    contexts: totals.contexts === 0 ? [] : yield* rows(contextsSql(budget.contexts), Context)
  }
})

/**
 * @since 0.1.0
 * @category models
 */
export type Stored = Effect.Effect.Success<ReturnType<typeof read>>
