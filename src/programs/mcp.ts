/**
 * The questions of the command for coding agents, over the Model Context Protocol.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import { McpServer } from "../services/McpServer.js"
import { Repositories, type RepositoryFlags } from "../services/Repositories.js"
import { toolsOf } from "./mcp/tools.js"

const instructions =
  "Code intelligence for one Python repository: what type checkers, linters, tests, coverage and a symbol index " +
  "said at the last ingest. Nothing is run and nothing is changed. Every answer begins with its freshness: the snapshot and " +
  "commit it is of, the files that changed since, and what became of each tool. A number is always a measured number: null " +
  "is \"not measured\", with a reason, and never zero. When files that matter changed since, or a tool is missing, ask the " +
  "user to run `codeintel ingest`."

/**
 * The tools over the repository at `root`, which is opened anew for every call: what has changed meanwhile is known. No
 * connection outlives a call, so that an ingest can write between them.
 *
 * @since 0.1.0
 * @category constructors
 */
export const mcpTools = (root: string, flags: RepositoryFlags = {}) =>
  toolsOf(Effect.flatMap(Repositories, (repositories) => repositories.open(root, flags)))

/**
 * Answers until the other side has gone.
 *
 * @since 0.1.0
 * @category programs
 */
export const mcp = Effect.fn("mcp")(function*(root: string, flags: RepositoryFlags = {}) {
  const server = yield* McpServer
  yield* server.serve({ instructions, tools: mcpTools(root, flags) })
})
