/**
 * What git knows about a directory.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type * as Option from "effect/Option"
import type { ToolExecution, ToolNotFound } from "../domain/errors.js"

/**
 * @since 0.1.0
 * @category models
 */
export interface GitState {
  /** The top of the working tree that the directory belongs to, absolute, links resolved. */
  readonly topLevel: string
  /** None before the first commit. */
  readonly commit: Option.Option<string>
  readonly dirty: boolean
  /** Tracked and untracked, without the ignored; below the directory and relative to it; submodules' files included. */
  readonly files: ReadonlyArray<string>
}

/**
 * @since 0.1.0
 * @category tags
 */
export class Git extends Context.Tag("codeintel/Git")<Git, {
  /** None when the directory is in no working tree. Takes no lock and refreshes no index. */
  readonly state: (directory: string) => Effect.Effect<Option.Option<GitState>, ToolNotFound | ToolExecution>
}>() {}
