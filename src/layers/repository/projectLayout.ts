/**
 * What the build configuration in a pyproject.toml says about where modules are. Tolerant: the build tool judges.
 *
 * @since 0.1.0
 */
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import * as Toml from "./toml.js"

const text = (table: Toml.Table, ...path: ReadonlyArray<string>): ReadonlyArray<string> =>
  Option.toArray(Option.filter(Toml.at(table, path), Predicate.isString))

const list = (table: Toml.Table, ...path: ReadonlyArray<string>): ReadonlyArray<unknown> =>
  Option.getOrElse(Option.filter(Toml.at(table, path), Array.isArray), () => [])

const texts = (table: Toml.Table, ...path: ReadonlyArray<string>): ReadonlyArray<string> =>
  list(table, ...path).filter(Predicate.isString)

const pairs = (table: Toml.Table, ...path: ReadonlyArray<string>): ReadonlyArray<readonly [string, string]> =>
  Object.entries(Option.getOrElse(Option.filter(Toml.at(table, path), Predicate.isReadonlyRecord), () => ({})))
    .flatMap(([key, value]) => Predicate.isString(value) ? [[key, value]] : [])

/** Where a package is imported from: `lib/a/b` for the package `a/b` is `lib`. None when it is renamed on the way. */
const rootOf = (directory: string, name: string): ReadonlyArray<string> => {
  const trimmed = directory.replace(/\/+$/, "")
  if (name === "") return [trimmed]
  if (trimmed === name) return ["."]
  return trimmed.endsWith(`/${name}`) ? [trimmed.slice(0, -name.length - 1)] : []
}

const parentsOf = (directories: ReadonlyArray<string>): ReadonlyArray<string> =>
  directories.flatMap((directory) => rootOf(directory, directory.replace(/\/+$/, "").replace(/^.*\//, "")))

const setuptools = (table: Toml.Table): ReadonlyArray<string> => [
  ...pairs(table, "tool", "setuptools", "package-dir").flatMap(([name, directory]) =>
    rootOf(directory, name.replaceAll(".", "/"))
  ),
  ...texts(table, "tool", "setuptools", "packages", "find", "where")
]

const poetry = (table: Toml.Table): ReadonlyArray<string> =>
  list(table, "tool", "poetry", "packages").flatMap((entry) =>
    Predicate.isReadonlyRecord(entry) ? text(entry, "from") : []
  )

const hatch = (table: Toml.Table): ReadonlyArray<string> =>
  [["tool", "hatch", "build"], ["tool", "hatch", "build", "targets", "wheel"]].flatMap((build) => [
    ...parentsOf(texts(table, ...build, "packages")),
    ...texts(table, ...build, "sources"),
    ...pairs(table, ...build, "sources").flatMap(([from, to]) => rootOf(from, to)),
    ...texts(table, ...build, "dev-mode-dirs")
  ])

/**
 * Directories relative to that of the pyproject.toml, as they are written there.
 *
 * @since 0.1.0
 * @category getters
 */
export const declaredRoots = (table: Toml.Table): ReadonlyArray<string> => [
  ...setuptools(table),
  ...poetry(table),
  ...hatch(table),
  ...text(table, "tool", "pdm", "build", "package-dir"),
  ...text(table, "tool", "pdm", "package-dir"),
  ...text(table, "tool", "maturin", "python-source"),
  ...text(table, "tool", "uv", "build-backend", "module-root"),
  ...parentsOf(texts(table, "tool", "scikit-build", "wheel", "packages"))
]

/**
 * Whether a pyproject.toml describes a project; some hold the settings of tools for a directory, and nothing else.
 *
 * @since 0.1.0
 * @category predicates
 */
export const isProject = (table: Toml.Table): boolean =>
  [["project"], ["build-system"], ["tool", "poetry"], ["tool", "flit"]].some((path) =>
    Option.isSome(Toml.at(table, path))
  )
