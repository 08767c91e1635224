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
  /** Every symbol that is named in it, once each. */
  readonly names: ReadonlyArray<string>
  /** Of each occurrence, which of `names` it is. */
  readonly indexes: Int32Array
  readonly occurrences: Pick<ScipOccurrences, "ranges" | "roles">
  readonly symbols: ReadonlyArray<ScipSymbol>
  /** Of each of `symbols`, which of `names` it is. */
  readonly symbolIndexes: Int32Array
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
  const indexOf = (name: string): number => {
    const known = indexByName.get(name)
    if (known !== undefined) return known
    const index = indexByName.size
    indexByName.set(name, index)
    return index
  }
  const indexes = Int32Array.from(occurrences.symbols, indexOf)
  const symbolIndexes = Int32Array.from(symbols, ({ symbol }) => indexOf(symbol))
  for (const { enclosingSymbol, relationships } of symbols) {
    if (enclosingSymbol !== "") indexOf(enclosingSymbol)
    for (const { relatedSymbol } of relationships) indexOf(relatedSymbol)
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
    symbolIndexes,
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
