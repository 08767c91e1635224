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

/** None: the output ends within a record. */
const records = (stdout: string): Option.Option<ReadonlyArray<string>> =>
  stdout === ""
    ? Option.some([])
    : stdout.endsWith("\0")
    ? Option.some(stdout.slice(0, -1).split("\0"))
    : Option.none()

/** What is left of a record after `count` fields, each ended by one space. */
const afterFields = (record: string, count: number) => {
  let start = 0
  for (let field = 0; field < count; field++) start = record.indexOf(" ", start) + 1
  return record.slice(start)
}

const STAGED = /^\d{6} [0-9a-f]{40,64} [0-3]\t./s

const staged = (stdout: string) => Option.filter(records(stdout), (all) => all.every((record) => STAGED.test(record)))

/**
 * `git ls-files -z --stage`: `<mode> <object> <stage>\t<path>`. A file in conflict has up to three records. None: it is
 * something else, or the half of it: files that are not in it would silently be no files of the repository.
 *
 * @since 0.1.0
 * @category constructors
 */
export const index = (stdout: string): Option.Option<Index> =>
  Option.map(staged(stdout), (all) => {
    const files = new Set<string>()
    const directories = new Set<string>()
    for (const record of all) {
      const relPath = record.slice(record.indexOf("\t") + 1)
      if (record.startsWith("160000 ")) directories.add(relPath)
      else files.add(relPath)
    }
    return { files: [...files], directories: [...directories] }
  })

/**
 * The same, of the submodules alone: where, and which commit of theirs is checked out.
 *
 * @since 0.1.0
 * @category constructors
 */
export const gitlinks = (
  stdout: string
): Option.Option<ReadonlyArray<{ readonly path: string; readonly commit: string }>> =>
  Option.map(staged(stdout), (all) =>
    all.filter((record) => record.startsWith("160000 ")).map((record) => ({
      commit: record.slice("160000 ".length, record.indexOf(" ", "160000 ".length)),
      path: record.slice(record.indexOf("\t") + 1)
    })))

/** A header, or a path with what happened to it. */
const STATED = /^(?:# |[1u] [A-Z.]{2} .* .|[?!] .)/s

/** With `--branch` the commit is said first, also where there is none. */
const isStatus = (all: ReadonlyArray<string>) =>
  all[0]?.startsWith("# branch.oid ") === true && all.every((record) => STATED.test(record))

/**
 * `git status --porcelain=v2 --branch -z --no-renames`. Paths are relative to the top of the working tree; `prefix` (with
 * its slash at the end) is what is cut off. None: it is something else, or the half of it.
 *
 * @since 0.1.0
 * @category constructors
 */
export const status = (stdout: string, prefix: string): Option.Option<Status> =>
  Option.map(Option.filter(records(stdout), isStatus), (all) => statusOf(all, prefix))

const statusOf = (all: ReadonlyArray<string>, prefix: string): Status => {
  let commit = Option.none<string>()
  const changed: Array<string> = []
  const deleted = new Set<string>()
  const untracked: Array<string> = []
  // a record is `<kind> <XY> ... <path>`, Y being the working tree against the index
  const fields: Readonly<Record<string, number>> = { "1": 8, u: 10, "?": 1 }
  for (const record of all) {
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
