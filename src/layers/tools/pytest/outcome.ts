/**
 * What one report of pytest counts as, and what it says of the reason. The rules are those of pytest's own plugins
 * (`runner`, `terminal`, `skipping`, `subtests`), so that results grouped by outcome are its last line.
 *
 * @since 0.1.0
 */
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type { TestOutcome, TestPhase, TestResult } from "../../../domain/TestReport.js"

/**
 * A result with the paths as pytest has them.
 *
 * @since 0.1.0
 * @category models
 */
export interface RawResult extends Omit<TestResult, "relPath"> {
  /** The file that the test is defined in, relative to pytest's root directory or absolute. */
  readonly location: Option.Option<string>
}

/**
 * What was read of a report, in whichever of the two formats.
 *
 * @since 0.1.0
 * @category models
 */
export interface RawReport {
  readonly results: ReadonlyArray<RawResult>
  readonly pytestVersion: Option.Option<string>
  /** What the session ended with; none when the report has no end. */
  readonly exitStatus: Option.Option<number>
  /** What node ids are relative to, when the report says so. */
  readonly rootdir: Option.Option<string>
  readonly incomplete: Option.Option<string>
  readonly notices: ReadonlyArray<string>
}

/** Longer than any test: a number beyond it was not measured. */
const MAX_SECONDS = 1e9

/**
 * How long something took, in seconds. A clock that was set back makes it negative: that is 0.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Seconds = Schema.clamp(0, MAX_SECONDS)(Schema.Number.pipe(Schema.lessThanOrEqualTo(MAX_SECONDS)))

/**
 * pytest's name of a phase; what it does not name (`???`: a worker that died) happened while the test ran.
 *
 * @since 0.1.0
 * @category getters
 */
export const phaseOf = (when: string): TestPhase =>
  when === "setup" || when === "teardown" || when === "collect" ? when : "call"

/**
 * None when pytest does not count the report: a phase that passed, an attempt that is repeated.
 *
 * @since 0.1.0
 * @category getters
 */
export const outcomeOf = (
  phase: TestPhase,
  { outcome, xfail }: { readonly outcome: string; readonly xfail: boolean }
): Option.Option<TestOutcome> => {
  switch (outcome) {
    case "skipped":
      return Option.some(xfail ? "xfailed" : "skipped")
    case "passed":
      return xfail ? Option.some("xpassed") : phase === "call" ? Option.some("passed") : Option.none()
    case "failed":
      return Option.some(phase === "call" ? "failed" : "error")
    default:
      return Option.none()
  }
}

const MAX_LENGTH = 1000

/**
 * One line, not too long.
 *
 * @since 0.1.0
 * @category getters
 */
export const oneLine = (text: string): string => {
  const line = text.split("\n", 1)[0]?.trim() ?? ""
  return line.length > MAX_LENGTH ? `${line.slice(0, MAX_LENGTH)}...` : line
}

/** Of a traceback as text, the line of the exception; it is marked with `E`. Otherwise the last line of what was said. */
const lastError = (text: string): string => {
  const lines = text.split("\n").map((line) => line.trim()).filter((line) => line !== "")
  return (lines.findLast((line) => /^E\s+\S/.test(line))?.slice(1) ?? lines.at(-1) ?? "").trim()
}

const Crash = Schema.Struct({ reprcrash: Schema.Struct({ message: Schema.String }) })
const Skip = Schema.Tuple(Schema.String, Schema.NullOr(Schema.Number), Schema.String)

const isCrash = Schema.is(Crash)
const isSkip = Schema.is(Skip)

/**
 * The exception in one line, or the reason of a skip.
 *
 * @since 0.1.0
 * @category getters
 */
export const messageOf = (longrepr: unknown): Option.Option<string> => {
  const text = isSkip(longrepr)
    ? longrepr[2].replace(/^Skipped: /, "")
    : isCrash(longrepr)
    ? longrepr.reprcrash.message
    : typeof longrepr === "string"
    ? lastError(longrepr)
    : ""
  return Option.liftPredicate(oneLine(text), (line) => line !== "")
}
