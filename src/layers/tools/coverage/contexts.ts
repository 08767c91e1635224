/**
 * The answer of the program that reads contexts, line by line.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { MAX_NUMBER } from "../findings.js"

/**
 * The lines of a file that a test ran, the file as coverage names it.
 *
 * @since 0.1.0
 * @category models
 */
export interface RawContext {
  readonly path: string
  readonly testId: string
  /** Ascending. */
  readonly lines: ReadonlyArray<number>
}

const decodeName = Schema.decodeOption(Schema.parseJson(Schema.String))

// no file has more than a hundred million lines: a longer range is made up, and too long to be listed
const ROW = /^(\d+) (\d{1,8}(?:-\d{1,8})?(?:,\d{1,8}(?:-\d{1,8})?)*)$/

/** More lines than a file has that anybody runs: what lists them is no answer. */
const MAX_LINES = 10_000_000

/** None: no lines of a file, or not ascending. */
const expanded = (ranges: string): Option.Option<ReadonlyArray<number>> => {
  const lines: Array<number> = []
  for (const range of ranges.split(",")) {
    const [from = 0, to = from] = range.split("-").map(Number)
    if (from <= (lines.at(-1) ?? 0) || to < from || to > MAX_NUMBER || lines.length + to - from >= MAX_LINES) {
      return Option.none()
    }
    for (let line = from; line <= to; line++) lines.push(line)
  }
  return Option.some(lines)
}

interface State {
  readonly path: Option.Option<string>
  readonly tests: Array<string>
}

/** None: the line has none of the three forms. */
const read = (state: State, line: string): Option.Option<readonly [State, Option.Option<RawContext>]> => {
  if (line.startsWith("f")) {
    return Option.map(decodeName(line.slice(1)), (path) => [{ ...state, path: Option.some(path) }, Option.none()])
  }
  if (line.startsWith("t")) {
    return Option.map(decodeName(line.slice(1)), (test) => {
      state.tests.push(test)
      return [state, Option.none()]
    })
  }
  const [, index = "", ranges = ""] = ROW.exec(line) ?? []
  return Option.map(
    Option.all({
      path: state.path,
      testId: Option.fromNullable(state.tests[Number(index || Infinity)]),
      lines: expanded(ranges)
    }),
    (context) => [state, Option.some(context)]
  )
}

/**
 * Fails with the first line that is none of an answer.
 *
 * @since 0.1.0
 * @category decoding
 */
export const decode = <E, R>(lines: Stream.Stream<string, E, R>): Stream.Stream<RawContext, E | string, R> => {
  const start: State = { path: Option.none(), tests: [] }
  return lines.pipe(
    Stream.mapAccumEffect(
      start,
      (state, line) => Option.match(read(state, line), { onNone: () => Effect.fail(line), onSome: Effect.succeed })
    ),
    Stream.filterMap((row) => row)
  )
}
