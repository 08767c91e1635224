/**
 * Which findings of two checkers are about the same place.
 *
 * Two findings are of one place when they begin on the same line and their ranges overlap. The line alone would pair the
 * three arguments of a call with each other; the same range would pair hardly anything, as one tool marks `a.b` and the
 * other `b`, one the whole import and the other a name in it. Ranges that overlap without beginning together are the
 * long ones: "the rest of this file is unreachable" is about no place in it.
 *
 * @since 0.1.0
 */
import * as Arr from "effect/Array"
import * as Order from "effect/Order"
import type { Diagnostic } from "../domain/Diagnostic.js"

/**
 * What is compared of a finding.
 *
 * @since 0.1.0
 * @category models
 */
export type Finding = Omit<Diagnostic, "fingerprint" | "tool">

/**
 * A finding of each tool, or of one of them.
 *
 * @since 0.1.0
 * @category models
 */
export type FindingPair = readonly [first: Finding, second: Finding | null] | readonly [first: null, second: Finding]

interface Span {
  readonly from: number
  readonly to: number
}

/** Columns of the line that a finding begins on. One without width says no more than the line: that is how mypy says so. */
const spanOf = ({ endColumn, endLine, startColumn, startLine }: Finding): Span =>
  endLine > startLine
    ? { from: startColumn, to: Infinity }
    : endColumn <= startColumn
    ? { from: 1, to: Infinity }
    : { from: startColumn, to: endColumn }

const overlap = (a: Span, b: Span): boolean => a.from < b.to && b.from < a.to

interface Candidate {
  readonly first: Finding
  readonly second: Finding
}

/** As near as can be: by where they begin, then by where they end. */
const nearest: Order.Order<Candidate> = Order.combineAll([
  Order.mapInput(Order.number, ({ first, second }: Candidate) => Math.abs(first.startColumn - second.startColumn)),
  Order.mapInput(Order.number, ({ first, second }: Candidate) => Math.abs(first.endLine - second.endLine)),
  Order.mapInput(Order.number, ({ first, second }: Candidate) => Math.abs(first.endColumn - second.endColumn))
])

const inOrder: Order.Order<Finding> = Order.combineAll([
  Order.mapInput(Order.number, ({ startColumn }: Finding) => startColumn),
  Order.mapInput(Order.string, ({ rule }: Finding) => rule),
  Order.mapInput(Order.string, ({ message }: Finding) => message)
])

/** Findings that begin on one line. */
const ofLine = (firsts: ReadonlyArray<Finding>, seconds: ReadonlyArray<Finding>): ReadonlyArray<FindingPair> => {
  const spans = new Map([...firsts, ...seconds].map((finding) => [finding, spanOf(finding)]))
  const span = (finding: Finding) => spans.get(finding) ?? spanOf(finding)
  // sorting is stable, so that what is equally near is paired in the order of the line
  const sorted = Arr.sort(inOrder)(seconds)
  const candidates = Arr.sort(nearest)(
    Arr.sort(inOrder)(firsts).flatMap((first) =>
      sorted.flatMap((second) => overlap(span(first), span(second)) ? [{ first, second }] : [])
    )
  )
  const paired = new Set<Finding>()
  const take = (isTaken: (candidate: Candidate) => boolean): ReadonlyArray<FindingPair> =>
    candidates.flatMap((candidate) => {
      if (isTaken(candidate)) return []
      paired.add(candidate.first).add(candidate.second)
      return [[candidate.first, candidate.second] as const]
    })
  return [
    ...take(({ first, second }) => paired.has(first) || paired.has(second)),
    // a place that one tool has two findings for, and the other one: both report it
    ...take(({ first, second }) => paired.has(first) && paired.has(second)),
    ...firsts.flatMap((first) => paired.has(first) ? [] : [[first, null] as const]),
    ...seconds.flatMap((second) => paired.has(second) ? [] : [[null, second] as const])
  ]
}

const place = ({ relPath, startLine }: Finding) => `${relPath}\0${startLine}`

/**
 * Every finding is in one pair at least; in several when one tool says at once what the other says in parts.
 *
 * @since 0.1.0
 * @category combinators
 */
export const findingPairs = (
  firsts: ReadonlyArray<Finding>,
  seconds: ReadonlyArray<Finding>
): ReadonlyArray<FindingPair> => {
  const [ofFirst, ofSecond] = [Arr.groupBy(firsts, place), Arr.groupBy(seconds, place)]
  return [...new Set([...Object.keys(ofFirst), ...Object.keys(ofSecond)])].flatMap((line) =>
    ofLine(ofFirst[line] ?? [], ofSecond[line] ?? [])
  )
}
