/**
 * Whether a change of a file is one of the bodies of its functions alone, and of which.
 *
 * @since 0.1.0
 */
import * as Option from "effect/Option"
import { linesOf } from "../../domain/lines.js"
import type { Definition, Outline } from "../../domain/Outline.js"

/**
 * A text and where its functions stand.
 *
 * @since 0.1.0
 * @category models
 */
export interface Parsed {
  readonly text: string
  readonly outline: Outline
}

/**
 * A function whose body changed: the innermost one around all that changed in it.
 *
 * @since 0.1.0
 * @category models
 */
export interface ChangedFunction {
  readonly base: Definition
  readonly head: Definition
}

/**
 * What is compared: the code of a body with lines of its own is one unit, all else is compared line by line; a docstring, too:
 * who makes a help text or a doctest of it runs no line of the function.
 */
interface Skeleton {
  readonly units: ReadonlyArray<string>
  readonly functions: ReadonlyArray<Definition>
}

// no line of a text has a line feed
const BODY = "\n"

const skeletonOf = (
  lines: ReadonlyArray<string>,
  definitions: ReadonlyArray<Definition>,
  [start, end]: readonly [number, number]
): Skeleton => {
  const units: Array<string> = []
  const functions: Array<Definition> = []
  let line = start
  for (const definition of definitions) {
    const { bodyLine, codeLine, endLine, isBlock, kind, startLine } = definition
    if (kind !== "function" || !isBlock || startLine < line || endLine > end) continue
    // empty lines after a docstring are of nothing
    let code = codeLine
    while (code > bodyLine && lines[code - 2]?.trim() === "") code--
    for (; line < code; line++) units.push(lines[line - 1] ?? "")
    units.push(BODY)
    functions.push(definition)
    line = endLine + 1
  }
  for (; line <= end; line++) units.push(lines[line - 1] ?? "")
  return { units, functions }
}

const LONE_RETURN = /\r(?!\n)/

const isSame = (one: ReadonlyArray<string>, other: ReadonlyArray<string>) =>
  one.length === other.length && one.every((unit, at) => unit === other[at])

const bodyOf = (lines: ReadonlyArray<string>, { codeLine, endLine }: Definition) => lines.slice(codeLine - 1, endLine)

/**
 * None: something else changed, too, which runs on import: a definition, a decorator, a default, a class, a constant. Its
 * tests are not those that ran some lines.
 *
 * @since 0.1.0
 * @category constructors
 */
export const changedFunctions = (base: Parsed, head: Parsed): Option.Option<ReadonlyArray<ChangedFunction>> => {
  // the syntax tree counts no line that a lone carriage return ends
  if (LONE_RETURN.test(base.text) || LONE_RETURN.test(head.text)) return Option.none()
  const [baseLines, headLines] = [linesOf(base.text), linesOf(head.text)]

  const within = (
    ofBase: readonly [number, number],
    ofHead: readonly [number, number]
  ): Option.Option<ReadonlyArray<ChangedFunction>> => {
    const [one, other] = [
      skeletonOf(baseLines, base.outline.definitions, ofBase),
      skeletonOf(headLines, head.outline.definitions, ofHead)
    ]
    if (!isSame(one.units, other.units)) return Option.none()
    return Option.some(one.functions.flatMap((ofOne, at) => {
      const ofOther = other.functions[at]
      if (ofOther === undefined || isSame(bodyOf(baseLines, ofOne), bodyOf(headLines, ofOther))) return []
      return Option.getOrElse(
        within([ofOne.codeLine, ofOne.endLine], [ofOther.codeLine, ofOther.endLine]),
        () => [{ base: ofOne, head: ofOther }]
      )
    }))
  }

  return within([1, baseLines.length], [1, headLines.length])
}
