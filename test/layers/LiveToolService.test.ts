// @effect-diagnostics strictEffectProvide:off
/**
 * `ToolService` over a fake `ToolRunner`: what an exit code and an output come to, through the whole service.
 */
import * as NodeContext from "@effect/platform-node/NodeContext"
import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, Either, Layer, Option, Ref } from "effect"
import { ToolExecution, ToolNotFound } from "../../src/domain/errors.js"
import { defaultSettings } from "../../src/domain/ToolsConfig.js"
import * as LiveToolService from "../../src/layers/LiveToolService.js"
import * as PlainProgress from "../../src/layers/PlainProgress.js"
import * as MockToolRunner from "../../src/layers/testing/MockToolRunner.js"
import * as TestRepository from "../../src/layers/testing/TestRepository.js"
import * as TestTools from "../../src/layers/testing/TestTools.js"
import { PythonEnvironment } from "../../src/services/PythonEnvironment.js"
import { ToolProvisioner } from "../../src/services/ToolProvisioner.js"
import { ToolResolver } from "../../src/services/ToolResolver.js"
import { ToolRunner } from "../../src/services/ToolRunner.js"
import { ToolService } from "../../src/services/ToolService.js"

const ctx = TestRepository.context("/repo", { "a.py": "import os\n", "b.py": "" })

const F401 = {
  code: "F401",
  filename: "/repo/a.py",
  message: "`os` imported but unused",
  location: { row: 1, column: 8 },
  end_location: { row: 1, column: 10 }
}

/** ruff is asked three times: for the findings, the files and its version. */
const ruff = (check: MockToolRunner.Answer): MockToolRunner.Answers => ({ args }) =>
  args.includes("--show-files")
    ? { stdout: "/repo/a.py\n/repo/b.py\n" }
    : args.includes("--version")
    ? { stdout: "ruff 0.17.6\n" }
    : check

const answering = (answers: Parameters<typeof MockToolRunner.layer>[0]) =>
  Layer.provideMerge(TestTools.layer, MockToolRunner.layer(answers))

const runRuff = Effect.flatMap(ToolService, (tools) => tools.runRuff(ctx))

describe("ToolService", () => {
  it.effect("ruff's exit code 1 is a report", () =>
    Effect.gen(function*() {
      const { diagnostics, errorsByFile, execution, measured } = yield* runRuff
      assert.deepStrictEqual([...errorsByFile], [["a.py", 1]])
      assert.deepStrictEqual(diagnostics.map(({ relPath, rule }) => [relPath, rule]), [["a.py", "F401"]])
      assert.deepStrictEqual([...Either.getOrThrow(measured)].sort(), ["a.py", "b.py"])
      assert.deepStrictEqual([execution.exitCode, Option.getOrNull(execution.version)], [1, "0.17.6"])
    }).pipe(Effect.provide(answering({ ruff: ruff({ exitCode: 1, stdout: JSON.stringify([F401]) }) }))))

  it.effect("a tool of a known version is not asked for it", () =>
    Effect.gen(function*() {
      const service = LiveToolService.layer.pipe(
        Layer.provide([
          Layer.mock(ToolResolver, {
            locate: (_, tool) =>
              Effect.succeed({
                tool,
                version: "9.9",
                executable: "/r",
                prefixArgs: [],
                identity: "/r",
                foundBy: "cache"
              })
          }),
          Layer.mock(ToolProvisioner, { pins: new Map() }),
          Layer.mock(PythonEnvironment, {}),
          PlainProgress.silent,
          NodeContext.layer
        ]),
        Layer.provideMerge(MockToolRunner.layer({ ruff: ruff({ stdout: "[]" }) }))
      )
      const { calls, execution } = yield* Effect.zipWith(
        runRuff,
        Effect.flatten(MockToolRunner.ToolCalls),
        ({ execution }, calls) => ({ execution, calls })
      ).pipe(Effect.provide(service))
      assert.strictEqual(Option.getOrNull(execution.version), "9.9")
      assert.strictEqual(calls.filter(({ args }) => args.includes("--version")).length, 0)
    }))

  it.effect("runs in the repository, with the configured arguments and variables, and cannot rewrite it", () =>
    Effect.gen(function*() {
      const configured = TestRepository.context("/repo", { "a.py": "" }, {
        config: {
          ...TestRepository.defaultConfig,
          tools: {
            ruff: { ...defaultSettings, args: ["--preview"], env: { RUFF_X: "1" }, timeout: Duration.seconds(7) }
          }
        }
      })
      yield* Effect.flatMap(ToolService, (tools) => tools.runRuff(configured))
      const calls = yield* Effect.flatten(MockToolRunner.ToolCalls)
      const check = calls.find(({ args }) => args.includes("--output-format=json") && !args.includes("--show-files"))
      assert.deepInclude(check, { cwd: "/repo", executable: "/mock/bin/ruff", env: { RUFF_X: "1" } })
      assert.includeMembers([...check?.args ?? []], ["--no-fix", "--no-cache"])
      assert.strictEqual(check?.args.at(-1), "--preview")
      assert.strictEqual(check && Duration.toMillis(check.timeout), 7000)
    }).pipe(Effect.provide(answering({ ruff: ruff({ stdout: "[]" }) }))))

  describe.each<[ToolExecution["reason"], string, MockToolRunner.Answer]>([
    ["ExitCode", "a configuration that does not parse", { exitCode: 2, stderr: "ruff failed" }],
    ["ExitCode", "any other code, whatever was printed", { exitCode: 134, stdout: "[]" }],
    ["MalformedOutput", "success without a report", { exitCode: 0, stdout: "" }],
    ["MalformedOutput", "half a report", { exitCode: 1, stdout: "[{\"code\": \"F4" }],
    ["MalformedOutput", "JSON of another shape", { exitCode: 0, stdout: "{}" }]
  ])("%s: %s", (reason, _, answer) => {
    it.effect("is no report", () =>
      Effect.gen(function*() {
        const result = yield* Effect.either(runRuff)
        const error = Either.isLeft(result) ? result.left : undefined
        assert.deepInclude(error, { _tag: "ToolExecution", reason, tool: "ruff", cwd: "/repo" })
        assert.include(error?.message ?? "", "try it: /mock/bin/ruff check")
        // what a schema had to say of it comes along
        const cause = error?._tag === "ToolExecution" ? error.cause : undefined
        assert.strictEqual(cause !== undefined, reason === "MalformedOutput")
      }).pipe(Effect.provide(answering({ ruff: ruff(answer) }))))
  })

  const timeout = new ToolExecution({
    tool: "ruff",
    executable: "/mock/bin/ruff",
    args: [],
    cwd: "/repo",
    reason: "Timeout",
    stdoutTail: "",
    stderrTail: "",
    durationMs: 1
  })

  it.effect("what the runner fails with passes", () =>
    Effect.gen(function*() {
      const result = yield* Effect.either(runRuff)
      assert.strictEqual(Either.isLeft(result) && "reason" in result.left && result.left.reason, "Timeout")
    }).pipe(Effect.provide(answering({ ruff: timeout }))))

  describe.each([[Option.none<string>(), 1], [Option.some("/no/such/ruff"), 0]])(
    "a tool that is nowhere",
    (path, asked) => {
      it.effect(
        asked === 1 ? "is installed" : "but is configured is not installed in its place",
        () =>
          Effect.gen(function*() {
            const missing = new ToolNotFound({ tool: "ruff", searched: [], hint: "" })
            const provisioned = yield* Ref.make(0)
            const service = LiveToolService.layer.pipe(
              Layer.provide([
                Layer.mock(ToolResolver, {
                  locate: () => missing
                }),
                Layer.mock(ToolProvisioner, {
                  pins: new Map([["ruff", "0.17.6"]]),
                  provision: () => Effect.zipRight(Ref.update(provisioned, (n) => n + 1), missing)
                }),
                Layer.mock(PythonEnvironment, {}),
                Layer.mock(ToolRunner, {}),
                PlainProgress.silent,
                NodeContext.layer
              ])
            )
            const config = { ...TestRepository.defaultConfig, tools: { ruff: { ...defaultSettings, path } } }
            const given = TestRepository.context("/repo", { "a.py": "" }, { config })
            const result = yield* Effect.either(
              Effect.provide(Effect.flatMap(ToolService, (tools) => tools.runRuff(given)), service)
            )
            assert.isTrue(Either.isLeft(result) && result.left instanceof ToolNotFound)
            assert.strictEqual(yield* Ref.get(provisioned), asked)
          })
      )
    }
  )

  it.effect("a name that is no checker is ToolNotFound, with the names there are", () =>
    Effect.gen(function*() {
      const result = yield* Effect.either(Effect.flatMap(ToolService, (tools) => tools.check("pylint", ctx)))
      assert.isTrue(Either.isLeft(result) && result.left instanceof ToolNotFound)
      assert.include(Either.isLeft(result) ? result.left.message : "", "pyright, pyrefly, ruff, mypy")
    }).pipe(Effect.provide(answering({}))))

  it.effect("keys are the same for the same content, and differ by tool", () =>
    Effect.gen(function*() {
      const tools = yield* ToolService
      const key = (each: typeof ctx, tool: string) =>
        Effect.map(tools.runKeys([tool], each), (keys) => {
          const found = keys.get(tool)
          return found !== undefined && Either.isRight(found) ? Option.getOrNull(found.right.key) : assert.fail(tool)
        })
      const same = TestRepository.context("/repo", { "a.py": "import os\n", "b.py": "" })
      const other = TestRepository.context("/repo", { "a.py": "import sys\n", "b.py": "" })
      const first = yield* key(ctx, "ruff")
      assert.isNotNull(first)
      assert.strictEqual(yield* key(same, "ruff"), first)
      assert.notStrictEqual(yield* key(other, "ruff"), first)
      assert.notStrictEqual(yield* key(ctx, "pyright"), first)
    }).pipe(Effect.provide(answering({}))))
})
