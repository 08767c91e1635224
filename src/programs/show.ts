/**
 * All that is known of a file or a symbol.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import type { PipelineContext } from "../domain/PipelineContext.js"
import type { Shown } from "../domain/Show.js"
import { indexState } from "./ask/indexState.js"
import { showFile } from "./ask/showFile.js"
import { showSymbol } from "./ask/showSymbol.js"
import { subjectOf } from "./ask/subject.js"
import { reading } from "./database.js"
import { freshness } from "./freshness.js"

/**
 * @since 0.1.0
 * @category models
 */
export interface ShowOptions {
  /** How many references, callers, tests and findings are given one by one; the counts are of all. */
  readonly limit: number
  /** The first day whose changes count, `2025-01-31`; a year before the commit unless given. */
  readonly since?: string
}

/**
 * `subject`: a path, a module, `name`, `Class.method`, `module.name`, `module:name`, or a symbol as SCIP writes it. Fails with
 * `SubjectUnclear` when that means nothing, or more than one thing.
 *
 * @since 0.1.0
 * @category programs
 */
export const show = Effect.fn("show")((ctx: PipelineContext, subject: string, options: ShowOptions) =>
  reading(ctx, (connection) =>
    Effect.gen(function*() {
      const fresh = yield* freshness(connection, ctx)
      const state = yield* indexState(connection)
      const found = yield* subjectOf(connection, state, subject)
      const shown: Shown = found._tag === "File"
        ? yield* showFile(connection, ctx, fresh, found, options)
        : yield* showSymbol(connection, ctx, fresh, state, found, options)
      return shown
    }))
)
