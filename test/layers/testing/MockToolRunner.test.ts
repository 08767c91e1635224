// @effect-diagnostics strictEffectProvide:off
import { assert, describe, it } from "@effect/vitest"
import { Cause, DateTime, Duration, Effect, Ref, TestClock } from "effect"
import { ToolExecution } from "../../../src/domain/errors.js"
import type { ToolInvocation } from "../../../src/domain/ToolInvocation.js"
import * as MockToolRunner from "../../../src/layers/testing/MockToolRunner.js"
import { ToolRunner } from "../../../src/services/ToolRunner.js"

const run = (tool: string, args: ReadonlyArray<string>, given?: Partial<ToolInvocation>) =>
  Effect.flatMap(ToolRunner, (runner) =>
    runner.run({
      tool,
      executable: tool,
      args,
      cwd: "/repo",
      env: {},
      timeout: Duration.seconds(1),
      maxOutputBytes: 1,
      ...given
    }))

const failed = new ToolExecution({
  tool: "pyright",
  executable: "pyright",
  args: [],
  cwd: "/repo",
  reason: "Timeout",
  stdoutTail: "",
  stderrTail: "",
  durationMs: 1
})

const Mock = MockToolRunner.layer({
  pyright: failed,
  pyrefly: { exitCode: 1, stdout: "out\n\nend", stderr: "err\n" },
  ruff: [
    { args: ["--version"], answer: { stdout: "ruff 1" } },
    { args: ["check", "--show-files"], answer: { stdout: "a.py" } },
    { args: ["check"], answer: { stdout: "first" } },
    { args: ["check"], answer: { stdout: "then" } }
  ],
  git: ({ args }) => ({ stdout: args.join(" ") })
})

describe("MockToolRunner", () => {
  it.effect("one answer, always the same, at the time of the Clock", () =>
    Effect.gen(function*() {
      yield* TestClock.adjust("1 hour")
      const results = yield* Effect.replicateEffect(run("pyrefly", ["check"]), 2)
      assert.deepStrictEqual(
        results,
        results.map(() => ({
          tool: "pyrefly",
          args: ["check"],
          exitCode: 1,
          stdout: "out\n\nend",
          stderr: "err\n",
          startedAt: DateTime.unsafeMake(3_600_000),
          durationMs: 0
        }))
      )
    }).pipe(Effect.provide(Mock)))

  it.effect("a list tells invocations apart; the last that matches goes on answering", () =>
    Effect.gen(function*() {
      const said = yield* Effect.forEach(
        [["check", "x"], ["check", "--show-files"], ["--version"], ["check"], ["check"], ["--version"]],
        (args) => Effect.map(run("ruff", args), ({ stdout }) => stdout),
        { concurrency: 1 }
      )
      assert.deepStrictEqual(said, ["first", "a.py", "ruff 1", "then", "then", "ruff 1"])
    }).pipe(Effect.provide(Mock)))

  it.effect("a list in which nothing matches is a mistake in the test", () =>
    Effect.gen(function*() {
      const cause = yield* Effect.flip(Effect.sandbox(run("ruff", ["format"])))
      assert.isTrue(Cause.isDie(cause))
      assert.include(Cause.pretty(cause), "no answer of ruff matches [\"format\"]")
    }).pipe(Effect.provide(Mock)))

  it.effect("a function of the invocation", () =>
    Effect.gen(function*() {
      assert.propertyVal(yield* run("git", ["status", "-z"]), "stdout", "status -z")
    }).pipe(Effect.provide(Mock)))

  it.effect("failures, and ToolNotFound for a tool without answers", () =>
    Effect.gen(function*() {
      assert.deepInclude(yield* Effect.flip(run("pyright", [])), { _tag: "ToolExecution", reason: "Timeout" })
      assert.deepInclude(yield* Effect.flip(run("mypy", [])), { _tag: "ToolNotFound", tool: "mypy" })
    }).pipe(Effect.provide(Mock)))

  it.effect("records every call, in order", () =>
    Effect.gen(function*() {
      yield* run("git", ["status"])
      yield* Effect.flip(run("mypy", ["."]))
      const calls = yield* Effect.flatten(MockToolRunner.ToolCalls)
      assert.deepStrictEqual(calls.map(({ args, cwd, tool }) => [tool, args, cwd]), [
        ["git", ["status"], "/repo"],
        ["mypy", ["."], "/repo"]
      ])
    }).pipe(Effect.provide(Mock)))

  it.effect("calls onLine", () =>
    Effect.gen(function*() {
      const lines = yield* Ref.make<ReadonlyArray<string>>([])
      yield* run("pyrefly", [], {
        onLine: (line, stream) => Ref.update(lines, (all) => [...all, `${stream}: ${line}`])
      })
      assert.deepStrictEqual(yield* lines, ["stdout: out", "stdout: ", "stdout: end", "stderr: err"])
    }).pipe(Effect.provide(Mock)))
})
