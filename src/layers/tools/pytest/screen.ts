/**
 * What pytest says on its screen and in no report: its root directory, why it ended early, and its own last line.
 *
 * @since 0.1.0
 */
import * as Option from "effect/Option"
import type { TestOutcome, TestResult } from "../../../domain/TestReport.js"

/**
 * From a line of the header: `rootdir: /repo`, before pytest 8 with `, configfile: tox.ini` and more behind it.
 *
 * @since 0.1.0
 * @category getters
 */
export const rootdirIn = (line: string): Option.Option<string> =>
  Option.fromNullable(/^rootdir: (\/.*?)(?:, (?:configfile|inifile|testpaths): .*)?$/.exec(line)?.[1])

/** Of the last lines, more than pytest and its plugins write after what ended the session. */
const LAST_LINES = 12

const lastLines = (stdout: string): ReadonlyArray<string> =>
  stdout.split("\n").map((line) => line.trim()).filter((line) => line !== "").slice(-LAST_LINES)

/**
 * Why not all tests ran: `stopping after 1 failures`, `_pytest.outcomes.Exit: enough`, `KeyboardInterrupt`. The report
 * says nothing of it, and the exit code may be that of a whole run.
 *
 * @since 0.1.0
 * @category getters
 */
export const endedEarly = (stdout: string): Option.Option<string> =>
  Option.firstSomeOf(
    lastLines(stdout).map((line) => Option.fromNullable(/^!{3,} (.+) !{3,}$/.exec(line)?.[1]))
  )

/**
 * Whether `pytest.exit` ended it: by the wish of the code, which may ask for any exit code.
 *
 * @since 0.1.0
 * @category predicates
 */
export const isExit = (reason: string): boolean => reason.startsWith("_pytest.outcomes.Exit")

/**
 * Outcome -> how many results.
 *
 * @since 0.1.0
 * @category models
 */
export type Counts = Readonly<Record<string, number>>

const words: Readonly<Record<string, TestOutcome>> = {
  passed: "passed",
  failed: "failed",
  error: "error",
  errors: "error",
  skipped: "skipped",
  xfailed: "xfailed",
  xpassed: "xpassed"
}

/**
 * `=== 1 failed, 3 passed, 2 warnings in 0.12s ===`: what pytest counted. None when a plugin has another last line.
 *
 * @since 0.1.0
 * @category getters
 */
export const countsIn = (stdout: string): Option.Option<Counts> => {
  const line = lastLines(stdout).findLast((each) => /^=*\s?(?:\d+ \w|no tests ran).* in [\d.]+s/.test(each))
  return Option.map(Option.fromNullable(line), (text) =>
    Object.fromEntries(
      [...text.matchAll(/(\d+) (\w+)(?=,| in )/g)].flatMap(([, count = "", word = ""]) => {
        const outcome = words[word]
        return outcome === undefined ? [] : [[outcome, Number(count)]]
      })
    ))
}

const text = (counts: Counts) =>
  Object.entries(counts).sort().map(([outcome, count]) => `${count} ${outcome}`).join(", ") || "nothing"

/**
 * What to say when pytest counted something else than is in the results; tests that crashed it did not count.
 *
 * @since 0.1.0
 * @category getters
 */
export const disagreement = (
  counts: Counts,
  results: ReadonlyArray<Pick<TestResult, "outcome">>
): Option.Option<string> => {
  const ours: Record<string, number> = {}
  for (const { outcome } of results) if (outcome !== "crashed") ours[outcome] = (ours[outcome] ?? 0) + 1
  return text(ours) === text(counts)
    ? Option.none()
    : Option.some(`pytest's own last line has ${text(counts)}; its report has ${text(ours)}`)
}
