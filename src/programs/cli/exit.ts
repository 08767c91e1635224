/**
 * @since 0.1.0
 */
import * as Data from "effect/Data"

/**
 * The command has said all there is to say, and ends with this code.
 *
 * @since 0.1.0
 * @category errors
 */
export class ExitWith extends Data.TaggedError("ExitWith")<{ readonly code: number }> {}

/**
 * A command line that cannot be meant.
 *
 * @since 0.1.0
 * @category errors
 */
export class UsageError extends Data.TaggedError("UsageError")<{ readonly message: string }> {}
