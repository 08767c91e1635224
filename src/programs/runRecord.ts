/**
 * From how a tool was run, or failed, to the run that is stored.
 *
 * @since 0.1.0
 */
import type * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Random from "effect/Random"
import type { Execution } from "../domain/Execution.js"
import type { PipelineContext } from "../domain/PipelineContext.js"
import type { ToolName } from "../domain/ToolName.js"
import type { RunStatus, SnapshotRun, ToolRun } from "../domain/ToolRun.js"
import type { ToolError } from "../services/ToolService.js"

/**
 * 128 random bits, hexadecimal.
 *
 * @since 0.1.0
 * @category constructors
 */
export const newRunId: Effect.Effect<string> = Effect.map(
  Effect.replicateEffect(Random.nextIntBetween(0, 0x10000), 8),
  (parts) => parts.map((part) => part.toString(16).padStart(4, "0")).join("")
)

/**
 * @since 0.1.0
 * @category constructors
 */
export const ofExecution = (
  { runId, tool }: { readonly runId: string; readonly tool: ToolName },
  execution: Execution,
  about: {
    readonly status: RunStatus
    readonly reasons: ReadonlyArray<string>
    readonly key: Option.Option<string>
  } & Partial<Pick<ToolRun, "filesAnalyzed" | "unresolvedImports" | "imports" | "outsideRepository" | "baseKey">>
): ToolRun => ({
  runId,
  tool,
  executable: Option.some(execution.executable),
  version: execution.version,
  args: execution.args,
  cwd: execution.cwd,
  startedAt: execution.startedAt,
  durationMs: Math.round(execution.durationMs),
  exitCode: Option.some(execution.exitCode),
  signal: Option.none(),
  status: about.status,
  reason: about.reasons.length > 0 ? Option.some(about.reasons.join("\n")) : Option.none(),
  filesAnalyzed: about.filesAnalyzed ?? Option.none(),
  unresolvedImports: about.unresolvedImports ?? Option.none(),
  imports: about.imports ?? Option.none(),
  outsideRepository: about.outsideRepository ?? 0,
  key: about.key,
  baseKey: about.baseKey ?? Option.none()
})

/**
 * A run of which nothing is known but what `known` says: no process of ours came to its end. It is never reused.
 *
 * @since 0.1.0
 * @category constructors
 */
export const withoutExecution = (
  known: Pick<ToolRun, "runId" | "tool" | "cwd" | "startedAt" | "status" | "reason"> & Partial<ToolRun>
): ToolRun => ({
  executable: Option.none(),
  version: Option.none(),
  args: [],
  durationMs: 0,
  exitCode: Option.none(),
  signal: Option.none(),
  filesAnalyzed: Option.none(),
  unresolvedImports: Option.none(),
  imports: Option.none(),
  outsideRepository: 0,
  key: Option.none(),
  baseKey: Option.none(),
  ...known
})

/**
 * A run without facts: the tool is missing, failed, or was stopped. It is never reused.
 *
 * @since 0.1.0
 * @category constructors
 */
export const ofFailure = (given: {
  readonly ctx: PipelineContext
  readonly tool: ToolName
  readonly runId: string
  readonly error: ToolError
  readonly startedAt: DateTime.Utc
}): ToolRun => {
  const { ctx, error, runId, startedAt, tool } = given
  const about = { runId, tool, startedAt, reason: Option.some(error.message) }
  return error._tag === "ToolNotFound"
    ? withoutExecution({ ...about, cwd: ctx.root, status: "not_found" })
    : withoutExecution({
      ...about,
      executable: Option.some(error.executable),
      args: error.args,
      cwd: error.cwd,
      durationMs: Math.round(error.durationMs),
      exitCode: Option.fromNullable(error.exitCode),
      signal: Option.fromNullable(error.signal),
      status: error.reason === "Timeout" ? "timed_out" : "failed"
    })
}

/**
 * @since 0.1.0
 * @category constructors
 */
export const linkTo = (run: ToolRun, reused: boolean): SnapshotRun => ({
  tool: run.tool,
  runId: Option.some(run.runId),
  status: run.status,
  reason: run.reason,
  reused
})

/**
 * No run was made, and this is why.
 *
 * @since 0.1.0
 * @category constructors
 */
export const skipped = (
  tool: ToolName,
  reason: string,
  status: "skipped" | "interrupted" = "skipped"
): SnapshotRun => ({ tool, runId: Option.none(), status, reason: Option.some(reason), reused: false })

/**
 * The first few of these names, and how many more there are.
 *
 * @since 0.1.0
 * @category getters
 */
export const someOf = (names: ReadonlyArray<string>): string =>
  names.slice(0, 3).join(", ") + (names.length > 3 ? ` and ${names.length - 3} more` : "")

/**
 * The reason that every kind of run gives when paths changed meanwhile; none when nothing did.
 *
 * @since 0.1.0
 * @category getters
 */
export const changedReasons = (changed: ReadonlyArray<string>): ReadonlyArray<string> =>
  changed.length > 0 ? [`the repository changed while the tool ran: ${someOf(changed)}`] : []

/**
 * `could not be indexed: a.py, b.py (why the first could not)`; none when there are none.
 *
 * @since 0.1.0
 * @category getters
 */
export const namedReasons = (what: string, why: ReadonlyMap<string, string>): ReadonlyArray<string> => {
  const [first] = why
  return first === undefined ? [] : [`${what}: ${someOf([...why.keys()])} (${first[1]})`]
}

/**
 * `1 error`, `2 errors`.
 *
 * @since 0.1.0
 * @category getters
 */
export const plural = (count: number, noun: string): string =>
  `${count.toLocaleString("en")} ${noun}${count === 1 ? "" : "s"}`
