/**
 * The globs of pyright's configuration, matched as pyright matches them: `**`, `*` and `?`, against whole absolute paths,
 * where a match of a directory is a match of everything below it.
 *
 * @since 0.1.0
 */
import type * as Path from "@effect/platform/Path"

/**
 * @since 0.1.0
 * @category models
 */
export interface FileSpec {
  /** The part before the first wildcard: where a search begins. */
  readonly root: string
  readonly pattern: RegExp
  /** Whether `**` is in it: a search descends into directories that do not match yet. */
  readonly anyDepth: boolean
}

const posix = (path: Path.Path, file: string) => path.sep === "/" ? file : file.replaceAll(path.sep, "/")

const segmentPattern = (segment: string) =>
  segment.replace(/[^\w\s/]/g, (each) => each === "*" ? "[^/]*" : each === "?" ? "[^/]" : `\\${each}`)

/**
 * @since 0.1.0
 * @category constructors
 */
export const make = (path: Path.Path, directory: string, spec: string): FileSpec => {
  const segments = posix(path, path.resolve(directory, spec)).replace(/\/$/, "").split("/")
  const pattern = segments.map((segment, at) =>
    segment === "**" ? "(/[^/][^/]*)*?" : (at === 0 ? "" : "/") + segmentPattern(segment)
  )
  const wild = segments.findIndex((segment) => /[*?]/.test(segment))
  return {
    root: (wild < 0 ? segments : segments.slice(0, wild)).join("/") || "/",
    pattern: new RegExp(`^(${pattern.join("")})($|/)`),
    anyDepth: posix(path, spec).split("/").includes("**")
  }
}

/**
 * @since 0.1.0
 * @category predicates
 */
export const matchesAny = (path: Path.Path, specs: ReadonlyArray<FileSpec>, file: string): boolean => {
  const name = posix(path, file)
  return specs.some(({ pattern }) => pattern.test(name))
}
