/**
 * The index of symbols: an earlier run stands, or a new one goes on from an earlier one, or all modules are indexed.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import type { PipelineContext } from "../domain/PipelineContext.js"
import type { RunFile } from "../domain/ToolRun.js"
import { ScipReader } from "../services/ScipReader.js"
import { type IndexOptions, ShardExecutor } from "../services/ShardExecutor.js"
import type { BaseRun, ScipRun } from "../services/Warehouse.js"
import { Attempt, NewRun, type Verdict } from "./attempt.js"
import { type Increment, increment } from "./increment/increment.js"
import { respell } from "./increment/round.js"
import { type Prior, priorOf, type PriorRun } from "./prior.js"
import * as RunRecord from "./runRecord.js"

const tool = "scip-python"

/** A document of a file that changed may be of its content before or after: it is left out. */
const partsOf = (
  ctx: PipelineContext,
  { indexing: { outputs }, spellings = new Map() }: Indexed,
  changed: ReadonlyArray<string>
) => {
  const moved = new Set(changed)
  return Stream.unwrap(
    Effect.map(
      ScipReader,
      ({ batches, parts }) =>
        Stream.flatMap(Stream.fromIterable(outputs), ({ base, documents, path }) => {
          const output = { base, path, documents: new Set([...documents].filter((relPath) => !moved.has(relPath))) }
          return spellings.size === 0 ? batches(ctx, output) : Stream.map(parts(ctx, output), respell(spellings))
        })
    )
  )
}

/**
 * What was indexed: everything, or what an increment had to look at again, with why.
 *
 * @since 0.1.0
 * @category models
 */
export type Indexed = Pick<Increment, "indexing"> & Partial<Pick<Increment, "reasons" | "standing" | "spellings">>

/**
 * The run of an index, and what it covers: a module without a document has no occurrence, unless it is said to have
 * failed.
 *
 * @since 0.1.0
 * @category constructors
 */
export const ofIndexing = (
  ctx: PipelineContext,
  given: Indexed & { readonly runId: string; readonly baseKey: Option.Option<string> },
  { changed, key }: Verdict
): ScipRun => {
  const { baseKey, indexing, reasons, runId, standing } = given
  const moved = new Set(changed)
  const files = ctx.modules.map(({ relPath }): RunFile => {
    const why = moved.has(relPath) ? "changed while the tool ran" : indexing.failed.get(relPath)
    return why === undefined
      ? { relPath, measured: Option.some(true), reason: Option.fromNullable(reasons?.get(relPath)) }
      : { relPath, measured: Option.some(false), reason: Option.some(why) }
  })
  const why = [
    ...RunRecord.changedReasons(changed),
    ...RunRecord.namedReasons("could not be indexed", indexing.failed)
  ]
  const partial = why.length > 0
  const stands = new Set(standing?.relPaths)
  return {
    run: RunRecord.ofExecution({ runId, tool }, indexing.execution, {
      status: partial ? "partial" : "ok",
      reasons: [...why, ...indexing.notices],
      key: partial ? Option.none() : key,
      // a file at fault is looked at again, whatever changes; what changed meanwhile may be in all of them
      baseKey: changed.length > 0 || Option.isNone(key) ? Option.none() : baseKey,
      filesAnalyzed: Option.some(
        files.filter(({ measured, relPath }) => Option.contains(measured, true) && !stands.has(relPath)).length
      )
    }),
    files,
    parts: Stream.empty,
    externals: "referenced",
    ...(standing !== undefined && {
      standing: { ...standing, relPaths: standing.relPaths.filter((relPath) => !moved.has(relPath)) }
    })
  }
}

/** What keeps an increment from being made is no reason to have no index: everything is indexed then. */
const goingOn = (ctx: PipelineContext, base: BaseRun, options: IndexOptions) =>
  increment(ctx, base, options).pipe(
    Effect.catchTags({
      WarehouseError: ({ message }) => Effect.succeed(Either.left(message)),
      RepositoryError: ({ message }) => Effect.succeed(Either.left(message)),
      ScipMalformed: ({ message }) => Effect.succeed(Either.left(message))
    })
  )

const everything = Effect.fnUntraced(
  function*(ctx: PipelineContext, options: IndexOptions, why: Option.Option<string>) {
    const executor = yield* ShardExecutor
    const indexing = yield* executor.index(ctx, ctx.modules.map(({ relPath }) => relPath), options)
    const indexed: Indexed = {
      indexing: Option.match(why, {
        onNone: () => indexing,
        onSome: (reason) => ({ ...indexing, notices: [...indexing.notices, `everything was indexed: ${reason}`] })
      })
    }
    return indexed
  }
)

const index = Effect.fnUntraced(function*(
  ctx: PipelineContext,
  { base, isFirst }: PriorRun & Pick<Prior, "isFirst">,
  options: IndexOptions
) {
  if (Option.isNone(base)) {
    const why = "there is no earlier index with this configuration, tool and environment"
    return yield* everything(ctx, options, isFirst ? Option.none() : Option.some(why))
  }
  const made = yield* goingOn(ctx, base.value, options)
  return Either.isRight(made) ? made.right : yield* everything(ctx, options, Option.some(made.left))
})

/**
 * @since 0.1.0
 * @category programs
 */
export const scipAttempt = Effect.fn("scipAttempt")(function*(
  ctx: PipelineContext,
  prior: Prior,
  options: IndexOptions
) {
  const before = yield* priorOf(prior, tool)
  const { baseKey, key, run } = before
  if (Option.isSome(run)) return Attempt.Known({ run: run.value })
  const indexed = yield* index(ctx, { ...before, isFirst: prior.isFirst }, options)
  const runId = yield* RunRecord.newRunId
  return Attempt.Ran({
    tool,
    key,
    judge: (verdict) =>
      NewRun.Scip({
        ...ofIndexing(ctx, { ...indexed, runId, baseKey }, verdict),
        parts: partsOf(ctx, indexed, verdict.changed)
      })
  })
})
