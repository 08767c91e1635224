/**
 * What is in a SCIP index.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type * as Stream from "effect/Stream"
import type { ScipMalformed } from "../domain/errors.js"
import type { PipelineContext } from "../domain/PipelineContext.js"
import type { ScipAbout, ScipOutput, ScipPart } from "../domain/Scip.js"
import type { ScipBatch } from "../domain/ScipBatch.js"

/**
 * @since 0.1.0
 * @category models
 */
export interface BatchOptions {
  /**
   * True: columns are turned to code points by the text that a document carries, else by the file, from whatever they are
   * counted in, and an occurrence that is not within that text is left out and counted. False, the default: as `parts`
   * does, by the file alone, from UTF-16.
   */
  readonly isChecked?: boolean
}

/**
 * @since 0.1.0
 * @category tags
 */
export class ScipReader extends Context.Tag("codeintel/ScipReader")<ScipReader, {
  /**
   * The documents that belong to the output, under their paths in the repository, and the external symbols, in the order
   * of the index; memory is bounded by the largest document. Fails for a file that ends in the middle of a message or is
   * none. An index that was cut between two messages looks whole: whether a document is missing only the caller knows.
   *
   * Files of the repository are read for columns. Where one cannot be read, columns after a character beyond U+FFFF in
   * the same line are those of the index, which counts two for it.
   */
  readonly parts: (
    ctx: Pick<PipelineContext, "root">,
    output: Pick<ScipOutput, "path" | "base" | "documents">
  ) => Stream.Stream<ScipPart, ScipMalformed>
  /**
   * The same by column, many documents at once, for the database: of a large index several times as fast. Memory is
   * bounded by the largest document, and by the bytes of the symbols, each kept once, and 50 more of each.
   */
  readonly batches: (
    ctx: Pick<PipelineContext, "root">,
    output: Pick<ScipOutput, "path" | "base" | "documents">,
    options?: BatchOptions
  ) => Stream.Stream<ScipPart | ScipBatch, ScipMalformed>
  /** Who made the index, and of what. Reads as far as the metadata, which most indexers write first. */
  readonly about: (file: string) => Effect.Effect<ScipAbout, ScipMalformed>
}>() {}
