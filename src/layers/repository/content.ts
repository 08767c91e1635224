/**
 * The content of a file as one hash.
 *
 * @since 0.1.0
 */
import * as FileSystem from "@effect/platform/FileSystem"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { createHash } from "node:crypto"
import * as RegularFile from "./regularFile.js"

/** Larger files are not held in memory. */
const STREAMED_FROM_BYTES = 4 * 1024 * 1024

const LF = 10
const CR = 13

/**
 * @since 0.1.0
 * @category models
 */
export interface Content {
  /** SHA-256, hexadecimal. */
  readonly hash: string
  /** As Python counts them: ended by LF, CR LF or CR, the last one also by the end of the file. 0 when not counted. */
  readonly lines: number
  readonly bytes: number
}

/**
 * Counts lines of text that arrives in pieces.
 *
 * @since 0.1.0
 * @category constructors
 */
export const lineCounter = () => {
  let ends = 0
  let last = LF
  return {
    add: (bytes: Uint8Array): void => {
      for (const byte of bytes) {
        if (byte === CR || byte === LF && last !== CR) ends++
        last = byte
      }
    },
    lines: (): number => last === LF || last === CR ? ends : ends + 1
  }
}

/**
 * @since 0.1.0
 * @category constructors
 */
export const sha256 = (data: string | Uint8Array): string => createHash("sha256").update(data).digest("hex")

/**
 * @since 0.1.0
 * @category constructors
 */
export const read = Effect.fnUntraced(function*(file: string, expectedBytes: number, countLines: boolean) {
  const fs = yield* FileSystem.FileSystem
  const digest = createHash("sha256")
  const counter = lineCounter()
  let bytes = 0
  const add = (chunk: Uint8Array) => {
    bytes += chunk.length
    digest.update(chunk)
    if (countLines) counter.add(chunk)
  }
  yield* expectedBytes < STREAMED_FROM_BYTES
    ? Effect.map(RegularFile.read(file), add)
    : Stream.runForEach(fs.stream(file, { chunkSize: 1024 * 1024 }), (chunk) => Effect.sync(() => add(chunk)))
  const content: Content = { hash: digest.digest("hex"), lines: counter.lines(), bytes }
  return content
})
