/**
 * From the units of an index to code points, by the text of the file.
 *
 * @since 0.1.0
 */
import { isAscii, isUtf8 } from "node:buffer"
import { FIRST_WIDE_BYTE, hasMark, hasWide } from "./utf8.js"

/**
 * Numbers of `PositionEncoding` in SCIP. Where an index does not say, columns are UTF-16, as scip-python's are.
 *
 * @since 0.1.0
 * @category models
 */
export const Encoding = { Unspecified: 0, Utf8: 1, Utf16: 2, Utf32: 3 } as const

/**
 * A column in code points; -1: there is no such place in the text.
 *
 * @since 0.1.0
 * @category models
 */
export type ColumnOf = (line: number, column: number) => number

/** A character of the byte order mark is a column of the index, and none of ours. */
const markLength = 3

/**
 * Whether some column may be another in code points.
 *
 * @since 0.1.0
 * @category refinements
 */
export const matters = (bytes: Uint8Array, encoding: number): boolean => {
  if (isAscii(bytes)) return false
  if (hasMark(bytes)) return true
  return encoding === Encoding.Utf8 || (encoding !== Encoding.Utf32 && hasWide(bytes))
}

/** Where lines begin, one more for the end of the text; lines end where pyright ends them. */
const lineStarts = (bytes: Uint8Array): ReadonlyArray<number> => {
  const starts = [0]
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at]
    if (byte === 0x0a || (byte === 0x0d && bytes[at + 1] !== 0x0a)) starts.push(at + 1)
  }
  return starts
}

const endOfLine = (bytes: Uint8Array, start: number, next: number): number => {
  let end = next
  while (end > start && (bytes[end - 1] === 0x0a || bytes[end - 1] === 0x0d)) end--
  return end
}

const lengthOf = (first: number) => first < 0x80 ? 1 : first < 0xe0 ? 2 : first < FIRST_WIDE_BYTE ? 3 : 4

const unitsOf = (bytes: number, encoding: number) =>
  encoding === Encoding.Utf8 ? bytes : encoding === Encoding.Utf32 || bytes < 4 ? 1 : 2

/**
 * What is no UTF-8 counts as indexers read it: with a character that stands for it.
 *
 * @since 0.1.0
 * @category constructors
 */
export const columnOf = (content: Uint8Array, encoding: number): ColumnOf => {
  const bytes = isUtf8(content)
    ? content
    : new TextEncoder().encode(new TextDecoder("utf-8", { ignoreBOM: true }).decode(content))
  const mark = hasMark(bytes)
  const starts = lineStarts(bytes)
  return (line, column) => {
    const start = starts[line]
    if (start === undefined) return -1
    const end = endOfLine(bytes, start, starts[line + 1] ?? bytes.length)
    let units = 0
    let points = 0
    let at = start
    while (units < column) {
      if (at >= end) return -1
      const length = lengthOf(bytes[at] ?? 0)
      units += unitsOf(length, encoding)
      at += length
      points++
    }
    if (units > column) return -1
    return mark && line === 0 && at >= markLength ? points - 1 : points
  }
}
