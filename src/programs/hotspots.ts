/**
 * Functions where a change is likely and likely to go wrong.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { type Hotspot, type Hotspots, score } from "../domain/Hotspots.js"
import type { Known } from "../domain/Known.js"
import type { PipelineContext } from "../domain/PipelineContext.js"
import type { Changes } from "../domain/Show.js"
import { churnOf, type ChurnQuestion } from "./ask/churn.js"
import { indexRuns, indexState } from "./ask/indexState.js"
import { isOfTests } from "./ask/verdict.js"
import { reading } from "./database.js"
import { freshness } from "./freshness.js"
import { rowsOf } from "./rows.js"

const Count = Schema.NonNegativeInt
const MaybeCount = Schema.NullOr(Count)

const Row = Schema.Struct({
  relPath: Schema.String,
  moduleName: Schema.String,
  qualifiedName: Schema.String,
  startLine: Count,
  endLine: Count,
  findings: MaybeCount,
  uncovered: MaybeCount,
  fanIn: Count
})

/**
 * Each function that is defined in the index is the innermost one around the name; so is each that refers to it. Lines are
 * looked up in a table of all lines in functions: comparing every occurrence with every range would be quadratic in a file.
 */
const hotspotsSql = `
  WITH own AS (
    SELECT m.rel_path, m.module_name, f.qualified_name, f.start_line, f.end_line
    FROM files m JOIN core.functions f USING (content_hash)
  ), lines AS (
    SELECT rel_path, line, arg_max(qualified_name, start_line) AS qualified_name, max(start_line) AS start_line
    FROM (SELECT rel_path, qualified_name, start_line, unnest(range(start_line, end_line + 1))::INTEGER AS line FROM own)
    GROUP BY rel_path, line
  ), places AS (
    SELECT o.symbol_id, d.rel_path, o.start_line, o.roles & 1 = 1 AS is_definition
    FROM core.scip_run_documents d JOIN core.scip_occurrences o USING (document_id)
    SEMI JOIN (SELECT symbol_id FROM core.scip_symbols WHERE ends_with(symbol, ').')) USING (symbol_id)
    WHERE d.run_id IN (SELECT run_id FROM (${indexRuns}))
  ), placed AS (
    SELECT p.symbol_id, p.is_definition, p.rel_path, l.qualified_name, l.start_line
    FROM places p JOIN lines l ON l.rel_path = p.rel_path AND l.line = p.start_line
  ), referring AS (
    SELECT DISTINCT x.rel_path, x.qualified_name, x.start_line,
           u.rel_path AS by_path, u.qualified_name AS by_name, u.start_line AS by_line
    FROM (SELECT * FROM placed WHERE is_definition) x
    JOIN (SELECT * FROM placed WHERE NOT is_definition) u USING (symbol_id)
    WHERE (x.rel_path, x.start_line) <> (u.rel_path, u.start_line)
  ), fans AS (
    SELECT rel_path, start_line, count(*) AS fan_in FROM referring GROUP BY ALL
  ), found AS (
    SELECT o.rel_path, o.start_line, count(*) AS findings
    FROM own o JOIN diagnostics d ON d.rel_path = o.rel_path AND d.start_line BETWEEN o.start_line AND o.end_line
    GROUP BY ALL
  ), checked AS (SELECT DISTINCT rel_path FROM file_checks WHERE errors IS NOT NULL
  ), missed AS (
    SELECT o.rel_path, o.start_line, count(*) AS uncovered
    FROM own o JOIN coverage_lines c ON c.rel_path = o.rel_path AND c.lineno BETWEEN o.start_line AND o.end_line
    WHERE NOT c.covered GROUP BY ALL
  ), measured AS (SELECT rel_path FROM file_coverage WHERE missing_lines IS NOT NULL)
  SELECT o.rel_path AS "relPath", o.module_name AS "moduleName", o.qualified_name AS "qualifiedName",
         o.start_line AS "startLine", o.end_line AS "endLine",
         CASE WHEN o.rel_path IN (FROM checked) THEN coalesce(f.findings, 0) END AS findings,
         CASE WHEN o.rel_path IN (FROM measured) THEN coalesce(m.uncovered, 0) END AS uncovered,
         coalesce(n.fan_in, 0) AS "fanIn"
  FROM own o LEFT JOIN found f USING (rel_path, start_line) LEFT JOIN missed m USING (rel_path, start_line)
  LEFT JOIN fans n USING (rel_path, start_line) ORDER BY 1, 4`

/**
 * @since 0.1.0
 * @category models
 */
export interface HotspotsOptions extends Pick<ChurnQuestion, "since"> {
  readonly limit: number
}

/** What is said of a column that is NULL in every row. */
const wholly = (column: string, rows: ReadonlyArray<number | null>, reason: string): ReadonlyArray<string> =>
  rows.length > 0 && rows.every((value) => value === null) ? [`${column}: ${reason}`] : []

/**
 * Functions outside of tests, those with the highest score first.
 *
 * @since 0.1.0
 * @category programs
 */
export const hotspots = Effect.fn("hotspots")((ctx: PipelineContext, options: HotspotsOptions) =>
  reading(ctx, (connection) =>
    Effect.gen(function*() {
      const fresh = yield* freshness(connection, ctx)
      const index = yield* indexState(connection)
      const rows = (yield* rowsOf(connection)(hotspotsSql, Row)).filter(({ qualifiedName, relPath }) =>
        // what is inside of a function counts with it
        !isOfTests(relPath) && !qualifiedName.includes("<locals>")
      )
      const churn = yield* churnOf(ctx, fresh, options)
      const ranked = rows.map((row) => {
        const { endLine, fanIn, moduleName, qualifiedName, relPath, startLine } = row
        const changed: Known<Changes> = churn.ofLines(relPath, { start: startLine, end: endLine })
        const columns = {
          changes: changed.value?.changes ?? null,
          findings: row.findings,
          uncovered: row.uncovered,
          // what an index that is not whole does not know may refer to it
          fanIn: !index.isThere || index.unindexed.has(relPath) || (index.problem !== null && fanIn === 0)
            ? null
            : fanIn
        }
        const hotspot: Hotspot = {
          name: `${moduleName}:${qualifiedName}`,
          relPath,
          startLine,
          endLine,
          score: Math.round(10 * score(columns)) / 10,
          ...columns
        }
        return { hotspot, changed }
      }).sort((one, other) => other.hotspot.score - one.hotspot.score)
      const all = ranked.map(({ hotspot }) => hotspot)
      const [first] = ranked
      const found: Hotspots = {
        freshness: fresh,
        since: ranked.find(({ changed }) => changed.value !== null)?.changed.value?.since ?? null,
        unknown: [
          ...(index.unparsed === null ? [] : [`functions: ${index.unparsed}`]),
          ...wholly("changes", all.map(({ changes }) => changes), first?.changed.reason ?? ""),
          ...wholly("findings", all.map(({ findings }) => findings), "no checker looked at a file: codeintel ingest"),
          ...wholly(
            "uncovered lines",
            all.map(({ uncovered }) => uncovered),
            "coverage was not measured: codeintel ingest"
          ),
          ...wholly("fan-in", all.map(({ fanIn }) => fanIn), index.problem ?? "")
        ],
        functions: index.unparsed === null ? all.length : null,
        hotspots: all.slice(0, options.limit)
      }
      return found
    }))
)
