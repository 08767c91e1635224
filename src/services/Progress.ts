/**
 * What is going on, for a person who waits.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Data from "effect/Data"
import type * as Effect from "effect/Effect"
import type { RunStatus } from "../domain/ToolRun.js"

/**
 * @since 0.1.0
 * @category models
 */
export type ProgressEvent = Data.TaggedEnum<{
  /** Work on `name` (a tool, or a step such as `scan`) begins. */
  Started: { readonly name: string }
  /** What it is doing now. */
  Said: { readonly name: string; readonly text: string }
  /** It has ended. `detail`: `12 errors in 3 of 27 files`. */
  Finished: {
    readonly name: string
    readonly status: RunStatus
    readonly detail: string
    readonly durationMs: number
  }
  /** All is done: a live display goes away, so that what follows is not drawn over. */
  Ended: object
  /** Something to know that belongs to no tool. */
  Noted: { readonly text: string }
}>

/**
 * @since 0.1.0
 * @category constructors
 */
export const ProgressEvent = Data.taggedEnum<ProgressEvent>()

/**
 * @since 0.1.0
 * @category tags
 */
export class Progress extends Context.Tag("codeintel/Progress")<Progress, {
  readonly emit: (event: ProgressEvent) => Effect.Effect<void>
}>() {}
