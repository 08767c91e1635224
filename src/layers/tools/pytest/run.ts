/**
 * One run of pytest, as a developer types it: with the repository's interpreter, configuration and variables. What is
 * added:
 *
 * - pytest-reportlog, by `PYTHONPATH`, from a directory that holds nothing else. `-p` with the name of its entry point loads
 *   it where plugins are not loaded by themselves (`PYTEST_DISABLE_PLUGIN_AUTOLOAD`), and once where they are.
 * - `cache_dir` outside of the repository. `-p no:cacheprovider` would do that too, but without that plugin pytest refuses
 *   `--lf`, and a `cache_dir` of the configuration under `--strict-config`, and tests that use the fixture `cache` fail.
 * - `--verbosity=0`: the header says what the root directory is, whatever `addopts` has.
 *
 * @since 0.1.0
 */
import * as FileSystem from "@effect/platform/FileSystem"
import * as Path from "@effect/platform/Path"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import * as Ref from "effect/Ref"
import { type ToolExecution, ToolNotFound } from "../../../domain/errors.js"
import type { PipelineContext } from "../../../domain/PipelineContext.js"
import type { ToolRunResult } from "../../../domain/ToolInvocation.js"
import type { ToolLocation } from "../../../domain/ToolLocation.js"
import { settingsOf } from "../../../domain/ToolsConfig.js"
import type { PytestOptions } from "../../../services/ToolService.js"
import * as FileStat from "../../repository/fileStat.js"
import { temporaryDirectory } from "../../repository/stateDirectory.js"
import * as CoverageRun from "../coverage/run.js"
import type { ToolAccess } from "../toolAccess.js"
import * as Failure from "./failure.js"
import type { RawReport } from "./outcome.js"
import type { Readings } from "./reading.js"
import * as Screen from "./screen.js"
import * as Session from "./session.js"
import * as Sidecar from "./sidecar.js"

/**
 * Our arguments, but for paths.
 *
 * @since 0.1.0
 * @category constants
 */
export const baseArgs: ReadonlyArray<string> = ["-p", "pytest_reportlog", "--verbosity=0", "--color=no"]

/**
 * Python writes nothing beside the sources.
 *
 * @since 0.1.0
 * @category constants
 */
export const env: Readonly<Record<string, string>> = { PYTHONDONTWRITEBYTECODE: "1" }

/** What is started, and what a user should know of it. */
interface Command extends Pick<CoverageRun.CoverageRun, "pythonPath" | "env" | "notices"> {
  readonly location: ToolLocation
  /** From stderr, when it has ended. */
  readonly noticesIn: (stderr: string) => ReadonlyArray<string>
}

/**
 * Whether two names are of one interpreter: `python` and `python3` of one environment. The real path alone does not tell,
 * as it is the same for all environments that were made from one Python.
 */
const isSamePython = Effect.fnUntraced(function*(one: string, other: string) {
  if (one === other) return true
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  if (path.dirname(one) !== path.dirname(other)) return false
  const real = Effect.all([fs.realPath(one), fs.realPath(other)], { concurrency: 1 })
  // one that is not there cannot be compared
  return Option.exists(yield* Effect.option(real), ([first, second]) => first === second)
})

/** Coverage is imported by the interpreter that it was found or installed for. */
const underCoverage = Effect.fnUntraced(function*(
  access: ToolAccess,
  ctx: PipelineContext,
  location: ToolLocation,
  options: { readonly dataFile: string; readonly contexts: boolean }
) {
  const isOurs = yield* Option.match(ctx.interpreter, {
    onNone: () => Effect.succeed(false),
    onSome: ({ executable }) => isSamePython(executable, location.executable)
  })
  if (!isOurs) {
    return yield* new ToolNotFound({
      tool: "coverage",
      searched: [location.executable],
      hint: `${location.identity} is run by ${location.executable}, which is not the repository's interpreter: ` +
        "name that interpreter with --python, or remove the setting `pytest.path`"
    })
  }
  const { args, ...under } = yield* CoverageRun.make(access, ctx, { ...options, pytest: location.prefixArgs })
  const command: Command = {
    ...under,
    location: { ...location, prefixArgs: args },
    noticesIn: CoverageRun.noticesIn
  }
  return command
})

const commandFor = Effect.fnUntraced(function*(
  access: ToolAccess,
  ctx: PipelineContext,
  { coverage }: PytestOptions
) {
  const location = yield* access.locate(ctx, "pytest")
  const plugin = yield* access.locate(ctx, "pytest-reportlog")
  const plain: Command = { location, pythonPath: [], env: {}, notices: [], noticesIn: () => [] }
  const command = Option.isNone(coverage) ? plain : yield* underCoverage(access, ctx, location, coverage.value)
  return { ...command, pythonPath: [...plugin.pythonPath ?? [], ...command.pythonPath] }
})

/** How it ended: by itself, or killed; and what it is recorded as. */
const endOf = (
  ended: Either.Either<ToolRunResult, ToolExecution>,
  report: Option.Option<RawReport>,
  reject: (result: ToolRunResult, failure: Session.Failure) => ToolExecution
) =>
  Either.match(ended, {
    onLeft: (failure) => {
      const { exitCode, why } = Session.killed(failure)
      const { args, durationMs } = failure
      const verdict: Either.Either<ReadonlyArray<string>, ToolExecution> = Either.left(failure)
      return { args, durationMs, exitCode, early: Option.some(why), counts: Option.none(), stderr: "", verdict }
    },
    onRight: (result) => {
      const { args, durationMs, exitCode, stderr, stdout } = result
      const said = Screen.endOf(stdout)
      const verdict = Either.mapLeft(Session.judge(result, said, report), (failure) => reject(result, failure))
      return { args, durationMs, exitCode, ...said, stderr, verdict }
    }
  })

/**
 * Runs pytest. Whatever comes of it, what was reported is at `jsonReportPath`, with what the report does not say beside
 * it; nothing is there that an earlier run left.
 *
 * @since 0.1.0
 * @category constructors
 */
export const run = Effect.fn("pytest.run")(
  function*(access: ToolAccess, readings: Readings, ctx: PipelineContext, options: PytestOptions) {
    const fs = yield* FileSystem.FileSystem
    const path = yield* Path.Path
    const report = options.jsonReportPath
    const partial = `${report}.partial`
    // what is there may be a directory, which a test has made
    const remove = (file: string) => fs.remove(file, { force: true, recursive: true })

    const prepare = Effect.gen(function*() {
      yield* Effect.forEach([Sidecar.fileOf(report), report, partial], remove, { concurrency: 1, discard: true })
      yield* fs.makeDirectory(path.dirname(report), { recursive: true })
      yield* fs.makeDirectory(ctx.paths.scratch, { recursive: true })
      yield* Effect.addFinalizer(() => Effect.ignoreLogged(remove(partial)))
      return yield* temporaryDirectory({ directory: ctx.paths.scratch, prefix: "pytest-" })
    })
    const scratch = yield* Effect.mapError(prepare, Failure.refusedByFiles(ctx, report))

    const command = yield* commandFor(access, ctx, options)
    const rootdir = yield* Ref.make(Option.none<string>())
    const startedAt = yield* DateTime.now
    const ended = yield* access.start(ctx, command.location, {
      args: [
        ...baseArgs,
        `--override-ini=cache_dir=${scratch}`,
        `--report-log=${partial}`,
        ...settingsOf(ctx.config, "pytest").args
      ],
      env: { ...command.env, ...env },
      pythonPath: command.pythonPath,
      inherit: "caller",
      onLine: (line) => Ref.update(rootdir, Option.orElse(() => Screen.rootdirIn(line)))
    }).pipe(
      Effect.map(Either.right),
      Effect.catchTag("ToolExecution", (failure) => Effect.succeed(Either.left(failure)))
    )

    const publish = Effect.gen(function*() {
      const [stat] = yield* FileStat.lstatAll(path.dirname(partial), [path.basename(partial)])
      // a link, a directory, a pipe: no report, whatever is behind it
      if (stat?.kind !== "file" || stat.bytes === 0) return Option.none<RawReport>()
      yield* fs.rename(partial, report)
      return Option.some(yield* readings.first(ctx, report))
    })
    const raw = yield* Effect.catchTags(publish, {
      ReportMalformed: Failure.noReport(ctx, report),
      BadArgument: Failure.refusedByFiles(ctx, report),
      SystemError: Failure.refusedByFiles(ctx, report)
    })
    const { args, counts, durationMs, early, exitCode, stderr, verdict } = endOf(
      ended,
      raw,
      (result, { problem, reason }) => access.reject(command.location, ctx.root, result, reason, new Error(problem))
    )
    const isWhole = Either.isRight(verdict) && Option.isNone(early) &&
      Option.exists(raw, ({ incomplete }) => Option.isNone(incomplete))
    yield* Effect.mapError(
      Sidecar.write(report, {
        key: Option.none(),
        complete: isWhole,
        coverage: options.coverage,
        rootdir: yield* Ref.get(rootdir),
        ended: early,
        counts,
        notices: [...command.notices, ...command.noticesIn(stderr), ...Either.getOrElse(verdict, () => [])],
        execution: {
          executable: command.location.identity,
          version: Option.flatMap(raw, ({ pytestVersion }) => pytestVersion),
          args,
          cwd: ctx.root,
          startedAt,
          durationMs,
          exitCode
        }
      }),
      Failure.refusedByFiles(ctx, report)
    )
    return yield* Effect.asVoid(verdict)
  },
  Effect.scoped
)
