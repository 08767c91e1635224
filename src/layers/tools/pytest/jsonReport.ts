/**
 * A report of pytest-json-report that somebody else made. It is written at the end of a session, so one that died left
 * none; and it knows less: subtests and repeated tests are not in it, skipped modules only with the collectors.
 *
 * @since 0.1.0
 */
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type { TestPhase } from "../../../domain/TestReport.js"
import { messageOf, oneLine, outcomeOf, type RawReport, type RawResult, Seconds } from "./outcome.js"

const optional = <A, I>(schema: Schema.Schema<A, I>) => Schema.optionalWith(schema, { exact: true })

const Stage = Schema.Struct({
  outcome: Schema.String,
  duration: optional(Seconds),
  crash: optional(Schema.Struct({ message: Schema.String })),
  longrepr: optional(Schema.String)
})

type Stage = typeof Stage.Type

const Test = Schema.Struct({
  nodeid: Schema.String,
  outcome: Schema.String,
  setup: optional(Stage),
  call: optional(Stage),
  teardown: optional(Stage)
})

type Test = typeof Test.Type

/**
 * Format of version 1.5; the fields in use.
 *
 * @since 0.1.0
 * @category schemas
 */
export const JsonReport = Schema.Struct({
  exitcode: Schema.Int,
  root: Schema.String,
  /** Left out with `--json-report-summary`: then it says nothing of tests. */
  tests: Schema.Array(Test),
  summary: Schema.Struct({
    total: optional(Schema.Int),
    collected: optional(Schema.Int),
    deselected: optional(Schema.Int)
  }),
  collectors: optional(Schema.Array(Schema.Struct({
    nodeid: Schema.String,
    outcome: Schema.String,
    longrepr: optional(Schema.String)
  })))
})

/**
 * The reason of a skip is the representation of a tuple: `('/a.py', 3, 'Skipped: not today')`.
 *
 * @since 0.1.0
 * @category getters
 */
export const skipReason = (longrepr: string | undefined): Option.Option<string> =>
  Option.map(
    Option.fromNullable(/^\(['"].*['"], \d+, (['"])(?:Skipped: )?([^]*)\1\)$/.exec(longrepr ?? "")?.[2]),
    oneLine
  )

const reasonOf = ({ crash, longrepr }: Pick<Stage, "crash" | "longrepr">): Option.Option<string> =>
  Option.orElse(
    skipReason(longrepr),
    () => crash === undefined ? messageOf(longrepr) : Option.some(oneLine(crash.message))
  )

/** An expected failure is known by the whole test alone, and where a teardown failed after it, by being no skip. */
const wasExpected = (test: Test, phase: TestPhase, stage: Stage): boolean =>
  test.outcome === "xfailed" || test.outcome === "xpassed"
    ? phase === "call" || stage.outcome === "skipped"
    : stage.outcome === "skipped" && Option.isNone(skipReason(stage.longrepr))

const resultsOf = (test: Test): ReadonlyArray<RawResult> => {
  const { call, nodeid: testId, setup, teardown } = test
  const stages = ([["setup", setup], ["call", call], ["teardown", teardown]] as const).flatMap(([phase, stage]) =>
    stage === undefined ? [] : [{ phase, stage, durationMs: (stage.duration ?? 0) * 1000 }]
  )
  const location = Option.none<string>()
  const counted = stages.flatMap(({ phase, stage }) =>
    Option.match(outcomeOf(phase, { outcome: stage.outcome, xfail: wasExpected(test, phase, stage) }), {
      onNone: () => [],
      onSome: (outcome) => [{ phase, outcome, stage }]
    })
  )
  if (counted.length === 0) {
    // set up, and then nothing: the session was ended, and the report calls that passed
    const crashed: RawResult = {
      testId,
      location,
      phase: "call",
      outcome: "crashed",
      durationMs: Option.none(),
      message: Option.some("the session was ended while it ran")
    }
    return [crashed]
  }
  const ofTeardown = counted.length > 1
  return counted.map(({ outcome, phase, stage }, index): RawResult => ({
    testId,
    location,
    phase,
    outcome,
    durationMs: Option.some(
      stages.filter((each) => ofTeardown ? (each.phase === "teardown") === (index > 0) : true)
        .reduce((sum, each) => sum + each.durationMs, 0)
    ),
    message: outcome === "passed" ? Option.none() : reasonOf(stage)
  }))
}

/**
 * @since 0.1.0
 * @category constructors
 */
export const toRawReport = (report: typeof JsonReport.Type): RawReport => {
  const { collectors = [], exitcode, root, summary, tests } = report
  const collected = collectors.flatMap(({ longrepr, nodeid, outcome }): ReadonlyArray<RawResult> =>
    outcome === "passed" ? [] : [{
      testId: nodeid,
      location: Option.none(),
      phase: "collect",
      outcome: outcome === "skipped" ? "skipped" : "error",
      durationMs: Option.none(),
      message: reasonOf(longrepr === undefined ? {} : { longrepr })
    }]
  )
  const results = [...collected, ...tests.flatMap(resultsOf)]
  const errors = collected.filter(({ outcome }) => outcome === "error").length
  const missing = (summary.collected ?? 0) - (summary.deselected ?? 0) - tests.length
  const ended = results.some(({ outcome }) => outcome === "crashed")
  // with `--continue-on-collection-errors` the tests of the other files are all there
  const goesOn = exitcode <= 1
  const inCollection = errors === 1 ? "1 error in collection" : `${errors} errors in collection`
  const reasons = [
    ...errors > 0 && !goesOn ? [inCollection] : [],
    ...missing > 0 ? [`${missing} tests were collected and not run`] : [],
    ...ended ? ["the session was ended while a test ran"] : [],
    ...exitcode > 1 && exitcode !== 5 ? [`pytest ended with ${exitcode}`] : []
  ]
  return {
    results,
    pytestVersion: Option.none(),
    exitStatus: Option.some(exitcode),
    rootdir: Option.some(root),
    incomplete: reasons.length === 0 ? Option.none() : Option.some(reasons.join("; ")),
    notices: [
      ...exitcode === 5 ? ["pytest found no tests to run"] : [],
      ...errors > 0 && goesOn ? [`${inCollection}: the tests of such a file are not known`] : []
    ]
  }
}
