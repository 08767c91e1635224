/**
 * From the dotted names of JUnit XML to node ids: `tests.test_a.TestA` is `tests/test_a.py::TestA`, where that file is one
 * of the repository.
 *
 * @since 0.1.0
 */
import * as Option from "effect/Option"
import type { PipelineContext } from "../../../domain/PipelineContext.js"
import { Place } from "../../../domain/Placement.js"

/**
 * @since 0.1.0
 * @category models
 */
export interface JunitName {
  /** What the placement calls it. */
  readonly module: string
  readonly place: Place
  /** What comes before the name of the test: a file, and the classes. */
  readonly nodeId: string
}

const dotted = (relPath: string) => relPath.replace(/\.py$/, "").replaceAll("/", ".")

const lastOf = (name: string) => name.slice(name.lastIndexOf(".") + 1)

const join = (file: string, rest: ReadonlyArray<string>) => [file, ...rest].join("::")

/**
 * Names are relative to pytest's root directory: the repository, or a directory of it; then the longest end counts that one
 * file has.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = ({ aliases, snapshot }: Pick<PipelineContext, "aliases" | "snapshot">) => {
  const byName = new Map<string, Array<string>>()
  const byLast = new Map<string, Array<string>>()
  const add = (all: Map<string, Array<string>>, key: string, relPath: string) => {
    const known = all.get(key)
    if (known === undefined) all.set(key, [relPath])
    else known.push(relPath)
  }
  for (const relPath of snapshot.files.keys()) {
    if (aliases.has(relPath)) continue
    const name = dotted(relPath)
    add(byName, name, relPath)
    add(byLast, lastOf(name), relPath)
  }

  const placed = (
    module: string,
    files: ReadonlyArray<string>,
    rest: ReadonlyArray<string>,
    by: "exact" | "suffix"
  ) => {
    const [relPath] = files
    if (relPath === undefined) return undefined
    const place = files.length === 1
      ? Place.File({ relPath, said: relPath, by })
      : Place.Ambiguous({ candidates: files })
    const file = relPath.split("/").slice(-module.split(".").length).join("/")
    const found: JunitName = { module, place, nodeId: join(by === "exact" ? relPath : file, rest) }
    return found
  }

  const look = (className: string): JunitName => {
    const parts = className.split(".")
    const prefixes = parts.map((_, index) => parts.length - index)
    for (const by of ["exact", "suffix"] as const) {
      for (const count of prefixes) {
        const module = parts.slice(0, count).join(".")
        const files = by === "exact"
          ? byName.get(module) ?? []
          : (byLast.get(lastOf(module)) ?? []).filter((relPath) => dotted(relPath).endsWith(`.${module}`))
        const found = placed(module, files, parts.slice(count), by)
        if (found !== undefined) return found
      }
    }
    return { module: className, place: Place.Unmatched(), nodeId: className }
  }

  const known = new Map<string, JunitName>()
  return (className: string): JunitName => {
    const before = Option.fromNullable(known.get(className))
    if (Option.isSome(before)) return before.value
    const found = look(className)
    known.set(className, found)
    return found
  }
}
