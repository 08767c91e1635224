/**
 * Configuration of ours for a tool in a repository that is not trusted. That of the repository would send the tool to
 * programs (an interpreter, a build system, a plugin), and to files anywhere.
 *
 * @since 0.1.0
 */
import * as FileSystem from "@effect/platform/FileSystem"
import * as Path from "@effect/platform/Path"
import * as Effect from "effect/Effect"
import { ToolExecution } from "../../domain/errors.js"
import type { PipelineContext } from "../../domain/PipelineContext.js"
import type { ToolName } from "../../domain/ToolName.js"
import { settingsOf } from "../../domain/ToolsConfig.js"
import type { CheckSession } from "./checker.js"

/**
 * Said of a tool that is told by us.
 *
 * @since 0.1.0
 * @category constants
 */
export const NOTICE = "the repository is not trusted, so its configuration is not read"

/**
 * Whether the repository's configuration of a tool must not count. One that the user names, by one of these flags, does.
 *
 * @since 0.1.0
 * @category predicates
 */
export const isIsolated = (
  { config }: PipelineContext,
  tool: ToolName,
  ...flags: ReadonlyArray<string>
): boolean =>
  config.untrusted &&
  !settingsOf(config, tool).args.some((arg) => flags.some((flag) => arg === flag || arg.startsWith(`${flag}=`)))

/**
 * Where a configuration of ours is while a tool runs.
 *
 * @since 0.1.0
 * @category getters
 */
export const fileOf = Effect.fnUntraced(function*({ paths }: PipelineContext, name: string) {
  return (yield* Path.Path).join(paths.scratch, name)
})

/**
 * Writes it, for the length of the scope.
 *
 * @since 0.1.0
 * @category constructors
 */
export const write = Effect.fn("isolation.write")(function*(
  { args, ctx, location }: CheckSession,
  name: string,
  text: string
) {
  const fs = yield* FileSystem.FileSystem
  const file = yield* fileOf(ctx, name)
  const refused = (cause: unknown) =>
    new ToolExecution({
      tool: location.tool,
      executable: location.executable,
      args,
      cwd: ctx.root,
      reason: "Spawn",
      stdoutTail: "",
      stderrTail: "",
      durationMs: 0,
      cause
    })
  yield* Effect.acquireRelease(
    Effect.zipRight(fs.makeDirectory(ctx.paths.scratch, { recursive: true }), fs.writeFileString(file, text)),
    () => Effect.ignore(fs.remove(file, { force: true }))
  ).pipe(Effect.mapError(refused))
})
