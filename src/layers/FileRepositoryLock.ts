/**
 * `RepositoryLock` as a file that is made exclusively, and says who holds it.
 *
 * A lock whose owner is gone is replaced, never deleted: whoever wants to replace it first makes a second lock, named
 * after the owner, by the same rules. It has one winner, and the winner looks once more whether the first is still the
 * dead one's. So of any number of contenders one goes on, even when some of them die on the way.
 *
 * @since 0.1.0
 */
import type { PlatformError } from "@effect/platform/Error"
import * as FileSystem from "@effect/platform/FileSystem"
import type * as Path from "@effect/platform/Path"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { randomUUID } from "node:crypto"
import { hostname } from "node:os"
import { IngestLocked } from "../domain/errors.js"
import type { RepositoryLocation } from "../services/Repositories.js"
import { RepositoryLock } from "../services/RepositoryLock.js"
import { replaceFile } from "./replaceFile.js"
import * as ProcessIdentity from "./repository/processIdentity.js"
import * as RegularFile from "./repository/regularFile.js"
import * as StateDirectory from "./repository/stateDirectory.js"

/**
 * Who acquires.
 *
 * @since 0.1.0
 * @category models
 */
export interface LockOwner {
  readonly pid: number
  readonly host: string
}

const Holder = Schema.Struct({
  /** Different for every acquisition; becomes a part of a file name. */
  id: Schema.String.pipe(Schema.pattern(/^[0-9a-z-]{1,64}$/)),
  pid: Schema.Int.pipe(Schema.positive()),
  host: Schema.String,
  startedAt: Schema.String,
  /** Tells a process from a later one with its number; null where the system does not say. */
  processStart: Schema.NullOr(Schema.String)
})

type Holder = typeof Holder.Type

const HolderJson = Schema.parseJson(Holder)

/** A file that is just being written is not complete. One that stays so was left by a crash. */
const INCOMPLETE_FOR = Duration.seconds(10)

/** What a lock file says. `dead`: its owner is gone, or never finished writing it. */
type Seen =
  | { readonly _tag: "Free" }
  | { readonly _tag: "Held"; readonly by: Pick<Holder, "pid" | "host" | "startedAt"> }
  | { readonly _tag: "Dead"; readonly id: string }

const isAbsent = (error: PlatformError) => error._tag === "SystemError" && error.reason === "NotFound"

const isTaken = (error: PlatformError) => error._tag === "SystemError" && error.reason === "AlreadyExists"

/**
 * @since 0.1.0
 * @category constructors
 */
export const make = Effect.fnUntraced(function*(owner: LockOwner) {
  const fs = yield* FileSystem.FileSystem
  const files = yield* Effect.context<FileSystem.FileSystem | Path.Path>()
  const processStart = Option.getOrNull(yield* ProcessIdentity.startOf(owner.pid))

  const judge = Effect.fnUntraced(function*(holder: Holder): Effect.fn.Return<Seen> {
    if (holder.host === owner.host) {
      const alive = yield* Effect.provide(
        ProcessIdentity.isAlive(holder.pid, Option.fromNullable(holder.processStart)),
        files
      )
      if (!alive) return { _tag: "Dead", id: holder.id }
    }
    return { _tag: "Held", by: holder }
  })

  const judgeIncomplete = Effect.fnUntraced(function*(file: string): Effect.fn.Return<Seen, PlatformError> {
    const { mtime } = yield* fs.stat(file)
    const changedAt = DateTime.unsafeMake(Option.getOrElse(mtime, () => 0))
    if (DateTime.distance(changedAt, yield* DateTime.now) > Duration.toMillis(INCOMPLETE_FOR)) {
      return { _tag: "Dead", id: `incomplete-${DateTime.toEpochMillis(changedAt)}` }
    }
    return { _tag: "Held", by: { pid: 0, host: "unknown", startedAt: DateTime.formatIso(changedAt) } }
  })

  const look = (file: string): Effect.Effect<Seen, PlatformError> =>
    Effect.provide(RegularFile.readText(file), files).pipe(
      Effect.map(Schema.decodeOption(HolderJson)),
      Effect.flatMap((holder) => Option.isSome(holder) ? judge(holder.value) : judgeIncomplete(file)),
      Effect.catchIf(isAbsent, () => Effect.succeed<Seen>({ _tag: "Free" }))
    )

  // What cannot be written to its end is not left behind; a file of somebody else is not touched.
  const create = (file: string, text: string) =>
    fs.open(file, { flag: "wx" }).pipe(
      Effect.flatMap((handle) =>
        Effect.onError(handle.writeAll(Buffer.from(text)), () => Effect.ignore(fs.remove(file, { force: true })))
      ),
      Effect.scoped
    )

  const claim = (file: string, text: string): Effect.Effect<void, Extract<Seen, { _tag: "Held" }> | PlatformError> =>
    Effect.catchIf(create(file, text), isTaken, () =>
      Effect.flatMap(look(file), (seen) => {
        switch (seen._tag) {
          case "Free":
            return claim(file, text)
          case "Held":
            return Effect.fail(seen)
          case "Dead":
            return takeOver(file, text, seen.id)
        }
      }))

  const takeOver = (file: string, text: string, deadId: string) => {
    const right = `${file}.${deadId}`
    return Effect.gen(function*() {
      yield* claim(right, text)
      const replaced = yield* look(file).pipe(
        Effect.flatMap((seen) =>
          seen._tag === "Dead" && seen.id === deadId
            ? Effect.as(Effect.provide(replaceFile(file, text), files), true)
            : Effect.succeed(false)
        ),
        Effect.ensuring(Effect.ignore(fs.remove(right, { force: true })))
      )
      if (!replaced) yield* claim(file, text)
    })
  }

  const acquire = Effect.fn("RepositoryLock.acquire")(function*(ctx: RepositoryLocation) {
    const file = ctx.paths.lock
    const startedAt = DateTime.formatIso(yield* DateTime.now)
    const holder: Holder = { id: yield* Effect.sync(() => randomUUID()), ...owner, startedAt, processStart }
    const text = yield* Effect.orDie(Schema.encode(HolderJson)(holder))

    const release = fs.readFileString(file).pipe(
      Effect.flatMap((found) => found === text ? fs.remove(file) : Effect.void),
      Effect.catchIf(isAbsent, () => Effect.void),
      Effect.catchAll((error) => Effect.logWarning(`${file} is left behind, the next ingest takes it over`, error))
    )
    yield* Effect.provide(StateDirectory.ensure(ctx), files)
    yield* Effect.acquireRelease(
      Effect.mapError(
        claim(file, text),
        (error) =>
          error._tag === "Held" ? new IngestLocked({ file, ...error.by }) : StateDirectory.notWritable(ctx, error)
      ),
      () => release
    )
    yield* Effect.acquireRelease(
      Effect.provide(StateDirectory.sweep(ctx), files),
      () => Effect.provide(StateDirectory.removeScratch(ctx), files)
    )
  })

  return RepositoryLock.of({ acquire })
})

/**
 * @since 0.1.0
 * @category layers
 */
export const layerWith = (
  owner: LockOwner
): Layer.Layer<RepositoryLock, never, FileSystem.FileSystem | Path.Path> => Layer.effect(RepositoryLock, make(owner))

/**
 * Locks in the name of this process.
 *
 * @since 0.1.0
 * @category layers
 */
export const layer: Layer.Layer<RepositoryLock, never, FileSystem.FileSystem | Path.Path> = Layer.suspend(() =>
  layerWith({ pid: process.pid, host: hostname() })
)
