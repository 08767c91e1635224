/**
 * A document as it is stored: what makes it the same as another, and its rows once its symbols have numbers.
 *
 * @since 0.1.0
 */
import { createHash } from "node:crypto"
import type { ScipOccurrences, ScipSymbol } from "../../domain/Scip.js"

/**
 * @since 0.1.0
 * @category models
 */
export interface StoredDocument {
  /** Null: the external symbols of a run. */
  readonly relPath: string | null
  readonly contentHash: string
  /** The symbols that occur, once each. */
  readonly names: ReadonlyArray<string>
  /** Of each occurrence, which of `names` it is. */
  readonly indexes: Int32Array
  readonly occurrences: Pick<ScipOccurrences, "ranges" | "roles">
  readonly symbols: ReadonlyArray<ScipSymbol>
  /** UTF-16 units in its strings, about. */
  readonly weight: number
}

const bytesOf = ({ buffer, byteLength, byteOffset }: Int32Array) => new Uint8Array(buffer, byteOffset, byteLength)

/** All of a description, in one order: to be written as JSON. */
const factsOf = (each: ScipSymbol): ReadonlyArray<unknown> => [
  each.symbol,
  each.kind,
  each.displayName,
  each.documentation,
  each.enclosingSymbol,
  each.relationships.map((relationship) => [
    relationship.relatedSymbol,
    relationship.isReference,
    relationship.isImplementation,
    relationship.isTypeDefinition,
    relationship.isDefinition
  ])
]

/**
 * A text that no other description has.
 *
 * @since 0.1.0
 * @category getters
 */
export const textOf = (each: ScipSymbol): string => JSON.stringify(factsOf(each))

/**
 * @since 0.1.0
 * @category constructors
 */
export const make = (
  relPath: string | null,
  occurrences: ScipOccurrences,
  symbols: ReadonlyArray<ScipSymbol>
): StoredDocument => {
  const indexByName = new Map<string, number>()
  const indexes = new Int32Array(occurrences.roles.length)
  for (let at = 0; at < indexes.length; at++) {
    const name = occurrences.symbols[at] ?? ""
    let index = indexByName.get(name)
    if (index === undefined) indexByName.set(name, index = indexByName.size)
    indexes[at] = index
  }
  const names = [...indexByName.keys()]
  const texts = JSON.stringify([names, symbols.map(factsOf)])
  const hash = createHash("sha256").update(texts)
  for (const numbers of [indexes, occurrences.ranges, occurrences.roles]) hash.update(bytesOf(numbers))
  return {
    relPath,
    contentHash: hash.digest("hex"),
    names,
    indexes,
    occurrences,
    symbols,
    weight: texts.length
  }
}

/**
 * The external symbols of a run, in one order whatever order they came in, the same description once: outputs of one run
 * tell of the same packages.
 *
 * @since 0.1.0
 * @category constructors
 */
export const ofExternals = (byText: ReadonlyMap<string, ScipSymbol>): StoredDocument => {
  const ordered = [...byText].sort(([a], [b]) => a < b ? -1 : a > b ? 1 : 0)
  return make(
    null,
    { symbols: [], ranges: new Int32Array(0), roles: new Int32Array(0) },
    ordered.map(([, symbol]) => symbol)
  )
}

/**
 * Every symbol that is named in the document.
 *
 * @since 0.1.0
 * @category getters
 */
export const allNames = function*({ names, symbols }: StoredDocument): Generator<string> {
  yield* names
  for (const { enclosingSymbol, relationships, symbol } of symbols) {
    yield symbol
    if (enclosingSymbol !== "") yield enclosingSymbol
    for (const { relatedSymbol } of relationships) yield relatedSymbol
  }
}
