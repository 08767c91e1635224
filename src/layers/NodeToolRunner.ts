/**
 * `ToolRunner` on top of `@effect/platform`'s `CommandExecutor`.
 *
 * Why not `Command.string` / `Command.exitCode`: `exitCode` never reads stdout (a child that writes more than the pipe
 * buffer blocks for ever), `string` copies quadratically, `lines` breaks multi-byte characters at chunk borders, stdin
 * is an open pipe by default, and closing the scope sends SIGTERM and waits without limit.
 *
 * @since 0.1.0
 */
import * as Command from "@effect/platform/Command"
import * as CommandExecutor from "@effect/platform/CommandExecutor"
import type { PlatformError } from "@effect/platform/Error"
import * as FileSystem from "@effect/platform/FileSystem"
import * as Config from "effect/Config"
import type { ConfigError } from "effect/ConfigError"
import * as Data from "effect/Data"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Ref from "effect/Ref"
import * as Scheduler from "effect/Scheduler"
import * as Stream from "effect/Stream"
import { randomUUID } from "node:crypto"
import { availableParallelism } from "node:os"
import { ToolExecution, type ToolExecutionReason, ToolNotFound } from "../domain/errors.js"
import type { ToolInvocation } from "../domain/ToolInvocation.js"
import { ToolRunner } from "../services/ToolRunner.js"
import * as OutputCapture from "./outputCapture.js"
import * as LineFeed from "./process/lineFeed.js"
import * as MarkedProcesses from "./process/markedProcesses.js"
import * as ToolTemporary from "./process/toolTemporary.js"
import * as ProcessGuard from "./processGuard.js"
import { callerEnvironment, type Environment, inherited, pathOutside } from "./toolEnvironment.js"

/**
 * @since 0.1.0
 * @category models
 */
export interface NodeToolRunnerConfig {
  /** Processes alive at once, over all callers; 1 at least. A bound for safety: how much runs at once is the pipeline's. */
  readonly maxProcesses: number
  /** Time between SIGTERM and SIGKILL. */
  readonly killAfter: Duration.Duration
  /** The caller's variables; what a tool sees of them is decided by `ToolInvocation.inherit`. */
  readonly environment: Environment
}

/** How long the streams may stay open when nobody who could hold them is left. */
const DRAIN_GRACE = Duration.seconds(2)

/**
 * When a process exits, node throws away what nobody has begun to read. So between its start and the first read no turn
 * of the event loop may pass, as it does when a fiber is resumed by a timer; the default scheduler does that now and
 * then, and the output of a quick tool would be empty without an error.
 */
const atOnce = Scheduler.make((task) => task(), () => false)

/** A `ToolExecution` before time and tails are known. */
class Failure extends Data.TaggedError("Failure")<{
  readonly why: { readonly reason: ToolExecutionReason; readonly signal?: string; readonly cause?: unknown }
}> {}

const failure = (reason: ToolExecutionReason) => (cause: unknown) => new Failure({ why: { reason, cause } })

const killed = (cause: PlatformError) => {
  const signal = /\bSIG[A-Z0-9]+/.exec(cause.message)?.[0] // the executor says it in words only
  return new Failure({ why: { reason: "Signal", cause, ...(signal && { signal }) } })
}

const isPath = (executable: string): boolean => executable.includes("/")

const notFound = ({ cwd, executable, tool }: ToolInvocation, PATH: string | undefined) =>
  new ToolNotFound({
    tool,
    searched: isPath(executable) ? [executable] : PATH?.split(":").map((entry) => entry || cwd) ?? [],
    hint: isPath(executable)
      ? `correct the path of ${tool} in the configuration, or remove it to have ${tool} searched for`
      : `install ${tool}, or put it on PATH`
  })

/**
 * @since 0.1.0
 * @category constructors
 */
export const make = Effect.fnUntraced(function*(config: NodeToolRunnerConfig) {
  const executor = yield* CommandExecutor.CommandExecutor
  const fs = yield* FileSystem.FileSystem
  const permits = yield* Effect.makeSemaphore(config.maxProcesses)
  // not `Random`, which can be seeded: two runners with one id would kill each other's processes
  const id = yield* Effect.sync(() => randomUUID())
  const temporary = yield* ToolTemporary.make(config.environment, id)
  const guard = yield* ProcessGuard.make({ ...config, markerPrefix: `${id}.`, scratch: temporary.directory })
  const invocations = yield* Ref.make(0)

  const environments = {
    analyser: inherited(config.environment, "analyser"),
    caller: inherited(config.environment, "caller")
  }

  const searchPath = (given: string, root: string) =>
    Effect.provideService(pathOutside(given, root), FileSystem.FileSystem, fs)

  /** A file that is there but does not start (not executable, no file of its `#!` line) is not a missing tool. */
  const notStarted = Effect.fnUntraced(function*(
    invocation: ToolInvocation,
    PATH: string | undefined,
    error: PlatformError
  ) {
    const { executable } = invocation
    if (error._tag !== "SystemError" || error.module !== "Command" || error.reason !== "NotFound") {
      return yield* failure("Spawn")(error)
    }
    if (isPath(executable) && (yield* Effect.orElseSucceed(fs.exists(executable), () => false))) {
      return yield* failure("Spawn")(new Error(`${executable} is there, but the interpreter in its #! line is not`))
    }
    return yield* notFound(invocation, PATH)
  })

  /**
   * A process with its streams read, for the length of the scope. `sweep` kills what is left of its group, and the
   * children that have left the group.
   */
  const start = Effect.fnUntraced(
    function*(invocation: ToolInvocation, drain: (process: CommandExecutor.Process) => Effect.Effect<void, Failure>) {
      const number = yield* Ref.updateAndGet(invocations, (n) => n + 1)
      const marker = `${id}.${number}`
      const inherits = environments[invocation.inherit ?? "analyser"]
      const env: Environment = {
        ...inherits,
        ...(invocation.untrustedRoot !== undefined && {
          PATH: yield* searchPath(inherits["PATH"] ?? "", invocation.untrustedRoot)
        }),
        ...invocation.inherit === "caller" ? {} : yield* temporary.variablesOf(number),
        ...invocation.env,
        [MarkedProcesses.MARKER]: marker
      }
      const command = Command.make(invocation.executable, ...invocation.args).pipe(
        Command.workingDirectory(invocation.cwd),
        Command.env(env, { extendEnv: false })
      )
      return yield* Effect.acquireRelease(
        executor.start(command).pipe(
          Effect.catchAll((error) => notStarted(invocation, env["PATH"], error)),
          // node's `spawn` throws where it could say "error": E2BIG, NUL in an argument
          Effect.catchAllDefect(failure("Spawn")),
          Effect.bindTo("process"),
          // read until after SIGTERM: a pipe closed before would kill by SIGPIPE those who still have something to say
          Effect.bind("drained", ({ process }) => Effect.forkScoped(Effect.interruptible(drain(process)))),
          // not by `Command.stdin(Stream.empty)`, whose fiber would stay for ever where the process ends before its stdin
          Effect.tap(({ process }) => Effect.forkScoped(Effect.interruptible(Stream.run(Stream.empty, process.stdin)))),
          Effect.withScheduler(atOnce),
          Effect.tap(({ process }) => guard.watch(process.pid)),
          Effect.bind("sweep", ({ process }) =>
            process.kill("SIGKILL").pipe(
              Effect.ignore,
              Effect.zipRight(MarkedProcesses.kill(marker)),
              Effect.cachedWithTTL(Duration.infinity), // not `cached`: it would replay an interruption
              Effect.map(Effect.uninterruptible)
            ))
        ),
        // Finalizers run uninterruptible: without `interruptible` the timeout would wait for the very thing it bounds.
        ({ process, sweep }) =>
          process.kill("SIGTERM").pipe(
            Effect.interruptible,
            Effect.timeout(config.killAfter),
            Effect.whenEffect(process.isRunning),
            Effect.ignore,
            Effect.zipRight(sweep)
          )
      )
    }
  )

  /** From the exit code that is awaited to the end of the streams; a stream that cannot be kept ends it earlier. */
  const execute = Effect.fnUntraced(
    function*(invocation: ToolInvocation, drain: (process: CommandExecutor.Process) => Effect.Effect<void, Failure>) {
      const { drained, process, sweep } = yield* start(invocation, drain)
      return yield* Effect.gen(function*() {
        const exit = yield* Effect.raceFirst(
          Effect.exit(process.exitCode),
          Effect.zipRight(Fiber.join(drained), Effect.never)
        )
        const endedAt = yield* DateTime.now
        // A background child can hold our pipes open: once the leader has gone, sweep.
        yield* sweep
        const complete = yield* Effect.timeoutOption(Fiber.join(drained), DRAIN_GRACE)
        if (Option.isNone(complete)) {
          yield* Effect.logWarning("a process that cannot be found holds the output open; what it says is not awaited")
        }
        const exitCode = yield* Effect.mapError(exit, killed)
        return { exitCode, endedAt }
      }).pipe(
        Effect.timeoutFail({
          duration: invocation.timeout,
          onTimeout: () => new Failure({ why: { reason: "Timeout" } })
        })
      )
    },
    Effect.scoped
  )

  const run = Effect.fn("ToolRunner.run")(
    function*(invocation: ToolInvocation) {
      const { args, cwd, executable, tool } = invocation
      yield* Effect.annotateCurrentSpan({ tool, args })
      const feed = yield* LineFeed.make(invocation.onLine)
      const captures = {
        stdout: OutputCapture.make(invocation.maxOutputBytes),
        stderr: OutputCapture.make(invocation.maxOutputBytes)
      }

      const drain = (process: CommandExecutor.Process) =>
        Effect.forEach(
          ["stdout", "stderr"] as const,
          (name) =>
            Stream.runForEach(process[name], (bytes) =>
              Effect.zipRight(captures[name].add(bytes), feed.push(name, bytes))).pipe(
                Effect.zipRight(feed.end(name)),
                Effect.mapError((error) =>
                  failure(error._tag === "CaptureFull" ? "OutputTooLarge" : "Spawn")(error)
                )
              ),
          { concurrency: 2, discard: true }
        )

      return yield* Effect.gen(function*() {
        yield* guard.ensureStarted
        const startedAt = yield* DateTime.now
        const { endedAt, exitCode } = yield* execute(invocation, drain).pipe(
          Effect.catchTag("Failure", ({ why }) =>
            Effect.flatMap(DateTime.now, (now) => {
              const tails = { stdoutTail: captures.stdout.tail(), stderrTail: captures.stderr.tail() }
              const durationMs = DateTime.distance(startedAt, now)
              return new ToolExecution({ tool, executable, args, cwd, durationMs, ...tails, ...why })
            }))
        )
        const durationMs = DateTime.distance(startedAt, endedAt)
        const [stdout, stderr] = [captures.stdout.text(), captures.stderr.text()]
        return { tool, args, exitCode, stdout, stderr, startedAt, durationMs }
      }).pipe(
        permits.withPermits(1),
        Effect.tapBoth({ onSuccess: () => feed.delivered, onFailure: () => feed.delivered })
      )
    },
    (effect, { tool }) => Effect.annotateLogs(effect, { tool }),
    Effect.scoped
  )

  return ToolRunner.of({ run })
})

/**
 * @since 0.1.0
 * @category layers
 */
export const layer = (
  config: NodeToolRunnerConfig
): Layer.Layer<ToolRunner, never, CommandExecutor.CommandExecutor | FileSystem.FileSystem> =>
  Layer.scoped(ToolRunner, make(config))

/**
 * @since 0.1.0
 * @category layers
 */
export const layerConfig = (
  config: Config.Config.Wrap<NodeToolRunnerConfig>
): Layer.Layer<ToolRunner, ConfigError, CommandExecutor.CommandExecutor | FileSystem.FileSystem> =>
  Layer.scoped(ToolRunner, Effect.flatMap(Config.unwrap(config), make))

const atLeastOne = Config.validate({ message: "must be 1 or more", validation: (n: number) => n >= 1 })

/**
 * `CODEINTEL_MAX_PROCESSES` (twice the cores, 4 at least), `CODEINTEL_KILL_AFTER` ("2 seconds"), and the environment of
 * this process.
 *
 * @since 0.1.0
 * @category layers
 */
export const layerFromEnv: Layer.Layer<
  ToolRunner,
  ConfigError,
  CommandExecutor.CommandExecutor | FileSystem.FileSystem
> = layerConfig({
  maxProcesses: atLeastOne(Config.integer("CODEINTEL_MAX_PROCESSES")).pipe(
    Config.withDefault(Math.max(4, 2 * availableParallelism()))
  ),
  killAfter: Config.withDefault(Config.duration("CODEINTEL_KILL_AFTER"), Duration.seconds(2)),
  environment: callerEnvironment
})
