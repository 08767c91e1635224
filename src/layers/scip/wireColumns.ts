/**
 * The messages of a document straight into columns: no object for a row, no string for a symbol.
 *
 * @since 0.1.0
 */
import { isUtf8 } from "node:buffer"
import type { PbfReader } from "pbf"
import { NO_SYMBOL } from "../../domain/ScipBatch.js"
import type { BatchColumns, Texts } from "./batchColumns.js"
import { endOfBytes, int32, nextField, notUtf8, skip, WireFault } from "./wire.js"
import {
  makeRange,
  OccurrenceField,
  type RangeReader,
  readRange,
  RelationshipField,
  SymbolField
} from "./wireDocument.js"

/**
 * The number of the symbol whose bytes these are.
 *
 * @since 0.1.0
 * @category models
 */
export type NumberOf = (bytes: Uint8Array, start: number, end: number) => number

const Tag = { Range: 0x0a, Symbol: 0x12, Roles: 0x18 } as const

const take = (reader: PbfReader, end: number, numberOf: NumberOf): number => {
  const last = endOfBytes(reader, end)
  const symbol = numberOf(reader.buf, reader.pos, last)
  reader.pos = last
  return symbol
}

const appendText = (reader: PbfReader, end: number, { bytes }: Texts): number => {
  const last = endOfBytes(reader, end)
  const start = reader.pos
  if (!isUtf8(reader.buf.subarray(start, last))) throw notUtf8(start)
  bytes.append(reader.buf, start, last)
  reader.pos = last
  return last - start
}

/**
 * @since 0.1.0
 * @category models
 */
export interface ColumnReader {
  readonly occurrence: (reader: PbfReader, end: number) => void
  readonly symbol: (reader: PbfReader, end: number) => void
}

/**
 * Rows go to the end of `columns`, as they are in the index: 0-based, in its order and units.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = (columns: BatchColumns, numberOf: NumberOf): ColumnReader => {
  const range: RangeReader = makeRange()

  /** Numbers of one byte or two, of a range that is packed, as nearly all are; false: read it the long way. */
  const readShort = (bytes: Uint8Array, start: number, end: number): boolean => {
    let at = start
    let count = 0
    while (at < end) {
      if (count === 4) return false
      const low = bytes[at++] ?? 0
      if (low < 0x80) range.numbers[count++] = low
      else {
        const high = bytes[at++] ?? 0
        if (high >= 0x80 || at > end) return false
        range.numbers[count++] = (low & 0x7f) | (high << 7)
      }
    }
    range.count = count
    return true
  }

  const occurrence: ColumnReader["occurrence"] = (reader, end) => {
    const { buf } = reader
    const start = reader.pos
    let symbol = -1
    let hasSymbol = false
    let roles = 0
    range.count = 0
    while (reader.pos < end) {
      const tag = buf[reader.pos] ?? 0
      const next = buf[reader.pos + 1] ?? 0
      const value = reader.pos + 2
      const last = value + next
      // a field twice, the last counts: of a range, all numbers do
      if (tag === Tag.Range && next < 0x80 && last <= end && range.count === 0 && readShort(buf, value, last)) {
        reader.pos = last
      } else if (tag === Tag.Symbol && next < 0x80 && last <= end) {
        symbol = numberOf(buf, value, last)
        hasSymbol = true
        reader.pos = last
      } else if (tag === Tag.Roles && next < 0x80 && value <= end) {
        roles = next
        reader.pos = value
      } else {
        const field = nextField(reader, end)
        if (field === OccurrenceField.Range) readRange(range, reader, end)
        else if (field === OccurrenceField.Symbol) {
          symbol = take(reader, end, numberOf)
          hasSymbol = true
        } else if (field === OccurrenceField.SymbolRoles) roles = int32(reader, end)
        else skip(reader, end)
      }
    }
    if (range.count < 3) throw new WireFault(start, `an occurrence whose range has ${range.count} numbers`)
    // three numbers: it ends in the line where it starts
    const isOneLine = range.count === 3
    const { numbers } = range
    columns.symbols.push(hasSymbol ? symbol : numberOf(buf, end, end))
    columns.startLines.push(numbers[0] ?? 0)
    columns.startColumns.push(numbers[1] ?? 0)
    columns.endLines.push(numbers[isOneLine ? 0 : 2] ?? 0)
    columns.endColumns.push(numbers[isOneLine ? 2 : 3] ?? 0)
    columns.roles.push(roles)
  }

  const relationship = (reader: PbfReader, end: number, owner: number) => {
    let related: number | undefined
    let flags = 0
    const flag = (bit: number) => {
      flags = int32(reader, end) !== 0 ? flags | bit : flags & ~bit
    }
    for (let field = nextField(reader, end); field !== 0; field = nextField(reader, end)) {
      if (field === RelationshipField.Symbol) related = take(reader, end, numberOf)
      else if (field === RelationshipField.IsReference) flag(1)
      else if (field === RelationshipField.IsImplementation) flag(2)
      else if (field === RelationshipField.IsTypeDefinition) flag(4)
      else if (field === RelationshipField.IsDefinition) flag(8)
      else skip(reader, end)
    }
    columns.owners.push(owner)
    columns.related.push(related ?? numberOf(reader.buf, end, end))
    columns.flags.push(flags)
  }

  const symbol: ColumnReader["symbol"] = (reader, end) => {
    const { displayNames, documentation } = columns
    const owner = columns.described.length
    let described: number | undefined
    let kind = 0
    let pieces = 0
    let enclosing = NO_SYMBOL
    const displayName = displayNames.bytes.length
    for (let field = nextField(reader, end); field !== 0; field = nextField(reader, end)) {
      if (field === SymbolField.Symbol) described = take(reader, end, numberOf)
      else if (field === SymbolField.Documentation) {
        if (pieces++ > 0) {
          documentation.bytes.push(0x0a)
          documentation.bytes.push(0x0a)
        }
        columns.pieces.push(appendText(reader, end, documentation))
      } else if (field === SymbolField.Relationship) relationship(reader, endOfBytes(reader, end), owner)
      else if (field === SymbolField.Kind) kind = int32(reader, end)
      else if (field === SymbolField.DisplayName) {
        displayNames.bytes.length = displayName
        appendText(reader, end, displayNames)
      } else if (field === SymbolField.EnclosingSymbol) {
        // an empty one is none
        const last = endOfBytes(reader, end)
        enclosing = last === reader.pos ? NO_SYMBOL : numberOf(reader.buf, reader.pos, last)
        reader.pos = last
      } else skip(reader, end)
    }
    columns.described.push(described ?? numberOf(reader.buf, end, end))
    columns.kinds.push(kind)
    displayNames.end()
    documentation.end()
    columns.pieceCounts.push(pieces)
    columns.enclosing.push(enclosing)
  }

  return { occurrence, symbol }
}
