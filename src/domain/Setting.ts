/**
 * What can be said in `[tool.codeintel]`.
 *
 * @since 0.1.0
 */
import type * as Option from "effect/Option"
import type { ToolName } from "./ToolName.js"

/**
 * @since 0.1.0
 * @category models
 */
export interface Setting {
  /** Dotted, as in the file: `pyright.timeout`. */
  readonly key: string
  /** The tool that it is of; none of what is said for all. */
  readonly tool: Option.Option<ToolName>
  /** What it does, in one line. */
  readonly description: string
  /** The default in words. */
  readonly fallback: string
  /** The default as it would be written, or an example where no value says the same as to say nothing. */
  readonly value: boolean | number | string | ReadonlyArray<string> | Readonly<Record<string, string>>
  readonly isExample: boolean
}

/**
 * The files of a repository that settings are read from.
 *
 * @since 0.1.0
 * @category models
 */
export type SettingsFileName = "pyproject.toml" | "codeintel.toml"
