/** The law of every parser of what comes from outside. */
import { assert } from "@effect/vitest"
import { Cause, Effect, Exit, Option } from "effect"

/** Fails the test for anything but a value or a failure that is typed. */
export const total = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.map(Effect.exit(effect), (exit) => {
    if (Exit.isFailure(exit) && Option.isNone(Cause.failureOption(exit.cause))) assert.fail(Cause.pretty(exit.cause))
    return Exit.isSuccess(exit) ? Option.some(exit.value) : Option.none()
  })

/** And what is true of what it gives. */
export const law = <A, E, R>(effect: Effect.Effect<A, E, R>, holds: (value: A) => void) =>
  Effect.asVoid(Effect.map(total(effect), Option.map(holds)))
