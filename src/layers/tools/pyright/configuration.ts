/**
 * What pyright is configured to look at.
 *
 * @since 0.1.0
 */
import * as Path from "@effect/platform/Path"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import type { CommandLine } from "./commandLine.js"
import * as ConfigurationFile from "./configurationFile.js"
import * as FileSpec from "./fileSpec.js"

/**
 * @since 0.1.0
 * @category models
 */
export interface Configuration extends ConfigurationFile.Loaded {
  readonly include: ReadonlyArray<FileSpec.FileSpec>
  readonly exclude: ReadonlyArray<FileSpec.FileSpec>
  /** Files that are analysed and whose findings are dropped. */
  readonly ignore: ReadonlyArray<FileSpec.FileSpec>
  /** `venv` in `venvPath`: packages come from there, whatever `--pythonpath` says. */
  readonly environment: Option.Option<string>
  /** `extraPaths`, `stubPath` and `typeshedPath`: directories that modules are imported from. */
  readonly importDirectories: ReadonlyArray<string>
  /** Whether every import that does not resolve is reported. */
  readonly judgesImports: boolean
}

type Documents = ReadonlyArray<ConfigurationFile.Document>

const listOf = (value: unknown): ReadonlyArray<unknown> => Array.isArray(value) ? value : []

/** The last list under this name, as globs relative to its file. */
const specs = (path: Path.Path, documents: Documents, key: string, absolute: boolean) => {
  const document = documents.findLast(({ settings }) => Array.isArray(settings[key]))
  return document === undefined ? [] : listOf(document.settings[key])
    .filter(Predicate.isString)
    .filter((spec) => absolute || !path.isAbsolute(spec))
    .map((spec) => FileSpec.make(path, document.directory, spec))
}

const levels: ReadonlyArray<unknown> = ["error", "warning", "information", "none"]

/** An invalid level leaves the rule as it was. */
const reports = (before: boolean, { reportMissingImports: level }: ConfigurationFile.Settings): boolean =>
  Predicate.isBoolean(level) ? level : levels.includes(level) ? level !== "none" : before

const modes: ReadonlyArray<unknown> = ["off", "basic", "standard", "strict"]

const judgesImports = (documents: Documents): boolean => {
  // every mode reports them, "off" as warnings; naming one forgets what the base said
  const everywhere = documents.reduce(
    (before, { settings }) => reports(before || modes.includes(settings["typeCheckingMode"]), settings),
    true
  )
  const environments = documents.findLast(({ settings }) => Array.isArray(settings["executionEnvironments"]))
  return everywhere && listOf(environments?.settings["executionEnvironments"])
    .every((environment) => reports(true, ConfigurationFile.record(environment)))
}

const importDirectories = (path: Path.Path, documents: Documents): ReadonlyArray<string> =>
  documents.flatMap(({ directory, settings }) =>
    [
      ...["extraPaths", "stubPath", "typingsPath", "typeshedPath"].flatMap((key) => settings[key]),
      ...listOf(settings["executionEnvironments"]).flatMap((each) => ConfigurationFile.record(each)["extraPaths"])
    ].filter(Predicate.isString).map((each) => path.resolve(directory, each))
  )

const environment = (path: Path.Path, documents: Documents): Option.Option<string> => {
  const [at, venv] = ["venvPath", "venv"].map((key) =>
    documents.findLast(({ settings }) => Predicate.isString(settings[key]))
  )
  const [directory, name] = [at?.settings["venvPath"], venv?.settings["venv"]]
  return at !== undefined && Predicate.isString(directory) && Predicate.isString(name)
    ? Option.some(path.resolve(at.directory, directory, name))
    : Option.none()
}

/**
 * @since 0.1.0
 * @category constructors
 */
export const read = Effect.fn("pyright.configuration")(function*(root: string, commandLine: CommandLine) {
  const path = yield* Path.Path
  const loaded = yield* ConfigurationFile.load(root, commandLine)
  const { documents, projectRoot } = loaded
  const named = commandLine.files.map((given) => FileSpec.make(path, path.resolve(root, given), "."))
  const included = named.length > 0 ? named : specs(path, documents, "include", false)
  const configuration: Configuration = {
    ...loaded,
    include: included.length > 0 ? included : [FileSpec.make(path, projectRoot, ".")],
    exclude: specs(path, documents, "exclude", false),
    ignore: specs(path, documents, "ignore", true),
    environment: environment(path, documents),
    importDirectories: importDirectories(path, documents),
    judgesImports: judgesImports(documents)
  }
  return configuration
})
