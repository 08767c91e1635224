/**
 * The files of a directory that git does not look after: all of them, without what `.gitignore` files leave out.
 *
 * @since 0.1.0
 */
import * as FileSystem from "@effect/platform/FileSystem"
import * as Effect from "effect/Effect"
import ignore, { type Ignore } from "ignore"
import * as FileStat from "./fileStat.js"
import { isBelow } from "./paths.js"

const CONCURRENCY = 8

/** Never content, whatever `.gitignore` says. */
const skipped = new Set([".git", "node_modules", "__pycache__"])

/**
 * @since 0.1.0
 * @category models
 */
export interface Walk {
  /** Relative, in no order. Symbolic links are listed, not followed. */
  readonly files: ReadonlyArray<string>
  /** Directories that could not be read. */
  readonly unreadable: ReadonlyArray<string>
}

const escapeGlob = (text: string) => text.replace(/[\\*?[\]!# ]/g, "\\$&")

/**
 * The patterns of `<directory>/.gitignore` as they would be written at the top: one list in which a later pattern wins,
 * as git sees it.
 *
 * @since 0.1.0
 * @category constructors
 */
export const fromTop = (directory: string, text: string): ReadonlyArray<string> =>
  text.replace(/^\uFEFF/, "").split(/\r?\n/).flatMap((line) => {
    if (line.trim() === "" || line.startsWith("#")) return []
    if (directory === "") return [line]
    const negated = line.startsWith("!")
    const pattern = negated ? line.slice(1) : line
    const anchored = /\/./.test(pattern.trimEnd())
    const below = anchored ? pattern.replace(/^\//, "") : `**/${pattern}`
    return [`${negated ? "!" : ""}/${directory.split("/").map(escapeGlob).join("/")}/${below}`]
  })

const nameOf = (relPath: string) => relPath.slice(relPath.lastIndexOf("/") + 1)

/** As objects: a string would be split where the name of a directory has a newline. */
const below = (inherited: Ignore, patterns: ReadonlyArray<string>) =>
  ignore({ ignoreCase: false }).add(inherited).add(patterns.map((pattern) => ({ pattern })))

/**
 * Virtual environments (`pyvenv.cfg`), `.git`, `node_modules`, `__pycache__` and `exclude` are left out. Patterns of
 * directories above `root` are not looked for.
 *
 * @since 0.1.0
 * @category constructors
 */
export const walk = Effect.fn("repository.walk")(function*(root: string, exclude: ReadonlyArray<string>) {
  const fs = yield* FileSystem.FileSystem
  const files: Array<string> = []
  const unreadable: Array<string> = []

  const visit = (directory: string, inherited: Ignore): Effect.Effect<void> =>
    Effect.gen(function*() {
      const absolute = directory === "" ? root : `${root}/${directory}`
      const names = yield* fs.readDirectory(absolute)
      if (directory !== "" && names.includes("pyvenv.cfg")) return
      const candidates = names
        .filter((name) => !skipped.has(name))
        .map((name) => directory === "" ? name : `${directory}/${name}`)
        .filter((relPath) => !exclude.some((excluded) => isBelow(excluded, relPath)))
      const stats = yield* FileStat.lstatAll(root, candidates)

      // one that is a link or a pipe is not read, as git does not
      const own = stats.some((stat, i) => stat.kind === "file" && nameOf(candidates[i] ?? "") === ".gitignore")
        ? yield* Effect.map(fs.readFileString(`${absolute}/.gitignore`), (text) => fromTop(directory, text))
        : []
      const matcher = own.length === 0 ? inherited : below(inherited, own)

      const directories: Array<string> = []
      stats.forEach((stat, i) => {
        const relPath = candidates[i] ?? ""
        // a name that is not UTF-8 is not found under what it is read as: listed, it is said, as git's are
        if (stat.kind === "missing" && !relPath.includes("\uFFFD")) return
        const isDirectory = stat.kind === "directory"
        if (matcher.ignores(isDirectory ? `${relPath}/` : relPath)) return
        if (isDirectory) directories.push(relPath)
        else files.push(relPath)
      })
      yield* Effect.forEach(directories, (relPath) => visit(relPath, matcher), {
        concurrency: CONCURRENCY,
        discard: true
      })
    }).pipe(Effect.catchAll(() => Effect.sync(() => void unreadable.push(directory === "" ? "." : directory))))

  yield* visit("", ignore({ ignoreCase: false }))
  const result: Walk = { files, unreadable: unreadable.sort() }
  return result
})
