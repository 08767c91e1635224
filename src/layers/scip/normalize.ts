/**
 * A document in the form in which two of the same content are equal: occurrences by position, local symbols numbered by
 * their first one. scip-python numbers them in the order in which it comes to them.
 *
 * @since 0.1.0
 */
import * as Option from "effect/Option"
import type { ScipOccurrences, ScipRelationship, ScipSymbol } from "../../domain/Scip.js"
import { toCodePoints, type WideText } from "./columns.js"
import type { RawDocument, RawOccurrences } from "./wireDocument.js"

const compare = (ranges: Int32Array, left: number, right: number): number => {
  for (let at = 0; at < 4; at++) {
    const difference = (ranges[4 * left + at] ?? 0) - (ranges[4 * right + at] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}

const isSorted = ({ ranges, roles }: RawOccurrences): boolean => {
  for (let index = 1; index < roles.length; index++) if (compare(ranges, index - 1, index) > 0) return false
  return true
}

const sorted = (occurrences: RawOccurrences): RawOccurrences => {
  if (isSorted(occurrences)) return occurrences
  const order = new Uint32Array(occurrences.roles.length).map((_, index) => index).sort((left, right) =>
    compare(occurrences.ranges, left, right)
  )
  const symbols: Array<string> = []
  const ranges = new Int32Array(occurrences.ranges.length)
  const roles = new Int32Array(occurrences.roles.length)
  for (let to = 0; to < order.length; to++) {
    const from = order[to] ?? 0
    for (let at = 0; at < 4; at++) ranges[4 * to + at] = occurrences.ranges[4 * from + at] ?? 0
    roles[to] = occurrences.roles[from] ?? 0
    symbols.push(occurrences.symbols[from] ?? "")
  }
  return { symbols, ranges, roles }
}

const localPrefix = "local "

/** One string for each number: symbols that are the same string are cheap to look up. */
const localNames: Array<string> = []

const localName = (number: number): string => localNames[number] ??= `${localPrefix}${number}`

type Rename = (symbol: string) => string

const makeRename = (): Rename => {
  const renamed = new Map<string, string>()
  return (symbol) => {
    if (!symbol.startsWith(localPrefix)) return symbol
    const known = renamed.get(symbol)
    if (known !== undefined) return known
    const next = localName(renamed.size)
    renamed.set(symbol, next)
    return next
  }
}

const renameRelationship = (rename: Rename, relationship: ScipRelationship): ScipRelationship => ({
  relatedSymbol: rename(relationship.relatedSymbol),
  isReference: relationship.isReference,
  isImplementation: relationship.isImplementation,
  isTypeDefinition: relationship.isTypeDefinition,
  isDefinition: relationship.isDefinition
})

const renameSymbol = (rename: Rename, each: ScipSymbol): ScipSymbol => ({
  symbol: rename(each.symbol),
  kind: each.kind,
  displayName: each.displayName,
  documentation: each.documentation,
  enclosingSymbol: rename(each.enclosingSymbol),
  relationships: each.relationships.length === 0
    ? each.relationships
    : each.relationships.map((relationship) => renameRelationship(rename, relationship))
})

const inCodePoints = (ranges: Int32Array, text: Option.Option<WideText>): Int32Array => {
  if (Option.isNone(text)) return ranges
  return ranges.map((value, index) => index % 2 === 0 ? value : toCodePoints(text.value, ranges[index - 1] ?? 0, value))
}

/**
 * `text`: of the file, when its columns are not the same in code points.
 *
 * @since 0.1.0
 * @category constructors
 */
export const normalize = (
  document: RawDocument,
  text: Option.Option<WideText>
): { readonly occurrences: ScipOccurrences; readonly symbols: ReadonlyArray<ScipSymbol> } => {
  const { ranges, roles, symbols } = sorted(document.occurrences)
  const rename = makeRename()
  return {
    occurrences: { symbols: symbols.map(rename), ranges: inCodePoints(ranges, text), roles },
    symbols: document.symbols.map((each) => renameSymbol(rename, each))
  }
}
