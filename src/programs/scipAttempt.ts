/**
 * The index of symbols: an earlier run stands, or all modules are indexed anew.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import type { PipelineContext } from "../domain/PipelineContext.js"
import type { ScipIndexing } from "../domain/Scip.js"
import type { RunFile } from "../domain/ToolRun.js"
import { ScipReader } from "../services/ScipReader.js"
import { type IndexOptions, ShardExecutor } from "../services/ShardExecutor.js"
import type { ScipRun } from "../services/Warehouse.js"
import { Attempt, NewRun, type Verdict } from "./attempt.js"
import { type Prior, priorOf } from "./prior.js"
import * as RunRecord from "./runRecord.js"

const tool = "scip-python"

/** A document of a file that changed may be of its content before or after: it is left out. */
const partsOf = (ctx: PipelineContext, { outputs }: ScipIndexing, changed: ReadonlyArray<string>) => {
  const moved = new Set(changed)
  return Stream.unwrap(
    Effect.map(
      ScipReader,
      ({ batches }) =>
        Stream.flatMap(Stream.fromIterable(outputs), ({ base, documents, path }) =>
          batches(ctx, {
            base,
            path,
            documents: new Set([...documents].filter((relPath) => !moved.has(relPath)))
          }))
    )
  )
}

/**
 * The run of an index, and what it covers: a module without a document has no occurrence, unless it is said to have
 * failed.
 *
 * @since 0.1.0
 * @category constructors
 */
export const ofIndexing = (
  ctx: PipelineContext,
  { indexing, runId }: { readonly runId: string; readonly indexing: ScipIndexing },
  { changed, key }: Verdict
): ScipRun => {
  const moved = new Set(changed)
  const files = ctx.modules.map(({ relPath }): RunFile => {
    const why = moved.has(relPath) ? "changed while the tool ran" : indexing.failed.get(relPath)
    return why === undefined
      ? { relPath, measured: Option.some(true), reason: Option.none() }
      : { relPath, measured: Option.some(false), reason: Option.some(why) }
  })
  const reasons = [
    ...RunRecord.changedReasons(changed),
    ...RunRecord.namedReasons("could not be indexed", indexing.failed)
  ]
  const partial = reasons.length > 0
  return {
    run: RunRecord.ofExecution({ runId, tool }, indexing.execution, {
      status: partial ? "partial" : "ok",
      reasons: [...reasons, ...indexing.notices],
      key: partial ? Option.none() : key,
      filesAnalyzed: Option.some(files.filter(({ measured }) => Option.contains(measured, true)).length)
    }),
    files,
    parts: Stream.empty
  }
}

/**
 * Any change of a Python file means a new index of all of them.
 *
 * @since 0.1.0
 * @category programs
 */
export const scipAttempt = Effect.fn("scipAttempt")(function*(
  ctx: PipelineContext,
  prior: Prior,
  options: IndexOptions
) {
  const { key, run } = yield* priorOf(prior, tool)
  if (Option.isSome(run)) return Attempt.Known({ run: run.value })
  const executor = yield* ShardExecutor
  const indexing = yield* executor.index(ctx, ctx.modules.map(({ relPath }) => relPath), options)
  const runId = yield* RunRecord.newRunId
  return Attempt.Ran({
    tool,
    key,
    judge: (verdict) =>
      NewRun.Scip({ ...ofIndexing(ctx, { runId, indexing }, verdict), parts: partsOf(ctx, indexing, verdict.changed) })
  })
})
