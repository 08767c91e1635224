/**
 * Files that may not be there, for what reads many of them before a tool can start: the key of a run asks for some 60
 * configuration files of which most do not exist. `FileSystem` takes 0.3 ms to say so, by an error that nobody reads;
 * these take 0.01. They are synchronous, so they are for small files and single directories.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
// @effect-diagnostics-next-line nodeBuiltinImport:off
import { type Dirent, readdirSync, readFileSync, type Stats, statSync } from "node:fs"

const tried = <A>(use: () => A): Option.Option<A> => Either.getRight(Either.try(use))

const statOf = (file: string): Option.Option<Stats> =>
  Option.flatMap(tried(() => statSync(file, { throwIfNoEntry: false })), Option.fromNullable)

/**
 * Links are followed. None: not there, or not to be asked.
 *
 * @since 0.1.0
 * @category constructors
 */
export const stat = (file: string): Effect.Effect<Option.Option<Stats>> => Effect.sync(() => statOf(file))

/**
 * None: not there, no regular file (to open a named pipe may never return), or not to be read.
 *
 * @since 0.1.0
 * @category constructors
 */
export const readBytes = (file: string): Effect.Effect<Option.Option<Uint8Array>> =>
  Effect.sync(() =>
    Option.flatMap(
      Option.filter(statOf(file), (stats) => stats.isFile()),
      () => tried((): Uint8Array => readFileSync(file))
    )
  )

/**
 * As UTF-8, with replacement characters; without a byte order mark.
 *
 * @since 0.1.0
 * @category constructors
 */
export const readText = (file: string): Effect.Effect<Option.Option<string>> =>
  Effect.map(readBytes(file), Option.map((bytes) => new TextDecoder().decode(bytes)))

/**
 * Empty when it is no directory, or not to be read.
 *
 * @since 0.1.0
 * @category constructors
 */
export const entries = (directory: string): Effect.Effect<ReadonlyArray<Dirent>> =>
  Effect.sync(() => Option.getOrElse(tried(() => readdirSync(directory, { withFileTypes: true })), () => []))
