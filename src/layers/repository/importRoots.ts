/**
 * The directories of a repository from which modules are imported, and the names that modules have there.
 *
 * @since 0.1.0
 */
import * as Path from "@effect/platform/Path"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import { isBelow, isPython } from "./paths.js"
import { declaredRoots, isProject } from "./projectLayout.js"
import * as RegularFile from "./regularFile.js"
import * as Toml from "./toml.js"

const parentOf = (relPath: string): string => relPath.includes("/") ? relPath.slice(0, relPath.lastIndexOf("/")) : "."

const nameOf = (relPath: string): string => relPath.slice(relPath.lastIndexOf("/") + 1)

/** The directory and all above it, up to the root. */
const upwards = (directory: string): ReadonlyArray<string> =>
  directory === "." ? ["."] : [directory, ...upwards(parentOf(directory))]

const depth = (directory: string): number => directory === "." ? 0 : directory.split("/").length

/** A relative path without `.` and `..`; none when it leads out of the repository. */
const normal = (path: string): Option.Option<string> => {
  const kept: Array<string> = []
  for (const part of path.split("/")) {
    if (part === "..") {
      if (kept.pop() === undefined) return Option.none()
    } else if (part !== "" && part !== ".") {
      kept.push(part)
    }
  }
  return Option.some(kept.join("/") || ".")
}

/** The pyproject.toml of a directory; none when there is none, or it is no TOML (the tools will say so). */
const readProject = Effect.fnUntraced(function*(root: string, directory: string) {
  const path = yield* Path.Path
  const text = yield* Effect.option(RegularFile.readText(path.join(root, directory, "pyproject.toml")))
  return Option.flatMap(text, (toml) => Either.getRight(Toml.parse(toml)))
})

const markers: ReadonlySet<string> = new Set(["pyproject.toml", "setup.py", "setup.cfg"])

/**
 * Import roots relative to `root`, `.` included, most specific first. `files` are all files of the repository, relative.
 *
 * A directory with a pyproject.toml that describes a project, a setup.py or a setup.cfg is a project: the root itself,
 * members of a workspace (of uv, hatch, poetry, pdm ...), examples that stand alone. Modules are imported from the
 * project's directory, from its `src` when that is no package, and from where its build configuration says.
 *
 * @since 0.1.0
 * @category constructors
 */
export const find = Effect.fn("importRoots.find")(
  function*(root: string, files: ReadonlyArray<string>) {
    const withPython = new Set<string>()
    const packages = new Set<string>()
    const marked = new Map<string, Set<string>>([[".", new Set(["pyproject.toml"])]])
    for (const file of files) {
      const directory = parentOf(file)
      const name = nameOf(file)
      if (isPython(file)) upwards(directory).forEach((above) => withPython.add(above))
      if (name === "__init__.py" || name === "__init__.pyi") packages.add(directory)
      if (markers.has(name)) marked.set(directory, (marked.get(directory) ?? new Set()).add(name))
    }

    // A package may carry a setup.py of its own (numpy's did): it is still imported as part of what is around it.
    const candidates = [...marked].filter(([directory]) =>
      directory === "." || (withPython.has(directory) && !packages.has(directory))
    )
    const found = yield* Effect.forEach(
      candidates,
      Effect.fnUntraced(function*([directory, names]) {
        const project = names.has("pyproject.toml") ? yield* readProject(root, directory) : Option.none()
        const isOne = directory === "." || names.has("setup.py") || names.has("setup.cfg") ||
          Option.exists(project, isProject)
        if (!isOne) return []
        const source = normal(`${directory}/src`).pipe(Option.filter((src) => !packages.has(src)), Option.toArray)
        const declared = Option.match(project, { onNone: () => [], onSome: declaredRoots })
          .flatMap((said) => Option.toArray(said.startsWith("/") ? Option.none() : normal(`${directory}/${said}`)))
        return [directory, ...source, ...declared]
      }),
      { concurrency: 8 }
    )
    const roots = new Set([...found.flat().filter((directory) => withPython.has(directory)), "."])
    return [...roots].sort((a, b) => depth(b) - depth(a) || (a < b ? -1 : 1))
  }
)

/**
 * The dotted name of a Python file, from the first of `roots` (most specific first) that it is below. A package is its
 * `__init__`; a directory `x-stubs` holds the stubs of `x`. A file that cannot be imported, for a space or a dash in its
 * path, is named by its path all the same.
 *
 * @since 0.1.0
 * @category getters
 */
export const moduleName = (relPath: string, roots: ReadonlyArray<string>): string => {
  const root = roots.find((directory) => directory !== "." && isBelow(directory, relPath))
  const inside = root === undefined ? relPath : relPath.slice(root.length + 1)
  const [first = "", ...rest] = inside.replace(/\.pyi?$/, "").split("/")
  const parts = rest.length > 0 ? [first.replace(/(?<=.)-stubs$/, ""), ...rest] : [first]
  const named = parts.length > 1 && parts.at(-1) === "__init__" ? parts.slice(0, -1) : parts
  return named.join(".")
}
