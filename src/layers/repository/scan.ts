/**
 * From a list of files to a snapshot of their content. Files that are as they were remembered are not read.
 *
 * @since 0.1.0
 */
import * as FileSystem from "@effect/platform/FileSystem"
import * as Arr from "effect/Array"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { Module } from "../../domain/PipelineContext.js"
import { resolveLink } from "./aliases.js"
import * as Content from "./content.js"
import * as FileStat from "./fileStat.js"
import { isPython } from "./paths.js"
import type { Remembered, StatCache } from "./statCache.js"

const READERS = 16

/**
 * A file that changed in this time before it was read may change once more without another time of change: as coarse as
 * FAT, the coarsest. Git calls such a file racily clean.
 */
const RACY_MS = 2000

/**
 * The hash of what cannot be read.
 *
 * @since 0.1.0
 * @category constants
 */
export const UNREADABLE = Content.sha256("codeintel\0unreadable")

/**
 * @since 0.1.0
 * @category refinements
 */
export const isUnreadable = ({ contentHash }: { readonly contentHash: string }): boolean => contentHash === UNREADABLE

/**
 * @since 0.1.0
 * @category models
 */
export interface Scan {
  /** SHA-256 over `files`, sorted by path; hexadecimal. */
  readonly id: string
  readonly files: ReadonlyMap<string, string>
  readonly stats: ReadonlyMap<string, string>
  readonly written: ReadonlyMap<string, string>
  /** Sorted by path. */
  readonly modules: ReadonlyArray<Omit<Module, "moduleName">>
  readonly aliases: ReadonlyMap<string, string>
  readonly notices: ReadonlyArray<string>
}

/** One file of the snapshot. */
interface Entry {
  readonly relPath: string
  readonly content: Content.Content
  readonly isModule: boolean
  /** None: to be read again the next time. */
  readonly signature: Option.Option<string>
  readonly written: string
  readonly alias: Option.Option<string>
}

interface Found {
  readonly relPath: string
  readonly stat: FileStat.FileStat
}

const SHOWN = 5

const summary = (what: string, files: ReadonlyArray<{ readonly relPath: string }>): ReadonlyArray<string> => {
  if (files.length === 0) return []
  const shown = files.slice(0, SHOWN).map(({ relPath }) => /\p{Cc}/u.test(relPath) ? JSON.stringify(relPath) : relPath)
  const more = files.length > SHOWN ? ` and ${files.length - SHOWN} more` : ""
  return [`${shown.join(", ")}${more}: ${what}`]
}

/**
 * The identity of content: SHA-256 over path and hash of every file, in the order of the paths.
 *
 * @since 0.1.0
 * @category constructors
 */
export const snapshotId = (files: ReadonlyMap<string, string>): string =>
  Content.sha256([...files.keys()].sort().map((relPath) => `${relPath}\0${files.get(relPath) ?? ""}\0`).join(""))

/** A crafted index may say `../x`. */
const leadsOut = (relPath: string) => relPath.startsWith("/") || relPath.split("/").includes("..")

const reused = ({ relPath, stat }: Found, { hash, lines, signature }: Remembered): Entry => ({
  relPath,
  content: { hash, lines, bytes: stat.bytes },
  isModule: isPython(relPath),
  signature: Option.some(signature),
  written: stat.written,
  alias: Option.none()
})

const unreadable = ({ relPath, stat }: Found): Entry => ({
  relPath,
  content: { hash: UNREADABLE, lines: 0, bytes: stat.bytes },
  isModule: isPython(relPath),
  signature: Option.none(),
  written: stat.written,
  alias: Option.none()
})

/** None when the file has gone meanwhile. */
const readFile = (root: string, file: Found, settledBefore: number) => {
  const { relPath, stat } = file
  const isModule = isPython(relPath)
  return Content.read(`${root}/${relPath}`, stat.bytes, isModule).pipe(
    Effect.map((content): Option.Option<Entry> => {
      const signature = stat.changedAtMs < settledBefore ? Option.some(stat.signature) : Option.none()
      return Option.some({ relPath, content, isModule, signature, written: stat.written, alias: Option.none() })
    }),
    Effect.catchAll((error) =>
      Effect.succeed(
        error._tag === "SystemError" && error.reason === "NotFound" ? Option.none() : Option.some(unreadable(file))
      )
    )
  )
}

const readLink = Effect.fnUntraced(function*(root: string, { relPath }: Found) {
  const fs = yield* FileSystem.FileSystem
  const target = yield* Effect.option(fs.readLink(`${root}/${relPath}`))
  const alias = yield* resolveLink(root, relPath)
  return Option.map(target, (text): Entry => ({
    relPath,
    content: { hash: Content.sha256(`symbolic link\0${text}`), lines: 0, bytes: 0 }, // no file has this text
    isModule: false,
    signature: Option.none(),
    written: "",
    alias
  }))
})

const assemble = (entries: ReadonlyArray<Entry>, notices: ReadonlyArray<string>): Scan => {
  const files = new Map<string, string>()
  const stats = new Map<string, string>()
  const written = new Map<string, string>()
  const modules: Array<Omit<Module, "moduleName">> = []
  const aliases = new Map<string, string>()
  for (const { alias, content: { bytes, hash, lines }, isModule, relPath, signature, written: when } of entries) {
    files.set(relPath, hash)
    if (Option.isSome(signature)) stats.set(relPath, signature.value)
    if (isModule) {
      modules.push({ relPath, contentHash: hash, bytes, lines })
      written.set(relPath, when)
    }
    if (Option.isSome(alias)) aliases.set(relPath, alias.value)
  }
  return { id: snapshotId(files), files, stats, written, modules, aliases, notices }
}

/**
 * A file that is gone when it is looked at is not in the snapshot.
 *
 * @since 0.1.0
 * @category constructors
 */
export const scan = Effect.fn("repository.scan")(
  function*(root: string, relPaths: ReadonlyArray<string>, remembered: StatCache) {
    const settledBefore = (yield* Clock.currentTimeMillis) - RACY_MS
    const sorted = [...new Set(relPaths)].filter((relPath) => !leadsOut(relPath)).sort()
    const stats = yield* FileStat.lstatAll(root, sorted)
    const found = Arr.zipWith(sorted, stats, (relPath, stat): Found => ({ relPath, stat }))
    const of = (kind: FileStat.FileStat["kind"]) => found.filter(({ stat }) => stat.kind === kind)

    const known: Array<Entry> = []
    const unknown: Array<Found> = []
    for (const file of of("file")) {
      const entry = remembered.get(file.relPath)
      if (entry !== undefined && entry.signature === file.stat.signature) known.push(reused(file, entry))
      else unknown.push(file)
    }
    const read = yield* Effect.forEach(unknown, (file) => readFile(root, file, settledBefore), { concurrency: READERS })
    const links = yield* Effect.forEach(of("link"), (file) => readLink(root, file), { concurrency: READERS })

    const entries = [
      ...known,
      ...of("refused").map(unreadable),
      ...[...read, ...links].flatMap(Option.toArray)
    ].sort((a, b) => a.relPath < b.relPath ? -1 : 1)
    const notices = [
      ...summary("not UTF-8 in the name, left out", of("missing").filter(({ relPath }) => relPath.includes("\uFFFD"))),
      ...summary("neither a file nor a directory nor a link, left out", of("other")),
      ...summary(
        "cannot be read, its content counts as unknown",
        entries.filter(({ content }) => content.hash === UNREADABLE)
      )
    ]
    return assemble(entries, notices)
  }
)
