/**
 * What a tool's result depends on, hashed: while it is the same, the result may stand.
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
import * as LocalFiles from "./localFiles.js"
import { callerEnvironment } from "./toolEnvironment.js"
import type { Keyed } from "./tools/toolAccess.js"

const sha256 = (data: string | Uint8Array) => createHash("sha256").update(data).digest("hex")

/** A script that starts the tool proper may stay as it is when the tool changes: its package is asked too. */
const SMALL = 256 * 1024

/** Real path, size, time of change, and for a script its content and its package: what a tool is, without asking it. */
export const identityOf = Effect.fnUntraced(function*(file: string) {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  return yield* Effect.gen(function*() {
    const real = yield* fs.realPath(file)
    const { mtime, size } = yield* fs.stat(real)
    const script = size <= SMALL
      ? [yield* contentOf(real), yield* contentOf(path.join(path.dirname(real), "package.json"))]
      : []
    return [real, size, Option.match(mtime, { onNone: () => "", onSome: (time) => time.getTime() }), ...script].join(
      " "
    )
  }).pipe(Effect.orElseSucceed(() => `${file} is not there`))
})

// absent is a state like any other: a file that appears changes the key
const contentLine = (file: string, bytes: Option.Option<Uint8Array>): string =>
  Option.match(bytes, { onNone: () => `${file} is not there`, onSome: (data) => `${file} ${sha256(data)}` })

const contentOf = (file: string) => Effect.map(LocalFiles.readBytes(file), (bytes) => contentLine(file, bytes))

/**
 * Values of configured arguments that are files count by their content; a directory or an interpreter is too much, but in
 * the repository of a tool that depends on all of it.
 */
const argumentFiles = Effect.fnUntraced(function*(ctx: PipelineContext, keyed: Keyed, words: ReadonlyArray<string>) {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const contents: Array<string> = []
  for (const word of words) {
    const named = word.startsWith("-") ? word.slice(word.indexOf("=") + 1) : word
    const file = path.resolve(ctx.root, named)
    const info = yield* Effect.option(fs.stat(file))
    if (Option.isNone(info)) continue
    if (keyed.readsEverything && `${file}/`.startsWith(`${ctx.root}/`)) continue
    if (info.value.type !== "File" || (info.value.mode & 0o111) !== 0) return Option.none<ReadonlyArray<string>>()
    contents.push(yield* contentOf(file))
  }
  return Option.some(contents)
})

const callerVariables = ({ callerVariables = () => false }: Keyed) =>
  Effect.map(
    Effect.orDie(callerEnvironment),
    (all) => Object.fromEntries(Object.entries(all).filter(([name]) => callerVariables(name)))
  )

const OWN_INTERPRETER = /^\s*["']?(?:python[-_]interpreter|fallback[-_]python|python_executable|conda[-_]environment)/m
const SEARCH_PATH = /^\s*["']?(?:search[-_]path|site[-_]package[-_]path|mypy_path)["']?\s*[=:]([^=]*)/gm

/** Whether a configuration sends the tool to an interpreter of its own or to code that is not in the repository. */
const leadsElsewhere = (text: string) =>
  OWN_INTERPRETER.test(text) ||
  [...text.matchAll(SEARCH_PATH)].some(([, value = ""]) => /\.\.|(?:^|[\s"'[,:])[/~$]/.test(value))

/**
 * @since 0.1.0
 * @category models
 */
export interface Keys {
  readonly key: Option.Option<string>
  /** Without the content of the modules. */
  readonly baseKey: Option.Option<string>
}

const unknown: Keys = { key: Option.none(), baseKey: Option.none() }

/**
 * None when something that the result depends on is not known well enough: then it is never reused. Reads files, starts
 * nothing.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = Effect.fn("runKey.make")(function*(given: {
  readonly ourVersion: string
  readonly ctx: PipelineContext
  readonly keyed: Keyed
  readonly location: ToolLocation
  readonly settings: ToolSettings
  readonly args: ReadonlyArray<string>
  /** Of the Python environment; empty when the tool does not use it. */
  readonly environment: string
  readonly outside: Option.Option<ReadonlyArray<string>>
}) {
  const { args, ctx, environment, keyed, location, ourVersion, outside, settings } = given
  const configured = yield* keyed.configurationFiles(ctx)
  const [identity, read, named] = yield* Effect.all([
    identityOf(location.identity),
    Effect.forEach(configured, LocalFiles.readBytes, { concurrency: 1 }),
    argumentFiles(ctx, keyed, settings.args)
  ], { concurrency: "unbounded" })
  if (Option.isNone(outside) || Option.isNone(named)) return unknown
  const texts = read.flatMap(Option.toArray).map((bytes) => new TextDecoder().decode(bytes))
  if (keyed.usesInterpreter && texts.some(leadsElsewhere)) return unknown
  const configuration = configured.map((file, index) => contentLine(file, read[index] ?? Option.none()))
  const content = [...ctx.snapshot.files].filter(([relPath]) => keyed.reads(relPath)).sort()
  const variables = Object.entries({ ...yield* callerVariables(keyed), ...keyed.env, ...settings.env }).sort().map((
    [name, value]
  ) => [
    name,
    sha256(value)
  ])
  const keyOver = (files: ReadonlyArray<unknown>) =>
    Option.some(sha256(JSON.stringify([
      ourVersion,
      keyed.tool,
      ctx.root,
      [location.executable, ...location.prefixArgs, ...args],
      identity,
      files,
      outside.value,
      named.value,
      configuration,
      variables,
      environment
    ])))
  if (keyed.isIncremental !== true) return { key: keyOver(content), baseKey: Option.none() }
  const modules = new Set(ctx.modules.map(({ relPath }) => relPath))
  const others = content.filter(([relPath]) => !modules.has(relPath))
  const keys: Keys = {
    key: keyOver(content),
    baseKey: keyOver([...others, ["import roots", ...ctx.importRoots], ["links", ...[...ctx.aliases].flat()]])
  }
  return keys
})
