/**
 * The life of the command as a process: one effect, its exit code, and the signals that ask for an end.
 *
 * `NodeRuntime.runMain` knows SIGINT and SIGTERM, and forgets both with the first. The end of a terminal (SIGHUP) and the
 * second of two signals would end the process in the middle of whatever it does.
 *
 * @since 0.1.0
 */
import { makeRunMain, type RunMain } from "@effect/platform/Runtime"
import { constVoid } from "effect/Function"

/** Ctrl-C, a supervisor, the end of the terminal. */
const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const

const INTERRUPTED = 130

/** Two signals in this time are one: of Ctrl-C under npm, a terminal and npm both tell us. */
const ONE_REQUEST_MS = 1000

/**
 * Interrupts the effect at the first signal. Who asks again, later, does not want to wait: the process ends at once, its
 * tools with it, and the next ingest clears up.
 *
 * @since 0.1.0
 * @category runtime
 */
export const runMain: RunMain = makeRunMain(({ fiber, teardown }) => {
  // fibers that wait for each other do not keep a process alive
  // @effect-diagnostics-next-line globalTimers:off
  const keepAlive = setInterval(constVoid, 2 ** 31 - 1)
  let askedAt: number | undefined

  const onSignal = () => {
    if (askedAt === undefined) {
      askedAt = performance.now()
      fiber.unsafeInterruptAsFork(fiber.id())
    } else if (performance.now() - askedAt > ONE_REQUEST_MS) process.exit(INTERRUPTED)
  }

  for (const signal of signals) process.on(signal, onSignal)
  fiber.addObserver((exit) => {
    clearInterval(keepAlive)
    if (askedAt === undefined) { for (const signal of signals) process.removeListener(signal, onSignal) }
    teardown(exit, (code) => {
      if (askedAt !== undefined || code !== 0) process.exit(code)
    })
  })
})
