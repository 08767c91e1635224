/**
 * What scip-python says depends on the order in which it visits files, in two ways that can be told from the source: which
 * function of a module such as `posixpath` it takes for each of them, and whether a class of another package that is
 * imported in the project is the project's.
 */

/** Against what the two symbols of a place are checked. */
export interface Facts {
  /** Dotted names of the project's modules. */
  readonly modules: ReadonlySet<string>
  /** Name and version of the project in its symbols: `Flask 0`. */
  readonly project: string
  readonly textOf: (relPath: string) => string
}

/** 1-based, columns in code points, end exclusive. */
export interface Place {
  readonly startLine: number
  readonly startColumn: number
  readonly endLine: number
  readonly endColumn: number
}

export interface SymbolParts {
  /** Name and version. */
  readonly package: string
  /** Dotted. */
  readonly module: string
  /** All after the package. */
  readonly descriptors: string
}

/** None of a local symbol. */
export const partsOf = (symbol: string): SymbolParts | undefined => {
  const [, name, descriptors] = /^scip-python python (\S+ \S+) (.+)$/s.exec(symbol) ?? []
  if (name === undefined || descriptors === undefined) return undefined
  const [, quoted, plain = ""] = /^(?:`([^`]*)`|([^/]*))\//.exec(descriptors) ?? []
  return { package: name, module: quoted ?? plain, descriptors }
}

/** The last name in a symbol: `abspath` of `posixpath/abspath().`, `b` of a module `a.b`; undefined for a local one. */
export const nameOf = (symbol: string): string | undefined =>
  partsOf(symbol)?.descriptors.replace(/\/__init__:$/, "").replaceAll("`", "").replace(/(\(\)\.|[.#:/!]|\))$/, "")
    .split(/[/#. (]/).at(-1)

/** The package that most of these definitions are of. */
export const projectOf = (definitions: Iterable<string>): string => {
  const counts = new Map<string, number>()
  for (const symbol of definitions) {
    const name = partsOf(symbol)?.package
    if (name !== undefined) counts.set(name, (counts.get(name) ?? 0) + 1)
  }
  return [...counts].sort(([, a], [, b]) => b - a)[0]?.[0] ?? ""
}

const lineEnds = /\r\n|\r|\n/

/** Empty for what is on several lines. */
export const textAt = (source: string, { endColumn, endLine, startColumn, startLine }: Place): string =>
  startLine === endLine
    ? [...source.split(lineEnds)[startLine - 1] ?? ""].slice(startColumn - 1, endColumn - 1).join("")
    : ""

/** Whether a name stands for another one in this file: then the symbol has every right not to carry it. */
const isAlias = (source: string, name: string): boolean => new RegExp(String.raw`\bas\s+${name}\b`, "u").test(source)

/**
 * Both symbols are of the same module of another package, and that of the full run is not the one that the source names.
 */
const isMisnamed = (theirs: string, full: string, source: string, place: Place, { project }: Facts): boolean => {
  const [a, b] = [partsOf(theirs), partsOf(full)]
  const text = textAt(source, place).split(".").at(-1) ?? ""
  return a !== undefined && b !== undefined && a.package === b.package && a.module === b.module &&
    b.package !== project && /^[\p{L}\p{N}_]+$/u.test(text) && nameOf(full) !== text && !isAlias(source, text)
}

/** The same descriptors under two packages, of which one is the project, which has no such module. */
export const isMisattributed = (one: string, other: string, { modules, project }: Facts): boolean => {
  const [a, b] = [partsOf(one), partsOf(other)]
  return a !== undefined && b !== undefined && a.descriptors === b.descriptors && a.package !== b.package &&
    (a.package === project || b.package === project) && !modules.has(a.module)
}

export type OrderDependence = "misnamed" | "misattributed"

/** Which dependence on the order explains two symbols at one place; none when neither can be verified there. */
export const explain = (
  theirs: string,
  full: string,
  at: { readonly relPath: string; readonly place: Place },
  facts: Facts
): OrderDependence | undefined =>
  isMisattributed(theirs, full, facts)
    ? "misattributed"
    : isMisnamed(theirs, full, facts.textOf(at.relPath), at.place, facts)
    ? "misnamed"
    : undefined
