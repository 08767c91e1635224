/**
 * `PythonEnvironment` by asking Python itself, through `ToolRunner`.
 *
 * @since 0.1.0
 */
import * as FileSystem from "@effect/platform/FileSystem"
import * as Path from "@effect/platform/Path"
import * as Config from "effect/Config"
import type { ConfigError } from "effect/ConfigError"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import type { ParseError } from "effect/ParseResult"
import { ToolExecution, type ToolExecutionReason } from "../domain/errors.js"
import type { Interpreter } from "../domain/PipelineContext.js"
import type { ToolInvocation } from "../domain/ToolInvocation.js"
import { PythonEnvironment } from "../services/PythonEnvironment.js"
import { ToolRunner } from "../services/ToolRunner.js"
import { cacheDirectory } from "./cacheDirectory.js"
import * as AnswerCache from "./python/answerCache.js"
import * as Identity from "./python/identity.js"
import * as Queries from "./python/queries.js"
import * as SmallStore from "./python/smallStore.js"

/**
 * @since 0.1.0
 * @category models
 */
export interface NodePythonEnvironmentConfig {
  /** Absolute; made when there is something to keep in it. */
  readonly cacheDirectory: string
  /** The caller's `HOME`, `PATH` and `PYENV_*`, as far as they are set: what an answer may depend on besides files. */
  readonly variables: Readonly<Record<string, string>>
}

/** A cold start from a slow disk takes seconds; one that takes longer hangs. */
const QUERY_TIMEOUT = Duration.seconds(60)

/**
 * @since 0.1.0
 * @category constructors
 */
export const make = Effect.fnUntraced(function*(config: NodePythonEnvironmentConfig) {
  const runner = yield* ToolRunner
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const files = yield* Effect.context<FileSystem.FileSystem | Path.Path>()
  const cache = yield* AnswerCache.make(config.cacheDirectory, config.variables)
  const installations = yield* SmallStore.make(
    path.join(config.cacheDirectory, "packages"),
    Queries.Installed.fields.packages
  )
  const pyenv = Object.fromEntries(
    Object.entries(config.variables).filter(([name]) => AnswerCache.pyenvVariables.includes(name))
  )

  const ask = Effect.fnUntraced(function*<A>(
    given: Pick<ToolInvocation, "executable" | "args" | "cwd" | "maxOutputBytes" | "untrustedRoot">,
    decode: (stdout: string) => Effect.Effect<A, ParseError>
  ) {
    const result = yield* runner.run({ tool: "python", env: pyenv, timeout: QUERY_TIMEOUT, ...given })
    const reject = (reason: ToolExecutionReason, cause?: unknown) =>
      new ToolExecution({
        tool: "python",
        executable: given.executable,
        args: given.args,
        cwd: given.cwd,
        reason,
        exitCode: result.exitCode,
        stdoutTail: result.stdout.slice(-2000),
        stderrTail: result.stderr.slice(-2000),
        durationMs: result.durationMs,
        ...(cause !== undefined && { cause })
      })
    if (result.exitCode !== 0) return yield* reject("ExitCode")
    return yield* Effect.mapError(decode(result.stdout), (cause) => reject("MalformedOutput", cause))
  })

  const interpreter = Effect.fn("PythonEnvironment.interpreter")(
    function*(executable: string, chosenBecause: string, cwd: string, untrustedRoot?: string) {
      yield* Effect.annotateCurrentSpan({ executable })
      const named = (answer: Queries.Answer): Interpreter => ({ ...answer, chosenBecause })
      const key = yield* cache.keyOf(executable, cwd)
      const remembered = yield* Option.match(key, { onNone: () => Effect.succeedNone, onSome: cache.recall })
      if (Option.isSome(remembered)) return named(remembered.value)

      const args = ["-I", "-c", Queries.whoAreYou]
      const said = yield* ask(
        {
          executable,
          args,
          cwd,
          maxOutputBytes: 1024 * 1024,
          ...(untrustedRoot !== undefined && { untrustedRoot })
        },
        Queries.decodeLastLine(Queries.Answer)
      )
      const isItself = yield* Effect.orElseSucceed(
        Effect.zipWith(fs.realPath(executable), fs.realPath(said.executable), (asked, answered) => asked === answered),
        () => false
      )
      const answer = isItself ? { ...said, executable } : said
      // A launcher that is no script (mise, rye, macOS's own) chooses by what only it knows: its answer holds once.
      if (Option.isSome(key) && (isItself || key.value.shim)) yield* cache.remember(key.value, answer)
      return named(answer)
    }
  )

  const fingerprint = Effect.fn("PythonEnvironment.fingerprint")((interpreter: Interpreter) =>
    Effect.provide(Identity.fingerprintOf(interpreter), files)
  )

  const packages = Effect.fn("PythonEnvironment.packages")(
    function*(given: Interpreter) {
      const { executable, prefix, sitePackages } = given
      yield* Effect.annotateCurrentSpan({ executable })
      const id = Identity.hash([executable, ...sitePackages])
      // taken before the answer: what is installed meanwhile is asked for the next time
      const stamp = yield* fingerprint(given)
      const remembered = yield* installations.recall(id)
      if (Option.isSome(remembered) && remembered.value.stamp === stamp) return remembered.value.value
      const installed = yield* ask(
        {
          executable,
          args: ["-I", "-c", Queries.whatIsInstalled, ...sitePackages],
          cwd: prefix,
          maxOutputBytes: 100 * 1024 * 1024
        },
        Queries.decodeLastLine(Queries.Installed)
      )
      yield* Effect.forEach(installed.ignored, (which) => Effect.logDebug(`broken metadata: ${which}`), {
        concurrency: 1,
        discard: true
      })
      yield* installations.remember(id, { stamp, value: installed.packages })
      return installed.packages
    }
  )

  return PythonEnvironment.of({ interpreter, packages, fingerprint })
})

/**
 * @since 0.1.0
 * @category layers
 */
export const layer = (
  config: NodePythonEnvironmentConfig
): Layer.Layer<PythonEnvironment, never, ToolRunner | FileSystem.FileSystem | Path.Path> =>
  Layer.effect(PythonEnvironment, make(config))

/**
 * @since 0.1.0
 * @category layers
 */
export const layerConfig = (
  config: Config.Config.Wrap<NodePythonEnvironmentConfig>
): Layer.Layer<PythonEnvironment, ConfigError, ToolRunner | FileSystem.FileSystem | Path.Path> =>
  Layer.effect(PythonEnvironment, Effect.flatMap(Config.unwrap(config), make))

const variables: Config.Config<Readonly<Record<string, string>>> = Config.map(
  Config.all(
    ["HOME", "PATH", ...AnswerCache.pyenvVariables].map((name) =>
      Config.map(Config.option(Config.string(name)), Option.map((value) => [name, value] as const))
    )
  ),
  (found) => Object.fromEntries(found.flatMap(Option.toArray))
)

/**
 * Remembers in the user's cache directory: `CODEINTEL_CACHE`, `XDG_CACHE_HOME`, `~/.cache`.
 *
 * @since 0.1.0
 * @category layers
 */
export const layerFromEnv: Layer.Layer<
  PythonEnvironment,
  ConfigError,
  ToolRunner | FileSystem.FileSystem | Path.Path
> = layerConfig({ cacheDirectory, variables })
