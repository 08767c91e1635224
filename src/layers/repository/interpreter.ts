/**
 * Which Python a repository is analysed with: what a flag or the configuration names, else the repository's own
 * environment, else the first Python on PATH.
 *
 * @since 0.1.0
 */
import * as FileSystem from "@effect/platform/FileSystem"
import * as Path from "@effect/platform/Path"
import * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import { ConfigurationError } from "../../domain/errors.js"
import type { Interpreter } from "../../domain/PipelineContext.js"
import type { ToolsConfig } from "../../domain/ToolsConfig.js"
import { PythonEnvironment } from "../../services/PythonEnvironment.js"
import * as VirtualEnvironment from "./virtualEnvironment.js"

/**
 * @since 0.1.0
 * @category models
 */
export interface Chosen {
  /** None when no Python was found, or none that answers. */
  readonly interpreter: Option.Option<Interpreter>
  /** What was passed over and why, one line each. */
  readonly notices: ReadonlyArray<string>
}

interface Candidate {
  readonly executable: string
  readonly because: string
}

const variable = (name: string) =>
  Config.option(Config.string(name)).pipe(
    Effect.map(Option.filter((value) => value !== "")),
    Effect.mapError((error) =>
      new ConfigurationError({ origin: "environment", key: name, problem: String(error), hint: "" })
    )
  )

const firstLine = (text: string): string => text.trim().split("\n", 1).join("")

/** What a flag, a variable or a file names: an executable, or the directory of a virtual environment. */
const named = Effect.fnUntraced(function*(root: string, cwd: string, config: ToolsConfig, said: string) {
  const fs = yield* FileSystem.FileSystem
  const environment = yield* PythonEnvironment
  const origin = config.entries.find(({ key }) => key === "python")?.origin ?? "python"
  const refuse = (problem: string) =>
    new ConfigurationError({
      origin,
      key: "python",
      problem,
      hint: "give the path of a Python interpreter or of a virtual environment, or leave it out to have one chosen"
    })
  if (!(yield* Effect.orElseSucceed(fs.exists(said), () => false))) return yield* refuse(`${said} does not exist`)
  const inside = yield* VirtualEnvironment.look(said)
  const executable = inside._tag === "Usable" ? inside.executable : said
  const because = origin.endsWith(".toml") ? `python in ${origin}` : origin
  return yield* Effect.mapError(
    environment.interpreter(executable, because, cwd, config.untrusted ? root : undefined),
    (error) => refuse(`${executable} does not answer as a Python 3 would: ${firstLine(error.message)}`)
  )
})

/** The repository's own environments, best first, and what is wrong with those that cannot be used. */
const ofRepository = Effect.fnUntraced(function*(root: string) {
  const path = yield* Path.Path
  const candidates: Array<Candidate> = []
  const notices: Array<string> = []
  let ownsActive = false
  const active = yield* variable("VIRTUAL_ENV")
  if (Option.isSome(active)) {
    const why = yield* VirtualEnvironment.belonging(active.value, root)
    const found = yield* VirtualEnvironment.look(active.value)
    ownsActive = Option.isSome(why)
    if (Option.isSome(why)) {
      if (found._tag === "Usable") {
        candidates.push({ executable: found.executable, because: `VIRTUAL_ENV, ${why.value}` })
      } else {
        notices.push(`VIRTUAL_ENV (${active.value}) is passed over: ${found.problem}`)
      }
    }
  }
  for (const name of [".venv", "venv"]) {
    const found = yield* VirtualEnvironment.look(path.join(root, name))
    if (found._tag === "Usable") candidates.push({ executable: found.executable, because: `${name} of the repository` })
    if (found._tag === "Broken") notices.push(`${name} of the repository is passed over: ${found.problem}`)
  }
  return { candidates, notices, ownsActive }
})

/** `python3` in each directory of PATH, then `python`; relative directories are the repository's to fill, so not these. */
const onPath = Effect.fnUntraced(function*(root: string, untrusted: boolean) {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const windows = path.sep === "\\"
  const entries = Option.getOrElse(yield* variable("PATH"), () => "").split(windows ? ";" : ":")
  const directories = [...new Set(entries.filter((entry) => path.isAbsolute(entry)))]
  const active = yield* variable("VIRTUAL_ENV")
  const candidates: Array<Candidate> = []
  for (const name of ["python3", "python"]) {
    for (const directory of directories) {
      const executable = path.join(directory, windows ? `${name}.exe` : name)
      const real = yield* Effect.option(fs.realPath(executable))
      if (Option.isNone(real)) continue
      const theirs = [executable, real.value].some((place) => VirtualEnvironment.isInside(path, root, place))
      if (untrusted && theirs) continue
      const where = Option.exists(active, (home) => VirtualEnvironment.isInside(path, home, executable))
        ? `${name} on PATH, of VIRTUAL_ENV`
        : `${name} on PATH`
      candidates.push({
        executable,
        because: untrusted ? `${where}: the repository is not trusted` : `${where}: the repository has no environment`
      })
    }
  }
  return candidates
})

/**
 * Chooses: `python` of flag, variable or file; `VIRTUAL_ENV` when it belongs to the repository; `.venv`, `venv`; PATH.
 * Fails with `ConfigurationError` when a named interpreter is missing or does not answer; others that do not answer are
 * passed over with a notice. With `untrusted`, nothing below the repository is started unless a flag or variable names
 * it, and nothing is started in its directory.
 *
 * @since 0.1.0
 * @category constructors
 */
export const choose = Effect.fn("interpreter.choose")(
  function*(root: string, config: ToolsConfig) {
    const path = yield* Path.Path
    const environment = yield* PythonEnvironment
    // a shim lets a file of its working directory choose
    const cwd = config.untrusted ? path.parse(root).root : root
    if (Option.isSome(config.python)) {
      const interpreter = yield* named(root, cwd, config, config.python.value)
      const chosen: Chosen = { interpreter: Option.some(interpreter), notices: [] }
      return chosen
    }
    const own = config.untrusted ? { candidates: [], notices: [], ownsActive: false } : yield* ofRepository(root)
    const notices = [...own.notices]
    const active = yield* variable("VIRTUAL_ENV")
    for (const { because, executable } of [...own.candidates, ...(yield* onPath(root, config.untrusted))]) {
      const answer = yield* Effect.either(
        environment.interpreter(executable, because, cwd, config.untrusted ? root : undefined)
      )
      if (Either.isLeft(answer)) {
        notices.push(
          `${executable} is passed over, it does not answer as a Python 3 would: ${firstLine(answer.left.message)}`
        )
        continue
      }
      if (!own.ownsActive && Option.isSome(active) && !VirtualEnvironment.isInside(path, active.value, executable)) {
        const why = config.untrusted
          ? "the repository is not trusted"
          : "nothing says that it belongs to the repository"
        notices.push(`VIRTUAL_ENV (${active.value}) is not used: ${why}; --python takes it`)
      }
      const chosen: Chosen = { interpreter: Option.some(answer.right), notices }
      return chosen
    }
    notices.push(
      "no Python was found, so imports of packages do not resolve: install Python 3, or name one with --python"
    )
    const chosen: Chosen = { interpreter: Option.none(), notices }
    return chosen
  }
)
