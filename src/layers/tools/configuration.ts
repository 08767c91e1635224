/**
 * Where tools look for configuration outside the repository.
 *
 * @since 0.1.0
 */
import * as Path from "@effect/platform/Path"
import * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { parse } from "smol-toml"
import type { PipelineContext } from "../../domain/PipelineContext.js"
import type { ToolName } from "../../domain/ToolName.js"
import { settingsOf } from "../../domain/ToolsConfig.js"

/**
 * The root of the repository and the directories above it, nearest first.
 *
 * @since 0.1.0
 * @category constructors
 */
export const upTheTree = (path: Path.Path, directory: string): ReadonlyArray<string> => {
  const above = path.dirname(directory)
  return above === directory ? [directory] : [directory, ...upTheTree(path, above)]
}

/**
 * A variable as the tool sees it: set for it, or the caller's.
 *
 * @since 0.1.0
 * @category constructors
 */
export const variable = (ctx: PipelineContext, tool: ToolName, name: string): Effect.Effect<Option.Option<string>> => {
  const set = settingsOf(ctx.config, tool).env[name]
  return set === undefined ? Effect.option(Config.string(name)) : Effect.succeed(Option.some(set))
}

/**
 * Directories of the user's configuration: `$XDG_CONFIG_HOME`, `~/.config`.
 *
 * @since 0.1.0
 * @category constructors
 */
export const userDirectories = Effect.fnUntraced(function*(ctx: PipelineContext, tool: ToolName) {
  const path = yield* Path.Path
  const [xdg, home] = yield* Effect.all([variable(ctx, tool, "XDG_CONFIG_HOME"), variable(ctx, tool, "HOME")], {
    concurrency: 1
  })
  return [...Option.toArray(xdg), ...Option.toArray(home).map((directory) => path.join(directory, ".config"))]
})

/**
 * Files outside the listing of a repository that say what is ignored in it.
 *
 * @since 0.1.0
 * @category constructors
 */
export const ignoreFiles = Effect.fnUntraced(function*(ctx: PipelineContext, tool: ToolName) {
  const path = yield* Path.Path
  const users = yield* userDirectories(ctx, tool)
  return [
    ...upTheTree(path, ctx.root).flatMap((directory) =>
      [".gitignore", ".ignore", path.join(".git", "info", "exclude")].map((name) => path.join(directory, name))
    ),
    ...users.map((directory) => path.join(directory, "git", "ignore"))
  ]
})

export {
  /**
   * The text of a file, none when it is not there or cannot be read: the tool itself will say so, if it minds.
   *
   * @since 0.1.0
   * @category constructors
   */
  readText
} from "../localFiles.js"

/**
 * None when it does not parse.
 *
 * @since 0.1.0
 * @category constructors
 */
export const parseToml: (text: string) => Option.Option<unknown> = Option.liftThrowable((text: string) => parse(text))
