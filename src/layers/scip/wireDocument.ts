/**
 * The messages of an index as they are written, before anything is made of them.
 *
 * @since 0.1.0
 */
import type { PbfReader } from "pbf"
import type { ScipRelationship, ScipSymbol } from "../../domain/Scip.js"
import { endOfBytes, int32, nextField, skip, string, varint, WireFault, WireType } from "./wire.js"
import type { ReadName } from "./wireNames.js"

/**
 * Numbers of the fields of `Document`.
 *
 * @since 0.1.0
 * @category models
 */
export const DocumentField = { RelativePath: 1, Occurrence: 2, Symbol: 3, Text: 5, PositionEncoding: 6 } as const

/**
 * Occurrences in the order of the index, by column.
 *
 * @since 0.1.0
 * @category models
 */
export interface RawOccurrences {
  readonly symbols: ReadonlyArray<string>
  /** Start line, start character, end line, end character of each: 0-based, UTF-16 code units, end exclusive. */
  readonly ranges: Int32Array
  readonly roles: Int32Array
}

/**
 * @since 0.1.0
 * @category models
 */
export interface RawDocument {
  readonly relativePath: string
  readonly occurrences: RawOccurrences
  readonly symbols: ReadonlyArray<ScipSymbol>
}

/**
 * @since 0.1.0
 * @category models
 */
export const OccurrenceField = { Range: 1, Symbol: 2, SymbolRoles: 3 } as const

/** Lines and columns are stored 1-based: the greatest 32-bit number would not fit. */
const maxPosition = 2 ** 31 - 2

/**
 * The numbers of a range as they come, packed or not.
 *
 * @since 0.1.0
 * @category models
 */
export interface RangeReader {
  readonly numbers: Int32Array
  count: number
}

/**
 * @since 0.1.0
 * @category constructors
 */
export const makeRange = (): RangeReader => ({ numbers: new Int32Array(4), count: 0 })

const addToRange = (range: RangeReader, reader: PbfReader, end: number): void => {
  const start = reader.pos
  const value = varint(reader, end)
  if (range.count === range.numbers.length) throw new WireFault(start, "a range of more than 4 numbers")
  if (value < 0 || value > maxPosition) throw new WireFault(start, `position ${value} in a range`)
  range.numbers[range.count++] = value
}

/**
 * @since 0.1.0
 * @category combinators
 */
export const readRange = (range: RangeReader, reader: PbfReader, end: number): void => {
  if (reader.type === WireType.Varint) return addToRange(range, reader, end)
  const last = endOfBytes(reader, end)
  while (reader.pos < last) addToRange(range, reader, last)
}

/** Occurrences until `take`, in columns that are used again for the next document. */
const makeOccurrences = (readName: ReadName) => {
  const range = makeRange()
  let symbols: Array<string> = []
  let ranges = new Int32Array(4 * 1024)
  let roles = new Int32Array(1024)

  const grow = () => {
    const [oldRanges, oldRoles] = [ranges, roles]
    ranges = new Int32Array(2 * oldRanges.length)
    roles = new Int32Array(2 * oldRoles.length)
    ranges.set(oldRanges)
    roles.set(oldRoles)
  }

  return {
    add: (reader: PbfReader, end: number): void => {
      const start = reader.pos
      let symbol = ""
      let symbolRoles = 0
      range.count = 0
      for (let field = nextField(reader, end); field !== 0; field = nextField(reader, end)) {
        if (field === OccurrenceField.Range) readRange(range, reader, end)
        else if (field === OccurrenceField.Symbol) symbol = readName(reader, end)
        else if (field === OccurrenceField.SymbolRoles) symbolRoles = int32(reader, end)
        else skip(reader, end)
      }
      if (range.count < 3) throw new WireFault(start, `an occurrence whose range has ${range.count} numbers`)
      const index = symbols.length
      if (index === roles.length) grow()
      // three numbers: it ends in the line where it starts
      const isOneLine = range.count === 3
      const { numbers } = range
      const at = 4 * index
      ranges[at] = numbers[0] ?? 0
      ranges[at + 1] = numbers[1] ?? 0
      ranges[at + 2] = numbers[isOneLine ? 0 : 2] ?? 0
      ranges[at + 3] = numbers[isOneLine ? 2 : 3] ?? 0
      roles[index] = symbolRoles
      symbols.push(symbol)
    },
    take: (): RawOccurrences => {
      const taken = { symbols, ranges: ranges.slice(0, 4 * symbols.length), roles: roles.slice(0, symbols.length) }
      symbols = []
      return taken
    }
  }
}

/**
 * @since 0.1.0
 * @category models
 */
export const RelationshipField = {
  Symbol: 1,
  IsReference: 2,
  IsImplementation: 3,
  IsTypeDefinition: 4,
  IsDefinition: 5
} as const

const readRelationship = (readName: ReadName, reader: PbfReader, end: number): ScipRelationship => {
  let relatedSymbol = ""
  let isReference = false
  let isImplementation = false
  let isTypeDefinition = false
  let isDefinition = false
  for (let field = nextField(reader, end); field !== 0; field = nextField(reader, end)) {
    if (field === RelationshipField.Symbol) relatedSymbol = readName(reader, end)
    else if (field === RelationshipField.IsReference) isReference = int32(reader, end) !== 0
    else if (field === RelationshipField.IsImplementation) isImplementation = int32(reader, end) !== 0
    else if (field === RelationshipField.IsTypeDefinition) isTypeDefinition = int32(reader, end) !== 0
    else if (field === RelationshipField.IsDefinition) isDefinition = int32(reader, end) !== 0
    else skip(reader, end)
  }
  return { relatedSymbol, isReference, isImplementation, isTypeDefinition, isDefinition }
}

/**
 * @since 0.1.0
 * @category models
 */
export const SymbolField = {
  Symbol: 1,
  Documentation: 3,
  Relationship: 4,
  Kind: 5,
  DisplayName: 6,
  EnclosingSymbol: 8
} as const

const readSymbol = (readName: ReadName, reader: PbfReader, end: number): ScipSymbol => {
  let symbol = ""
  let kind = 0
  let displayName = ""
  let enclosingSymbol = ""
  const documentation: Array<string> = []
  const relationships: Array<ScipRelationship> = []
  for (let field = nextField(reader, end); field !== 0; field = nextField(reader, end)) {
    if (field === SymbolField.Symbol) symbol = readName(reader, end)
    else if (field === SymbolField.Documentation) documentation.push(string(reader, end))
    else if (field === SymbolField.Relationship) {
      relationships.push(readRelationship(readName, reader, endOfBytes(reader, end)))
    } else if (field === SymbolField.Kind) kind = int32(reader, end)
    else if (field === SymbolField.DisplayName) displayName = string(reader, end)
    else if (field === SymbolField.EnclosingSymbol) enclosingSymbol = readName(reader, end)
    else skip(reader, end)
  }
  return { symbol, kind, displayName, documentation, enclosingSymbol, relationships }
}

/** Number of `PositionEncoding`. */
const utf16 = 2

/**
 * Reads whole messages; what is wrong with one is thrown.
 *
 * @since 0.1.0
 * @category models
 */
export interface MessageReader {
  readonly document: (reader: PbfReader) => RawDocument
  readonly symbol: (reader: PbfReader) => ScipSymbol
}

/**
 * @since 0.1.0
 * @category constructors
 */
export const make = (readName: ReadName): MessageReader => {
  const occurrences = makeOccurrences(readName)

  const document = (reader: PbfReader): RawDocument => {
    const end = reader.length
    const symbols: Array<ScipSymbol> = []
    let relativePath = ""
    for (let field = nextField(reader, end); field !== 0; field = nextField(reader, end)) {
      if (field === DocumentField.Occurrence) occurrences.add(reader, endOfBytes(reader, end))
      else if (field === DocumentField.Symbol) symbols.push(readSymbol(readName, reader, endOfBytes(reader, end)))
      else if (field === DocumentField.RelativePath) relativePath = string(reader, end)
      else if (field === DocumentField.PositionEncoding) {
        const start = reader.pos
        const encoding = int32(reader, end)
        // scip-python does not say, and writes UTF-16
        if (encoding !== 0 && encoding !== utf16) {
          throw new WireFault(start, `position encoding ${encoding}; only UTF-16 is read`)
        }
      } else skip(reader, end)
    }
    return { relativePath, occurrences: occurrences.take(), symbols }
  }

  return { document, symbol: (reader) => readSymbol(readName, reader, reader.length) }
}
