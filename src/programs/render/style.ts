/**
 * Colours, where they are wanted.
 *
 * @since 0.1.0
 */
import * as Terminal from "@effect/platform/Terminal"
import * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import type { RunStatus } from "../../domain/ToolRun.js"
import { needsAttention } from "../../domain/ToolRun.js"

/**
 * @since 0.1.0
 * @category models
 */
export interface Style {
  readonly bold: (text: string) => string
  readonly dim: (text: string) => string
  readonly red: (text: string) => string
  readonly green: (text: string) => string
  readonly yellow: (text: string) => string
}

const sgr = (on: number, off: number) => (text: string) => `\u001b[${on}m${text}\u001b[${off}m`

/**
 * @since 0.1.0
 * @category constructors
 */
export const plain: Style = {
  bold: (text) => text,
  dim: (text) => text,
  red: (text) => text,
  green: (text) => text,
  yellow: (text) => text
}

/**
 * @since 0.1.0
 * @category constructors
 */
export const coloured: Style = {
  bold: sgr(1, 22),
  dim: sgr(2, 22),
  red: sgr(31, 39),
  green: sgr(32, 39),
  yellow: sgr(33, 39)
}

/**
 * Colours on a terminal, unless `NO_COLOR` or `CI` is set or the terminal is dumb.
 *
 * @since 0.1.0
 * @category constructors
 */
export const style: Effect.Effect<Style, never, Terminal.Terminal> = Effect.gen(function*() {
  const terminal = yield* Terminal.Terminal
  const said = (name: string) => Config.withDefault(Config.string(name), "")
  const [noColor, ci, term] = yield* Effect.orDie(Config.all([said("NO_COLOR"), said("CI"), said("TERM")]))
  return noColor === "" && ci === "" && term !== "dumb" && (yield* terminal.isTTY) ? coloured : plain
})

/**
 * @since 0.1.0
 * @category rendering
 */
export const ofStatus = ({ green, red, yellow }: Style, status: RunStatus): (text: string) => string =>
  status === "suspect" || status === "partial"
    ? yellow
    : needsAttention(status)
    ? red
    : status === "ok"
    ? green
    : String
