/**
 * We are interrupted, or killed, at whatever moment: nobody lives on, nothing is left behind, the database shows the last
 * finished ingest, and the next one gives what it would have given.
 */
import * as NodeContext from "@effect/platform-node/NodeContext"
import type { Signal } from "@effect/platform/CommandExecutor"
import { describe, layer } from "@effect/vitest"
import { Context, Effect, Layer } from "effect"
import * as Interruption from "./interruption.js"
import { count, numbers, seed } from "./scale.js"

class Series extends Context.Tag("faults/Series")<Series, Interruption.Series>() {}

const scales: ReadonlyArray<readonly [Interruption.Scale, string]> = [
  ["quick", "an ingest with quick tools"],
  ["all", "an ingest with all tools"]
]

const ways: Readonly<Record<Interruption.Way, string>> = {
  plain: "",
  deaf: ", with a tool that hears no signal",
  first: ", the first of the repository"
}

/** In turns: few of those that take long. */
const scaleOf = (turn: number): Interruption.Scale => turn % 25 === 24 ? "all" : "quick"
const wayOf = (turn: number): Interruption.Way => turn % 10 === 1 ? "deaf" : turn % 10 === 5 ? "first" : "plain"

/** A tool that hears nothing has two seconds before it is killed. */
const longestPauseMs = (way: Interruption.Way) => way === "deaf" ? 1500 : 300

const signals: ReadonlyArray<Signal> = ["SIGINT", "SIGTERM", "SIGHUP", "SIGKILL"]

const faults = signals.flatMap((signal) => {
  const howMany = count(1, 50)
  const pauses = numbers(`${signal} again`, howMany)
  return numbers(signal, howMany).map((part, turn) => {
    const way = wayOf(turn)
    const isTwice = signal !== "SIGKILL" && turn % 2 === 1
    const againAfterMs = isTwice ? Math.round((pauses[turn] ?? 0) * longestPauseMs(way)) : undefined
    const again = againAfterMs === undefined ? "" : ` and ${againAfterMs} ms later`
    const title = `${signal} at ${(part * 100).toFixed(1)} %${again}${ways[way]} (seed ${seed})`
    return { scale: scaleOf(turn), title, part, signal, way, againAfterMs }
  })
})

for (const [scale, name] of scales) {
  const those = faults.filter((fault) => fault.scale === scale)
  if (those.length === 0) continue
  const Prepared = Layer.scoped(Series, Interruption.make(scale)).pipe(Layer.provideMerge(NodeContext.layer))
  layer(Prepared, { excludeTestServices: true, timeout: "30 minutes" })(name, (it) => {
    describe.each(those)("$title", ({ part, ...moment }) => {
      it.scoped("loses nothing and leaves nothing", () =>
        Effect.gen(function*() {
          const series = yield* Series
          yield* Interruption.tryAt(series, { ...moment, afterMs: Math.round(part * series.undisturbedMs) })
        }))
    })
  })
}
