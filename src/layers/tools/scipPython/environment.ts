/**
 * What scip-python is told of packages: from which one a module is, and how the repository's own is called.
 *
 * @since 0.1.0
 */
import * as Path from "@effect/platform/Path"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import type { PipelineContext } from "../../../domain/PipelineContext.js"
import type { InstalledPackage } from "../../../services/PythonEnvironment.js"
import { isBelow } from "../../repository/paths.js"
import * as Toml from "../../repository/toml.js"
import { readText } from "../configuration.js"

/**
 * Of the repository's own package. The default is the commit, and with it every symbol would change.
 *
 * @since 0.1.0
 * @category constants
 */
export const VERSION = "0"

const inPyproject = (text: string): Option.Option<string> =>
  Option.flatMap(Either.getRight(Toml.parse(text)), (project) =>
    Option.firstSomeOf(
      [["project", "name"], ["tool", "poetry", "name"]].map((key) =>
        Option.filter(Toml.at(project, key), Predicate.isString)
      )
    ))

/** In longer texts of no declaration the patterns would look for minutes. */
const LONGEST_TEXT = 64 * 1024

const inSetupCfg = (text: string): Option.Option<string> =>
  Option.fromNullable(/^\[metadata\][^[]*?^name\s*=\s*(\S+)\s*$/m.exec(text.slice(0, LONGEST_TEXT))?.[1])

const inSetupPy = (text: string): Option.Option<string> =>
  Option.fromNullable(/\bsetup\s*\([^]*?\bname\s*=\s*["']([^"'\n]+)["']/.exec(text.slice(0, LONGEST_TEXT))?.[1])

/**
 * As declared in pyproject.toml, setup.cfg or setup.py; otherwise that of the directory.
 *
 * @since 0.1.0
 * @category getters
 */
export const projectName = Effect.fnUntraced(function*(ctx: PipelineContext) {
  const path = yield* Path.Path
  const declared = yield* Effect.forEach(
    [["pyproject.toml", inPyproject], ["setup.cfg", inSetupCfg], ["setup.py", inSetupPy]] as const,
    ([file, find]) => Effect.map(readText(path.join(ctx.root, file)), Option.flatMap(find)),
    { concurrency: 3 }
  )
  return Option.firstSomeOf(declared).pipe(
    Option.map((name) => name.trim()),
    Option.filter((name) => name !== ""),
    Option.getOrElse(() => path.basename(ctx.root) || "repository")
  )
})

const normalized = (name: string): string => name.toLowerCase().replace(/[-_.]+/g, "-")

/** From the root that gives the shortest name, as pyright names modules. */
const fromRoot = (relPath: string, roots: ReadonlyArray<string>): string =>
  roots.filter((root) => root !== "." && isBelow(root, relPath))
    .map((root) => relPath.slice(root.length + 1))
    .reduce((shortest, each) => each.length < shortest.length ? each : shortest, relPath)

/**
 * The content of the file that `--environment` names; `files` are those of the project, relative to the repository. With no interpreter there are no packages but the repository's.
 *
 * A reference to a file of the repository that is not indexed in the same process is a symbol of the repository because
 * the file is listed here.
 *
 * @since 0.1.0
 * @category constructors
 */
export const content = (
  name: string,
  files: ReadonlyArray<string>,
  importRoots: ReadonlyArray<string>,
  installed: ReadonlyArray<InstalledPackage>
): string => {
  const project: InstalledPackage = {
    name,
    version: VERSION,
    files: files.map((relPath) => fromRoot(relPath, importRoots))
  }
  // of the first entry scip-python forgets what it has found, and looks again each time
  const none: InstalledPackage = { name: "-", version: VERSION, files: [] }
  const others = installed.filter((each) => normalized(each.name) !== normalized(name))
  return JSON.stringify([none, project, ...others])
}
