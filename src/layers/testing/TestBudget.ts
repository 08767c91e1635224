/**
 * A `Budget` that is never spent.
 *
 * @since 0.1.0
 */
import * as Layer from "effect/Layer"
import { Budget } from "../../services/Budget.js"

/**
 * Nobody waits.
 *
 * @since 0.1.0
 * @category layers
 */
export const unlimited: Layer.Layer<Budget> = Layer.succeed(Budget, {
  total: { cores: 64, memoryBytes: 2 ** 40 },
  origins: { cores: "given", memoryBytes: "given" },
  spend: () => (work) => work
})
