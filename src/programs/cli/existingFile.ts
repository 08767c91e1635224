/**
 * @since 0.1.0
 */
import * as FileSystem from "@effect/platform/FileSystem"
import * as Path from "@effect/platform/Path"
import * as Effect from "effect/Effect"
import { UsageError } from "./exit.js"

/**
 * The absolute path of a file that was given; `given` is what a message calls it.
 *
 * @since 0.1.0
 * @category combinators
 */
export const existingFile = Effect.fnUntraced(function*(file: string, given: string) {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const isFile = Effect.map(fs.stat(file), ({ type }) => type === "File")
  if (yield* Effect.orElseSucceed(isFile, () => false)) return path.resolve(file)
  return yield* new UsageError({ message: `${given}: there is no such file` })
})
