/**
 * The file of a repository that settings are written into.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { ConfigurationError, RepositoryError } from "../domain/errors.js"
import type { Setting, SettingsFileName } from "../domain/Setting.js"

/**
 * @since 0.1.0
 * @category tags
 */
export class SettingsFile extends Context.Tag("codeintel/SettingsFile")<SettingsFile, {
  /** All that such a file can say. */
  readonly settings: ReadonlyArray<Setting>
  /** pyproject.toml where there is one, and codeintel.toml otherwise. `root` is absolute. */
  readonly choose: (root: string) => Effect.Effect<SettingsFileName>
  /**
   * Appends `text` to the file, or makes codeintel.toml of it; what is there stays byte for byte, `text` gets its line
   * ends. Whole or not at all: a file beside it takes its place, with its permissions; a link stays one.
   *
   * Fails with `ConfigurationError` when the repository has settings already, when there is no pyproject.toml to append to,
   * or when it would be no TOML afterwards; with `RepositoryError` when the file system refuses. Then nothing is changed.
   * Gives the path of the file.
   */
  readonly add: (
    root: string,
    file: SettingsFileName,
    text: string
  ) => Effect.Effect<string, ConfigurationError | RepositoryError>
}>() {}
