import { assert, describe, it, layer } from "@effect/vitest"
import { Effect, FastCheck, Option } from "effect"
import type { CoverageContext, FileCoverage } from "../../../src/domain/CoverageReport.js"
import { TestOutcome, TestPhase, type TestResult } from "../../../src/domain/TestReport.js"
import * as MemoryInstances from "../../../src/layers/duckdb/memoryInstances.js"
import { migrations } from "../../../src/layers/duckdb/migrations.js"
import * as InstanceWarehouse from "../../../src/layers/duckdb/warehouse.js"
import * as MemoryWarehouse from "../../../src/layers/testing/MemoryWarehouse.js"
import type { CoverageRun, TestsRun } from "../../../src/services/Warehouse.js"
import { reading, rowsOf, writing } from "./laws.js"
import { link, measured, module, record, toolRun } from "./rows.js"

const result = (testId: string, given: Partial<TestResult> = {}): TestResult => ({
  testId,
  relPath: Option.some(testId.split("::")[0] ?? ""),
  phase: "call",
  outcome: "passed",
  durationMs: Option.some(1.5),
  message: Option.none(),
  ...given
})

const testsRun = (given: Partial<TestsRun> = {}): TestsRun => ({ run: toolRun("pytest"), results: [], ...given })

const coverageRun = (given: Partial<CoverageRun> = {}): CoverageRun => ({
  run: toolRun("coverage"),
  files: [],
  lines: new Map(),
  contexts: Option.none(),
  ...given
})

const covered = (lines: ReadonlyArray<number>, missing: ReadonlyArray<number>): FileCoverage => ({
  covered: lines,
  missing
})

const withRuns = (...runs: ReadonlyArray<CoverageRun | TestsRun>) =>
  record("a", {
    modules: ["a.py", "b.py", "c.py"].map((path) => module(path)),
    runs: runs.map(({ run }) => link(run))
  })

const text = FastCheck.oneof(FastCheck.string({ unit: "binary" }), FastCheck.constantFrom("", "a\0b", "'", "t[1-2]"))
const line = FastCheck.integer({ min: 1, max: 2 ** 31 - 1 })
const lines = FastCheck.uniqueArray(line, { maxLength: 40 }).map((all) => all.sort((a, b) => a - b))
const optional = <A>(arbitrary: FastCheck.Arbitrary<A>) =>
  FastCheck.option(arbitrary, { nil: undefined }).map(Option.fromNullable)

const arbitraryResult: FastCheck.Arbitrary<TestResult> = FastCheck.record({
  testId: text,
  relPath: optional(text),
  phase: FastCheck.constantFrom(...TestPhase.literals),
  outcome: FastCheck.constantFrom(...TestOutcome.literals),
  durationMs: optional(FastCheck.double({ min: 0, noNaN: true, noDefaultInfinity: true }).map((ms) => ms + 0)),
  message: optional(text)
})

const arbitraryLines: FastCheck.Arbitrary<ReadonlyMap<string, FileCoverage>> = FastCheck.array(
  FastCheck.tuple(text, lines)
).map((files) =>
  new Map(
    files.map(([path, all]) => [path, covered(all.filter((_, at) => at % 3 > 0), all.filter((_, at) => at % 3 === 0))])
  )
)

const arbitraryContext: FastCheck.Arbitrary<CoverageContext> = FastCheck.record({ testId: text, relPath: text, lines })

layer(MemoryWarehouse.layer)("runs of pytest and coverage", (it) => {
  it.effect("have the columns that others rely on, first and in this order", () =>
    Effect.gen(function*() {
      const promised = {
        test_profile: "run_id, test_id, rel_path, outcome, duration_ms, message",
        coverage_lines: "run_id, rel_path, lineno, covered",
        coverage_contexts: "run_id, rel_path, lineno, test_id",
        file_coverage: "rel_path, run_id, covered_lines, missing_lines, percent, reason"
      }
      for (const [view, columns] of Object.entries(promised)) {
        const found = yield* writing("columns", (connection) => connection.query(`FROM ${view}`))
        const names = found.columns.map(({ name }) => name)
        assert.deepStrictEqual(names.slice(0, columns.split(", ").length), columns.split(", "), view)
      }
    }))

  it.effect("are shown for the latest snapshot", () =>
    Effect.gen(function*() {
      const tests = testsRun({
        results: [
          result("tests/a.py::test_x", { durationMs: Option.some(0.25) }),
          result("tests/a.py::test_x", {
            phase: "teardown",
            outcome: "error",
            durationMs: Option.none(),
            message: Option.some("OSError: no")
          }),
          result("/elsewhere/b.py::test_y", { relPath: Option.none(), outcome: "xfailed" })
        ]
      })
      const coverage = coverageRun({
        files: ["a.py", "b.py"].map(measured),
        lines: new Map([["a.py", covered([2, 5], [1, 9])], ["b.py", covered([], [])]]),
        contexts: Option.some([
          { testId: "tests/a.py::test_x", relPath: "a.py", lines: [2, 5] },
          { testId: "tests/a.py::test_z", relPath: "a.py", lines: [5] },
          { testId: "tests/a.py::test_z", relPath: "b.py", lines: [] }
        ])
      })
      const file = "latest"
      yield* writing(file, (connection) =>
        Effect.gen(function*() {
          yield* connection.writeTestsRun(tests)
          yield* connection.writeCoverageRun(coverage)
          yield* connection.finishSnapshot(withRuns(tests, coverage))
        }))
      assert.deepStrictEqual(
        yield* rowsOf(
          file,
          "SELECT p.test_id, p.rel_path, p.outcome, p.duration_ms, p.message, p.phase, r.tool " +
            "FROM test_profile p JOIN tool_runs r ON r.run_id = p.run_id ORDER BY p.test_id DESC, p.phase"
        ),
        [
          ["tests/a.py::test_x", "tests/a.py", "passed", 0.25, null, "call", "pytest"],
          ["tests/a.py::test_x", "tests/a.py", "error", null, "OSError: no", "teardown", "pytest"],
          ["/elsewhere/b.py::test_y", null, "xfailed", 1.5, null, "call", "pytest"]
        ]
      )
      assert.deepStrictEqual(yield* rowsOf(file, "FROM coverage_lines ORDER BY rel_path, lineno"), [
        ["run of coverage", "a.py", 1, false],
        ["run of coverage", "a.py", 2, true],
        ["run of coverage", "a.py", 5, true],
        ["run of coverage", "a.py", 9, false]
      ])
      assert.deepStrictEqual(yield* rowsOf(file, "FROM coverage_contexts ORDER BY ALL"), [
        ["run of coverage", "a.py", 2, "tests/a.py::test_x"],
        ["run of coverage", "a.py", 5, "tests/a.py::test_x"],
        ["run of coverage", "a.py", 5, "tests/a.py::test_z"]
      ])

      yield* writing(file, (connection) => connection.finishSnapshot(record("b", { modules: [module("a.py")] })))
      for (const view of ["test_profile", "coverage_lines", "coverage_contexts", "file_coverage"]) {
        assert.deepStrictEqual(yield* rowsOf(file, `FROM ${view}`), [], view)
      }
    }))

  it.effect("file_coverage has a number for each file that was measured, and the reason for each other", () =>
    Effect.gen(function*() {
      const coverage = (given: Partial<CoverageRun>) =>
        writing("files", (connection) =>
          Effect.gen(function*() {
            const run = coverageRun(given)
            yield* connection.writeCoverageRun(run)
            yield* connection.finishSnapshot(withRuns(run))
            return (yield* connection.query("FROM file_coverage ORDER BY rel_path")).rows
          }))
      const measuredRun = yield* coverage({
        run: toolRun("coverage", { runId: "1" }),
        files: [
          measured("a.py"),
          measured("b.py"),
          { relPath: "c.py", measured: Option.some(false), reason: Option.some("omitted") }
        ],
        // lines of a file that the run does not vouch for are no measurement of it
        lines: new Map([["a.py", covered([1, 2, 3], [4])], ["c.py", covered([1], [])]])
      })
      assert.deepStrictEqual(measuredRun, [
        ["a.py", "1", 3, 1, 75, null],
        ["b.py", "1", 0, 0, 100, null],
        ["c.py", "1", null, null, null, "omitted"]
      ])
      const nothingCovered = yield* coverage({
        run: toolRun("coverage", { runId: "2" }),
        files: [measured("a.py")],
        lines: new Map([["a.py", covered([], [1])]])
      })
      assert.deepStrictEqual(nothingCovered[0], ["a.py", "2", 0, 1, 0, null])
      const failed = yield* coverage({
        run: toolRun("coverage", { runId: "3", status: "failed", reason: Option.some("No data to report.") })
      })
      assert.deepStrictEqual(
        failed.map((row) => row.slice(2)),
        Array.from({ length: 3 }, () => [
          null,
          null,
          null,
          "No data to report."
        ])
      )
      yield* writing("files", (connection) =>
        connection.finishSnapshot(record("a", {
          modules: [module("a.py")],
          runs: [{
            tool: "coverage",
            runId: Option.none(),
            status: "skipped",
            reason: Option.some("--no-tests"),
            reused: false
          }]
        })))
      assert.deepStrictEqual(yield* rowsOf("files", "FROM file_coverage"), [
        ["a.py", null, null, null, null, "--no-tests"]
      ])
    }))

  it.effect("are refused by a connection opened for reading", () =>
    Effect.gen(function*() {
      yield* writing("refused", () => Effect.void)
      const refusals = yield* reading("refused", (connection) =>
        Effect.forEach(
          [connection.writeTestsRun(testsRun()), connection.writeCoverageRun(coverageRun())],
          Effect.flip,
          { concurrency: 1 }
        ))
      assert.deepStrictEqual(refusals.map(({ reason }) => reason), ["ReadOnly", "ReadOnly"])
    }))

  it.effect("are written whole or not at all", () =>
    Effect.gen(function*() {
      const errors = yield* writing("whole", (connection) =>
        Effect.forEach(
          [
            // the run is there already
            Effect.zipRight(
              connection.writeTestsRun(testsRun({ results: [result("a::b")] })),
              connection.writeTestsRun(testsRun({ results: [result("a::c"), result("a::d")] }))
            ),
            connection.writeCoverageRun(coverageRun({ lines: new Map([["a.py", covered([1, 2 ** 40], [])]]) })),
            connection.writeCoverageRun(coverageRun({
              lines: new Map([["a.py", covered([1], [])]]),
              contexts: Option.some([{ testId: "t", relPath: "a.py", lines: [1, 0.5] }])
            }))
          ],
          Effect.flip,
          { concurrency: 1 }
        ))
      assert.deepStrictEqual(errors.map(({ reason }) => reason), ["Query", "Query", "Query"])
      assert.deepStrictEqual(
        yield* rowsOf(
          "whole",
          `SELECT (SELECT count(*) FROM core.tool_runs), (SELECT count(*) FROM analytics.test_profile),
          (SELECT count(*) FROM analytics.coverage_lines), (SELECT count(*) FROM analytics.coverage_contexts)`
        ),
        [[1, 1, 0, 0]]
      )
    }))

  it.effect("of many rows, over several chunks, come back in order", () =>
    Effect.gen(function*() {
      const contexts = Array.from({ length: 5000 }, (_, at) => ({
        testId: `t${at}`,
        relPath: `f${at % 7}.py`,
        lines: Array.from({ length: at % 5 }, (__, index) => at + index + 1)
      }))
      yield* writing("many", (connection) =>
        Effect.gen(function*() {
          yield* connection.writeCoverageRun(coverageRun({ contexts: Option.some(contexts) }))
          const { rows } = yield* connection.query(
            "SELECT test_id, rel_path, lines FROM analytics.coverage_contexts ORDER BY rowid"
          )
          assert.deepStrictEqual(
            rows,
            contexts.map(({ lines: ran, relPath, testId }) => [
              testId,
              relPath,
              `[${ran.join(",")}]`
            ])
          )
        }))
    }))

  it.effect.prop(
    "come back as they were written",
    [FastCheck.array(arbitraryResult), arbitraryLines, optional(FastCheck.array(arbitraryContext))],
    ([results, files, contexts]) =>
      writing("round trip", (connection) =>
        Effect.gen(function*() {
          for (const table of ["core.tool_runs", "analytics.test_profile"]) {
            yield* connection.query(`DELETE FROM ${table}`)
          }
          for (const table of ["coverage_lines", "coverage_contexts"]) {
            yield* connection.query(`DELETE FROM analytics.${table}`)
          }
          yield* connection.writeTestsRun(testsRun({ results }))
          yield* connection.writeCoverageRun(coverageRun({ lines: files, contexts }))
          const all = (sql: string) => Effect.map(connection.query(sql), ({ rows }) => rows)
          assert.deepStrictEqual(
            yield* all("SELECT * EXCLUDE run_id FROM analytics.test_profile ORDER BY rowid"),
            results.map((each) => [
              each.testId,
              Option.getOrNull(each.relPath),
              each.phase,
              each.outcome,
              Option.getOrNull(each.durationMs),
              Option.getOrNull(each.message)
            ])
          )
          assert.sameDeepMembers(
            [...yield* all("SELECT * EXCLUDE run_id FROM analytics.coverage_lines")],
            [...files].flatMap(([path, each]) => [
              ...each.covered.map((at) => [path, at, true]),
              ...each.missing.map((at) => [path, at, false])
            ])
          )
          assert.deepStrictEqual(
            (yield* all("SELECT rel_path, test_id, lines FROM analytics.coverage_contexts ORDER BY rowid"))
              .map(([path, test, ran]) => [path, test, JSON.parse(String(ran))]),
            Option.getOrElse(contexts, () => []).map((each) => [each.relPath, each.testId, each.lines])
          )
        })),
    { fastCheck: { numRuns: 30 } }
  )
})

describe("a database of the first version", () => {
  it.scoped("gets the tables, and keeps what is in it", () =>
    Effect.gen(function*() {
      const instances = yield* MemoryInstances.make
      const [first] = migrations
      const session = yield* instances.connect("old", "write")
      yield* session.transaction("make", ({ run, script }) =>
        Effect.gen(function*() {
          yield* script(first?.statements ?? [])
          yield* run("INSERT INTO core.codeintel_schema VALUES (1, 'first', now())")
          yield* run("INSERT INTO core.modules VALUES ('a', 'a.py', 'a', 'h', 1, 1)")
        }))
      const warehouse = InstanceWarehouse.make(instances)
      yield* Effect.scoped(
        Effect.flatMap(warehouse.open("old", "write"), (connection) => connection.writeTestsRun(testsRun()))
      )
      const { rows } = yield* warehouse.ask(
        "old",
        "SELECT (SELECT count(*) FROM core.modules), (SELECT count(*) FROM core.tool_runs), (SELECT count(*) FROM test_profile)",
        { maxRows: 1 }
      )
      assert.deepStrictEqual(rows, [[1, 1, 0]])
    }))
})
