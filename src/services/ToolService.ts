/**
 * The tools, typed. It alone decides what an exit code means.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type * as Either from "effect/Either"
import type * as Option from "effect/Option"
import type * as Scope from "effect/Scope"
import type { CheckReport } from "../domain/CheckReport.js"
import type { CoverageContext, CoverageReport } from "../domain/CoverageReport.js"
import type { ToolExecution, ToolNotFound } from "../domain/errors.js"
import type { PipelineContext } from "../domain/PipelineContext.js"
import type { ScipOutput } from "../domain/Scip.js"
import type { TestReport } from "../domain/TestReport.js"
import type { ToolInvocation } from "../domain/ToolInvocation.js"
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
  /**
   * The same without the content of the modules, of a tool that can look at some of them alone: what is said of a module
   * by a run with this key may stand. None for the others.
   */
  readonly baseKey: Option.Option<string>
  readonly location: ToolLocation
}

/**
 * @since 0.1.0
 * @category models
 */
export interface PytestOptions {
  /** Absolute. */
  readonly jsonReportPath: string
  /** Where coverage writes its data, absolute; none: pytest runs without coverage. */
  readonly coverage: Option.Option<{ readonly dataFile: string; readonly contexts: boolean }>
  /** What the report, and the data of coverage if asked for, depend on. None: no report is taken for a present one. */
  readonly key: Option.Option<string>
}

/**
 * @since 0.1.0
 * @category models
 */
export interface SelectedTestsOptions {
  /** What says which tests: node ids, files, options of pytest. */
  readonly args: ReadonlyArray<string>
  readonly isColored: boolean
  /** Called for each line that pytest prints, as it arrives, without its line end. */
  readonly onLine: NonNullable<ToolInvocation["onLine"]>
}

/**
 * @since 0.1.0
 * @category models
 */
export interface ScipShardOptions {
  /** Relative to the repository, sorted. */
  readonly relPaths: ReadonlyArray<string>
  /** What the heap of the process may grow to; the configured or node's own limit unless given. */
  readonly heapBytes?: number
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
   * What the results of these tools (checkers, pytest, coverage, scip-python) depend on; Left: the tool is nowhere. Reads
   * files, starts none of them, and may download a pinned tool. Together, because they share most of what they read.
   */
  readonly runKeys: (
    tools: ReadonlyArray<ToolName>,
    ctx: PipelineContext
  ) => Effect.Effect<ReadonlyMap<ToolName, Either.Either<RunKey, ToolNotFound>>>
  /**
   * Sees to it that there is a report of the present state at `jsonReportPath`: runs pytest once, through the repository's
   * interpreter, and under coverage when `coverage` says so. False when nothing was run: the report is there and belongs
   * to the present state (`paths.pytestReport` with its key), or it is the user's own (any other path that exists).
   *
   * Failing tests are no failure, and that there are no tests is a fact. `ToolExecution` when the process died, was
   * interrupted, could not collect all tests or could not be configured; what was reported until then is at
   * `jsonReportPath` all the same. `ToolNotFound` when the interpreter has no pytest, or coverage is asked for and nowhere.
   */
  readonly runPytestReport: (ctx: PipelineContext, options: PytestOptions) => Effect.Effect<boolean, ToolError>
  /**
   * Says that nothing a complete report at this path depends on has changed since pytest was started: from now on it belongs
   * to the state with this key, and `runPytestReport` with the same key runs nothing. A report that is not complete stays as
   * it is.
   */
  readonly confirmPytestReport: (
    ctx: PipelineContext,
    options: Pick<PytestOptions, "jsonReportPath"> & { readonly key: string }
  ) => Effect.Effect<void, ToolExecution>
  /**
   * Removes the report at this path with the data of coverage, unless it was confirmed: nobody will take it for a present
   * one.
   */
  readonly discardPytestReport: (
    ctx: PipelineContext,
    options: Pick<PytestOptions, "jsonReportPath"> & { readonly dataFile: string }
  ) => Effect.Effect<void, ToolExecution>
  /**
   * Runs pytest as somebody types it in the root of the repository, through the repository's interpreter, and gives its exit
   * code, whatever that is. Nothing of it is stored.
   */
  readonly runSelectedTests: (ctx: PipelineContext, options: SelectedTestsOptions) => Effect.Effect<number, ToolError>
  /** Reads a report log, or a report of pytest-json-report that somebody else made. */
  readonly readPytestReport: (ctx: PipelineContext, path: string) => Effect.Effect<TestReport, ToolExecution>
  /**
   * The lines of a data file, which is only read. Fails when there is no data, or the configuration is broken. `renamed`:
   * files that the data has under other paths than they have here; none unless given.
   */
  readonly runCoverageJson: (
    ctx: PipelineContext,
    options: { readonly dataFile: string; readonly renamed?: ReadonlyMap<string, string> }
  ) => Effect.Effect<CoverageReport, ToolError>
  /** The files in a data file, as it has them. */
  readonly readCoverageFiles: (
    ctx: PipelineContext,
    options: { readonly dataFile: string }
  ) => Effect.Effect<ReadonlyArray<string>, ToolError>
  /** Which test ran which line, from a data file that was recorded with contexts. */
  readonly readCoverageContexts: (
    ctx: PipelineContext,
    options: { readonly dataFile: string }
  ) => Effect.Effect<ReadonlyArray<CoverageContext>, ToolError>
  /** Indexes all modules in one process. The index is removed with the scope. */
  readonly runScipFull: (
    ctx: PipelineContext,
    options?: Pick<ScipShardOptions, "heapBytes">
  ) => Effect.Effect<ScipOutput, ToolError, Scope.Scope>
  /**
   * Indexes these modules, as a full run would, and no others. Fails with `NothingAnalyzed` when one of them has no
   * document.
   */
  readonly runScipShard: (
    ctx: PipelineContext,
    options: ScipShardOptions
  ) => Effect.Effect<ScipOutput, ToolError, Scope.Scope>
  /** What the tool itself says of its version. Starts it. */
  readonly version: (tool: ToolName, ctx: PipelineContext) => Effect.Effect<string, ToolError>
}>() {}
