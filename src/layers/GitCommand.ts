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
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import type { ToolExecution, ToolNotFound } from "../domain/errors.js"
import { defaultSettings } from "../domain/ToolsConfig.js"
import { Git, type GitOptions, type GitState } from "../services/Git.js"
import type { ToolRunner } from "../services/ToolRunner.js"
import * as GitCheckout from "./repository/gitCheckout.js"
import * as GitChurn from "./repository/gitChurn.js"
import * as GitOutput from "./repository/gitOutput.js"
import * as GitProcess from "./repository/gitProcess.js"
import { isBelow, STATE_DIRECTORY } from "./repository/paths.js"

const SUBMODULE_CONCURRENCY = 2

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

/**
 * @since 0.1.0
 * @category constructors
 */
export const make = Effect.gen(function*() {
  const fs = yield* FileSystem.FileSystem
  const git = yield* GitProcess.make
  const { demand, read, refused, run, withoutFilters } = git

  const state = Effect.fn("Git.state")(
    function*(given: string, options: GitOptions = {}, around?: string): Effect.fn.Return<
      Option.Option<GitState>,
      ToolNotFound | ToolExecution
    > {
      const { exclude = [], settings = defaultSettings, untrusted = false } = options
      const directory = yield* Effect.mapError(fs.realPath(given), GitProcess.refusedByFiles(given))
      const root = around ?? directory
      const place: GitProcess.Place = { cwd: directory, settings, ...(untrusted && { untrustedRoot: root }) }
      const ask = (...args: ReadonlyArray<string>) => run(place, args)
      const listing = (...args: ReadonlyArray<string>) => run(place, args, GitProcess.MAX_LISTING_BYTES)

      const [top, indexResult, statusResult] = yield* Effect.all([
        ask("rev-parse", "--show-toplevel"),
        listing("ls-files", "-z", "--stage"),
        (untrusted ? withoutFilters(place) : Effect.succeed([])).pipe(
          Effect.flatMap((off) => listing(...off, ...statusArgs))
        )
      ], { concurrency: 3 })

      if (top.exitCode === 128 && GitProcess.NO_WORKING_TREE.test(top.stderr)) return Option.none()
      const topLevel = (yield* demand(place, top, [0])).replace(/\n$/, "")
      if (!topLevel.startsWith("/")) return yield* refused(place, top, "MalformedOutput")
      if (!isBelow(topLevel, directory)) return Option.none() // `core.worktree` points elsewhere
      const prefix = directory === topLevel ? "" : `${directory.slice(topLevel.length).replace(/^\//, "")}/`
      const { directories, files: tracked } = yield* read(place, indexResult, GitOutput.index)
      const status = yield* read(place, statusResult, (stdout) => GitOutput.status(stdout, prefix))

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
        const ignored = yield* ask("check-ignore", "--quiet", `../${directory.slice(directory.lastIndexOf("/") + 1)}`)
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

  return Git.of({
    state: (directory, options) => state(directory, options),
    ...GitCheckout.make(git, fs),
    ...GitChurn.make(git, fs)
  })
})

/**
 * @since 0.1.0
 * @category layers
 */
export const layer: Layer.Layer<Git, never, ToolRunner | FileSystem.FileSystem> = Layer.effect(Git, make)
