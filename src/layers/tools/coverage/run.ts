/**
 * How pytest is started under coverage: as the repository configures it, with the data where we want it.
 *
 * @since 0.1.0
 */
import * as FileSystem from "@effect/platform/FileSystem"
import * as Path from "@effect/platform/Path"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { PipelineContext } from "../../../domain/PipelineContext.js"
import { settingsOf } from "../../../domain/ToolsConfig.js"
import * as Report from "../report.js"
import type { ToolAccess } from "../toolAccess.js"
import * as Configuration from "./configuration.js"
import * as DataFile from "./dataFile.js"
import * as Output from "./output.js"
import * as Programs from "./programs.js"

/**
 * What pytest is started with, by the interpreter of the repository.
 *
 * @since 0.1.0
 * @category models
 */
export interface CoverageRun {
  /** Between the interpreter and the arguments of pytest: `-m coverage run ... -m pytest -p ...`. */
  readonly args: ReadonlyArray<string>
  /** For `Start.pythonPath`. */
  readonly pythonPath: ReadonlyArray<string>
  readonly env: Readonly<Record<string, string>>
  readonly notices: ReadonlyArray<string>
}

const namesSource = ({ include, source, source_dirs, source_pkgs }: Configuration.Settings): boolean =>
  [source, source_pkgs, source_dirs, include].some((names) => names !== null && names.length > 0)

const namesContexts = ({ dynamic_context }: Configuration.Settings): boolean =>
  dynamic_context !== null && dynamic_context !== "" && dynamic_context !== "none"

/**
 * What is measured where the repository does not say: without it, a file that no test imports would be missing from the
 * report instead of uncovered. The import roots are named too, because coverage looks for such files only in packages
 * and in the directories that it is given: `--source=.,src`.
 *
 * @since 0.1.0
 * @category getters
 */
export const defaultSource = (ctx: PipelineContext): string =>
  `--source=${[".", ...ctx.importRoots.filter((root) => root !== "." && !root.includes(","))].join(",")}`

/** What is on disk while pytest runs: no earlier data, and a directory with the plugin. */
const prepared = Effect.fnUntraced(function*(
  ctx: PipelineContext,
  settings: Configuration.Settings,
  options: { readonly dataFile: string; readonly contexts: boolean; readonly isInstalled: boolean }
) {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  yield* DataFile.remove(options.dataFile)
  yield* fs.makeDirectory(path.dirname(options.dataFile), { recursive: true })
  const directory = yield* DataFile.scratchDirectory(ctx)
  const plugin = Programs.plugin({
    // started in them by a file in site-packages
    followsProcesses: options.isInstalled && settings.patch?.includes("subprocess") === true,
    contexts: options.contexts
  })
  yield* fs.writeFileString(path.join(directory, `${Programs.PLUGIN}.py`), plugin)
  const configuration = options.contexts && namesContexts(settings) && settings.configFile !== null
    ? yield* Configuration.withoutDynamicContext(settings.configFile, directory)
    : Option.none<string>()
  return { directory, configuration }
})

/**
 * Removes the data of an earlier run, and gives what pytest is to be started with in the scope. The data is complete when
 * pytest has ended: in files beside `dataFile`, which itself is there only if a test ran coverage.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = Effect.fn("coverage.run")(function*(
  access: ToolAccess,
  ctx: PipelineContext,
  options: {
    readonly dataFile: string
    /** Record which test ran which line. */
    readonly contexts: boolean
    /** pytest after the interpreter: `-m pytest`, or its script. */
    readonly pytest: ReadonlyArray<string>
  }
) {
  const location = yield* access.locate(ctx, "coverage")
  const configured = Configuration.argumentsOf(yield* Path.Path, ctx)
  const settings = yield* Configuration.settingsIn(access, ctx, location, configured.rcfile)
  const isInstalled = location.pythonPath === undefined
  const { configuration, directory } = yield* Effect.mapError(
    prepared(ctx, settings, { ...options, isInstalled }),
    DataFile.refusedByFiles(location, ctx.root)
  )
  const source = namesSource(settings) ? [] : [defaultSource(ctx)]
  const run: CoverageRun = {
    args: [
      ...(location.prefixArgs.length > 0 ? location.prefixArgs : [location.executable]),
      "run",
      // A test that starts `coverage run` has it erase the file that COVERAGE_FILE names. Ours has a name of its own, and
      // is combined with the others when it is read.
      "--parallel-mode",
      ...source,
      ...Configuration.flag(Option.orElse(configuration, () => configured.rcfile)),
      ...configured.others,
      ...options.pytest,
      "-p",
      Programs.PLUGIN
    ],
    pythonPath: [directory, ...location.pythonPath ?? []],
    env: {
      ...settingsOf(ctx.config, "coverage").env,
      // not an argument: processes that the tests start see it too, and write here, not into the repository
      COVERAGE_FILE: options.dataFile,
      // the core without a trace function, the default of Python 3.14, cannot tell contexts apart
      ...(options.contexts && { COVERAGE_CORE: settings.core })
    },
    notices: [
      ...source.map((arg) =>
        `coverage ${arg}, as the repository does not say what is measured: files that no test imports count too`
      ),
      ...(options.contexts && namesContexts(settings) && Option.isNone(configuration)
        ? [`coverage: dynamic_context = ${settings.dynamic_context}: not for every line it is known which test ran it`]
        : [])
    ]
  }
  return run
})

/**
 * What coverage and its plugin said on stderr while pytest ran: what a user should know of the data.
 *
 * @since 0.1.0
 * @category getters
 */
export const noticesIn = (stderr: string): ReadonlyArray<string> => [
  ...Report.warnings("coverage", Output.warningsIn(stderr).others),
  ...Programs.saidByPlugin(stderr)
]
