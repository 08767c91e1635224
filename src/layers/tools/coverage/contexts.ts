/**
 * The answer of the program that reads contexts, line by line.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"

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

const expanded = (ranges: string): ReadonlyArray<number> =>
  ranges.split(",").flatMap((range) => {
    const [from = 0, to = from] = range.split("-").map(Number)
    return Array.from({ length: to - from + 1 }, (_, index) => from + index)
  })

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
    Option.all({ path: state.path, testId: Option.fromNullable(state.tests[Number(index || Infinity)]) }),
    ({ path, testId }) => [state, Option.some({ path, testId, lines: expanded(ranges) })]
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
