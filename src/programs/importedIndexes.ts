/**
 * Indexes and reports that were made elsewhere and imported. An index stands for as long as the files that it covers are
 * unchanged; of a report it is not known what else it depends on, so it stands for the very snapshot that it was imported
 * for.
 *
 * @since 0.1.0
 */
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import type { ToolNotFound } from "../domain/errors.js"
import type { PipelineContext } from "../domain/PipelineContext.js"
import { otherTools, type ToolName } from "../domain/ToolName.js"
import type { SnapshotRun } from "../domain/ToolRun.js"
import { Repositories } from "../services/Repositories.js"
import type { Connection, ImportedIndex } from "../services/Warehouse.js"
import { participants } from "./datasets.js"
import type { PriorRun } from "./prior.js"
import * as RunRecord from "./runRecord.js"

/**
 * @since 0.1.0
 * @category models
 */
export interface Imported extends ImportedIndex {
  /** The files that it covers, or of a report all files, are what they were. */
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

const REPORT = "report of "

/**
 * The key of a report that was imported for this snapshot.
 *
 * @since 0.1.0
 * @category getters
 */
export const reportKey = ({ snapshot }: Pick<PipelineContext, "snapshot">): string => `${REPORT}${snapshot.id}`

const isReport = ({ run }: ImportedIndex) => Option.exists(run.key, (key) => key.startsWith(REPORT))

const keyNow = (ctx: PipelineContext, index: ImportedIndex) =>
  isReport(index)
    ? Effect.succeedSome(reportKey(ctx))
    : keyOf(ctx, index.files.map(({ relPath }) => relPath))

/**
 * @since 0.1.0
 * @category programs
 */
export const importedIndexes = Effect.fn("importedIndexes")(function*(ctx: PipelineContext, connection: Connection) {
  const stored = yield* connection.importedIndexes
  return yield* Effect.forEach(stored, (index) =>
    Effect.map(
      keyNow(ctx, index),
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
 * Imported runs that are linked in place of what there is of a tool: newer than what the tool itself last said of the same
 * input. An index of all modules stands in for running the tool; a report does not, but it stays where the tool is among
 * `others`, which are not to be run.
 *
 * @since 0.1.0
 * @category getters
 */
export const standIns = (
  ctx: PipelineContext,
  imported: ReadonlyArray<Imported>,
  runs: Runs,
  others: ReadonlyArray<ToolName>
): Runs =>
  new Map(imported.flatMap((index) => {
    const before = runs.get(index.run.tool)
    const stands = isReport(index) ? others.includes(index.run.tool) : coversAll(ctx, index)
    if (before === undefined || !index.holds || !stands) return []
    const known = Either.getOrElse(before, () => nothingKnown)
    const isOlder = Option.exists(known.run, ({ startedAt }) => DateTime.greaterThan(startedAt, index.run.startedAt))
    return isOlder ? [] : [[index.run.tool, Either.right({ ...known, run: Option.some(index.run) })]]
  }))

const whyNot = (index: ImportedIndex) =>
  isReport(index)
    ? "the repository has changed since the report was imported: import a new one"
    : "files that the imported index covers have changed since: import a new one"

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
  imported.filter(({ run }) => !others.includes(run.tool)).map((index) => ({
    ...(index.holds ? RunRecord.linkTo(index.run, true) : RunRecord.skipped(index.run.tool, whyNot(index))),
    isChecker: isReport(index) && !otherTools.includes(index.run.tool)
  }))

/**
 * What the snapshot is linked to beside the new runs of these tools.
 *
 * @since 0.1.0
 * @category programs
 */
export const otherLinks = Effect.fnUntraced(function*(
  ctx: PipelineContext,
  connection: Connection,
  tools: ReadonlyArray<ToolName>
) {
  const linked = yield* connection.linksOf(ctx.snapshot.id)
  if (linked.length > 0) return linked.filter((link) => !tools.includes(link.tool))
  const imported = importedLinks(yield* importedIndexes(ctx, connection), tools)
  const known = [...tools, ...imported.map((link) => link.tool)]
  const skipped = (yield* participants(ctx))
    .filter((each) => each.enabled && !known.includes(each.tool))
    .map((each): SnapshotRun =>
      RunRecord.skipped(each.tool, "what another tool said was imported; codeintel ingest runs the tools")
    )
  return [...skipped, ...imported]
})
