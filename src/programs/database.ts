/**
 * A short visit to the database of a repository.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { WarehouseError } from "../domain/errors.js"
import type { PipelineContext } from "../domain/PipelineContext.js"
import { type Connection, Warehouse } from "../services/Warehouse.js"

const visiting = (mode: "read" | "write") =>
<A, E, R>(
  ctx: PipelineContext,
  use: (connection: Connection) => Effect.Effect<A, E, R>
): Effect.Effect<A, E | WarehouseError, Warehouse | Exclude<R, Scope.Scope>> =>
  Warehouse.pipe(
    Effect.flatMap((warehouse) => warehouse.open(ctx.paths.database, mode)),
    Effect.flatMap(use),
    Effect.scoped
  )

/**
 * Reads what the database of `ctx` holds.
 *
 * @since 0.1.0
 * @category programs
 */
export const reading = visiting("read")

/**
 * Writes to the database of `ctx`, and reads. Nobody else can read meanwhile: no work but that in `use`.
 *
 * @since 0.1.0
 * @category programs
 */
export const writing = visiting("write")

/**
 * The failure of a question when no ingest has finished: without a snapshot there is nothing to ask.
 *
 * @since 0.1.0
 * @category programs
 */
export const nothingYet = ({ paths, root }: PipelineContext, operation: string): WarehouseError =>
  new WarehouseError({
    file: paths.database,
    operation,
    reason: "Missing",
    hint: `make it: codeintel ingest ${root}`,
    cause: "no ingest has finished yet"
  })
