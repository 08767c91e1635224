/**
 * Symbols that are local to a document, as numbers: `local N` is -1 - N.
 *
 * @since 0.1.0
 */

const prefix = Uint8Array.from("local ", (letter) => letter.charCodeAt(0))

/**
 * Of these bytes, whether they are a local symbol.
 *
 * @since 0.1.0
 * @category refinements
 */
export const isLocal = (bytes: Uint8Array, start: number, end: number): boolean => {
  // most symbols are not: a look at one letter is enough
  if (bytes[start] !== prefix[0] || end - start < prefix.length) return false
  for (let at = 1; at < prefix.length; at++) if (bytes[start + at] !== prefix[at]) return false
  return true
}

const [zero, nine] = [0x30, 0x39]

/** A greater N has no place in a 32-bit number with its sign. */
const mostDigits = 9

/**
 * N of `local N`, written as a number is; -1 for any other.
 *
 * @since 0.1.0
 * @category getters
 */
export const numberOfLocal = (bytes: Uint8Array, start: number, end: number): number => {
  const first = start + prefix.length
  const digits = end - first
  if (digits < 1 || digits > mostDigits || (digits > 1 && bytes[first] === zero)) return -1
  let number = 0
  for (let at = first; at < end; at++) {
    const digit = bytes[at] ?? 0
    if (digit < zero || digit > nine) return -1
    number = 10 * number + digit - zero
  }
  return number
}

/**
 * Locals of one document after the other, numbered from 0 as they are met.
 *
 * @since 0.1.0
 * @category models
 */
export interface LocalNumbers {
  readonly numberOf: (bytes: Uint8Array, start: number, end: number) => number
  /** How many the document has so far. */
  readonly count: () => number
  /** A new document begins. */
  readonly clear: () => void
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true })

/**
 * @since 0.1.0
 * @category constructors
 */
export const make = (): LocalNumbers => {
  const byNumber = new Map<number, number>()
  const byText = new Map<string, number>()
  let count = 0

  const known = <K>(numbers: Map<K, number>, key: K): number => {
    const before = numbers.get(key)
    if (before !== undefined) return before
    numbers.set(key, count)
    return count++
  }

  return {
    numberOf: (bytes, start, end) => {
      const number = numberOfLocal(bytes, start, end)
      return number >= 0 ? known(byNumber, number) : known(byText, utf8.decode(bytes.subarray(start, end)))
    },
    count: () => count,
    clear: () => {
      if (count === 0) return
      byNumber.clear()
      byText.clear()
      count = 0
    }
  }
}
