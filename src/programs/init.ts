/**
 * A repository gets a file of settings to begin with.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import type { SettingsFileName } from "../domain/Setting.js"
import type { RepositoryLocation } from "../services/Repositories.js"
import { SettingsFile } from "../services/SettingsFile.js"
import { renderSettings } from "./render/settings.js"

/**
 * @since 0.1.0
 * @category models
 */
export interface InitOptions {
  /** pyproject.toml where there is one, and codeintel.toml otherwise, unless given. */
  readonly file?: SettingsFileName
  /** Nothing is written, whatever is there. */
  readonly dryRun?: boolean
}

/**
 * @since 0.1.0
 * @category models
 */
export interface Initialized {
  readonly name: SettingsFileName
  /** Absolute. */
  readonly path: string
  /** What was written, or would be: every setting at its default, as comments. */
  readonly text: string
}

/**
 * Adds `[tool.codeintel]` with every setting as a comment. Fails with `ConfigurationError` when there are settings already,
 * and with `RepositoryError` when the file cannot be written; then nothing is changed.
 *
 * @since 0.1.0
 * @category programs
 */
export const init = Effect.fn("init")(function*(
  { root }: Pick<RepositoryLocation, "root">,
  { dryRun = false, file }: InitOptions = {}
) {
  const { add, choose, settings } = yield* SettingsFile
  const name = file ?? (yield* choose(root))
  const text = renderSettings(settings, name)
  const initialized: Initialized = { name, path: dryRun ? `${root}/${name}` : yield* add(root, name, text), text }
  return initialized
})
