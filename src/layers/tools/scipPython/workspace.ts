/**
 * The directory that scip-python works in: it shows the repository, and what we add to it is in no repository.
 *
 * @since 0.1.0
 */
import * as FileSystem from "@effect/platform/FileSystem"
import * as Path from "@effect/platform/Path"
import * as Effect from "effect/Effect"
import type { PipelineContext } from "../../../domain/PipelineContext.js"
import { STATE_DIRECTORY } from "../../repository/paths.js"
import { FILE_NAME } from "./configuration.js"

const hidden: ReadonlySet<string> = new Set([".git", STATE_DIRECTORY, "pyrightconfig.json", FILE_NAME])

/**
 * Links to all that is in the repository, in `root`, which is made.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = Effect.fn("scipPython.workspace")(function*(ctx: PipelineContext, root: string) {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  yield* fs.makeDirectory(root)
  // names that are not UTF-8 cannot be said
  const names = (yield* fs.readDirectory(ctx.root)).filter((name) => !name.includes("\uFFFD") && !hidden.has(name))
  yield* Effect.forEach(
    names,
    (name) => fs.symlink(path.join(ctx.root, name), path.join(root, name)),
    { concurrency: 16, discard: true }
  )
})
