/**
 * Patches that git prints, without context: which lines of which files were changed.
 *
 * @since 0.1.0
 */
import * as Option from "effect/Option"
import type { Hunk } from "../../domain/Churn.js"

/**
 * One commit, or the difference to the working tree.
 *
 * @since 0.1.0
 * @category models
 */
export type Patch = ReadonlyMap<string, ReadonlyArray<Hunk>>

/** What `--format` puts before each commit. */
const COMMIT = /^\u0001[0-9a-f]{40,64}$/

const HUNK = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/

/** Lines about a file that say nothing of its lines. */
const ABOUT = /^(index |(new|deleted) file mode |(old|new) mode |Binary files |\\ |$)/

const escapes: Readonly<Record<string, string>> = {
  a: "\u0007",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v"
}

/** `\303\244`: bytes of UTF-8, which make a character together. */
const decoded = (octal: string): string =>
  new TextDecoder().decode(Uint8Array.from(octal.slice(1).split("\\"), (digits) => parseInt(digits, 8)))

/** `"b/a\tname"`, as git writes a name that is no plain text, without what is before the name. */
const pathOf = (said: string): string => {
  // git puts a tab after a name with a space
  const bare = said.startsWith("\"") ? said.slice(1, said.lastIndexOf("\"")) : said.replace(/\t$/, "")
  const unquoted = said.startsWith("\"")
    ? bare.replace(
      /((?:\\[0-7]{3})+)|\\(.)/g,
      (_, bytes: string | undefined, letter: string) => bytes === undefined ? escapes[letter] ?? letter : decoded(bytes)
    )
    : bare
  return unquoted.slice(2)
}

const countOf = (digits: string | undefined) => digits === undefined ? 1 : Number(digits)

/**
 * `git log --format=%x01%H -p -U0` or `git diff -U0`, with the prefixes `a/` and `b/`: the patches in their order; without a
 * line that begins a commit, one. None: it is something else, or ends in the middle of a change.
 *
 * @since 0.1.0
 * @category constructors
 */
export const patches = (stdout: string, isLog: boolean): Option.Option<ReadonlyArray<Patch>> => {
  const found: Array<Map<string, Array<Hunk>>> = isLog ? [] : [new Map()]
  let oldPath = ""
  let hunks: Array<Hunk> | undefined
  let left = 0
  for (let from = 0; from < stdout.length;) {
    const at = stdout.indexOf("\n", from)
    const line = stdout.slice(from, at < 0 ? stdout.length : at)
    from = at < 0 ? stdout.length : at + 1
    if (left > 0) {
      if (line.startsWith("\\")) continue
      if (!line.startsWith("+") && !line.startsWith("-")) return Option.none()
      left--
    } else if (isLog && COMMIT.test(line)) {
      found.push(new Map())
    } else if (line.startsWith("diff --git ")) {
      hunks = undefined
    } else if (line.startsWith("--- ")) {
      oldPath = line.slice(4)
    } else if (line.startsWith("+++ ")) {
      const said = line.slice(4)
      hunks = []
      found.at(-1)?.set(pathOf(said === "/dev/null" ? oldPath : said), hunks)
    } else if (!ABOUT.test(line)) {
      const hunk = HUNK.exec(line)
      if (hunk === null || hunks === undefined || found.length === 0) return Option.none()
      const [, oldStart, oldLines, newStart, newLines] = hunk
      hunks.push({
        oldStart: Number(oldStart),
        oldLines: countOf(oldLines),
        newStart: Number(newStart),
        newLines: countOf(newLines)
      })
      left = countOf(oldLines) + countOf(newLines)
    }
  }
  return left > 0 ? Option.none() : Option.some(found)
}
