/**
 * `ShardExecutor` on this machine: processes side by side within the budget, and what dies is parted.
 *
 * @since 0.1.0
 */
import * as Arr from "effect/Array"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Ref from "effect/Ref"
import type * as Scope from "effect/Scope"
import type { ToolExecution, ToolNotFound } from "../domain/errors.js"
import type { PipelineContext } from "../domain/PipelineContext.js"
import type { ScipIndexing, ScipOutput, ScipShard } from "../domain/Scip.js"
import { Budget } from "../services/Budget.js"
import { type IndexOptions, ShardExecutor } from "../services/ShardExecutor.js"
import { ToolService } from "../services/ToolService.js"
import { isUnreadable } from "./repository/scan.js"
import * as Plan from "./scip/plan.js"

/** Of the memory of a process; the rest is not on its heap. */
const HEAP_SHARE = 0.85

/** So many deaths and not one index: what is wrong is no file, and smaller shards die as well. */
const HOPELESS = 16

interface State {
  /** When the first process had its share of the budget. */
  readonly startedAt: Option.Option<DateTime.Utc>
  readonly outputs: ReadonlyArray<ScipOutput>
  readonly failed: ReadonlyArray<readonly [relPath: string, why: string]>
  /** In the order of dying. */
  readonly deaths: ReadonlyArray<ToolExecution>
}

const nothing: State = { startedAt: Option.none(), outputs: [], failed: [], deaths: [] }

const reasonOf = (error: ToolExecution): string => {
  const detail = error.exitCode === undefined || error.exitCode === 0 ? error.signal : `exit code ${error.exitCode}`
  const cause = error.cause instanceof Error ? error.cause.message : error.cause
  return [`${error.tool}: ${error.reason}`, detail, typeof cause === "string" ? cause : undefined]
    .filter((each) => each !== undefined).join(", ")
}

const isHopeless = ({ deaths, outputs }: Pick<State, "deaths" | "outputs">): boolean =>
  outputs.length === 0 && deaths.length >= HOPELESS

/** What was not started or could not be heard has nothing to do with the files. */
const isOfFiles = ({ reason }: ToolExecution): boolean => reason !== "Spawn"

/** Ended by a signal: V8 aborts when its heap is full, and the system kills who takes too much. */
const isOfMemory = ({ exitCode, reason }: ToolExecution): boolean =>
  reason === "Signal" || exitCode === 134 || exitCode === 137

const most = (outputs: Arr.NonEmptyReadonlyArray<ScipOutput>): ScipOutput =>
  outputs.reduce((best, each) => each.documents.size > best.documents.size ? each : best)

/**
 * @since 0.1.0
 * @category constructors
 */
export const make = Effect.gen(function*() {
  const tools = yield* ToolService
  const budget = yield* Budget
  const { total } = budget

  /** Of all files of a repository that can be read. */
  const repositoryBytes = ({ modules }: PipelineContext) =>
    Plan.sizeOf(modules.filter((module) => !isUnreadable(module)))

  const index = Effect.fn("ShardExecutor.index")(function*(
    ctx: PipelineContext,
    relPaths: ReadonlyArray<string>,
    { onQueued = Effect.void }: IndexOptions = {}
  ) {
    yield* Effect.annotateCurrentSpan({ root: ctx.root, files: relPaths.length })
    const asked = new Set(relPaths)
    const [readable, unreadable] = Arr.partition(
      ctx.modules.filter((module) => asked.has(module.relPath)),
      isUnreadable
    )
    const bytes = new Map(readable.map((module) => [module.relPath, module.bytes]))
    const bytesOf = (relPath: string) => bytes.get(relPath) ?? 0
    const repository = repositoryBytes(ctx)
    const plan = Plan.make(readable, repository, total)
    const isAll = readable.length + unreadable.length === ctx.modules.length

    const state = yield* Ref.make<State>({
      ...nothing,
      failed: unreadable.map(({ relPath }) => [relPath, "it cannot be read"])
    })

    const processes = yield* Effect.makeSemaphore(plan.processes)

    /** Fails like the first that died when it is not the files that they die of. */
    const begin = Effect.gen(function*() {
      const now = yield* DateTime.now
      const { deaths, outputs } = yield* Ref.updateAndGet(state, (before) => ({
        ...before,
        startedAt: Option.orElseSome(before.startedAt, () => now)
      }))
      if (isHopeless({ deaths, outputs }) && Arr.isNonEmptyReadonlyArray(deaths)) return yield* deaths[0]
    })

    /** The heap is a limit; what is expected to be taken leaves room for other tools. */
    const expected = ({ bytes }: ScipShard) => Math.min(plan.memoryBytes, Plan.memoryOf(bytes, repository))

    const attempt = (shard: ScipShard, limitBytes: number, memoryBytes: number) => {
      const heapBytes = Math.floor(limitBytes * HEAP_SHARE)
      const process = isAll && shard.relPaths.length === readable.length
        ? tools.runScipFull(ctx, { heapBytes })
        : tools.runScipShard(ctx, { relPaths: shard.relPaths, heapBytes })
      // nothing comes between the word and the asking: a fiber that waits for it runs later
      return Effect.zipRight(begin, process).pipe(
        budget.spend({ cores: 1, memoryBytes }),
        (spending) => Effect.zipRight(onQueued, spending),
        processes.withPermits(1)
      )
    }

    /** A file that takes more than its share is tried once more, alone. */
    const alone = (shard: ScipShard, error: ToolExecution) =>
      shard.relPaths.length === 1 && plan.memoryBytes < total.memoryBytes && isOfMemory(error)
        ? attempt(shard, total.memoryBytes, total.memoryBytes)
        : error

    const giveUp = (shard: ScipShard, why: string) =>
      Ref.update(state, (now) => ({
        ...now,
        failed: [...now.failed, ...shard.relPaths.map((relPath) => [relPath, why] as const)]
      }))

    const run = (shard: ScipShard): Effect.Effect<void, ToolNotFound, Scope.Scope> =>
      attempt(shard, plan.memoryBytes, expected(shard)).pipe(
        Effect.catchTag("ToolExecution", (error) => alone(shard, error)),
        Effect.flatMap((output) => Ref.update(state, (now) => ({ ...now, outputs: [...now.outputs, output] }))),
        Effect.catchTag("ToolExecution", (error) => died(shard, error))
      )

    const died = Effect.fnUntraced(function*(shard: ScipShard, error: ToolExecution) {
      yield* Effect.logDebug(
        `scip-python died on ${shard.relPaths.length} files, the first of them ${shard.relPaths[0]}`,
        error
      )
      const now = yield* Ref.updateAndGet(state, (before) => ({
        ...before,
        deaths: before.deaths.includes(error) ? before.deaths : [...before.deaths, error]
      }))
      const parts = isOfFiles(error) && !isHopeless(now) ? Plan.split(shard, bytesOf) : []
      if (parts.length === 0) return yield* giveUp(shard, reasonOf(error))
      yield* runAll(parts)
    })

    // as many as there are: how many of them are processes is said by `attempt`
    const runAll = (shards: ReadonlyArray<ScipShard>) =>
      Effect.forEach(shards, run, { concurrency: "unbounded", discard: true })

    yield* runAll(plan.shards)

    const now = yield* DateTime.now
    const { deaths, failed, outputs, ...first } = yield* Ref.get(state)
    const startedAt = Option.getOrElse(first.startedAt, () => now)
    if (!Arr.isNonEmptyReadonlyArray(outputs)) {
      return yield* Option.match(Arr.head(deaths), {
        onNone: () => Effect.dieMessage("an index of nothing"),
        onSome: Effect.fail
      })
    }
    const indexing: ScipIndexing = {
      outputs,
      failed: new Map(failed),
      execution: { ...most(outputs).execution, startedAt, durationMs: DateTime.distance(startedAt, now) },
      notices: deaths.length === 0
        ? []
        : [
          `${deaths.length} of ${
            deaths.length + outputs.length
          } processes of scip-python died; smaller ones took their files`
        ]
    }
    return indexing
  })

  const estimate = Effect.fn("ShardExecutor.estimate")(function*(
    ctx: PipelineContext,
    relPaths: ReadonlyArray<string>
  ) {
    yield* Effect.annotateCurrentSpan({ root: ctx.root, files: relPaths.length })
    const asked = new Set(relPaths)
    const readable = ctx.modules.filter((module) => asked.has(module.relPath) && !isUnreadable(module))
    return readable.length === 0 ? 0 : Plan.make(readable, repositoryBytes(ctx), total).seconds
  })

  return ShardExecutor.of({ index, estimate })
})

/**
 * @since 0.1.0
 * @category layers
 */
export const layer: Layer.Layer<ShardExecutor, never, ToolService | Budget> = Layer.effect(ShardExecutor, make)
