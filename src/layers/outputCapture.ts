/**
 * One stream of a process, kept up to a limit: chunks joined and decoded once, so that no character is split.
 *
 * @since 0.1.0
 */
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import { constants } from "node:buffer"

/** Of the tail of a stream in a failure. */
const TAIL_BYTES = 2000

/**
 * More bytes came than are kept.
 *
 * @since 0.1.0
 * @category errors
 */
export class CaptureFull extends Data.TaggedError("CaptureFull")<{ readonly maxBytes: number }> {
  override get message(): string {
    return `more than ${this.maxBytes} bytes of output`
  }
}

/**
 * @since 0.1.0
 * @category models
 */
export interface OutputCapture {
  readonly add: (bytes: Uint8Array) => Effect.Effect<void, CaptureFull>
  /** All of it. To be asked for once: what it was kept in is let go. */
  readonly text: () => string
  /** The end of what came so far, 2,000 bytes at most, from a whole character on. */
  readonly tail: () => string
}

const isContinuation = (byte: number | undefined): boolean => byte !== undefined && (byte & 0xc0) === 0x80

/**
 * @since 0.1.0
 * @category constructors
 */
export const make = (maxBytes: number): OutputCapture => {
  // a string has at most one UTF-16 unit a byte of UTF-8: with this limit decoding cannot fail for length
  const limit = Math.min(maxBytes, constants.MAX_STRING_LENGTH)
  const chunks: Array<Uint8Array> = []
  let size = 0

  const lastChunks = (): ReadonlyArray<Uint8Array> => {
    let found = 0
    const first = chunks.findLastIndex((chunk) => (found += chunk.length) >= TAIL_BYTES)
    return chunks.slice(Math.max(first, 0))
  }

  return {
    add: (bytes) =>
      Effect.suspend(() => {
        size += bytes.length
        chunks.push(bytes)
        if (size <= limit) return Effect.void
        // nobody will ask for the text
        chunks.splice(0, chunks.length, ...lastChunks())
        return new CaptureFull({ maxBytes: limit })
      }),
    text: () => Buffer.concat(chunks.splice(0)).toString("utf8"),
    tail: () => {
      const end = Buffer.concat(lastChunks())
      let start = Math.max(0, end.length - TAIL_BYTES)
      while (start > 0 && isContinuation(end[start])) start++
      return end.subarray(start).toString("utf8")
    }
  }
}
