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
import * as RegularFile from "../../repository/regularFile.js"
import { temporaryDirectory } from "../../repository/stateDirectory.js"

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
  return yield* temporaryDirectory({ directory: ctx.paths.scratch, prefix: "coverage-" })
})

const isJournal = (name: string) => name.endsWith("-journal")

/** All that coverage has written under the name of the data file, sorted. Absolute. */
const written = Effect.fnUntraced(function*(dataFile: string) {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const directory = path.dirname(dataFile)
  const name = path.basename(dataFile)
  const names = (yield* fs.exists(directory)) ? yield* fs.readDirectory(directory) : []
  return names.filter((each) => each === name || each === `${name}-journal` || each.startsWith(`${name}.`))
    .sort()
    .map((each) => path.join(directory, each))
})

/**
 * The data file, when it is there, and those that coverage wrote beside it for further processes. Absolute.
 *
 * @since 0.1.0
 * @category constructors
 */
export const parts = Effect.fn("coverage.parts")(function*(dataFile: string) {
  const data = (yield* written(dataFile)).filter((file) => !isJournal(file))
  return { main: data.filter((file) => file === dataFile), parallel: data.filter((file) => file !== dataFile) }
})

/**
 * Removes the data of an earlier run: coverage replaces it at the end of a run, so a run that dies would leave it. So
 * do the journals of processes that were killed as they wrote.
 *
 * @since 0.1.0
 * @category destructors
 */
export const remove = Effect.fn("coverage.remove")(function*(dataFile: string) {
  const fs = yield* FileSystem.FileSystem
  yield* Effect.forEach(
    yield* written(dataFile),
    (file) => fs.remove(file, { force: true, recursive: true }), // a test may make a directory of such a name
    { concurrency: 1, discard: true }
  )
})

/**
 * Removes the journals that killed processes have left beside the data, and no data.
 *
 * @since 0.1.0
 * @category destructors
 */
export const removeJournals = Effect.fn("coverage.removeJournals")(function*(dataFile: string) {
  const fs = yield* FileSystem.FileSystem
  yield* Effect.forEach(
    (yield* written(dataFile)).filter(isJournal),
    (file) => fs.remove(file, { force: true, recursive: true }),
    { concurrency: 1, discard: true }
  )
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
    (file) => Effect.zipRight(RegularFile.demand(file), fs.copyFile(file, path.join(directory, path.basename(file)))),
    { concurrency: 1, discard: true }
  )
  return { copy: path.join(directory, path.basename(dataFile)), directory, isParallel: parallel.length > 0 }
})
