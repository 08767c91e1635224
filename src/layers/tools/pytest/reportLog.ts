/**
 * The log of pytest-reportlog: one JSON object a line, written as things happen, so that a process that dies leaves what
 * it had reported.
 *
 * @since 0.1.0
 */
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import * as ParseResult from "effect/ParseResult"
import * as Schema from "effect/Schema"
import { messageOf, oneLine, outcomeOf, phaseOf, type RawReport, type RawResult, Seconds } from "./outcome.js"
import * as PythonJson from "./pythonJson.js"

const optional = <A, I>(schema: Schema.Schema<A, I>) => Schema.optionalWith(schema, { exact: true })

// the fields in use
const Start = Schema.Struct({ pytest_version: Schema.String })
const Finish = Schema.Struct({ exitstatus: Schema.Int })
const Collected = Schema.Struct({ nodeid: Schema.String, outcome: Schema.String, longrepr: Schema.Unknown })
const Test = Schema.Struct({
  nodeid: Schema.String,
  outcome: Schema.String,
  longrepr: Schema.Unknown,
  when: Schema.String,
  duration: optional(Seconds),
  /** Path, line from 0, name. */
  location: optional(Schema.Tuple([Schema.String], Schema.Unknown)),
  /** The reason of an expected failure, maybe empty; there when a failure was expected. */
  wasxfail: optional(Schema.Unknown),
  /** The process of pytest-xdist that ran it. */
  worker_id: optional(Schema.String),
  /** Of a subtest; as Python shows it where a value of it is none of JSON. */
  "_subtest.context": optional(Schema.Union(
    Schema.Struct({
      msg: Schema.NullOr(Schema.String),
      kwargs: Schema.Record({ key: Schema.String, value: Schema.Unknown })
    }),
    Schema.String
  ))
})

type Test = typeof Test.Type

const decode = {
  start: Schema.decodeUnknownEither(Start),
  finish: Schema.decodeUnknownEither(Finish),
  collected: Schema.decodeUnknownEither(Collected),
  test: Schema.decodeUnknownEither(Test)
}

const isTyped = Schema.is(Schema.Struct({ $report_type: Schema.String }))
// pytest-reportlog before 1.0 wrote it so for a subtest
const isTypedBefore = Schema.is(Schema.Struct({ _report_type: Schema.String }))

/** What kind of report a value is, if it is one. */
const typeOf = (value: unknown): Option.Option<string> =>
  isTyped(value)
    ? Option.some(value.$report_type)
    : isTypedBefore(value)
    ? Option.some(value._report_type)
    : Option.none()

const MAX_PROBLEM = 300

/** The first thing that is wrong, in one line. */
const problemOf = (error: ParseResult.ParseError): string =>
  ParseResult.ArrayFormatter.formatErrorSync(error).slice(0, 1)
    .map(({ message, path }) => [...path.length === 0 ? [] : [path.map(String).join(".")], message].join(": "))
    .join("").split("\n", 1).join("").slice(0, MAX_PROBLEM)

/** The run of a test from its setup to its teardown; one that is repeated has several. */
interface Attempt {
  readonly testId: string
  readonly location: Option.Option<string>
  durationMs: number
  /** What it counts as; complete with the duration of its teardown. */
  result: Option.Option<RawResult>
  /** It failed and is run again: pytest does not count it. */
  repeated: boolean
}

/** Of the tests that ran as the process ended: as many as pytest-xdist has workers. */
const MAX_NAMED = 3

const descriptionOf = (context: NonNullable<Test["_subtest.context"]>): string => {
  if (typeof context === "string") return context || "(<subtest>)"
  const { kwargs, msg } = context
  const named = Object.entries(kwargs).map(([name, value]) =>
    `${name}=${typeof value === "string" ? value : JSON.stringify(value)}`
  )
  const parts = [...msg === null ? [] : [`[${msg}]`], ...named.length === 0 ? [] : [`(${named.join(", ")})`]]
  return parts.join(" ") || "(<subtest>)"
}

const reasonOf = ({ longrepr, wasxfail }: Test): Option.Option<string> => {
  const expected = typeof wasxfail === "string" ? oneLine(wasxfail.replace(/^reason: /, "")) : ""
  return expected === "" ? messageOf(longrepr) : Option.some(expected)
}

/**
 * @since 0.1.0
 * @category models
 */
export interface ReportLog {
  /** One that cannot be read is counted, and makes the report incomplete. */
  readonly add: (line: string) => void
  /** The last line, without a line end: the process was killed as it wrote, and the line may be whole or not. */
  readonly addUnended: (line: string) => void
  /** What the lines add up to; none when not one of them is of a report log. */
  readonly end: () => Option.Option<RawReport>
}

/**
 * @since 0.1.0
 * @category constructors
 */
export const make = (): ReportLog => {
  const results: Array<RawResult> = []
  const attempts = new Map<string, Attempt>()
  let pytestVersion = Option.none<string>()
  let exitStatus = Option.none<number>()
  let last = Option.none<string>()
  let uncollected = 0
  let lines = 0
  let isLog = false
  let unread = 0
  /** Of the lines that cannot be read, the first. */
  let firstUnread = Option.none<{ readonly line: number; readonly problem: string }>()

  const resultOf = (test: Test, attempt: Pick<Attempt, "testId" | "location">, durationMs: number) => {
    const phase = phaseOf(test.when)
    return Option.map(
      outcomeOf(phase, { outcome: test.outcome, xfail: "wasxfail" in test }),
      (outcome): RawResult => ({
        testId: attempt.testId,
        location: attempt.location,
        phase,
        outcome,
        durationMs: Option.some(durationMs),
        message: outcome === "passed" ? Option.none() : reasonOf(test)
      })
    )
  }

  const close = (key: string, attempt: Attempt) => {
    attempts.delete(key)
    results.push(
      ...Option.toArray(attempt.result).map((result) => ({
        ...result,
        durationMs: Option.some(attempt.durationMs)
      }))
    )
  }

  /** A worker that died says nothing any more; the controller says it of the test. */
  const ofDeadWorker = (test: Test) =>
    [...attempts].find(([, attempt]) => attempt.testId === test.nodeid && Option.isNone(attempt.result))

  const addTest = (test: Test) => {
    const { nodeid: testId, outcome, when } = test
    const durationMs = (test.duration ?? 0) * 1000
    const location = Option.map(Option.fromNullable(test.location), ([path]) => path)
    last = Option.some(testId)
    if (when === "???") {
      const open = ofDeadWorker(test)
      if (open !== undefined) attempts.delete(open[0])
      const at = open?.[1] ?? { testId, location: Option.none() }
      results.push(
        ...Option.toArray(resultOf(test, at, durationMs)).map((result) => ({
          ...result,
          durationMs: Option.none()
        }))
      )
      return
    }
    const key = `${test.worker_id ?? ""} ${testId}`
    const before = attempts.get(key)
    if (before !== undefined && when === "setup") close(key, before)
    const attempt: Attempt = attempts.get(key) ??
      { testId, location, durationMs: 0, result: Option.none(), repeated: false }
    attempts.set(key, attempt)
    const result = resultOf(test, attempt, durationMs)
    if (when === "teardown") {
      if (Option.isNone(result)) attempt.durationMs += durationMs
      close(key, attempt)
      results.push(...Option.toArray(result))
      return
    }
    attempt.durationMs += durationMs
    attempt.repeated = outcome === "rerun"
    if (Option.isSome(result)) attempt.result = result
  }

  /** Only a failure counts; the plugin for pytest before 9, which has subtests itself, also counts skips. */
  const addSubtest = (test: Test, context: NonNullable<Test["_subtest.context"]>) => {
    const isPlugin = Option.exists(pytestVersion, (version) => Number.parseInt(version, 10) < 9)
    const counts = !("wasxfail" in test) && (test.outcome === "failed" || (isPlugin && test.outcome === "skipped"))
    if (!counts) return
    const location = Option.map(Option.fromNullable(test.location), ([path]) => path)
    results.push(
      ...Option.toArray(resultOf(test, { testId: test.nodeid, location }, (test.duration ?? 0) * 1000)).map((
        result
      ) => ({
        ...result,
        message: Option.some([descriptionOf(context), ...Option.toArray(result.message)].join(": "))
      }))
    )
  }

  const addCollected = ({ longrepr, nodeid, outcome }: typeof Collected.Type) => {
    if (outcome === "passed") return
    if (outcome === "failed") uncollected++
    results.push({
      testId: nodeid,
      location: Option.none(),
      phase: "collect",
      outcome: outcome === "skipped" ? "skipped" : "error",
      durationMs: Option.none(),
      message: messageOf(longrepr)
    })
  }

  const addTyped = (name: string, value: unknown) => {
    switch (name) {
      case "SessionStart":
        return Either.map(decode.start(value), ({ pytest_version }) => {
          pytestVersion = Option.some(pytest_version)
        })
      case "SessionFinish":
        return Either.map(decode.finish(value), ({ exitstatus }) => {
          exitStatus = Option.some(exitstatus)
        })
      case "CollectReport":
        return Either.map(decode.collected(value), addCollected)
      case "TestReport":
      case "SubTestReport":
        return Either.map(decode.test(value), (test) => {
          const context = test["_subtest.context"]
          if (context === undefined) addTest(test)
          else addSubtest(test, context)
        })
      // warnings, and what other plugins report
      default:
        return Either.void
    }
  }

  /** Left: why nothing is known from it. */
  const read = (line: string): Either.Either<void, string> =>
    Either.gen(function*() {
      const value = yield* Either.mapLeft(PythonJson.parse(line), problemOf)
      const name = yield* Either.fromOption(typeOf(value), () => "it has no `$report_type`")
      isLog = true
      return yield* Either.mapLeft(addTyped(name, value), problemOf)
    })

  /** Tests whose end was not reported; one that an xdist worker left behind as the session went on has its result. */
  const crashed = (): ReadonlyArray<RawResult> => {
    const whole = Option.exists(exitStatus, (status) => status === 0 || status === 1)
    const open = [...attempts]
    return open.flatMap(([key, attempt]) => {
      const { location, repeated, result, testId } = attempt
      close(key, attempt)
      // its end may be in a line that cannot be read
      if (repeated || (whole && (Option.isSome(result) || unread > 0))) return []
      return {
        testId,
        location,
        phase: Option.isSome(result) ? "teardown" as const : "call" as const,
        outcome: "crashed" as const,
        durationMs: Option.none(),
        message: Option.some(
          Option.isSome(exitStatus) ? "the session was ended while it ran" : "the process ended while it ran"
        )
      }
    })
  }

  const inCollection = () => uncollected === 1 ? "1 error in collection" : `${uncollected} errors in collection`

  const unreadLines = () =>
    Option.toArray(firstUnread).map(({ line }) =>
      unread === 1
        ? `line ${line} of the report cannot be read`
        : `${unread} lines of the report cannot be read, the first is line ${line}`
    )

  /** The user wants the tests of the other files (`--continue-on-collection-errors`), and has them all. */
  const goesOn = () => Option.exists(exitStatus, (status) => status === 0 || status === 1)

  const incompleteBecause = (open: ReadonlyArray<RawResult>): Option.Option<string> => {
    const running = [
      ...open.slice(0, MAX_NAMED).map(({ testId }) => testId),
      ...open.length > MAX_NAMED ? [`${open.length - MAX_NAMED} more`] : []
    ]
    const during = open.length > 0
      ? `while ${running.join(", ")} ran`
      : Option.match(last, {
        onNone: () => "before any test had ended",
        onSome: (testId) => `after ${testId}, in something that had not reported yet`
      })
    const reasons = [
      ...uncollected === 0 || goesOn() ? [] : [inCollection()],
      ...Option.match(exitStatus, {
        onNone: () => [`the process ended ${during}`],
        onSome: (status) =>
          open.length > 0
            ? [`the session was ended ${during}`]
            : status === 2 && uncollected === 0
            ? ["the session was interrupted"]
            : status > 2 && status !== 5
            ? [`pytest ended with ${status}`]
            : []
      }),
      ...unreadLines()
    ]
    return reasons.length === 0 ? Option.none() : Option.some(reasons.join("; "))
  }

  return {
    add: (line) => {
      lines++
      const problem = Either.flip(read(line))
      if (Either.isLeft(problem)) return
      unread++
      firstUnread = Option.orElse(firstUnread, () => Option.some({ line: lines, problem: problem.right }))
    },
    addUnended: (line) => {
      read(line)
    },
    end: () => {
      if (!isLog) return Option.none()
      const open = crashed()
      results.push(...open)
      return Option.some({
        results,
        pytestVersion,
        exitStatus,
        rootdir: Option.none(),
        incomplete: incompleteBecause(open),
        notices: [
          ...Option.contains(exitStatus, 5) ? ["pytest found no tests to run"] : [],
          ...uncollected > 0 && goesOn() ? [`${inCollection()}: the tests of such a file are not known`] : [],
          ...Option.toArray(firstUnread).flatMap(({ problem }) => unreadLines().map((said) => `${said}: ${problem}`))
        ]
      })
    }
  }
}
