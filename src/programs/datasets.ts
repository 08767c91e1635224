/**
 * What can be ingested, and by which tools.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import type { PipelineContext } from "../domain/PipelineContext.js"
import type { ToolName } from "../domain/ToolName.js"
import { settingsOf } from "../domain/ToolsConfig.js"
import { ToolService } from "../services/ToolService.js"

/**
 * @since 0.1.0
 * @category models
 */
export type Dataset = "typing" | "tests" | "coverage" | "scip"

/**
 * @since 0.1.0
 * @category models
 */
export const datasets: ReadonlyArray<Dataset> = ["typing", "tests", "coverage", "scip"]

/**
 * A tool that takes part, and the dataset it is for.
 *
 * @since 0.1.0
 * @category models
 */
export interface Participant {
  readonly tool: ToolName
  readonly dataset: Dataset
  /** The configuration has it switched on. */
  readonly enabled: boolean
}

/**
 * All tools whose runs are stored, in the order they are shown; the checkers that are off by default among them.
 *
 * @since 0.1.0
 * @category getters
 */
export const participants = (ctx: PipelineContext): Effect.Effect<ReadonlyArray<Participant>, never, ToolService> =>
  Effect.map(ToolService, ({ checkers }) =>
    [
      ...checkers.map((tool) => ({ tool, dataset: "typing" as const })),
      { tool: "pytest", dataset: "tests" as const },
      { tool: "coverage", dataset: "coverage" as const },
      { tool: "scip-python", dataset: "scip" as const }
    ].map((each) => ({ ...each, enabled: settingsOf(ctx.config, each.tool).enabled })))
