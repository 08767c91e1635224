/**
 * The tools of `codeintel mcp`: a further one is a file beside this one, and a line here.
 *
 * @since 0.1.0
 */
import type * as Effect from "effect/Effect"
import type { ConfigurationError, RepositoryError } from "../../domain/errors.js"
import type { PipelineContext } from "../../domain/PipelineContext.js"
import type { McpTool } from "../../services/McpServer.js"
import type { Repositories } from "../../services/Repositories.js"
import { dead } from "./dead.js"
import { findings } from "./findings.js"
import { hotspots } from "./hotspots.js"
import { toolOf } from "./question.js"
import { schema } from "./schema.js"
import { searchSymbol } from "./searchSymbol.js"
import { show } from "./show.js"
import { sql } from "./sql.js"
import { tests } from "./tests.js"

type Requirements<Tool> = Tool extends McpTool<infer R> ? R : never

/**
 * `open`: the repository as it is when it is asked about.
 *
 * @since 0.1.0
 * @category constructors
 */
export const toolsOf = (
  open: Effect.Effect<PipelineContext, RepositoryError | ConfigurationError, Repositories>
) => {
  const tool = toolOf(open)
  const tools = [
    tool(searchSymbol),
    tool(show),
    tool(findings),
    tool(dead),
    tool(hotspots),
    tool(tests),
    tool(sql),
    tool(schema)
  ]
  const all: ReadonlyArray<McpTool<Requirements<(typeof tools)[number]>>> = tools
  return all
}
