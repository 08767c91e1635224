// @effect-diagnostics preferSchemaOverJson:off
import { FileSystem } from "@effect/platform"
import { NodeContext } from "@effect/platform-node"
import { assert, describe, layer } from "@effect/vitest"
import { Effect } from "effect"
import type { ToolLocation } from "../../../src/domain/ToolLocation.js"
import * as CoverageRun from "../../../src/layers/tools/coverage/run.js"
import { contextIn, location, recorded, type Recording, replaying } from "./coverageSession.js"

type Settings = Readonly<Record<string, unknown>>

/** The recorded answer with other settings: by default there are none. */
const answering = (settings: Settings): Recording => {
  const none = {
    configFile: null,
    source: null,
    source_pkgs: [],
    source_dirs: [],
    include: [],
    patch: [],
    dynamic_context: null,
    core: "ctrace"
  }
  return { ...recorded("settings"), stdout: `noise of a .pth file\n\n${JSON.stringify({ ...none, ...settings })}\n` }
}

const home = Effect.gen(function*() {
  const fs = yield* FileSystem.FileSystem
  return yield* fs.realPath(yield* fs.makeTempDirectoryScoped())
})

const run = (given: {
  readonly answer: Recording
  readonly contexts?: boolean
  readonly at?: ToolLocation
  readonly pytest?: ReadonlyArray<string>
  readonly context?: Parameters<typeof contextIn>[1]
  readonly importRoots?: ReadonlyArray<string>
}) =>
  Effect.gen(function*() {
    const fs = yield* FileSystem.FileSystem
    const ctx = contextIn(yield* home, given.context)
    const { access, calls } = yield* replaying([given.answer], given.at ?? location)
    const found = yield* CoverageRun.make(access, { ...ctx, importRoots: given.importRoots ?? ["."] }, {
      dataFile: ctx.paths.coverageData,
      contexts: given.contexts ?? false,
      pytest: given.pytest ?? ["-m", "pytest"]
    })
    const [directory = ""] = found.pythonPath
    const plugin = yield* fs.readFileString(`${directory}/codeintel_coverage.py`)
    return { ...found, directory, plugin, ctx, calls: yield* calls }
  })

layer(NodeContext.layer, { excludeTestServices: true })("pytest under coverage", (it) => {
  it.scoped("is started as the repository configures it, with the data and the plugin where we want them", () =>
    Effect.gen(function*() {
      const found = yield* run({ answer: answering({ source: ["app"] }), pytest: ["/x/pytest.py"] })
      const started = ["-m", "coverage", "run", "--parallel-mode", "/x/pytest.py", "-p", "codeintel_coverage"]
      assert.deepStrictEqual(found.args, started)
      assert.deepStrictEqual(found.env, { COVERAGE_FILE: found.ctx.paths.coverageData })
      assert.deepStrictEqual(found.pythonPath, [found.directory, "/cache"])
      assert.deepStrictEqual(found.notices, [])
      assert.notInclude(found.plugin, "switch_context")
      const [asked] = found.calls
      assert.deepInclude(asked, { executable: "/venv/bin/python", prefixArgs: [], inherit: "caller" })
    }))

  it.scoped("is run by the interpreter also where coverage is a script, with its configured arguments and variables", () =>
    Effect.gen(function*() {
      const { pythonPath: _, ...bare } = location
      const { args, calls, env } = yield* run({
        answer: answering({ source_pkgs: ["app"] }),
        at: { ...bare, executable: "/opt/bin/coverage", prefixArgs: [], foundBy: "configuration" },
        context: { settings: { coverage: { args: ["--branch"], env: { MODE: "1" } } } }
      })
      const started = ["/opt/bin/coverage", "run", "--parallel-mode", "--branch", "-m", "pytest"]
      assert.deepStrictEqual(args.slice(0, started.length), started)
      assert.strictEqual(env["MODE"], "1")
      assert.strictEqual(calls[0]?.executable, "/venv/bin/python")
    }))

  describe.each<[string, ReadonlyArray<string>]>([
    ["--rcfile=X", ["--rcfile=ci/rc", "--branch", "--append"]],
    ["--rcfile X", ["-a", "--branch", "--rcfile", "ci/rc"]]
  ])("where %s is configured", (_, args) => {
    it.scoped("its settings are asked for and used, and no data is appended to, which --parallel-mode forbids", () =>
      Effect.gen(function*() {
        const found = yield* run({
          answer: answering({ source: ["app"] }),
          context: { settings: { coverage: { args } } }
        })
        assert.strictEqual(found.calls[0]?.args.at(-1), "/repo/ci/rc")
        assert.deepStrictEqual(found.args.slice(2, 6), ["run", "--parallel-mode", "--rcfile=/repo/ci/rc", "--branch"])
        assert.strictEqual(found.args[6], "-m")
      }))
  })

  describe.each<[string, Settings, boolean]>([
    ["source", { source: ["flask", "tests"] }, true],
    ["source_pkgs", { source_pkgs: ["flask"] }, true],
    ["source_dirs", { source_dirs: ["src"] }, true],
    ["include", { include: ["httpx/*"] }, true],
    ["nothing, by a version that does not know all", { source_dirs: null, patch: null }, false]
  ])("where the repository configures %s", (_, settings, says) => {
    it.scoped(
      says ? "nothing else is measured" : "all of it is measured, and that is said",
      () =>
        Effect.gen(function*() {
          const { args, notices } = yield* run({ answer: answering(settings), importRoots: ["src", "."] })
          assert.strictEqual(args.includes("--source=.,src"), !says)
          assert.strictEqual(notices.length, says ? 0 : 1)
        })
    )
  })

  it.scoped("begins without the data of an earlier run", () =>
    Effect.gen(function*() {
      const fs = yield* FileSystem.FileSystem
      const directory = yield* home
      const ctx = contextIn(directory)
      const journals = ["coverage.data-journal", "coverage.data.host.pid1.X-journal"]
      for (const name of ["coverage.data", "coverage.data.host.pid1.X", ...journals, "other"]) {
        yield* fs.writeFileString(`${directory}/${name}`, "old")
      }
      yield* fs.makeDirectory(`${directory}/coverage.data.host.pid2.X/of-a-test`, { recursive: true })
      const { access } = yield* replaying([answering({})])
      const options = { dataFile: ctx.paths.coverageData, contexts: false, pytest: ["-m", "pytest"] }
      yield* Effect.scoped(CoverageRun.make(access, ctx, options))
      assert.deepStrictEqual((yield* fs.readDirectory(directory)).sort(), ["other", "scratch"])
      // the plugin is there for the length of the scope
      assert.deepStrictEqual(yield* fs.readDirectory(ctx.paths.scratch), [])
    }))

  it.scoped("stays in one process, unless coverage follows those that Python starts", () =>
    Effect.gen(function*() {
      const { pythonPath: _, ...installed } = location
      const patched = answering({ patch: ["subprocess"] })
      const plugins = yield* Effect.forEach([
        run({ answer: answering({}), at: installed }),
        // what starts coverage in them is not in site-packages
        run({ answer: patched }),
        run({ answer: patched, at: installed })
      ], (each) =>
        each, { concurrency: 1 })
      assert.deepStrictEqual(
        plugins.map(({ plugin }) =>
          plugin.includes("numprocesses")
        ),
        [true, true, false]
      )
    }))

  describe("with contexts", () => {
    it.scoped("has the plugin tell which test runs, and the core that can tell them apart", () =>
      Effect.gen(function*() {
        const { args, env, plugin } = yield* run({ answer: answering({ core: "pytrace" }), contexts: true })
        assert.include(plugin, "switch(item.nodeid)")
        assert.strictEqual(env["COVERAGE_CORE"], "pytrace")
        assert.isFalse(args.some((arg) => arg.startsWith("--rcfile")))
      }))

    it.scoped("leaves out the names of contexts that the repository configures", () =>
      Effect.gen(function*() {
        const fs = yield* FileSystem.FileSystem
        const directory = yield* home
        const file = `${directory}/pyproject.toml`
        const lines = ["[tool.coverage.run]", "branch = true", "  dynamic_context = \"test_function\"", "[tool.other]"]
        yield* fs.writeFileString(file, lines.join("\n"))
        const settings = { configFile: file, dynamic_context: "test_function" }
        const { args, notices } = yield* run({ answer: answering({ ...settings, source: ["a"] }), contexts: true })
        const copy = args.find((arg) => arg.startsWith("--rcfile="))?.slice("--rcfile=".length) ?? ""
        assert.isTrue(copy.endsWith("/pyproject.toml"))
        const expected = lines.map((line, index) => index === 2 ? "" : line).join("\n")
        assert.strictEqual(yield* fs.readFileString(copy), expected)
        assert.deepStrictEqual(notices, [])

        // it is the copy that counts, also where the file was named by an argument
        const named = yield* run({
          answer: answering({ ...settings, source: ["a"] }),
          contexts: true,
          context: { settings: { coverage: { args: [`--rcfile=${file}`] } } }
        })
        const files = named.args.filter((arg) => arg.startsWith("--rcfile="))
        assert.deepStrictEqual(files, [`--rcfile=${named.directory}/pyproject.toml`])

        // no contexts, no reason to change a setting
        const without = yield* run({ answer: answering(settings) })
        assert.isFalse(without.args.some((arg) => arg.startsWith("--rcfile")))
      }))

    it.scoped("says so where they cannot be left out", () =>
      Effect.gen(function*() {
        const settings = { configFile: "/nowhere/.coveragerc", dynamic_context: "test_function", source: ["a"] }
        const { args, notices } = yield* run({ answer: answering(settings), contexts: true })
        assert.isFalse(args.some((arg) => arg.startsWith("--rcfile")))
        assert.strictEqual(notices.length, 1)
        assert.include(notices[0] ?? "", "dynamic_context = test_function")
      }))
  })

  describe.each<[string, string, Recording]>([
    ["ExitCode", "its configuration is broken", recorded("settings-broken")],
    ["MalformedOutput", "it does not answer", { ...recorded("settings"), stdout: "" }],
    ["MalformedOutput", "it answers something else", { ...recorded("settings"), stdout: "{}" }]
  ])("%s: %s", (reason, _, answer) => {
    it.scoped("cannot be started", () =>
      Effect.gen(function*() {
        const error = yield* Effect.flip(run({ answer }))
        assert.propertyVal(error, "_tag", "ToolExecution")
        assert.propertyVal(error, "reason", reason)
      }))
  })

  it("what coverage and the plugin say on stderr is told, without what follows it", () => {
    const stderr = [
      "x.py:1: CoverageWarning: Trace function changed, data is likely wrong: None (trace-changed); see https://x",
      "  self.warn(...)",
      "codeintel: the tests ran in one process: coverage does not follow those of pytest-xdist",
      "something of the tests"
    ].join("\n")
    assert.deepStrictEqual(CoverageRun.noticesIn(stderr), [
      "coverage: Trace function changed, data is likely wrong: None",
      "the tests ran in one process: coverage does not follow those of pytest-xdist"
    ])
  })
})
