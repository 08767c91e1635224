/**
 * Numbers of symbols by their bytes. An index names each symbol many times: one that was seen before becomes no string,
 * and of one that was not its bytes are kept, once. 1.5 million symbols of 90 bytes take 170 MB here, where as strings
 * in a Map they take 400.
 *
 * @since 0.1.0
 */
import { isUtf8 } from "node:buffer"
import type { ScipTexts } from "../../domain/ScipBatch.js"
import { Bytes, Integers } from "./growing.js"
import { notUtf8, WireFault } from "./wire.js"

/** Bytes of a page. A symbol is within one; a page with a longer one is longer, and takes the numbers of several. */
const pageBits = 22
const pageSize = 1 << pageBits

/** Bytes of all symbols of an index at most. */
const capacity = 2 ** 32

/** A power of two, at most 4,096. */
const recentSize = 4096

/**
 * @since 0.1.0
 * @category models
 */
export interface SymbolTable {
  /** How many there are: they have the numbers from 0. */
  readonly size: () => number
  /** Throws for what is no UTF-8; offsets are those of `bytes`. */
  readonly intern: (bytes: Uint8Array, start: number, end: number) => number
  /** Adds the bytes of a symbol, and says how many. */
  readonly copy: (symbol: number, target: Bytes) => number
  /** Those from this number on. */
  readonly from: (first: number) => ScipTexts
}

/** Four bytes at a time: finalised as MurmurHash3 is. */
const hashOf = (bytes: Uint8Array, start: number, end: number): number => {
  let hash = end - start
  let at = start
  for (; at + 4 <= end; at += 4) {
    const word = (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16) |
      ((bytes[at + 3] ?? 0) << 24)
    hash = Math.imul(hash ^ word, 0x9e3779b1)
    hash = (hash << 13) | (hash >>> 19)
  }
  for (; at < end; at++) hash = Math.imul(hash ^ (bytes[at] ?? 0), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return hash ^ (hash >>> 16)
}

const isSame = (left: Uint8Array, from: number, right: Uint8Array, start: number, length: number): boolean => {
  // symbols differ at their ends
  for (let at = length - 1; at >= 0; at--) if (left[from + at] !== right[start + at]) return false
  return true
}

/**
 * @since 0.1.0
 * @category constructors
 */
export const make = (): SymbolTable => {
  const pages: Array<Uint8Array> = []
  /** Bytes in the last page, as if it were a short one. */
  let filled = pageSize
  const starts = new Integers()
  const lengths = new Integers()
  const hashes = new Integers()
  /** Number of a symbol + 1, or 0: a power of two, at least twice as many as there are symbols. */
  let slots = new Int32Array(1 << 12)

  const grow = () => {
    const mask = 2 * slots.length - 1
    slots = new Int32Array(mask + 1)
    for (let symbol = 0; symbol < hashes.length; symbol++) {
      let slot = (hashes.values[symbol] ?? 0) & mask
      while (slots[slot] !== 0) slot = (slot + 1) & mask
      slots[slot] = symbol + 1
    }
  }

  const recent = new Int32Array(recentSize).fill(-1)

  /** Where the bytes are from now on. */
  const store = (bytes: Uint8Array, start: number, length: number): number => {
    if (filled + length > pageSize) {
      const needed = Math.max(1, Math.ceil(length / pageSize))
      if ((pages.length + needed) * pageSize > capacity) throw new WireFault(start, "more than 4 GB of symbols")
      const page = new Uint8Array(needed * pageSize)
      for (let count = 0; count < needed; count++) pages.push(page)
      filled = 0
      page.set(bytes.subarray(start, start + length))
      const at = (pages.length - needed) * pageSize
      filled = length <= pageSize ? length : pageSize
      return at
    }
    const page = pages.length - 1
    pages[page]?.set(bytes.subarray(start, start + length), filled)
    const at = page * pageSize + filled
    filled += length
    return at
  }

  const pageOf = (start: number) => pages[start >>> pageBits] ?? new Uint8Array(0)

  const intern: SymbolTable["intern"] = (bytes, start, end) => {
    const length = end - start
    // what was named lately is found by its last bytes
    const place = (Math.imul(
      length ^ ((bytes[end - 2] ?? 0) << 8) ^ ((bytes[end - 3] ?? 0) << 16) ^ ((bytes[end - 6] ?? 0) << 24) ^
        (bytes[end - 4] ?? 0),
      0x9e3779b1
    ) >>> 20) & (recentSize - 1)
    const recently = recent[place] ?? -1
    if (recently >= 0 && lengths.values[recently] === length) {
      const from = (starts.values[recently] ?? 0) >>> 0
      if (isSame(pageOf(from), from & (pageSize - 1), bytes, start, length)) return recently
    }
    const symbol = find(bytes, start, end)
    recent[place] = symbol
    return symbol
  }

  const find = (bytes: Uint8Array, start: number, end: number): number => {
    const length = end - start
    const hash = hashOf(bytes, start, end)
    const mask = slots.length - 1
    let slot = hash & mask
    for (let entry = slots[slot] ?? 0; entry !== 0; entry = slots[slot] ?? 0) {
      const symbol = entry - 1
      if (hashes.values[symbol] === hash && lengths.values[symbol] === length) {
        const from = (starts.values[symbol] ?? 0) >>> 0
        if (isSame(pageOf(from), from & (pageSize - 1), bytes, start, length)) return symbol
      }
      slot = (slot + 1) & mask
    }
    if (!isUtf8(bytes.subarray(start, end))) throw notUtf8(start)
    const symbol = hashes.length
    starts.push(store(bytes, start, length))
    lengths.push(length)
    hashes.push(hash)
    slots[slot] = symbol + 1
    if (2 * hashes.length > slots.length) grow()
    return symbol
  }

  const copy: SymbolTable["copy"] = (symbol, target) => {
    const start = (starts.values[symbol] ?? 0) >>> 0
    const length = lengths.values[symbol] ?? 0
    const at = start & (pageSize - 1)
    target.append(pageOf(start), at, at + length)
    return length
  }

  return {
    size: () => hashes.length,
    intern,
    copy,
    from: (first) => {
      const bytes = new Bytes()
      const ends = new Int32Array(hashes.length - first)
      let total = 0
      for (let symbol = first; symbol < hashes.length; symbol++) total += lengths.values[symbol] ?? 0
      bytes.reserve(total)
      for (let symbol = first; symbol < hashes.length; symbol++) {
        copy(symbol, bytes)
        ends[symbol - first] = bytes.length
      }
      return { bytes: bytes.take(), ends }
    }
  }
}
