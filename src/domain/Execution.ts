/**
 * @since 0.1.0
 */
import type * as DateTime from "effect/DateTime"
import type * as Option from "effect/Option"

/**
 * How a tool was run: the part of a run that does not depend on what it found.
 *
 * @since 0.1.0
 * @category models
 */
export interface Execution {
  /** The file whose identity decides what ran: for pyright of npm its script, not node. */
  readonly executable: string
  /** None when the tool did not say. */
  readonly version: Option.Option<string>
  readonly args: ReadonlyArray<string>
  readonly cwd: string
  readonly startedAt: DateTime.Utc
  readonly durationMs: number
  readonly exitCode: number
}
