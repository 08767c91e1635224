// @effect-diagnostics strictEffectProvide:off multipleEffectProvide:off preferSchemaOverJson:off
import * as NodeContext from "@effect/platform-node/NodeContext"
import * as FileSystem from "@effect/platform/FileSystem"
import { assert, describe, it } from "@effect/vitest"
import { DateTime, Effect, Layer, Option, type Scope } from "effect"
import type { PipelineContext } from "../../src/domain/PipelineContext.js"
import * as FileReportReader from "../../src/layers/FileReportReader.js"
import * as MockToolService from "../../src/layers/testing/MockToolService.js"
import * as TestPipeline from "../../src/layers/testing/TestPipeline.js"
import { ingest } from "../../src/programs/ingest.js"
import { renderReport } from "../../src/programs/render/report.js"
import { plain } from "../../src/programs/render/style.js"
import { importReport } from "../../src/programs/reportImport.js"
import { repository, rowsOf } from "./importing.js"

const written = Effect.fnUntraced(function*(value: unknown) {
  const fs = yield* FileSystem.FileSystem
  const file = yield* fs.makeTempFileScoped()
  yield* fs.writeFileString(file, typeof value === "string" ? value : JSON.stringify(value))
  return file
})

const links = (ctx: PipelineContext) => rowsOf(ctx, "SELECT tool, status, reused FROM tool_runs ORDER BY tool")

const checks = (ctx: PipelineContext, tool: string) =>
  rowsOf(ctx, `SELECT rel_path, errors, reason IS NULL FROM file_checks WHERE tool = '${tool}' ORDER BY 1`)

const execution = {
  executable: "/mock/coverage",
  version: Option.some("7.0"),
  args: [],
  cwd: "/mock",
  startedAt: DateTime.unsafeMake(0),
  durationMs: 0,
  exitCode: 0
}

const pipeline = Layer.mergeAll(
  TestPipeline.layer({}),
  MockToolService.layer({ ruff: MockToolService.report({ measured: ["src/a.py", "src/b.py"] }) }, {
    coverage: {
      execution,
      files: new Map([["src/a.py", { covered: [1], missing: [] }]]),
      dropped: new Map([["src/b.py", "no source"]]),
      unparsable: new Map(),
      incomplete: Option.none(),
      outsideRepository: 0,
      notices: []
    }
  }),
  FileReportReader.layer
)

type Services = Layer.Layer.Success<typeof pipeline> | NodeContext.NodeContext

const test = <A, E>(body: Effect.Effect<A, E, Services | Scope.Scope>) =>
  Effect.scoped(body).pipe(Effect.provide(Layer.provideMerge(pipeline, NodeContext.layer)))

const sources = { "src/a.py": "import os\n", "src/b.py": "x = 1\n", "src/c.py": "" }

const row = (filename: string, line = 1) => ({
  filename,
  code: "F401",
  message: "`os` imported but unused",
  location: { row: line, column: 8 },
  end_location: { row: line, column: 10 }
})

const slow = { timeout: 120_000 }

describe("importReport", () => {
  it.effect("stores what is proved, and NULL for the rest; other tools' links stay", () =>
    test(Effect.gen(function*() {
      const ctx = yield* repository(sources)
      yield* ingest(ctx, { only: ["typing"] })
      assert.deepStrictEqual(yield* checks(ctx, "ruff"), [
        ["src/a.py", 0, true],
        ["src/b.py", 0, true],
        ["src/c.py", null, false]
      ])
      const file = yield* written([row("/home/runner/work/x/x/src/a.py"), row("C:\\other\\q.py"), row("/ci/z.py", 9)])
      const summary = yield* importReport(ctx, file)
      if (!("runs" in summary)) return assert.fail(summary.format)
      assert.deepInclude(summary, { format: "ruff" })
      assert.deepInclude(summary.runs[0], {
        tool: "ruff",
        findings: { error: 1, warning: 0, information: 0 },
        files: { measured: 1, notMeasured: 0, unknown: 2 },
        withoutPlace: 2
      })
      assert.deepStrictEqual(summary.paths.unmatched, { count: 2, first: ["C:\\other\\q.py", "/ci/z.py"] })
      assert.strictEqual(summary.paths.suffix, 1)
      assert.include(
        renderReport(summary, plain),
        "- 2 paths of no file of the repository, left out: C:\\other\\q.py, /ci/z.py\nruff: 1 error; 2 left out\n" +
          "  Python files: 1 measured, 2 not known\npaths: 1 by their end, 2 of no file here\n"
      )
      assert.deepStrictEqual(yield* checks(ctx, "ruff"), [
        ["src/a.py", 1, true],
        ["src/b.py", null, false],
        ["src/c.py", null, false]
      ])
      assert.deepStrictEqual(
        yield* rowsOf(ctx, "SELECT rel_path, measured, reason FROM run_files ORDER BY 1 LIMIT 2"),
        [
          ["src/a.py", true, "as reported elsewhere: that it was of the present content is not known"],
          ["src/b.py", null, "the report does not list the files that were looked at, and has no finding in this one"]
        ]
      )
      assert.deepStrictEqual(
        yield* rowsOf(ctx, "SELECT rel_path, start_line, start_column, rule FROM diagnostics"),
        [["src/a.py", 1, 8, "F401"]]
      )
      assert.deepStrictEqual(
        yield* rowsOf(ctx, "SELECT outside_repository, status FROM tool_runs WHERE tool = 'ruff'"),
        [
          [2, "imported"]
        ]
      )
      assert.deepInclude(yield* links(ctx), ["coverage", "skipped", false])
    })), slow)

  it.effect(
    "a finding that is not within the file keeps its row, and the file no number",
    () =>
      test(Effect.gen(function*() {
        const ctx = yield* repository(sources)
        const summary = yield* importReport(ctx, yield* written([row("src/a.py"), row("src/b.py", 40)]))
        if (!("runs" in summary)) return assert.fail(summary.format)
        assert.deepStrictEqual(summary.ofOtherContent, { count: 1, first: ["src/b.py"] })
        assert.deepStrictEqual(yield* checks(ctx, "ruff"), [
          ["src/a.py", 1, true],
          ["src/b.py", null, false],
          ["src/c.py", null, false]
        ])
        assert.deepStrictEqual(yield* rowsOf(ctx, "SELECT count(*) FROM diagnostics"), [[2]])
        assert.deepStrictEqual(yield* rowsOf(ctx, "SELECT reason FROM run_files WHERE rel_path = 'src/b.py'"), [
          ["the report was made of another content: 1 finding is not within the file"]
        ])
        // what an ingest would have run
        assert.deepInclude(yield* links(ctx), ["pytest", "skipped", false])
      })),
    slow
  )

  it.effect(
    "coverage: its files are all that it measured; lines of another content are not stored",
    () =>
      test(Effect.gen(function*() {
        const ctx = yield* repository(sources)
        const files = {
          "/ci/src/a.py": { executed_lines: [1], missing_lines: [] },
          "/ci/src/b.py": { executed_lines: [], missing_lines: [1, 7] }
        }
        const summary = yield* importReport(ctx, yield* written({ meta: { version: "7.17.3" }, files }))
        if (!("runs" in summary)) return assert.fail(summary.format)
        assert.deepInclude(summary.runs[0], {
          tool: "coverage",
          version: "7.17.3",
          coverage: { files: 1, lines: 1, coveredLines: 1 },
          files: { measured: 1, notMeasured: 2, unknown: 0 }
        })
        assert.deepStrictEqual(
          yield* rowsOf(ctx, "SELECT rel_path, measured FROM run_files ORDER BY 1"),
          [["src/a.py", true], ["src/b.py", false], ["src/c.py", false]]
        )
        assert.deepStrictEqual(yield* rowsOf(ctx, "SELECT rel_path, lineno, covered FROM coverage_lines"), [[
          "src/a.py",
          1,
          true
        ]])
        // coverage reads its own data
        yield* importReport(ctx, yield* written("SQLite format 3\0"))
        assert.deepStrictEqual(
          yield* rowsOf(ctx, "SELECT rel_path, reason FROM run_files WHERE NOT measured ORDER BY 1"),
          [
            ["src/b.py", "no source"],
            ["src/c.py", "not measured: the report does not have it"]
          ]
        )
      })),
    slow
  )

  it.effect("stays with its snapshot where its tool is not run, and no longer", () =>
    test(Effect.gen(function*() {
      const ctx = yield* repository(sources)
      yield* importReport(ctx, yield* written([row("src/a.py")]))
      yield* importReport(
        ctx,
        yield* written({
          version: "2.1.0",
          runs: [{ tool: { driver: { name: "CodeQL" } }, results: [] }]
        })
      )
      yield* importReport(
        ctx,
        yield* written(
          `<testsuites><testsuite tests="1"><testcase classname="src.a.T" name="t" time="0.5"/></testsuite></testsuites>`
        )
      )
      assert.deepStrictEqual(yield* links(ctx), [
        ["codeql", "imported", false],
        ["coverage", "skipped", false],
        ["pytest", "imported", false],
        ["ruff", "imported", false],
        ["scip-python", "skipped", false]
      ])
      assert.deepStrictEqual(yield* checks(ctx, "codeql"), [
        ["src/a.py", null, false],
        ["src/b.py", null, false],
        ["src/c.py", null, false]
      ])
      assert.deepStrictEqual(yield* rowsOf(ctx, "SELECT test_id, rel_path, duration_ms FROM test_profile"), [
        ["src/a.py::T::t", "src/a.py", 500]
      ])
      yield* ingest(ctx, { only: ["scip"] })
      const after = yield* links(ctx)
      assert.deepInclude(after, ["codeql", "imported", true])
      assert.deepInclude(after, ["pytest", "imported", true])
      assert.deepInclude(after, ["ruff", "imported", true])
      assert.strictEqual((yield* checks(ctx, "codeql")).length, 3)

      // asked for, it is run
      yield* ingest(ctx, { only: ["typing"] })
      assert.deepInclude(yield* links(ctx), ["ruff", "ok", false])
      // what was imported later counts, until its tool is run
      yield* importReport(ctx, yield* written([row("src/b.py")]))
      yield* ingest(ctx, { only: ["scip"] })
      assert.deepInclude(yield* links(ctx), ["ruff", "imported", true])

      // any other content is another snapshot
      const files = new Map([...ctx.snapshot.files, ["README.md", "changed"]])
      yield* ingest({ ...ctx, snapshot: { ...ctx.snapshot, id: "other", files } }, { only: ["scip"] })
      const other = yield* links(ctx)
      assert.deepInclude(other, ["codeql", "skipped", false])
      assert.deepInclude(other, ["pytest", "skipped", false])
      assert.deepInclude(other, ["ruff", "skipped", false])
    })), slow)

  it.effect(
    "one of another repository, and one without anything, leave all as it was",
    () =>
      test(Effect.gen(function*() {
        const ctx = yield* repository(sources)
        yield* importReport(ctx, yield* written([row("src/a.py")]))
        const before = yield* rowsOf(ctx, "FROM core.tool_runs")
        const refused = (value: unknown, options = {}) =>
          Effect.flatMap(written(value), (file) =>
            Effect.map(
              Effect.flip(Effect.as(importReport(ctx, file, options), "not refused")),
              (error) => "reason" in error ? [error._tag, error.reason] : [error._tag]
            ))
        const elsewhere = ["ReportRefused", "Elsewhere"]
        assert.deepStrictEqual(yield* refused([row("/q/z.py")]), elsewhere)
        assert.deepStrictEqual(yield* refused({ meta: { version: "7" }, files: {} }), elsewhere)
        assert.deepStrictEqual(yield* refused({ version: "2.1.0", runs: [] }), elsewhere)
        assert.deepStrictEqual(yield* refused("<testsuite><testcase classname='q.z' name='t'/></testsuite>"), elsewhere)
        assert.deepStrictEqual(yield* refused("hello"), ["ReportRefused", "UnknownFormat"])
        assert.deepStrictEqual(yield* refused("[{}"), ["ReportRefused", "UnknownFormat"])
        assert.deepStrictEqual(yield* refused("[{}]", { format: "ruff" }), ["ReportRefused", "Malformed"])
        const maps = [{ from: "/a", to: "." }]
        assert.deepStrictEqual(yield* refused("\n\0", { format: "scip", maps }), elsewhere)
        assert.deepStrictEqual(yield* rowsOf(ctx, "FROM core.tool_runs"), before)
      })),
    slow
  )
})
