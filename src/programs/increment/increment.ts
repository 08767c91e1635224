/**
 * An index that goes on from an earlier one: what changed is indexed again, and whatever may be another for it, until
 * nothing is; all else stands. The rows are those of an index of everything, within the limits that docs/decisions/0025
 * names.
 *
 * @since 0.1.0
 */
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import type { RepositoryError, WarehouseError } from "../../domain/errors.js"
import type { PipelineContext } from "../../domain/PipelineContext.js"
import type { ScipIndexing } from "../../domain/Scip.js"
import { ChangeTracker } from "../../services/ChangeTracker.js"
import { type IndexOptions, ShardExecutor } from "../../services/ShardExecutor.js"
import type { BaseRun, ScipRun, ScipUse, Warehouse } from "../../services/Warehouse.js"
import { reading } from "../database.js"
import * as Known from "./known.js"
import * as Round from "./round.js"
import * as Spread from "./spread.js"

/** Of the time of a full index: what may still be found to be affected costs too. */
const WORTH_IT = 0.7

/** Of all files: with more of them affected the time is about that of a full index, whichever they are. */
const MOST_AFFECTED = 0.6
/** So few files are never too many. */
const FEW = 20

/** Each shows what depends on what the one before has shown; a chain of more is hardly one. */
const MOST_ROUNDS = 8

/**
 * @since 0.1.0
 * @category models
 */
export interface Increment {
  readonly indexing: ScipIndexing
  readonly standing: NonNullable<ScipRun["standing"]>
  /** Why each file was indexed. */
  readonly reasons: ReadonlyMap<string, string>
  /** How the documents are spelled that were indexed. */
  readonly spellings: Round.Findings["spellings"]
}

/** Several rounds as one. */
const joined = (first: ScipIndexing | undefined, second: ScipIndexing): ScipIndexing => {
  if (first === undefined) return second
  const { execution } = first
  const end = DateTime.addDuration(second.execution.startedAt, second.execution.durationMs)
  return {
    outputs: [...first.outputs, ...second.outputs],
    failed: new Map([...first.failed, ...second.failed]),
    execution: { ...execution, durationMs: DateTime.distance(execution.startedAt, end) },
    notices: [...first.notices, ...second.notices]
  }
}

const reasonsOf = (movedFrom: ReadonlyMap<string, string>, base: BaseRun, changed: ReadonlyArray<string>) =>
  new Map(changed.map((relPath) => {
    const old = movedFrom.get(relPath)
    const reason = old !== undefined
      ? `it was ${old}`
      : base.modules.has(relPath)
      ? "its content changed"
      : base.unmeasured.has(relPath)
      ? "it could not be indexed before"
      : "it is new"
    return [relPath, reason]
  }))

/** Files that define what nobody describes any more: an index of everything would describe it somewhere. */
const undescribed = (
  uses: ReadonlyArray<ScipUse>,
  stands: (relPath: string) => boolean
): ReadonlyArray<ScipUse> => {
  const described = new Set(uses.filter((use) => use.isDescribed && stands(use.relPath)).map(({ symbol }) => symbol))
  return uses.filter((use) => use.isDefined && stands(use.relPath) && !described.has(use.symbol))
}

/**
 * Left: why it is better to index everything.
 *
 * @since 0.1.0
 * @category programs
 */
export const increment = Effect.fn("increment")(function*(ctx: PipelineContext, base: BaseRun, options: IndexOptions) {
  const executor = yield* ShardExecutor
  const tracker = yield* ChangeTracker
  const all = ctx.modules.map(({ relPath }) => relPath)
  const plan = yield* tracker.plan(base.modules, new Map(ctx.modules.map((each) => [each.relPath, each.contentHash])))
  if (plan.mode === "full") return Either.left(plan.reasons.join("; "))

  const most = Math.max(FEW, MOST_AFFECTED * all.length)
  const known = yield* Known.make(ctx, base)
  const { changed, gone } = known
  const usesOf = (symbols: ReadonlyArray<string>) =>
    reading(ctx, (connection) => connection.scipUses(base.runId, symbols))
  const { spread } = Spread.make<RepositoryError | WarehouseError, Warehouse>({
    ...known.surroundings,
    most,
    references: (symbols) => Effect.map(usesOf(symbols), (uses) => new Set(uses.map(({ relPath }) => relPath)))
  })
  const inSource = new Map(
    (yield* Effect.forEach([...changed, ...gone], known.inSource, { concurrency: 1 })).map((
      each
    ) => [each.relPath, each])
  )
  const movedFrom = new Map(plan.relink.map(({ from, relPath }) => [relPath, from]))
  const reasons = reasonsOf(movedFrom, base, changed)
  for (const [relPath, reason] of yield* spread([...inSource.values(), ...gone.map(known.inIndex)])) {
    if (!reasons.has(relPath)) reasons.set(relPath, reason)
  }
  /** The smallest file that was indexed as it is now, and stands: with it the tool shows that it works. */
  const witness = () => {
    const standing = ctx.modules.filter(({ contentHash, relPath }) =>
      base.modules.get(relPath) === contentHash && !reasons.has(relPath)
    )
    return Option.fromNullable([...standing].sort((a, b) => a.bytes - b.bytes)[0]?.relPath)
  }
  // files are gone that nobody used: a run has to vouch for it
  if (reasons.size === 0) {
    for (const relPath of Option.toArray(witness())) {
      reasons.set(relPath, "nothing has to be indexed again, and this is the smallest file")
    }
  }

  const indexed = Effect.fnUntraced(function*(due: ReadonlyArray<string>, seconds: number) {
    const other = witness()
    if (Option.isNone(other)) return yield* executor.index(ctx, due, options)
    const beside = other.value
    const vouch = Effect.sync(() => reasons.set(beside, "nothing else could be indexed, and this is the smallest file"))
    // of what cannot be read there is no process
    if (seconds === 0) return yield* Effect.zipRight(vouch, executor.index(ctx, [...due, beside], options))
    return yield* executor.index(ctx, due, options).pipe(
      Effect.catchTag("ToolExecution", (error) =>
        Effect.zipRight(vouch, executor.index(ctx, [beside], options)).pipe(
          Effect.map((round): ScipIndexing => ({
            ...round,
            failed: new Map([...round.failed, ...due.map((each) => [each, `${error.tool}: ${error.reason}`] as const)])
          }))
        ))
    )
  })

  const secondsOfAll = yield* executor.estimate(ctx, all)
  const findings = Round.noFindings()
  const elsewhere = new Set(known.describedByGone)
  const present = new Set(all)
  let due: ReadonlyArray<string> = [...reasons.keys()]
  let indexing: ScipIndexing | undefined
  let spent = 0
  for (let rounds = 0; due.length > 0; rounds++) {
    const seconds = yield* executor.estimate(ctx, due)
    spent += seconds
    const isTooLong = seconds > WORTH_IT * secondsOfAll || spent > secondsOfAll
    if (isTooLong || reasons.size > most || rounds === MOST_ROUNDS) {
      return Either.left(`${reasons.size} of ${all.length} files would have to be indexed again, which takes as long`)
    }
    const round = yield* indexed(due, seconds)
    indexing = joined(indexing, round)
    const seen = yield* Round.changesIn(ctx, base, round, findings, {
      changesOf: (relPath) => Option.map(Option.fromNullable(inSource.get(relPath)), ({ changes }) => changes),
      textOf: known.surroundings.text,
      isModule: known.isModule,
      movedFrom
    })
    for (const symbol of seen.elsewhere) elsewhere.add(symbol)
    const found = new Map(yield* spread(seen.changes))
    const lost = [...elsewhere].filter((symbol) => !findings.described.has(symbol))
    for (
      const { relPath, symbol } of undescribed(yield* usesOf(lost), (each) => present.has(each) && !reasons.has(each))
    ) {
      found.set(relPath, `${symbol} was described where it is no more`)
    }
    const fresh = [...found].filter(([relPath]) => !reasons.has(relPath))
    for (const [relPath, reason] of fresh) reasons.set(relPath, reason)
    due = fresh.map(([relPath]) => relPath)
  }
  if (indexing === undefined) return Either.left("there is no Python file")
  const made: Increment = {
    indexing,
    reasons,
    spellings: findings.spellings,
    standing: { runId: base.runId, relPaths: all.filter((relPath) => !reasons.has(relPath)) }
  }
  return Either.right(made)
})
