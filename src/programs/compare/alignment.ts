/**
 * Which line of a text is which line of another.
 *
 * @since 0.1.0
 */
import { diffArrays } from "diff"

/**
 * Lines are 1-based.
 *
 * @since 0.1.0
 * @category models
 */
export interface Alignment {
  /** Line of the base -> the same line of the head; the others are gone. */
  readonly toHead: ReadonlyMap<number, number>
  /** Lines of the head that are new or changed, ascending. */
  readonly added: ReadonlyArray<number>
}

/** Of texts that differ in more, nothing is said to be the same: it would take seconds. */
const MOST_EDITS = 4_000

/**
 * @since 0.1.0
 * @category constructors
 */
export const make = (base: ReadonlyArray<string>, head: ReadonlyArray<string>): Alignment => {
  const toHead = new Map<number, number>()
  const added: Array<number> = []
  const changes = diffArrays([...base], [...head], { maxEditLength: MOST_EDITS })
  if (changes === undefined) return { toHead, added: head.map((_, index) => index + 1) }
  let inBase = 1
  let inHead = 1
  for (const { added: isAdded, count, removed } of changes) {
    if (removed) inBase += count
    else if (isAdded) { for (let line = 0; line < count; line++) added.push(inHead++) }
    else for (let line = 0; line < count; line++) toHead.set(inBase++, inHead++)
  }
  return { toHead, added }
}

/**
 * Blind to indentation.
 *
 * @since 0.1.0
 * @category constructors
 */
export const ofCode = (base: ReadonlyArray<string>, head: ReadonlyArray<string>): Alignment =>
  make(base.map((line) => line.trim()), head.map((line) => line.trim()))
