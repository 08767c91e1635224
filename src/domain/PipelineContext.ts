/**
 * One value per analysed repository, the first argument of every `ToolService` method and program. No Layer holds
 * anything about a repository, so one process serves many.
 *
 * @since 0.1.0
 */
import type * as Option from "effect/Option"
import type { ToolsConfig } from "./ToolsConfig.js"

/**
 * A Python file (`.py`, `.pyi`), under its real path: a symbolic link to it is no module of its own.
 *
 * @since 0.1.0
 * @category models
 */
export interface Module {
  /** Relative to the repository, POSIX separators, never `..`. */
  readonly relPath: string
  /** Dotted, from the nearest import root: `flask.app`. */
  readonly moduleName: string
  /** SHA-256 of the bytes, hexadecimal. */
  readonly contentHash: string
  readonly bytes: number
  readonly lines: number
}

/**
 * The content of a repository at one moment.
 *
 * @since 0.1.0
 * @category models
 */
export interface Snapshot {
  /** Hash over path -> content of `files`. The same content is the same snapshot, whatever was asked for. */
  readonly id: string
  readonly commit: Option.Option<string>
  /** Whether the working tree differs from `commit`; false without git. */
  readonly dirty: boolean
  /** Every file git does not ignore -> hash of its content (of its target's path, for a symbolic link). */
  readonly files: ReadonlyMap<string, string>
  /**
   * Path -> size, times and inode of a file when its hash was taken: while they stay, the file is not read again. A file
   * that changed shortly before it was read is left out, and so read again; a context made by hand has none.
   */
  readonly stats?: ReadonlyMap<string, string>
  /**
   * Path -> size, time of writing and inode of a Python file when it was looked at: one that was changed and changed back
   * differs in it. A context made by hand has none.
   */
  readonly written?: ReadonlyMap<string, string>
}

/**
 * The Python the repository is analysed with.
 *
 * @since 0.1.0
 * @category models
 */
export interface Interpreter {
  /** Absolute, as found: inside a virtual environment it is a link that must not be resolved. */
  readonly executable: string
  /** `3.11.7`. */
  readonly version: string
  /** `sys.prefix`. */
  readonly prefix: string
  /** `sysconfig`'s tag for extension modules: `cpython-311-x86_64-linux-gnu`. */
  readonly abi: string
  /** Directories where packages are installed, absolute, existing or not. */
  readonly sitePackages: ReadonlyArray<string>
  /** Why this one: `VIRTUAL_ENV`, `.venv of the repository` ... */
  readonly chosenBecause: string
}

/**
 * @since 0.1.0
 * @category models
 */
export interface PipelinePaths {
  /** `.codeintel` of the repository, or beside a database that is kept elsewhere. All we write is below it. */
  readonly state: string
  readonly database: string
  readonly lock: string
  /** Scratch directories of runs; what a dead process left in it is swept by the next. */
  readonly scratch: string
  readonly pytestReport: string
  readonly coverageData: string
  readonly scipTmp: string
  /** Where files of other revisions are for a while, outside of the repository; swept as `scratch` is. */
  readonly checkout: string
}

/**
 * Says that a context is of a commit, whose files are beside the repository.
 *
 * @since 0.1.0
 * @category models
 */
export interface Revision {
  /** The repository itself: absolute, symbolic links resolved. */
  readonly repo: string
  /** Its full id. */
  readonly commit: string
}

/**
 * @since 0.1.0
 * @category models
 */
export interface PipelineContext {
  /** Absolute, symbolic links resolved. */
  readonly root: string
  /** `root` is a working tree of this commit, made for a while. None unless given. */
  readonly revision?: Revision
  readonly snapshot: Snapshot
  /** Sorted by path. */
  readonly modules: ReadonlyArray<Module>
  /** Symbolic links to files and directories of the repository -> the real path, both relative. */
  readonly aliases: ReadonlyMap<string, string>
  readonly config: ToolsConfig
  /** None when there is no Python on the machine; `notices` says so. */
  readonly interpreter: Option.Option<Interpreter>
  /** Directories from which modules are imported, relative to the root, `.` for itself; most specific first. */
  readonly importRoots: ReadonlyArray<string>
  readonly paths: PipelinePaths
  /** What a user should know about the repository: names that are not UTF-8, git missing ... One line each. */
  readonly notices: ReadonlyArray<string>
}

/**
 * The repository that a context is of: `root`, or what its revision is a revision of.
 *
 * @since 0.1.0
 * @category getters
 */
export const repositoryOf = ({ revision, root }: Pick<PipelineContext, "root" | "revision">): string =>
  revision?.repo ?? root

/**
 * What is said of `root`, said of the repository: the files of a revision are where nobody will find them.
 *
 * @since 0.1.0
 * @category getters
 */
export const inRepository = (ctx: Pick<PipelineContext, "root" | "revision">) => (text: string): string =>
  text.replaceAll(ctx.root, () => repositoryOf(ctx))
