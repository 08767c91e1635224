/**
 * What is known before anything is run.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import { hashesOf } from "../domain/contentChanges.js"
import type { ToolNotFound } from "../domain/errors.js"
import type { PipelineContext } from "../domain/PipelineContext.js"
import type { ToolName } from "../domain/ToolName.js"
import type { ToolRun } from "../domain/ToolRun.js"
import { type RunKey, ToolService } from "../services/ToolService.js"
import { type BaseRun, type Connection, Warehouse } from "../services/Warehouse.js"
import { writing } from "./database.js"
import { type Imported, importedIndexes, standIns } from "./importedIndexes.js"

/**
 * Imports in a file, by its content hash.
 *
 * @since 0.1.0
 * @category models
 */
export type ImportCounts = ReadonlyMap<string, number>

/**
 * The key of a run, and the run that an earlier ingest stored under it.
 *
 * @since 0.1.0
 * @category models
 */
export interface PriorRun {
  readonly key: Option.Option<string>
  readonly run: Option.Option<ToolRun>
  readonly baseKey: Option.Option<string>
  /** Without a run to link again, one that a new one may go on from. */
  readonly base: Option.Option<BaseRun>
}

/**
 * @since 0.1.0
 * @category models
 */
export interface Prior {
  /** Path -> content hash of the last finished ingest. */
  readonly modules: ReadonlyMap<string, string>
  /** Contents without syntax facts. */
  readonly unknownContents: ReadonlyArray<string>
  /** Imports of the contents with syntax facts. */
  readonly importCounts: ImportCounts
  /** Of the tools that were asked about (the others too, unless `isFirst`); Left: the tool is nowhere. */
  readonly runs: ReadonlyMap<ToolName, Either.Either<PriorRun, ToolNotFound>>
  /** Indexes that were made elsewhere, the newest of each tool. */
  readonly imported: ReadonlyArray<Imported>
  /** There is no database yet. */
  readonly isFirst: boolean
}

/**
 * With the lines of each test, a run of coverage has the key of one without and this.
 *
 * @since 0.1.0
 * @category constants
 */
export const withContexts = (key: string): string => `${key} contexts`

/** Keys under which a run that serves may be stored, the likeliest first. */
const storedUnder = (tool: ToolName, key: string, contexts: boolean): ReadonlyArray<string> =>
  tool !== "coverage" ? [key] : contexts ? [withContexts(key)] : [key, withContexts(key)]

const findRun = (connection: Connection, tool: ToolName, keys: ReadonlyArray<string>) =>
  Effect.map(
    Effect.forEach(keys, (key) => connection.findRun(tool, key), { concurrency: 1 }),
    Option.firstSomeOf
  )

const unknown = ({ baseKey, key }: RunKey): PriorRun => ({ key, run: Option.none(), baseKey, base: Option.none() })

/**
 * @since 0.1.0
 * @category models
 */
export interface PriorOptions {
  /** Tools that are run when there is no run to link again. */
  readonly asked: ReadonlyArray<ToolName>
  /** Tools whose earlier runs are linked again, or nothing. */
  readonly others: ReadonlyArray<ToolName>
  /** Coverage with the lines of each test. */
  readonly contexts: boolean
}

/**
 * Computes the keys of these tools, then asks the database once. It is opened for writing: one that refuses is said now,
 * not after minutes of tools. One that is not there yet is left to be made while the tools run.
 *
 * @since 0.1.0
 * @category programs
 */
export const findPrior = Effect.fn("findPrior")(function*(
  ctx: PipelineContext,
  { asked, contexts, others }: PriorOptions
) {
  const warehouse = yield* Warehouse
  const { runKeys } = yield* ToolService
  const isFirst = !(yield* warehouse.exists(ctx.paths.database))
  const keys = new Map(yield* runKeys(asked, ctx))
  const present = hashesOf(ctx.modules)
  const hashes = [...new Set(ctx.modules.map(({ contentHash }) => contentHash))]
  const runs = new Map<ToolName, Either.Either<PriorRun, ToolNotFound>>()

  if (isFirst) {
    for (const [tool, found] of keys) runs.set(tool, Either.map(found, unknown))
    const nothing: Prior = {
      modules: new Map(),
      unknownContents: hashes,
      importCounts: new Map(),
      runs,
      imported: [],
      isFirst
    }
    return nothing
  }
  // to link an earlier run again is no reason to install its tool
  const offline = { ...ctx, config: { ...ctx.config, provision: false } }
  for (const [tool, found] of yield* runKeys(others, offline)) keys.set(tool, found)
  return yield* writing(ctx, (connection) =>
    Effect.gen(function*() {
      for (const [tool, found] of keys) {
        if (Either.isLeft(found)) runs.set(tool, Either.left(found.left))
        else {
          const { baseKey, key } = found.right
          const wanted = contexts && asked.includes(tool)
          const stored = Option.match(key, { onNone: () => [], onSome: (each) => storedUnder(tool, each, wanted) })
          const run = yield* findRun(connection, tool, stored)
          const base = Option.isNone(run) && Option.isSome(baseKey) && asked.includes(tool)
            ? yield* connection.findBase(tool, baseKey.value, present)
            : Option.none()
          runs.set(tool, Either.right({ key, run, baseKey, base }))
        }
      }
      const imported = yield* importedIndexes(ctx, connection)
      for (const [tool, known] of standIns(ctx, imported, runs, others)) runs.set(tool, known)
      const prior: Prior = {
        modules: ctx.revision === undefined ? yield* connection.latestModules(ctx.root) : new Map(),
        unknownContents: yield* connection.unknownContents(hashes),
        importCounts: yield* connection.importCounts(hashes),
        runs,
        imported,
        isFirst
      }
      return prior
    }))
})

/**
 * What is known of a tool; fails when it is nowhere.
 *
 * @since 0.1.0
 * @category getters
 */
export const priorOf = (prior: Prior, tool: ToolName): Either.Either<PriorRun, ToolNotFound> => {
  const found = prior.runs.get(tool)
  if (found === undefined) throw new Error(`the key of ${tool} was not computed before it was run`)
  return found
}

/**
 * The earlier run that stands in for a new one.
 *
 * @since 0.1.0
 * @category getters
 */
export const knownRun = (prior: Prior, tool: ToolName): Option.Option<ToolRun> =>
  Option.fromNullable(prior.runs.get(tool)).pipe(
    Option.flatMap(Either.getRight),
    Option.flatMap(({ run }) => run)
  )
