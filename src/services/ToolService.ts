/**
 * The tools, typed. It alone decides what an exit code means.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type * as Either from "effect/Either"
import type * as Option from "effect/Option"
import type { CheckReport } from "../domain/CheckReport.js"
import type { ToolExecution, ToolNotFound } from "../domain/errors.js"
import type { PipelineContext } from "../domain/PipelineContext.js"
import type { ToolLocation } from "../domain/ToolLocation.js"
import type { ToolName } from "../domain/ToolName.js"

/**
 * @since 0.1.0
 * @category models
 */
export type ToolError = ToolNotFound | ToolExecution

/**
 * What a run depends on: its result may stand in for a run with the same `key`.
 *
 * @since 0.1.0
 * @category models
 */
export interface RunKey {
  /**
   * Hash of our version, the arguments, the tool's identity, the content it reads, its settings and the environment. None
   * when one of these is not known well enough: then the result is never reused.
   */
  readonly key: Option.Option<string>
  readonly location: ToolLocation
}

/**
 * @since 0.1.0
 * @category tags
 */
export class ToolService extends Context.Tag("codeintel/ToolService")<ToolService, {
  /** The checkers there are, in the order they are shown; whether one runs is a setting. */
  readonly checkers: ReadonlyArray<ToolName>
  /**
   * Runs a checker over the repository as the repository configures it, and changes nothing in it. Fails with
   * `ToolExecution` when the output is no report (`ExitCode`, `MalformedOutput`, `NothingAnalyzed`), never with "no
   * findings". A name that is not in `checkers` is `ToolNotFound`.
   */
  readonly check: (checker: ToolName, ctx: PipelineContext) => Effect.Effect<CheckReport, ToolError>
  /** `check("pyright", ctx)`. */
  readonly runPyright: (ctx: PipelineContext) => Effect.Effect<CheckReport, ToolError>
  /** `check("pyrefly", ctx)`. */
  readonly runPyrefly: (ctx: PipelineContext) => Effect.Effect<CheckReport, ToolError>
  /** `check("ruff", ctx)`. */
  readonly runRuff: (ctx: PipelineContext) => Effect.Effect<CheckReport, ToolError>
  /**
   * What the results of these checkers depend on; Left: the tool is nowhere. Reads files, starts no checker, and may
   * download a pinned tool. Together, because they share most of what they read.
   */
  readonly runKeys: (
    checkers: ReadonlyArray<ToolName>,
    ctx: PipelineContext
  ) => Effect.Effect<ReadonlyMap<ToolName, Either.Either<RunKey, ToolNotFound>>>
  /** What the tool itself says of its version. Starts it. */
  readonly version: (tool: ToolName, ctx: PipelineContext) => Effect.Effect<string, ToolError>
}>() {}
