/**
 * Files of a repository, which may be anything or have become so meanwhile: to read from a named pipe may never end, and
 * from a device neither.
 *
 * @since 0.1.0
 */
import { type PlatformError, SystemError } from "@effect/platform/Error"
import * as FileSystem from "@effect/platform/FileSystem"
import * as Effect from "effect/Effect"

/**
 * What is no regular file fails; links are followed.
 *
 * @since 0.1.0
 * @category constructors
 */
export const read = (file: string): Effect.Effect<Uint8Array, PlatformError, FileSystem.FileSystem> =>
  Effect.flatMap(
    FileSystem.FileSystem,
    (fs) =>
      Effect.flatMap(fs.stat(file), ({ type }) =>
        type === "File" ? fs.readFile(file) : new SystemError({
          reason: "BadResource",
          module: "FileSystem",
          method: "readFile",
          pathOrDescriptor: file,
          description: "it is no regular file"
        }))
  )

/**
 * The same, as UTF-8 without a byte order mark.
 *
 * @since 0.1.0
 * @category constructors
 */
export const readText = (file: string): Effect.Effect<string, PlatformError, FileSystem.FileSystem> =>
  Effect.map(read(file), (bytes) => new TextDecoder().decode(bytes))
