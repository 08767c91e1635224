/**
 * Which file may see which: imports as they are written, to whatever file of the repository they could mean.
 *
 * No import is resolved: one that fits several files leads to all of them, and one that fits none leads to a file as soon
 * as it is added. So an edge may be one too many; missing are those through packages that are installed.
 *
 * @since 0.1.0
 */
import type { ImportFacts } from "../../domain/SyntaxFacts.js"

/**
 * @since 0.1.0
 * @category models
 */
export interface ImportGraph {
  /** Files that may import it. */
  readonly importersOf: (relPath: string) => ReadonlySet<string>
  /** Files that may import it, or import one that does, and so on; without itself. */
  readonly reaching: (relPath: string) => ReadonlySet<string>
}

const none: ReadonlySet<string> = new Set()

/** `a/b/__init__.py` and `a/b.pyi` are both `a/b`, and so is `a-stubs/b.pyi`. */
const modulePath = (relPath: string): string =>
  relPath.replace(/\.[^./]*$/, "").replace(/(^|\/)__init__$/, "").replace(/-stubs(?=\/|$)/g, "")

const directoryOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf("/")))

const joined = (directory: string, names: ReadonlyArray<string>): string =>
  [...directory === "" ? [] : [directory], ...names].join("/")

/** What `import a.b.c` and `from a.b import c` run or may bind: `a`, `a/b`, `a/b/c`. */
const candidatesOf = ({ module, names }: ImportFacts): ReadonlyArray<string> => {
  const parts = module === "" ? [] : module.split(".")
  const packages = parts.map((_, at) => parts.slice(0, at + 1).join("/"))
  return [...packages, ...names.filter((name) => name !== "*").map((name) => [...parts, name].join("/"))]
}

/** Files by the last part of their module path. */
const indexed = (relPaths: Iterable<string>) => {
  const byLast = new Map<string, Array<{ readonly path: string; readonly relPath: string }>>()
  const byPath = new Map<string, Array<string>>()
  for (const relPath of relPaths) {
    const path = modulePath(relPath)
    const last = path.slice(path.lastIndexOf("/") + 1)
    const alike = byLast.get(last)
    if (alike === undefined) byLast.set(last, [{ path, relPath }])
    else alike.push({ path, relPath })
    const same = byPath.get(path)
    if (same === undefined) byPath.set(path, [relPath])
    else same.push(relPath)
  }
  return {
    /** From whatever directory it is imported. */
    endingWith: (candidate: string): ReadonlyArray<string> =>
      (byLast.get(candidate.slice(candidate.lastIndexOf("/") + 1)) ?? [])
        .filter(({ path }) => path === candidate || path.endsWith(`/${candidate}`))
        .map(({ relPath }) => relPath),
    at: (path: string): ReadonlyArray<string> => byPath.get(path) ?? []
  }
}

const add = (edges: Map<string, Set<string>>, from: string, to: string) => {
  const known = edges.get(from)
  if (known === undefined) edges.set(from, new Set([to]))
  else known.add(to)
}

/**
 * `imports`: of each file, all that it has or had; `relPaths`: all files there are or were.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = (
  imports: ReadonlyMap<string, ReadonlyArray<ImportFacts>>,
  relPaths: Iterable<string>
): ImportGraph => {
  const files = indexed(relPaths)
  const back = new Map<string, Set<string>>()
  const remembered = new Map<string, ReadonlyArray<string>>()
  const endingWith = (candidate: string) => {
    const known = remembered.get(candidate) ?? files.endingWith(candidate)
    remembered.set(candidate, known)
    return known
  }

  for (const [relPath, all] of imports) {
    // of a package this is the package itself
    const own = directoryOf(relPath)
    for (const each of all) {
      const base = own.split("/").slice(0, Math.max(0, own.split("/").length - (each.level - 1))).join("/")
      const targets = each.level === 0
        ? candidatesOf(each).flatMap(endingWith)
        : [base, ...candidatesOf(each).map((candidate) => joined(base, [candidate]))].flatMap(files.at)
      for (const target of targets) {
        if (target !== relPath) add(back, target, relPath)
      }
    }
  }

  const reaching = (relPath: string): ReadonlySet<string> => {
    const found = new Set<string>([relPath])
    for (const each of found) for (const importer of back.get(each) ?? none) found.add(importer)
    found.delete(relPath)
    return found
  }

  return {
    importersOf: (relPath) => back.get(relPath) ?? none,
    reaching
  }
}
