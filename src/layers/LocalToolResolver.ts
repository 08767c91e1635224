/**
 * `ToolResolver` on the files of this machine.
 *
 * @since 0.1.0
 */
import * as FileSystem from "@effect/platform/FileSystem"
import * as Path from "@effect/platform/Path"
import * as Config from "effect/Config"
import type { ConfigError } from "effect/ConfigError"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { createRequire } from "node:module"
import { ToolNotFound } from "../domain/errors.js"
import type { Interpreter, PipelineContext } from "../domain/PipelineContext.js"
import type { ToolLocation } from "../domain/ToolLocation.js"
import type { ToolName } from "../domain/ToolName.js"
import { settingsOf } from "../domain/ToolsConfig.js"
import { ToolResolver } from "../services/ToolResolver.js"
import { cacheDirectory } from "./cacheDirectory.js"
import * as Executables from "./executables.js"
import { nodeArgs } from "./nodeArgs.js"
import { pins } from "./pins.js"
import { isInside } from "./repository/virtualEnvironment.js"
import * as RepositoryPython from "./repositoryPython.js"
import * as ToolCache from "./toolCache.js"

/**
 * @since 0.1.0
 * @category models
 */
export interface LocalToolResolverConfig {
  /** `PATH` of the caller. */
  readonly path: string
  /** Absolute. */
  readonly cacheDirectory: string
  /** What runs the tools that are npm packages. Absolute. */
  readonly nodeExecutable: string
  /** What it is told before the script of the tool. */
  readonly nodeArgs: ReadonlyArray<string>
  /** A module, as a path or URL: npm packages are those that it could import. */
  readonly packagesFrom: string
}

/** Tools that are npm packages, with the name of the package. */
const npmPackages: ReadonlyMap<ToolName, string> = new Map([
  ["pyright", "pyright"],
  ["scip-python", "@sourcegraph/scip-python"]
])

const Manifest = Schema.parseJson(Schema.Struct({
  bin: Schema.Union(Schema.String, Schema.Record({ key: Schema.String, value: Schema.String }))
}))

/** Where was looked, and what was found there. */
type Search = RepositoryPython.Search

/**
 * @since 0.1.0
 * @category getters
 */
export const pathVariable = (tool: ToolName): string => `CODEINTEL_${tool.toUpperCase().replaceAll("-", "_")}_PATH`

const isNameable = (tool: ToolName): boolean => tool !== "pytest-reportlog"

const remedy = (tool: ToolName, interpreter: Option.Option<Interpreter>): string => {
  if (RepositoryPython.runsInIt(tool)) {
    return Option.match(interpreter, {
      onNone: () => "install Python 3, make a .venv in the repository, or name an interpreter with --python",
      onSome: ({ executable }) =>
        `run \`${executable} -m pip install ${tool}\`, or name another interpreter with --python`
    })
  }
  const pin = pins.get(tool)
  if (pin !== undefined) return `run \`codeintel doctor --fix\`, which installs ${tool} ${pin.version}`
  const npm = npmPackages.get(tool)
  if (npm !== undefined) return `run \`npm install ${npm}\` where codeintel is installed`
  if (tool === "git") return "install git"
  return Option.match(interpreter, {
    onNone: () => `install Python, then \`pip install ${tool}\``,
    onSome: ({ executable }) => `run \`${executable} -m pip install ${tool}\``
  })
}

/**
 * @since 0.1.0
 * @category constructors
 */
export const make = Effect.fnUntraced(function*(config: LocalToolResolverConfig) {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const cache = yield* ToolCache.make(config.cacheDirectory)
  const { resolve } = createRequire(config.packagesFrom)

  const exists = (file: string) => Effect.orElseSucceed(fs.exists(file), () => false)

  const at = (tool: ToolName, file: string, foundBy: ToolLocation["foundBy"]): ToolLocation =>
    path.extname(file) === ".js"
      ? { tool, executable: config.nodeExecutable, prefixArgs: [...config.nodeArgs, file], identity: file, foundBy }
      : { tool, executable: file, prefixArgs: [], identity: file, foundBy }

  const configured = Effect.fnUntraced(function*(ctx: PipelineContext, tool: ToolName, file: string) {
    const origin = ctx.config.entries.find(({ key }) => key === `${tool}.path`)?.origin ?? pathVariable(tool)
    const stat = yield* Effect.option(fs.stat(file))
    const problem = Option.isNone(stat)
      ? "there is no such file"
      : stat.value.type !== "File"
      ? "that is not a file"
      : path.extname(file) === ".js" || (path.extname(file) === ".py" && RepositoryPython.runsInIt(tool)) ||
          (yield* Executables.isExecutableFile(file))
      ? undefined
      : "that file is not executable"
    if (problem === undefined && RepositoryPython.runsInIt(tool)) {
      const started = yield* RepositoryPython.configuredScript(file, ctx.interpreter)
      const location: ToolLocation = { tool, ...started, identity: file, foundBy: "configuration" }
      return location
    }
    if (problem === undefined) return at(tool, file, "configuration")
    return yield* new ToolNotFound({
      tool,
      searched: [file],
      hint: `${problem}: correct \`${tool}.path\` (set by ${origin}), or remove it to have ${tool} searched for`
    })
  })

  /** `bin` of a virtual or conda environment; a system's Python is no environment of the repository. */
  const inEnvironment = Effect.fnUntraced(function*(ctx: PipelineContext, tool: ToolName) {
    const none: Search = { searched: [], found: Option.none() }
    if (ctx.config.untrusted || Option.isNone(ctx.interpreter)) return none
    const { prefix } = ctx.interpreter.value
    const marks = [path.join(prefix, "pyvenv.cfg"), path.join(prefix, "conda-meta")]
    if (!(yield* Effect.exists(marks, exists, { concurrency: 2 }))) return none
    const file = path.join(prefix, "bin", tool)
    const found = yield* Executables.isExecutableFile(file)
    const search: Search = {
      searched: [file],
      found: found ? Option.some(at(tool, file, "repository")) : Option.none()
    }
    return search
  })

  const scriptOf = Effect.fnUntraced(function*(tool: ToolName, manifest: string) {
    const { bin } = yield* Effect.flatMap(fs.readFileString(manifest), Schema.decode(Manifest))
    const script = yield* Effect.fromNullable(typeof bin === "string" ? bin : bin[tool])
    const file = path.join(path.dirname(manifest), script)
    return at(tool, yield* Effect.as(fs.access(file), file), "package")
  })

  const inPackages = Effect.fnUntraced(function*(_: PipelineContext, tool: ToolName) {
    const name = npmPackages.get(tool)
    if (name === undefined) return { searched: [], found: Option.none() }
    // An optional dependency: not installed, or not whole, is not found.
    const found = yield* Effect.try(() => resolve(`${name}/package.json`)).pipe(
      Effect.flatMap((manifest) => scriptOf(tool, manifest)),
      Effect.option
    )
    const search: Search = { searched: [`npm package ${name}`], found }
    return search
  })

  /** Packages of the interpreter; `untrusted` is refused before. */
  const inInterpreter = Effect.fnUntraced(function*(ctx: PipelineContext, tool: ToolName) {
    const none: Search = { searched: [], found: Option.none() }
    return Option.isNone(ctx.interpreter) ? none : yield* RepositoryPython.inPackages(ctx.interpreter.value, tool)
  })

  const inCache = Effect.fnUntraced(function*(ctx: PipelineContext, tool: ToolName) {
    const pin = pins.get(tool)
    if (pin === undefined) return { searched: [], found: Option.none() }
    const abi = Option.match(ctx.interpreter, { onNone: () => "*", onSome: (interpreter) => interpreter.abi })
    const search: Search = {
      searched: [cache.directoryOf(ToolCache.keyOf(pin, abi))],
      found: yield* cache.find(pin, ctx.interpreter)
    }
    return search
  })

  /** A shim stands for the tool of one of many Pythons: of the interpreter's, when that has it, and else of none. */
  const behindShim = Effect.fnUntraced(function*(ctx: PipelineContext, tool: ToolName, file: string) {
    if (!(yield* Executables.isShim(file))) return Option.some(file)
    if (Option.isNone(ctx.interpreter)) return Option.none()
    const behind = path.join(ctx.interpreter.value.prefix, "bin", tool)
    return (yield* Executables.isExecutableFile(behind)) ? Option.some(behind) : Option.none()
  })

  const inPath = Effect.fnUntraced(function*(ctx: PipelineContext, tool: ToolName) {
    const outside = ctx.config.untrusted ? Option.some(ctx.root) : Option.none()
    const candidates = yield* Executables.onPath(config.path, tool, outside)
    const files = yield* Effect.forEach(candidates, (file) => behindShim(ctx, tool, file), { concurrency: 1 })
    const search: Search = {
      searched: [
        ...config.path.split(":").filter((entry) => path.isAbsolute(entry)),
        ...candidates.map((shim) => `${shim} (a shim with nothing behind it)`)
      ],
      found: Option.map(Option.firstSomeOf(files), (file) => at(tool, file, "path"))
    }
    return search
  })

  const python = (ctx: PipelineContext): Effect.Effect<ToolLocation, ToolNotFound> =>
    Option.match(ctx.interpreter, {
      onNone: () =>
        new ToolNotFound({
          tool: "python",
          searched: config.path.split(":"),
          hint: "install Python 3, or name an interpreter with --python"
        }),
      onSome: ({ executable }) => {
        const foundBy = Option.isSome(ctx.config.python)
          ? "configuration"
          : isInside(path, ctx.root, executable)
          ? "repository"
          : "path"
        return Effect.succeed({ tool: "python", executable, prefixArgs: [], identity: executable, foundBy })
      }
    })

  const locate = Effect.fn("ToolResolver.locate")(
    function*(ctx: PipelineContext, tool: ToolName) {
      yield* Effect.annotateCurrentSpan({ tool, root: ctx.root })
      if (ctx.config.untrusted && RepositoryPython.runsInIt(tool)) {
        return yield* new ToolNotFound({
          tool,
          searched: [],
          hint: "untrusted: no code of the repository is run, and tests are its code"
        })
      }
      const explicit = settingsOf(ctx.config, tool).path
      if (Option.isSome(explicit)) return yield* configured(ctx, tool, explicit.value)
      if (tool === "python") return yield* python(ctx)

      const searched: Array<string> = []
      const places = tool === "git"
        ? [inPath]
        : RepositoryPython.runsInIt(tool)
        ? [inInterpreter, inCache]
        : [inEnvironment, inPackages, inCache, inPath]
      for (const look of places) {
        const search = yield* look(ctx, tool)
        if (Option.isSome(search.found)) return search.found.value
        searched.push(...search.searched)
      }
      return yield* new ToolNotFound({
        tool,
        searched,
        // a plugin is imported, and cannot be named
        hint: remedy(tool, ctx.interpreter) + (isNameable(tool) ? `, or set ${pathVariable(tool)}` : "")
      })
    },
    Effect.provideService(FileSystem.FileSystem, fs),
    Effect.provideService(Path.Path, path)
  )

  return ToolResolver.of({ locate })
})

/**
 * @since 0.1.0
 * @category layers
 */
export const layer = (
  config: LocalToolResolverConfig
): Layer.Layer<ToolResolver, never, FileSystem.FileSystem | Path.Path> => Layer.effect(ToolResolver, make(config))

/**
 * @since 0.1.0
 * @category layers
 */
export const layerConfig = (
  config: Config.Config.Wrap<LocalToolResolverConfig>
): Layer.Layer<ToolResolver, ConfigError, FileSystem.FileSystem | Path.Path> =>
  Layer.effect(ToolResolver, Effect.flatMap(Config.unwrap(config), make))

/**
 * `PATH`, and the cache of `CODEINTEL_CACHE`, `XDG_CACHE_HOME` or `HOME`; npm packages are those beside this one.
 *
 * @since 0.1.0
 * @category layers
 */
export const layerFromEnv: Layer.Layer<ToolResolver, ConfigError, FileSystem.FileSystem | Path.Path> = layerConfig({
  path: Config.withDefault(Config.string("PATH"), ""),
  cacheDirectory,
  nodeExecutable: Config.sync(() => process.execPath),
  nodeArgs: Config.sync(() => nodeArgs(process.versions.node)),
  packagesFrom: Config.succeed(import.meta.url)
})
