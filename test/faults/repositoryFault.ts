/**
 * Repositories that nobody wants, as scripts of sh that make them in an empty directory, and what an ingest must make
 * of each. `py FILE` writes a module of two lines in which ruff and pyrefly find one error each: a 1 says that it was
 * looked at.
 */
export interface RepositoryFault {
  readonly name: string
  readonly script: string
  /** `path lines errors-of-ruff errors-of-pyrefly` of every file in the database, in any order. */
  readonly rows: ReadonlyArray<string>
  /** 0 unless given. */
  readonly exitCode?: number
  /** On stdout or stderr. */
  readonly says?: RegExp
  /** `commit dirty` of the snapshot; not asked unless given. */
  readonly snapshot?: RegExp
  readonly env?: Readonly<Record<string, string>>
  /** The name of the directory; `repository` unless given. */
  readonly directory?: string
  /** Permissions hold for the command, also if it is root's. */
  readonly unprivileged?: true
}

/** The row of a module of two lines that both tools have looked at. */
export const py = (relPath: string) => `${relPath} 2 1 1`

/** The directory becomes a repository with one commit. */
export const commit = "git init -q; git add -A; git commit -qm first"

/** So many bytes of comments on stdout: the number follows. */
export const comments = "yes '# a comment line of forty bytes with LF...' | head -c"

/** Seconds that a tool has which waits for somebody to write into a pipe. */
export const impatient = { CODEINTEL_RUFF_TIMEOUT: "4", CODEINTEL_PYREFLY_TIMEOUT: "4" }
