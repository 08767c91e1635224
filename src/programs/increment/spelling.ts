/**
 * How scip-python spells a symbol can depend on the files that it has visited before: a variable whose type is a class is
 * `request#` after a file that imports it, and `request.request.` before; a class of another package can be the project's;
 * and `os.path.join` be `posixpath/realpath().` A process that indexes some files has visited no others. What has not
 * been declared anew keeps the spelling that it had, or references would come loose.
 *
 * @since 0.1.0
 */

const MODULE = /^[^ ]+ [^ ]+ [^ ]+ [^ ]+ (?:`[^`]*`|[^/ ]*)\//

/**
 * The start of a symbol that names its package and module, with `/` at its end; undefined for a local one.
 *
 * @since 0.1.0
 * @category getters
 */
export const moduleOf = (symbol: string): string | undefined => MODULE.exec(symbol)?.[0]

/** Names in the module without what is said of their kind: the same for all spellings of a declaration. */
const pathOf = (symbol: string, module: string): string =>
  symbol.slice(module.length)
    .replace(/([\w+$-]+|`[^`]*`)\.\1\.$/, "$1.")
    .replace(/\(\w*\)\.|[#.:!/]/g, " ")
    .trim()

/** Module and names, whichever package the module is said to be of. */
const keyOf = (module: string, path: string): string => `${module.slice(module.lastIndexOf(" ") + 1)}${path}`

/** The last name of a symbol. */
const nameOf = (path: string): string => (/[^ ]+$/.exec(path)?.[0] ?? "").replaceAll("`", "")

/**
 * Spellings, by what they have in common.
 *
 * @since 0.1.0
 * @category models
 */
export type Spellings = ReadonlyMap<string, ReadonlySet<string>>

/**
 * @since 0.1.0
 * @category constructors
 */
export const bySymbol = (symbols: Iterable<string>): Spellings => {
  const byKey = new Map<string, Set<string>>()
  for (const symbol of symbols) {
    const module = moduleOf(symbol)
    if (module === undefined) continue
    const key = keyOf(module, pathOf(symbol, module))
    byKey.set(key, (byKey.get(key) ?? new Set()).add(symbol))
  }
  return byKey
}

const none: ReadonlySet<string> = new Set()

/**
 * @since 0.1.0
 * @category models
 */
export interface Before {
  /** Spellings in the document of the same file, whatever its path was; none for a new one. */
  readonly here: Spellings
  /** Spellings in all documents. */
  readonly everywhere: Spellings
  /** Documents with a symbol. */
  readonly count: (symbol: string) => number
  /** Whether a name of a module is not what it was. */
  readonly isDeclaredAnew: (module: string, name: string) => boolean
  /** Whether a name is, or was, that of a module of the repository: then it is no matter of spelling whose it is. */
  readonly isModule: (name: string) => boolean
}

/**
 * Of the symbols of a document those that were spelled in another way: symbol -> the spelling that it had in this document,
 * else the one that most documents have.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = (used: Iterable<string>, before: Before): ReadonlyMap<string, string> => {
  const found = new Map<string, string>()
  for (const symbol of used) {
    const module = moduleOf(symbol)
    if (module === undefined) continue
    const path = pathOf(symbol, module)
    const key = keyOf(module, path)
    const here = before.here.get(key) ?? none
    if (here.has(symbol)) continue
    const everywhere = before.everywhere.get(key) ?? none
    const isSpelling = (each: string) =>
      each.startsWith(module) || !before.isModule(module.slice(module.lastIndexOf(" ") + 1, -1).replaceAll("`", ""))
    const candidates = [...here.size > 0 ? here : everywhere].filter(isSpelling).sort((a, b) =>
      before.count(b) - before.count(a)
    )
    const [likeliest] = candidates
    if (likeliest === undefined || likeliest === symbol || here.size > 1) continue
    if (!before.isDeclaredAnew(module, nameOf(path))) found.set(symbol, likeliest)
  }
  return found
}

/**
 * Whether a symbol has the name that stands in the source.
 *
 * @since 0.1.0
 * @category predicates
 */
export const isNamed = (symbol: string, text: string): boolean => {
  const module = moduleOf(symbol)
  return module !== undefined && nameOf(pathOf(symbol, module)) === text
}

/**
 * The one of `here`, the symbols that a document had, which is of the same module as `symbol` and has the name that stands
 * in the source, when `symbol` has not. Not for a name that the file gives to something else.
 *
 * @since 0.1.0
 * @category getters
 */
export const named = (symbol: string, text: string, here: Iterable<string>): string | undefined => {
  const module = moduleOf(symbol)
  // a module is named by what it is imported as
  if (module === undefined || symbol.endsWith("/__init__:") || isNamed(symbol, text)) return undefined
  const [only, another] = [...here].filter((each) => each.startsWith(module) && isNamed(each, text))
  return another === undefined ? only : undefined
}
