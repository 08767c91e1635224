/**
 * Revisions: which commit is meant, and its files in a directory of their own.
 *
 * The directory is a repository that borrows the objects of the one it is made from: tools find the ignore rules of a
 * repository in it, nothing above it, and the analysed repository is not written to (`git worktree` would be seen in it).
 *
 * @since 0.1.0
 */
import type { PlatformError } from "@effect/platform/Error"
import type * as FileSystem from "@effect/platform/FileSystem"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { RevisionError, type ToolExecution, type ToolNotFound } from "../../domain/errors.js"
import { defaultSettings } from "../../domain/ToolsConfig.js"
import type { Git, GitOptions } from "../../services/Git.js"
import { gitlinks } from "./gitOutput.js"
import { type GitProcess, MAX_LISTING_BYTES, NO_WORKING_TREE, type Place, refusedByFiles } from "./gitProcess.js"

/** What decides which bytes are on disk, and which files git ignores. */
const SETTINGS = "^core\\.(autocrlf|eol|symlinks|ignorecase|precomposeunicode|protecthfs|protectntfs|sparsecheckout|" +
  "sparsecheckoutcone|excludesfile|attributesfile)$"

/** Files below the git directory with a say in the same. */
const BESIDE = ["info/exclude", "info/attributes", "info/sparse-checkout", "shallow"]

const quoted = (value: string) => `"${value.replaceAll("\\", "\\\\").replaceAll("\"", "\\\"").replaceAll("\n", "\\n")}"`

/** `git config -z`: name, newline, value (none: true), NUL. */
const configuration = (stdout: string): string =>
  ["[core]\n"].concat(
    stdout.split("\0").filter((record) => record !== "").map((record) => {
      const end = record.indexOf("\n")
      const [name, value] = end < 0 ? [record, "true"] : [record.slice(0, end), record.slice(end + 1)]
      return `\t${name.slice("core.".length)} = ${quoted(value)}\n`
    })
  ).join("")

/** The command that brings what a clone lacks. */
const fetchOf = (revision: string, shallow: boolean): string => {
  if (/^[0-9a-f]{40}([0-9a-f]{24})?$/.test(revision)) return `fetch it: git fetch --depth=1 origin ${revision}`
  const [, remote, branch] = /^(?:refs\/remotes\/)?([\w.-]+)\/([\w./-]+)$/.exec(revision) ?? []
  if (remote !== undefined && branch !== undefined) {
    const depth = shallow ? " --depth=50" : ""
    return `fetch it: git fetch${depth} ${remote} +refs/heads/${branch}:refs/remotes/${remote}/${branch}`
  }
  return shallow ? "fetch the history: git fetch --unshallow" : "see `git log --all`, or fetch it: git fetch origin"
}

/**
 * @since 0.1.0
 * @category constructors
 */
export const make = (
  { demand, read, refused, run }: GitProcess,
  fs: FileSystem.FileSystem
): Pick<typeof Git.Service, "prefix" | "commitOf" | "mergeBase" | "checkOut"> => {
  const placeOf = (cwd: string, { settings = defaultSettings, untrusted = false }: GitOptions): Place => ({
    cwd,
    settings,
    ...(untrusted && { untrustedRoot: cwd })
  })

  const fails = (place: Place, revision: string, reason: RevisionError["reason"], problem: string, hint: string) =>
    new RevisionError({ root: place.cwd, revision, reason, problem, hint })

  const isShallow = Effect.fnUntraced(function*(place: Place) {
    const result = yield* run(place, ["rev-parse", "--is-shallow-repository"])
    return result.stdout.trim() === "true"
  })

  const prefix = Effect.fn("Git.prefix")(function*(directory: string, options: GitOptions = {}) {
    const place = placeOf(directory, options)
    const result = yield* run(place, ["rev-parse", "--show-prefix"])
    return (yield* demand(place, result, [0])).replace(/\n$/, "")
  })

  const commitOf = Effect.fn("Git.commitOf")(function*(directory: string, revision: string, options: GitOptions = {}) {
    const place = placeOf(directory, options)
    const result = yield* run(place, ["rev-parse", "--verify", "--quiet", "--end-of-options", `${revision}^{commit}`])
    const commit = result.stdout.trim()
    if (result.exitCode === 0 && /^[0-9a-f]{40,64}$/.test(commit)) return commit
    if (NO_WORKING_TREE.test(result.stderr)) {
      return yield* fails(place, revision, "NoRepository", "this is no git repository", "name a directory of one")
    }
    if (/dubious ownership/.test(result.stderr)) return yield* refused(place, result, "ExitCode")
    const shallow = yield* isShallow(place)
    return yield* shallow
      ? fails(place, revision, "Shallow", "this clone is shallow, and has no such commit", fetchOf(revision, true))
      : fails(place, revision, "Unknown", "git knows no such commit", fetchOf(revision, false))
  })

  const mergeBase = Effect.fn("Git.mergeBase")(
    function*(directory: string, revision: string, options: GitOptions = {}) {
      const place = placeOf(directory, options)
      const commit = yield* commitOf(directory, revision, options)
      const result = yield* run(place, ["merge-base", commit, "HEAD"])
      if (result.exitCode === 0) return Option.some(result.stdout.trim())
      yield* demand(place, result, [1])
      if (!(yield* isShallow(place))) return Option.none<string>()
      return yield* fails(
        place,
        revision,
        "Shallow",
        "this clone is shallow, and ends before the commit where the two histories part",
        "fetch more of it: git fetch --deepen=200"
      )
    }
  )

  const written = <A>({ cwd }: Place, effect: Effect.Effect<A, PlatformError>): Effect.Effect<A, ToolExecution> =>
    Effect.mapError(effect, refusedByFiles(cwd))

  /** Of all that is asked about the place itself, a line each; names with a newline in them are not told apart. */
  const about = Effect.fnUntraced(function*(place: Place) {
    const paths = ["objects", ...BESIDE].flatMap((name) => ["--git-path", name])
    const result = yield* run(place, ["rev-parse", "--show-object-format", "--show-prefix", ...paths])
    const lines = (yield* demand(place, result, [0])).split("\n").slice(0, -1)
    const [format = "", prefix = "", objects = "", ...beside] = lines
    if (lines.length !== BESIDE.length + 3) return yield* refused(place, result, "MalformedOutput")
    const absolute = (path: string) => path.startsWith("/") ? path : `${place.cwd}/${path}`
    const settings = yield* run(place, ["config", "-z", "--get-regexp", SETTINGS])
    return {
      format,
      prefix: prefix.replace(/\/$/, ""),
      objects: absolute(objects),
      beside: beside.map(absolute),
      configuration: configuration(yield* demand(place, settings, [0, 1]))
    }
  })

  /** The files of the whole commit at `destination`; the place of `place.cwd` in it. */
  const tree = (
    place: Place,
    commit: string,
    destination: string
  ): Effect.Effect<string, RevisionError | ToolNotFound | ToolExecution> =>
    Effect.gen(function*() {
      const { beside, configuration, format, objects, prefix } = yield* about(place)
      const there: Place = { ...place, cwd: destination }
      yield* written(place, fs.makeDirectory(destination, { recursive: true }))
      yield* Effect.flatMap(
        run(there, ["init", "--quiet", "--template=", `--object-format=${format}`, "."]),
        (result) => demand(there, result, [0])
      )
      yield* written(
        place,
        Effect.gen(function*() {
          yield* fs.makeDirectory(`${destination}/.git/info`, { recursive: true })
          yield* fs.writeFileString(`${destination}/.git/objects/info/alternates`, `${yield* fs.realPath(objects)}\n`)
          yield* fs.writeFileString(`${destination}/.git/config`, configuration, { flag: "a" })
          for (const [index, file] of beside.entries()) {
            if (yield* fs.exists(file)) yield* fs.copyFile(file, `${destination}/.git/${BESIDE[index] ?? ""}`)
          }
        })
      )
      const result = yield* run(there, ["checkout", "--quiet", "--force", "--detach", commit, "--"])
      if (
        result.exitCode !== 0 &&
        /unable to read|missing blob|promisor|could not fetch|unable to access/.test(result.stderr)
      ) {
        return yield* fails(
          place,
          commit,
          "Incomplete",
          "some of its files are not in this clone",
          `fetch them: git checkout --detach ${commit} && git checkout -`
        )
      }
      yield* demand(there, result, [0])
      yield* submodules(place, prefix, there)
      const counterpart = prefix === "" ? destination : `${destination}/${prefix}`
      if (!(yield* written(place, fs.exists(counterpart)))) {
        return yield* fails(place, commit, "NoDirectory", `there was no ${prefix} in it`, "name the directory above it")
      }
      return counterpart
    })

  /** Those that are not checked out here are left out there as well. */
  const submodules = Effect.fnUntraced(function*(place: Place, prefix: string, there: Place) {
    const result = yield* run(there, ["ls-files", "-z", "--stage"], MAX_LISTING_BYTES)
    const links = yield* read(there, result, gitlinks)
    const top = prefix === "" ? place.cwd : place.cwd.slice(0, -prefix.length - 1)
    for (const { commit, path } of links) {
      const source = `${top}/${path}`
      const isHere = yield* written(
        place,
        Effect.all([fs.exists(`${source}/.git`), Effect.orElseSucceed(fs.realPath(source), () => "")])
      )
      if (!isHere[0] || isHere[1] !== source) continue
      const inner: Place = { ...place, cwd: source }
      const known = yield* run(inner, ["cat-file", "-e", `${commit}^{tree}`])
      if (known.exitCode !== 0) {
        return yield* fails(
          inner,
          commit,
          "Incomplete",
          `the submodule ${path} has no such commit`,
          `fetch it: git -C '${source}' fetch origin ${commit}`
        )
      }
      yield* tree(inner, commit, `${there.cwd}/${path}`)
    }
  })

  const checkOut = Effect.fn("Git.checkOut")(
    function*(directory: string, commit: string, destination: string, options: GitOptions = {}) {
      return yield* tree(placeOf(directory, options), commit, destination)
    }
  )

  return { prefix, commitOf, mergeBase, checkOut }
}
