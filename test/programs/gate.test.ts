// @effect-diagnostics strictEffectProvide:off
import { assert, describe, it } from "@effect/vitest"
import { DateTime, Effect, Option } from "effect"
import { ToolExecution } from "../../src/domain/errors.js"
import type { Execution } from "../../src/domain/Execution.js"
import type { GateRules } from "../../src/domain/Verdict.js"
import { defaultRules, gate } from "../../src/programs/gate.js"
import { marks, opened, world } from "./compare.js"

const judged = (rules: Partial<GateRules> = {}) =>
  Effect.gen(function*() {
    const ctx = yield* opened
    return yield* gate(ctx, { base: "base", rules: { ...defaultRules, ...rules } })
  })

const execution: Execution = {
  executable: "/mock/tool",
  version: Option.none(),
  args: [],
  cwd: "/repo",
  startedAt: DateTime.unsafeMake(0),
  durationMs: 0,
  exitCode: 0
}

const base = { "a.py": "x = 1  # !e1\n" }
const head = { "a.py": "x = 1  # !e1\ny = 2  # !e2\nz = 3  # !w3\n" }

describe("gate", () => {
  it.effect("fails on a new finding, and passes what was there", () =>
    Effect.gen(function*() {
      const { findings, passedOver, reasons, verdict } = yield* judged()
      assert.strictEqual(verdict, "failed")
      assert.deepStrictEqual(findings.map(({ rule }) => rule), ["e2"])
      assert.deepStrictEqual(reasons, ["1 new finding"])
      assert.strictEqual(passedOver, 1)
    }).pipe(Effect.provide(world(base, head))))

  it.effect("counts by severity, tool and rule", () =>
    Effect.gen(function*() {
      const rulesOf = (rules: Partial<GateRules>) =>
        Effect.map(judged(rules), ({ findings }) => findings.map(({ rule }) => rule))
      assert.deepStrictEqual(yield* rulesOf({ severity: "warning" }), ["e2", "w3"])
      assert.deepStrictEqual(yield* rulesOf({ rules: ["e1", "e3"] }), [])
      assert.deepStrictEqual(yield* rulesOf({ severity: "warning", rules: ["w*"] }), ["w3"])
      assert.deepStrictEqual(yield* rulesOf({ ignoredRules: ["e?", "e2"] }), [])
      assert.deepStrictEqual(yield* rulesOf({ tools: ["py*"] }), ["e2"])
    }).pipe(Effect.provide(world(base, head))))

  it.effect("passes where nothing is new", () =>
    Effect.gen(function*() {
      const { reasons, verdict } = yield* judged()
      assert.deepStrictEqual([verdict, reasons], ["passed", []])
    }).pipe(Effect.provide(world(head, base))))

  it.effect("refuses when a tool failed, on either side, also with new findings", () =>
    Effect.gen(function*() {
      const { reasons, verdict } = yield* judged()
      assert.strictEqual(verdict, "refused")
      assert.match(reasons.join("\n"), /pyrefly is failed in the base: .*\n.*1 new finding/s)
      // of the tools that were asked for, none failed
      assert.strictEqual((yield* judged({ tools: ["pyright"] })).verdict, "failed")
    }).pipe(Effect.provide(world(base, head, {
      pyright: marks("pyright"),
      pyrefly: (ctx) =>
        ctx.revision === undefined ? marks("pyrefly")(ctx) : new ToolExecution({
          tool: "pyrefly",
          executable: "/bin/pyrefly",
          args: [],
          cwd: "/",
          reason: "ExitCode",
          exitCode: 3,
          stdoutTail: "",
          stderrTail: "broken",
          durationMs: 1
        })
    }))))

  it.effect("refuses in a suspect environment", () =>
    Effect.gen(function*() {
      const { reasons, verdict } = yield* judged()
      assert.strictEqual(verdict, "refused")
      assert.match(reasons.join("\n"), /pyright is suspect in the head/)
    }).pipe(Effect.provide(world(base, { "a.py": `import nowhere\n${base["a.py"]}` }, {
      pyright: marks("pyright", { unresolvedImports: Option.some(1) })
    }))))

  it.effect("refuses where a tool that is asked for is no checker, or there is none", () =>
    Effect.gen(function*() {
      const { reasons, verdict } = yield* judged({ tools: ["pyright", "pylint"] })
      assert.deepStrictEqual([verdict, reasons[0]], ["refused", "pylint is no checker that is enabled here"])
    }).pipe(Effect.provide(world(base, base))))

  it.effect("refuses where coverage of changed lines was asked for and is not there", () =>
    Effect.gen(function*() {
      const { reasons, verdict } = yield* judged({ minimumCoverage: 80 })
      assert.strictEqual(verdict, "refused")
      assert.match(reasons.join("\n"), /coverage of changed lines: coverage is (not_found|skipped) in the head/)
    }).pipe(Effect.provide(world(base, base))))

  it.effect("coverage of changed lines: what tests run of the lines that the base has not", () =>
    Effect.gen(function*() {
      const few = yield* judged({ minimumCoverage: 60 })
      assert.deepStrictEqual([few.verdict, few.reasons], ["failed", [
        "tests run 50.0 % of 2 changed lines, less than 60 %"
      ]])
      assert.deepStrictEqual(few.comparison.changedLines.value?.files, [{ relPath: "a.py", lines: 2, uncovered: [3] }])
      assert.strictEqual((yield* judged({ minimumCoverage: 50 })).verdict, "passed")
    }).pipe(Effect.provide(world(base, { "a.py": `${base["a.py"]}y = 2\nz = 3\n` }, { pyright: marks("pyright") }, {
      pytest: {
        execution: Option.some(execution),
        results: [{
          testId: "t",
          relPath: Option.none(),
          phase: "call",
          outcome: "passed",
          durationMs: Option.none(),
          message: Option.none()
        }],
        incomplete: Option.none(),
        notices: []
      },
      coverage: {
        execution,
        // the first line was there
        files: new Map([["a.py", { covered: [2], missing: [1, 3] }]]),
        dropped: new Map(),
        unparsable: new Map(),
        incomplete: Option.none(),
        outsideRepository: 0,
        notices: []
      }
    }))))
})
