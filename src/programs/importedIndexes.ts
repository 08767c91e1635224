/**
 * Indexes that were made elsewhere and imported: they stand for as long as the files that they cover are unchanged.
 *
 * @since 0.1.0
 */
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import type { ToolNotFound } from "../domain/errors.js"
import type { PipelineContext } from "../domain/PipelineContext.js"
import type { ToolName } from "../domain/ToolName.js"
import type { SnapshotRun } from "../domain/ToolRun.js"
import { Repositories } from "../services/Repositories.js"
import type { Connection, ImportedIndex } from "../services/Warehouse.js"
import type { PriorRun } from "./prior.js"
import * as RunRecord from "./runRecord.js"

/**
 * @since 0.1.0
 * @category models
 */
export interface Imported extends ImportedIndex {
  /** The files that it covers are what they were. */
  readonly holds: boolean
}

/**
 * The key of an index over these files.
 *
 * @since 0.1.0
 * @category getters
 */
export const keyOf = (
  ctx: PipelineContext,
  relPaths: ReadonlyArray<string>
): Effect.Effect<Option.Option<string>, never, Repositories> =>
  Effect.map(Repositories, ({ contentKey }) => contentKey(ctx, relPaths))

/**
 * @since 0.1.0
 * @category programs
 */
export const importedIndexes = Effect.fn("importedIndexes")(function*(ctx: PipelineContext, connection: Connection) {
  const stored = yield* connection.importedIndexes
  return yield* Effect.forEach(stored, (index) =>
    Effect.map(
      keyOf(ctx, index.files.map(({ relPath }) => relPath)),
      (key): Imported => ({ ...index, holds: Option.isSome(key) && Option.contains(index.run.key, key.value) })
    ), { concurrency: 1 })
})

const coversAll = ({ modules }: PipelineContext, { files }: ImportedIndex) => {
  const measured = new Set(files.flatMap((file) => Option.contains(file.measured, true) ? [file.relPath] : []))
  return modules.every(({ relPath }) => measured.has(relPath))
}

const nothingKnown: PriorRun = {
  key: Option.none(),
  run: Option.none(),
  baseKey: Option.none(),
  base: Option.none()
}

type Runs = ReadonlyMap<ToolName, Either.Either<PriorRun, ToolNotFound>>

/**
 * Imported runs that stand in for running a tool: of all modules, and newer than what the tool itself last said of the
 * same input.
 *
 * @since 0.1.0
 * @category getters
 */
export const standIns = (ctx: PipelineContext, imported: ReadonlyArray<Imported>, runs: Runs): Runs =>
  new Map(imported.flatMap((index) => {
    const before = runs.get(index.run.tool)
    if (before === undefined || !index.holds || !coversAll(ctx, index)) return []
    const known = Either.getOrElse(before, () => nothingKnown)
    const isOlder = Option.exists(known.run, ({ startedAt }) => DateTime.greaterThan(startedAt, index.run.startedAt))
    return isOlder ? [] : [[index.run.tool, Either.right({ ...known, run: Option.some(index.run) })]]
  }))

/**
 * The links of imported runs whose tools are not among `others`, which have links of their own.
 *
 * @since 0.1.0
 * @category getters
 */
export const importedLinks = (
  imported: ReadonlyArray<Imported>,
  others: ReadonlyArray<ToolName>
): ReadonlyArray<SnapshotRun> =>
  imported.filter(({ run }) => !others.includes(run.tool)).map(({ holds, run }) => ({
    ...(holds
      ? RunRecord.linkTo(run, true)
      : RunRecord.skipped(run.tool, "files that the imported index covers have changed since: import a new one")),
    isChecker: false
  }))
