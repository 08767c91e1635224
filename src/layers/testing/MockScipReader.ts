/**
 * A `ScipReader` that opens no file.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import type { ScipPart } from "../../domain/Scip.js"
import { ScipReader } from "../../services/ScipReader.js"

/**
 * Every index holds these parts.
 *
 * @since 0.1.0
 * @category layers
 */
export const layer = (parts: ReadonlyArray<ScipPart>): Layer.Layer<ScipReader> =>
  Layer.succeed(ScipReader, {
    parts: () => Stream.fromIterable(parts),
    batches: () => Stream.fromIterable(parts),
    about: () => Effect.succeed({ tool: "scip-python", version: "", args: [], projectRoot: "" })
  })
