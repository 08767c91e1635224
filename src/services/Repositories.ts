/**
 * Opens a directory as a repository to analyse.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type * as Option from "effect/Option"
import type * as Scope from "effect/Scope"
import type {
  ConfigurationError,
  RepositoryError,
  RevisionError,
  ToolExecution,
  ToolNotFound
} from "../domain/errors.js"
import type { Module, PipelineContext } from "../domain/PipelineContext.js"

/**
 * What was said on the command line; it wins over variables and files.
 *
 * @since 0.1.0
 * @category models
 */
export interface RepositoryFlags {
  /** Database file, relative to the working directory or absolute. */
  readonly database?: string
  /** Python interpreter, relative to the working directory or absolute. */
  readonly python?: string
  readonly untrusted?: boolean
  /** False: nothing is downloaded. */
  readonly provision?: boolean
}

/**
 * @since 0.1.0
 * @category models
 */
export type RepositoryLocation = Pick<PipelineContext, "root" | "config" | "paths">

/**
 * @since 0.1.0
 * @category tags
 */
export class Repositories extends Context.Tag("codeintel/Repositories")<Repositories, {
  /** Reads every file that is not ignored once, and later only those whose size or times changed. Writes nothing. */
  readonly open: (
    root: string,
    flags?: RepositoryFlags
  ) => Effect.Effect<PipelineContext, RepositoryError | ConfigurationError>
  /** The part of `open` that reads no content: where the database is and what is configured. */
  readonly locate: (
    root: string,
    flags?: RepositoryFlags
  ) => Effect.Effect<RepositoryLocation, RepositoryError | ConfigurationError>
  /** The path of the repository in the working tree of git, with a slash at the end; empty: they are the same. */
  readonly prefix: (
    location: Pick<PipelineContext, "root" | "config">
  ) => Effect.Effect<string, ToolNotFound | ToolExecution>
  /**
   * The full id of the commit that `revision` names; with `branchedOff`, of the one where the histories of `HEAD` and of
   * `revision` part (`revision` itself where they have nothing in common).
   */
  readonly commitOf: (
    location: Pick<PipelineContext, "root" | "config">,
    revision: string,
    options?: { readonly branchedOff?: boolean }
  ) => Effect.Effect<string, RevisionError | ToolNotFound | ToolExecution>
  /**
   * The repository of `ctx` as it was at `commit` (a full id), with the same settings, interpreter and database. Its files
   * are below `paths.checkout` until the scope ends: hold the `RepositoryLock`.
   */
  readonly openRevision: (
    ctx: PipelineContext,
    commit: string
  ) => Effect.Effect<
    PipelineContext,
    RevisionError | RepositoryError | ToolNotFound | ToolExecution,
    Scope.Scope
  >
  /** Paths that were added, changed (and changed back: Python files only) or deleted since `ctx` was opened. */
  readonly changedSince: (ctx: PipelineContext) => Effect.Effect<ReadonlyArray<string>, RepositoryError>
  /** The text of a module, as UTF-8 with replacement characters; none when it is no longer the snapshot's content. */
  readonly readModule: (
    ctx: PipelineContext,
    module: Module
  ) => Effect.Effect<Option.Option<string>, RepositoryError>
  /** A hash over path -> content of these files; none when one of them is not in the snapshot. */
  readonly contentKey: (
    ctx: Pick<PipelineContext, "snapshot">,
    relPaths: ReadonlyArray<string>
  ) => Option.Option<string>
  /**
   * Remembers content hashes for the next `open`, under `paths.state`, which is made (with a `.gitignore`) when it is
   * not there.
   */
  readonly prepareState: (ctx: PipelineContext) => Effect.Effect<void, RepositoryError>
}>() {}
