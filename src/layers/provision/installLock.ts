/**
 * One installation at a time, over all processes that share a directory: a file that its holder touches while it lives.
 *
 * The lock saves work and is not what keeps the cache right: an installation appears by one rename, so two holders (one
 * stopped for long, one that took it for dead) do no harm.
 *
 * @since 0.1.0
 */
import type { PlatformError } from "@effect/platform/Error"
import * as FileSystem from "@effect/platform/FileSystem"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schedule from "effect/Schedule"
import { randomUUID } from "node:crypto"

const BEAT = Duration.seconds(1)
/** Longer than a busy event loop goes without a beat. Process ids would say it sooner, but not across containers. */
const DEAD_AFTER = Duration.seconds(20)
const POLL = Duration.millis(200)

/**
 * @since 0.1.0
 * @category models
 */
export interface Installation<A, E, R> {
  /** Absolute; its directory exists. */
  readonly lockFile: string
  /** What is there already. Asked before and after the lock was waited for. */
  readonly installed: Effect.Effect<Option.Option<A>, E, R>
  /** Run once when another is found at it. */
  readonly onWait: Effect.Effect<void, never, R>
  readonly install: Effect.Effect<A, E, R>
}

const isThere = (error: PlatformError) => error._tag === "SystemError" && error.reason === "AlreadyExists"

/**
 * Gives what is installed, or installs it, alone. When the one that is waited for fails or dies, it is tried here.
 *
 * @since 0.1.0
 * @category combinators
 */
export const once = Effect.fn("installLock.once")(function*<A, E, R>(installation: Installation<A, E, R>) {
  const fs = yield* FileSystem.FileSystem
  const { install, installed, lockFile, onWait } = installation
  const token = yield* Effect.sync(() => randomUUID())

  const beat = Effect.flatMap(DateTime.nowAsDate, (now) => fs.utimes(lockFile, now, now))

  const take = fs.writeFileString(lockFile, token, { flag: "wx" }).pipe(
    Effect.as(true),
    Effect.catchIf(isThere, () => Effect.succeed(false))
  )

  // Gone or another's when we were taken for dead.
  const giveBack = fs.readFileString(lockFile).pipe(
    Effect.flatMap((holder) => holder === token ? fs.remove(lockFile) : Effect.void),
    Effect.ignore
  )

  /** Out of the way by a rename, which only one of those who wait brings about. */
  const removeIfDead = Effect.gen(function*() {
    const { mtime } = yield* fs.stat(lockFile)
    const now = yield* DateTime.nowAsDate
    if (Option.exists(mtime, (last) => now.getTime() - last.getTime() > Duration.toMillis(DEAD_AFTER))) {
      const aside = `${lockFile}-${token}`
      yield* fs.rename(lockFile, aside)
      yield* fs.remove(aside)
    }
  }).pipe(Effect.ignore) // given back meanwhile

  const attempt = Effect.scoped(Effect.gen(function*() {
    const taken = yield* Effect.acquireRelease(take, (taken) => taken ? giveBack : Effect.void)
    if (!taken) return Option.none<A>()
    // a beat that fails makes others take us for dead, no more
    yield* Effect.forkScoped(Effect.repeat(Effect.ignore(beat), Schedule.spaced(BEAT)))
    const meanwhile = yield* installed
    return Option.some(Option.isSome(meanwhile) ? meanwhile.value : yield* install)
  }))

  const first = yield* Effect.flatMap(installed, (found) => Option.isSome(found) ? Effect.succeed(found) : attempt)
  if (Option.isSome(first)) return first.value
  yield* onWait
  return yield* Effect.zipRight(removeIfDead, attempt).pipe(
    Effect.delay(POLL),
    Effect.repeat({ until: (found): found is Option.Some<A> => Option.isSome(found) }),
    Effect.map((found) => found.value)
  )
})
