/**
 * A `ToolService` that starts nothing: canned reports and failures by checker.
 *
 * @since 0.1.0
 */
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import type { CheckReport } from "../../domain/CheckReport.js"
import type { Diagnostic } from "../../domain/Diagnostic.js"
import { ToolExecution, ToolNotFound } from "../../domain/errors.js"
import type { PipelineContext } from "../../domain/PipelineContext.js"
import type { ToolLocation } from "../../domain/ToolLocation.js"
import type { ToolName } from "../../domain/ToolName.js"
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

const isFailure = (answer: Answer): answer is ToolError =>
  answer instanceof ToolNotFound || answer instanceof ToolExecution

/**
 * A checker without an answer is `ToolNotFound`. Results are reused while the contents of the snapshot are the same.
 *
 * @since 0.1.0
 * @category layers
 */
export const layer = (answers: Readonly<Record<ToolName, Answer>>): Layer.Layer<ToolService> => {
  const check = (tool: ToolName, ctx: PipelineContext): Effect.Effect<CheckReport, ToolError> => {
    const answer = answers[tool] ?? new ToolNotFound({ tool, searched: ["the mock"], hint: "give it an answer" })
    return isFailure(answer) ? answer : typeof answer === "function" ? answer(ctx) : Effect.succeed(answer)
  }
  const location = (tool: ToolName): ToolLocation => ({
    tool,
    executable: "/mock/tool",
    prefixArgs: [],
    identity: "/mock/tool",
    foundBy: "path"
  })
  return Layer.succeed(ToolService, {
    checkers: Object.keys(answers),
    check,
    runPyright: (ctx) => check("pyright", ctx),
    runPyrefly: (ctx) => check("pyrefly", ctx),
    runRuff: (ctx) => check("ruff", ctx),
    runKeys: (tools, ctx) =>
      Effect.succeed(
        new Map(tools.map((tool) => [
          tool,
          Either.right({ key: Option.some(`${tool} ${ctx.snapshot.id}`), location: location(tool) })
        ]))
      ),
    version: () => Effect.succeed("0.0.0")
  })
}
