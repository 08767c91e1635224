/**
 * A `ToolService` that starts nothing: canned reports and failures by checker.
 *
 * @since 0.1.0
 */
import type * as Context from "effect/Context"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import type { CheckReport } from "../../domain/CheckReport.js"
import type { CoverageContext, CoverageReport } from "../../domain/CoverageReport.js"
import type { Diagnostic } from "../../domain/Diagnostic.js"
import { ToolExecution, ToolNotFound } from "../../domain/errors.js"
import type { PipelineContext } from "../../domain/PipelineContext.js"
import type { ScipOutput } from "../../domain/Scip.js"
import type { TestReport } from "../../domain/TestReport.js"
import type { ToolLocation } from "../../domain/ToolLocation.js"
import type { ToolName } from "../../domain/ToolName.js"
import { ShardExecutor } from "../../services/ShardExecutor.js"
import { type ToolError, ToolService } from "../../services/ToolService.js"

/**
 * What a checker says: a failure, a report, or what makes one of the context.
 *
 * @since 0.1.0
 * @category models
 */
export type Answer =
  | ToolError
  | CheckReport
  | ((ctx: PipelineContext) => Effect.Effect<CheckReport, ToolError>)

/**
 * A report of these diagnostics. Every module that is named in `measured` was looked at; `errorsByFile` is counted.
 *
 * @since 0.1.0
 * @category constructors
 */
export const report = (given: {
  readonly measured: ReadonlyArray<string>
  readonly diagnostics?: ReadonlyArray<Diagnostic>
  readonly version?: string
  readonly overrides?: Partial<CheckReport>
}): CheckReport => {
  const diagnostics = given.diagnostics ?? []
  const errorsByFile = new Map<string, number>()
  for (const { relPath, severity } of diagnostics) {
    if (severity === "error") errorsByFile.set(relPath, (errorsByFile.get(relPath) ?? 0) + 1)
  }
  return {
    execution: {
      executable: "/mock/tool",
      version: Option.fromNullable(given.version),
      args: [],
      cwd: "/mock",
      startedAt: DateTime.unsafeMake(0),
      durationMs: 0,
      exitCode: errorsByFile.size > 0 ? 1 : 0
    },
    diagnostics,
    errorsByFile,
    measured: Either.right(new Set(given.measured)),
    unmeasured: new Map(),
    filesAnalyzed: Option.some(given.measured.length),
    unresolvedImports: Option.none(),
    outsideRepository: 0,
    notices: [],
    ...given.overrides
  }
}

/**
 * What the tools that are not checkers say; one without an answer is `ToolNotFound`.
 *
 * @since 0.1.0
 * @category models
 */
export interface OtherAnswers {
  readonly pytest?: ToolError | TestReport
  readonly coverage?: ToolError | CoverageReport
  readonly contexts?: ToolError | ReadonlyArray<CoverageContext>
  /** What pytest prints for these arguments, and its exit code. */
  readonly selectedTests?: (
    args: ReadonlyArray<string>
  ) => ToolError | { readonly lines: ReadonlyArray<string>; readonly exitCode: number }
  /** An index; `MockScipReader` says what is in it. */
  readonly scip?: ToolError | ScipOutput
}

const isFailure = <A>(answer: A | ToolError): answer is ToolError =>
  answer instanceof ToolNotFound || answer instanceof ToolExecution

const unanswered = (tool: ToolName) => new ToolNotFound({ tool, searched: ["the mock"], hint: "give it an answer" })

const given = <A>(tool: ToolName, answer: A | ToolError | undefined): Effect.Effect<A, ToolError> =>
  answer === undefined ? unanswered(tool) : isFailure(answer) ? answer : Effect.succeed(answer)

/**
 * A checker without an answer is `ToolNotFound`. Results are reused while the contents of the snapshot are the same.
 * With it comes a `ShardExecutor` that indexes in one process.
 *
 * @since 0.1.0
 * @category layers
 */
export const layer = (
  answers: Readonly<Record<ToolName, Answer>>,
  others: OtherAnswers = {}
): Layer.Layer<ToolService | ShardExecutor> => {
  const check = (tool: ToolName, ctx: PipelineContext): Effect.Effect<CheckReport, ToolError> => {
    const answer = answers[tool] ?? unanswered(tool)
    return typeof answer === "function" ? answer(ctx) : given(tool, answer)
  }
  const location = (tool: ToolName): ToolLocation => ({
    tool,
    executable: "/mock/tool",
    prefixArgs: [],
    identity: "/mock/tool",
    foundBy: "path"
  })
  const scip = given("scip-python", others.scip)
  const tests = given("pytest", others.pytest)
  const tools: Context.Tag.Service<typeof ToolService> = {
    checkers: Object.keys(answers),
    check,
    runPyright: (ctx) => check("pyright", ctx),
    runPyrefly: (ctx) => check("pyrefly", ctx),
    runRuff: (ctx) => check("ruff", ctx),
    runKeys: (tools, ctx) =>
      Effect.succeed(
        new Map(tools.map((tool) => [
          tool,
          Either.right({
            key: Option.some(`${tool} ${ctx.snapshot.id}`),
            baseKey: tool === "scip-python" ? Option.some(tool) : Option.none(),
            location: location(tool)
          })
        ]))
      ),
    runPytestReport: () => Effect.as(tests, true),
    confirmPytestReport: () => Effect.void,
    discardPytestReport: () => Effect.void,
    runSelectedTests: (_, { args, onLine }) =>
      Effect.flatMap(
        given("pytest", others.selectedTests?.(args)),
        ({ exitCode, lines }) =>
          Effect.as(
            Effect.forEach(lines, (line) => onLine(line, "stdout"), { discard: true, concurrency: 1 }),
            exitCode
          )
      ),
    readPytestReport: () => Effect.catchTag(tests, "ToolNotFound", Effect.die),
    runCoverageJson: () => given("coverage", others.coverage),
    readCoverageFiles: () => Effect.map(given("coverage", others.coverage), ({ files }) => [...files.keys()]),
    readCoverageContexts: () => given("coverage", others.contexts),
    runScipFull: () => scip,
    runScipShard: () => scip,
    version: () => Effect.succeed("0.0.0")
  }
  return Layer.merge(
    Layer.succeed(ToolService, tools),
    Layer.succeed(ShardExecutor, {
      index: (_ctx, _relPaths, { onQueued = Effect.void } = {}) =>
        Effect.map(Effect.zipRight(onQueued, scip), (output) => ({
          outputs: [output],
          failed: new Map(),
          execution: output.execution,
          notices: []
        })),
      estimate: (_ctx, relPaths) => Effect.succeed(relPaths.length)
    })
  )
}
