/**
 * The lines of a running process for its `onLine` callback.
 *
 * @since 0.1.0
 */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Mailbox from "effect/Mailbox"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import type { ToolInvocation } from "../../domain/ToolInvocation.js"
import * as LineSplitter from "./lineSplitter.js"

/** UTF-16 units of a line; what is beyond is not shown. */
const MAX_LINE_LENGTH = 10_000

/** How long one call may take when the process has ended. */
const PATIENCE = Duration.seconds(2)

type StreamName = "stdout" | "stderr"

/**
 * @since 0.1.0
 * @category models
 */
export interface LineFeed {
  /** Never waits for the callback. */
  readonly push: (stream: StreamName, bytes: Uint8Array) => Effect.Effect<void>
  /** The stream has ended: its last line may have no line end. */
  readonly end: (stream: StreamName) => Effect.Effect<void>
  /** No more lines come; waits until the callback had them all, or did not return from one for 2 s. */
  readonly delivered: Effect.Effect<void>
}

const silent: LineFeed = { push: () => Effect.void, end: () => Effect.void, delivered: Effect.void }

/**
 * Lines wait in memory while the callback is busy (they are bounded by what is kept of the streams), so that a slow
 * display slows no tool down, and a stuck one stops none.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = (
  onLine: ToolInvocation["onLine"]
): Effect.Effect<LineFeed, never, Scope.Scope> => {
  if (onLine === undefined) return Effect.succeed(silent)
  return Effect.gen(function*() {
    const lines = yield* Mailbox.make<readonly [line: string, stream: StreamName]>()
    const splitters = { stdout: LineSplitter.make(MAX_LINE_LENGTH), stderr: LineSplitter.make(MAX_LINE_LENGTH) }
    const offer = (stream: StreamName, complete: ReadonlyArray<string>) =>
      Effect.asVoid(lines.offerAll(complete.map((line) => [line, stream] as const)))

    let calls = 0
    const consumer = yield* Stream.runForEach(Mailbox.toStream(lines), ([line, stream]) => {
      calls++
      return onLine(line, stream)
    }).pipe(Effect.forkScoped)

    /** True when it has ended, or has stood still. */
    const settled = Effect.suspend(() => {
      const before = calls
      return Fiber.join(consumer).pipe(Effect.timeoutTo({
        duration: PATIENCE,
        onSuccess: () => true,
        onTimeout: () => calls === before
      }))
    })

    return {
      push: (stream, bytes) => Effect.suspend(() => offer(stream, splitters[stream].push(bytes))),
      end: (stream) => Effect.suspend(() => offer(stream, splitters[stream].end())),
      delivered: Effect.zipRight(lines.end, Effect.asVoid(Effect.repeat(settled, { until: (done) => done })))
    }
  })
}
