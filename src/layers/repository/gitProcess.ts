/**
 * How git is started: without anything that a repository's configuration has it run, and no transport.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { mapSaid, ToolExecution, type ToolExecutionReason, type ToolNotFound } from "../../domain/errors.js"
import type { ToolInvocation, ToolRunResult } from "../../domain/ToolInvocation.js"
import type { ToolSettings } from "../../domain/ToolsConfig.js"
import { ToolRunner } from "../../services/ToolRunner.js"
import { callerEnvironment, secretsOf, withoutValues } from "../toolEnvironment.js"
import * as GitOutput from "./gitOutput.js"

/** Of a path, a setting, or nothing but an exit code. */
const MAX_ANSWER_BYTES = 1024 * 1024

/**
 * A listing of a million files is about 100 MB; two are made at once.
 *
 * @since 0.1.0
 * @category constants
 */
export const MAX_LISTING_BYTES = 128 * 1024 * 1024

const environment = {
  LC_ALL: "C", // messages are told apart by their words
  GIT_TERMINAL_PROMPT: "0",
  GIT_NO_LAZY_FETCH: "1",
  GIT_ALLOW_PROTOCOL: "none", // no transport has this name; git before 2.39.4 does not know GIT_NO_LAZY_FETCH
  GIT_LFS_SKIP_SMUDGE: "1" // what is checked out for a while has no remote to ask
}

const globalArgs = ["--no-optional-locks", "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null"]

/**
 * Where git is asked, and how it is configured.
 *
 * @since 0.1.0
 * @category models
 */
export interface Place extends Pick<ToolInvocation, "untrustedRoot"> {
  readonly cwd: string
  readonly settings: ToolSettings
}

/**
 * Of what is in no working tree: no repository, a bare one, inside `.git`.
 *
 * @since 0.1.0
 * @category constants
 */
export const NO_WORKING_TREE = /not a git repository|must be run in a work tree/

/**
 * The file system refused, before git or after it.
 *
 * @since 0.1.0
 * @category constructors
 */
export const refusedByFiles = (cwd: string) => (cause: unknown): ToolExecution =>
  new ToolExecution({
    tool: "git",
    executable: "git",
    args: [],
    cwd,
    reason: "Spawn",
    stdoutTail: "",
    stderrTail: "",
    durationMs: 0,
    cause
  })

/**
 * @since 0.1.0
 * @category models
 */
export interface GitProcess {
  readonly run: (
    place: Place,
    args: ReadonlyArray<string>,
    maxOutputBytes?: number
  ) => Effect.Effect<ToolRunResult, ToolNotFound | ToolExecution>
  /** The failure to end with when a result cannot be used. */
  readonly refused: (place: Place, result: ToolRunResult, reason: ToolExecutionReason) => ToolExecution
  /** What it printed, unless it ended with another code. */
  readonly demand: (
    place: Place,
    result: ToolRunResult,
    accepted: ReadonlyArray<number>
  ) => Effect.Effect<string, ToolExecution>
  /** What it printed, parsed; `MalformedOutput` where that gives nothing. */
  readonly read: <A>(
    place: Place,
    result: ToolRunResult,
    parse: (stdout: string) => Option.Option<A>
  ) => Effect.Effect<A, ToolExecution>
  /** Arguments that switch off the filters which the repository's configuration names. */
  readonly withoutFilters: (place: Place) => Effect.Effect<ReadonlyArray<string>, ToolNotFound | ToolExecution>
}

/**
 * @since 0.1.0
 * @category constructors
 */
export const make = Effect.gen(function*() {
  const runner = yield* ToolRunner
  const secrets = secretsOf(yield* Effect.orDie(callerEnvironment))
  const written = ({ env }: ToolSettings) => withoutValues([secrets, env])

  const run: GitProcess["run"] = (place, args, maxOutputBytes = MAX_ANSWER_BYTES) => {
    const { cwd, settings, untrustedRoot } = place
    return runner.run({
      tool: "git",
      executable: Option.getOrElse(settings.path, () => "git"),
      args: [...settings.args, ...globalArgs, ...args],
      cwd,
      env: { ...environment, ...settings.env },
      ...(untrustedRoot !== undefined && { untrustedRoot }),
      timeout: settings.timeout,
      maxOutputBytes
    }).pipe(
      Effect.mapError((error) => error._tag === "ToolExecution" ? mapSaid(error, written(settings)) : error)
    )
  }

  const refused: GitProcess["refused"] = ({ cwd, settings }, result, reason) => {
    const tail = (text: string) => written(settings)(text.slice(-2000))
    return new ToolExecution({
      tool: "git",
      executable: Option.getOrElse(settings.path, () => "git"),
      args: result.args,
      cwd,
      reason,
      exitCode: result.exitCode,
      stdoutTail: tail(result.stdout),
      stderrTail: tail(result.stderr),
      durationMs: result.durationMs
    })
  }

  const demand: GitProcess["demand"] = (place, result, accepted) =>
    accepted.includes(result.exitCode) ? Effect.succeed(result.stdout) : refused(place, result, "ExitCode")

  const read: GitProcess["read"] = (place, result, parse) =>
    Effect.flatMap(demand(place, result, [0]), (stdout) =>
      Option.match(parse(stdout), {
        onNone: () => Effect.fail(refused(place, result, "MalformedOutput")),
        onSome: Effect.succeed
      }))

  const withoutFilters = Effect.fnUntraced(function*(place: Place) {
    const result = yield* run(place, [
      "config",
      "--show-scope",
      "--name-only",
      "-z",
      "--get-regexp",
      "^filter\\."
    ])
    const names = GitOutput.repositoryFilters(yield* demand(place, result, [0, 1]))
    // `-c` ends the name of a setting at the first `=`: such a filter cannot be switched off
    if (names.some((name) => name.includes("="))) return yield* refused(place, result, "MalformedOutput")
    return names.flatMap((name) =>
      ["clean=", "process=", "required=false"].flatMap((setting) => ["-c", `filter.${name}.${setting}`])
    )
  })

  const git: GitProcess = { run, refused, demand, read, withoutFilters }
  return git
})
