/**
 * The checkers, side by side: each is linked again when nothing that it depends on has changed, else run and stored.
 *
 * @since 0.1.0
 */
import * as Data from "effect/Data"
import * as DateTime from "effect/DateTime"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Option from "effect/Option"
import * as Random from "effect/Random"
import type { CheckReport } from "../domain/CheckReport.js"
import type { RepositoryError, WarehouseError } from "../domain/errors.js"
import type { PipelineContext } from "../domain/PipelineContext.js"
import type { ToolName } from "../domain/ToolName.js"
import { needsAttention, type SnapshotRun, type ToolRun } from "../domain/ToolRun.js"
import { settingsOf } from "../domain/ToolsConfig.js"
import { Progress, ProgressEvent } from "../services/Progress.js"
import { Repositories } from "../services/Repositories.js"
import { type ToolError, ToolService } from "../services/ToolService.js"
import type { CheckRun } from "../services/Warehouse.js"
import * as CheckRuns from "./checkRun.js"
import { writing } from "./database.js"
import type { Prior } from "./prior.js"
import { ensureSyntaxFacts, type ImportCounts } from "./syntaxFacts.js"

/**
 * @since 0.1.0
 * @category models
 */
export interface TypingOptions {
  /** The first tool that fails, is missing or is not to be trusted stops the others. */
  readonly strict: boolean
}

const newRunId = Effect.map(
  Effect.replicateEffect(Random.nextIntBetween(0, 0x10000), 8),
  (parts) => parts.map((part) => part.toString(16).padStart(4, "0")).join("")
)

const linkTo = (run: ToolRun, reused: boolean): SnapshotRun => ({
  tool: run.tool,
  runId: Option.some(run.runId),
  status: run.status,
  reason: run.reason,
  reused
})

const skipped = (tool: ToolName, reason: string): SnapshotRun => ({
  tool,
  runId: Option.none(),
  status: "skipped",
  reason: Option.some(reason),
  reused: false
})

const plural = (count: number, noun: string) => `${count} ${noun}${count === 1 ? "" : "s"}`

const detailOf = ({ diagnostics, files, run }: CheckRun): string => {
  if (needsAttention(run.status) && diagnostics.length === 0) {
    return Option.match(run.reason, { onNone: () => "", onSome: (reason) => reason.split("\n")[0] ?? "" })
  }
  const errors = diagnostics.filter(({ severity }) => severity === "error").length
  const measured = files.filter((file) => Option.getOrElse(file.measured, () => false)).length
  return `${plural(errors, "error")}, looked at ${measured} of ${plural(files.length, "file")}`
}

/**
 * The checkers that the configuration switches on.
 *
 * @since 0.1.0
 * @category getters
 */
export const enabledCheckers = (ctx: PipelineContext): Effect.Effect<ReadonlyArray<ToolName>, never, ToolService> =>
  Effect.map(ToolService, ({ checkers }) => checkers.filter((tool) => settingsOf(ctx.config, tool).enabled))

const notAsked = (tool: ToolName): Effect.Effect<never> =>
  Effect.dieMessage(`the key of ${tool} was not computed before it was run`)

type Attempt = Data.TaggedEnum<{
  Known: { readonly run: ToolRun }
  Reported: { readonly key: string; readonly report: CheckReport }
  Failed: { readonly error: ToolError }
}>

const Attempt = Data.taggedEnum<Attempt>()

const attempt = (ctx: PipelineContext, tool: ToolName, prior: Prior) =>
  Effect.gen(function*() {
    const tools = yield* ToolService
    const { key, run } = yield* prior.runs.get(tool) ?? notAsked(tool)
    return Option.isSome(run)
      ? Attempt.Known({ run: run.value })
      : Attempt.Reported({ key, report: yield* tools.check(tool, ctx) })
  }).pipe(
    // the decision of this program: a tool that fails is a row, and the others go on
    Effect.catchTags({
      ToolNotFound: (error) => Effect.succeed<Attempt>(Attempt.Failed({ error })),
      ToolExecution: (error) => Effect.succeed<Attempt>(Attempt.Failed({ error }))
    })
  )

/** One checker from its key to its stored run. Only the database and the file system can fail here. */
const checkAndStore = Effect.fn("typingRuns.check")(function*(
  ctx: PipelineContext,
  tool: ToolName,
  prior: Prior,
  syntax: Fiber.Fiber<ImportCounts, WarehouseError | RepositoryError>
) {
  const repositories = yield* Repositories
  const startedAt = yield* DateTime.now
  const outcome = yield* attempt(ctx, tool, prior)
  if (outcome._tag === "Known") {
    return { link: linkTo(outcome.run, true), detail: "nothing has changed since the last run", durationMs: 0 }
  }
  const runId = yield* newRunId
  const stored = outcome._tag === "Failed"
    ? CheckRuns.ofFailure({ ctx, tool, runId, startedAt, error: outcome.error })
    : CheckRuns.ofReport({
      ctx,
      tool,
      runId,
      key: outcome.key,
      report: outcome.report,
      importCounts: yield* Fiber.join(syntax),
      changed: yield* repositories.changedSince(ctx)
    })
  yield* writing(ctx, (connection) => connection.writeCheckRun(stored))
  return { link: linkTo(stored.run, false), detail: detailOf(stored), durationMs: stored.run.durationMs }
})

/**
 * Runs the checkers that are switched on, with the syntax facts beside them, and gives the links for the snapshot. A
 * checker that is off by default is not mentioned; one that the configuration switched off is `skipped`.
 *
 * @since 0.1.0
 * @category programs
 */
export const typingRuns = Effect.fn("typingRuns")(function*(
  ctx: PipelineContext,
  prior: Prior,
  options: TypingOptions
) {
  const tools = yield* ToolService
  const progress = yield* Progress
  const on = yield* enabledCheckers(ctx)
  if (ctx.modules.length === 0) {
    return on.map((tool) => skipped(tool, "there is no Python file in the repository"))
  }
  const syntax = yield* Effect.fork(ensureSyntaxFacts(ctx, prior))
  const stop = yield* Deferred.make<ToolName>()

  const one = Effect.fnUntraced(function*(tool: ToolName) {
    yield* progress.emit(ProgressEvent.Started({ name: tool }))
    const { detail, durationMs, link } = yield* checkAndStore(ctx, tool, prior, syntax).pipe(
      Effect.raceFirst(Effect.map(Deferred.await(stop), (failed) => ({
        link: {
          ...skipped(tool, `stopped because ${failed} did not succeed (--strict)`),
          status: "interrupted" as const
        },
        detail: `stopped because ${failed} did not succeed`,
        durationMs: 0
      })))
    )
    if (options.strict && needsAttention(link.status)) yield* Deferred.succeed(stop, tool)
    yield* progress.emit(ProgressEvent.Finished({ name: tool, status: link.status, detail, durationMs }))
    return link
  })

  const switchedOff = (tool: ToolName) => {
    const key = `${tool}.enabled`
    const origin = ctx.config.entries.find((entry) => entry.key === key)?.origin ?? "default"
    return origin === "default" ? [] : [skipped(tool, `switched off: ${key} in ${origin}`)]
  }

  // unbounded: how many processes run at once is the runner's to say
  const links = yield* Effect.forEach(on, one, { concurrency: "unbounded" })
  yield* Fiber.join(syntax)
  return [...links, ...tools.checkers.filter((tool) => !on.includes(tool)).flatMap(switchedOff)]
})
