/**
 * @since 0.1.0
 */
import * as FileSystem from "@effect/platform/FileSystem"
import * as Path from "@effect/platform/Path"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
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
  const type = yield* Effect.option(Effect.map(fs.stat(file), (stat) => stat.type))
  if (Option.contains(type, "File")) return path.resolve(file)
  const problem = Option.match(type, {
    onNone: () => "there is no such file",
    // to read from a pipe may never end
    onSome: (what) => `it is no file but ${what === "Directory" ? "a directory" : "a pipe, a device or the like"}`
  })
  return yield* new UsageError({ message: `${given}: ${problem}` })
})
