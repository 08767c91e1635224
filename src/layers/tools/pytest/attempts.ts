/**
 * From the phases of tests, as they are reported, to their results: a test counts as what decided it, with the time of all
 * its phases.
 *
 * @since 0.1.0
 */
import * as Option from "effect/Option"
import type { SubtestContext, Test } from "./logLine.js"
import { messageOf, oneLine, outcomeOf, phaseOf, type RawResult } from "./outcome.js"

/** The run of a test from its setup to its teardown; one that is repeated has several. */
interface Attempt {
  readonly testId: string
  readonly location: Option.Option<string>
  durationMs: number
  /** What it counts as; complete with the duration of its teardown. */
  result: Option.Option<RawResult>
  /** It failed and is run again: pytest does not count it. */
  repeated: boolean
}

/** None: nested too deeply. */
const jsonOf = Option.liftThrowable((value: unknown) => JSON.stringify(value))

const descriptionOf = (context: SubtestContext): string => {
  if (typeof context === "string") return context || "(<subtest>)"
  const { kwargs, msg } = context
  const named = Object.entries(kwargs).map(([name, value]) =>
    `${name}=${typeof value === "string" ? value : Option.getOrElse(jsonOf(value), () => "...")}`
  )
  const parts = [...msg === null ? [] : [`[${msg}]`], ...named.length === 0 ? [] : [`(${named.join(", ")})`]]
  return parts.join(" ") || "(<subtest>)"
}

const reasonOf = ({ longrepr, wasxfail }: Test): Option.Option<string> => {
  const expected = typeof wasxfail === "string" ? oneLine(wasxfail.replace(/^reason: /, "")) : ""
  return expected === "" ? messageOf(longrepr) : Option.some(expected)
}

const locationOf = ({ location }: Test) => Option.map(Option.fromNullable(location), ([path]) => path)

const durationOf = ({ duration }: Test) => (duration ?? 0) * 1000

/** None when pytest does not count the report. */
const resultOf = (test: Test, { location, testId }: Pick<Attempt, "testId" | "location">): Option.Option<RawResult> => {
  const phase = phaseOf(test.when)
  return Option.map(outcomeOf(phase, { outcome: test.outcome, xfail: "wasxfail" in test }), (outcome) => ({
    testId,
    location,
    phase,
    outcome,
    durationMs: Option.some(durationOf(test)),
    message: outcome === "passed" ? Option.none() : reasonOf(test)
  }))
}

/**
 * Only a failure counts; the plugin for pytest before 9, which has subtests itself, also counts skips.
 *
 * @since 0.1.0
 * @category getters
 */
export const ofSubtest = (
  test: Test,
  context: SubtestContext,
  pytestVersion: Option.Option<string>
): Option.Option<RawResult> => {
  const isPlugin = Option.exists(pytestVersion, (version) => Number.parseInt(version, 10) < 9)
  const counts = !("wasxfail" in test) && (test.outcome === "failed" || (isPlugin && test.outcome === "skipped"))
  return counts
    ? Option.map(resultOf(test, { testId: test.nodeid, location: locationOf(test) }), (result) => ({
      ...result,
      message: Option.some([descriptionOf(context), ...Option.toArray(result.message)].join(": "))
    }))
    : Option.none()
}

/**
 * @since 0.1.0
 * @category models
 */
export interface Attempts {
  readonly add: (test: Test) => void
  /**
   * Ends those that are still open. Gives the tests whose end was not reported, as `crashed`; of a session that is
   * `whole`, one that an xdist worker left behind as it went on has its result.
   */
  readonly end: (session: {
    readonly whole: boolean
    /** An end may be in a line that cannot be read. */
    readonly hasGaps: boolean
    /** What happened to them. */
    readonly message: string
  }) => ReadonlyArray<RawResult>
}

/**
 * `push` takes each result when it is complete.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = (push: (result: RawResult) => void): Attempts => {
  const attempts = new Map<string, Attempt>()

  const close = (key: string, { durationMs, result }: Attempt) => {
    attempts.delete(key)
    if (Option.isSome(result)) push({ ...result.value, durationMs: Option.some(durationMs) })
  }

  /** A worker that died says nothing any more; the controller says it of the test. */
  const addOfDeadWorker = (test: Test) => {
    const open = [...attempts].find(([, attempt]) => attempt.testId === test.nodeid && Option.isNone(attempt.result))
    if (open !== undefined) attempts.delete(open[0])
    const result = resultOf(test, open?.[1] ?? { testId: test.nodeid, location: Option.none() })
    if (Option.isSome(result)) push({ ...result.value, durationMs: Option.none() })
  }

  const add = (test: Test) => {
    const { nodeid: testId, outcome, when } = test
    if (when === "???") return addOfDeadWorker(test)
    const durationMs = durationOf(test)
    const key = `${test.worker_id ?? ""} ${testId}`
    const before = attempts.get(key)
    if (before !== undefined && when === "setup") close(key, before)
    const attempt: Attempt = attempts.get(key) ??
      { testId, location: locationOf(test), durationMs: 0, result: Option.none(), repeated: false }
    attempts.set(key, attempt)
    const result = resultOf(test, attempt)
    if (when === "teardown") {
      if (Option.isNone(result)) attempt.durationMs += durationMs
      close(key, attempt)
      if (Option.isSome(result)) push(result.value)
      return
    }
    attempt.durationMs += durationMs
    attempt.repeated = outcome === "rerun"
    if (Option.isSome(result)) attempt.result = result
  }

  const end: Attempts["end"] = ({ hasGaps, message, whole }) =>
    [...attempts].flatMap(([key, attempt]) => {
      const { location, repeated, result, testId } = attempt
      close(key, attempt)
      if (repeated || (whole && (Option.isSome(result) || hasGaps))) return []
      return {
        testId,
        location,
        phase: Option.isSome(result) ? "teardown" as const : "call" as const,
        outcome: "crashed" as const,
        durationMs: Option.none(),
        message: Option.some(message)
      }
    })

  return { add, end }
}
