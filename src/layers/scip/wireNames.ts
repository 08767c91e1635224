/**
 * Symbols as strings. An index names each many times, mostly close together: an occurrence of one that was read lately
 * costs no new string.
 *
 * @since 0.1.0
 */
import type { PbfReader } from "pbf"
import { endOfBytes, string } from "./wire.js"

/**
 * Reads a string field as `string` of wire.ts does.
 *
 * @since 0.1.0
 * @category models
 */
export type ReadName = (reader: PbfReader, end: number) => string

/** Names that are kept: a power of two. */
const slots = 1 << 15

// the ends of symbols differ, their beginnings are package and module
const slotOf = (bytes: Uint8Array, start: number, end: number): number => {
  let hash = end - start
  for (let at = Math.max(start, end - 24); at < end; at++) hash = Math.imul(hash ^ (bytes[at] ?? 0), 0x01000193)
  return (hash ^ (hash >>> 15)) & (slots - 1)
}

/** Of ASCII alone: a byte of another character is never the unit of a string. */
const isSame = (text: string, bytes: Uint8Array, start: number, end: number): boolean => {
  const length = end - start
  if (text.length !== length) return false
  for (let at = 0; at < length; at++) {
    const byte = bytes[start + at] ?? 0
    if (byte >= 0x80 || text.charCodeAt(at) !== byte) return false
  }
  return true
}

/**
 * The same string for the same bytes, as long as no other name has taken its slot.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = (): ReadName => {
  const kept = new Array<string>(slots).fill("")
  return (reader, end) => {
    const start = reader.pos
    const last = endOfBytes(reader, end)
    const slot = slotOf(reader.buf, reader.pos, last)
    const before = kept[slot] ?? ""
    if (isSame(before, reader.buf, reader.pos, last)) {
      reader.pos = last
      return before
    }
    reader.pos = start
    return kept[slot] = string(reader, end)
  }
}
