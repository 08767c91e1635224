/**
 * What the file system says of files, without following symbolic links.
 *
 * `FileSystem.stat` follows links and has neither nanoseconds nor the time of the last status change; and 10,000 calls
 * that are not synchronous take 300 ms where these take 40.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Predicate from "effect/Predicate"
// @effect-diagnostics-next-line nodeBuiltinImport:off
import { lstatSync } from "node:fs"

/** Between batches other fibers run, and an interruption is seen. */
const BATCH = 256

/**
 * @since 0.1.0
 * @category models
 */
export interface FileStat {
  /** `other`: a named pipe, a socket, a device; opening it may never return. `refused`: it may not be asked. */
  readonly kind: "file" | "directory" | "link" | "other" | "missing" | "refused"
  readonly bytes: number
  /** Size, times and inode: while it stays the same, so does the content. */
  readonly signature: string
  /** The same without the time of the last change of status: what a `chmod` or one link more does not change. */
  readonly written: string
  /** The later one of the times of the last change, of content or of status; milliseconds since 1970. */
  readonly changedAtMs: number
}

const absent = (kind: "missing" | "refused"): FileStat => ({
  kind,
  bytes: 0,
  signature: "",
  written: "",
  changedAtMs: 0
})

const isMissing = (error: unknown) =>
  Predicate.hasProperty(error, "code") && (error.code === "ENOENT" || error.code === "ENOTDIR")

const lstat = (file: string): FileStat =>
  Either.try(() => lstatSync(file, { bigint: true })).pipe(
    Either.map((stats): FileStat => ({
      kind: stats.isFile()
        ? "file"
        : stats.isDirectory()
        ? "directory"
        : stats.isSymbolicLink()
        ? "link"
        : "other",
      bytes: Number(stats.size),
      signature: `${stats.size}:${stats.mtimeNs}:${stats.ctimeNs}:${stats.ino}`,
      written: `${stats.size}:${stats.mtimeNs}:${stats.ino}`,
      changedAtMs: Number((stats.mtimeNs > stats.ctimeNs ? stats.mtimeNs : stats.ctimeNs) / 1_000_000n)
    })),
    Either.getOrElse((error) => absent(isMissing(error) ? "missing" : "refused"))
  )

/**
 * One answer for each path, in their order.
 *
 * @since 0.1.0
 * @category constructors
 */
export const lstatAll = Effect.fnUntraced(function*(root: string, relPaths: ReadonlyArray<string>) {
  const stats: Array<FileStat> = []
  while (stats.length < relPaths.length) {
    for (const relPath of relPaths.slice(stats.length, stats.length + BATCH)) stats.push(lstat(`${root}/${relPath}`))
    yield* Effect.yieldNow()
  }
  return stats
})
