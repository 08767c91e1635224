/**
 * Cores and memory, shared by all that is run.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"

/**
 * What a piece of work takes at its height.
 *
 * @since 0.1.0
 * @category models
 */
export interface Cost {
  readonly cores: number
  readonly memoryBytes: number
}

/**
 * @since 0.1.0
 * @category tags
 */
export class Budget extends Context.Tag("codeintel/Budget")<Budget, {
  /** All there is, to plan with. */
  readonly total: Cost
  /** Where each part of it comes from, in words. */
  readonly origins: Readonly<Record<keyof Cost, string>>
  /**
   * Waits until the cost is free, in the order of asking, and gives it back at the end. A cost above the total is cut down
   * to it: that work runs alone. Work that holds a share must not ask for another: it could wait for itself.
   */
  readonly spend: (cost: Cost) => <A, E, R>(work: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
}>() {}
