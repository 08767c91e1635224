/**
 * @since 0.1.0
 */
import * as DateTime from "effect/DateTime"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"

/** 2025-02-31 is read as the third of March. */
const isInCalendar = (day: string): boolean =>
  Option.exists(DateTime.make(day), (at) => DateTime.formatIsoDateUtc(at) === day)

/**
 * `2025-01-31`: a day that there is.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Day = Schema.String.pipe(
  Schema.filter((day) => /^\d{4}-\d\d-\d\d$/.test(day) && isInCalendar(day), {
    jsonSchema: { pattern: "^\\d{4}-\\d\\d-\\d\\d$" }
  })
)

/**
 * @since 0.1.0
 * @category guards
 */
export const isDay = Schema.is(Day)
