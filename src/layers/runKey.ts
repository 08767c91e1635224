/**
 * What a checker's result depends on, hashed: while it is the same, the result may stand.
 *
 * @since 0.1.0
 */
import * as FileSystem from "@effect/platform/FileSystem"
import * as Path from "@effect/platform/Path"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { createHash } from "node:crypto"
import type { PipelineContext } from "../domain/PipelineContext.js"
import type { ToolLocation } from "../domain/ToolLocation.js"
import type { ToolSettings } from "../domain/ToolsConfig.js"
import type { Checker } from "./tools/checker.js"

const sha256 = (data: string | Uint8Array) => createHash("sha256").update(data).digest("hex")

/** Real path, size and time of change: what a tool is, without asking it. */
export const identityOf = Effect.fnUntraced(function*(file: string) {
  const fs = yield* FileSystem.FileSystem
  return yield* Effect.gen(function*() {
    const real = yield* fs.realPath(file)
    const { mtime, size } = yield* fs.stat(real)
    return `${real} ${size} ${Option.match(mtime, { onNone: () => "", onSome: (time) => time.getTime() })}`
  }).pipe(Effect.orElseSucceed(() => `${file} is not there`))
})

const isPython = (name: string) => /\.pyi?$/.test(name)

/** Directories that no checker walks unless told to. */
const isSkipped = (name: string) => name.startsWith(".") || name === "node_modules" || name === "__pycache__"

/**
 * Python files that git ignores and that tools see all the same (a generated `_version.py`): their path, size and time.
 * Virtual environments are the fingerprint's business.
 */
export const unlistedPython = Effect.fnUntraced(function*(ctx: PipelineContext) {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const found: Array<string> = []
  const pending = [""]
  for (let directory = pending.pop(); directory !== undefined; directory = pending.pop()) {
    const names = yield* Effect.orElseSucceed(fs.readDirectory(path.join(ctx.root, directory)), (): Array<string> => [])
    if (names.includes("pyvenv.cfg")) continue
    for (const name of names) {
      const relPath = directory === "" ? name : `${directory}/${name}`
      if (ctx.snapshot.files.has(relPath) || isSkipped(name)) continue
      if (isPython(name)) found.push(relPath)
      // a name with an extension is hardly ever a directory: asked all the same, one `stat` each
      else if (yield* isDirectory(path.join(ctx.root, relPath))) pending.push(relPath)
    }
  }
  return yield* Effect.forEach(found.sort(), (relPath) => identityOf(path.join(ctx.root, relPath)), { concurrency: 16 })
})

const isDirectory = Effect.fnUntraced(function*(file: string) {
  const fs = yield* FileSystem.FileSystem
  const isLink = yield* Effect.option(fs.readLink(file))
  if (Option.isSome(isLink)) return false
  return yield* fs.stat(file).pipe(Effect.map(({ type }) => type === "Directory"), Effect.orElseSucceed(() => false))
})

const contentOf = Effect.fnUntraced(function*(file: string) {
  const fs = yield* FileSystem.FileSystem
  return yield* fs.readFile(file).pipe(
    Effect.map((bytes) => `${file} ${sha256(bytes)}`),
    // absent is a state like any other: a file that appears changes the key
    Effect.orElseSucceed(() => `${file} is not there`)
  )
})

/**
 * Reads files, starts nothing.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = Effect.fn("runKey.make")(function*(given: {
  readonly ourVersion: string
  readonly ctx: PipelineContext
  readonly checker: Checker
  readonly location: ToolLocation
  readonly settings: ToolSettings
  readonly args: ReadonlyArray<string>
  /** Of the Python environment; empty when the checker does not use it. */
  readonly environment: string
  /** Of `unlistedPython`. */
  readonly unlisted: ReadonlyArray<string>
}) {
  const { args, checker, ctx, environment, location, ourVersion, settings, unlisted } = given
  const [identity, configuration] = yield* Effect.all([
    identityOf(location.identity),
    Effect.flatMap(checker.configurationFiles(ctx), (files) => Effect.forEach(files, contentOf, { concurrency: 8 }))
  ], { concurrency: "unbounded" })
  const content = [...ctx.snapshot.files].filter(([relPath]) => checker.reads(relPath)).sort()
  const variables = Object.entries({ ...checker.env, ...settings.env }).sort().map(([name, value]) => [
    name,
    sha256(value)
  ])
  return sha256(JSON.stringify([
    ourVersion,
    checker.tool,
    ctx.root,
    [location.executable, ...location.prefixArgs, ...args],
    identity,
    content,
    unlisted,
    configuration,
    variables,
    environment
  ]))
})
