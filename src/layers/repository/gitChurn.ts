/**
 * How often the commits of the main line changed which lines.
 *
 * @since 0.1.0
 */
import type * as FileSystem from "@effect/platform/FileSystem"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { Churn, Hunk } from "../../domain/Churn.js"
import type { ToolRunResult } from "../../domain/ToolInvocation.js"
import { defaultSettings } from "../../domain/ToolsConfig.js"
import type { ChurnOptions, Git } from "../../services/Git.js"
import * as GitPatch from "./gitPatch.js"
import * as GitProcess from "./gitProcess.js"

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

/**
 * @since 0.1.0
 * @category constructors
 */
export const make = (
  { demand, read, run, withoutFilters }: GitProcess.GitProcess,
  fs: FileSystem.FileSystem
): Pick<Git["Type"], "churn"> => {
  const churn = Effect.fn("Git.churn")(function*(given: string, options: ChurnOptions) {
    const { commit, relPaths, settings = defaultSettings, since, untrusted = false } = options
    const directory = yield* Effect.mapError(fs.realPath(given), GitProcess.refusedByFiles(given))
    const place: GitProcess.Place = { cwd: directory, settings, ...(untrusted && { untrustedRoot: directory }) }
    const ask = (...args: ReadonlyArray<string>) => run(place, args)
    const listing = (...args: ReadonlyArray<string>) => run(place, args, GitProcess.MAX_LISTING_BYTES)
    const output = (result: ToolRunResult) => demand(place, result, [0])
    // what begins with a dash would be an option
    const at = ["--end-of-options", commit]
    const paths = relPaths === undefined ? ["*.py", "*.pyi"] : relPaths.map((relPath) => `:(literal)${relPath}`)

    const shallow = yield* ask("rev-parse", "--is-shallow-repository")
    if ((yield* output(shallow)).trim() === "true") return Option.none()
    const first = since === undefined
      ? yield* Effect.flatMap(
        ask("show", "--no-patch", "--no-show-signature", "--format=%cI", ...at),
        (result) =>
          read(place, result, (stdout) => Option.map(DateTime.make(stdout.trim()), DateTime.subtract({ days: DAYS })))
      )
      : yield* Effect.orDie(DateTime.make(`${since}T00:00:00Z`))
    const from = DateTime.formatIso(first)

    const [logResult, diffResult, treeResult] = yield* Effect.all([
      listing("log", ...mainLineArgs, `--since=${from}`, ...patchArgs, ...at, "--", ...paths),
      (untrusted ? withoutFilters(place) : Effect.succeed([])).pipe(
        Effect.flatMap((off) => listing(...off, "diff", ...patchArgs, ...at, "--", ...paths))
      ),
      listing("ls-tree", "-r", "-z", "--name-only", ...at)
    ], { concurrency: 3 })
    const commits = yield* read(place, logResult, (stdout) => GitPatch.patches(stdout, true))
    const [uncommitted = new Map()] = yield* read(place, diffResult, (stdout) => GitPatch.patches(stdout, false))

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

  return { churn }
}
