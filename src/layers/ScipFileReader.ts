/**
 * `ScipReader` over index files.
 *
 * @since 0.1.0
 */
import type * as FileSystem from "@effect/platform/FileSystem"
import type * as Path from "@effect/platform/Path"
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import { ScipReader } from "../services/ScipReader.js"
import { batches } from "./scip/batches.js"
import { about } from "./scip/metadata.js"
import { parts } from "./scip/reader.js"

/**
 * @since 0.1.0
 * @category constructors
 */
export const make: Effect.Effect<
  Context.Tag.Service<typeof ScipReader>,
  never,
  FileSystem.FileSystem | Path.Path
> = Effect.map(
  Effect.context<FileSystem.FileSystem | Path.Path>(),
  (context) =>
    ScipReader.of({
      parts: (ctx, output) => Stream.provideContext(parts(ctx, output), context),
      batches: ({ root }, { base, documents, path: file }, { isChecked = false } = {}) =>
        Stream.provideContext(batches({ root, base, documents, file, isChecked }), context),
      about: (file) => Effect.provide(about(file), context)
    })
)

/**
 * @since 0.1.0
 * @category layers
 */
export const layer: Layer.Layer<ScipReader, never, FileSystem.FileSystem | Path.Path> = Layer.effect(ScipReader, make)
