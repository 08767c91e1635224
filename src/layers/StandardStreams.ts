/**
 * stdout and stderr of the command: no escape sequences where no terminal is, and no crash when the reader has gone.
 *
 * @since 0.1.0
 */
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { stripVTControlCharacters } from "node:util"

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
  const clean = (stream: NodeJS.WriteStream, args: ReadonlyArray<unknown>) =>
    stream.isTTY ? args : args.map((arg) => typeof arg === "string" ? stripVTControlCharacters(arg) : arg)
  return Console.setConsole({
    ...original,
    // the commands' help and errors come with colours whether or not there is a terminal
    log: (...args) => original.log(...clean(process.stdout, args)),
    error: (...args) => original.error(...clean(process.stderr, args))
  })
}))
