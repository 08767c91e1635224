/**
 * Writing a file in one step: who opens it sees what was there before or all of the new, never a part.
 *
 * @since 0.1.0
 */
import * as FileSystem from "@effect/platform/FileSystem"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Random from "effect/Random"

/** Permissions of a file, without what kind of file it is. */
const PERMISSIONS = 0o7777

/**
 * How the name of a file ends that is in the making, or that was when its maker died.
 *
 * @since 0.1.0
 * @category constants
 */
export const UNFINISHED = ".tmp"

/**
 * @since 0.1.0
 * @category models
 */
export interface ReplaceFileOptions {
  /** The file whose place it takes, whose owner and permissions it gets. */
  readonly like?: FileSystem.File.Info
  /** Waits until the disk has it: for what nobody could make again. */
  readonly durable?: boolean
}

/**
 * @since 0.1.0
 * @category destructors
 */
export const replaceFile = Effect.fnUntraced(
  function*(file: string, content: string | Uint8Array, { durable = false, like }: ReplaceFileOptions = {}) {
    const fs = yield* FileSystem.FileSystem
    const temporary = `${file}.${(yield* Random.nextIntBetween(0, 2 ** 48)).toString(36)}${UNFINISHED}`
    const written = Effect.gen(function*() {
      const handle = yield* fs.open(temporary, { flag: "wx" })
      yield* handle.writeAll(typeof content === "string" ? new TextEncoder().encode(content) : content)
      if (durable) yield* handle.sync
    })
    yield* Effect.gen(function*() {
      yield* Effect.scoped(written)
      if (like !== undefined) {
        // who may not give a file away keeps it
        const idOf = Option.getOrElse(() => -1)
        yield* Effect.ignore(fs.chown(temporary, idOf(like.uid), idOf(like.gid)))
        yield* fs.chmod(temporary, like.mode & PERMISSIONS)
      }
      yield* fs.rename(temporary, file)
    }).pipe(Effect.onError(() => Effect.ignore(fs.remove(temporary, { force: true }))))
  }
)
