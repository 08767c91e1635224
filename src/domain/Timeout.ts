/**
 * A limit of time as people write it: `300` is seconds, else `"300 seconds"`, `"5 minutes"`.
 *
 * @since 0.1.0
 */
import * as Duration from "effect/Duration"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import * as ParseResult from "effect/ParseResult"
import * as Schema from "effect/Schema"

/**
 * None: it is no limit.
 *
 * @since 0.1.0
 * @category constructors
 */
export const timeoutOf = (value: number | string): Option.Option<Duration.Duration> => {
  const bare = typeof value === "number" || /^\s*\d+(\.\d+)?\s*$/.test(value)
  return Option.filter(
    bare ? Option.some(Duration.seconds(Number(value))) : Duration.decodeUnknown(value.trim()),
    (duration) => Duration.isFinite(duration) && Duration.greaterThan(duration, Duration.zero)
  )
}

/**
 * What is wrong with a text that is none.
 *
 * @since 0.1.0
 * @category constructors
 */
export const noTimeout = "is not a time above zero such as 300 (seconds), \"300 seconds\" or \"5 minutes\""

/**
 * @since 0.1.0
 * @category schemas
 */
export const Timeout = Schema.transformOrFail(
  Schema.Union(Schema.Number, Schema.String).annotations({ message: () => ({ message: noTimeout, override: true }) }),
  Schema.DurationFromSelf,
  {
    strict: true,
    decode: (value, _, ast) => Either.fromOption(timeoutOf(value), () => new ParseResult.Type(ast, value, noTimeout)),
    encode: (duration) => ParseResult.succeed(Duration.toSeconds(duration))
  }
)
