/**
 * The files that pyright takes as its own, found in the way pyright finds them: its report says only how many they were.
 *
 * @since 0.1.0
 */
import * as FileSystem from "@effect/platform/FileSystem"
import * as Path from "@effect/platform/Path"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { Configuration } from "./configuration.js"
import * as FileSpec from "./fileSpec.js"

/**
 * @since 0.1.0
 * @category models
 */
export interface FileSet {
  /** Absolute, as walked: a linked file once more under the name of the link. */
  readonly files: ReadonlySet<string>
  /** Entries of `include` that do not exist. */
  readonly missing: ReadonlyArray<string>
  /** Directories that could not be listed; pyright says nothing of them. */
  readonly unreadable: ReadonlyArray<string>
}

/**
 * What the name of a file is known to be without asking the file system; undefined when it has to be asked.
 *
 * @since 0.1.0
 * @category models
 */
export type KnownKind = (file: string) => "file" | "other" | undefined

/**
 * How a version of pyright walks. From 1.1.414 on the default excludes are added to those of the configuration, and links
 * that lead out of every included directory are not followed; before, one exclude of the configuration's own switched off
 * the default ones and the search for virtual environments.
 *
 * @since 0.1.0
 * @category models
 */
export interface Walk {
  readonly exclude: ReadonlyArray<FileSpec.FileSpec>
  readonly skipsEnvironments: boolean
  readonly staysInside: boolean
}

const isAtLeast = (version: string, [major, minor, patch]: readonly [number, number, number]): boolean => {
  const [a = 0, b = 0, c = 0] = version.split(".").map((part) => Number.parseInt(part, 10))
  return a !== major ? a > major : b !== minor ? b > minor : c >= patch
}

/**
 * @since 0.1.0
 * @category constructors
 */
export const walkOf = (path: Path.Path, configuration: Configuration, version: string): Walk => {
  const globs = ["**/node_modules", "**/__pycache__", "**/.*"]
  const byDefault = (all: ReadonlyArray<string>) =>
    all.map((glob) => FileSpec.make(path, configuration.projectRoot, glob))
  if (isAtLeast(version, [1, 1, 414])) {
    return {
      exclude: [...configuration.exclude, ...byDefault([...globs, "**/__editable__.*"])],
      skipsEnvironments: true,
      staysInside: true
    }
  }
  const own = configuration.exclude.length > 0
  return { exclude: own ? configuration.exclude : byDefault(globs), skipsEnvironments: !own, staysInside: false }
}

const isPython = (name: string) => /\.pyi?$/.test(name)

/** What makes a directory a virtual environment. */
const markers = [["pyvenv.cfg"], ["conda-meta"], ["bin", "activate"], ["Scripts", "activate"]]

/**
 * Sequential, because of two names for one directory the first is taken. Links are followed; what cannot be asked about
 * (no permission, a name that is not UTF-8) is passed over, as pyright does.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = Effect.fn("pyright.fileSet")(function*(
  include: ReadonlyArray<FileSpec.FileSpec>,
  { exclude, skipsEnvironments, staysInside }: Walk,
  known: KnownKind
) {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const files = new Set<string>()
  const missing: Array<string> = []
  const unreadable: Array<string> = []

  const isExcluded = (file: string) => FileSpec.matchesAny(path, exclude, file)
  const typeOf = (file: string) => Effect.option(Effect.map(fs.stat(file), ({ type }) => type))
  const realPath = (file: string) => Effect.option(fs.realPath(file))
  const roots = yield* Effect.forEach(
    include,
    ({ root }) => Effect.map(realPath(root), Option.getOrElse(() => root)),
    { concurrency: 8 }
  )
  const isInside = (directory: string) =>
    roots.some((root) => directory === root || directory.startsWith(root.endsWith(path.sep) ? root : root + path.sep))

  const isEnvironment = (directory: string, names: ReadonlyArray<string>) =>
    Effect.exists(
      markers.filter(([first = ""]) => names.includes(first)),
      (marker) => Effect.isSuccess(fs.access(path.join(directory, ...marker)))
    )

  /** Takes the files of a directory, and answers with the directories in it, sorted. */
  const explore = Effect.fnUntraced(function*(directory: string, spec: FileSpec.FileSpec) {
    const listed = yield* Effect.option(fs.readDirectory(directory))
    if (Option.isNone(listed)) {
      unreadable.push(directory)
      return []
    }
    const names = listed.value.sort()
    if (skipsEnvironments && (yield* isEnvironment(directory, names))) return []

    const entries = names.map((name) => path.join(directory, name)).filter((file) => !isExcluded(file))
    const types = yield* Effect.forEach(entries, (file) => {
      const kind = known(file)
      return kind === undefined ? typeOf(file) : Effect.succeedSome(kind === "file" ? "File" : "Unknown")
    }, { concurrency: 16 })
    const directories: Array<string> = []
    for (const [at, file] of entries.entries()) {
      const type = Option.getOrUndefined(types[at] ?? Option.none())
      const matches = FileSpec.matchesAny(path, [spec], file)
      if (type === "File" && matches && isPython(file)) files.add(file)
      if (type === "Directory" && (matches || spec.anyDepth)) directories.push(file)
    }
    return directories
  })

  for (const spec of include) {
    if (isExcluded(spec.root)) continue
    const type = yield* typeOf(spec.root)
    if (Option.isNone(type)) missing.push(spec.root)
    else if (type.value === "File") files.add(spec.root)
    const seen = new Set<string>()
    const pending = Option.contains(type, "Directory") ? [spec.root] : []
    for (let directory = pending.pop(); directory !== undefined; directory = pending.pop()) {
      const real = yield* realPath(directory)
      if (Option.isNone(real) || seen.has(real.value)) continue
      seen.add(real.value)
      if (staysInside && !isInside(real.value)) continue
      pending.push(...(yield* explore(directory, spec)).reverse())
    }
  }
  const set: FileSet = { files, missing, unreadable }
  return set
})
