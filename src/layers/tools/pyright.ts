/**
 * pyright 1.1: arguments, exit codes, report and the files it looks at are known here and in `pyright/`, and nowhere else.
 *
 * @since 0.1.0
 */
import * as FileSystem from "@effect/platform/FileSystem"
import * as Path from "@effect/platform/Path"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import type { Diagnostic } from "../../domain/Diagnostic.js"
import type { PipelineContext } from "../../domain/PipelineContext.js"
import type { ToolName } from "../../domain/ToolName.js"
import { settingsOf } from "../../domain/ToolsConfig.js"
import type { Checker, CheckSession } from "./checker.js"
import { relPathOf } from "./findings.js"
import * as Isolation from "./isolation.js"
import * as CommandLine from "./pyright/commandLine.js"
import * as Configuration from "./pyright/configuration.js"
import * as ConfigurationFile from "./pyright/configurationFile.js"
import * as FileSet from "./pyright/fileSet.js"
import * as FileSpec from "./pyright/fileSpec.js"
import * as Output from "./pyright/output.js"
import * as Report from "./report.js"
import type { ExitCode } from "./toolAccess.js"

const tool: ToolName = "pyright"

const exitCodes: ReadonlyArray<ExitCode> = [
  { code: "0", meaning: "no errors; there may be warnings", accepted: true },
  { code: "1", meaning: "at least one error", accepted: true },
  { code: "2", meaning: "internal failure", accepted: false },
  // a whole report is printed after 3 as well: made with default settings, it is not the project's result
  { code: "3", meaning: "a configuration file could not be read or parsed", accepted: false },
  { code: "4", meaning: "an argument is wrong, or a path that it names is missing", accepted: false },
  { code: "134", meaning: "out of memory", accepted: false }
]

const isIsolated = (ctx: PipelineContext) => Isolation.isIsolated(ctx, tool, "--project", "-p")

const OWN_CONFIGURATION = "pyrightconfig.json"

/** What pyright does where nothing is configured, from the directory that it is written to. */
const ownConfiguration = Effect.fnUntraced(function*({ paths, root }: PipelineContext) {
  const path = yield* Path.Path
  const here = path.relative(paths.scratch, root)
  return JSON.stringify({
    include: [here],
    exclude: ["node_modules", "__pycache__", ".*"].map((name) => `${here}/**/${name}`),
    executionEnvironments: [{ root: here }]
  })
})

const configurationOf = (ctx: PipelineContext) =>
  Configuration.read(ctx.root, CommandLine.parse(settingsOf(ctx.config, tool).args))

const isThere = (file: string) => Effect.flatMap(FileSystem.FileSystem, (fs) => Effect.isSuccess(fs.access(file)))

/** Without `--pythonpath` it takes the first Python on PATH, and looks at neither VIRTUAL_ENV nor `.venv`. */
const args = Effect.fn("pyright.args")(function*(ctx: PipelineContext) {
  const json = ["--outputjson"]
  if (isIsolated(ctx)) {
    const interpreter = Option.map(ctx.interpreter, ({ executable }) => ["--pythonpath", executable])
    const own = ["--project", yield* Isolation.fileOf(ctx, OWN_CONFIGURATION)]
    return { args: [...json, ...own, ...Option.toArray(interpreter).flat()], notices: [Isolation.NOTICE] }
  }
  const { environment, projectRoot } = yield* configurationOf(ctx)
  const notices: Array<string> = []
  if (projectRoot !== ctx.root) notices.push(`pyright's configuration makes ${projectRoot} the root of the project`)
  if (CommandLine.parse(settingsOf(ctx.config, tool).args).namesInterpreter) return { args: json, notices }
  if (Option.isNone(ctx.interpreter)) {
    return {
      args: json,
      notices: [...notices, "pyright takes the first Python on PATH, as none was found for the repository"]
    }
  }
  const { executable, prefix } = ctx.interpreter.value
  // of the two, pyright takes the packages of the configured environment, when it is there
  if (Option.isSome(environment) && environment.value !== prefix && (yield* isThere(environment.value))) {
    notices.push(
      `packages are those of ${environment.value}, which pyright's configuration names, and not of ${prefix}`
    )
  }
  return { args: [...json, "--pythonpath", executable], notices }
})

const isBelow = (path: Path.Path, directory: string, file: string) =>
  file === directory || file.startsWith(directory + path.sep)

/** Installed packages of an environment that the interpreter's fingerprint does not cover: one RECORD each. */
const packagesOf = Effect.fnUntraced(function*(environment: string) {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  // a directory that is not there has nothing that could change
  const list = (directory: string) => Effect.orElseSucceed(fs.readDirectory(directory), (): Array<string> => [])
  const libraries = [path.join(environment, "Lib")]
  for (const library of ["lib", "lib64"]) {
    for (const python of yield* list(path.join(environment, library))) {
      libraries.push(path.join(environment, library, python))
    }
  }
  const found = [path.join(environment, "pyvenv.cfg")]
  for (const library of libraries) {
    const site = path.join(library, "site-packages")
    for (const name of (yield* list(site)).sort()) {
      if (name.endsWith(".dist-info")) found.push(path.join(site, name, "RECORD"))
      if (name.endsWith(".pth")) found.push(path.join(site, name))
    }
  }
  return found
})

/** Python files outside the repository that modules of it may import by pyright's configuration. */
const outsideFiles = Effect.fnUntraced(function*(ctx: PipelineContext, configuration: Configuration.Configuration) {
  const path = yield* Path.Path
  const directories = [
    configuration.projectRoot,
    ...configuration.importDirectories,
    ...configuration.include.map(({ root }) => root)
  ].filter((directory) => !isBelow(path, ctx.root, directory))
  const walk = FileSet.walkOf(path, configuration, "1.1.414")
  const exclude = [...walk.exclude, FileSpec.make(path, ctx.root, ".")]
  const include = [...new Set(directories)].map((directory) => FileSpec.make(path, directory, "."))
  const { files } = yield* FileSet.make(include, { ...walk, exclude }, () => undefined)
  return [...files].sort()
})

const configurationFiles = Effect.fn("pyright.configurationFiles")(function*(ctx: PipelineContext) {
  if (isIsolated(ctx)) return []
  const path = yield* Path.Path
  const configuration = yield* configurationOf(ctx)
  const packages = yield* Option.match(configuration.environment, {
    onNone: () => Effect.succeed([]),
    onSome: packagesOf
  })
  const outside = yield* outsideFiles(ctx, configuration)
  return [
    ...new Set([...ConfigurationFile.candidates(path, ctx.root), ...configuration.files, ...packages, ...outside])
  ]
})

/** Most entries of a directory are known from the snapshot, so that the file system is asked about the others only. */
const knownKinds = (ctx: PipelineContext): FileSet.KnownKind => {
  const modules = new Set(ctx.modules.map(({ relPath }) => relPath))
  return (file) => {
    const relPath = file.startsWith(`${ctx.root}/`) ? file.slice(ctx.root.length + 1) : file
    if (modules.has(relPath)) return "file"
    const isOther = ctx.snapshot.files.has(relPath) && !ctx.aliases.has(relPath) && !/\.pyi?$/.test(relPath)
    return isOther ? "other" : undefined
  }
}

/** What pyright complained of: neither stacks, nor what is a diagnostic already. */
const complaints = ({ preamble }: Output.Output, stderr: string): ReadonlyArray<string> => {
  const lines = stderr.split(/\r?\n/).map((line) => line.trimEnd())
    .filter((line) => line !== "" && !/^(\s+at |An internal error occurred while )/.test(line))
  return Report.warnings(tool, [...preamble, ...lines])
}

const unresolvedIn = (diagnostics: ReadonlyArray<Diagnostic>, modules: ReadonlySet<string>): number =>
  new Set(
    diagnostics.filter(({ relPath, rule }) => rule === "reportMissingImports" && modules.has(relPath))
      .map(({ message, relPath, startLine }) => JSON.stringify([relPath, startLine, message]))
  ).size

const check = Effect.fn("pyright.check")(function*(session: CheckSession) {
  const { ctx } = session
  const path = yield* Path.Path
  if (isIsolated(ctx)) yield* Isolation.write(session, OWN_CONFIGURATION, yield* ownConfiguration(ctx))
  const result = yield* session.run(session.args)
  const accepted = exitCodes.some((each) => each.accepted && each.code === String(result.exitCode))
  if (!accepted) return yield* session.reject(result, "ExitCode")
  const output = yield* Effect.mapError(
    Output.decode(result.stdout),
    (cause) => session.reject(result, "MalformedOutput", cause)
  )
  const { filesAnalyzed } = output.summary

  const configuration = yield* Configuration.read(ctx.root, CommandLine.parse(session.args))
  const walk = FileSet.walkOf(path, configuration, output.version)
  const predicted = yield* FileSet.make(configuration.include, walk, knownKinds(ctx))
  const agrees = Option.isNone(configuration.broken) && predicted.files.size === filesAnalyzed
  const isEmpty = filesAnalyzed === 0 && ctx.modules.length > 0
  // an `include` that is not there is a mistake; a configuration that leaves out everything may be meant
  if (isEmpty && (!agrees || predicted.missing.length > 0)) return yield* session.reject(result, "NothingAnalyzed")

  const modules = new Set(ctx.modules.map(({ relPath }) => relPath))
  const isModule = (file: string) => Option.exists(relPathOf(ctx, path, file), (relPath) => modules.has(relPath))
  const rows = output.generalDiagnostics
  const silent = new Set(
    [...predicted.files].filter((file) => FileSpec.matchesAny(path, configuration.ignore, file))
  )
  return yield* Report.make(session, result, Option.some(output.version), {
    unit: "utf16",
    findings: rows.map(Output.toFinding),
    listed: agrees
      ? Either.right([...predicted.files].filter((file) => !silent.has(file)))
      : Either.left(
        Option.getOrElse(
          configuration.broken,
          () => `pyright says it analysed ${filesAnalyzed} files, its configuration gives ${predicted.files.size}`
        )
      ),
    failed: new Map(
      rows.flatMap((row) =>
        Option.toArray(Output.whyUnchecked(row)).filter(() => isModule(row.file)).map((why) => [row.file, why] as const)
      )
    ),
    filesAnalyzed: Option.some(filesAnalyzed),
    unresolvedImports: (diagnostics) =>
      configuration.judgesImports ? Option.some(unresolvedIn(diagnostics, modules)) : Option.none(),
    notices: [
      ...complaints(output, result.stderr),
      ...(isEmpty ? ["pyright's configuration selects no file"] : []),
      ...(silent.size > 0 ? [`findings in ${silent.size} files are dropped by \`ignore\`: they are not measured`] : []),
      ...Report.warnings(
        tool,
        predicted.unreadable.map((directory) => `${directory} cannot be listed: nothing in it is measured`)
      )
    ]
  })
}, Effect.scoped)

/**
 * Runs as the repository configures it: what a person gets who types `pyright` in its root.
 *
 * @since 0.1.0
 * @category checkers
 */
export const pyright: Checker = {
  tool,
  description: "Type checker: errors, warnings and unresolved imports.",
  enabledByDefault: true,
  usesInterpreter: true,
  exitCodes,
  env: {
    NO_COLOR: "1",
    // messages are translated to the language of the user, and two of them are recognised by their text
    LC_ALL: "C.UTF-8",
    // the wrapper of PyPI: the pyright inside it, and no word about newer ones
    PYRIGHT_PYTHON_USE_BUNDLED_PYRIGHT: "1",
    PYRIGHT_PYTHON_IGNORE_WARNINGS: "1"
  },
  versionArgs: ["--version"],
  parseVersion: (stdout) => /\d+(?:\.\d+)+/.exec(stdout)?.[0] ?? stdout.trim(),
  args,
  // stubs, compiled modules and archives decide what an import resolves to
  reads: (relPath) =>
    /(\.(pyi?|pyw|so|pyd|dylib|pth|egg|zip|jar)|(^|\/)(py\.typed|pyrightconfig\.json|pyproject\.toml|pyvenv\.cfg))$/
      .test(relPath),
  configurationFiles,
  check
}
