/**
 * The checkers, side by side: each is linked again when nothing that it depends on has changed, else run.
 *
 * @since 0.1.0
 */
import * as Data from "effect/Data"
import * as DateTime from "effect/DateTime"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Fiber from "effect/Fiber"
import * as Option from "effect/Option"
import * as Random from "effect/Random"
import type { CheckReport } from "../domain/CheckReport.js"
import type { RepositoryError } from "../domain/errors.js"
import type { PipelineContext } from "../domain/PipelineContext.js"
import type { ToolName } from "../domain/ToolName.js"
import { needsAttention, type SnapshotRun, type ToolRun } from "../domain/ToolRun.js"
import { settingsOf } from "../domain/ToolsConfig.js"
import { Progress, ProgressEvent } from "../services/Progress.js"
import { Repositories } from "../services/Repositories.js"
import { type ToolError, ToolService } from "../services/ToolService.js"
import type { CheckRun, SyntaxRow } from "../services/Warehouse.js"
import * as CheckRuns from "./checkRun.js"
import type { ImportCounts, Prior } from "./prior.js"
import { type NewSyntaxFacts, newSyntaxFacts } from "./syntaxFacts.js"

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

const firstLine = (reason: Option.Option<string>) =>
  Option.match(reason, { onNone: () => "", onSome: (text) => text.split("\n")[0] ?? "" })

const detailOf = ({ diagnostics, files, run }: CheckRun): string => {
  if (needsAttention(run.status) && diagnostics.length === 0) {
    return firstLine(run.reason)
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
  Reported: { readonly key: Option.Option<string>; readonly report: CheckReport; readonly runId: string }
  Failed: { readonly run: CheckRun }
  Stopped: { readonly link: SnapshotRun }
}>

const Attempt = Data.taggedEnum<Attempt>()

/** Looks for a run with the same key, and checks when there is none. Cannot fail: a tool that does is a run without facts. */
const attempt = Effect.fn("typingRuns.attempt")(function*(ctx: PipelineContext, tool: ToolName, prior: Prior) {
  const tools = yield* ToolService
  const startedAt = yield* DateTime.now
  const runId = yield* newRunId
  return yield* Effect.gen(function*() {
    const { key, run } = yield* prior.runs.get(tool) ?? notAsked(tool)
    return Option.isSome(run)
      ? Attempt.Known({ run: run.value })
      : Attempt.Reported({ key, runId, report: yield* tools.check(tool, ctx) })
  }).pipe(
    // the decision of this program: a tool that fails is a row, and the others go on
    Effect.catchAll((error: ToolError) =>
      Effect.succeed<Attempt>(Attempt.Failed({ run: CheckRuns.ofFailure({ ctx, tool, runId, error, startedAt }) }))
    )
  )
})

/** A report is judged once more when all are there; until then, what it says by itself. */
const judge = (ctx: PipelineContext, tool: ToolName, importCounts: ImportCounts, changed: ReadonlyArray<string>) =>
  Attempt.$match({
    Known: ({ run }) => ({ link: linkTo(run, true), run: Option.none<CheckRun>() }),
    Stopped: ({ link }) => ({ link, run: Option.none<CheckRun>() }),
    Failed: ({ run }) => ({ link: linkTo(run.run, false), run: Option.some(run) }),
    Reported: ({ key, report, runId }) => {
      const run = CheckRuns.ofReport({ ctx, tool, runId, key, report, importCounts, changed })
      return { link: linkTo(run.run, false), run: Option.some(run) }
    }
  })

/**
 * @since 0.1.0
 * @category models
 */
export interface TypingRuns {
  readonly syntax: ReadonlyArray<SyntaxRow>
  /** The runs that were made now. */
  readonly runs: ReadonlyArray<CheckRun>
  readonly links: ReadonlyArray<SnapshotRun>
}

/**
 * Runs the checkers that are switched on, with the syntax facts beside them; writes nothing. A checker that is off by
 * default is not mentioned; one that the configuration switched off is `skipped`.
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
  const repositories = yield* Repositories
  const progress = yield* Progress
  const on = yield* enabledCheckers(ctx)
  const none: TypingRuns = {
    syntax: [],
    runs: [],
    links: on.map((tool) => skipped(tool, "there is no Python file in the repository"))
  }
  if (ctx.modules.length === 0) return none
  const stop = yield* Deferred.make<ToolName>()

  const stopped = (tool: ToolName) =>
    Effect.map(Deferred.await(stop), (failed) =>
      Attempt.Stopped({
        link: { ...skipped(tool, `stopped because ${failed} did not succeed (--strict)`), status: "interrupted" }
      }))

  const one = Effect.fnUntraced(function*(tool: ToolName, syntax: Fiber.Fiber<NewSyntaxFacts, RepositoryError>) {
    yield* progress.emit(ProgressEvent.Started({ name: tool }))
    const outcome = yield* Effect.raceFirst(attempt(ctx, tool, prior), stopped(tool))
    const importCounts = outcome._tag === "Reported" ? (yield* Fiber.join(syntax)).importCounts : prior.importCounts
    const { link, run } = judge(ctx, tool, importCounts, [])(outcome)
    if (options.strict && needsAttention(link.status)) yield* Deferred.succeed(stop, tool)
    const detail = Option.match(run, {
      onNone: () => link.reused ? "nothing has changed since the last run" : firstLine(link.reason),
      onSome: detailOf
    })
    const durationMs = Option.match(run, { onNone: () => 0, onSome: (made) => made.run.durationMs })
    yield* progress.emit(ProgressEvent.Finished({ name: tool, status: link.status, detail, durationMs }))
    return { tool, outcome }
  })

  const { facts, outcomes } = yield* Effect.gen(function*() {
    const syntax = yield* Effect.fork(newSyntaxFacts(ctx, prior))
    // unbounded: how many processes run at once is the runner's to say
    const outcomes = yield* Effect.forEach(on, (tool) => one(tool, syntax), { concurrency: "unbounded" })
    return { outcomes, facts: yield* Fiber.join(syntax) }
  })

  // what a result depends on may have changed while the tool ran: then the key is not that of the result
  const fresh = outcomes.filter(({ outcome }) => outcome._tag === "Reported").map(({ tool }) => tool)
  const changed = fresh.length > 0 ? yield* repositories.changedSince(ctx) : []
  const keysNow = yield* tools.runKeys(fresh, ctx)
  const judged = outcomes.map(({ outcome, tool }) => {
    const now = Option.flatMap(Option.fromNullable(keysNow.get(tool)), Either.getRight)
    const key = Option.flatMap(now, (each) => each.key)
    return judge(ctx, tool, facts.importCounts, changed)(
      outcome._tag === "Reported" && Option.getOrNull(key) !== Option.getOrNull(outcome.key)
        ? Attempt.Reported({ ...outcome, key: Option.none() })
        : outcome
    )
  })

  const switchedOff = (tool: ToolName) => {
    const key = `${tool}.enabled`
    const origin = ctx.config.entries.find((entry) => entry.key === key)?.origin ?? "default"
    return origin === "default" ? [] : [skipped(tool, `switched off: ${key} in ${origin}`)]
  }
  const result: TypingRuns = {
    syntax: facts.rows,
    runs: judged.flatMap(({ run }) => Option.toArray(run)),
    links: [
      ...judged.map(({ link }) => link),
      ...tools.checkers.filter((tool) => !on.includes(tool)).flatMap(switchedOff)
    ]
  }
  return result
})
