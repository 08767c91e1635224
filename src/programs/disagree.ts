/**
 * Where two checkers differ, of what the last ingest stored.
 *
 * @since 0.1.0
 */
import * as Arr from "effect/Array"
import * as Effect from "effect/Effect"
import * as Order from "effect/Order"
import * as Schema from "effect/Schema"
import ignore from "ignore"
import { Diagnostic, type Severity } from "../domain/Diagnostic.js"
import { ComparedTool, type DisagreementPlace, type Disagreements, type RulePair } from "../domain/Disagreements.js"
import { NotComparable } from "../domain/errors.js"
import type { PipelineContext } from "../domain/PipelineContext.js"
import { otherTools, type ToolName } from "../domain/ToolName.js"
import type { RunStatus } from "../domain/ToolRun.js"
import type { Connection } from "../services/Warehouse.js"
import { reading } from "./database.js"
import { type Finding, type FindingPair, findingPairs } from "./findingPairs.js"
import { freshness } from "./freshness.js"
import { rowsOf } from "./rows.js"

/**
 * @since 0.1.0
 * @category models
 */
export interface DisagreeOptions {
  /** Two checkers; pyright and pyrefly unless given. */
  readonly tools?: readonly [ToolName, ToolName]
  /** Places where one of them has a finding of one of these; errors unless given. */
  readonly severities?: ReadonlyArray<Severity>
  /** Pairs with one of these rules, of either tool; all unless given. */
  readonly rules?: ReadonlyArray<string>
  /** A path or a pattern as in a .gitignore, relative to the repository; all files unless given. */
  readonly files?: string
  /** Places of each pair to be listed; all unless given. They are counted whether or not. */
  readonly limit?: number
}

const toolSql = `SELECT tool, status, version, reason FROM tool_runs WHERE tool IN ($1, $2)`

const filesSql = `
  SELECT a.rel_path AS "relPath", a.errors IS NOT NULL AS "firstMeasured", b.errors IS NOT NULL AS "secondMeasured",
         a.reason AS "firstReason", b.reason AS "secondReason"
  FROM file_checks a JOIN file_checks b USING (rel_path) WHERE a.tool = $1 AND b.tool = $2 ORDER BY rel_path`

const findingsSql = `
  SELECT tool, rel_path AS "relPath", start_line AS "startLine", start_column AS "startColumn",
         end_line AS "endLine", end_column AS "endColumn", severity, rule, message
  FROM diagnostics WHERE tool IN ($1, $2) ORDER BY rel_path, start_line, start_column, rule, message`

const File = Schema.Struct({
  relPath: Schema.String,
  firstMeasured: Schema.Boolean,
  secondMeasured: Schema.Boolean,
  firstReason: Schema.NullOr(Schema.String),
  secondReason: Schema.NullOr(Schema.String)
})

const FindingRow = Diagnostic.omit("fingerprint")

/** After these there are findings to compare, in the files that the run has measured. */
const isComparable = (status: RunStatus): boolean => status === "ok" || status === "findings" || status === "partial"

const problemOf = (tool: ToolName, run: ComparedTool | undefined, ctx: PipelineContext) => {
  if (run !== undefined) {
    if (otherTools.includes(tool)) return [{ tool, status: run.status, reason: "it is no checker" }]
    return isComparable(run.status) ? [] : [{ tool, status: run.status, reason: run.reason ?? "no reason is stored" }]
  }
  const reason = ctx.config.tools[tool]?.enabled === false
    ? `it is switched off: say enabled = true in [tool.codeintel.${tool}], or see codeintel config`
    : "it was not among the tools of the last ingest"
  return [{ tool, status: "skipped" as const, reason }]
}

/** In the order of `tools`, or why there is nothing to compare. */
const comparedTools = Effect.fnUntraced(function*(
  connection: Connection,
  ctx: PipelineContext,
  [first, second]: readonly [ToolName, ToolName]
) {
  const runs = yield* rowsOf(connection)(toolSql, ComparedTool, [first, second])
  const runOf = (tool: ToolName) => runs.find((run) => run.tool === tool)
  const [firstRun, secondRun] = [runOf(first), runOf(second)]
  const problems = [...problemOf(first, firstRun, ctx), ...problemOf(second, secondRun, ctx)]
  if (firstRun === undefined || secondRun === undefined || problems.length > 0) {
    return yield* new NotComparable({ repo: ctx.root, problems })
  }
  return [firstRun, secondRun] as const
})

/** A path as it is, and else what a .gitignore would mean by it. */
const matching = (root: string, pattern: string | undefined): (relPath: string) => boolean => {
  if (pattern === undefined) return () => true
  const given = pattern.startsWith(`${root}/`) ? pattern.slice(root.length + 1) : pattern.replace(/^(\.\/)+/, "")
  const rules = ignore({ ignoreCase: false }).add(given)
  return (relPath) => relPath === given || rules.ignores(relPath)
}

const apart = (
  { firstMeasured, firstReason, relPath, secondMeasured, secondReason }: typeof File.Type
): Disagreements["filesApart"][number] => ({
  relPath,
  measured: [firstMeasured, secondMeasured],
  reasons: [firstReason, secondReason]
})

const ruleOf = (finding: Finding | null) => finding?.rule ?? null

const placed = (finding: Finding | null) =>
  finding && { startColumn: finding.startColumn, severity: finding.severity, message: finding.message }

const placeOf = ([first, second]: FindingPair): DisagreementPlace => {
  const { relPath, startLine } = first ?? second
  return { relPath, startLine, findings: [placed(first), placed(second)] }
}

const byPlace: Order.Order<FindingPair> = Order.combineAll([
  Order.mapInput(Order.string, ([first, second]: FindingPair) => (first ?? second).relPath),
  Order.mapInput(Order.number, ([first, second]: FindingPair) => (first ?? second).startLine),
  Order.mapInput(Order.number, ([first, second]: FindingPair) => (first ?? second).startColumn)
])

/** What the first reports alone, then the second, then both; of each the most frequent first. */
const byKind: Order.Order<RulePair> = Order.combineAll([
  Order.mapInput(Order.number, ({ rules: [first, second] }: RulePair) => second === null ? 0 : first === null ? 1 : 2),
  Order.reverse(Order.mapInput(Order.number, ({ count }: RulePair) => count)),
  Order.mapInput(Order.string, ({ rules: [first, second] }: RulePair) => `${first}\0${second}`)
])

const rulePairs = (pairs: ReadonlyArray<FindingPair>, limit: number): ReadonlyArray<RulePair> =>
  Arr.sort(byKind)(
    Object.values(Arr.groupBy(pairs, ([first, second]) => JSON.stringify([ruleOf(first), ruleOf(second)]))).map(
      (group): RulePair => {
        const [first, second] = group[0]
        const places = Arr.sort(byPlace)(group).slice(0, limit).map(placeOf)
        return {
          rules: [ruleOf(first), ruleOf(second)],
          count: group.length,
          places,
          leftOut: group.length - places.length
        }
      }
    )
  )

const sum = (pairs: ReadonlyArray<RulePair>) => pairs.reduce((total, { count }) => total + count, 0)

/**
 * Where two checkers differ in the snapshot of the last finished ingest, in the files that both have measured: one that
 * did not look at a file does not disagree, and the file is named apart. Findings are paired as `findingPairs` says.
 *
 * Fails with `NotComparable` when one of the tools did not run, failed, or is suspect, and with a `WarehouseError` that is
 * `Missing` when nothing was ingested yet. Runs no tool and writes nothing.
 *
 * @since 0.1.0
 * @category programs
 */
export const disagree = Effect.fn("disagree")(function*(ctx: PipelineContext, options: DisagreeOptions = {}) {
  const { files: pattern, limit = Infinity, rules = [], severities = ["error"], tools = ["pyright", "pyrefly"] } =
    options
  const stored = yield* reading(ctx, (connection) =>
    Effect.gen(function*() {
      return {
        freshness: yield* freshness(connection, ctx, tools),
        tools: yield* comparedTools(connection, ctx, tools),
        files: yield* rowsOf(connection)(filesSql, File, tools),
        findings: yield* rowsOf(connection)(findingsSql, FindingRow, tools)
      }
    }))

  const matches = matching(ctx.root, pattern)
  const files = stored.files.filter(({ relPath }) => matches(relPath))
  const compared = new Set(
    files.filter(({ firstMeasured, secondMeasured }) => firstMeasured && secondMeasured).map(({ relPath }) => relPath)
  )
  const findingsOf = (wanted: ToolName) =>
    stored.findings.filter(({ relPath, tool }) => tool === wanted && compared.has(relPath))
  const isWanted = (finding: Finding | null) => finding !== null && severities.includes(finding.severity)
  const named = (finding: Finding | null) => finding !== null && rules.includes(finding.rule)
  const pairs = rulePairs(
    findingPairs(findingsOf(tools[0]), findingsOf(tools[1])).filter(([first, second]) =>
      (isWanted(first) || isWanted(second)) && (rules.length === 0 || named(first) || named(second))
    ),
    limit
  )
  const found: Disagreements = {
    freshness: stored.freshness,
    tools: stored.tools,
    severities,
    rules,
    files: files.length,
    pattern: pattern ?? null,
    filesCompared: compared.size,
    filesApart: files.filter(({ relPath }) => !compared.has(relPath)).map(apart),
    alone: [
      sum(pairs.filter(({ rules: [, second] }) => second === null)),
      sum(pairs.filter(({ rules: [first] }) => first === null))
    ],
    both: sum(pairs.filter(({ rules: [first, second] }) => first !== null && second !== null)),
    pairs
  }
  return found
})
