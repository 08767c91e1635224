/**
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"

/**
 * `2025-01-31`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Day = Schema.String.pipe(
  Schema.filter((day) => /^\d{4}-\d\d-\d\d$/.test(day) && !Number.isNaN(Date.parse(day)), {
    jsonSchema: { pattern: "^\\d{4}-\\d\\d-\\d\\d$" }
  })
)

/**
 * @since 0.1.0
 * @category guards
 */
export const isDay = Schema.is(Day)
