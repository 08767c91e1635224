/**
 * How scip-python spells a symbol can depend on the files that it has visited before: a variable whose type is a class is
 * `request#` after a file that imports it, and `request.request.` before. A process that indexes some files has visited no
 * others. What has not been declared anew keeps the spelling that it had, or references would come loose.
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

/** The last name of a symbol. */
const nameOf = (path: string): string => (/[^ ]+$/.exec(path)?.[0] ?? "").replaceAll("`", "")

/**
 * Symbol -> the spelling that it had.
 *
 * `used`: symbols as they are spelled now; `before`: those of the same modules as they were; `isDeclaredAnew`: whether a
 * name of a module is not what it was.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = (
  used: Iterable<string>,
  before: Iterable<string>,
  isDeclaredAnew: (module: string, name: string) => boolean
): ReadonlyMap<string, string> => {
  const known = new Set(before)
  const byPath = new Map<string, Set<string>>()
  for (const symbol of known) {
    const module = moduleOf(symbol)
    if (module === undefined) continue
    const key = `${module}${pathOf(symbol, module)}`
    byPath.set(key, (byPath.get(key) ?? new Set()).add(symbol))
  }
  const spellings = new Map<string, string>()
  for (const symbol of used) {
    const module = moduleOf(symbol)
    if (module === undefined || known.has(symbol)) continue
    const path = pathOf(symbol, module)
    const [only, another] = byPath.get(`${module}${path}`) ?? []
    if (only === undefined || another !== undefined || isDeclaredAnew(module, nameOf(path))) continue
    spellings.set(symbol, only)
  }
  return spellings
}
