/**
 * `Git` by the command `git`, through `ToolRunner`: three short processes at once.
 *
 * A repository may bring its own configuration, and git runs what it finds there. A file system monitor, hooks and the
 * transport that fetches what a partial clone lacks are switched off: nothing here needs them. Filters of contents (Git
 * LFS is one) decide whether a file has changed, and are switched off where the repository is not trusted, which takes
 * a fourth process.
 *
 * @since 0.1.0
 */
import * as FileSystem from "@effect/platform/FileSystem"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import type { Churn, Hunk } from "../domain/Churn.js"
import { mapSaid, ToolExecution, type ToolExecutionReason, type ToolNotFound } from "../domain/errors.js"
import type { ToolInvocation, ToolRunResult } from "../domain/ToolInvocation.js"
import { defaultSettings, type ToolSettings } from "../domain/ToolsConfig.js"
import { type ChurnOptions, Git, type GitOptions, type GitState } from "../services/Git.js"
import { ToolRunner } from "../services/ToolRunner.js"
import * as GitOutput from "./repository/gitOutput.js"
import * as GitPatch from "./repository/gitPatch.js"
import { isBelow, STATE_DIRECTORY } from "./repository/paths.js"
import { callerEnvironment, secretsOf, withoutValues } from "./toolEnvironment.js"

/** A listing of a million files is about 100 MB. */
const MAX_OUTPUT_BYTES = 256 * 1024 * 1024

const SUBMODULE_CONCURRENCY = 2

const environment = {
  LC_ALL: "C", // messages are told apart by their words
  GIT_TERMINAL_PROMPT: "0",
  GIT_NO_LAZY_FETCH: "1",
  GIT_ALLOW_PROTOCOL: "none" // no transport has this name; git before 2.39.4 does not know GIT_NO_LAZY_FETCH
}

const globalArgs = ["--no-optional-locks", "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null"]

const statusArgs = [
  "status",
  "-z",
  "--porcelain=v2",
  "--branch",
  "--untracked-files=all",
  "--no-renames",
  "--ignore-submodules=dirty", // each is asked itself, with all this switched off
  "--",
  "."
]

/** Lines that changed, and nothing that the configuration adds or starts. */
const patchArgs = [
  "--patch",
  "--unified=0",
  "--no-color",
  "--no-renames",
  "--no-ext-diff",
  "--no-textconv",
  "--ignore-submodules",
  "--relative",
  "--src-prefix=a/",
  "--dst-prefix=b/"
]

const mainLineArgs = ["--first-parent", "-m", "--no-show-signature", "--format=%x01%H"]

const DAYS = 365

/** Where git is asked, and how it is configured. */
interface Place extends Pick<ToolInvocation, "untrustedRoot"> {
  readonly cwd: string
  readonly settings: ToolSettings
}

/** Of what is in no working tree: no repository, a bare one, inside `.git`. */
const noWorkingTree = /not a git repository|must be run in a work tree/

/**
 * @since 0.1.0
 * @category constructors
 */
export const make = Effect.gen(function*() {
  const runner = yield* ToolRunner
  const fs = yield* FileSystem.FileSystem

  const secrets = secretsOf(yield* Effect.orDie(callerEnvironment))
  const written = ({ env }: ToolSettings) => withoutValues([secrets, env])

  const started = ({ cwd, settings, untrustedRoot }: Place, args: ReadonlyArray<string>) =>
    runner.run({
      tool: "git",
      executable: Option.getOrElse(settings.path, () => "git"),
      args: [...settings.args, ...globalArgs, ...args],
      cwd,
      env: { ...environment, ...settings.env },
      ...(untrustedRoot !== undefined && { untrustedRoot }),
      timeout: settings.timeout,
      maxOutputBytes: MAX_OUTPUT_BYTES
    })

  const run = (place: Place, args: ReadonlyArray<string>) =>
    Effect.mapError(
      started(place, args),
      (error) => error._tag === "ToolExecution" ? mapSaid(error, written(place.settings)) : error
    )

  const refused = ({ cwd, settings }: Place, result: ToolRunResult, reason: ToolExecutionReason) => {
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

  const demand = (place: Place, result: ToolRunResult, accepted: ReadonlyArray<number>) =>
    accepted.includes(result.exitCode)
      ? Effect.succeed(result.stdout)
      : refused(place, result, "ExitCode")

  /** Arguments that switch off the filters which the repository's configuration names. */
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

  /** The directory itself, whatever links lead to it. */
  const resolved = (given: string) =>
    Effect.mapError(fs.realPath(given), (cause) =>
      new ToolExecution({
        tool: "git",
        executable: "git",
        args: [],
        cwd: given,
        reason: "Spawn",
        stdoutTail: "",
        stderrTail: "",
        durationMs: 0,
        cause
      }))

  const asks = (place: Place) => {
    const output = (result: ToolRunResult) => demand(place, result, [0])
    const read = <A>(result: ToolRunResult, parse: (stdout: string) => Option.Option<A>) =>
      Effect.flatMap(output(result), (stdout) =>
        Option.match(parse(stdout), {
          onNone: () => Effect.fail(refused(place, result, "MalformedOutput")),
          onSome: Effect.succeed
        }))
    return { git: (...args: ReadonlyArray<string>) => run(place, args), output, read }
  }

  const state = Effect.fn("Git.state")(
    function*(given: string, options: GitOptions = {}, around?: string): Effect.fn.Return<
      Option.Option<GitState>,
      ToolNotFound | ToolExecution
    > {
      const { exclude = [], settings = defaultSettings, untrusted = false } = options
      const directory = yield* resolved(given)
      const root = around ?? directory
      const place: Place = { cwd: directory, settings, ...(untrusted && { untrustedRoot: root }) }
      const { git, output, read } = asks(place)

      const [top, indexResult, statusResult] = yield* Effect.all([
        git("rev-parse", "--show-toplevel"),
        git("ls-files", "-z", "--stage"),
        (untrusted ? withoutFilters(place) : Effect.succeed([])).pipe(
          Effect.flatMap((off) => git(...off, ...statusArgs))
        )
      ], { concurrency: 3 })

      if (top.exitCode === 128 && noWorkingTree.test(top.stderr)) return Option.none()
      const topLevel = (yield* output(top)).replace(/\n$/, "")
      if (!topLevel.startsWith("/")) return yield* refused(place, top, "MalformedOutput")
      if (!isBelow(topLevel, directory)) return Option.none() // `core.worktree` points elsewhere
      const prefix = directory === topLevel ? "" : `${directory.slice(topLevel.length).replace(/^\//, "")}/`
      const { directories, files: tracked } = yield* read(indexResult, GitOutput.index)
      const status = yield* read(statusResult, (stdout) => GitOutput.status(stdout, prefix))

      const isOurs = (relPath: string) =>
        isBelow(STATE_DIRECTORY, relPath) || exclude.some((excluded) => isBelow(excluded, relPath))
      const isContent = (relPath: string) => !status.deleted.has(relPath) && !isOurs(relPath)

      const files = new Set([...tracked, ...status.untracked.filter((relPath) => !relPath.endsWith("/"))])
      // an untracked repository inside this one is listed as a directory
      const nested = [...directories, ...status.untracked.filter((relPath) => relPath.endsWith("/"))]
        .map((relPath) => relPath.replace(/\/$/, ""))
        .filter(isContent)

      if (files.size === 0 && prefix !== "") {
        // by its name, from above: what is ignored for `.` is decided by the patterns in the directory itself
        const ignored = yield* git("check-ignore", "--quiet", `../${directory.slice(directory.lastIndexOf("/") + 1)}`)
        if (ignored.exitCode === 0) return Option.none()
      }

      const inner = yield* Effect.forEach(
        nested,
        (relPath) => nestedState(`${directory}/${relPath}`, { settings, untrusted }, root),
        { concurrency: SUBMODULE_CONCURRENCY }
      )
      const nestedFiles = inner.flatMap((found, i) =>
        Option.match(found, {
          onNone: () => [],
          onSome: (nestedState) => nestedState.files.map((relPath) => `${nested[i] ?? ""}/${relPath}`)
        })
      )
      return Option.some({
        topLevel,
        commit: status.commit,
        bringsState: tracked.some((relPath) => isBelow(STATE_DIRECTORY, relPath)),
        dirty: status.changed.some((relPath) => !isOurs(relPath)) ||
          inner.some(Option.exists((nestedState) => nestedState.dirty)),
        files: [...files, ...nestedFiles].filter(isContent).sort()
      })
    }
  )

  /**
   * None also for a submodule that is not checked out: there git would answer for the repository around it. And for one
   * that a link stands for, as it may lead anywhere.
   */
  const nestedState = (directory: string, options: GitOptions, around: string) =>
    Effect.all([fs.exists(`${directory}/.git`), fs.realPath(directory)], { concurrency: 2 }).pipe(
      Effect.map(([there, real]) => there && real === directory),
      Effect.orElseSucceed(() => false),
      Effect.flatMap((there) => there ? state(directory, options, around) : Effect.succeedNone)
    )

  const churn = Effect.fn("Git.churn")(function*(given: string, options: ChurnOptions) {
    const { commit, relPaths, settings = defaultSettings, since, untrusted = false } = options
    const directory = yield* resolved(given)
    const place: Place = { cwd: directory, settings, ...(untrusted && { untrustedRoot: directory }) }
    const { git, output, read } = asks(place)
    // what begins with a dash would be an option
    const at = ["--end-of-options", commit]
    const paths = relPaths === undefined ? ["*.py", "*.pyi"] : relPaths.map((relPath) => `:(literal)${relPath}`)

    const shallow = yield* git("rev-parse", "--is-shallow-repository")
    if ((yield* output(shallow)).trim() === "true") return Option.none()
    const first = since === undefined
      ? yield* Effect.flatMap(
        git("show", "--no-patch", "--no-show-signature", "--format=%cI", ...at),
        (result) =>
          read(result, (stdout) => Option.map(DateTime.make(stdout.trim()), DateTime.subtract({ days: DAYS })))
      )
      : yield* Effect.orDie(DateTime.make(`${since}T00:00:00Z`))
    const from = DateTime.formatIso(first)

    const [logResult, diffResult, treeResult] = yield* Effect.all([
      git("log", ...mainLineArgs, `--since=${from}`, ...patchArgs, ...at, "--", ...paths),
      (untrusted ? withoutFilters(place) : Effect.succeed([])).pipe(
        Effect.flatMap((off) => git(...off, "diff", ...patchArgs, ...at, "--", ...paths))
      ),
      git("ls-tree", "-r", "-z", "--name-only", ...at)
    ], { concurrency: 3 })
    const commits = yield* read(logResult, (stdout) => GitPatch.patches(stdout, true))
    const [uncommitted = new Map()] = yield* read(diffResult, (stdout) => GitPatch.patches(stdout, false))

    const changes = new Map<string, Array<ReadonlyArray<Hunk>>>()
    for (const patch of commits) {
      for (const [relPath, hunks] of patch) {
        const all = changes.get(relPath) ?? []
        changes.set(relPath, all)
        all.push(hunks)
      }
    }
    const found: Churn = {
      since: from,
      commits: commits.length,
      changes,
      uncommitted,
      tracked: new Set((yield* output(treeResult)).split("\0"))
    }
    return Option.some(found)
  })

  return Git.of({ state: (directory, options) => state(directory, options), churn })
})

/**
 * @since 0.1.0
 * @category layers
 */
export const layer: Layer.Layer<Git, never, ToolRunner | FileSystem.FileSystem> = Layer.effect(Git, make)
