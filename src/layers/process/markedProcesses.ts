/**
 * Processes found by a variable in the environment that they were started with, whatever group or session they have
 * moved to. Linux only: elsewhere none is found.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
// Through FileSystem a scan of 94 processes takes 30 ms of CPU (four trips to a thread pool for each), like this 2 ms.
// @effect-diagnostics-next-line nodeBuiltinImport:off
import { readdirSync, readFileSync } from "node:fs"

/**
 * The variable. Without the prefix of our settings: a codeintel that is started by a tool must not take it for one.
 *
 * @since 0.1.0
 * @category constants
 */
export const MARKER = "_CODEINTEL_RUN"

/** A process that was forked during a scan is found by the next one. */
const MAX_SCANS = 20

const list = Option.liftThrowable(() => readdirSync("/proc"))

/** None: gone, or of another user. */
const environmentOf = Option.liftThrowable((pid: number) => readFileSync(`/proc/${pid}/environ`))

/** False: gone. */
const send = Option.liftThrowable((pid: number, signal: NodeJS.Signals) => process.kill(pid, signal))

/**
 * Ids of the living processes that carry the marker with exactly this value.
 *
 * @since 0.1.0
 * @category getters
 */
export const find = (value: string): Effect.Effect<ReadonlyArray<number>> =>
  Effect.sync(() => {
    const entry = `${MARKER}=${value}\0`
    return Option.getOrElse(list(), () => [])
      .filter((name) => /^\d+$/.test(name))
      .map(Number)
      .filter((pid) => Option.exists(environmentOf(pid), (environment) => environment.includes(entry)))
  })

/**
 * Sends SIGKILL to the processes that carry the marker with exactly this value, until none is left.
 *
 * @since 0.1.0
 * @category destructors
 */
export const kill = (value: string): Effect.Effect<void> =>
  find(value).pipe(
    Effect.tap((pids) => Effect.sync(() => pids.forEach((pid) => send(pid, "SIGKILL")))),
    Effect.repeat({ until: (pids) => pids.length === 0, times: MAX_SCANS }),
    Effect.asVoid
  )
