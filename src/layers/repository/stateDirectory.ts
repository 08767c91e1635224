/**
 * The directory of all that we write: `.codeintel`, or `<database>.state`.
 *
 * @since 0.1.0
 */
import * as FileSystem from "@effect/platform/FileSystem"
import * as Path from "@effect/platform/Path"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { RepositoryError } from "../../domain/errors.js"
import type { RepositoryLocation } from "../../services/Repositories.js"
import { replaceFile, UNFINISHED } from "../replaceFile.js"

/**
 * @since 0.1.0
 * @category constructors
 */
export const notWritable = (ctx: RepositoryLocation, cause: unknown): RepositoryError =>
  new RepositoryError({
    root: ctx.root,
    reason: "StateNotWritable",
    hint: `nothing can be written to ${ctx.paths.state}: keep the database elsewhere with --db FILE`,
    cause
  })

/**
 * Fails where a repository that is not trusted brings a link in the place of what is ours, and so chooses what we read
 * and write; not of a database that the user named.
 *
 * @since 0.1.0
 * @category predicates
 */
export const refuseLinks = Effect.fn("stateDirectory.refuseLinks")(function*(ctx: RepositoryLocation) {
  const fs = yield* FileSystem.FileSystem
  const { database, state } = ctx.paths
  if (!ctx.config.untrusted || Option.isSome(ctx.config.database)) return
  for (const place of [state, database, `${database}.wal`]) {
    const target = yield* Effect.option(fs.readLink(place))
    if (Option.isSome(target)) {
      return yield* notWritable(ctx, `${place} is a link to ${target.value}, and the repository is not trusted`)
    }
  }
})

/**
 * Makes `paths.state` with a `.gitignore` when it is not there.
 *
 * @since 0.1.0
 * @category constructors
 */
export const ensure = Effect.fn("stateDirectory.ensure")(
  function*(ctx: RepositoryLocation) {
    const fs = yield* FileSystem.FileSystem
    const path = yield* Path.Path
    const { state } = ctx.paths
    yield* fs.makeDirectory(state, { recursive: true })
    // a repository may bring a link of this name, and so choose where we write
    const real = yield* fs.realPath(state)
    if (ctx.config.untrusted && path.dirname(state) === ctx.root && real !== state) {
      return yield* notWritable(ctx, `it is a link to ${real}, and the repository is not trusted`)
    }
    const ignoreFile = path.join(state, ".gitignore")
    if (!(yield* fs.exists(ignoreFile))) yield* replaceFile(ignoreFile, "*\n")
  },
  (effect, ctx) =>
    Effect.catchAll(effect, (error) => error._tag === "RepositoryError" ? error : notWritable(ctx, error))
)

/**
 * A directory for the length of the scope. `makeTempDirectoryScoped` dies where it is gone by then, as it is when a test
 * has removed what it found.
 *
 * @since 0.1.0
 * @category constructors
 */
export const temporaryDirectory = Effect.fnUntraced(function*(
  options: { readonly directory: string; readonly prefix?: string }
) {
  const fs = yield* FileSystem.FileSystem
  return yield* Effect.acquireRelease(
    fs.makeTempDirectory(options),
    (made) => Effect.ignoreLogged(fs.remove(made, { recursive: true, force: true }))
  )
})

/**
 * The file that is written by the holder of the lock alone: whoever was about to replace it is dead.
 *
 * @since 0.1.0
 * @category constants
 */
export const STAT_CACHE = "stat-cache"

/** Nobody takes as long as this to write a small file. */
const ABANDONED_AFTER = Duration.minutes(1)

/** Whoever holds the lock writes the report of the tests, under this name until it is whole. */
const PARTIAL = ".partial"

/**
 * Removes the scratch directories, which belong to the holder of the lock. What cannot be removed is said in the log.
 *
 * @since 0.1.0
 * @category destructors
 */
export const removeScratch = (ctx: RepositoryLocation) =>
  Effect.flatMap(
    FileSystem.FileSystem,
    (fs) =>
      Effect.forEach(
        [ctx.paths.scratch, ctx.paths.checkout],
        (directory) => fs.remove(directory, { recursive: true, force: true }),
        { concurrency: 1, discard: true }
      )
  ).pipe(Effect.catchAll((error) => Effect.logWarning(`leftovers in ${ctx.paths.state} are not removed`, error)))

/**
 * Removes what processes that died have left: scratch directories, and files that were never finished. What cannot be
 * removed is said in the log.
 *
 * @since 0.1.0
 * @category destructors
 */
export const sweep = Effect.fn("stateDirectory.sweep")(
  function*(ctx: RepositoryLocation) {
    const fs = yield* FileSystem.FileSystem
    const path = yield* Path.Path
    const { lock, state } = ctx.paths
    yield* removeScratch(ctx)

    const abandonedBefore = (yield* Clock.currentTimeMillis) - Duration.toMillis(ABANDONED_AFTER)
    const names = yield* fs.readDirectory(state)
    yield* Effect.forEach(
      names.filter((name) => name.endsWith(PARTIAL)),
      (name) => fs.remove(path.join(state, name), { recursive: true, force: true }),
      { concurrency: 1, discard: true }
    )
    const unfinished = names.filter((name) => name.endsWith(UNFINISHED) || name.startsWith(`${path.basename(lock)}.`))
    yield* Effect.forEach(
      unfinished,
      (name) =>
        fs.stat(path.join(state, name)).pipe(
          Effect.filterOrFail(({ mtime, type }) =>
            type === "File" &&
            (name.startsWith(`${STAT_CACHE}.`) || Option.exists(mtime, (time) => time.getTime() < abandonedBefore))
          ),
          Effect.zipRight(fs.remove(path.join(state, name))),
          Effect.ignore // in use, or gone meanwhile
        ),
      { concurrency: 1, discard: true }
    )
  },
  (effect, ctx) =>
    Effect.catchAll(effect, (error) => Effect.logWarning(`leftovers in ${ctx.paths.state} are not removed`, error))
)
