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
  /** What the file declares, or declared, is not known. */
  readonly isUnknown: boolean
}

/**
 * @since 0.1.0
 * @category constants
 */
export const nothing: FileChanges = { names: [], symbols: [], unnamed: Option.none(), isUnknown: false }

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

const constructors = new Set(["__init__", "__new__", "__post_init__"])

/** What Python calls by other means, and no type depends on what comes of it. */
const inert = new Set(["__repr__", "__str__", "__del__", "__doc__", "__module__", "__qualname__", "__slots__"])

/** Methods that syntax and protocols call without their name: operators, calls, loops, `with`, `await`, truth, length. */
const isOperator = (name: string): boolean => /^__\w+__$/.test(name) && !constructors.has(name) && !inert.has(name)

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

/** All but the names that are listed. */
const around = (text: string): string => text.replace(/["'][^"'\n]*["']/g, "").replace(/[\s,]+/g, "")

/** Names that are in one list and not in the other; none when it is not just a list of names that changed. */
const exported = (before: string, after: string): ReadonlyArray<NameChange> | undefined => {
  if (before === "" || after === "" || around(before) !== around(after)) return undefined
  const [were, are] = [quoted(before), quoted(after)]
  return [...were, ...are].filter((name) => !were.has(name) || !are.has(name))
    .map((name) => ({ name, isMember: false, impact: "identity" }))
}

/** What a declaration that is another means to others. */
const consequences = (
  declaration: Pick<Declaration, "isMember" | "kind" | "name" | "qualifiedName">,
  impact: Impact
): { readonly names: ReadonlyArray<NameChange>; readonly unnamed?: string } => {
  const { isMember, kind, name, qualifiedName } = declaration
  const names: ReadonlyArray<NameChange> = [{ name, isMember, impact }]
  if (name === "*") return { names: [], unnamed: "another import of *" }
  if (name === "__all__") return { names, unnamed: "what * imports" }
  if (kind === "class" && impact === "identity") return { names, unnamed: `the bases or fields of ${name}` }
  if (isMember && constructors.has(name)) {
    // whoever calls it, or extends the class, names the class
    const owner = qualifiedName.slice(0, -name.length - 1)
    const ofClass = owner.slice(owner.lastIndexOf(".") + 1)
    return { names: [{ name: ofClass, isMember: owner.includes("."), impact: "type" }] }
  }
  const isSeen = isMember ? isOperator(name) : name === "__getattr__"
  return isSeen ? { names, unnamed: qualifiedName } : { names }
}

/**
 * Declarations in which a name stands that has changed.
 *
 * @since 0.1.0
 * @category constructors
 */
export const ofMentions = (
  touched: ReadonlyArray<{ readonly declaration: Declaration; readonly impact: Impact }>
): FileChanges => {
  const all = touched.map(({ declaration, impact }) => {
    const isIdentity = impact === "identity" && declaration.kind !== "function" && declaration.kind !== "attribute"
    return consequences(declaration, isIdentity ? "identity" : "type")
  })
  return {
    names: distinct(all.flatMap(({ names }) => names)),
    symbols: [],
    unnamed: Option.fromNullable(all.find(({ unnamed }) => unnamed !== undefined)?.unnamed),
    isUnknown: false
  }
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
  if (Option.isNone(before)) unnamed.push("what it declared is not known, and something")
  if (Option.isNone(after)) unnamed.push("it does not parse, and something")
  const names: Array<NameChange> = []
  for (const declaration of [...old, ...now]) {
    const { isMember, kind, name, qualifiedName } = declaration
    const [was = "", is = ""] = [oldTexts.get(qualifiedName), newTexts.get(qualifiedName)]
    if (was === is) continue
    const listed = name === "__all__" ? exported(was, is) : undefined
    if (listed !== undefined) {
      names.push({ name, isMember, impact: "type" }, ...listed)
      continue
    }
    const isOfType = isInBoth(qualifiedName) && (kind === "function" || kind === "attribute")
    const meant = consequences(declaration, isOfType ? "type" : "identity")
    names.push(...meant.names)
    // a class that comes or goes comes or goes with its name
    const isNamed = isMember ? !isInBoth(ownerOf(declaration)) : kind === "class" && !isInBoth(qualifiedName)
    if (meant.unnamed !== undefined && !isNamed) unnamed.push(meant.unnamed)
  }
  return {
    names: distinct(names),
    symbols: [],
    unnamed: Option.fromNullable(unnamed[0]),
    isUnknown: Option.isNone(before) || Option.isNone(after)
  }
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
      if (!isSame && named.isMember && isOperator(named.name)) unnamed.push(named.name)
      if (symbol.endsWith("#") && was.relationships !== is.relationships) unnamed.push(`the bases of ${named.name}`)
    }
  }
  return { names: distinct(names), symbols, unnamed: Option.fromNullable(unnamed[0]), isUnknown: false }
}
