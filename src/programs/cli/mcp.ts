/**
 * @since 0.1.0
 */
import * as Command from "@effect/cli/Command"
import * as Effect from "effect/Effect"
import { mcp as run } from "../mcp.js"
import * as Repository from "./repository.js"

/**
 * `codeintel mcp [PATH]`: stdin and stdout are the protocol's. 0 when stdin ends. A directory that is none is said at once
 * (2); all else, such as a database that is not there yet, is said to who asks.
 *
 * @since 0.1.0
 * @category commands
 */
export const mcp = Command.make(
  "mcp",
  { ...Repository.options, path: Repository.path },
  Effect.fn("cli.mcp")(function*(given) {
    yield* Effect.catchTag(Repository.locate(given), "ConfigurationError", () => Effect.void)
    yield* run(given.path, Repository.flagsOf(given))
  })
).pipe(Command.withDescription("Answer coding agents over the Model Context Protocol (stdin, stdout)"))
