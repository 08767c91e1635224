/**
 * One side of a comparison: what a snapshot holds, by the views that everybody asks.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { ComparedFinding, type Side, ToolSide } from "../../domain/Comparison.js"
import type { ToolName } from "../../domain/ToolName.js"
import type { RunStatus } from "../../domain/ToolRun.js"
import type { Connection } from "../../services/Warehouse.js"
import { rowsOf } from "../rows.js"

/**
 * @since 0.1.0
 * @category models
 */
export interface SideModule {
  readonly contentHash: string
  readonly moduleName: string
}

/**
 * @since 0.1.0
 * @category models
 */
export interface SideTool extends ToolSide {
  readonly runId: string | null
  readonly isChecker: boolean
}

/**
 * Whether a run looked at a file; NULL: not provable.
 *
 * @since 0.1.0
 * @category models
 */
export interface Looked {
  readonly measured: boolean | null
  readonly reason: string | null
}

/**
 * @since 0.1.0
 * @category models
 */
export interface SideFacts {
  readonly about: Side
  readonly repo: string
  /** By path. */
  readonly modules: ReadonlyMap<string, SideModule>
  readonly tools: ReadonlyMap<ToolName, SideTool>
  /** By tool and path; of checkers, and of coverage. */
  readonly looked: ReadonlyMap<ToolName, ReadonlyMap<string, Looked>>
  readonly findings: ReadonlyArray<ComparedFinding>
}

const Snapshot = Schema.Struct({
  snapshot_id: Schema.String,
  repo: Schema.String,
  commit: Schema.NullOr(Schema.String),
  dirty: Schema.Boolean,
  finished_at: Schema.String
})

const ModuleRow = Schema.Struct({ rel_path: Schema.String, content_hash: Schema.String, module_name: Schema.String })

const ToolRow = Schema.extend(ToolSide, Schema.Struct({ tool: Schema.String, run_id: Schema.NullOr(Schema.String) }))

const LookedRow = Schema.Struct({
  tool: Schema.String,
  rel_path: Schema.String,
  measured: Schema.NullOr(Schema.Boolean),
  reason: Schema.NullOr(Schema.String)
})

const findingsSql = `
  SELECT tool, rule, severity, message, rel_path AS "relPath", start_line AS "startLine", start_column AS "startColumn",
         end_line AS "endLine", end_column AS "endColumn", fingerprint
  FROM diagnostics ORDER BY tool, rel_path, start_line, start_column, end_line, end_column, rule, message`

/**
 * Reads a snapshot that is stored, and leaves the views of `connection` at it.
 *
 * @since 0.1.0
 * @category constructors
 */
export const read = Effect.fn("compare.side")(function*(connection: Connection, snapshotId: string, name: string) {
  yield* connection.show(snapshotId)
  const [snapshot] = yield* rowsOf(connection)(
    "SELECT snapshot_id, repo, commit, dirty, finished_at FROM snapshots WHERE snapshot_id = $1",
    Snapshot,
    [snapshotId]
  )
  if (snapshot === undefined) return yield* Effect.dieMessage(`snapshot ${snapshotId} is not stored`)
  const modules = yield* rowsOf(connection)("SELECT rel_path, content_hash, module_name FROM files", ModuleRow)
  const tools = yield* rowsOf(connection)(
    "SELECT tool, status, reason, version, run_id FROM tool_runs ORDER BY tool",
    ToolRow
  )
  const looked = yield* rowsOf(connection)(
    `SELECT tool, rel_path, measured, f.reason FROM run_files f JOIN tool_runs USING (run_id)
    WHERE tool NOT IN ('scip-python', 'pytest')`,
    LookedRow
  )
  const findings = yield* rowsOf(connection)(findingsSql, ComparedFinding)
  const checkers = new Set(
    (yield* connection.linksOf(snapshotId)).filter((link) => link.isChecker).map(({ tool }) => tool)
  )

  const byTool = new Map<ToolName, Map<string, Looked>>()
  for (const { measured, reason, rel_path, tool } of looked) {
    const files = byTool.get(tool) ?? new Map<string, Looked>()
    byTool.set(tool, files.set(rel_path, { measured, reason }))
  }
  const facts: SideFacts = {
    about: {
      name,
      snapshotId,
      commit: snapshot.commit,
      dirty: snapshot.dirty,
      finishedAt: snapshot.finished_at,
      files: modules.length
    },
    repo: snapshot.repo,
    modules: new Map(
      modules.map((row) => [row.rel_path, { contentHash: row.content_hash, moduleName: row.module_name }])
    ),
    tools: new Map(tools.map(({ reason, run_id, status, tool, version }) => [
      tool,
      { status, reason, version, runId: run_id, isChecker: checkers.has(tool) }
    ])),
    looked: byTool,
    findings
  }
  return facts
})

/**
 * What a tool knows of a file. A file that is no module is not listed: findings in it say that it was looked at.
 *
 * @since 0.1.0
 * @category getters
 */
export const lookedAt = (side: SideFacts, tool: ToolName, relPath: string): Option.Option<Looked> =>
  side.modules.has(relPath)
    ? Option.fromNullable(side.looked.get(tool)?.get(relPath)).pipe(
      Option.orElseSome((): Looked => ({ measured: null, reason: "it is not said whether it was looked at" }))
    )
    : Option.none()

const withFacts: ReadonlyArray<RunStatus> = ["ok", "findings", "partial", "suspect", "imported"]

/**
 * Whether a tool has said something on a side.
 *
 * @since 0.1.0
 * @category predicates
 */
export const hasFacts = (side: SideTool | undefined): side is SideTool =>
  side !== undefined && side.runId !== null && withFacts.includes(side.status)

/**
 * What became of a tool on a side, as a reason.
 *
 * @since 0.1.0
 * @category getters
 */
export const becameOf = (tool: ToolName, side: SideTool | undefined, name: "base" | "head"): string =>
  side === undefined
    ? `${tool} is not part of the ${name}`
    : `${tool} is ${side.status} in the ${name}${side.reason === null ? "" : `: ${side.reason}`}`
