/**
 * The log of pytest-reportlog: one JSON object a line, written as things happen, so that a process that dies leaves what
 * it had reported.
 *
 * @since 0.1.0
 */
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import * as Attempts from "./attempts.js"
import { LogLine, read, type Unread } from "./logLine.js"
import { messageOf, type RawReport, type RawResult } from "./outcome.js"

/** Of the tests that ran as the process ended: as many as pytest-xdist has workers. */
const MAX_NAMED = 3

/**
 * @since 0.1.0
 * @category models
 */
export interface ReportLog {
  /** One that cannot be read is counted, and makes the report incomplete. */
  readonly add: (line: string) => void
  /** The last line, without a line end: the process was killed as it wrote, and the line may be whole or not. */
  readonly addUnended: (line: string) => void
  /** What the lines add up to; none when not one of them is of a report log. */
  readonly end: () => Option.Option<RawReport>
}

/**
 * @since 0.1.0
 * @category constructors
 */
export const make = (): ReportLog => {
  let results: Array<RawResult> = []
  const push = (result: RawResult) => {
    results.push(result)
  }
  let attempts = Attempts.make(push)
  /** How many there are of what a session writes once. */
  let starts = 0
  let finishes = 0
  let pytestVersion = Option.none<string>()
  let exitStatus = Option.none<number>()
  /** The test that was heard of last. */
  let last = Option.none<string>()
  let uncollected = 0
  let lines = 0
  let isLog = false
  let unread = 0
  /** Of the lines that cannot be read, the first. */
  let firstUnread = Option.none<{ readonly line: number; readonly problem: string }>()

  const begin = () => {
    results = []
    attempts = Attempts.make(push)
    exitStatus = Option.none()
    last = Option.none()
    uncollected = 0
  }

  const take = LogLine.$match({
    Start: (start) => {
      // the same tests once more would count twice
      if (starts++ > 0) begin()
      pytestVersion = Option.some(start.pytestVersion)
    },
    Finish: (finish) => {
      finishes++
      exitStatus = Option.some(finish.exitStatus)
    },
    Collected: ({ collected: { longrepr, nodeid, outcome } }) => {
      if (outcome === "passed") return
      if (outcome === "failed") uncollected++
      push({
        testId: nodeid,
        location: Option.none(),
        phase: "collect",
        outcome: outcome === "skipped" ? "skipped" : "error",
        durationMs: Option.none(),
        message: messageOf(longrepr)
      })
    },
    Test: ({ test }) => {
      const context = test["_subtest.context"]
      if (context !== undefined) {
        Option.map(Attempts.ofSubtest(test, context, pytestVersion), push)
        return
      }
      last = Option.some(test.nodeid)
      attempts.add(test)
    },
    Other: () => {}
  })

  const takeLine = (line: string): Either.Either<void, Unread> => {
    const found = read(line)
    isLog ||= Either.match(found, { onLeft: ({ isOfLog }) => isOfLog, onRight: () => true })
    return Either.map(found, take)
  }

  /** All tests were run, or `-x` ended it; with errors in collection, the user wants those of the other files. */
  const isWhole = () => Option.exists(exitStatus, (status) => status === 0 || status === 1)

  const inCollection = () => uncollected === 1 ? "1 error in collection" : `${uncollected} errors in collection`

  const unreadLines = () =>
    Option.toArray(firstUnread).map(({ line }) =>
      unread === 1
        ? `line ${line} of the report cannot be read`
        : `${unread} lines of the report cannot be read, the first is line ${line}`
    )

  const incompleteBecause = (open: ReadonlyArray<RawResult>): Option.Option<string> => {
    const running = [
      ...open.slice(0, MAX_NAMED).map(({ testId }) => testId),
      ...open.length > MAX_NAMED ? [`${open.length - MAX_NAMED} more`] : []
    ]
    const during = open.length > 0
      ? `while ${running.join(", ")} ran`
      : Option.match(last, {
        onNone: () => "before any test had ended",
        onSome: (testId) => `after ${testId}, in something that had not reported yet`
      })
    const reasons = [
      ...uncollected === 0 || isWhole() ? [] : [inCollection()],
      ...Option.match(exitStatus, {
        onNone: () => [`the process ended ${during}`],
        onSome: (status) =>
          open.length > 0
            ? [`the session was ended ${during}`]
            : status === 2 && uncollected === 0
            ? ["the session was interrupted"]
            : status > 2 && status !== 5
            ? [`pytest ended with ${status}`]
            : []
      }),
      ...starts > 1 ? [`the report has ${starts} sessions, of which the last counts`] : [],
      // a test that forks and goes on in both
      ...starts < 2 && finishes > 1 ? [`${finishes} processes wrote the report: results may be there twice`] : [],
      ...unreadLines()
    ]
    return reasons.length === 0 ? Option.none() : Option.some(reasons.join("; "))
  }

  const end = (): RawReport => {
    const open = attempts.end({
      whole: isWhole(),
      hasGaps: unread > 0,
      message: Option.isSome(exitStatus) ? "the session was ended while it ran" : "the process ended while it ran"
    })
    results.push(...open)
    return {
      results,
      pytestVersion,
      exitStatus,
      rootdir: Option.none(),
      incomplete: incompleteBecause(open),
      notices: [
        ...Option.contains(exitStatus, 5) ? ["pytest found no tests to run"] : [],
        ...uncollected > 0 && isWhole() ? [`${inCollection()}: the tests of such a file are not known`] : [],
        ...Option.toArray(firstUnread).flatMap(({ problem }) => unreadLines().map((said) => `${said}: ${problem}`))
      ]
    }
  }

  return {
    add: (line) => {
      lines++
      const taken = takeLine(line)
      if (Either.isRight(taken)) return
      unread++
      firstUnread = Option.orElse(firstUnread, () => Option.some({ line: lines, problem: taken.left.problem }))
    },
    addUnended: (line) => {
      takeLine(line)
    },
    end: () => isLog ? Option.some(end()) : Option.none()
  }
}
