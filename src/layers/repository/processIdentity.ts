/**
 * Whether a process that is known by its number still lives.
 *
 * @since 0.1.0
 */
import * as FileSystem from "@effect/platform/FileSystem"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"

/** Signal 0 only asks; EPERM: it is there, and of another user. */
const exists = (pid: number) =>
  Effect.try({
    try: () => process.kill(pid, 0),
    catch: (error) => Predicate.hasProperty(error, "code") && error.code === "EPERM"
  }).pipe(Effect.merge)

/** `pid (name) state ...`, the name with anything in it; the start is field 22, in ticks since the machine started. */
const parse = (stat: string) => {
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ")
  return { state: fields[0], start: Option.fromNullable(fields[19]) }
}

const statOf = Effect.fnUntraced(function*(pid: number) {
  const fs = yield* FileSystem.FileSystem
  return Option.map(yield* Effect.option(fs.readFileString(`/proc/${pid}/stat`)), parse)
})

/**
 * When a process started, in a form that is only compared. None where the system does not say (no `/proc`).
 *
 * @since 0.1.0
 * @category getters
 */
export const startOf = Effect.fnUntraced(function*(pid: number) {
  return Option.flatMap(yield* statOf(pid), ({ start }) => start)
})

/**
 * False also for a process that has ended and nobody asked about (a zombie), and for a later one with the same number.
 *
 * @since 0.1.0
 * @category predicates
 */
export const isAlive = Effect.fnUntraced(function*(pid: number, start: Option.Option<string>) {
  if (!(yield* exists(pid))) return false
  const stat = yield* statOf(pid)
  if (Option.isNone(stat)) return true
  const isZombie = stat.value.state === "Z" || stat.value.state === "X"
  const isAnother = Option.isSome(start) && Option.isSome(stat.value.start) && start.value !== stat.value.start.value
  return !isZombie && !isAnother
})
