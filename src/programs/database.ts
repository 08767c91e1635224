/**
 * Short visits to the database of a repository.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import type { PipelineContext } from "../domain/PipelineContext.js"
import { type Connection, type Mode, Warehouse } from "../services/Warehouse.js"

const visit =
  (mode: Mode) => <A, E, R>(ctx: PipelineContext, use: (connection: Connection) => Effect.Effect<A, E, R>) =>
    Warehouse.pipe(
      Effect.flatMap((warehouse) => warehouse.open(ctx.paths.database, mode)),
      Effect.flatMap(use),
      Effect.scoped
    )

/**
 * @since 0.1.0
 * @category programs
 */
export const reading = visit("read")

/**
 * Nobody else can read meanwhile: no work but the writing in `use`.
 *
 * @since 0.1.0
 * @category programs
 */
export const writing = visit("write")
