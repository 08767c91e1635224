/**
 * What has changed in a file for those that use it, by name.
 *
 * Two views of a file are compared: what it declares (its source), and what the index says of its symbols, in which types
 * that the source does not name are written out.
 *
 * @since 0.1.0
 */
import * as Option from "effect/Option"
import type { Declaration } from "../../domain/Declaration.js"
import type { ScipSymbol } from "../../domain/Scip.js"

/**
 * - `documentation`: seen where the name is written, and nowhere else
 * - `type`: what uses the name may be something else in turn
 * - `identity`: the name is new, gone, or may be bound to something else
 *
 * @since 0.1.0
 * @category models
 */
export type Impact = "documentation" | "type" | "identity"

const ranks: Readonly<Record<Impact, number>> = { documentation: 1, type: 2, identity: 3 }

/**
 * @since 0.1.0
 * @category models
 */
export interface NameChange {
  readonly name: string
  /** It belongs to a class: it is used as `.name`, as a keyword, or is bound again in a subclass. */
  readonly isMember: boolean
  readonly impact: Impact
}

/**
 * @since 0.1.0
 * @category models
 */
export interface FileChanges {
  /** Each name once, as a member and as none. */
  readonly names: ReadonlyArray<NameChange>
  /** Symbols of the index that are not what they were. */
  readonly symbols: ReadonlyArray<string>
  /** Why what changed can be seen without a name: bases of a class, an operator. */
  readonly unnamed: Option.Option<string>
}

/**
 * @since 0.1.0
 * @category constants
 */
export const nothing: FileChanges = { names: [], symbols: [], unnamed: Option.none() }

/**
 * Whether one is as far-reaching as the other.
 *
 * @since 0.1.0
 * @category predicates
 */
export const isAtLeast = (impact: Impact, least: Impact): boolean => ranks[impact] >= ranks[least]

/**
 * The smallest first.
 *
 * @since 0.1.0
 * @category ordering
 */
export const byImpact = (a: Pick<NameChange, "impact">, b: Pick<NameChange, "impact">): number =>
  ranks[a.impact] - ranks[b.impact]

/**
 * @since 0.1.0
 * @category getters
 */
export const keyOf = ({ isMember, name }: Pick<NameChange, "name" | "isMember">): string =>
  `${isMember ? "." : ""}${name}`

const distinct = (changes: ReadonlyArray<NameChange>): ReadonlyArray<NameChange> => {
  const byKey = new Map<string, NameChange>()
  for (const change of changes) {
    const known = byKey.get(keyOf(change))
    if (known === undefined || isAtLeast(change.impact, known.impact)) byKey.set(keyOf(change), change)
  }
  return [...byKey.values()]
}

/**
 * @since 0.1.0
 * @category combinators
 */
export const merge = (all: ReadonlyArray<FileChanges>): FileChanges => ({
  names: distinct(all.flatMap(({ names }) => names)),
  symbols: [...new Set(all.flatMap(({ symbols }) => symbols))],
  unnamed: Option.firstSomeOf(all.map(({ unnamed }) => unnamed))
})

/** Methods that syntax calls: operators, calls, loops, `with`, `await`, attributes that are not there. */
const operators = new Set(
  ("call getitem setitem delitem missing iter next reversed contains enter exit aenter aexit await aiter anext " +
    "getattr getattribute get set set_name class_getitem new init_subclass match_args bool eq ne lt le gt ge add sub mul " +
    "matmul truediv floordiv mod divmod pow lshift rshift and xor or radd rsub rmul rmatmul rtruediv rfloordiv rmod rpow " +
    "rlshift rrshift rand rxor ror iadd isub imul imatmul itruediv ifloordiv imod ipow ilshift irshift iand ixor ior neg " +
    "pos abs invert int float complex index round").split(" ").map((name) => `__${name}__`)
)

const constructors = new Set(["__init__", "__new__", "__post_init__"])

const ownerOf = ({ name, qualifiedName }: Declaration): string => qualifiedName.slice(0, -name.length - 1)

/** By qualified name, all texts in their order. */
const textsOf = (declarations: ReadonlyArray<Declaration>) => {
  const texts = new Map<string, string>()
  for (const { kind, qualifiedName, text } of declarations) {
    texts.set(qualifiedName, `${texts.get(qualifiedName) ?? ""}\0${kind}\0${text}`)
  }
  return texts
}

const quoted = (text: string): ReadonlySet<string> =>
  new Set([...text.matchAll(/["']([^"'\n]+)["']/g)].map(([, name = ""]) => name))

/** Names that are in one list and not in the other. */
const exported = (before: string, after: string): ReadonlyArray<NameChange> => {
  const [were, are] = [quoted(before), quoted(after)]
  return [...were, ...are].filter((name) => !were.has(name) || !are.has(name))
    .map((name) => ({ name, isMember: false, impact: "identity" }))
}

/**
 * None: what the file declares is not known, so every name counts that the other one has.
 *
 * @since 0.1.0
 * @category constructors
 */
export const ofDeclarations = (
  before: Option.Option<ReadonlyArray<Declaration>>,
  after: Option.Option<ReadonlyArray<Declaration>>
): FileChanges => {
  const [old, now] = [Option.getOrElse(before, () => []), Option.getOrElse(after, () => [])]
  const [oldTexts, newTexts] = [textsOf(old), textsOf(now)]
  const isInBoth = (qualifiedName: string) => oldTexts.has(qualifiedName) && newTexts.has(qualifiedName)
  const unnamed: Array<string> = []
  if (Option.isNone(before) || Option.isNone(after)) unnamed.push("it does not parse")
  const names: Array<NameChange> = []
  for (const declaration of [...old, ...now]) {
    const { isMember, kind, name, qualifiedName } = declaration
    const [was = "", is = ""] = [oldTexts.get(qualifiedName), newTexts.get(qualifiedName)]
    if (was === is) continue
    const owner = ownerOf(declaration)
    if (name === "__all__") names.push(...exported(was, is))
    else if (name === "*") unnamed.push("another import of *")
    else if (kind === "class" && isInBoth(qualifiedName)) unnamed.push(`the bases of ${name}`)
    else if (operators.has(name) && (!isMember || isInBoth(owner))) unnamed.push(qualifiedName)
    if (isMember && constructors.has(name)) {
      // whoever calls it, or extends the class, names the class
      names.push({ name: owner.slice(owner.lastIndexOf(".") + 1), isMember: owner.includes("."), impact: "type" })
      continue
    }
    const isOfType = isInBoth(qualifiedName) && (kind === "function" || kind === "attribute")
    names.push({ name, isMember, impact: isOfType ? "type" : "identity" })
  }
  return { names: distinct(names), symbols: [], unnamed: Option.fromNullable(unnamed[0]) }
}

/**
 * What the index says of the symbols of a module, by symbol. What a document says of other modules is not its own: an
 * attribute is described in the first document that scip-python comes to.
 *
 * @since 0.1.0
 * @category models
 */
export type Interface = ReadonlyMap<string, { readonly documentation: string; readonly relationships: string }>

const MODULE = "/__init__:"

/** Whether a symbol is of the module that a document describes; a document without a module has all as its own. */
const ownOf = (symbols: ReadonlyArray<Pick<ScipSymbol, "symbol">>) => {
  const module = symbols.find(({ symbol }) => symbol.endsWith(MODULE))?.symbol.slice(0, 1 - MODULE.length)
  return (symbol: string): boolean =>
    !symbol.startsWith("local ") && (module === undefined || symbol.startsWith(module))
}

/**
 * Symbols of other modules that a document describes.
 *
 * @since 0.1.0
 * @category getters
 */
export const describedElsewhere = (symbols: ReadonlyArray<Pick<ScipSymbol, "symbol">>): ReadonlyArray<string> => {
  const isOwn = ownOf(symbols)
  return symbols.map(({ symbol }) => symbol).filter((symbol) => !symbol.startsWith("local ") && !isOwn(symbol))
}

/**
 * @since 0.1.0
 * @category constructors
 */
export const interfaceOf = (
  symbols: ReadonlyArray<Pick<ScipSymbol, "symbol" | "documentation" | "relationships">>
): Interface => {
  const all = new Map<string, { readonly documentation: Array<string>; readonly relationships: Set<string> }>()
  const isOwn = ownOf(symbols)
  for (const { documentation, relationships, symbol } of symbols) {
    if (!isOwn(symbol)) continue
    const known = all.get(symbol) ?? { documentation: [], relationships: new Set() }
    all.set(symbol, known)
    known.documentation.push(documentation.join("\n\n"))
    for (const { relatedSymbol } of relationships) known.relationships.add(relatedSymbol)
  }
  return new Map([...all].map(([symbol, { documentation, relationships }]) => [symbol, {
    documentation: documentation.sort().join("\0"),
    relationships: [...relationships].sort().join(" ")
  }]))
}

/** Of a constructor the class, which is what is called. */
const constructorOf = (symbol: string): string | undefined =>
  /^(.*#)__(?:init|new|post_init)__\(\)\.$/.exec(symbol)?.[1]

/** The last descriptor of a symbol; parameters and modules have no name of their own here. */
const nameOf = (symbol: string): Pick<NameChange, "name" | "isMember"> | undefined => {
  const [, before = "", escaped, plain, suffix] =
    /(.?)(?:`([^`]+)`|([\p{L}\p{N}_+$-]+))(\(\w*\)\.|[#.])$/u.exec(symbol) ?? []
  const name = escaped ?? plain
  return name === undefined || suffix === undefined ? undefined : { name, isMember: before === "#" }
}

/** The part of a documentation that is code: the type, the signature. */
const signatureOf = (documentation: string): string => (documentation.match(/```python\n[^]*?\n```/g) ?? []).join("\n")

/**
 * @since 0.1.0
 * @category constructors
 */
export const ofInterfaces = (before: Interface, after: Interface): FileChanges => {
  const names: Array<NameChange> = []
  const symbols: Array<string> = []
  const unnamed: Array<string> = []
  for (const symbol of new Set([...before.keys(), ...after.keys()])) {
    const [was, is] = [before.get(symbol), after.get(symbol)]
    if (was?.documentation === is?.documentation && was?.relationships === is?.relationships) continue
    symbols.push(symbol)
    const named = nameOf(constructorOf(symbol) ?? symbol)
    if (named === undefined) continue
    if (was === undefined || is === undefined) names.push({ ...named, impact: "identity" })
    else {
      const isSame = signatureOf(was.documentation) === signatureOf(is.documentation)
      names.push({ ...named, impact: isSame ? "documentation" : symbol.endsWith(").") ? "type" : "identity" })
      if (!isSame && operators.has(named.name)) unnamed.push(named.name)
      if (symbol.endsWith("#") && was.relationships !== is.relationships) unnamed.push(`the bases of ${named.name}`)
    }
  }
  return { names: distinct(names), symbols, unnamed: Option.fromNullable(unnamed[0]) }
}
