/**
 * What scip-python prints while it works. Nothing in its index says whether it is whole.
 *
 * @since 0.1.0
 */
import * as Option from "effect/Option"

/**
 * What a line says of how far it has got, for a person.
 *
 * @since 0.1.0
 * @category getters
 */
export const progressOf = (line: string): Option.Option<string> => {
  const [, analysed, ofAll] = /^\([^)]*\) +(\d+) \/ (\d+)$/.exec(line) ?? []
  if (analysed !== undefined) return Option.some(`${analysed} / ${ofAll} analysed`)
  const [, written, ofThem] = /^\([^)]*\) +- \((\d+)\/(\d+)\): /.exec(line) ?? []
  return written === undefined ? Option.none() : Option.some(`${written} / ${ofThem} written`)
}

/**
 * Its last line, with its own spelling.
 *
 * @since 0.1.0
 * @category predicates
 */
export const isComplete = (stdout: string): boolean => /^\([^)]*\) Succ?essfully wrote SCIP index to /m.test(stdout)

/**
 * What it says when it gave up on a file and goes on as if nothing had happened.
 *
 * @since 0.1.0
 * @category getters
 */
export const gaveUp = (stdout: string, stderr: string): Option.Option<string> =>
  Option.map(
    Option.fromNullable(/Analysis partially failed with .*/.exec(stdout)?.[0]),
    (said) => [said, ...(/^An internal error occurred while .*/m.exec(stderr) ?? [])].join("; ")
  )

/**
 * Why a process died, where the runner can only say that it did.
 *
 * @since 0.1.0
 * @category getters
 */
export const causeOfDeath = (stderr: string): Option.Option<string> =>
  Option.fromNullable(
    /JavaScript heap out of memory/.exec(stderr)?.[0] ?? /^\s*error: (.*)$/m.exec(stderr)?.[0]?.trim()
  )
