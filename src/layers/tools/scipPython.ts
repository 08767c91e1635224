/**
 * scip-python 0.6: how it is started so that an index has just the documents asked for, and when that index is whole.
 * Known here and in `scipPython/`, and nowhere else.
 *
 * @since 0.1.0
 */
import * as FileSystem from "@effect/platform/FileSystem"
import * as Path from "@effect/platform/Path"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Ref from "effect/Ref"
import * as Scope from "effect/Scope"
import { ToolExecution } from "../../domain/errors.js"
import type { Interpreter, PipelineContext } from "../../domain/PipelineContext.js"
import type { ScipOutput } from "../../domain/Scip.js"
import type { ToolRunResult } from "../../domain/ToolInvocation.js"
import type { ToolLocation } from "../../domain/ToolLocation.js"
import { settingsOf } from "../../domain/ToolsConfig.js"
import { Progress, ProgressEvent } from "../../services/Progress.js"
import { type InstalledPackage, PythonEnvironment } from "../../services/PythonEnvironment.js"
import type { ScipShardOptions } from "../../services/ToolService.js"
import { isUnreadable } from "../repository/scan.js"
import { temporaryDirectory } from "../repository/stateDirectory.js"
import { documentsOf } from "../scip/documents.js"
import { pathOutside } from "../toolEnvironment.js"
import { variable } from "./configuration.js"
import { pyright } from "./pyright.js"
import * as Configuration from "./scipPython/configuration.js"
import * as Environment from "./scipPython/environment.js"
import * as Output from "./scipPython/output.js"
import * as OwnFiles from "./scipPython/ownFiles.js"
import { unlisted } from "./scipPython/unlisted.js"
import * as Workspace from "./scipPython/workspace.js"
import type { Described, ToolAccess } from "./toolAccess.js"

const tool = "scip-python"

const baseArgs = Effect.fnUntraced(function*(ctx: PipelineContext) {
  return [
    "index",
    `--project-name=${yield* Environment.projectName(ctx)}`,
    `--project-version=${Environment.VERSION}`,
    "--show-progress-rate-limit=1"
  ]
})

/**
 * What an index depends on: all that pyright's result depends on, and the name of the project.
 *
 * @since 0.1.0
 * @category instances
 */
export const scipPython: Described = {
  tool,
  description:
    "Symbols, where they are defined and where they are used. Runs in scratch workspaces of links to the repository, in " +
    "as many processes as cores and memory allow and pay.",
  exitCodes: [
    { code: "0", meaning: "an index, if its last line says so and no module is missing in it", accepted: true },
    { code: "1", meaning: "arguments, output or environment refused", accepted: false },
    {
      code: "134, 137, signals",
      meaning: "out of memory, or killed: its files are indexed by smaller processes",
      accepted: false
    }
  ],
  usesInterpreter: true,
  isIncremental: true,
  // its lines begin with the time as the user's language writes it
  env: { LC_ALL: "C.UTF-8" },
  args: (ctx) => Effect.map(baseArgs(ctx), (args) => ({ args, notices: [] })),
  reads: (relPath) => pyright.reads(relPath) || [Configuration.FILE_NAME, "setup.cfg", "setup.py"].includes(relPath),
  configurationFiles: Effect.fn("scipPython.configurationFiles")(function*(ctx: PipelineContext) {
    const path = yield* Path.Path
    const files = yield* pyright.configurationFiles(ctx)
    return [...files, path.join(ctx.root, Configuration.FILE_NAME), path.join(ctx.root, "setup.cfg")]
  })
}

const MEGABYTE = 1024 * 1024

/** The first that is named, and how many there are. */
const summary = (relPaths: ReadonlyArray<string>): string =>
  relPaths.length === 1 ? `${relPaths[0]}` : `${relPaths[0]} and ${relPaths.length - 1} more`

const quoted = (word: string): string => `'${word.replaceAll("'", "'\\''")}'`

/**
 * scip-python asks the first `python3` on PATH where packages are: that has to be the repository's. Python looks for
 * modules in the directory that it is started in, which would be the repository.
 */
const pythonOnPath = Effect.fnUntraced(function*(ctx: PipelineContext, directory: string, interpreter: Interpreter) {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  yield* fs.makeDirectory(directory)
  const script = `#!/bin/sh\ncd / && exec ${quoted(interpreter.executable)} "$@"\n`
  yield* Effect.forEach(
    ["python3", "python"],
    (name) => fs.writeFileString(path.join(directory, name), script, { mode: 0o755 }),
    { concurrency: 2, discard: true }
  )
  const inherited = Option.getOrElse(yield* variable(ctx, tool, "PATH"), () => "/usr/bin:/bin")
  const others = ctx.config.untrusted ? yield* pathOutside(inherited, ctx.root) : inherited
  return { PATH: [directory, ...others.split(":").filter((entry) => path.isAbsolute(entry))].join(":") }
})

/** scip-python takes a file that it cannot read for an empty one. */
const readable = ({ modules }: PipelineContext) => modules.filter((module) => !isUnreadable(module))

interface Job {
  readonly location: ToolLocation
  /** All that can be read: nothing is left out. */
  readonly isAll: boolean
  readonly version: string
  readonly installed: ReadonlyArray<InstalledPackage>
  readonly options: ScipShardOptions
}

/**
 * @since 0.1.0
 * @category constructors
 */
export const make = Effect.fnUntraced(function*(access: ToolAccess) {
  const progress = yield* Progress
  const python = yield* PythonEnvironment
  // these two alone: with the others comes the scope of whoever makes this
  const services = Context.pick(FileSystem.FileSystem, Path.Path)(
    yield* Effect.context<FileSystem.FileSystem | Path.Path>()
  )
  const remembered = yield* Ref.make(
    Option.none<{ readonly key: string; readonly packages: ReadonlyArray<InstalledPackage> }>()
  )
  const oneAtATime = yield* Effect.makeSemaphore(1)

  /** The same for every shard, and Python takes a second to say: the last answer is kept while nothing is installed. */
  const packagesOf = Effect.fnUntraced(function*(interpreter: Interpreter) {
    const key = JSON.stringify([interpreter.executable, yield* python.fingerprint(interpreter)])
    const last = yield* Ref.get(remembered)
    if (Option.isSome(last) && last.value.key === key) return last.value.packages
    const packages = yield* python.packages(interpreter)
    yield* Ref.set(remembered, Option.some({ key, packages }))
    return packages
  }, oneAtATime.withPermits(1))

  /** Files that cannot be written, or an index that cannot be read: what would the tool have been told otherwise? */
  const refused = (ctx: PipelineContext, location: ToolLocation) => (cause: unknown) =>
    new ToolExecution({
      tool,
      executable: location.executable,
      args: location.prefixArgs,
      cwd: ctx.paths.scipTmp,
      reason: "Spawn",
      stdoutTail: "",
      stderrTail: "",
      durationMs: 0,
      cause
    })

  const said = (name: Option.Option<string>) => (line: string) =>
    Option.match(Output.progressOf(line), {
      onNone: () => Effect.void,
      onSome: (text) =>
        progress.emit(ProgressEvent.Said({ name: tool, text: [...Option.toArray(name), text].join(": ") }))
    })

  /** Says where the process failed, if it did. */
  const judged = Effect.fnUntraced(function*(
    job: Job,
    workspace: string,
    result: ToolRunResult,
    index: string
  ) {
    const reject = (reason: ToolExecution["reason"], cause?: unknown) =>
      access.reject(job.location, workspace, result, reason, cause)
    if (result.exitCode !== 0) {
      return yield* reject("ExitCode", Option.getOrUndefined(Output.causeOfDeath(result.stderr)))
    }
    if (!Output.isComplete(result.stdout)) {
      return yield* reject("MalformedOutput", "it ended before its index was written")
    }
    const gaveUp = Output.gaveUp(result.stdout, result.stderr.replaceAll(`${workspace}/`, ""))
    if (Option.isSome(gaveUp)) return yield* reject("NothingAnalyzed", gaveUp.value)
    const found = yield* Effect.catchTag(
      documentsOf(index),
      "ScipMalformed",
      (cause) => reject("MalformedOutput", cause)
    )
    const documents = new Set(found.map(({ relativePath }) => relativePath))
    const missing = job.options.relPaths.filter((relPath) => !documents.has(relPath))
    if (missing.length > 0) return yield* reject("NothingAnalyzed", `no document for ${summary(missing)}`)
    const more = documents.size - job.options.relPaths.length
    // in a full run, what is ignored by git and imported
    if (more > 0 && !job.isAll) {
      yield* Effect.logWarning(
        `scip-python ${job.version} indexed ${more} files that it was not asked for, which takes time and memory: ` +
          "it cannot be told, or something between it and us drops NODE_OPTIONS"
      )
    }
  })

  /** In a scratch directory of its own; what lives on is the index. */
  const indexed = Effect.fnUntraced(
    function*(ctx: PipelineContext, job: Job, keep: Scope.Scope) {
      const fs = yield* FileSystem.FileSystem
      const path = yield* Path.Path
      const { isAll, options: { heapBytes, relPaths } } = job
      const blame = Effect.mapError(refused(ctx, job.location))

      const { args, env, index, location, workspace } = yield* Effect.gen(function*() {
        yield* fs.makeDirectory(ctx.paths.scipTmp, { recursive: true })
        const scratch = yield* fs.realPath(yield* temporaryDirectory({ directory: ctx.paths.scipTmp }))
        const index = path.join(scratch, "index.scip.part")
        const environment = path.join(scratch, "environment.json")
        const temporary = path.join(scratch, "tmp") // scip-python leaves directories in it
        yield* fs.makeDirectory(temporary)
        const workspace = path.join(scratch, "workspace")
        yield* Workspace.make(ctx, workspace)
        const { importRoots, settings } = yield* Configuration.make(ctx, workspace, relPaths)
        const [, ...args] = yield* baseArgs(ctx)
        const name = yield* Environment.projectName(ctx)
        yield* fs.writeFileString(path.join(workspace, Configuration.FILE_NAME), JSON.stringify(settings))
        const own = [...ctx.modules.map(({ relPath }) => relPath), ...(yield* unlisted(ctx))]
        yield* fs.writeFileString(environment, Environment.content(name, own, importRoots, job.installed))
        const onPath = yield* Option.match(ctx.interpreter, {
          onNone: () => Effect.succeed({}),
          onSome: (interpreter) => pythonOnPath(ctx, path.join(scratch, "bin"), interpreter)
        })
        const ownFiles = path.join(scratch, "own-files.cjs")
        const { location, nodeOptions } = isAll
          ? { location: job.location, nodeOptions: [] }
          : OwnFiles.preloaded(job.location, ownFiles)
        if (!isAll) {
          yield* fs.writeFileString(ownFiles, OwnFiles.script(relPaths.map((each) => path.join(workspace, each))))
        }
        const options = [
          ...nodeOptions,
          ...heapBytes === undefined ? [] : [`--max-old-space-size=${Math.max(1, Math.floor(heapBytes / MEGABYTE))}`]
        ]
        return {
          workspace,
          location,
          index,
          args: [
            "index",
            `--cwd=${workspace}/`,
            `--output=${index}`,
            `--environment=${environment}`,
            ...args,
            ...settingsOf(ctx.config, tool).args
          ],
          env: {
            ...scipPython.env,
            ...onPath,
            TMPDIR: temporary,
            ...(options.length > 0 && { NODE_OPTIONS: options.join(" ") })
          }
        }
      }).pipe(blame)

      const result = yield* access.start(ctx, location, {
        args,
        env,
        cwd: workspace,
        onLine: said(isAll ? Option.none() : Option.some(summary(relPaths)))
      }).pipe(
        Effect.catchTag("ToolExecution", (error) =>
          Option.match(Output.causeOfDeath(error.stderrTail), {
            onNone: () => error,
            onSome: (cause) => new ToolExecution({ ...error, cause })
          }))
      )
      yield* judged(job, workspace, result, index)

      const kept = `${path.dirname(index)}.scip`
      yield* Effect.acquireRelease(
        fs.rename(index, kept),
        () => Effect.ignore(fs.remove(kept, { force: true }))
      ).pipe(Scope.extend(keep), blame)
      const output: ScipOutput = {
        path: kept,
        base: "",
        documents: new Set(relPaths),
        execution: {
          executable: location.identity,
          version: Option.some(job.version),
          args: result.args,
          cwd: workspace,
          startedAt: result.startedAt,
          durationMs: result.durationMs,
          exitCode: result.exitCode
        }
      }
      return output
    },
    Effect.scoped
  )

  const run = Effect.fnUntraced(function*(ctx: PipelineContext, options: ScipShardOptions) {
    const keep = yield* Effect.scope
    const location = yield* access.locate(ctx, tool)
    const [version, installed] = yield* Effect.all([
      access.version(ctx, location),
      Option.match(ctx.interpreter, { onNone: () => Effect.succeed([]), onSome: packagesOf })
    ], { concurrency: 2 })
    const isAll = options.relPaths.length === readable(ctx).length
    return yield* indexed(ctx, { location, isAll, version, installed, options }, keep)
  }, Effect.provide(services))

  const runScipFull = Effect.fn("ToolService.runScipFull")(function*(
    ctx: PipelineContext,
    options: Pick<ScipShardOptions, "heapBytes"> = {}
  ) {
    yield* Effect.annotateCurrentSpan({ root: ctx.root })
    return yield* run(ctx, { ...options, relPaths: readable(ctx).map(({ relPath }) => relPath) })
  })

  const runScipShard = Effect.fn("ToolService.runScipShard")(function*(
    ctx: PipelineContext,
    options: ScipShardOptions
  ) {
    yield* Effect.annotateCurrentSpan({ root: ctx.root, files: options.relPaths.length })
    return yield* run(ctx, options)
  })

  return { runScipFull, runScipShard }
})
