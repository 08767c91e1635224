/**
 * A run is one execution of a tool, and facts belong to runs. A snapshot is linked to runs: reuse is one more link.
 *
 * @since 0.1.0
 */
import type * as DateTime from "effect/DateTime"
import type * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type { ToolName } from "./ToolName.js"

/**
 * - `ok`, `findings`: complete
 * - `partial`: some files could not be measured; `suspect`: the Python environment looks wrong
 * - `not_found`, `failed`, `timed_out`, `interrupted`: no facts
 * - `skipped`: not asked for, or switched off; `imported`: made elsewhere
 *
 * @since 0.1.0
 * @category models
 */
export const RunStatus = Schema.Literal(
  "ok",
  "findings",
  "partial",
  "suspect",
  "not_found",
  "failed",
  "timed_out",
  "interrupted",
  "skipped",
  "imported"
)

/**
 * @since 0.1.0
 * @category models
 */
export type RunStatus = typeof RunStatus.Type

/**
 * Statuses of a run that is whole and may be linked to a later snapshot.
 *
 * @since 0.1.0
 * @category models
 */
export const isReusable = (status: RunStatus): boolean =>
  status === "ok" || status === "findings" || status === "suspect"

/**
 * Statuses after which the numbers of a tool are missing or not to be trusted: the command ends with 3.
 *
 * @since 0.1.0
 * @category models
 */
export const needsAttention = (status: RunStatus): boolean =>
  status !== "ok" && status !== "findings" && status !== "skipped" && status !== "imported"

/**
 * @since 0.1.0
 * @category models
 */
export interface ToolRun {
  readonly runId: string
  readonly tool: ToolName
  readonly executable: Option.Option<string>
  readonly version: Option.Option<string>
  readonly args: ReadonlyArray<string>
  readonly cwd: string
  readonly startedAt: DateTime.Utc
  readonly durationMs: number
  readonly exitCode: Option.Option<number>
  readonly signal: Option.Option<string>
  readonly status: RunStatus
  /** Why the status is not `ok` or `findings`, and what a user should know. */
  readonly reason: Option.Option<string>
  readonly filesAnalyzed: Option.Option<number>
  readonly unresolvedImports: Option.Option<number>
  /** Imports in the files looked at: what `unresolvedImports` is a share of. */
  readonly imports: Option.Option<number>
  readonly outsideRepository: number
  /** What the result depends on, hashed; none for a run that is never reused. */
  readonly key: Option.Option<string>
  /** The same without the content of the modules: a run with it may go on from this one. None: no run may. */
  readonly baseKey: Option.Option<string>
}

/**
 * Whether a run looked at a file.
 *
 * @since 0.1.0
 * @category models
 */
export interface RunFile {
  readonly relPath: string
  /** None: not provable either way. */
  readonly measured: Option.Option<boolean>
  readonly reason: Option.Option<string>
}

/**
 * The link of a snapshot to a run.
 *
 * @since 0.1.0
 * @category models
 */
export interface SnapshotRun {
  readonly tool: ToolName
  /** None when no run was made: `skipped`. */
  readonly runId: Option.Option<string>
  readonly status: RunStatus
  readonly reason: Option.Option<string>
  /** The run was made for an earlier ingest. */
  readonly reused: boolean
  /** Given for an index that was imported, whatever its tool is called; by the name of the tool without it. */
  readonly isChecker?: boolean
}
