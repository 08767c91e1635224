/**
 * Which documents an index has, without what is in them.
 *
 * @since 0.1.0
 */
import type * as FileSystem from "@effect/platform/FileSystem"
import * as Chunk from "effect/Chunk"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import type { PbfReader } from "pbf"
import type { ScipMalformed } from "../../domain/errors.js"
import { IndexField } from "./splitter.js"
import { endOfBytes, nextField, skip, string } from "./wire.js"
import { DocumentField } from "./wireDocument.js"
import { decode, messages } from "./wireFile.js"

/**
 * @since 0.1.0
 * @category models
 */
export interface DocumentSummary {
  /** As the index has it: relative to where the indexer ran. */
  readonly relativePath: string
  readonly occurrences: number
}

const summary = (reader: PbfReader): DocumentSummary => {
  const end = reader.length
  let relativePath = ""
  let occurrences = 0
  for (let field = nextField(reader, end); field !== 0; field = nextField(reader, end)) {
    if (field === DocumentField.RelativePath) {
      relativePath = string(reader, end)
    } else if (field === DocumentField.Occurrence) {
      occurrences++
      reader.pos = endOfBytes(reader, end)
    } else {
      skip(reader, end)
    }
  }
  return { relativePath, occurrences }
}

/**
 * The documents in the order of the index. Fails for a file that ends in the middle of a message, or is no index. One that
 * ends between two messages is whole as far as anybody can tell: compare the documents with those that were asked for.
 *
 * @since 0.1.0
 * @category constructors
 */
export const documentsOf = (
  path: string
): Effect.Effect<ReadonlyArray<DocumentSummary>, ScipMalformed, FileSystem.FileSystem> =>
  messages(path).pipe(
    Stream.filter(({ field }) => field === IndexField.Document),
    Stream.mapEffect((message) => decode(path, message, summary)),
    Stream.runCollect,
    Effect.map(Chunk.toReadonlyArray)
  )
