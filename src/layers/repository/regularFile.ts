/**
 * Files that others have made, which may be anything or have become so meanwhile: to read from a named pipe may never end,
 * and from a device neither.
 *
 * @since 0.1.0
 */
import { type PlatformError, SystemError } from "@effect/platform/Error"
import * as FileSystem from "@effect/platform/FileSystem"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"

/**
 * What is no regular file fails; links are followed.
 *
 * @since 0.1.0
 * @category predicates
 */
export const demand = (file: string): Effect.Effect<void, PlatformError, FileSystem.FileSystem> =>
  Effect.flatMap(
    FileSystem.FileSystem,
    (fs) =>
      Effect.flatMap(fs.stat(file), ({ type }) =>
        type === "File" ? Effect.void : new SystemError({
          reason: "BadResource",
          module: "FileSystem",
          method: "readFile",
          pathOrDescriptor: file,
          description: "it is no regular file"
        }))
  )

/**
 * What is no regular file fails; links are followed.
 *
 * @since 0.1.0
 * @category constructors
 */
export const read = (file: string): Effect.Effect<Uint8Array, PlatformError, FileSystem.FileSystem> =>
  Effect.zipRight(demand(file), Effect.flatMap(FileSystem.FileSystem, (fs) => fs.readFile(file)))

/**
 * In pieces of a megabyte.
 *
 * @since 0.1.0
 * @category constructors
 */
export const stream = (file: string): Stream.Stream<Uint8Array, PlatformError, FileSystem.FileSystem> =>
  Stream.unwrap(
    Effect.zipRight(
      demand(file),
      Effect.map(FileSystem.FileSystem, (fs) => fs.stream(file, { chunkSize: FileSystem.MiB(1) }))
    )
  )

/**
 * The same, as UTF-8 without a byte order mark.
 *
 * @since 0.1.0
 * @category constructors
 */
export const readText = (file: string): Effect.Effect<string, PlatformError, FileSystem.FileSystem> =>
  Effect.map(read(file), (bytes) => new TextDecoder().decode(bytes))
