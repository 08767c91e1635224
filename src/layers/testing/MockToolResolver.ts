/**
 * A `ToolResolver` that finds every tool, and looks nowhere.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { ToolResolver } from "../../services/ToolResolver.js"

/**
 * Each tool is `/mock/bin/<tool>`: to be run by `MockToolRunner`.
 *
 * @since 0.1.0
 * @category layers
 */
export const layer: Layer.Layer<ToolResolver> = Layer.succeed(ToolResolver, {
  locate: (_, tool) =>
    Effect.succeed({
      tool,
      executable: `/mock/bin/${tool}`,
      prefixArgs: [],
      identity: `/mock/bin/${tool}`,
      foundBy: "path"
    })
})
