/**
 * `ToolProvisioner` by pip, into the tool cache: `pip install --target` of wheels whose hashes we ship.
 *
 * Not a virtual environment, because that holds its own path in many files, and an installation must appear at its place
 * by one rename; and because Debian's Python makes none without further packages. What pip is told to install is the
 * complete list with hashes, so it is pip's index that is trusted with nothing.
 *
 * @since 0.1.0
 */
import type { PlatformError } from "@effect/platform/Error"
import * as FileSystem from "@effect/platform/FileSystem"
import * as Path from "@effect/platform/Path"
import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Config from "effect/Config"
import type { ConfigError } from "effect/ConfigError"
import * as Data from "effect/Data"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import { randomUUID } from "node:crypto"
import { ToolNotFound } from "../domain/errors.js"
import type { PipelineContext } from "../domain/PipelineContext.js"
import type { ToolInvocation } from "../domain/ToolInvocation.js"
import type { ToolName } from "../domain/ToolName.js"
import { Progress, ProgressEvent } from "../services/Progress.js"
import { ToolProvisioner } from "../services/ToolProvisioner.js"
import { type ToolRunner } from "../services/ToolRunner.js"
import { cacheDirectory } from "./cacheDirectory.js"
import * as Executables from "./executables.js"
import { pathVariable } from "./LocalToolResolver.js"
import { type Pin, pins, requirementsFile } from "./pins.js"
import * as InstallLock from "./provision/installLock.js"
import * as Pip from "./provision/pip.js"
import * as ToolCache from "./toolCache.js"

/**
 * @since 0.1.0
 * @category models
 */
export interface PipToolProvisionerConfig {
  /** `PATH` of the caller: where Python is, when the repository has none. */
  readonly path: string
  /** Absolute; made when something is installed. */
  readonly cacheDirectory: string
  /** Of one run of pip. */
  readonly timeout: Duration.Duration
  /** The pip requirements of a pin, with hashes. Absolute. */
  readonly requirementsFile: (pin: Pin) => string
}

/** Why there is no installation, and what to do; before the tool and the places are known. */
class Refused extends Data.TaggedError("Refused")<{ readonly why: string; readonly remedy: string }> {}

const again = "then run `codeintel doctor --fix`"

const refusedByFiles = (error: PlatformError) =>
  new Refused({ why: error.message, remedy: `make room or give permission there, or set CODEINTEL_CACHE; ${again}` })

/** Why there is nothing that a library could be installed for. */
const noInterpreterFor = (ctx: PipelineContext): Option.Option<string> =>
  ctx.config.untrusted
    ? Option.some("untrusted: no code of the repository is run")
    : Option.isNone(ctx.interpreter)
    ? Option.some("install Python 3, make a .venv in the repository, or name an interpreter with --python")
    : Option.none()

const untrustedRoot = ({ config, root }: PipelineContext): Pick<ToolInvocation, "untrustedRoot"> =>
  config.untrusted ? { untrustedRoot: root } : {}

/** What a user can do without us. */
const ownRemedy = (ctx: PipelineContext, tool: ToolName, pin: Pin | undefined): string =>
  pin?.kind === "library" && Option.isSome(ctx.interpreter)
    ? `run \`${ctx.interpreter.value.executable} -m pip install ${tool}\``
    : `install ${tool} yourself and set ${pathVariable(tool)}`

/**
 * @since 0.1.0
 * @category constructors
 */
export const make = Effect.fnUntraced(function*(config: PipToolProvisionerConfig) {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const progress = yield* Progress
  const cache = yield* ToolCache.make(config.cacheDirectory)
  const services = yield* Effect.context<FileSystem.FileSystem | Path.Path | ToolRunner>()

  /** The Python to install with, and for: of the repository's ABI if there is one. */
  const choosePython = Effect.fnUntraced(function*(ctx: PipelineContext, pin: Pin, cwd: string) {
    const outside = ctx.config.untrusted ? Option.some(ctx.root) : Option.none()
    const place: Pip.Place = { cwd, ...untrustedRoot(ctx) }
    const candidates = [
      ...Option.toArray(Option.map(ctx.interpreter, ({ executable }) => executable)),
      ...yield* Executables.onPath(config.path, "python3", outside)
    ]
    const answers = Effect.fnUntraced(function*(executable: string) {
      const itself = yield* Pip.describe(executable, place)
      // what made a virtual environment is older and plainer than what was put into it since
      if (itself.base === itself.executable) return [itself]
      const base = yield* Effect.option(Pip.describe(itself.base, place))
      return [...Option.toArray(base), itself]
    })
    let other = Option.none<Pip.Python>()
    const without: Array<string> = []
    for (const executable of candidates) {
      const found = yield* Effect.orElseSucceed(answers(executable), () => [])
      if (found.length === 0) without.push(`${executable} does not answer`)
      for (const python of found) {
        const fits = pin.kind === "native" || Option.isNone(ctx.interpreter) || ctx.interpreter.value.abi === python.abi
        if (pin.kind === "library" && !fits) {
          without.push(`${python.executable} is for another ABI, ${python.abi}`)
          continue
        }
        if (!python.pip && !python.ensurepip) without.push(`${python.executable} has no pip`)
        else if (fits) return python
        else other = Option.orElse(other, () => Option.some(python))
      }
    }
    return yield* Effect.mapError(other, () =>
      new Refused({
        why: without.length === 0 ? "there is no python3 on PATH" : without.join(", "),
        remedy: "install Python 3 with pip (Debian, Ubuntu: `apt install python3-pip`; others: " +
          `\`python3 -m ensurepip\`), ${again}`
      }))
  })

  /** What a process that was killed has left. What cannot be removed is tried again by the next. */
  const sweep = (prefix: string, names: ReadonlyArray<string>) =>
    Effect.forEach(
      names.filter((name) => name.startsWith(prefix)),
      (name) => Effect.ignoreLogged(fs.remove(path.join(cache.directory, name), { recursive: true })),
      { concurrency: 1, discard: true }
    )

  /** Made beside its place, and there by one rename. */
  const install = Effect.fnUntraced(function*(ctx: PipelineContext, pin: Pin, python: Pip.Python, name: string) {
    const place = cache.directoryOf(ToolCache.keyOf(pin, python.abi))
    const partial = `${path.basename(place)}.partial-`
    yield* sweep(partial, yield* fs.readDirectory(cache.directory))
    const making = yield* Effect.acquireRelease(
      Effect.sync(() => path.join(cache.directory, partial + randomUUID())),
      (directory) => Effect.ignoreLogged(fs.remove(directory, { recursive: true, force: true }))
    )
    const target = path.join(making, "target")
    const scratch = path.join(making, "scratch")
    yield* fs.makeDirectory(scratch, { recursive: true })
    const remedy = `mend that (a mirror: PIP_INDEX_URL; a proxy: HTTPS_PROXY) and run \`codeintel doctor --fix\``

    const result = yield* Pip.install({
      python,
      requirements: config.requirementsFile(pin),
      target,
      scratch,
      timeout: config.timeout,
      ...untrustedRoot(ctx),
      onLine: (text) => progress.emit(ProgressEvent.Said({ name, text }))
    }).pipe(Effect.mapError((error) => new Refused({ why: `pip: ${Pip.whyNot(error)}`, remedy })))
    if (result.exitCode !== 0) {
      const said = `pip of Python ${python.version} said: ${Pip.reasonOf(result)}`
      return yield* new Refused({ why: said, remedy })
    }
    const made = pin.kind === "library" ? ToolCache.markOf(path, pin, target) : path.join(target, "bin", pin.tool)
    if (!(yield* fs.exists(made))) return yield* new Refused({ why: `pip installed no ${pin.tool}`, remedy })
    if (pin.kind === "module") {
      yield* fs.writeFileString(ToolCache.markOf(path, pin, target), ToolCache.launcherOf(pin.tool))
    }
    // a directory there is none that works
    yield* fs.remove(place, { recursive: true, force: true })
    yield* fs.rename(target, place)
  }, Effect.scoped)

  const announced = <A, R>(name: string, effect: Effect.Effect<A, Refused | PlatformError, R>) =>
    Effect.gen(function*() {
      yield* progress.emit(ProgressEvent.Started({ name }))
      const from = yield* Clock.currentTimeMillis
      return yield* Effect.onExit(effect, (exit) =>
        Effect.flatMap(Clock.currentTimeMillis, (now) => {
          const status = Exit.isSuccess(exit) ? "ok" : Cause.isInterruptedOnly(exit.cause) ? "interrupted" : "failed"
          const failure = Exit.isFailure(exit) ? Cause.failureOption(exit.cause) : Option.none()
          const detail = Option.match(failure, {
            onNone: () => status === "ok" ? `in ${config.cacheDirectory}` : "not installed",
            onSome: (error) => error._tag === "Refused" ? error.why : error.message
          })
          return progress.emit(ProgressEvent.Finished({ name, status, detail, durationMs: now - from }))
        }))
    })

  const obtain = Effect.fnUntraced(function*(ctx: PipelineContext, pin: Pin) {
    if (!ctx.config.provision) {
      const origin = ctx.config.entries.find(({ key }) => key === "provision")?.origin ?? "the configuration"
      return yield* new Refused({
        why: `nothing may be downloaded: provision is off (${origin})`,
        remedy: "switch it on"
      })
    }
    yield* fs.makeDirectory(cache.directory, { recursive: true })
    // Python looks for modules in its working directory: no name in the cache is one
    const python = yield* choosePython(ctx, pin, cache.directory)
    const runsIt = Option.getOrElse(Option.filter(ctx.interpreter, ({ abi }) => abi === python.abi), () => python)
    const place = cache.directoryOf(ToolCache.keyOf(pin, python.abi))
    const name = `installing ${pin.tool} ${pin.version}`
    const installed = cache.find(pin, Option.some(runsIt))
    return yield* InstallLock.once({
      lockFile: `${place}.lock`,
      installed,
      onWait: progress.emit(ProgressEvent.Said({ name, text: "another process is at it" })),
      install: announced(name, install(ctx, pin, python, name)).pipe(
        Effect.zipRight(installed),
        Effect.flatMap(Effect.mapError(() => new Refused({ why: `${place} does not stay whole`, remedy: again })))
      )
    })
  })

  const provision = Effect.fn("ToolProvisioner.provision")(
    function*(ctx: PipelineContext, tool: ToolName) {
      yield* Effect.annotateCurrentSpan({ tool })
      const pin = pins.get(tool)
      const own = ownRemedy(ctx, tool, pin)
      if (pin === undefined) {
        return yield* new ToolNotFound({ tool, searched: ["the pinned tools"], hint: `there is no pin: ${own}` })
      }
      const refusal = pin.kind === "library" ? noInterpreterFor(ctx) : Option.none()
      if (Option.isSome(refusal)) {
        return yield* new ToolNotFound({ tool, searched: ["the repository's interpreter"], hint: refusal.value })
      }
      const cached = yield* cache.find(pin, ctx.interpreter)
      if (Option.isSome(cached)) return cached.value
      return yield* obtain(ctx, pin).pipe(
        Effect.catchTags({ BadArgument: refusedByFiles, SystemError: refusedByFiles }),
        Effect.catchTag("Refused", ({ remedy, why }) =>
          new ToolNotFound({
            tool,
            searched: [`pip install ${tool}==${pin.version}`],
            hint: `${why}\n${remedy}, or ${own}`
          }))
      )
    },
    Effect.provide(services)
  )

  return ToolProvisioner.of({
    pins: new Map(Array.from(pins.values(), ({ tool, version }) => [tool, version])),
    provision
  })
})

/**
 * @since 0.1.0
 * @category layers
 */
export const layer = (
  config: PipToolProvisionerConfig
): Layer.Layer<ToolProvisioner, never, ToolRunner | Progress | FileSystem.FileSystem | Path.Path> =>
  Layer.effect(ToolProvisioner, make(config))

/**
 * @since 0.1.0
 * @category layers
 */
export const layerConfig = (
  config: Config.Config.Wrap<PipToolProvisionerConfig>
): Layer.Layer<ToolProvisioner, ConfigError, ToolRunner | Progress | FileSystem.FileSystem | Path.Path> =>
  Layer.effect(ToolProvisioner, Effect.flatMap(Config.unwrap(config), make))

/**
 * `PATH`, and the cache of `CODEINTEL_CACHE`, `XDG_CACHE_HOME` or `HOME`.
 *
 * @since 0.1.0
 * @category layers
 */
export const layerFromEnv: Layer.Layer<
  ToolProvisioner,
  ConfigError,
  ToolRunner | Progress | FileSystem.FileSystem | Path.Path
> = layerConfig({
  path: Config.withDefault(Config.string("PATH"), ""),
  cacheDirectory,
  timeout: Config.succeed(Duration.minutes(10)),
  requirementsFile: Config.succeed(requirementsFile)
})
