/**
 * An index that goes on from an earlier one: what changed is indexed again, and whatever may be another for it, until
 * nothing is; all else stands. The rows are those of an index of everything.
 *
 * @since 0.1.0
 */
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import type { RepositoryError, WarehouseError } from "../../domain/errors.js"
import type { IngestPlan } from "../../domain/IngestPlan.js"
import type { PipelineContext } from "../../domain/PipelineContext.js"
import type { ScipIndexing } from "../../domain/Scip.js"
import { ChangeTracker } from "../../services/ChangeTracker.js"
import { ScipReader } from "../../services/ScipReader.js"
import { type IndexOptions, ShardExecutor } from "../../services/ShardExecutor.js"
import type { BaseRun, ScipRun, Warehouse } from "../../services/Warehouse.js"
import { reading } from "../database.js"
import * as Changes from "./changes.js"
import * as Known from "./known.js"
import * as Spread from "./spread.js"

/** Of the time of a full index: what may still be found to be affected costs too. */
const WORTH_IT = 0.7

/**
 * @since 0.1.0
 * @category models
 */
export interface Increment {
  readonly indexing: ScipIndexing
  readonly standing: NonNullable<ScipRun["standing"]>
  /** Why each file was indexed. */
  readonly reasons: ReadonlyMap<string, string>
}

/** Several rounds as one. */
const joined = (first: ScipIndexing, second: ScipIndexing): ScipIndexing => {
  const { execution } = first
  const end = DateTime.addDuration(second.execution.startedAt, second.execution.durationMs)
  return {
    outputs: [...first.outputs, ...second.outputs],
    failed: new Map([...first.failed, ...second.failed]),
    execution: { ...execution, durationMs: DateTime.distance(execution.startedAt, end) },
    notices: [...first.notices, ...second.notices]
  }
}

const reasonsOf = (plan: IngestPlan, base: BaseRun, changed: ReadonlyArray<string>): ReadonlyMap<string, string> => {
  const from = new Map(plan.relink.map(({ from, relPath }) => [relPath, from]))
  return new Map(changed.map((relPath) => {
    const old = from.get(relPath)
    return [
      relPath,
      old !== undefined ? `it was ${old}` : base.modules.has(relPath) ? "its content changed" : "it is new"
    ]
  }))
}

/**
 * Left: why it is better to index everything.
 *
 * @since 0.1.0
 * @category programs
 */
export const increment = Effect.fn("increment")(function*(ctx: PipelineContext, base: BaseRun, options: IndexOptions) {
  const executor = yield* ShardExecutor
  const { parts } = yield* ScipReader
  const tracker = yield* ChangeTracker
  const all = ctx.modules.map(({ relPath }) => relPath)
  const plan = yield* tracker.plan(base.modules, new Map(ctx.modules.map((each) => [each.relPath, each.contentHash])))
  if (plan.mode === "full") return Either.left(plan.reasons.join("; "))

  const known = yield* Known.make(ctx, base)
  const { changed, gone, graph } = known
  const { spread } = Spread.make<RepositoryError | WarehouseError, Warehouse>({
    ...known.surroundings,
    references: (symbols) => reading(ctx, (connection) => connection.scipReferences(base.runId, symbols))
  })
  const shards: IndexOptions = { ...options, importsOf: graph.importsOf }
  const reasons = new Map(reasonsOf(plan, base, changed))
  const affected = yield* spread([
    ...yield* Effect.forEach([...changed, ...gone], known.inSource, { concurrency: 1 }),
    ...gone.map(known.inIndex)
  ])
  for (const [relPath, reason] of affected) if (!reasons.has(relPath)) reasons.set(relPath, reason)

  // files are gone that nobody used: a run has to vouch for it
  const smallest = [...ctx.modules].sort((a, b) => a.bytes - b.bytes)[0]
  if (reasons.size === 0 && smallest !== undefined) {
    reasons.set(smallest.relPath, "nothing has to be indexed again, and this is the smallest file")
  }
  const secondsOfAll = yield* executor.estimate(ctx, all)
  const isWorthIt = (seconds: number) => seconds <= WORTH_IT * secondsOfAll
  const first = yield* executor.estimate(ctx, [...reasons.keys()], shards)
  if (!isWorthIt(first)) {
    return Either.left(`${reasons.size} of ${all.length} files would have to be indexed again, which takes as long`)
  }

  /** What the index now says of each file that it did not say before. */
  const inIndex = Effect.fnUntraced(function*(indexing: ScipIndexing) {
    const now = new Map<string, Changes.Interface>()
    for (const output of indexing.outputs) {
      yield* Stream.runForEach(parts(ctx, output), (part) =>
        Effect.sync(() => {
          if (part._tag === "Document") now.set(part.relPath, Changes.interfaceOf(part.symbols))
        }))
    }
    const before = yield* reading(ctx, (connection) => connection.scipSymbols(base.runId, [...now.keys()]))
    return [...now].map(([relPath, after]): Spread.Change => ({
      relPath,
      comesOrGoes: Option.none(),
      changes: Changes.ofInterfaces(Changes.interfaceOf(before.get(relPath) ?? []), after)
    }))
  })

  let due = [...reasons.keys()]
  let indexing: ScipIndexing | undefined
  while (due.length > 0) {
    const round = yield* executor.index(ctx, due, shards)
    indexing = indexing === undefined ? round : joined(indexing, round)
    const found = [...yield* spread(yield* inIndex(round))].filter(([relPath]) => !reasons.has(relPath))
    for (const [relPath, reason] of found) reasons.set(relPath, reason)
    due = found.map(([relPath]) => relPath)
    if (!isWorthIt(yield* executor.estimate(ctx, due, shards))) {
      return Either.left(`${reasons.size} of ${all.length} files would have to be indexed again, which takes as long`)
    }
  }
  if (indexing === undefined) return Either.left("there is no Python file")
  const made: Increment = {
    indexing,
    reasons,
    standing: { runId: base.runId, relPaths: all.filter((relPath) => !reasons.has(relPath)) }
  }
  return Either.right(made)
})
