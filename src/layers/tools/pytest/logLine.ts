/**
 * One line of the log of pytest-reportlog.
 *
 * @since 0.1.0
 */
import * as Data from "effect/Data"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import * as ParseResult from "effect/ParseResult"
import * as Schema from "effect/Schema"
import { Seconds } from "./outcome.js"
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

/**
 * The report of one phase of a test, or of a subtest.
 *
 * @since 0.1.0
 * @category models
 */
export type Test = typeof Test.Type

/**
 * @since 0.1.0
 * @category models
 */
export type SubtestContext = NonNullable<Test["_subtest.context"]>

/**
 * @since 0.1.0
 * @category models
 */
export type LogLine = Data.TaggedEnum<{
  Start: { readonly pytestVersion: string }
  Finish: { readonly exitStatus: number }
  Collected: { readonly collected: typeof Collected.Type }
  Test: { readonly test: Test }
  /** Warnings, and what other plugins report. */
  Other: { readonly type: string }
}>

/**
 * @since 0.1.0
 * @category constructors
 */
export const LogLine = Data.taggedEnum<LogLine>()

/**
 * Why nothing is known from a line.
 *
 * @since 0.1.0
 * @category models
 */
export interface Unread {
  /** It is of a report log all the same. */
  readonly isOfLog: boolean
  readonly problem: string
}

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

/** None: it shows a value that is nested too deeply to be shown. */
const issuesOf = Option.liftThrowable(ParseResult.ArrayFormatter.formatErrorSync)

/** The first thing that is wrong, in one line. */
const problemOf = (error: ParseResult.ParseError): string =>
  Option.match(issuesOf(error), {
    onNone: () => "a value that cannot be shown",
    onSome: (issues) =>
      issues.slice(0, 1)
        .map(({ message, path }) => [...path.length === 0 ? [] : [path.map(String).join(".")], message].join(": "))
        .join("").split("\n", 1).join("").slice(0, MAX_PROBLEM)
  })

const ofType = (type: string, value: unknown): Either.Either<LogLine, ParseResult.ParseError> => {
  switch (type) {
    case "SessionStart":
      return Either.map(decode.start(value), (start) => LogLine.Start({ pytestVersion: start.pytest_version }))
    case "SessionFinish":
      return Either.map(decode.finish(value), (finish) => LogLine.Finish({ exitStatus: finish.exitstatus }))
    case "CollectReport":
      return Either.map(decode.collected(value), (collected) => LogLine.Collected({ collected }))
    case "TestReport":
    case "SubTestReport":
      return Either.map(decode.test(value), (test) => LogLine.Test({ test }))
    default:
      return Either.right(LogLine.Other({ type }))
  }
}

/**
 * @since 0.1.0
 * @category constructors
 */
export const read = (line: string): Either.Either<LogLine, Unread> =>
  Either.gen(function*() {
    const value = yield* Either.mapLeft(
      PythonJson.parse(line),
      (error): Unread => ({ isOfLog: false, problem: problemOf(error) })
    )
    const type = yield* Either.fromOption(
      typeOf(value),
      (): Unread => ({ isOfLog: false, problem: "it has no `$report_type`" })
    )
    return yield* Either.mapLeft(ofType(type, value), (error): Unread => ({ isOfLog: true, problem: problemOf(error) }))
  })
