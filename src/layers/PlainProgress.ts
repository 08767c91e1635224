/**
 * `Progress` as plain lines on stderr: for logs, CI, and whoever has no terminal.
 *
 * @since 0.1.0
 */
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Progress, ProgressEvent } from "../services/Progress.js"
import { seconds, singleLine } from "./progressText.js"

/**
 * @since 0.1.0
 * @category constructors
 */
export const make = Progress.of({
  emit: ProgressEvent.$match({
    Started: ({ name }) => Console.error(`${name}: started`),
    Said: ({ name, text }) => Console.error(`${name}: ${singleLine(text)}`),
    Finished: ({ detail, durationMs, name, status }) =>
      Console.error(`${name}: ${status}, ${singleLine(detail)}${durationMs > 0 ? ` (${seconds(durationMs)})` : ""}`),
    Ended: () => Effect.void,
    Noted: ({ text }) => Console.error(singleLine(text))
  })
})

/**
 * @since 0.1.0
 * @category layers
 */
export const layer: Layer.Layer<Progress> = Layer.succeed(Progress, make)

/**
 * Says nothing: for tests, and for applications with a display of their own.
 *
 * @since 0.1.0
 * @category layers
 */
export const silent: Layer.Layer<Progress> = Layer.succeed(Progress, { emit: () => Effect.void })
