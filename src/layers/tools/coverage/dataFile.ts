/**
 * Data files of coverage. Reporting changes them (it combines those of parallel processes, and deletes what it combined),
 * so it gets copies.
 *
 * @since 0.1.0
 */
import type { PlatformError } from "@effect/platform/Error"
import * as FileSystem from "@effect/platform/FileSystem"
import * as Path from "@effect/platform/Path"
import * as Effect from "effect/Effect"
import { ToolExecution } from "../../../domain/errors.js"
import type { PipelineContext } from "../../../domain/PipelineContext.js"
import type { ToolLocation } from "../../../domain/ToolLocation.js"

/**
 * A file or directory of ours that could not be made, read or removed.
 *
 * @since 0.1.0
 * @category errors
 */
export const refusedByFiles = (location: ToolLocation, cwd: string) => (cause: PlatformError): ToolExecution =>
  new ToolExecution({
    tool: location.tool,
    executable: location.executable,
    args: location.prefixArgs,
    cwd,
    reason: "Spawn",
    stdoutTail: "",
    stderrTail: "",
    durationMs: 0,
    cause
  })

/**
 * A directory for the length of the scope.
 *
 * @since 0.1.0
 * @category constructors
 */
export const scratchDirectory = Effect.fnUntraced(function*(ctx: PipelineContext) {
  const fs = yield* FileSystem.FileSystem
  yield* fs.makeDirectory(ctx.paths.scratch, { recursive: true })
  return yield* fs.makeTempDirectoryScoped({ directory: ctx.paths.scratch, prefix: "coverage-" })
})

/**
 * The data file, when it is there, and those that coverage wrote beside it for further processes. Absolute.
 *
 * @since 0.1.0
 * @category constructors
 */
export const parts = Effect.fn("coverage.parts")(function*(dataFile: string) {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const directory = path.dirname(dataFile)
  const name = path.basename(dataFile)
  const names = (yield* fs.exists(directory)) ? yield* fs.readDirectory(directory) : []
  return {
    main: names.filter((each) => each === name).map((each) => path.join(directory, each)),
    parallel: names.filter((each) => each.startsWith(`${name}.`) && !each.endsWith("-journal"))
      .sort()
      .map((each) => path.join(directory, each))
  }
})

/**
 * Removes the data of an earlier run: coverage replaces it at the end of a run, so a run that dies would leave it.
 *
 * @since 0.1.0
 * @category destructors
 */
export const remove = Effect.fn("coverage.remove")(function*(dataFile: string) {
  const fs = yield* FileSystem.FileSystem
  const { main, parallel } = yield* parts(dataFile)
  yield* Effect.forEach([...main, ...parallel], (file) => fs.remove(file, { force: true }), {
    concurrency: 1,
    discard: true
  })
})

/**
 * Copies into a directory, under the same names.
 *
 * @since 0.1.0
 * @category constructors
 */
export const copyTo = Effect.fn("coverage.copyTo")(function*(dataFile: string, directory: string) {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const { main, parallel } = yield* parts(dataFile)
  yield* Effect.forEach(
    [...main, ...parallel],
    (file) => fs.copyFile(file, path.join(directory, path.basename(file))),
    { concurrency: 1, discard: true }
  )
  return { copy: path.join(directory, path.basename(dataFile)), directory, isParallel: parallel.length > 0 }
})
