/**
 * `Progress` on a terminal: a live line per tool, on stderr, gone when the work is done.
 *
 * @since 0.1.0
 */
import * as Clock from "effect/Clock"
import * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import * as HashMap from "effect/HashMap"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Ref from "effect/Ref"
import * as Schedule from "effect/Schedule"
import { createLogUpdate } from "log-update"
import stringWidth from "string-width"
import { Progress, ProgressEvent } from "../services/Progress.js"
import * as PlainProgress from "./PlainProgress.js"
import { seconds, singleLine } from "./progressText.js"

interface Line {
  readonly startedMs: number
  readonly text: string
  readonly finished: boolean
}

const frames = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"]

const cut = (text: string, width: number) => {
  if (stringWidth(text) <= width) return text
  let kept = text
  while (stringWidth(kept) >= width) kept = kept.slice(0, -1)
  return `${kept}…`
}

/**
 * @since 0.1.0
 * @category constructors
 */
export const make = Effect.fnUntraced(function*(stream: NodeJS.WriteStream) {
  const update = createLogUpdate(stream, { showCursor: true })
  const lines = yield* Ref.make(HashMap.empty<string, Line>())
  const order = yield* Ref.make<ReadonlyArray<string>>([])

  const draw = Effect.gen(function*() {
    const now = yield* Clock.currentTimeMillis
    const all = yield* Ref.get(lines)
    const names = yield* Ref.get(order)
    if (names.length === 0) return
    const width = Math.max(...names.map((name) => name.length))
    const frame = frames[Math.floor(now / 80) % frames.length] ?? ""
    const shown = names.map((name) => {
      const { finished, startedMs, text } = HashMap.unsafeGet(all, name)
      const time = finished ? "" : `${seconds(now - startedMs)}  `
      return cut(`${finished ? " " : frame} ${name.padEnd(width)}  ${time}${text}`, stream.columns || 80)
    })
    update(shown.join("\n"))
  })

  const set = (name: string, change: (before: Option.Option<Line>, nowMs: number) => Line) =>
    Effect.gen(function*() {
      const now = yield* Clock.currentTimeMillis
      const isNew = !HashMap.has(yield* Ref.get(lines), name)
      yield* Ref.update(lines, HashMap.modifyAt(name, (before) => Option.some(change(before, now))))
      if (isNew) yield* Ref.update(order, (names) => [...names, name])
      yield* draw
    })

  const startOf = (before: Option.Option<Line>, now: number) =>
    Option.match(before, { onNone: () => now, onSome: ({ startedMs }) => startedMs })

  yield* Effect.forkScoped(Effect.repeat(draw, Schedule.spaced("120 millis")))
  // the table that follows says it all again; and nothing must be erased that others have written below
  const end = Effect.gen(function*() {
    if ((yield* Ref.getAndSet(order, [])).length > 0) yield* Effect.sync(() => update.clear())
    yield* Ref.set(lines, HashMap.empty())
  })
  yield* Effect.addFinalizer(() => end)

  return Progress.of({
    emit: ProgressEvent.$match({
      Started: ({ name }) => set(name, (_, startedMs) => ({ startedMs, text: "", finished: false })),
      Said: ({ name, text }) =>
        set(name, (before, now) => ({ startedMs: startOf(before, now), text: singleLine(text), finished: false })),
      Finished: ({ detail, durationMs, name, status }) =>
        set(name, (before, now) => ({
          startedMs: startOf(before, now),
          text: `${status}, ${singleLine(detail)}${durationMs > 0 ? ` (${seconds(durationMs)})` : ""}`,
          finished: true
        })),
      Ended: () => end,
      Noted: ({ text }) =>
        Effect.sync(() => {
          update.clear()
          stream.write(`${singleLine(text)}\n`)
        })
    })
  })
})

/**
 * Live lines when stderr is a terminal that can show them, plain lines when not, or when `CI` or `NO_COLOR` is set.
 *
 * @since 0.1.0
 * @category layers
 */
export const layer: Layer.Layer<Progress> = Layer.unwrapScoped(Effect.gen(function*() {
  const said = (name: string) => Config.withDefault(Config.string(name), "")
  const [ci, noColor, term] = yield* Effect.orDie(Config.all([said("CI"), said("NO_COLOR"), said("TERM")]))
  const live = process.stderr.isTTY === true && ci === "" && noColor === "" && term !== "dumb"
  return live ? Layer.scoped(Progress, make(process.stderr)) : PlainProgress.layer
}))
