// @effect-diagnostics strictEffectProvide:off multipleEffectProvide:off
import { assert, describe, it } from "@effect/vitest"
import { Deferred, Effect, Either, Exit, Fiber, Layer, Option, Ref } from "effect"
import type { Diagnostic } from "../../src/domain/Diagnostic.js"
import { ToolExecution, ToolNotFound } from "../../src/domain/errors.js"
import type { ToolSummary } from "../../src/domain/IngestSummary.js"
import type { PipelineContext } from "../../src/domain/PipelineContext.js"
import * as MockToolService from "../../src/layers/testing/MockToolService.js"
import * as TestPipeline from "../../src/layers/testing/TestPipeline.js"
import * as TestRepository from "../../src/layers/testing/TestRepository.js"
import { typingIngest } from "../../src/programs/datasetIngests.js"
import { Repositories } from "../../src/services/Repositories.js"
import { Warehouse } from "../../src/services/Warehouse.js"

const sources = {
  "a.py": "import os\n\ndef f(x: int) -> int:\n    return x\n",
  "b.py": "def g(y):\n    return y\n",
  "c.py": "import a\nimport b\n"
}

const ctx = TestRepository.context("/repo", sources)

const finding = (over: Partial<Diagnostic>): Diagnostic => ({
  tool: "pyright",
  relPath: "a.py",
  startLine: 1,
  startColumn: 1,
  endLine: 1,
  endColumn: 2,
  severity: "error",
  rule: "r",
  message: "m",
  fingerprint: "f",
  ...over
})

const pyright = MockToolService.report({
  measured: ["a.py", "b.py"],
  diagnostics: [finding({}), finding({ startLine: 2 })]
})
const ruff = MockToolService.report({ measured: ["a.py", "b.py", "c.py"] })

const failed = new ToolExecution({
  tool: "pyrefly",
  executable: "/bin/pyrefly",
  args: ["check"],
  cwd: "/repo",
  reason: "ExitCode",
  exitCode: 1,
  stdoutTail: "",
  stderrTail: "Fatal configuration error",
  durationMs: 5
})
const missing = new ToolNotFound({ tool: "pyrefly", searched: ["/bin"], hint: "install it" })

const answering = (answers: Parameters<typeof MockToolService.layer>[0]) =>
  Layer.merge(MockToolService.layer(answers), TestPipeline.layer(sources))

const ask = (sql: string, of: PipelineContext = ctx) =>
  Warehouse.pipe(
    Effect.flatMap((warehouse) => warehouse.open(of.paths.database, "read")),
    Effect.flatMap((connection) => connection.query(sql)),
    Effect.map(({ rows }) => rows),
    Effect.scoped
  )

/** What was asked for: the tools of the other datasets are `skipped`. */
const asked = ({ tools }: { readonly tools: ReadonlyArray<ToolSummary> }) =>
  tools.filter(({ reason }) => !reason?.startsWith("not asked for"))

const checks = "SELECT rel_path, tool, errors FROM file_checks ORDER BY tool, rel_path"

describe("typingIngest", () => {
  it.effect("a zero is a measured zero, NULL is not measured", () =>
    Effect.gen(function*() {
      const tools = asked(yield* typingIngest(ctx))
      assert.deepStrictEqual(yield* ask(checks), [
        ["a.py", "pyright", 2],
        ["b.py", "pyright", 0],
        ["c.py", "pyright", null],
        ["a.py", "ruff", 0],
        ["b.py", "ruff", 0],
        ["c.py", "ruff", 0]
      ])
      assert.deepStrictEqual(
        tools.map(({ errors, filesMeasured, status, tool }) => [tool, status, errors, filesMeasured]),
        [["pyright", "findings", 2, 2], ["ruff", "ok", 0, 3]]
      )
      // NULL in one is NULL in the total: pyrefly was never run here
      assert.deepStrictEqual(
        yield* ask(
          "SELECT rel_path, pyright_errors, pyrefly_errors, ruff_errors, total_errors FROM typing_signals ORDER BY 1"
        ),
        [["a.py", 2, null, 0, null], ["b.py", 0, null, 0, null], ["c.py", null, null, 0, null]]
      )
      assert.deepStrictEqual(
        yield* ask(
          "SELECT rel_path, functions, annotated_parameters, parameters, annotated_returns, untyped_functions " +
            "FROM typing_signals ORDER BY 1"
        ),
        [["a.py", 1, 1, 1, 1, 0], ["b.py", 1, 0, 1, 0, 1], ["c.py", 0, 0, 0, 0, 0]]
      )
    }).pipe(Effect.provide(answering({ pyright, ruff }))))

  it.effect("the total is a sum where all three were measured", () =>
    Effect.gen(function*() {
      yield* typingIngest(ctx)
      assert.deepStrictEqual(yield* ask("SELECT rel_path, total_errors FROM typing_signals ORDER BY 1"), [
        ["a.py", 3],
        ["b.py", 0],
        ["c.py", null]
      ])
    }).pipe(Effect.provide(answering({
      pyright,
      ruff,
      pyrefly: MockToolService.report({
        measured: ["a.py", "b.py"],
        diagnostics: [finding({ tool: "pyrefly" })]
      })
    }))))

  describe.each([["not_found", missing], ["failed", failed], [
    "timed_out",
    new ToolExecution({ ...failed, reason: "Timeout" })
  ]])("a tool that is %s", (status, error) => {
    it.effect("is a row with the reason; the others are there", () =>
      Effect.gen(function*() {
        const tools = asked(yield* typingIngest(ctx))
        assert.deepStrictEqual(tools.map((each) => [each.tool, each.status, each.errors]), [
          ["pyrefly", status, null],
          ["pyright", "findings", 2],
          ["ruff", "ok", 0]
        ])
        assert.deepStrictEqual(
          yield* ask("SELECT status, reason, files_analyzed FROM tool_runs WHERE tool = 'pyrefly'"),
          [[status, error.message, null]]
        )
        assert.deepStrictEqual(
          yield* ask("SELECT count(*), count(errors), count(reason) FROM file_checks WHERE tool = 'pyrefly'"),
          [[3, 0, 3]]
        )
      }).pipe(Effect.provide(answering({ pyrefly: error, pyright, ruff }))))
  })

  it.effect("what cannot be proved to have been looked at is NULL with the reason", () =>
    Effect.gen(function*() {
      const { tools: [tool] } = yield* typingIngest(ctx)
      assert.deepInclude(tool, { status: "partial", errors: null, filesMeasured: null })
      assert.deepStrictEqual(
        yield* ask("SELECT DISTINCT measured, reason FROM run_files"),
        [[null, "the counts differ"]]
      )
      // what it found is still there to be read
      assert.deepStrictEqual(yield* ask("SELECT count(*) FROM diagnostics"), [[2]])
    }).pipe(
      Effect.provide(answering({ pyright: { ...pyright, measured: Either.left("the counts differ") } }))
    ))

  it.effect("more than 5 % of imports unresolved is suspect, 5 % is not", () =>
    Effect.gen(function*() {
      const many = Object.fromEntries(
        Array.from({ length: 20 }, (_, index) => [`m${index}.py`, "import os\n"])
      )
      const measured = Object.keys(many)
      const big = TestRepository.context("/many", many)
      const of = (unresolved: number) =>
        MockToolService.report({ measured, overrides: { unresolvedImports: Option.some(unresolved) } })
      const tools = asked(
        yield* typingIngest(big).pipe(
          Effect.provide(MockToolService.layer({ one: of(1), two: of(2) })),
          Effect.provide(TestPipeline.layer(many))
        )
      )
      assert.deepStrictEqual(tools.map(({ status, tool }) => [tool, status]), [["one", "ok"], ["two", "suspect"]])
      assert.include(tools[1]?.reason ?? "", "2 of 20 imports do not resolve")
    }))

  it.effect("the second ingest reuses by link rows and checks nothing", () =>
    Effect.gen(function*() {
      const calls = yield* Ref.make(0)
      const counted = () => Effect.as(Ref.update(calls, (count) => count + 1), pyright)
      const both = Effect.zip(typingIngest(ctx), typingIngest(ctx))
      const [first, second] = yield* both.pipe(Effect.provide(answering({ pyright: counted })))
      assert.strictEqual(yield* Ref.get(calls), 1)
      assert.deepStrictEqual([first.tools[0]?.reused, second.tools[0]?.reused], [false, true])
      assert.strictEqual(second.tools[0]?.errors, 2)
    }))

  it.effect("a failed run is never reused", () =>
    Effect.gen(function*() {
      const answers = yield* Ref.make<ReadonlyArray<MockToolService.Answer>>([failed, pyright])
      const next = () =>
        Effect.flatMap(
          Ref.modify(answers, ([head, ...rest]) => [head, rest]),
          (answer) => answer instanceof ToolExecution ? answer : Effect.succeed(pyright)
        )
      yield* Effect.gen(function*() {
        assert.strictEqual((yield* typingIngest(ctx)).tools[0]?.status, "failed")
        assert.deepInclude((yield* typingIngest(ctx)).tools[0], { status: "findings", reused: false })
      }).pipe(Effect.provide(answering({ pyright: next })))
    }))

  it.effect("replaces, never appends; a file that is gone is gone", () =>
    Effect.gen(function*() {
      const fewer = { "a.py": sources["a.py"] }
      const later = TestRepository.context("/repo", fewer)
      yield* typingIngest(ctx)
      yield* typingIngest(later)
      assert.deepStrictEqual(yield* ask("SELECT rel_path FROM files"), [["a.py"]])
      assert.deepStrictEqual(yield* ask(checks), [["a.py", "pyright", 2]])
      assert.deepStrictEqual(yield* ask("SELECT count(*) FROM diagnostics"), [[2]])
      assert.deepStrictEqual(yield* ask("SELECT count(*) FROM snapshots"), [[2]])
      // back to the first content: the same snapshot, and the latest again
      yield* typingIngest(ctx)
      assert.deepStrictEqual(yield* ask("SELECT count(*) FROM snapshots"), [[2]])
      assert.deepStrictEqual(yield* ask("SELECT count(*) FROM files"), [[3]])
    }).pipe(Effect.provide(answering({ pyright }))))

  it.effect("a file that changes while the tool runs is not measured, and the run is not reused", () =>
    Effect.gen(function*() {
      const { tools } = yield* typingIngest(ctx)
      assert.deepInclude(tools[0], { status: "partial", filesMeasured: 1 })
      assert.deepStrictEqual(
        yield* ask("SELECT rel_path, errors, reason FROM file_checks WHERE rel_path <> 'c.py' ORDER BY 1"),
        [["a.py", null, "changed while the tool ran"], ["b.py", 0, null]]
      )
      assert.isFalse((yield* typingIngest(ctx)).tools[0]?.reused)
    }).pipe(
      Effect.provide(
        Layer.effect(
          Repositories,
          Effect.map(Repositories, (real) => ({ ...real, changedSince: () => Effect.succeed(["a.py"]) }))
        ).pipe(Layer.provide(TestRepository.layer(sources)))
      ),
      Effect.provide(answering({ pyright }))
    ))

  it.effect("two repositories in one process do not meet", () =>
    Effect.gen(function*() {
      const other = TestRepository.context("/other", { "a.py": sources["a.py"] })
      yield* Effect.all([typingIngest(ctx), typingIngest(other)], { concurrency: 2 })
      assert.deepStrictEqual(yield* ask("SELECT count(*) FROM files"), [[3]])
      assert.deepStrictEqual(yield* ask("SELECT count(*) FROM files", other), [[1]])
    }).pipe(Effect.provide(answering({ pyright }))))

  it.effect("runs the checkers side by side", () =>
    Effect.gen(function*() {
      const here = yield* Deferred.make<void>()
      const there = yield* Deferred.make<void>()
      // each waits for the other: one after the other would wait for ever
      const meet = (mine: Deferred.Deferred<void>, other: Deferred.Deferred<void>) => () =>
        Deferred.succeed(mine, undefined).pipe(Effect.zipRight(Deferred.await(other)), Effect.as(ruff))
      const tools = asked(
        yield* typingIngest(ctx).pipe(
          Effect.provide(answering({ one: meet(here, there), two: meet(there, here) }))
        )
      )
      assert.strictEqual(tools.length, 2)
    }))

  it.effect("--strict: the first that fails stops the others, which say so", () =>
    Effect.gen(function*() {
      const tools = asked(
        yield* typingIngest(ctx, { strict: true }).pipe(
          Effect.provide(answering({ pyrefly: failed, pyright: () => Effect.never }))
        )
      )
      assert.deepStrictEqual(tools.map(({ status, tool }) => [tool, status]), [
        ["pyrefly", "failed"],
        ["pyright", "interrupted"]
      ])
    }))

  it.effect("no Python file: nothing is run, and that is said", () =>
    Effect.gen(function*() {
      const empty = TestRepository.context("/empty", { "README.md": "x" })
      const { tools } = yield* typingIngest(empty)
      assert.deepInclude(tools[0], { status: "skipped", reason: "there is no Python file in the repository" })
    }).pipe(Effect.provide(answering({ pyright: () => Effect.die("must not be run") }))))

  it.effect("interrupted, readers still see the ingest before", () =>
    Effect.gen(function*() {
      const started = yield* Deferred.make<void>()
      const calls = yield* Ref.make(0)
      const hang = () =>
        Effect.flatMap(Ref.getAndUpdate(calls, (count) => count + 1), (count) =>
          count === 0
            ? Effect.succeed(pyright)
            : Effect.zipRight(Deferred.succeed(started, undefined), Effect.never))
      yield* Effect.gen(function*() {
        yield* typingIngest(ctx)
        const later = TestRepository.context("/repo", { "a.py": sources["a.py"] })
        const fiber = yield* Effect.fork(typingIngest(later))
        yield* Deferred.await(started)
        assert.isTrue(Exit.isInterrupted(yield* Fiber.interrupt(fiber)))
        assert.deepStrictEqual(yield* ask("SELECT count(*) FROM files"), [[3]])
      }).pipe(Effect.provide(answering({ pyright: hang })))
    }))
})
