/**
 * pyright's configuration files: which is taken, and what it extends.
 *
 * @since 0.1.0
 */
import * as Path from "@effect/platform/Path"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import * as Jsonc from "jsonc-parser"
import * as LocalFiles from "../../localFiles.js"
import { parseToml, readText, upTheTree } from "../configuration.js"
import type { CommandLine } from "./commandLine.js"

/**
 * @since 0.1.0
 * @category models
 */
export type Settings = Readonly<Record<string, unknown>>

/**
 * @since 0.1.0
 * @category models
 */
export interface Document {
  /** What its relative paths are relative to. */
  readonly directory: string
  readonly settings: Settings
}

/**
 * @since 0.1.0
 * @category models
 */
export interface Loaded {
  /** The directory of the nearest configuration file, else the repository: where a search without `include` begins. */
  readonly projectRoot: string
  /** Absolute, in the order they were read. */
  readonly files: ReadonlyArray<string>
  /** What they say, the base of the others first. */
  readonly documents: ReadonlyArray<Document>
  /** Why one of them is no configuration file; pyright goes on without it, and ends with 3. */
  readonly broken: Option.Option<string>
}

const jsonName = "pyrightconfig.json"
const tomlName = "pyproject.toml"

/**
 * A table or an object; anything else has no settings.
 *
 * @since 0.1.0
 * @category constructors
 */
export const record = (value: unknown): Settings => Predicate.isRecord(value) ? value : {}

/**
 * The files that decide when they are there, absolute.
 *
 * @since 0.1.0
 * @category constructors
 */
export const candidates = (path: Path.Path, root: string): ReadonlyArray<string> =>
  upTheTree(path, root).flatMap((directory) => [path.join(directory, jsonName), path.join(directory, tomlName)])

const exists = (file: string) => Effect.map(LocalFiles.stat(file), Option.isSome)

const findUp = Effect.fnUntraced(function*(directory: string, name: string) {
  const path = yield* Path.Path
  return yield* Effect.findFirst(upTheTree(path, directory).map((each) => path.join(each, name)), exists)
})

/** What is nested too deeply for the stack is none, as it is to pyright. */
const parseJson = (text: string): Option.Option<unknown> =>
  Option.flatten(
    Option.liftThrowable(() => {
      const errors: Array<Jsonc.ParseError> = []
      const value: unknown = Jsonc.parse(text, errors, { allowTrailingComma: true })
      return errors.length === 0 ? Option.some(value) : Option.none()
    })()
  )

const pyrightOf = (pyproject: unknown): unknown => record(record(pyproject)["tool"])["pyright"]

/** The settings in a file, none when it has nothing for pyright; left when it is no configuration file. */
const parse = Effect.fnUntraced(function*(file: string) {
  const text = yield* readText(file)
  const parsed = file.endsWith(".toml")
    ? Option.map(Option.flatMap(text, parseToml), pyrightOf)
    : Option.flatMap(text, parseJson)
  return Option.match(parsed, {
    onNone: () => Either.left(`${file} could not be read or does not parse`),
    onSome: (value) => Either.right(value ? Option.some(record(value)) : Option.none())
  })
})

/** The nearest pyrightconfig.json up the tree, and only without one the nearest pyproject.toml. */
const locate = Effect.fnUntraced(function*(root: string, project: Option.Option<string>) {
  const path = yield* Path.Path
  if (Option.isNone(project)) {
    const json = yield* findUp(root, jsonName)
    return Option.isSome(json) ? json : yield* findUp(root, tomlName)
  }
  const named = path.resolve(root, project.value)
  if (/\.(json|toml)$/.test(named)) return Option.some(named)
  const inside = path.join(named, jsonName)
  return (yield* exists(inside)) ? Option.some(inside) : yield* findUp(named, tomlName)
})

/** The file with what it extends. */
const chain = Effect.fnUntraced(function*(first: string) {
  const path = yield* Path.Path
  const files: Array<string> = []
  const documents: Array<Document> = []
  let file: string | undefined = first
  while (file !== undefined && !files.includes(file)) {
    files.push(file)
    const settings: Either.Either<Option.Option<Settings>, string> = yield* parse(file)
    if (Either.isLeft(settings)) return { files, documents, broken: Option.some(settings.left) }
    if (Option.isNone(settings.right)) break
    const directory: string = path.dirname(file)
    documents.unshift({ directory, settings: settings.right.value })
    const base: unknown = settings.right.value["extends"]
    file = Predicate.isString(base) ? path.resolve(directory, base) : undefined
  }
  return { files, documents, broken: Option.none<string>() }
})

/**
 * @since 0.1.0
 * @category constructors
 */
export const load = Effect.fn("pyright.load")(function*(root: string, { project }: CommandLine) {
  const path = yield* Path.Path
  const first = yield* locate(root, project)
  const projectRoot = Option.match(first, {
    onNone: () => path.resolve(root, Option.getOrElse(project, () => ".")),
    onSome: (file) => path.dirname(file)
  })
  let loaded: Loaded = { projectRoot, files: [], documents: [], broken: Option.none() }
  // a pyproject.toml without a section for pyright fixes the root, and the search goes on above it
  for (let file = first; Option.isSome(file);) {
    const read: Effect.Effect.Success<ReturnType<typeof chain>> = yield* chain(file.value)
    loaded = { ...read, projectRoot, files: [...loaded.files, ...read.files] }
    const directory: string = path.dirname(file.value)
    const above: string = path.dirname(directory)
    const found = read.documents.length > 0 || Option.isSome(read.broken) || !file.value.endsWith(".toml")
    if (found || above === directory) break
    const json: Option.Option<string> = yield* findUp(above, jsonName)
    file = Option.isSome(json) ? json : yield* findUp(above, tomlName)
  }
  return loaded
})
