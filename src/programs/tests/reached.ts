/**
 * Which tests reach a function, in the snapshot that a connection shows.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { OUTSIDE_OF_TESTS } from "../../domain/CoverageReport.js"
import type { Definition } from "../../domain/Outline.js"
import type { Connection } from "../../services/Warehouse.js"
import { CONTEXTS, functionAround } from "../ask/contexts.js"
import { indexRuns } from "../ask/indexState.js"
import { sourceOf } from "../ask/places.js"
import { rowsOf } from "../rows.js"
import type { RecordedTests } from "./recordedTests.js"

const contextsSql = `
  SELECT DISTINCT test_id AS "testId" FROM ${CONTEXTS}
  WHERE rel_path = $1 AND list_has_any(lines, range($2::BIGINT, $3::BIGINT + 1)::INTEGER[])`

const Context = Schema.Struct({ testId: Schema.String })

const measuredSql = `SELECT rel_path AS "relPath" FROM file_coverage WHERE covered_lines IS NOT NULL`

const Measured = Schema.Struct({ relPath: Schema.String })

// who enters a function runs its first line: what coverage excludes is recorded for nobody
const countedSql = `SELECT count(*) AS count FROM coverage_lines WHERE rel_path = $1 AND lineno = $2`

const Count = Schema.Struct({ count: Schema.NonNegativeInt })

// the innermost function around each reference; a reference in none is an import, or of a name that is called later
const callersSql = `
  WITH definitions AS (
    SELECT DISTINCT o.symbol_id FROM core.scip_run_documents d JOIN core.scip_occurrences o USING (document_id)
    JOIN core.scip_symbols s USING (symbol_id)
    WHERE d.rel_path = $1 AND o.start_line = $2 AND o.roles & 1 = 1 AND s.symbol LIKE '%().'
      AND d.run_id IN (SELECT run_id FROM (${indexRuns}))
  ), uses AS (
    SELECT m.rel_path, m.content_hash, o.start_line FROM core.scip_run_documents d
    JOIN core.scip_occurrences o USING (document_id) JOIN definitions USING (symbol_id)
    JOIN files m ON m.rel_path = d.rel_path
    WHERE o.roles & 1 = 0 AND d.run_id IN (SELECT run_id FROM (${indexRuns}))
  )
  SELECT DISTINCT u.rel_path AS "relPath",
         ${functionAround("u")} AS name
  FROM uses u ORDER BY ALL`

const Caller = Schema.Struct({ relPath: Schema.String, name: Schema.NullOr(Schema.String) })

/**
 * A function of the snapshot.
 *
 * @since 0.1.0
 * @category models
 */
export interface Target {
  readonly relPath: string
  readonly definition: Definition
}

/**
 * @since 0.1.0
 * @category getters
 */
export const named = ({ definition, relPath }: Target): string => `${relPath}:${definition.qualifiedName}`

/**
 * @since 0.1.0
 * @category models
 */
export interface Reached {
  /** Test -> how it reaches the function. */
  readonly tests: ReadonlyMap<string, string>
  /** Why there may be others, which are not known; none: there are not. */
  readonly problem: Option.Option<string>
}

/**
 * @since 0.1.0
 * @category constructors
 */
export const make = Effect.fn("tests.reached")(function*(connection: Connection, recorded: RecordedTests) {
  const read = rowsOf(connection)
  const measured = new Set((yield* read(measuredSql, Measured)).map(({ relPath }) => relPath))
  const outlineOf = yield* Effect.cachedFunction((relPath: string) =>
    Effect.map(
      sourceOf(connection, relPath),
      Option.match({ onNone: () => [], onSome: ({ outline }) => outline.definitions })
    )
  )

  const contexts = ({ definition: { codeLine, endLine }, relPath }: Target) =>
    Effect.map(read(contextsSql, Context, [relPath, codeLine, endLine]), (rows) => rows.map(({ testId }) => testId))

  const callers = Effect.fnUntraced(function*({ definition, relPath }: Target) {
    const rows = yield* read(callersSql, Caller, [relPath, definition.nameLine])
    const found = yield* Effect.forEach(
      rows,
      (row) =>
        Effect.map(
          outlineOf(row.relPath),
          (definitions) =>
            definitions.filter(({ kind, qualifiedName }) => kind === "function" && qualifiedName === row.name)
              .map((each): Target => ({ relPath: row.relPath, definition: each }))
        ),
      { concurrency: 1 }
    )
    return found.flat()
  })

  /** Tests that refer to it, and those that refer to what no test was seen to run and refers to it. */
  const referring = Effect.fnUntraced(function*(target: Target, isRun: boolean) {
    const tests = new Map<string, string>()
    const seen = new Set([named(target)])
    const waiting: Array<{ readonly target: Target; readonly through: string }> = [{ target, through: "" }]
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      for (const caller of yield* callers(next.target)) {
        if (seen.has(named(caller))) continue
        seen.add(named(caller))
        const own = recorded.testsOf(caller.relPath, caller.definition.qualifiedName)
        for (const testId of own) if (!tests.has(testId)) tests.set(testId, `refers to ${named(target)}${next.through}`)
        // what the tests run of a function that they were seen to run is known
        if (own.length > 0 || isRun || (yield* contexts(caller)).length > 0) continue
        waiting.push({ target: caller, through: ` through ${named(caller)}` })
      }
    }
    return tests
  })

  const reach = Effect.fn("tests.reach")(function*(target: Target) {
    const name = named(target)
    const own = recorded.testsOf(target.relPath, target.definition.qualifiedName)
    const isMeasured = measured.has(target.relPath)
    const ran = isMeasured ? yield* contexts(target) : []
    const tests = new Map<string, string>()
    for (const testId of ran) if (testId !== OUTSIDE_OF_TESTS) tests.set(testId, `runs ${name}`)
    for (const [testId, reason] of yield* referring(target, tests.size > 0)) {
      if (!tests.has(testId)) tests.set(testId, reason)
    }
    for (const testId of isMeasured ? own : recorded.testsNamed(target.definition.qualifiedName)) {
      tests.set(testId, `is ${name}`)
    }
    const { codeLine } = target.definition
    const [counted] = isMeasured ? yield* read(countedSql, Count, [target.relPath, codeLine]) : []
    const problem = ran.includes(OUTSIDE_OF_TESTS)
      ? Option.some(`${name} runs outside of tests, too: on import, or in a fixture that tests share`)
      : !isMeasured && (own.length === 0 || target.definition.qualifiedName.includes("."))
      ? Option.some(`coverage did not measure ${target.relPath}: which test runs ${name} is not known`)
      : counted?.count === 0
      ? Option.some(
        `coverage does not count line ${codeLine} of ${target.relPath}: which test runs ${name} is not known`
      )
      : Option.none()
    const reached: Reached = { tests, problem }
    return reached
  })

  return { reach, outlineOf }
})
