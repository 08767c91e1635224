/**
 * What a SCIP symbol names, in the words of Python.
 *
 * @since 0.1.0
 */

/**
 * @since 0.1.0
 * @category models
 */
export interface SymbolName {
  /** Dotted; as the indexer sees it. */
  readonly module: string
  /** `Class.method`, `outer.<locals>.inner`; empty for the module itself. */
  readonly qualifiedName: string
  readonly kind: "module" | "class" | "function" | "variable" | "parameter" | "other"
}

const SCHEME_AND_PACKAGE = /^[^ ]+ [^ ]+ [^ ]+ [^ ]+ /

const DESCRIPTOR =
  /(?:`((?:[^`]|``)+)`|([\w+$-]+))(\([\w+$-]*\)\.|[/#.:!])|\((?:`((?:[^`]|``)+)`|([\w+$-]+))\)|\[[^\]]*\]/y

const kinds: Readonly<Record<string, SymbolName["kind"]>> = {
  "/": "module",
  "#": "class",
  ".": "variable",
  ":": "module"
}

/**
 * Undefined for a local symbol, and for what is no symbol.
 *
 * @since 0.1.0
 * @category constructors
 */
export const symbolName = (symbol: string): SymbolName | undefined => {
  const prefix = SCHEME_AND_PACKAGE.exec(symbol)?.[0]
  if (prefix === undefined) return undefined
  const modules: Array<string> = []
  let qualifiedName = ""
  let kind: SymbolName["kind"] = "module"
  let at = prefix.length
  while (at < symbol.length) {
    DESCRIPTOR.lastIndex = at
    const match = DESCRIPTOR.exec(symbol)
    if (match === null) return undefined
    at = DESCRIPTOR.lastIndex
    const [, quoted, simple, suffix, quotedParameter, parameter] = match
    const name = (quoted ?? simple ?? quotedParameter ?? parameter ?? "").replaceAll("``", "`")
    const isInFunction = kind === "function"
    if (suffix === "/") modules.push(name)
    else if (suffix !== ":" || name !== "__init__") {
      qualifiedName += `${qualifiedName === "" ? "" : isInFunction ? ".<locals>." : "."}${name}`
    }
    kind = suffix === undefined ? "parameter" : suffix.startsWith("(") ? "function" : kinds[suffix] ?? "other"
  }
  return { module: modules.join("."), qualifiedName, kind }
}
