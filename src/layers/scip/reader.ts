/**
 * An index file as a stream of its documents.
 *
 * @since 0.1.0
 */
import type * as FileSystem from "@effect/platform/FileSystem"
import * as Path from "@effect/platform/Path"
import * as Chunk from "effect/Chunk"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import { ScipMalformed } from "../../domain/errors.js"
import type { PipelineContext } from "../../domain/PipelineContext.js"
import type { ScipOutput, ScipPart } from "../../domain/Scip.js"
import * as RegularFile from "../repository/regularFile.js"
import { wideText } from "./columns.js"
import { normalize } from "./normalize.js"
import { rebase } from "./rebase.js"
import { IndexField, type IndexMessage } from "./splitter.js"
import * as WireDocument from "./wireDocument.js"
import { decode, messages } from "./wireFile.js"
import * as WireNames from "./wireNames.js"

/** Files of the repository that are read at once. */
const concurrency = 8

/**
 * As `ScipReader.parts`. A document that comes twice is refused: scip-python writes each file once, and which one is
 * meant nobody can tell.
 *
 * @since 0.1.0
 * @category constructors
 */
export const parts = (
  { root }: Pick<PipelineContext, "root">,
  { base, documents, path: file }: Pick<ScipOutput, "path" | "base" | "documents">
): Stream.Stream<ScipPart, ScipMalformed, FileSystem.FileSystem | Path.Path> =>
  Stream.unwrap(Effect.gen(function*() {
    const path = yield* Path.Path
    const read = WireDocument.make(WireNames.make())
    const seen = new Set<string>()

    const documentPart = (message: IndexMessage) =>
      Effect.gen(function*() {
        const raw = yield* decode(file, message, read.document)
        const relPath = rebase(base, raw.relativePath)
        if (!documents.has(relPath)) return []
        if (seen.has(relPath)) {
          return yield* new ScipMalformed({
            file,
            offset: message.offset,
            problem: `${raw.relativePath} has a second document`
          })
        }
        seen.add(relPath)
        // where there is no text, columns stay as they are: ScipReader says so
        const text = yield* Effect.option(RegularFile.read(path.join(root, relPath)))
        const part: ScipPart = {
          _tag: "Document",
          relPath,
          ...normalize(raw, Option.flatMap(text, wideText))
        }
        return [part]
      })

    const externalPart = (externals: ReadonlyArray<IndexMessage>) =>
      Effect.map(
        Effect.forEach(externals, (message) => decode(file, message, read.symbol), { concurrency: 1 }),
        (symbols): ReadonlyArray<ScipPart> => symbols.length === 0 ? [] : [{ _tag: "External", symbols }]
      )

    return messages(file).pipe(
      Stream.mapChunksEffect((chunk) => {
        const all = Chunk.toReadonlyArray(chunk)
        return Effect.zipWith(
          Effect.forEach(all.filter(({ field }) => field === IndexField.Document), documentPart, { concurrency }),
          externalPart(all.filter(({ field }) => field === IndexField.ExternalSymbol)),
          (ofDocuments, externals) => Chunk.unsafeFromArray([...ofDocuments.flat(), ...externals])
        )
      })
    )
  }))
