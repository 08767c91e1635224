/**
 * What is known before anything is run.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import type { ToolNotFound } from "../domain/errors.js"
import type { PipelineContext } from "../domain/PipelineContext.js"
import type { ToolName } from "../domain/ToolName.js"
import type { ToolRun } from "../domain/ToolRun.js"
import { ToolService } from "../services/ToolService.js"
import { writing } from "./database.js"

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
  /** Of the checkers that were asked for; Left: the tool is nowhere. */
  readonly runs: ReadonlyMap<ToolName, Either.Either<PriorRun, ToolNotFound>>
}

/**
 * Computes the keys of these checkers, then asks the database once. It is opened for writing: one that refuses is said
 * now, not after minutes of tools.
 *
 * @since 0.1.0
 * @category programs
 */
export const findPrior = Effect.fn("findPrior")(function*(ctx: PipelineContext, checkers: ReadonlyArray<ToolName>) {
  const tools = yield* ToolService
  const keys = yield* tools.runKeys(checkers, ctx)
  const hashes = [...new Set(ctx.modules.map(({ contentHash }) => contentHash))]
  return yield* writing(ctx, (connection) =>
    Effect.gen(function*() {
      const runs = new Map<ToolName, Either.Either<PriorRun, ToolNotFound>>()
      for (const [tool, found] of keys) {
        runs.set(
          tool,
          Either.isLeft(found)
            ? Either.left(found.left)
            : Either.right({
              key: found.right.key,
              run: Option.flatten(
                yield* Effect.transposeOption(Option.map(found.right.key, (key) => connection.findRun(tool, key)))
              )
            })
        )
      }
      const prior: Prior = {
        modules: yield* connection.latestModules(ctx.root),
        unknownContents: yield* connection.unknownContents(hashes),
        importCounts: yield* connection.importCounts(hashes),
        runs
      }
      return prior
    }))
})
