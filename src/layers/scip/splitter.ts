/**
 * Concatenated `Index` messages in pieces, one field of them at a time.
 *
 * @since 0.1.0
 */
import { PbfReader } from "pbf"
import { WireFault, WireType } from "./wire.js"

/**
 * Bytes read at once.
 *
 * @since 0.1.0
 * @category constants
 */
export const chunkSize = 1 << 20

/**
 * Numbers of the fields of `Index`.
 *
 * @since 0.1.0
 * @category models
 */
export const IndexField = { Metadata: 1, Document: 2, ExternalSymbol: 3 } as const

/**
 * A field of the index, whole.
 *
 * @since 0.1.0
 * @category models
 */
export interface IndexMessage {
  /** One of `IndexField`. */
  readonly field: number
  readonly bytes: Uint8Array
  /** Bytes from the start of the file to the first of `bytes`. */
  readonly offset: number
}

/**
 * @since 0.1.0
 * @category models
 */
export interface Splitter {
  /** The messages that are whole with these bytes. */
  readonly push: (bytes: Uint8Array) => ReadonlyArray<IndexMessage>
  /** Throws when the file may not end here. */
  readonly end: () => void
}

const joined = (first: Uint8Array, second: Uint8Array): Uint8Array => {
  const both = new Uint8Array(first.length + second.length)
  both.set(first)
  both.set(second, first.length)
  return both
}

const known: ReadonlySet<number> = new Set(Object.values(IndexField))

/** Longest number of a field with the longest length after it. */
const longestHead = 20

/** Of a varint at `start`: the byte after it; undefined when it is not all there, or of more than 10 bytes. */
const endOfVarint = (bytes: Uint8Array, start: number): number | undefined => {
  const last = Math.min(start + 10, bytes.length)
  for (let at = start; at < last; at++) if ((bytes[at] ?? 0) < 0x80) return at + 1
  return undefined
}

/**
 * Of a file of `size` bytes. Offsets of what it throws are from the start of the file. Messages share the memory of the
 * chunk that they are in.
 *
 * @since 0.1.0
 * @category constructors
 */
export const makeSplitter = (size: number): Splitter => {
  /** Read, and not yet given out: what begins with a field that is not whole. */
  let rest = new Uint8Array(0)
  /** Bytes of `rest` that are there already, when it has been made as long as its field is. */
  let filled = 0
  /** From the start of the file to the first of `rest`. */
  let offset = 0
  let hasMetadata = false

  const valueLength = (reader: PbfReader, type: number, start: number): number | undefined => {
    if (type === WireType.Bytes) {
      if (endOfVarint(reader.buf, reader.pos) === undefined) return undefined
      return reader.readVarint()
    }
    if (type === WireType.Varint) {
      const end = endOfVarint(reader.buf, reader.pos)
      return end === undefined ? undefined : end - reader.pos
    }
    if (type === WireType.Fixed64) return 8
    if (type === WireType.Fixed32) return 4
    throw new WireFault(start, `unknown wire type ${type}`)
  }

  const split = (bytes: Uint8Array): ReadonlyArray<IndexMessage> => {
    const messages: Array<IndexMessage> = []
    const reader = new PbfReader(bytes)
    let start = 0
    for (;;) {
      reader.pos = start
      const at = offset + start
      const isCut = bytes.length - start < longestHead
      if (endOfVarint(bytes, start) === undefined) {
        if (isCut) break
        throw new WireFault(at, "a number of more than 10 bytes")
      }
      const tag = reader.readVarint()
      const field = tag >>> 3
      const type = tag & 7
      if (field === 0 || tag > 0xffffffff) throw new WireFault(at, "no number of a field")
      if (known.has(field) && type !== WireType.Bytes) {
        throw new WireFault(at, `wire type ${type} where bytes belong`)
      }
      const length = valueLength(reader, type, at)
      if (length === undefined) {
        if (isCut) break
        throw new WireFault(at, "a number of more than 10 bytes")
      }
      const value = reader.pos
      if (offset + value + length > size) {
        throw new WireFault(at, `${length} bytes, more than the file has`)
      }
      if (value + length > bytes.length) {
        rest = new Uint8Array(value + length - start)
        rest.set(bytes.subarray(start))
        filled = bytes.length - start
        offset = at
        return messages
      }
      if (field === IndexField.Metadata) hasMetadata = true
      if (known.has(field)) {
        messages.push({ field, bytes: bytes.subarray(value, value + length), offset: offset + value })
      }
      start = value + length
    }
    rest = bytes.slice(start)
    filled = rest.length
    offset += start
    return messages
  }

  return {
    push: (bytes) => {
      if (filled === rest.length) return split(filled === 0 ? bytes : joined(rest, bytes))
      const missing = Math.min(rest.length - filled, bytes.length)
      rest.set(bytes.subarray(0, missing), filled)
      filled += missing
      if (filled < rest.length) return []
      const whole = split(rest)
      return [...whole, ...split(bytes.subarray(missing))]
    },
    end: () => {
      if (filled > 0) throw new WireFault(offset, "the file ends within a field")
      if (!hasMetadata) throw new WireFault(offset, offset === 0 ? "the file is empty" : "the file has no metadata")
    }
  }
}
