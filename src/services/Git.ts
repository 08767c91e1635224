/**
 * What git knows about a directory.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type * as Option from "effect/Option"
import type { Churn } from "../domain/Churn.js"
import type { RevisionError, ToolExecution, ToolNotFound } from "../domain/errors.js"
import type { ToolSettings } from "../domain/ToolsConfig.js"

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
  /** Whether files are tracked in the place of our state directory: they came with the repository. */
  readonly bringsState: boolean
  /** Tracked and untracked, without the ignored; below the directory and relative to it; submodules' files included. */
  readonly files: ReadonlyArray<string>
}

/**
 * @since 0.1.0
 * @category models
 */
export interface GitOptions {
  /** Files and directories, relative to the directory, that are neither content nor dirt: what we write ourselves. */
  readonly exclude?: ReadonlyArray<string>
  /** Executable, variables and timeout; `git` on PATH with the defaults unless given. */
  readonly settings?: ToolSettings
  /** Filters that the repository's configuration names are not run either. */
  readonly untrusted?: boolean
}

/**
 * @since 0.1.0
 * @category models
 */
export interface ChurnOptions extends Pick<GitOptions, "settings" | "untrusted"> {
  /** The last commit that counts. */
  readonly commit: string
  /** The first day that counts, `2025-01-31`; 365 days before the commit unless given. */
  readonly since?: string
  /** Of these files alone, relative to the directory; of all Python files unless given. */
  readonly relPaths?: ReadonlyArray<string>
}

/**
 * @since 0.1.0
 * @category tags
 */
export class Git extends Context.Tag("codeintel/Git")<Git, {
  /**
   * None when the directory is in no working tree, or is itself ignored by the one around it. Takes no lock, refreshes no
   * index, and runs no monitor, hook or transport that the repository's configuration names.
   */
  readonly state: (
    directory: string,
    options?: GitOptions
  ) => Effect.Effect<Option.Option<GitState>, ToolNotFound | ToolExecution>
  /** The path of `directory` in its working tree, with a slash at the end; empty: it is the top of one. */
  readonly prefix: (directory: string, options?: GitOptions) => Effect.Effect<string, ToolNotFound | ToolExecution>
  /** The full id of the commit that `revision` names. */
  readonly commitOf: (
    directory: string,
    revision: string,
    options?: GitOptions
  ) => Effect.Effect<string, RevisionError | ToolNotFound | ToolExecution>
  /**
   * The commit at which the history of `HEAD` and that of `revision` part. Fails with `Shallow` where the clone ends
   * before it; none where they have nothing in common.
   */
  readonly mergeBase: (
    directory: string,
    revision: string,
    options?: GitOptions
  ) => Effect.Effect<Option.Option<string>, RevisionError | ToolNotFound | ToolExecution>
  /**
   * Makes a working tree of `commit` (a full id) at `destination`, which must not be there: a repository of its own, that
   * has its objects from this one, with the submodules that are checked out here. Writes nothing to this repository.
   * Gives the place of `directory` in it, absolute.
   */
  readonly checkOut: (
    directory: string,
    commit: string,
    destination: string,
    options?: GitOptions
  ) => Effect.Effect<string, RevisionError | ToolNotFound | ToolExecution>
  /**
   * What the commits of the main line did to the Python files below the directory. None when the clone is shallow: how
   * often a file was changed cannot be known then. Runs as little of the repository's as `state`.
   */
  readonly churn: (
    directory: string,
    options: ChurnOptions
  ) => Effect.Effect<Option.Option<Churn>, ToolNotFound | ToolExecution>
}>() {}
