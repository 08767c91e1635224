/**
 * The tests of the snapshot that a connection shows.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { Connection } from "../../services/Warehouse.js"
import { CONTEXTS } from "../ask/contexts.js"
import { rowsOf } from "../rows.js"

// a test has two results when it ran and its teardown failed
const testsSql = `
  WITH ran AS (SELECT DISTINCT test_id FROM ${CONTEXTS})
  SELECT test_id AS "testId", any_value(rel_path) AS "relPath", list(DISTINCT outcome) AS outcomes,
         test_id IN (SELECT test_id FROM ran) AS "isRecorded"
  FROM test_profile GROUP BY test_id ORDER BY test_id`

const Test = Schema.Struct({
  testId: Schema.String,
  relPath: Schema.NullOr(Schema.String),
  outcomes: Schema.parseJson(Schema.Array(Schema.String)),
  /** Whether it is known of a line that it ran it. */
  isRecorded: Schema.Boolean
})

type Test = typeof Test.Type

/**
 * @since 0.1.0
 * @category models
 */
export interface RecordedTests {
  readonly count: number
  /** All runs of a test function, with each of its parameters. */
  readonly testsOf: (relPath: string, qualifiedName: string) => ReadonlyArray<string>
  /** Those of a function of this name that is in no class, in whatever file: another can import it, and has the test then. */
  readonly testsNamed: (name: string) => ReadonlyArray<string>
  /** Test -> why it is needed whatever changed. */
  readonly always: ReadonlyMap<string, string>
  /** The node id for a pytest that is started in the root of the repository. */
  readonly argumentOf: (testId: string) => string
}

/** Of a node id what is after the file. */
const nameOf = (testId: string): string => {
  const at = testId.indexOf("::")
  return at === -1 ? "" : testId.slice(at)
}

const withoutParameters = (name: string): string => name.replace(/\[.*$/s, "")

const whyAlways = ({ isRecorded, outcomes }: Test): ReadonlyArray<string> => {
  const bad = outcomes.find((outcome) => outcome === "failed" || outcome === "error" || outcome === "crashed")
  return bad !== undefined
    ? [`ended as ${bad} when it was recorded`]
    : isRecorded
    ? []
    : [`no line that it runs is recorded (${outcomes.join(", ")})`]
}

/**
 * @since 0.1.0
 * @category constructors
 */
export const read = Effect.fn("tests.recordedTests")(function*(connection: Connection) {
  const tests = yield* rowsOf(connection)(testsSql, Test)
  const byFunction = new Map<string, Array<string>>()
  for (const { relPath, testId } of tests) {
    const key = `${relPath ?? ""}${withoutParameters(nameOf(testId))}`
    const known = byFunction.get(key)
    if (known === undefined) byFunction.set(key, [testId])
    else known.push(testId)
  }
  const files = new Map(tests.map(({ relPath, testId }) => [testId, relPath]))
  const recorded: RecordedTests = {
    count: tests.length,
    testsOf: (relPath, qualifiedName) => byFunction.get(`${relPath}::${qualifiedName.replaceAll(".", "::")}`) ?? [],
    testsNamed: (name) =>
      tests.flatMap(({ testId }) => withoutParameters(nameOf(testId)) === `::${name}` ? [testId] : []),
    always: new Map(tests.flatMap((test) => whyAlways(test).map((why) => [test.testId, why] as const))),
    argumentOf: (testId) => {
      const relPath = files.get(testId) ?? null
      return relPath === null ? testId : `${relPath}${nameOf(testId)}`
    }
  }
  return recorded
})
