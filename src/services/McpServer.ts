/**
 * Answers programs that speak the Model Context Protocol.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"

/**
 * JSON Schema of an object: draft 7 unless `$schema` says otherwise.
 *
 * @since 0.1.0
 * @category models
 */
export interface ObjectSchema {
  readonly type: "object"
  readonly [key: string]: unknown
}

/**
 * What a call gives back.
 *
 * @since 0.1.0
 * @category models
 */
export type McpResult =
  /** `structured` is what `outputSchema` says; `text` is the same for who reads. */
  | { readonly _tag: "Answer"; readonly structured: Readonly<Record<string, unknown>>; readonly text: string }
  /** Why there is no answer, and what to do or to ask instead. */
  | { readonly _tag: "Refusal"; readonly text: string }

/**
 * A tool as it is offered. It reads, and changes nothing.
 *
 * @since 0.1.0
 * @category models
 */
export interface McpTool<R = never> {
  readonly name: string
  readonly title: string
  /** For who has to choose one: what it answers, and when to use it. */
  readonly description: string
  readonly inputSchema: ObjectSchema
  readonly outputSchema: ObjectSchema
  /** Whatever was given as arguments; what is wrong with them is a `Refusal`. */
  readonly call: (given: unknown) => Effect.Effect<McpResult, never, R>
}

/**
 * @since 0.1.0
 * @category models
 */
export interface Offer<R = never> {
  /** What to know before the first call. */
  readonly instructions: string
  readonly tools: ReadonlyArray<McpTool<R>>
}

/**
 * @since 0.1.0
 * @category tags
 */
export class McpServer extends Context.Tag("codeintel/McpServer")<McpServer, {
  /**
   * Answers until the other side has gone; calls that are under way then, or when this is interrupted, are interrupted. So
   * is a call that is cancelled. Several calls are answered at a time, further ones wait. A defect of a call is a result that
   * says so, and is logged.
   */
  readonly serve: <R>(offer: Offer<R>) => Effect.Effect<void, never, R>
}>() {}
