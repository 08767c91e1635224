/**
 * pip: which Python has it, how it is called, and what it means to say.
 *
 * @since 0.1.0
 */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { ToolExecution, ToolNotFound } from "../../domain/errors.js"
import type { ToolInvocation } from "../../domain/ToolInvocation.js"
import { ToolRunner } from "../../services/ToolRunner.js"

const MAX_OUTPUT_BYTES = 16 * 1024 * 1024

/**
 * A Python as it describes itself.
 *
 * @since 0.1.0
 * @category models
 */
export const Python = Schema.Struct({
  /** What was started. Absolute. */
  executable: Schema.String,
  /** The Python that a virtual environment was made of, and otherwise itself. */
  base: Schema.String,
  abi: Schema.String,
  version: Schema.String,
  pip: Schema.Boolean,
  /** Whether a pip can be made where there is none; Debian packages that on its own. */
  ensurepip: Schema.Boolean
})

/**
 * @since 0.1.0
 * @category models
 */
export type Python = typeof Python.Type

// as old as may be: it must run on every Python 3, to say that it is too old
const whoAreYou = `
import json, platform, sys, sysconfig
from importlib.util import find_spec
print(json.dumps({
    "executable": sys.executable,
    "base": getattr(sys, "_base_executable", None) or sys.executable,
    "abi": sysconfig.get_config_var("SOABI") or sys.implementation.cache_tag,
    "version": platform.python_version(),
    "pip": find_spec("pip") is not None,
    "ensurepip": find_spec("ensurepip") is not None,
}))
`

/**
 * `-E`: no \`PYTHONPATH\` that leads into a repository; the working directory, one of ours, does not either. Not
 * \`-I\`, which would hide a pip that its user installed for themselves.
 */
const isolated = ["-E"]

/**
 * Where Python is started, and what it must not lead into.
 *
 * @since 0.1.0
 * @category models
 */
export type Place = Pick<ToolInvocation, "cwd" | "untrustedRoot">

/**
 * Asks an executable who it is.
 *
 * @since 0.1.0
 * @category constructors
 */
export const describe = Effect.fn("pip.describe")(function*(executable: string, { cwd, untrustedRoot }: Place) {
  const runner = yield* ToolRunner
  const { stdout } = yield* runner.run({
    tool: "python",
    executable,
    args: [...isolated, "-c", whoAreYou],
    cwd,
    env: {},
    inherit: "caller",
    ...(untrustedRoot !== undefined && { untrustedRoot }),
    timeout: Duration.seconds(60),
    maxOutputBytes: MAX_OUTPUT_BYTES
  })
  // a sitecustomize may have said something before
  return yield* Schema.decode(Schema.parseJson(Python))(stdout.trim().split("\n").at(-1) ?? "")
})

/**
 * @since 0.1.0
 * @category models
 */
export interface Install extends Pick<ToolInvocation, "untrustedRoot"> {
  readonly python: Python
  /** Requirements with hashes. Absolute. */
  readonly requirements: string
  /** Made anew. Absolute. */
  readonly target: string
  /** Empty directory for what is made on the way. Absolute. */
  readonly scratch: string
  readonly timeout: Duration.Duration
  readonly onLine: (line: string) => Effect.Effect<void>
}

/** The user's configuration of pip holds (mirrors, certificates, proxies), but for what cannot go with `--target`. */
const environment = (scratch: string) => ({
  TMPDIR: scratch,
  PIP_USER: "0",
  PIP_REQUIRE_VIRTUALENV: "0",
  PIP_ROOT_USER_ACTION: "ignore"
})

const flags = [
  "--require-hashes",
  "--only-binary=:all:",
  "--no-deps",
  "--no-input",
  "--no-color",
  "--progress-bar=off",
  "--disable-pip-version-check",
  "--no-warn-script-location"
]

/**
 * Installs into a directory. A non-zero exit code is a result, as everywhere; `reasonOf` reads it.
 *
 * @since 0.1.0
 * @category constructors
 */
export const install = Effect.fn("pip.install")(function*(given: Install) {
  const runner = yield* ToolRunner
  const { onLine, python, requirements, scratch, target, timeout } = given
  const start = (executable: string, args: ReadonlyArray<string>) =>
    runner.run({
      tool: "pip",
      executable,
      args: [...isolated, "-m", ...args],
      cwd: scratch,
      env: environment(scratch),
      inherit: "caller",
      ...(given.untrustedRoot !== undefined && { untrustedRoot: given.untrustedRoot }),
      timeout,
      maxOutputBytes: MAX_OUTPUT_BYTES,
      onLine
    })
  const arguments_ = ["pip", "install", ...flags, `--target=${target}`, `--requirement=${requirements}`]
  if (python.pip) return yield* start(python.executable, arguments_)

  const made = yield* start(python.executable, ["venv", `${scratch}/venv`])
  return made.exitCode === 0 ? yield* start(`${scratch}/venv/bin/python`, arguments_) : made
})

const cut = (text: string) => text.length > 300 ? `${text.slice(0, 300)}...` : text

/**
 * Why an installation failed, in one line of pip's own words.
 *
 * @since 0.1.0
 * @category getters
 */
export const reasonOf = (output: { readonly stdout: string; readonly stderr: string }): string => {
  const lines = `${output.stdout}\n${output.stderr}`.split("\n").map((line) => line.trim()).filter((line) =>
    line !== ""
  )
  const error = lines.findLast((line) => line.startsWith("ERROR:"))
  // without an answer of the index pip concludes that there is no such package
  const connection = lines.findLast((line) => /^WARNING: Retrying .*(connection broken by)/.test(line))
  const says = error?.includes("No matching distribution") && connection !== undefined
    ? connection.replace(/^.*connection broken by '?(\w+\(['"]?)?(<[^>]*>: )?/, "").replace(/['")]+: \/.*$/, "")
    : error ?? lines.at(-1) ?? "nothing"
  return cut(says.replace(/^ERROR: */, ""))
}

/**
 * Why pip did not come to an end, in one line.
 *
 * @since 0.1.0
 * @category getters
 */
export const whyNot = (error: ToolNotFound | ToolExecution): string =>
  error._tag === "ToolNotFound"
    ? `${error.searched.join(", ")} is not there`
    : error.reason === "Timeout"
    ? `no end after ${Math.round(error.durationMs / 1000)} s`
    : cut(error.message.split("\n").slice(0, 2).join(": "))
