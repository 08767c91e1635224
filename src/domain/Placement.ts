/**
 * From the paths of a report that was made elsewhere to files of the repository.
 *
 * @since 0.1.0
 */
import * as Data from "effect/Data"
import { followAliases } from "./aliases.js"
import type { PipelineContext } from "./PipelineContext.js"

/**
 * Paths below `from` are meant to be below `to`, which is relative to the repository (`.`: its root). In `from`, a `*` is
 * any one part of a path, and a leading `*`, followed by `/`, any number of them; `.` is where relative paths begin.
 *
 * @since 0.1.0
 * @category models
 */
export interface PathMapping {
  readonly from: string
  readonly to: string
}

/**
 * What told which file a path is of.
 *
 * - `map`: a mapping that was given for the report; `paths`: one of the configuration
 * - `exact`: the path itself; `root`: what is left of it below a directory that the report names as its root
 * - `installed`: what is left of it below `site-packages`, in an import root
 * - `suffix`: its end
 *
 * @since 0.1.0
 * @category models
 */
export type PlacedBy = "map" | "exact" | "root" | "paths" | "installed" | "suffix"

/**
 * @since 0.1.0
 * @category models
 */
export type Place = Data.TaggedEnum<{
  /** `said` is relative, too; other than `relPath` it may go through symbolic links. */
  File: { readonly relPath: string; readonly said: string; readonly by: PlacedBy }
  /** It may be of any of these. */
  Ambiguous: { readonly candidates: ReadonlyArray<string> }
  Unmatched: Record<never, never>
}>

/**
 * @since 0.1.0
 * @category constructors
 */
export const Place = Data.taggedEnum<Place>()

/**
 * Path, as the report has it -> the file it is of.
 *
 * @since 0.1.0
 * @category models
 */
export type Placement = ReadonlyMap<string, Place>

/**
 * @since 0.1.0
 * @category models
 */
export interface PlacementOptions {
  /** Directories that the report says it was made in, absolute. */
  readonly roots?: ReadonlyArray<string>
  /** Mappings that were given for this report: they go before all. */
  readonly maps?: ReadonlyArray<PathMapping>
}

type Repository = Pick<PipelineContext, "root" | "snapshot" | "aliases" | "importRoots" | "config">

/** Parts without `.` and what `..` takes back; none when it leads out of where it begins. */
const partsOf = (path: string): ReadonlyArray<string> | undefined => {
  const parts: Array<string> = []
  for (const part of path.split("/")) {
    if (part === "" || part === ".") continue
    if (part !== "..") parts.push(part)
    else if (parts.pop() === undefined) return undefined
  }
  return parts
}

/** A name of Windows too: with `/`, and the letter of the drive as its first part. */
interface Name {
  readonly isAbsolute: boolean
  readonly parts: ReadonlyArray<string>
}

const nameOf = (text: string): Name | undefined => {
  const slashed = text.replaceAll("\\", "/")
  const [, drive = "", rest = ""] = /^([A-Za-z]:)?(.*)$/s.exec(slashed) ?? []
  const parts = partsOf(rest)
  return parts && {
    isAbsolute: rest.startsWith("/") || drive !== "",
    parts: drive === "" ? parts : [drive.toLowerCase(), ...parts]
  }
}

const matchesAt = (parts: ReadonlyArray<string>, at: number, pattern: ReadonlyArray<string>): boolean =>
  at + pattern.length < parts.length && pattern.every((part, index) => part === "*" || part === parts[at + index])

/** What is left of a name below `from`; none when it is not below it. */
const below = ({ isAbsolute, parts }: Name, from: string): ReadonlyArray<string> | undefined => {
  const pattern = nameOf(from)
  if (pattern === undefined) return undefined
  const [first, ...rest] = pattern.parts
  if (first === "*" && rest.length > 0 && !pattern.isAbsolute) {
    for (let at = 0; at < parts.length; at++) {
      if (matchesAt(parts, at, rest)) return parts.slice(at + rest.length)
    }
    return undefined
  }
  return isAbsolute === pattern.isAbsolute && matchesAt(parts, 0, pattern.parts)
    ? parts.slice(pattern.parts.length)
    : undefined
}

const INSTALLED: ReadonlyArray<string> = ["site-packages", "dist-packages"]

/** A name and a file that end alike: the name is `prefix` and then the same as the file after `base`. */
interface Alike {
  readonly isAbsolute: boolean
  readonly prefix: string
  readonly base: string
  readonly length: number
  readonly relPath: string
  /** All of the file's path is the end of the name, or the other way round. */
  readonly isWhole: boolean
}

const alike = ({ isAbsolute, parts }: Name, relPath: string): Alike => {
  const file = relPath.split("/")
  let length = 0
  while (length < Math.min(parts.length, file.length) && parts.at(-1 - length) === file.at(-1 - length)) length++
  return {
    isAbsolute,
    prefix: parts.slice(0, parts.length - length).join("/"),
    base: file.slice(0, file.length - length).join("/"),
    length,
    relPath,
    isWhole: length === file.length || !isAbsolute && length === parts.length
  }
}

/** Two parts or more, or the whole path of a file: less is no more than a name that many files have. */
const isTelling = ({ isWhole, length }: Alike) => isWhole || length > 1

const longest = (name: Name, named: ReadonlyMap<string, ReadonlyArray<string>>): ReadonlyArray<Alike> => {
  const all = (named.get(name.parts.at(-1) ?? "") ?? []).map((relPath) => alike(name, relPath))
  const length = all.reduce((most, each) => Math.max(most, each.length), 0)
  return all.filter((each) => each.length === length)
}

/** The directory that most names have in place of one of the repository; none where that is not clear. */
const commonRoot = (unique: Iterable<Alike>): Alike | undefined => {
  const votes = new Map<string, { readonly first: Alike; count: number }>()
  for (const each of unique) {
    const key = [each.isAbsolute, each.prefix, each.base].join("\0")
    const known = votes.get(key)
    if (known === undefined) votes.set(key, { first: each, count: 1 })
    else known.count++
  }
  const most = [...votes.values()].sort((a, b) =>
    b.count - a.count || a.first.base.length - b.first.base.length || b.first.length - a.first.length
  )
  const [first, second] = most
  if (first === undefined || (first.count === 1 && !isTelling(first.first))) return undefined
  const isTied = second !== undefined && second.count === first.count &&
    (second.first.base === "") === (first.first.base === "")
  return isTied ? undefined : first.first
}

/** What is no more than likely, of a file that another name is of, too, is ambiguous. */
const withoutDoubles = (places: Map<string, Place>, byEnd: ReadonlySet<string>): Placement => {
  const likely = new Map<string, Array<string>>()
  const certain = new Set<string>()
  for (const [text, found] of places) {
    if (found._tag !== "File") continue
    if (!byEnd.has(text) && found.by !== "installed") certain.add(found.relPath)
    else likely.set(found.relPath, [...likely.get(found.relPath) ?? [], text])
  }
  for (const [relPath, texts] of likely) {
    if (texts.length === 1 && !certain.has(relPath)) continue
    for (const text of texts) places.set(text, Place.Ambiguous({ candidates: [relPath] }))
  }
  return places
}

/**
 * Of these names, the files. The first of the rules (see `PlacedBy`, in this order) that leads to a file of the snapshot
 * decides. By its end a name is placed when most names have the same directory in place of one of the repository, or when
 * the whole path of one file, of two parts or more, is the longest end; never when two names would be one file.
 *
 * @since 0.1.0
 * @category constructors
 */
export const place = (ctx: Repository, names: Iterable<string>, options: PlacementOptions = {}): Placement => {
  const { aliases, importRoots, snapshot: { files } } = ctx
  const isFile = (relPath: string) => files.has(relPath) && !aliases.has(relPath)
  const fileAt = (parts: ReadonlyArray<string> | undefined, by: PlacedBy) => {
    const said = parts?.join("/") ?? ""
    const relPath = followAliases(aliases, said)
    return isFile(relPath) ? [Place.File({ relPath, said, by })] : []
  }
  const mapped = (name: Name, maps: ReadonlyArray<PathMapping>, by: PlacedBy) =>
    maps.flatMap(({ from, to }) => {
      const [rest, base] = [below(name, from), partsOf(to)]
      return rest === undefined || base === undefined ? [] : fileAt([...base, ...rest], by)
    })
  const configured = Object.entries(ctx.config.paths ?? {}).flatMap(([to, all]) => all.map((from) => ({ from, to })))
  const roots = [...options.roots ?? []].sort((a, b) => b.length - a.length)

  const installed = (name: Name) => {
    const at = name.parts.findLastIndex((part) => INSTALLED.includes(part))
    if (at < 0) return []
    const found = importRoots.flatMap((root) =>
      fileAt([...partsOf(root) ?? [], ...name.parts.slice(at + 1)], "installed")
    )
    return found.length > 1 ? [Place.Ambiguous({ candidates: found.map(({ relPath }) => relPath) })] : found
  }
  const direct = (text: string, name: Name): Place | undefined =>
    [
      ...mapped(name, options.maps ?? [], "map"),
      // a file may have a \ in its name
      ...fileAt(partsOf(text), "exact").filter(() => !name.isAbsolute),
      ...name.isAbsolute ? fileAt(below(name, ctx.root), "exact") : fileAt(name.parts, "exact"),
      ...roots.flatMap((root) => fileAt(below(name, root), "root")),
      ...mapped(name, configured, "paths"),
      ...installed(name)
    ][0]

  const places = new Map<string, Place>()
  const open = new Map<string, Name>()
  for (const text of names) {
    const name = nameOf(text)
    const found = name && direct(text, name)
    // what is on this machine below the repository and not in the snapshot is ignored, or gone
    const isElsewhere = name !== undefined && !name.parts.some((part) => INSTALLED.includes(part)) &&
      below(name, ctx.root) === undefined
    if (found === undefined && isElsewhere) open.set(text, name)
    else places.set(text, found ?? Place.Unmatched())
  }

  const named = new Map<string, Array<string>>()
  if (open.size > 0) {
    for (const relPath of [...files.keys()].filter(isFile)) {
      const basename = relPath.slice(relPath.lastIndexOf("/") + 1)
      const all = named.get(basename)
      if (all === undefined) named.set(basename, [relPath])
      else all.push(relPath)
    }
  }
  const ends = new Map([...open].map(([text, name]) => [text, longest(name, named)] as const))
  const common = commonRoot([...ends.values()].flatMap((all) => all.length === 1 ? all : []))
  const likely = new Set<string>()
  for (const [text, name] of open) {
    const all = ends.get(text) ?? []
    const [only] = all
    const prefix = common === undefined || common.prefix === "" ? [] : common.prefix.split("/")
    const isBelow = common !== undefined && common.isAbsolute === name.isAbsolute && matchesAt(name.parts, 0, prefix)
    const [byRoot] = isBelow
      ? fileAt([...partsOf(common.base) ?? [], ...name.parts.slice(prefix.length)], "suffix")
      : []
    if (byRoot !== undefined) places.set(text, byRoot)
    else if (all.length > 1) places.set(text, Place.Ambiguous({ candidates: all.map(({ relPath }) => relPath) }))
    else if (only !== undefined && only.isWhole && only.length > 1 && !(isBelow && prefix.length > 0)) {
      likely.add(text)
      places.set(text, Place.File({ relPath: only.relPath, said: only.relPath, by: "suffix" }))
    } else places.set(text, Place.Unmatched())
  }
  return withoutDoubles(places, likely)
}
