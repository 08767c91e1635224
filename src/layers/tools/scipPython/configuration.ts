/**
 * The configuration of an index: what the repository says to pyright, with the files that are ours to choose.
 *
 * scip-python reads one configuration file, so ours hides that of the repository, and has all of it in it.
 *
 * @since 0.1.0
 */
import * as FileSystem from "@effect/platform/FileSystem"
import * as Path from "@effect/platform/Path"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import type { PipelineContext } from "../../../domain/PipelineContext.js"
import { settingsOf } from "../../../domain/ToolsConfig.js"
import { isBelow } from "../../repository/paths.js"
import * as CommandLine from "../pyright/commandLine.js"
import { type Document, load, record, type Settings } from "../pyright/configurationFile.js"

/**
 * The name that scip-python looks for first.
 *
 * @since 0.1.0
 * @category constants
 */
export const FILE_NAME = "scip-pyrightconfig.json"

/** scip-python 0.6.6 takes a version that it does not know for 3.11. */
const NEWEST_PYTHON = 12

/** A list that is not empty switches off pyright's own: files in hidden directories are modules like any other. */
const NOTHING = [".no-such-file"]

/** Which files are read is ours to say; the configuration that is extended has been read. */
const ours: ReadonlyArray<string> = ["include", "exclude", "ignore", "extends"]

/**
 * @since 0.1.0
 * @category models
 */
export interface Configuration {
  /** With absolute paths: those of the repository's modules are in the workspace. */
  readonly settings: Settings
  /** Directories that modules are named from, relative to the repository, `.` for itself. */
  readonly importRoots: ReadonlyArray<string>
}

const known = (version: unknown): unknown => {
  const [, major, minor] = Predicate.isString(version) ? /^(\d+)\.(\d+)/.exec(version) ?? [] : []
  if (major === undefined || minor === undefined) return version
  return major === "3" && Number(minor) > NEWEST_PYTHON ? `3.${NEWEST_PYTHON}` : `${major}.${minor}`
}

const strings = (value: unknown): ReadonlyArray<string> => Array.isArray(value) ? value.filter(Predicate.isString) : []

/**
 * The command line of pyright decides which configuration file counts, unless there is one for scip-python.
 *
 * @since 0.1.0
 * @category constructors
 */
export const commandLine = Effect.fnUntraced(function*(ctx: PipelineContext) {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const file = path.join(ctx.root, FILE_NAME)
  const isThere = yield* Effect.isSuccess(fs.access(file))
  const given = CommandLine.parse(settingsOf(ctx.config, "pyright").args)
  return { ...given, files: [], project: isThere ? Option.some(file) : given.project }
})

/** Where paths of a configuration file are, seen from a workspace. */
const makePlaces = (path: Path.Path, ctx: PipelineContext, workspace: string) => {
  const directories = new Set(ctx.modules.flatMap(({ relPath }) => {
    const parts = relPath.split("/")
    return parts.map((_, count) => parts.slice(0, count).join("/") || ".")
  }))
  const inside = (absolute: string): Option.Option<string> =>
    isBelow(ctx.root, absolute) ? Option.some(path.relative(ctx.root, absolute) || ".") : Option.none()
  // what has no module (an environment, ignored stubs) is no part of the index: it stays where it is
  const rootOf = (absolute: string): Option.Option<string> =>
    Option.filter(inside(absolute), (relPath) => directories.has(relPath))
  const placed = (directory: string, value: string): string => {
    const absolute = path.resolve(directory, value)
    return Option.match(rootOf(absolute), {
      onNone: () => absolute,
      onSome: (relPath) => path.join(workspace, relPath)
    })
  }
  return { inside, rootOf, placed }
}

type Places = ReturnType<typeof makePlaces>

const paths: ReadonlyArray<string> = ["stubPath", "typingsPath", "typeshedPath"]

const relocate = (path: Path.Path, places: Places, { directory, settings }: Document): Settings => {
  const place = (value: unknown) => Predicate.isString(value) ? places.placed(directory, value) : value
  const list = (value: unknown) => Array.isArray(value) ? value.map(place) : value
  const one = (key: string, value: unknown): unknown => {
    if (paths.includes(key)) return place(value)
    if (key === "extraPaths") return list(value)
    if (key === "venvPath") return Predicate.isString(value) ? path.resolve(directory, value) : value
    if (key === "pythonVersion") return known(value)
    if (key === "strict") {
      // globs have to be relative
      return strings(value).flatMap((glob) => Option.toArray(places.inside(path.resolve(directory, glob))))
    }
    if (key === "executionEnvironments") return Array.isArray(value) ? value.map((each) => nested(each)) : value
    return value
  }
  const nested = (environment: unknown): Settings =>
    Object.fromEntries(
      Object.entries(record(environment)).map(([key, value]) => [key, key === "root" ? place(value) : one(key, value)])
    )
  return Object.fromEntries(
    Object.entries(settings).filter(([key]) => !ours.includes(key)).map(([key, value]) => [key, one(key, value)])
  )
}

/** Roots of environments, extra paths and stubs in the repository: modules have their names from there as well. */
const namingRoots = (
  path: Path.Path,
  places: Places,
  root: string,
  documents: ReadonlyArray<Document>
): ReadonlyArray<string> => {
  const defaults: Document = { directory: root, settings: { stubPath: "typings" } }
  return [defaults, ...documents].flatMap(({ directory, settings }) => {
    const environments = Array.isArray(settings["executionEnvironments"])
      ? settings["executionEnvironments"].map(record)
      : []
    return [
      ...environments.flatMap((each) => [each["root"], ...strings(each["extraPaths"])]),
      ...strings(settings["extraPaths"]),
      settings["stubPath"],
      settings["typingsPath"]
    ].filter(Predicate.isString).flatMap((each) => Option.toArray(places.rootOf(path.resolve(directory, each))))
  })
}

/**
 * For an index of the files of `include` in a workspace that shows the repository. The same settings make a shard equal
 * to an index of all.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = Effect.fn("scipPython.configuration")(
  function*(ctx: PipelineContext, workspace: string, include: ReadonlyArray<string>) {
    const path = yield* Path.Path
    // what is configured may lead anywhere
    const { documents } = ctx.config.untrusted
      ? { documents: [] }
      : yield* load(ctx.root, yield* commandLine(ctx))
    const places = makePlaces(path, ctx, workspace)
    const theirs = documents.reduce<Settings>(
      (merged, document) => ({ ...merged, ...relocate(path, places, document) }),
      {}
    )
    const roots = ctx.importRoots.filter((root) => root !== ".").map((root) => path.join(workspace, root))
    const version = Option.match(ctx.interpreter, {
      onNone: () => ({}),
      onSome: (each) => ({ pythonVersion: known(each.version) })
    })
    const configuration: Configuration = {
      settings: {
        ...version,
        ...theirs,
        extraPaths: [...new Set([...strings(theirs["extraPaths"]), ...roots])],
        // an empty list would mean everything
        include: include.length > 0 ? include : NOTHING,
        exclude: NOTHING
      },
      importRoots: [...new Set([...ctx.importRoots, ...namingRoots(path, places, ctx.root, documents)])]
    }
    return configuration
  }
)
