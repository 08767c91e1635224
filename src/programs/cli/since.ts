/**
 * @since 0.1.0
 */
import * as Options from "@effect/cli/Options"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { isDay } from "../../domain/Day.js"
import { UsageError } from "./exit.js"

/**
 * `--since 2025-01-31`.
 *
 * @since 0.1.0
 */
export const option = Options.text("since").pipe(
  Options.withDescription("first day whose changes count, as 2025-01-31; a year before the commit unless given"),
  Options.optional
)

/**
 * As the programs take it.
 *
 * @since 0.1.0
 */
export const given = (since: Option.Option<string>): Effect.Effect<{ readonly since?: string }, UsageError> =>
  Option.match(since, {
    onNone: () => Effect.succeed({}),
    onSome: (day) =>
      isDay(day)
        ? Effect.succeed({ since: day })
        : new UsageError({ message: `--since ${day}: give a day, as 2025-01-31` })
  })
