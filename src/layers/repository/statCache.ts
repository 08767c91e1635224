/**
 * Content hashes remembered between processes: a file whose size, times and inode are the same is not read again.
 *
 * One line of text says what it is, then come records that end with a NUL: `signature hash lines path`. Decoding 10,000
 * of them takes 10 ms; JSON with a Schema takes five times that.
 *
 * @since 0.1.0
 */
import * as Path from "@effect/platform/Path"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { PipelineContext, PipelinePaths } from "../../domain/PipelineContext.js"
import { replaceFile } from "../replaceFile.js"
import * as RegularFile from "./regularFile.js"
import { STAT_CACHE } from "./stateDirectory.js"

/**
 * @since 0.1.0
 * @category models
 */
export interface Remembered {
  readonly signature: string
  readonly hash: string
  readonly lines: number
}

/**
 * @since 0.1.0
 * @category models
 */
export type StatCache = ReadonlyMap<string, Remembered>

const header = (count: number) => `codeintel stat cache 1, ${count} files\n`

const record = /^(\d+:-?\d+:-?\d+:\d+) ([0-9a-f]{64}) (\d+) (.+)$/s

/**
 * @since 0.1.0
 * @category encoding
 */
export const encode = (cache: StatCache): string =>
  header(cache.size) +
  Array.from(cache, ([relPath, { hash, lines, signature }]) => `${signature} ${hash} ${lines} ${relPath}\0`).join("")

/**
 * None for anything but a whole file of this version.
 *
 * @since 0.1.0
 * @category decoding
 */
export const decode = (text: string): Option.Option<StatCache> => {
  const records = text.slice(text.indexOf("\n") + 1).split("\0")
  if (records.pop() !== "" || !text.startsWith(header(records.length))) return Option.none()
  const cache = new Map<string, Remembered>()
  for (const line of records) {
    const [, signature, hash, lines, relPath] = record.exec(line) ?? []
    if (signature === undefined || hash === undefined || relPath === undefined) return Option.none()
    cache.set(relPath, { signature, hash, lines: Number(lines) })
  }
  return Option.some(cache)
}

/**
 * What a context knows: of files that changed shortly before they were read it knows nothing that lasts.
 *
 * @since 0.1.0
 * @category constructors
 */
export const ofContext = ({ modules, snapshot }: PipelineContext): StatCache => {
  const lines = new Map(modules.map((module) => [module.relPath, module.lines]))
  const cache = new Map<string, Remembered>()
  for (const [relPath, signature] of snapshot.stats ?? []) {
    const hash = snapshot.files.get(relPath)
    if (hash !== undefined) cache.set(relPath, { signature, hash, lines: lines.get(relPath) ?? 0 })
  }
  return cache
}

const fileOf = Effect.fnUntraced(function*(paths: PipelinePaths) {
  return (yield* Path.Path).join(paths.state, STAT_CACHE)
})

/**
 * Empty when there is none that can be used: then all files are read.
 *
 * @since 0.1.0
 * @category constructors
 */
export const load = Effect.fn("statCache.load")(function*(paths: PipelinePaths) {
  const text = yield* Effect.option(RegularFile.readText(yield* fileOf(paths)))
  return Option.getOrElse(Option.flatMap(text, decode), (): StatCache => new Map())
})

/**
 * @since 0.1.0
 * @category destructors
 */
export const save = Effect.fn("statCache.save")(function*(paths: PipelinePaths, cache: StatCache) {
  yield* replaceFile(yield* fileOf(paths), encode(cache))
})
