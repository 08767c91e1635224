/**
 * A report is read as pytest ends, to judge the session, and asked for right after: it is handed on once, since a log may
 * have 100 MB. Nothing is remembered beyond the context that it was made for, nor of a file that has changed.
 *
 * @since 0.1.0
 */
import * as Path from "@effect/platform/Path"
import * as Effect from "effect/Effect"
import type { PipelineContext } from "../../../domain/PipelineContext.js"
import * as FileStat from "../../repository/fileStat.js"
import type { RawReport } from "./outcome.js"
import { readRaw } from "./report.js"

interface Reading {
  /** Of the file: no other has the same. */
  readonly signature: string
  readonly raw: RawReport
}

const signatureOf = Effect.fnUntraced(function*(file: string) {
  const path = yield* Path.Path
  const [stat] = yield* FileStat.lstatAll(path.dirname(file), [path.basename(file)])
  return stat?.kind === "file" ? stat.signature : ""
})

/**
 * @since 0.1.0
 * @category constructors
 */
export const make = () => {
  const readings = new WeakMap<PipelineContext, Reading>()

  /** Reads a report that will be asked for. */
  const first = Effect.fnUntraced(function*(ctx: PipelineContext, file: string) {
    const signature = yield* signatureOf(file)
    const raw = yield* readRaw(file)
    // of a link, or of what is no file, it says nothing
    if (signature !== "") readings.set(ctx, { signature, raw })
    return raw
  })

  /** What was read first, while the file is the same; else the file. */
  const next = Effect.fnUntraced(function*(ctx: PipelineContext, file: string) {
    const reading = readings.get(ctx)
    readings.delete(ctx)
    return reading?.signature === (yield* signatureOf(file))
      ? reading.raw
      : yield* readRaw(file)
  })

  return { first, next }
}

/**
 * @since 0.1.0
 * @category models
 */
export type Readings = ReturnType<typeof make>
