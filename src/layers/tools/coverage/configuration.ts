/**
 * Which configuration coverage reads, and copies of it without what would spoil our data and reports.
 *
 * @since 0.1.0
 */
import * as FileSystem from "@effect/platform/FileSystem"
import * as Path from "@effect/platform/Path"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type { PipelineContext } from "../../../domain/PipelineContext.js"
import type { ToolLocation } from "../../../domain/ToolLocation.js"
import { settingsOf } from "../../../domain/ToolsConfig.js"
import { decodeLastLine } from "../../python/queries.js"
import { readText, variable } from "../configuration.js"
import type { ToolAccess } from "../toolAccess.js"
import * as Programs from "./programs.js"

/**
 * Where coverage looks for its configuration by itself, in this order, below the working directory.
 *
 * @since 0.1.0
 * @category constants
 */
export const FILES: ReadonlyArray<string> = [
  ".coveragerc",
  ".coveragerc.toml",
  "setup.cfg",
  "tox.ini",
  "pyproject.toml"
]

/**
 * The configured arguments of `coverage run`.
 *
 * @since 0.1.0
 * @category models
 */
export interface Arguments {
  /** `--rcfile`, absolute: reports have to follow it too. */
  readonly rcfile: Option.Option<string>
  /** The others. */
  readonly others: ReadonlyArray<string>
}

const RCFILE = /^--rcfile(?:=(.*))?$/s

/**
 * Takes them apart. `--append` is left out: no data of an earlier run is there to append to, and coverage refuses it with
 * the `--parallel-mode` of ours.
 *
 * @since 0.1.0
 * @category getters
 */
export const argumentsOf = (path: Path.Path, ctx: PipelineContext): Arguments => {
  const others: Array<string> = []
  let rcfile = Option.none<string>()
  const args = settingsOf(ctx.config, "coverage").args.values()
  for (const arg of args) {
    const found = RCFILE.exec(arg)
    if (found === null) {
      if (arg !== "--append" && arg !== "-a") others.push(arg)
      continue
    }
    const named: string | undefined = found[1] ?? args.next().value
    // without a value coverage shall say itself what is wrong
    if (named === undefined || named === "") others.push(arg)
    else rcfile = Option.some(path.resolve(ctx.root, named))
  }
  return { rcfile, others }
}

/**
 * For the commands of coverage. Not a variable: one that is set for coverage would replace it, and tests would see it.
 *
 * @since 0.1.0
 * @category getters
 */
export const flag = (rcfile: Option.Option<string>): ReadonlyArray<string> =>
  Option.toArray(Option.map(rcfile, (file) => `--rcfile=${file}`))

/**
 * The first argument of our programs: empty where coverage finds its configuration by itself.
 *
 * @since 0.1.0
 * @category getters
 */
export const programArgument = (rcfile: Option.Option<string>): string => Option.getOrElse(rcfile, () => "")

const Names = Schema.NullOr(Schema.Array(Schema.String))

const Settings = Schema.Struct({
  configFile: Schema.NullOr(Schema.String),
  source: Names,
  source_pkgs: Names,
  source_dirs: Names,
  include: Names,
  patch: Names,
  dynamic_context: Schema.NullOr(Schema.String),
  core: Schema.Literal("ctrace", "pytrace")
})

/**
 * The answer of `Programs.settings`.
 *
 * @since 0.1.0
 * @category models
 */
export type Settings = typeof Settings.Type

/**
 * The Python that coverage runs in.
 *
 * @since 0.1.0
 * @category getters
 */
export const pythonOf = (ctx: PipelineContext, location: ToolLocation): ToolLocation =>
  location.prefixArgs.length > 0 || Option.isNone(ctx.interpreter)
    ? { ...location, prefixArgs: [] }
    : { ...location, executable: ctx.interpreter.value.executable, prefixArgs: [] }

/**
 * Asks coverage how it is configured in the repository. Fails when it cannot read its configuration: then it would not
 * start with pytest either.
 *
 * @since 0.1.0
 * @category constructors
 */
export const settingsIn = Effect.fn("coverage.settings")(function*(
  access: ToolAccess,
  ctx: PipelineContext,
  location: ToolLocation,
  rcfile: Option.Option<string>
) {
  const result = yield* access.start(ctx, pythonOf(ctx, location), {
    args: ["-c", Programs.settings, programArgument(rcfile)],
    // its configuration may name a plugin that is in the repository
    env: { PYTHONDONTWRITEBYTECODE: "1" },
    inherit: "caller"
  })
  if (result.exitCode !== 0) return yield* access.reject(location, ctx.root, result, "ExitCode")
  return yield* Effect.mapError(
    decodeLastLine(Settings)(result.stdout),
    (cause) => access.reject(location, ctx.root, result, "MalformedOutput", cause)
  )
})

/** A changed copy in the directory, under the same name: coverage reads a file by its name. None: nothing to change. */
const changedCopy = Effect.fnUntraced(function*(
  configFile: string,
  directory: string,
  change: (text: string) => string
) {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const text = Option.filter(yield* readText(configFile), (each) => change(each) !== each)
  if (Option.isNone(text)) return Option.none<string>()
  const copy = path.join(directory, path.basename(configFile))
  yield* fs.writeFileString(copy, change(text.value))
  return Option.some(copy)
})

const DYNAMIC_CONTEXT = /^[ \t]*dynamic_context[ \t]*[=:].*$/m

/**
 * Names of contexts that the repository has coverage make would replace ours while a test runs. Coverage has no flag
 * against it, so it gets a copy of its configuration without that line. None: there is no such line.
 *
 * @since 0.1.0
 * @category constructors
 */
export const withoutDynamicContext = (configFile: string, directory: string) =>
  changedCopy(configFile, directory, (text) => text.replace(DYNAMIC_CONTEXT, ""))

// in every form: `show_contexts = yes`, `show_contexts: 1`, `json.show_contexts = true`, `json = {show_contexts = true}`
const SHOWN_CONTEXTS = /(\bshow_contexts["']?[ \t]*[=:][ \t]*)[^\s,}#;]+/gi

const withoutShownContexts = (text: string) => text.replaceAll(SHOWN_CONTEXTS, "$1false")

/**
 * `show_contexts` has the JSON report name every test of every line: hundreds of megabytes, which nothing here reads.
 * Coverage has no flag against it either. Coverage is asked which file it reads only when one of those that it may read
 * has the setting. None: coverage reads the same as ever.
 *
 * @since 0.1.0
 * @category constructors
 */
export const reportedWithoutContexts = Effect.fn("coverage.reportedWithoutContexts")(function*(
  access: ToolAccess,
  ctx: PipelineContext,
  location: ToolLocation,
  options: { readonly rcfile: Option.Option<string>; readonly directory: string }
) {
  const path = yield* Path.Path
  const named = yield* variable(ctx, "coverage", "COVERAGE_RCFILE")
  const candidates = Option.match(Option.orElse(options.rcfile, () => Option.filter(named, (file) => file !== "")), {
    onNone: () => FILES,
    onSome: (file) => [file]
  })
  const texts = yield* Effect.forEach(candidates, (file) => readText(path.resolve(ctx.root, file)), { concurrency: 1 })
  if (!texts.some(Option.exists((text) => withoutShownContexts(text) !== text))) return Option.none<string>()
  const { configFile } = yield* settingsIn(access, ctx, location, options.rcfile)
  return configFile === null
    ? Option.none<string>()
    : yield* changedCopy(configFile, options.directory, withoutShownContexts)
})
