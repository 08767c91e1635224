/**
 * A file of concatenated `Index` messages, one field of them at a time. Concatenated messages are one message with the
 * fields of all, so where one ends and the next begins neither shows nor matters.
 *
 * @since 0.1.0
 */
import * as FileSystem from "@effect/platform/FileSystem"
import * as Chunk from "effect/Chunk"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { PbfReader } from "pbf"
import { ScipMalformed } from "../../domain/errors.js"
import { chunkSize, type IndexMessage, makeSplitter } from "./splitter.js"
import { WireFault } from "./wire.js"

/**
 * @since 0.1.0
 * @category errors
 */
export const malformed = (file: string, offset: number, cause: unknown): ScipMalformed =>
  new ScipMalformed({ file, offset, problem: cause instanceof Error ? cause.message : String(cause) })

/**
 * What `read` makes of a message; a `WireFault` that it throws, or whatever `pbf` throws, is the failure.
 *
 * @since 0.1.0
 * @category combinators
 */
export const decode = <A>(
  file: string,
  { bytes, offset }: Omit<IndexMessage, "field">,
  read: (reader: PbfReader) => A
): Effect.Effect<A, ScipMalformed> => {
  const reader = new PbfReader(bytes)
  return Effect.try({
    try: () => read(reader),
    catch: (cause) => malformed(file, offset + (cause instanceof WireFault ? cause.offset : reader.pos), cause)
  })
}

/**
 * The metadata, documents and external symbols of an index, in the order of the file; fields that SCIP does not have are
 * passed over. Memory is bounded by the largest of them. The metadata stands anywhere, and has to be there: an empty
 * file, which a run that died leaves, is no index.
 *
 * @since 0.1.0
 * @category constructors
 */
export const messages = (file: string): Stream.Stream<IndexMessage, ScipMalformed, FileSystem.FileSystem> => {
  const unreadable = (cause: { readonly message: string }) =>
    new ScipMalformed({ file, offset: 0, problem: `it cannot be read (${cause.message})` })

  const splitting = <A>(split: () => A) =>
    Effect.try({ try: split, catch: (cause) => malformed(file, cause instanceof WireFault ? cause.offset : 0, cause) })

  return Stream.unwrap(Effect.gen(function*() {
    const fs = yield* FileSystem.FileSystem
    const { size, type } = yield* Effect.mapError(fs.stat(file), unreadable)
    // opening a pipe may never return
    if (type !== "File") return Stream.fail(unreadable({ message: `it is no file: ${type}` }))
    const splitter = makeSplitter(Number(size))
    return fs.stream(file, { chunkSize, bufferSize: 2 }).pipe(
      Stream.mapError(unreadable),
      Stream.mapEffect((bytes) => splitting(() => splitter.push(bytes))),
      Stream.concat(Stream.fromEffect(Effect.as(splitting(splitter.end), []))),
      Stream.mapConcatChunk(Chunk.unsafeFromArray)
    )
  }))
}
