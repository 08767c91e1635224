/**
 * Reading one protobuf message that is whole in memory, with the checks that `pbf` leaves to its caller: it reads past
 * the end of a message without a word.
 *
 * @since 0.1.0
 */
import type { PbfReader } from "pbf"

/**
 * What is wrong with a message. Thrown by the functions here, as `pbf` and `TextDecoder` throw, and caught in one place.
 *
 * @since 0.1.0
 * @category models
 */
export class WireFault extends Error {
  /** Bytes from the start of the message to what could not be read. */
  readonly offset: number

  constructor(offset: number, problem: string) {
    super(problem)
    this.offset = offset
  }
}

/**
 * How the value of a field is written.
 *
 * @since 0.1.0
 * @category models
 */
export const WireType = { Varint: 0, Fixed64: 1, Bytes: 2, Fixed32: 5 } as const

/**
 * Number of the next field of a message that ends at `end`; 0 when there is none. Its wire type is in `reader.type`, and
 * its value begins at `reader.pos`.
 *
 * @since 0.1.0
 * @category combinators
 */
export const nextField = (reader: PbfReader, end: number): number => {
  if (reader.pos === end) return 0
  const start = reader.pos
  const tag = reader.readVarint()
  if (reader.pos > end) throw new WireFault(start, "the message ends within the number of a field")
  const field = tag >>> 3
  if (field === 0 || tag > 0xffffffff) throw new WireFault(start, "no number of a field")
  reader.type = tag & 7
  return field
}

/**
 * Bytes to the end of the value that is a string, a message or packed numbers.
 *
 * @since 0.1.0
 * @category combinators
 */
export const endOfBytes = (reader: PbfReader, end: number): number => {
  const start = reader.pos
  if (reader.type !== WireType.Bytes) throw new WireFault(start, `wire type ${reader.type} where bytes belong`)
  const length = reader.readVarint()
  const last = reader.pos + length
  if (reader.pos > end || last > end) throw new WireFault(start, `${length} bytes, more than the message has`)
  return last
}

/**
 * A value of type int32, enum or bool.
 *
 * @since 0.1.0
 * @category combinators
 */
export const int32 = (reader: PbfReader, end: number): number => {
  if (reader.type !== WireType.Varint) {
    throw new WireFault(reader.pos, `wire type ${reader.type} where a number belongs`)
  }
  return varint(reader, end)
}

/**
 * A number without a tag, as in packed fields.
 *
 * @since 0.1.0
 * @category combinators
 */
export const varint = (reader: PbfReader, end: number): number => {
  const start = reader.pos
  const value = reader.readVarint(true) | 0
  if (reader.pos > end) throw new WireFault(start, "the message ends within a number")
  return value
}

/**
 * Passes over the value of a field.
 *
 * @since 0.1.0
 * @category combinators
 */
export const skip = (reader: PbfReader, end: number): void => {
  const start = reader.pos
  switch (reader.type) {
    case WireType.Varint:
      reader.readVarint()
      break
    case WireType.Fixed64:
      reader.pos += 8
      break
    case WireType.Bytes:
      reader.pos = endOfBytes(reader, end)
      break
    case WireType.Fixed32:
      reader.pos += 4
      break
    default:
      throw new WireFault(start, `unknown wire type ${reader.type}`)
  }
  if (reader.pos > end) throw new WireFault(start, "the message ends within a value")
}

/**
 * In the words of `TextDecoder`.
 *
 * @since 0.1.0
 * @category errors
 */
export const notUtf8 = (offset: number): WireFault =>
  new WireFault(offset, "The encoded data was not valid for encoding utf-8")

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true })

/**
 * What is no UTF-8 is refused, as protobuf demands.
 *
 * @since 0.1.0
 * @category combinators
 */
export const string = (reader: PbfReader, end: number): string => {
  const last = endOfBytes(reader, end)
  const value = utf8.decode(reader.buf.subarray(reader.pos, last))
  reader.pos = last
  return value
}
