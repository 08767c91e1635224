/**
 * What a file in `tools/` says about a checker: everything that is known of it, and nowhere else.
 *
 * @since 0.1.0
 */
import type * as FileSystem from "@effect/platform/FileSystem"
import type * as Path from "@effect/platform/Path"
import type * as Effect from "effect/Effect"
import type { CheckReport } from "../../domain/CheckReport.js"
import type { ToolExecution, ToolExecutionReason, ToolNotFound } from "../../domain/errors.js"
import type { PipelineContext } from "../../domain/PipelineContext.js"
import type { ToolRunResult } from "../../domain/ToolInvocation.js"
import type { ToolLocation } from "../../domain/ToolLocation.js"
import type { Described } from "./toolAccess.js"

/**
 * Files of the repository, read by a checker's file.
 *
 * @since 0.1.0
 * @category models
 */
export type Files = FileSystem.FileSystem | Path.Path

/**
 * One check of one repository, with the tool located and the settings applied.
 *
 * @since 0.1.0
 * @category models
 */
export interface CheckSession {
  readonly ctx: PipelineContext
  readonly location: ToolLocation
  /** `Checker.args`, with the configured arguments at the end. */
  readonly args: ReadonlyArray<string>
  readonly notices: ReadonlyArray<string>
  /** The version: that of the pin, or what the tool says, asked once; for a tool whose report does not say. */
  readonly version: Effect.Effect<string, ToolNotFound | ToolExecution>
  /** Starts the tool in the repository's root with these arguments, its variables and its timeout. */
  readonly run: (args: ReadonlyArray<string>) => Effect.Effect<ToolRunResult, ToolNotFound | ToolExecution>
  /** The failure to end with when a result is no report. */
  readonly reject: (result: ToolRunResult, reason: ToolExecutionReason, cause?: unknown) => ToolExecution
}

/**
 * @since 0.1.0
 * @category models
 */
export interface Checker extends Described {
  readonly enabledByDefault: boolean
  /** Arguments after which the tool prints its version, and how it is read from stdout. */
  readonly versionArgs: ReadonlyArray<string>
  readonly parseVersion: (stdout: string) => string
  readonly check: (session: CheckSession) => Effect.Effect<CheckReport, ToolNotFound | ToolExecution, Files>
}
