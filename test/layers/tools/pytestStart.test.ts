// @effect-diagnostics strictEffectProvide:off
/**
 * From `ToolService` to the process: directories of packages before those that pytest would see anyway.
 */
import * as NodeContext from "@effect/platform-node/NodeContext"
import * as FileSystem from "@effect/platform/FileSystem"
import { assert, layer, vi } from "@effect/vitest"
import { ConfigProvider, Effect, Either, Layer, Option } from "effect"
import { ToolNotFound } from "../../../src/domain/errors.js"
import type { ToolSettings } from "../../../src/domain/ToolsConfig.js"
import * as LiveToolService from "../../../src/layers/LiveToolService.js"
import * as PlainProgress from "../../../src/layers/PlainProgress.js"
import * as MockToolRunner from "../../../src/layers/testing/MockToolRunner.js"
import { PythonEnvironment } from "../../../src/services/PythonEnvironment.js"
import { ToolProvisioner } from "../../../src/services/ToolProvisioner.js"
import { ToolResolver } from "../../../src/services/ToolResolver.js"
import { ToolService } from "../../../src/services/ToolService.js"
import { contextIn } from "./pytestSession.js"
import { contextOf } from "./recorded.js"

const python = { executable: "/venv/bin/python", identity: "/site/x", foundBy: "repository" } as const

/** pytest is in the repository's environment; its plugin is provisioned. */
const Tools = LiveToolService.layer.pipe(
  Layer.provide(Layer.mergeAll(
    Layer.mock(PythonEnvironment, { fingerprint: () => Effect.succeed("same") }),
    PlainProgress.silent,
    Layer.succeed(ToolResolver, {
      locate: (_, tool) =>
        tool === "pytest"
          ? Effect.succeed({ ...python, tool, prefixArgs: ["-m", "pytest"] })
          : new ToolNotFound({ tool, searched: [], hint: "" })
    }),
    Layer.succeed(ToolProvisioner, {
      pins: new Map([["pytest-reportlog", "1.0.0"]]),
      provision: (_, tool) => Effect.succeed({ ...python, tool, prefixArgs: [], pythonPath: ["/cache/reportlog"] })
    })
  )),
  Layer.provideMerge(MockToolRunner.layer({ pytest: { exitCode: 4, stderr: "ERROR: usage" } }))
)

const environmentOf = (caller: Readonly<Record<string, string>>, settings: Partial<ToolSettings> = {}) =>
  Effect.gen(function*() {
    const fs = yield* FileSystem.FileSystem
    const tools = yield* ToolService
    const ctx = contextIn(yield* fs.makeTempDirectoryScoped(), { cwd: "/repo", files: [] })
    const configured = { ...ctx, config: contextOf({ settings: { pytest: settings } }).config }
    const options = { jsonReportPath: ctx.paths.pytestReport, coverage: Option.none(), key: Option.none() }
    const error = yield* Effect.flip(tools.runPytestReport(configured, options))
    assert.deepInclude(error, { reason: "ExitCode", exitCode: 4 })
    const calls = yield* Effect.flatten(MockToolRunner.ToolCalls)
    assert.strictEqual(calls[0]?.inherit, "caller")
    return calls[0]?.env
  }).pipe(
    Effect.provide(Tools),
    Effect.withConfigProvider(ConfigProvider.fromMap(new Map(Object.entries(caller))))
  )

layer(NodeContext.layer)("PYTHONPATH", (it) => {
  it.scoped.each(
    [
      ["none", {}, {}, "/cache/reportlog"],
      ["the caller's", { PYTHONPATH: "/a:/b" }, {}, "/cache/reportlog:/a:/b"],
      [
        "the configured one, which replaces the caller's",
        { PYTHONPATH: "/a" },
        { PYTHONPATH: "/c" },
        "/cache/reportlog:/c"
      ],
      ["an empty one, which is not the working directory", { PYTHONPATH: "" }, {}, "/cache/reportlog"]
    ] as const
  )("%s", ([, caller, env, expected]) =>
    Effect.gen(function*() {
      const seen = yield* environmentOf(caller, { env: { ...env, MINE: "1" } })
      assert.deepStrictEqual(seen, { PYTHONDONTWRITEBYTECODE: "1", MINE: "1", PYTHONPATH: expected })
    }))
})

layer(NodeContext.layer)("the key of a run", (it) => {
  it.scoped("changes with the variables that pytest and Python read, and with no other", () =>
    Effect.gen(function*() {
      yield* Effect.addFinalizer(() => Effect.sync(() => vi.unstubAllEnvs()))
      const tools = yield* ToolService
      const ctx = contextIn("/nowhere", { cwd: "/nowhere/repo", files: [] })
      const keyWith = (name: string, value: string) =>
        Effect.gen(function*() {
          vi.stubEnv(name, value)
          const found = (yield* tools.runKeys(["pytest"], ctx)).get("pytest")
          vi.unstubAllEnvs()
          return found !== undefined && Either.isRight(found) ? Option.getOrNull(found.right.key) : assert.fail()
        })
      const none = yield* keyWith("UNRELATED", "1")
      assert.isNotNull(none)
      assert.strictEqual(yield* keyWith("UNRELATED", "2"), none)
      const quiet = yield* keyWith("PYTEST_ADDOPTS", "-q")
      assert.notStrictEqual(quiet, none)
      assert.notStrictEqual(yield* keyWith("PYTEST_ADDOPTS", "-x"), quiet)
      assert.notStrictEqual(yield* keyWith("PYTHONHASHSEED", "0"), none)
    }).pipe(Effect.provide(Tools)))
})
