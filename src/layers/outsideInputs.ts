/**
 * What tools read and no snapshot holds: Python files that git ignores, behind links that lead out of the repository, and
 * in projects that are installed as editable. Known by path, size and time.
 *
 * @since 0.1.0
 */
import * as FileSystem from "@effect/platform/FileSystem"
import * as Path from "@effect/platform/Path"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { PipelineContext } from "../domain/PipelineContext.js"
import * as LocalFiles from "./localFiles.js"

/** More than this is not followed, and then no run is reused. */
const MAX_FILES = 20_000

const DIRECTORIES_A_TURN = 64

/** Directories that no checker walks unless told to. */
const isSkipped = (name: string) => name.startsWith(".") || name === "node_modules" || name === "__pycache__"

/** Compiled modules too: they are imported like the others. */
const isPython = (name: string) => /\.(?:pyi?|so|pyd)$|^py\.typed$/.test(name)

/** Path, size and time; a file that has gone is one without. */
const stamp = (file: string) =>
  Effect.map(
    LocalFiles.stat(file),
    Option.match({ onNone: () => file, onSome: ({ mtimeMs, size }) => `${file} ${size} ${mtimeMs}` })
  )

const isDirectory = (file: string) => Effect.map(LocalFiles.stat(file), Option.exists((each) => each.isDirectory()))

/** Python files below a directory, without virtual environments and what `leave` names; links are followed once. */
const pythonBelow = Effect.fnUntraced(function*(start: string, leave: (file: string) => boolean) {
  const path = yield* Path.Path
  const found: Array<string> = []
  const seen = new Set<number | string>()
  const pending = [start]
  for (let directory = pending.pop(); directory !== undefined; directory = pending.pop()) {
    // what two links lead to is one directory
    const identity = Option.map(yield* LocalFiles.stat(directory), ({ dev, ino }) => `${dev} ${ino}`)
    if (Option.isNone(identity) || seen.has(identity.value)) continue
    seen.add(identity.value)
    const entries = yield* LocalFiles.entries(directory)
    if (entries.some(({ name }) => name === "pyvenv.cfg")) continue
    for (const entry of entries) {
      const { name } = entry
      const file = path.join(directory, name)
      if (isSkipped(name) || leave(file)) continue
      if (isPython(name)) found.push(file)
      else if (entry.isDirectory() || (entry.isSymbolicLink() && (yield* isDirectory(file)))) pending.push(file)
    }
    if (found.length > MAX_FILES) return Option.none<ReadonlyArray<string>>()
    // reading a directory is synchronous
    if (seen.size % DIRECTORIES_A_TURN === 0) yield* Effect.yieldNow()
  }
  return Option.some(yield* Effect.forEach(found.sort(), stamp, { concurrency: 1 }))
})

/** Directories that `.pth` files and the finders of editable installations name. */
const editableDirectories = Effect.fnUntraced(function*(ctx: PipelineContext) {
  const path = yield* Path.Path
  const found = new Set<string>()
  for (const directory of Option.match(ctx.interpreter, { onNone: () => [], onSome: (each) => each.sitePackages })) {
    for (const { name } of yield* LocalFiles.entries(directory)) {
      if (!/\.pth$|^__editable__.*finder\.py$/.test(name)) continue
      const text = Option.getOrElse(yield* LocalFiles.readText(path.join(directory, name)), () => "")
      const named = name.endsWith(".pth")
        ? text.split(/\r?\n/).filter((line) => line.trim() !== "" && !/^(?:#|import\b)/.test(line))
        : [...text.matchAll(/['"](\/[^'"\n]+)['"]/g)].map(([, file = ""]) => file)
      for (const each of named) found.add(path.resolve(directory, each.trim()))
    }
  }
  return [...found]
})

/** Links of the snapshot whose target is not in the repository. */
const leadingOut = Effect.fnUntraced(function*(ctx: PipelineContext) {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const modules = new Set(ctx.modules.map(({ relPath }) => relPath))
  // a link has no stat of its own in the snapshot: what has one need not be looked at
  const candidates = [...ctx.snapshot.files.keys()].filter((relPath) =>
    !ctx.aliases.has(relPath) && !modules.has(relPath) && ctx.snapshot.stats?.has(relPath) !== true
  )
  const targets = yield* Effect.forEach(candidates, (relPath) => {
    const file = path.join(ctx.root, relPath)
    return Effect.option(Effect.zipRight(fs.readLink(file), fs.realPath(file)))
  }, { concurrency: 16 })
  return targets.flatMap(Option.toArray)
})

/**
 * The signature of all of it. None: too much to follow, and then no result is proved to be fresh.
 *
 * @since 0.1.0
 * @category constructors
 */
export const outsideInputs = Effect.fn("outsideInputs")(function*(ctx: PipelineContext) {
  const path = yield* Path.Path
  const [editable, linked] = yield* Effect.all([editableDirectories(ctx), leadingOut(ctx)], { concurrency: 2 })
  const inside = (file: string) => file === ctx.root || file.startsWith(`${ctx.root}${path.sep}`)
  const outside = [...editable, ...linked].filter((file) => !inside(file))

  const ignored = yield* pythonBelow(ctx.root, (file) => ctx.snapshot.files.has(path.relative(ctx.root, file)))
  const followed = yield* Effect.forEach([...new Set(outside)].sort(), (file) =>
    Effect.zipWith(
      stamp(file),
      pythonBelow(file, () => false),
      (own, below) => Option.map(below, (files) => [own, ...files])
    ), { concurrency: 4 })
  return Option.map(Option.all([ignored, ...followed]), (all) => all.flat())
})
