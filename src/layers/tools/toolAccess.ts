/**
 * What a tool's file is given to work with: the tool found, started and named in its failures, in one way for all.
 *
 * @since 0.1.0
 */
import type * as Duration from "effect/Duration"
import type * as Effect from "effect/Effect"
import type { ToolExecution, ToolExecutionReason, ToolNotFound } from "../../domain/errors.js"
import type { PipelineContext } from "../../domain/PipelineContext.js"
import type { ToolInvocation, ToolRunResult } from "../../domain/ToolInvocation.js"
import type { ToolLocation } from "../../domain/ToolLocation.js"
import type { ToolName } from "../../domain/ToolName.js"
import type { Files } from "./checker.js"

/**
 * What the result of a tool depends on.
 *
 * @since 0.1.0
 * @category models
 */
export interface Keyed {
  readonly tool: ToolName
  /** Whether the result depends on the Python environment. */
  readonly usesInterpreter: boolean
  /** Variables that are set for the tool. */
  readonly env: Readonly<Record<string, string>>
  /** Which of the caller's variables change the result, for a tool that sees them all; none unless given. */
  readonly callerVariables?: (name: string) => boolean
  /** Our arguments for this repository, without paths that differ from run to run. Starts nothing. */
  readonly args: (
    ctx: PipelineContext
  ) => Effect.Effect<
    { readonly args: ReadonlyArray<string>; readonly notices: ReadonlyArray<string> },
    never,
    Files
  >
  /** Whether the result depends on the content of this file of the repository. */
  readonly reads: (relPath: string) => boolean
  /** It can look at some modules alone, and what it says of the others stands. */
  readonly isIncremental?: boolean
  /** It depends on all of them: whatever an argument names in the repository is covered. */
  readonly readsEverything?: boolean
  /**
   * Configuration files, absolute, that the result depends on and `reads` does not cover: up the tree, of the user,
   * extended ones. Those that do not exist count too (one that appears changes the result).
   */
  readonly configurationFiles: (ctx: PipelineContext) => Effect.Effect<ReadonlyArray<string>, never, Files>
}

/**
 * @since 0.1.0
 * @category models
 */
export interface ExitCode {
  readonly code: string
  readonly meaning: string
  /** Whether there is a report after it. */
  readonly accepted: boolean
}

/**
 * What the documentation says of a tool.
 *
 * @since 0.1.0
 * @category models
 */
export interface Described extends Keyed {
  /** One or two sentences. */
  readonly description: string
  readonly exitCodes: ReadonlyArray<ExitCode>
}

/**
 * One start of a tool. Its configured variables and timeout are added; its configured arguments are not.
 *
 * @since 0.1.0
 * @category models
 */
export interface Start {
  readonly args: ReadonlyArray<string>
  /** The repository's root unless given. */
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string>>
  /**
   * Directories of Python packages, absolute, before the `PYTHONPATH` that the tool would see otherwise. Those of the
   * location are added.
   */
  readonly pythonPath?: ReadonlyArray<string>
  readonly inherit?: "analyser" | "caller"
  /** The configured one unless given. */
  readonly timeout?: Duration.Duration
  readonly onLine?: NonNullable<ToolInvocation["onLine"]>
}

/**
 * @since 0.1.0
 * @category models
 */
export interface ToolAccess {
  /** Where the tool is; installs a pinned one. */
  readonly locate: (ctx: PipelineContext, tool: ToolName) => Effect.Effect<ToolLocation, ToolNotFound>
  readonly start: (
    ctx: PipelineContext,
    location: ToolLocation,
    start: Start
  ) => Effect.Effect<ToolRunResult, ToolNotFound | ToolExecution>
  /** What the tool says of its version; asked once, and remembered by its identity. */
  readonly version: (
    ctx: PipelineContext,
    location: ToolLocation
  ) => Effect.Effect<string, ToolNotFound | ToolExecution>
  /** The failure to end with when a result is no report. */
  readonly reject: (
    location: ToolLocation,
    cwd: string,
    result: ToolRunResult,
    reason: ToolExecutionReason,
    cause?: unknown
  ) => ToolExecution
}
