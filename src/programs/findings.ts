/**
 * Findings of the checkers, and what each of them looked at.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Levenshtein from "fastest-levenshtein"
import { type CheckedPart, type FindingFilter, type FindingList, ListedFinding } from "../domain/FindingList.js"
import type { PipelineContext } from "../domain/PipelineContext.js"
import { SubjectUnclear } from "../domain/SubjectUnclear.js"
import { needsAttention, RunStatus } from "../domain/ToolRun.js"
import type { Value } from "../services/Warehouse.js"
import { nearestTo } from "./ask/subject.js"
import { reading } from "./database.js"
import { freshness } from "./freshness.js"
import { rowsOf } from "./rows.js"
import { plural } from "./runRecord.js"

/** Files that a checker did not look at, given by name. */
const SHOWN = 5

/**
 * @since 0.1.0
 * @category models
 */
export interface FindingsOptions extends Partial<FindingFilter> {
  /** How many are given; the counts are of all. */
  readonly limit: number
}

const Count = Schema.NonNegativeInt
const MaybeString = Schema.NullOr(Schema.String)

const within = (column: string) => `($1::VARCHAR IS NULL OR ${column} = $1 OR starts_with(${column}, $1 || '/'))`

const Checker = Schema.Struct({
  tool: Schema.String,
  status: RunStatus,
  reason: MaybeString,
  measured: Count,
  notMeasured: Count
})

// a checker of a part without Python files has looked at none
const checkersSql = `
  SELECT t.tool, t.status, t.reason, count(c.rel_path) FILTER (c.errors IS NOT NULL) AS measured,
         count(c.rel_path) FILTER (c.errors IS NULL) AS "notMeasured"
  FROM tool_runs t LEFT JOIN file_checks c ON c.tool = t.tool AND ${within("c.rel_path")}
  WHERE t.tool IN (SELECT tool FROM file_checks) AND ($2::VARCHAR IS NULL OR t.tool = $2)
  GROUP BY ALL ORDER BY t.tool`

const Unmeasured = Schema.Struct({ tool: Schema.String, relPath: Schema.String, reason: MaybeString })

const unmeasuredSql = `
  SELECT tool, rel_path AS "relPath", reason FROM file_checks
  WHERE errors IS NULL AND ${within("rel_path")} AND ($2::VARCHAR IS NULL OR tool = $2)
  QUALIFY row_number() OVER (PARTITION BY tool ORDER BY rel_path) <= ${SHOWN} ORDER BY tool, rel_path`

const matching = `
  ${within("rel_path")} AND ($2::VARCHAR IS NULL OR tool = $2) AND ($3::VARCHAR IS NULL OR severity = $3)
  AND ($4::VARCHAR IS NULL OR rule = $4)`

const Found = Schema.Struct({ tool: Schema.String, findings: Count })

const countsSql = `SELECT tool, count(*) AS findings FROM diagnostics WHERE ${matching} GROUP BY tool`

const listedSql = `
  SELECT tool, rel_path AS "relPath", start_line AS "startLine", start_column AS "startColumn", end_line AS "endLine",
         end_column AS "endColumn", severity, rule, message
  FROM diagnostics WHERE ${matching}
  ORDER BY list_position(['error', 'warning', 'information'], severity), rel_path, start_line, start_column, tool, rule
  LIMIT $5`

const Checkers = Schema.Struct({ tool: Schema.String })

/** `src/p/` and `./src/p` are `src/p`; the whole repository is no filter. */
const partOf = (path: string | null | undefined): string | null => {
  const plain = (path ?? "").trim().replace(/^(\.\/+)+/, "").replace(/\/+$/, "")
  return plain === "" || plain === "." ? null : plain
}

const firstLine = (text: string) => text.split("\n")[0] ?? ""

/** NULL: it looked at all of the part, and is to be trusted; what else is said of the run is in `freshness`. */
const whyNotAll = (
  { measured, notMeasured, status }: Pick<CheckedPart, "measured" | "notMeasured" | "status">,
  why: string | null
): string | null => {
  const said = why === null ? [] : [firstLine(why)]
  if (measured === 0) return said[0] ?? (notMeasured === 0 ? "no Python file is there" : "not measured")
  const missed = notMeasured > 0
    ? [`${notMeasured} of ${plural(measured + notMeasured, "file")} not measured`]
    : needsAttention(status)
    ? [`the run is ${status}`]
    : []
  return missed.length === 0 ? null : [...missed, ...said].join(": ")
}

/** The directory that may have been meant. */
const nearestDirectory = (paths: ReadonlyArray<string>, given: string): string | undefined => {
  const directories = paths.flatMap((path) =>
    path.split("/").slice(0, -1).map((_, at, parts) => parts.slice(0, at + 1).join("/"))
  )
  const [near] = [...new Set(directories)]
    .map((directory) => ({ directory, distance: Levenshtein.distance(given.toLowerCase(), directory.toLowerCase()) }))
    .filter(({ distance }) => distance <= Math.max(1, Math.floor(given.length / 3)))
    .sort((one, other) => one.distance - other.distance)
  return near?.directory
}

/**
 * Those that match, errors first. Fails with `SubjectUnclear` when the snapshot has no such file or directory.
 *
 * @since 0.1.0
 * @category programs
 */
export const findings = Effect.fn("findings")((ctx: PipelineContext, options: FindingsOptions) =>
  reading(ctx, (connection) =>
    Effect.gen(function*() {
      const { limit, rule = null, severity = null, tool = null } = options
      const read = rowsOf(connection)
      const path = partOf(options.path)
      const every = yield* read("SELECT DISTINCT tool FROM file_checks ORDER BY tool", Checkers)
      const names = every.map((each) => each.tool)
      const fresh = yield* freshness(connection, ctx, tool === null ? names : [tool])
      const { rows: [files] } = yield* connection.query(
        `SELECT count(*) FROM files WHERE ${within("rel_path")}`,
        [path]
      )
      const filter: ReadonlyArray<Value> = [path, tool, severity, rule]
      const counts = yield* read(countsSql, Found, filter)
      if (path !== null && files?.[0] === 0 && counts.length === 0) {
        const directory = nearestDirectory(ctx.modules.map(({ relPath }) => relPath), path)
        const isNew = ctx.modules.some(({ relPath }) => relPath === path || relPath.startsWith(`${path}/`))
        return yield* new SubjectUnclear({
          subject: path,
          reason: "Unknown",
          candidates: yield* nearestTo(connection, path),
          hint: isNew
            ? "it is there now, and was not at the last ingest: codeintel ingest"
            : directory === undefined
            ? ""
            : `did you mean the directory ${directory}?`
        })
      }
      const unmeasured = yield* read(unmeasuredSql, Unmeasured, [path, tool])
      const checkers = (yield* read(checkersSql, Checker, [path, tool])).map((checker): CheckedPart => {
        const missed = unmeasured.filter((each) => each.tool === checker.tool)
        const count = counts.find((each) => each.tool === checker.tool)?.findings
        return {
          ...checker,
          unmeasured: missed.map(({ reason, relPath }) => ({ relPath, reason })),
          findings: checker.measured === 0 && count === undefined ? null : count ?? 0,
          reason: whyNotAll(checker, missed[0]?.reason ?? checker.reason)
        }
      })
      const isMeasured = checkers.some((checker) => checker.findings !== null)
      const reasons = checkers.flatMap((each) => each.reason === null ? [] : [`${each.tool}: ${each.reason}`])
      const list: FindingList = {
        freshness: fresh,
        filter: { path, tool, severity, rule },
        files: Number(files?.[0] ?? 0),
        checkers,
        total: isMeasured ? counts.reduce((sum, count) => sum + count.findings, 0) : null,
        reason: checkers.length === 0
          ? names.length === 0
            ? "no checker was run: codeintel ingest --only typing"
            : `${tool ?? "it"} is no checker of this snapshot; there are ${names.join(", ")}`
          : reasons.length === 0
          ? null
          : reasons.join("; "),
        findings: yield* read(listedSql, ListedFinding, [...filter, limit])
      }
      return list
    }))
)
