/**
 * `ToolService` over `ToolRunner`, `ToolResolver` and `ToolProvisioner`: one way for every checker.
 *
 * @since 0.1.0
 */
import type * as FileSystem from "@effect/platform/FileSystem"
import type * as Path from "@effect/platform/Path"
import * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import * as HashMap from "effect/HashMap"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Ref from "effect/Ref"
import { mapSaid, shortCause, ToolExecution, ToolNotFound } from "../domain/errors.js"
import type { PipelineContext } from "../domain/PipelineContext.js"
import type { ToolLocation } from "../domain/ToolLocation.js"
import type { ToolName } from "../domain/ToolName.js"
import { settingsOf } from "../domain/ToolsConfig.js"
import type { Progress } from "../services/Progress.js"
import { PythonEnvironment } from "../services/PythonEnvironment.js"
import { ToolProvisioner } from "../services/ToolProvisioner.js"
import { ToolResolver } from "../services/ToolResolver.js"
import { ToolRunner } from "../services/ToolRunner.js"
import { type ToolError, ToolService } from "../services/ToolService.js"
import { ourVersion } from "./ourVersion.js"
import { outsideInputs } from "./outsideInputs.js"
import * as RunKey from "./runKey.js"
import { callerEnvironment, secretsOf, withoutValues } from "./toolEnvironment.js"
import type { Checker, CheckSession } from "./tools/checker.js"
import { checkers as allCheckers } from "./tools/checkers.js"
import * as Coverage from "./tools/coverage.js"
import * as Pytest from "./tools/pytest.js"
import * as ScipPython from "./tools/scipPython.js"
import type { Keyed, Start, ToolAccess } from "./tools/toolAccess.js"

/** The tools that are not checkers and whose results are kept. */
const others: ReadonlyArray<Keyed> = [Pytest.pytest, Coverage.coverage, ScipPython.scipPython]

/** Of a report, some 200,000 findings. What is kept is there three times when it is decoded: within 500 MB of our own. */
const MAX_OUTPUT_BYTES = 100 * 1024 * 1024

const tail = (text: string) => text.slice(-2000)

/** What is found by our own directories goes on with what the tool would see without us. */
const pythonPathOf = Effect.fnUntraced(function*(ctx: PipelineContext, location: ToolLocation, start: Start) {
  // what is installed in place leads to the repository itself, not to the revision
  const revised = ctx.revision !== undefined && start.inherit === "caller"
    ? ctx.importRoots.map((directory) => `${ctx.root}/${directory}`)
    : []
  const ours = [...start.pythonPath ?? [], ...location.pythonPath ?? [], ...revised]
  if (ours.length === 0) return {}
  const set = settingsOf(ctx.config, location.tool).env["PYTHONPATH"] ?? start.env?.["PYTHONPATH"]
  const theirs = set !== undefined || start.inherit !== "caller"
    ? Option.fromNullable(set)
    : yield* Effect.option(Config.string("PYTHONPATH"))
  // an empty entry would be the working directory
  const paths = [...ours, ...Option.toArray(theirs)].filter((each) => each !== "")
  return { PYTHONPATH: [...new Set(paths)].join(":") }
})

/** Configured options of node come after ours, and of two that say the same the last counts. */
const nodeOptionsOf = (...environments: ReadonlyArray<Start["env"]>) => {
  const options = environments.map((env) => env?.["NODE_OPTIONS"] ?? "").filter((each) => each !== "")
  return options.length > 0 ? { NODE_OPTIONS: options.join(" ") } : {}
}

/** No version is longer. */
const MAX_VERSION = 100

/** Tools that are no checkers print their version in many ways: the first thing that looks like one. */
const firstVersion = (stdout: string) =>
  (/\d+(?:\.\d+)+[^\s,)]*/.exec(stdout)?.[0] ?? stdout.trim().split("\n", 1).join("")).slice(0, MAX_VERSION)

/**
 * @since 0.1.0
 * @category constructors
 */
export const make = Effect.fnUntraced(function*(checkers: ReadonlyArray<Checker>) {
  const runner = yield* ToolRunner
  const resolver = yield* ToolResolver
  const provisioner = yield* ToolProvisioner
  const python = yield* PythonEnvironment
  const files = yield* Effect.context<FileSystem.FileSystem | Path.Path>()
  const versions = yield* Ref.make(HashMap.empty<string, string>())
  const secrets = secretsOf(yield* Effect.orDie(callerEnvironment))

  /** What a tool wrote, without the values of variables that are configured for tools, and of the caller's secrets. */
  const written = ({ config }: PipelineContext) =>
    withoutValues([secrets, ...Object.values(config.tools).map(({ env }) => env)])

  /** The same of failures. */
  const unvalued =
    (ctx: PipelineContext) =>
    <A, E extends ToolError, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E | ToolExecution, R> =>
      Effect.mapError(effect, (error) => error instanceof ToolExecution ? mapSaid(error, written(ctx)) : error)

  const known = (tool: ToolName): Effect.Effect<Checker, ToolNotFound> =>
    Effect.mapError(
      Effect.fromNullable(checkers.find((checker) => checker.tool === tool)),
      () =>
        new ToolNotFound({
          tool,
          searched: ["the list of checkers"],
          hint: `the checkers are ${checkers.map((checker) => checker.tool).join(", ")}`
        })
    )

  // A configured path is an order: nothing is installed in its place.
  const locate = (ctx: PipelineContext, tool: ToolName) =>
    Effect.catchTag(
      resolver.locate(ctx, tool),
      "ToolNotFound",
      (missing) =>
        Option.isNone(settingsOf(ctx.config, tool).path) && provisioner.pins.has(tool)
          ? Effect.mapError(
            provisioner.provision(ctx, tool),
            (refused) => new ToolNotFound({ ...refused, searched: [...missing.searched, ...refused.searched] })
          )
          : missing
    )

  const start: ToolAccess["start"] = Effect.fnUntraced(function*(ctx, location, given) {
    const { args, cwd, env, inherit, onLine, timeout } = given
    const settings = settingsOf(ctx.config, location.tool)
    return yield* runner.run({
      tool: location.tool,
      executable: location.executable,
      args: [...location.prefixArgs, ...args],
      cwd: cwd ?? ctx.root,
      env: {
        ...env,
        ...settings.env,
        ...nodeOptionsOf(env, settings.env),
        ...yield* pythonPathOf(ctx, location, given)
      },
      timeout: timeout ?? settings.timeout,
      maxOutputBytes: MAX_OUTPUT_BYTES,
      ...(ctx.config.untrusted && { untrustedRoot: ctx.root }),
      ...(inherit !== undefined && { inherit }),
      ...(onLine !== undefined && { onLine })
    })
  })

  const reject: ToolAccess["reject"] = (location, cwd, result, reason, cause) =>
    new ToolExecution({
      tool: location.tool,
      executable: location.executable,
      args: result.args,
      cwd,
      reason,
      exitCode: result.exitCode,
      stdoutTail: tail(result.stdout),
      stderrTail: tail(result.stderr),
      durationMs: result.durationMs,
      ...(cause !== undefined && { cause: shortCause(cause) })
    })

  const versionAt = Effect.fnUntraced(function*(ctx: PipelineContext, location: ToolLocation) {
    const identity = yield* RunKey.identityOf(location.identity)
    const remembered = HashMap.get(yield* Ref.get(versions), identity)
    if (Option.isSome(remembered)) return remembered.value
    const checker = checkers.find(({ tool }) => tool === location.tool)
    const { stdout } = yield* start(ctx, location, {
      args: checker?.versionArgs ?? ["--version"],
      env: (checker ?? others.find((other) => other.tool === location.tool))?.env ?? {}
    })
    const version = written(ctx)(checker === undefined ? firstVersion(stdout) : checker.parseVersion(stdout))
    yield* Ref.update(versions, HashMap.set(identity, version))
    return version
  }, Effect.provide(files))

  const access: ToolAccess = { locate, start, version: versionAt, reject }
  const scip = yield* ScipPython.make(access)
  const tests = Pytest.make(access)
  const coverage = Coverage.make(access)

  const argsOf = Effect.fnUntraced(function*(keyed: Keyed, ctx: PipelineContext) {
    const { args, notices } = yield* keyed.args(ctx)
    return { args: [...args, ...settingsOf(ctx.config, keyed.tool).args], notices }
  })

  const check = Effect.fn("ToolService.check")(
    function*(tool: ToolName, ctx: PipelineContext) {
      yield* Effect.annotateCurrentSpan({ tool, root: ctx.root })
      const checker = yield* known(tool)
      const location = yield* locate(ctx, tool)
      const session: CheckSession = {
        ctx,
        location,
        ...(yield* argsOf(checker, ctx)),
        version: location.version === undefined ? versionAt(ctx, location) : Effect.succeed(location.version),
        run: (args) => start(ctx, location, { args, env: checker.env }),
        reject: (result, reason, cause) => reject(location, ctx.root, result, reason, cause)
      }
      const report = yield* checker.check(session)
      return { ...report, notices: report.notices.map(written(ctx)) }
    },
    Effect.provide(files),
    (effect, _, ctx) => unvalued(ctx)(effect)
  )

  const runKey = Effect.fnUntraced(function*(
    tool: ToolName,
    ctx: PipelineContext,
    shared: { readonly environment: string; readonly outside: Option.Option<ReadonlyArray<string>> }
  ) {
    const keyed = others.find((other) => other.tool === tool) ?? (yield* known(tool))
    const location = yield* locate(ctx, tool)
    const { args } = yield* argsOf(keyed, ctx)
    const environment = keyed.usesInterpreter ? shared.environment : ""
    const settings = settingsOf(ctx.config, tool)
    const keys = yield* RunKey.make({ ...shared, ourVersion, ctx, keyed, location, settings, args, environment })
    return { ...keys, location }
  })

  const runKeys = Effect.fn("ToolService.runKeys")(function*(tools: ReadonlyArray<ToolName>, ctx: PipelineContext) {
    // what they share is a walk over the repository: nothing is asked, nothing is walked
    if (tools.length === 0) return new Map<ToolName, never>()
    const shared = yield* Effect.all({
      environment: Option.match(ctx.interpreter, { onNone: () => Effect.succeed(""), onSome: python.fingerprint }),
      outside: outsideInputs(ctx)
    }, { concurrency: "unbounded" })
    const keys = yield* Effect.forEach(
      tools,
      (tool) => Effect.map(Effect.either(runKey(tool, ctx, shared)), (key) => [tool, key] as const),
      { concurrency: "unbounded" }
    )
    return new Map(keys)
  }, Effect.provide(files))

  return ToolService.of({
    checkers: checkers.map((checker) => checker.tool),
    check,
    runPyright: (ctx) => check("pyright", ctx),
    runPyrefly: (ctx) => check("pyrefly", ctx),
    runRuff: (ctx) => check("ruff", ctx),
    runKeys,
    runPytestReport: (ctx, options) => Effect.provide(unvalued(ctx)(tests.runPytestReport(ctx, options)), files),
    confirmPytestReport: (ctx, options) => Effect.provide(tests.confirmPytestReport(ctx, options), files),
    discardPytestReport: (ctx, options) => Effect.provide(tests.discardPytestReport(ctx, options), files),
    runSelectedTests: (ctx, options) => Effect.provide(unvalued(ctx)(tests.runSelectedTests(ctx, options)), files),
    readPytestReport: (ctx, path) => Effect.provide(unvalued(ctx)(tests.readPytestReport(ctx, path)), files),
    runCoverageJson: (ctx, options) => Effect.provide(unvalued(ctx)(coverage.runCoverageJson(ctx, options)), files),
    readCoverageFiles: (ctx, options) => Effect.provide(unvalued(ctx)(coverage.readCoverageFiles(ctx, options)), files),
    readCoverageContexts: (ctx, options) =>
      Effect.provide(unvalued(ctx)(coverage.readCoverageContexts(ctx, options)), files),
    runScipFull: (ctx, options) => unvalued(ctx)(scip.runScipFull(ctx, options)),
    runScipShard: (ctx, options) => unvalued(ctx)(scip.runScipShard(ctx, options)),
    version: Effect.fn("ToolService.version")(function*(tool: ToolName, ctx: PipelineContext) {
      // for the doctor: what is there, so nothing is installed
      return yield* versionAt(ctx, yield* resolver.locate(ctx, tool))
    }, (effect, _, ctx) => unvalued(ctx)(effect))
  })
})

/**
 * @since 0.1.0
 * @category layers
 */
export const layer: Layer.Layer<
  ToolService,
  never,
  ToolRunner | ToolResolver | ToolProvisioner | PythonEnvironment | Progress | FileSystem.FileSystem | Path.Path
> = Layer.effect(ToolService, make(allCheckers))
