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

/** Characters, more than those lines have: a session may say hundreds of megabytes. */
const TAIL = 64 * 1024

const isCounts = (line: string): boolean => /^=*\s?(?:\d+ \w|no tests ran).* in [\d.]+s/.test(line)

/** What pytest writes before why it ended early; above it may be what tests have said. */
const isAbove = (line: string): boolean => /^(?:=|FAILED|ERROR|-+ generated report log file: )/.test(line)

/** Beside the counts: it is the last line before them, and for `pytest.exit` after the tests the first behind them. */
const endedEarly = (lines: ReadonlyArray<string>): Option.Option<string> => {
  const counted = lines.findLastIndex(isCounts)
  const before = counted === -1 ? lines : lines.slice(0, counted)
  const after = counted === -1 ? [] : lines.slice(counted + 1)
  return Option.firstSomeOf(
    [...before.slice(before.findLastIndex(isAbove) + 1), ...after]
      .map((line) => Option.fromNullable(/^!{3,} (.+) !{3,}$/.exec(line)?.[1]))
  )
}

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

const countsIn = (lines: ReadonlyArray<string>): Option.Option<Counts> =>
  Option.map(Option.fromNullable(lines.findLast(isCounts)), (text) =>
    Object.fromEntries(
      [...text.matchAll(/(\d+) (\w+)(?=,| in )/g)].flatMap(([, count = "", word = ""]) => {
        const outcome = words[word]
        return outcome === undefined ? [] : [[outcome, Number(count)]]
      })
    ))

/**
 * How a session ended, as its screen says.
 *
 * @since 0.1.0
 * @category models
 */
export interface End {
  /**
   * Why not all tests ran: `stopping after 1 failures`, `_pytest.outcomes.Exit: enough`, `KeyboardInterrupt`. The report
   * says nothing of it, and the exit code may be that of a whole run.
   */
  readonly early: Option.Option<string>
  /**
   * `=== 1 failed, 3 passed, 2 warnings in 0.12s ===`: what pytest counted. None when a plugin has another last line.
   */
  readonly counts: Option.Option<Counts>
}

/**
 * @since 0.1.0
 * @category getters
 */
export const endOf = (stdout: string): End => {
  const lines = stdout.slice(-TAIL).split("\n").map((line) => line.trim()).filter((line) => line !== "")
    .slice(-LAST_LINES)
  return { early: endedEarly(lines), counts: countsIn(lines) }
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
