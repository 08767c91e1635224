/**
 * Whether a session of pytest came to its end: by its exit code, its report and its screen together, for none of them
 * tells alone. A test that calls `os._exit(0)` makes 0 and no end of the report; `pytest.exit(returncode=0)` makes 0 and
 * an end; a hook may change the exit code of a whole session.
 *
 * @since 0.1.0
 */
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import { constants } from "node:os"
import type { ToolExecution, ToolExecutionReason } from "../../../domain/errors.js"
import type { ToolRunResult } from "../../../domain/ToolInvocation.js"
import type { RawReport } from "./outcome.js"
import * as Screen from "./screen.js"

/** Passed, failed, no tests: all that there was to run was run, or `-x` ended it. */
const isOrderly = (status: number): boolean => status === 0 || status === 1 || status === 5

/**
 * Why the run of pytest failed.
 *
 * @since 0.1.0
 * @category models
 */
export interface Failure {
  readonly reason: ToolExecutionReason
  readonly problem: string
}

const failed = (exitCode: number, problem: string): Either.Either<never, Failure> =>
  Either.left({ reason: isOrderly(exitCode) ? "MalformedOutput" : "ExitCode", problem })

/**
 * Right: what a user should know. Failing tests are no failure, and no more is a session that found none or that `-x`
 * ended: that one is incomplete.
 *
 * @since 0.1.0
 * @category getters
 */
export const judge = (
  { exitCode }: Pick<ToolRunResult, "exitCode">,
  { early }: Pick<Screen.End, "early">,
  report: Option.Option<RawReport>
): Either.Either<ReadonlyArray<string>, Failure> => {
  if (Option.isNone(report)) return failed(exitCode, "pytest wrote no report")
  const { exitStatus, incomplete, results } = report.value
  if (Option.isNone(exitStatus)) {
    return failed(exitCode, Option.getOrElse(incomplete, () => "the report has no end"))
  }
  const exit = Option.filter(early, Screen.isExit)
  if (Option.isSome(exit)) return failed(exitCode, exit.value)
  if (!isOrderly(exitCode) || !isOrderly(exitStatus.value)) {
    return failed(exitCode, Option.getOrElse(incomplete, () => `pytest ended with ${exitStatus.value}`))
  }
  // 5 says that there are none; `--collect-only` and the like run none, and end well
  if (results.length === 0 && exitStatus.value !== 5) {
    const problem = `pytest ended with ${exitStatus.value}, and reported no test`
    return Either.left({ reason: "NothingAnalyzed", problem: Option.getOrElse(incomplete, () => problem) })
  }
  return Either.right(
    exitStatus.value === exitCode
      ? []
      : [`the session ended with ${exitStatus.value}, and the process with ${exitCode}`]
  )
}

/**
 * What ended a process that did not end by itself, and its exit code as a shell has it: 139 for `SIGSEGV`. One that we
 * end gets `SIGTERM`.
 *
 * @since 0.1.0
 * @category getters
 */
export const killed = (failure: ToolExecution): { readonly why: string; readonly exitCode: number } => {
  const signals: Readonly<Record<string, number>> = constants.signals
  const number = signals[failure.signal ?? "SIGTERM"] ?? constants.signals.SIGTERM
  return {
    why: failure.reason === "Signal"
      ? `the process was ended by ${failure.signal ?? "a signal"}`
      : failure.reason === "Timeout"
      ? `it was stopped after ${Math.round(failure.durationMs / 1000)} s`
      : failure.reason,
    exitCode: failure.exitCode ?? 128 + number
  }
}
