/**
 * The single source of truth about settings: what was decoded from pyproject.toml, codeintel.toml, variables and flags.
 *
 * @since 0.1.0
 */
import * as Duration from "effect/Duration"
import * as Option from "effect/Option"
import type { ToolName } from "./ToolName.js"

/**
 * @since 0.1.0
 * @category models
 */
export interface ToolSettings {
  readonly enabled: boolean
  /** Executable to use instead of searching; absolute. */
  readonly path: Option.Option<string>
  /** Appended to our own arguments. */
  readonly args: ReadonlyArray<string>
  /** Added to the environment of the tool. */
  readonly env: Readonly<Record<string, string>>
  readonly timeout: Duration.Duration
}

/**
 * One setting with the place that decided it: `default`, a file, a variable or a flag.
 *
 * @since 0.1.0
 * @category models
 */
export interface ConfigEntry {
  /** Dotted, as in the file: `pyright.timeout`. */
  readonly key: string
  readonly value: string
  readonly origin: string
}

/**
 * @since 0.1.0
 * @category models
 */
export interface ToolsConfig {
  readonly tools: Readonly<Record<ToolName, ToolSettings>>
  /** Interpreter of the repository, absolute. */
  readonly python: Option.Option<string>
  /** Database file, absolute. */
  readonly database: Option.Option<string>
  /** Tools and interpreters of the repository are not used, and its settings are not read. */
  readonly untrusted: boolean
  /** Pinned tools may be downloaded into the tool cache. */
  readonly provision: boolean
  /**
   * Directory of the repository, relative to it -> what stands in its place in reports that were made elsewhere (see
   * `PathMapping`). None unless given.
   */
  readonly paths?: Readonly<Record<string, ReadonlyArray<string>>>
  /** Every setting, in the order it is printed. */
  readonly entries: ReadonlyArray<ConfigEntry>
}

/**
 * @since 0.1.0
 * @category constructors
 */
export const defaultSettings: ToolSettings = {
  enabled: true,
  path: Option.none(),
  args: [],
  env: {},
  timeout: Duration.seconds(300)
}

/**
 * The settings of a tool, the defaults where nothing was said.
 *
 * @since 0.1.0
 * @category getters
 */
export const settingsOf = (config: ToolsConfig, tool: ToolName): ToolSettings => config.tools[tool] ?? defaultSettings
