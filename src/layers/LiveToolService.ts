/**
 * `ToolService` over `ToolRunner`, `ToolResolver` and `ToolProvisioner`: one way for every checker.
 *
 * @since 0.1.0
 */
import type * as FileSystem from "@effect/platform/FileSystem"
import type * as Path from "@effect/platform/Path"
import * as Effect from "effect/Effect"
import * as HashMap from "effect/HashMap"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Ref from "effect/Ref"
import { ToolExecution, ToolNotFound } from "../domain/errors.js"
import type { PipelineContext } from "../domain/PipelineContext.js"
import type { ToolLocation } from "../domain/ToolLocation.js"
import type { ToolName } from "../domain/ToolName.js"
import { settingsOf } from "../domain/ToolsConfig.js"
import { PythonEnvironment } from "../services/PythonEnvironment.js"
import { ToolProvisioner } from "../services/ToolProvisioner.js"
import { ToolResolver } from "../services/ToolResolver.js"
import { ToolRunner } from "../services/ToolRunner.js"
import { ToolService } from "../services/ToolService.js"
import { ourVersion } from "./ourVersion.js"
import { outsideInputs } from "./outsideInputs.js"
import * as RunKey from "./runKey.js"
import type { Checker, CheckSession } from "./tools/checker.js"
import { checkers as allCheckers } from "./tools/checkers.js"

const MAX_OUTPUT_BYTES = 256 * 1024 * 1024

const tail = (text: string) => text.slice(-2000)

/** Tools that are no checkers print their version in many ways: the first thing that looks like one. */
const firstVersion = (stdout: string) => /\d+(?:\.\d+)+[^\s,)]*/.exec(stdout)?.[0] ?? stdout.trim()

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

  const start = (ctx: PipelineContext, location: ToolLocation, args: ReadonlyArray<string>, env: CheckerEnv) => {
    const settings = settingsOf(ctx.config, location.tool)
    return runner.run({
      tool: location.tool,
      executable: location.executable,
      args: [...location.prefixArgs, ...args],
      cwd: ctx.root,
      env: { ...env, ...settings.env },
      timeout: settings.timeout,
      maxOutputBytes: MAX_OUTPUT_BYTES
    })
  }

  const versionAt = Effect.fnUntraced(function*(ctx: PipelineContext, location: ToolLocation) {
    const identity = yield* RunKey.identityOf(location.identity)
    const remembered = HashMap.get(yield* Ref.get(versions), identity)
    if (Option.isSome(remembered)) return remembered.value
    const checker = checkers.find(({ tool }) => tool === location.tool)
    const { stdout } = yield* start(ctx, location, checker?.versionArgs ?? ["--version"], checker?.env ?? {})
    const version = checker === undefined ? firstVersion(stdout) : checker.parseVersion(stdout)
    yield* Ref.update(versions, HashMap.set(identity, version))
    return version
  }, Effect.provide(files))

  const argsOf = Effect.fnUntraced(function*(checker: Checker, ctx: PipelineContext) {
    const { args, notices } = yield* checker.args(ctx)
    return { args: [...args, ...settingsOf(ctx.config, checker.tool).args], notices }
  })

  const check = Effect.fn("ToolService.check")(function*(tool: ToolName, ctx: PipelineContext) {
    yield* Effect.annotateCurrentSpan({ tool, root: ctx.root })
    const checker = yield* known(tool)
    const location = yield* locate(ctx, tool)
    const session: CheckSession = {
      ctx,
      location,
      ...(yield* argsOf(checker, ctx)),
      version: versionAt(ctx, location),
      run: (args) => start(ctx, location, args, checker.env),
      reject: (result, reason, cause) =>
        new ToolExecution({
          tool,
          executable: location.executable,
          args: result.args,
          cwd: ctx.root,
          reason,
          exitCode: result.exitCode,
          stdoutTail: tail(result.stdout),
          stderrTail: tail(result.stderr),
          durationMs: result.durationMs,
          ...(cause !== undefined && { cause })
        })
    }
    return yield* checker.check(session)
  }, Effect.provide(files))

  const runKey = Effect.fnUntraced(function*(
    tool: ToolName,
    ctx: PipelineContext,
    shared: { readonly environment: string; readonly outside: Option.Option<ReadonlyArray<string>> }
  ) {
    const checker = yield* known(tool)
    const location = yield* locate(ctx, tool)
    const { args } = yield* argsOf(checker, ctx)
    const environment = checker.usesInterpreter ? shared.environment : ""
    const settings = settingsOf(ctx.config, tool)
    return {
      key: yield* RunKey.make({ ...shared, ourVersion, ctx, checker, location, settings, args, environment }),
      location
    }
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
    version: Effect.fn("ToolService.version")(function*(tool: ToolName, ctx: PipelineContext) {
      // for the doctor: what is there, so nothing is installed
      return yield* versionAt(ctx, yield* resolver.locate(ctx, tool))
    })
  })
})

type CheckerEnv = Readonly<Record<string, string>>

/**
 * @since 0.1.0
 * @category layers
 */
export const layer: Layer.Layer<
  ToolService,
  never,
  ToolRunner | ToolResolver | ToolProvisioner | PythonEnvironment | FileSystem.FileSystem | Path.Path
> = Layer.effect(ToolService, make(allCheckers))
