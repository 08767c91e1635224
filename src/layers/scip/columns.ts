/**
 * From UTF-16 code units to code points. They differ after a character beyond U+FFFF, and after a byte order mark, which
 * scip-python counts as one column; hardly a file has either.
 *
 * @since 0.1.0
 */
import * as Option from "effect/Option"
import { linesOf } from "../../domain/lines.js"
import { codePointsIn } from "../codePoints.js"
import { hasMark, hasWide } from "./utf8.js"

/**
 * A text in which a column depends on what counts it.
 *
 * @since 0.1.0
 * @category models
 */
export interface WideText {
  /** Without the byte order mark; undefined for a line in which columns are the same in both units. */
  readonly lines: ReadonlyArray<string | undefined>
  readonly hasMark: boolean
}

const isWide = (text: string): boolean => /[\ud800-\udbff]/.test(text)

/**
 * None: columns are the same in both units.
 *
 * @since 0.1.0
 * @category constructors
 */
export const wideText = (bytes: Uint8Array): Option.Option<WideText> => {
  const isMarked = hasMark(bytes)
  // lines end where pyright ends them
  return isMarked || hasWide(bytes)
    ? Option.some({
      lines: linesOf(new TextDecoder().decode(bytes)).map((text) => isWide(text) ? text : undefined),
      hasMark: isMarked
    })
    : Option.none()
}

/**
 * `line` and both columns are 0-based.
 *
 * @since 0.1.0
 * @category combinators
 */
export const toCodePoints = ({ hasMark, lines }: WideText, line: number, column: number): number => {
  const text = lines[line]
  const units = hasMark && line === 0 ? Math.max(0, column - 1) : column
  return text === undefined ? units : codePointsIn(text, units)
}
