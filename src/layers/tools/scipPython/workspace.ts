/**
 * The directory that scip-python works in: it shows the repository, and what we add to it is in no repository.
 *
 * scip-python emits a document for each file that it has to do with whose absolute path begins with the string of its
 * working directory. So the directory decides which files of a repository a process indexes.
 *
 * @since 0.1.0
 */
import * as FileSystem from "@effect/platform/FileSystem"
import * as Path from "@effect/platform/Path"
import * as Effect from "effect/Effect"
import type { PipelineContext } from "../../../domain/PipelineContext.js"
import { STATE_DIRECTORY } from "../../repository/paths.js"
import { commonPrefix } from "../../scip/plan.js"
import { FILE_NAME } from "./configuration.js"

/**
 * @since 0.1.0
 * @category models
 */
export interface Workspace {
  /** Absolute and real. */
  readonly root: string
  /** Where scip-python works: absolute, and with a `/` at its end when that is part of the prefix. */
  readonly workingDirectory: string
  /** What the paths in the index are relative to, relative to the repository: empty, or ends with `/`. */
  readonly base: string
}

const hidden: ReadonlySet<string> = new Set([".git", STATE_DIRECTORY, "pyrightconfig.json", FILE_NAME])

/**
 * The directory that the paths are in, and the start of a name in it that they have in common: empty when that says
 * nothing. A name of the file itself is cut before its extension, and so no name of a module.
 *
 * @since 0.1.0
 * @category getters
 */
export const prefixOf = (
  relPaths: ReadonlyArray<string>
): { readonly directory: string; readonly start: string } => {
  const prefix = commonPrefix(relPaths)
  const slash = prefix.lastIndexOf("/") + 1
  const name = prefix.slice(slash)
  const start = relPaths.includes(prefix) ? name.slice(0, name.lastIndexOf(".") + 1) : name
  return { directory: prefix.slice(0, slash), start: start === "." || start === ".." ? "" : start }
}

/** The directory itself, and all above it up to the root: `["", "a/", "a/b/"]`. */
const onTheWay = (
  directory: string
): ReadonlyArray<string> => [
  "",
  ...directory.split("/").slice(0, -1).map((_, at, parts) => `${parts.slice(0, at + 1).join("/")}/`)
]

/**
 * For these files; a repository as a whole has no prefix.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = Effect.fn("scipPython.workspace")(
  function*(ctx: PipelineContext, root: string, relPaths: ReadonlyArray<string>) {
    const fs = yield* FileSystem.FileSystem
    const path = yield* Path.Path
    const isAll = relPaths.length === ctx.modules.length
    const { directory, start } = isAll ? { directory: "", start: "" } : prefixOf(relPaths)

    const namesIn = (relative: string) => fs.readDirectory(path.join(ctx.root, relative))
    // of the directories with that very name one stays itself; a file with it cannot be worked in
    const kind = start === ""
      ? "none"
      : yield* fs.stat(path.join(ctx.root, directory, start)).pipe(
        Effect.map(({ type }) => type === "Directory" ? "directory" as const : "none" as const),
        Effect.catchIf(
          (error) => error._tag === "SystemError" && error.reason === "NotFound",
          () => Effect.succeed("free" as const)
        )
      )
    const place = kind === "none" ? directory : `${directory}${start}/`
    const real = onTheWay(kind === "directory" ? place : directory)

    yield* Effect.forEach(real, (relative) =>
      Effect.gen(function*() {
        yield* fs.makeDirectory(path.join(root, relative), { recursive: true })
        // names that are not UTF-8 cannot be said
        const names = (yield* namesIn(relative)).filter((name) =>
          !name.includes("\uFFFD") && !real.includes(`${relative}${name}/`) && !(relative === "" && hidden.has(name))
        )
        yield* Effect.forEach(
          names,
          (name) => fs.symlink(path.join(ctx.root, relative, name), path.join(root, relative, name)),
          { concurrency: 16, discard: true }
        )
      }), { concurrency: 1, discard: true })
    if (kind === "free") yield* fs.makeDirectory(path.join(root, place))

    const workspace: Workspace = {
      root,
      workingDirectory: kind === "none"
        ? `${path.join(root, directory).replace(/\/$/, "")}/`
        : path.join(root, place).replace(/\/$/, ""),
      base: place
    }
    return workspace
  }
)
