/**
 * What git prints with `-z`: records that end with a NUL, names as they are on disk.
 *
 * @since 0.1.0
 */
import * as Option from "effect/Option"

/**
 * @since 0.1.0
 * @category models
 */
export interface Index {
  readonly files: ReadonlyArray<string>
  /** Submodules. */
  readonly directories: ReadonlyArray<string>
}

/**
 * @since 0.1.0
 * @category models
 */
export interface Status {
  readonly commit: Option.Option<string>
  /** Everything that differs from the commit, the untracked included. */
  readonly changed: ReadonlyArray<string>
  /** Tracked, and not on disk. */
  readonly deleted: ReadonlySet<string>
  /** A repository inside the repository ends with a slash. */
  readonly untracked: ReadonlyArray<string>
}

const records = (stdout: string) => stdout.split("\0").filter((record) => record !== "")

/** What is left of a record after `count` fields, each ended by one space. */
const afterFields = (record: string, count: number) => {
  let start = 0
  for (let field = 0; field < count; field++) start = record.indexOf(" ", start) + 1
  return record.slice(start)
}

/**
 * `git ls-files -z --stage`: `<mode> <object> <stage>\t<path>`. A file in conflict has up to three records.
 *
 * @since 0.1.0
 * @category constructors
 */
export const index = (stdout: string): Index => {
  const files = new Set<string>()
  const directories = new Set<string>()
  for (const record of records(stdout)) {
    const relPath = record.slice(record.indexOf("\t") + 1)
    if (record.startsWith("160000 ")) directories.add(relPath)
    else files.add(relPath)
  }
  return { files: [...files], directories: [...directories] }
}

/**
 * `git status --porcelain=v2 --branch -z --no-renames`. Paths are relative to the top of the working tree; `prefix` (with
 * its slash at the end) is what is cut off.
 *
 * @since 0.1.0
 * @category constructors
 */
export const status = (stdout: string, prefix: string): Status => {
  let commit = Option.none<string>()
  const changed: Array<string> = []
  const deleted = new Set<string>()
  const untracked: Array<string> = []
  // a record is `<kind> <XY> ... <path>`, Y being the working tree against the index
  const fields: Readonly<Record<string, number>> = { "1": 8, u: 10, "?": 1 }
  for (const record of records(stdout)) {
    const kind = record.charAt(0)
    const head = /^# branch\.oid ([0-9a-f]+)$/.exec(record)?.[1]
    if (head !== undefined) commit = Option.some(head)
    const count = fields[kind]
    if (count === undefined) continue
    const relPath = afterFields(record, count).slice(prefix.length)
    changed.push(relPath)
    if (kind === "?") untracked.push(relPath)
    else if (record.charAt(3) === "D") deleted.add(relPath)
  }
  return { commit, changed, deleted, untracked }
}

/**
 * `git config --show-scope --name-only -z --get-regexp ^filter\.`: `<scope>\0<key>\0`. Names of the filters that the
 * repository brings; those of the user and of the machine (Git LFS) are trusted.
 *
 * @since 0.1.0
 * @category constructors
 */
export const repositoryFilters = (stdout: string): ReadonlyArray<string> => {
  const parts = stdout.split("\0")
  const names = new Set<string>()
  for (let i = 0; i + 1 < parts.length; i += 2) {
    const name = /^filter\.(.+)\.[^.]+$/s.exec(parts[i + 1] ?? "")?.[1]
    if (name !== undefined && (parts[i] === "local" || parts[i] === "worktree")) names.add(name)
  }
  return [...names]
}
