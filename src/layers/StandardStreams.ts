/**
 * stdout and stderr of the command: colours where a terminal is, no other escape sequence anywhere, and no crash when the
 * reader has gone.
 *
 * What others wrote is made inert where it is put into a text, by `inert`. This is for what was forgotten there, and for
 * the texts of the command line's library, which repeat what was typed.
 *
 * @since 0.1.0
 */
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { inertColoured } from "../domain/inert.js"

const gone = (error: NodeJS.ErrnoException) => {
  // `| head`: who read us has enough
  if (error.code !== "EPIPE") throw error
}

/**
 * @since 0.1.0
 * @category layers
 */
export const layer: Layer.Layer<never> = Layer.unwrapEffect(Effect.gen(function*() {
  const original = yield* Effect.console
  process.stdout.on("error", gone)
  process.stderr.on("error", gone)
  // the commands' help and errors come with colours whether or not there is a terminal
  const clean = (stream: NodeJS.WriteStream, args: ReadonlyArray<unknown>) =>
    args.map((arg) => typeof arg === "string" ? inertColoured(arg, stream.isTTY) : arg)
  return Console.setConsole({
    ...original,
    log: (...args) => original.log(...clean(process.stdout, args)),
    error: (...args) => original.error(...clean(process.stderr, args))
  })
}))
