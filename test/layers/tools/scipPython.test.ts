// @effect-diagnostics strictEffectProvide:off preferSchemaOverJson:off
/**
 * Recorded runs of scip-python 0.6.6 through the whole service, in workspaces on the real file system.
 */
import * as NodeContext from "@effect/platform-node/NodeContext"
import * as FileSystem from "@effect/platform/FileSystem"
import { assert, describe, layer } from "@effect/vitest"
import { ConfigProvider, Effect, Layer, Logger, Option, Ref } from "effect"
import type { ToolExecutionReason } from "../../../src/domain/errors.js"
import type { Interpreter, PipelineContext } from "../../../src/domain/PipelineContext.js"
import { defaultSettings } from "../../../src/domain/ToolsConfig.js"
import * as LiveToolService from "../../../src/layers/LiveToolService.js"
import * as MockToolResolver from "../../../src/layers/testing/MockToolResolver.js"
import * as TestRepository from "../../../src/layers/testing/TestRepository.js"
import { Progress } from "../../../src/services/Progress.js"
import { type InstalledPackage, PythonEnvironment } from "../../../src/services/PythonEnvironment.js"
import { ToolProvisioner } from "../../../src/services/ToolProvisioner.js"
import { ToolService } from "../../../src/services/ToolService.js"
import { directoryOf } from "./pyrightSession.js"
import { make, recorded, type Recording } from "./scipPython/recordedRunner.js"

const sources = { "pkg/__init__.py": "", "pkg/a.py": "a", "pkg/b.py": "b", "pkg/sub dir/ü.py": "u" }
const names = Object.keys(sources).sort()

const interpreter: Interpreter = {
  executable: "/opt/it's/bin/python",
  version: "3.13.1",
  prefix: "/opt/it's",
  abi: "abi",
  sitePackages: [],
  chosenBecause: "test"
}

/** A repository on disk, with what would be made of it. */
const repository = Effect.fnUntraced(function*(
  files: Readonly<Record<string, string>>,
  overrides: Partial<PipelineContext> = {}
) {
  const root = yield* directoryOf(files)
  return TestRepository.context(root, files, overrides)
})

const installed: ReadonlyArray<InstalledPackage> = [
  { name: "attrs", version: "25.1", files: ["attr/__init__.py"] },
  { name: "Sample", version: "9.9", files: ["pkg/__init__.py"] }
]

/** The service over these recordings. */
const service = Effect.fnUntraced(function*(...recordings: ReadonlyArray<Recording>) {
  const runner = yield* make(...recordings)
  const lines = yield* Ref.make<ReadonlyArray<string>>([])
  const asked = yield* Ref.make(0)
  const dependencies = Layer.mergeAll(
    runner.layer,
    MockToolResolver.layer,
    Layer.mock(ToolProvisioner, { pins: new Map() }),
    Layer.mock(PythonEnvironment, {
      fingerprint: () => Effect.succeed("fingerprint"),
      packages: () => Effect.as(Ref.update(asked, (n) => n + 1), installed)
    }),
    Layer.succeed(Progress, {
      emit: (event) => event._tag === "Said" ? Ref.update(lines, (all) => [...all, event.text]) : Effect.void
    })
  )
  const tools = yield* Effect.provide(ToolService, Layer.fresh(LiveToolService.layer).pipe(Layer.provide(dependencies)))
  return { tools, seen: runner.seen, lines: Ref.get(lines), asked: Ref.get(asked) }
})

const below = (directory: string) =>
  Effect.flatMap(
    FileSystem.FileSystem,
    (fs) => Effect.orElseSucceed(fs.readDirectory(directory, { recursive: true }), (): Array<string> => [])
  )

layer(NodeContext.layer, { excludeTestServices: true })("scip-python", (it) => {
  describe("a full run", () => {
    it.scoped("is an index of every module, gone with its scope, and nothing else is left", () =>
      Effect.gen(function*() {
        const fs = yield* FileSystem.FileSystem
        const ctx = yield* repository({ ...sources, "pyproject.toml": "[project]\nname = \"sample\"\n" })
        const { lines, seen, tools } = yield* service(recorded("whole"))
        const before = (yield* below(ctx.root)).sort()
        const path = yield* Effect.scoped(Effect.gen(function*() {
          const output = yield* tools.runScipFull(ctx, { heapBytes: 2 ** 30 })
          assert.deepStrictEqual([...output.documents].sort(), names)
          assert.strictEqual(output.base, "")
          assert.deepStrictEqual(output.execution.version, Option.some("0.6.6"))
          assert.deepStrictEqual(yield* below(ctx.paths.scipTmp), [output.path.slice(ctx.paths.scipTmp.length + 1)])
          assert.strictEqual(
            Number((yield* fs.stat(output.path)).size),
            Buffer.from(recorded("whole").index, "base64").length
          )
          return output.path
        }))
        assert.isFalse(yield* fs.exists(path))
        const after = (yield* below(ctx.root)).filter((name) => !name.startsWith(".codeintel"))
        assert.deepStrictEqual(after.sort(), before)
        assert.deepStrictEqual(yield* lines, ["0 / 4 written", "1 / 4 written", "2 / 4 written", "3 / 4 written"])

        const [{ invocation, links, packages, settings, workspace } = assert.fail("it did not run")] = yield* seen
        assert.includeMembers([...invocation.args], [
          `--cwd=${workspace}/`,
          "--project-name=sample",
          "--project-version=0"
        ])
        assert.strictEqual(invocation.env["NODE_OPTIONS"], "--max-old-space-size=1024")
        assert.isTrue(invocation.env["TMPDIR"]?.startsWith(ctx.paths.scipTmp))
        assert.deepStrictEqual(links, [
          `pkg -> ${ctx.root}/pkg`,
          `pyproject.toml -> ${ctx.root}/pyproject.toml`,
          "scip-pyrightconfig.json"
        ])
        assert.deepStrictEqual(settings["include"], names)
        assert.isNotEmpty(settings["exclude"])
        // not the first, which is looked up again and again
        assert.deepStrictEqual(packages.slice(1).map(({ files, name }) => ({ files, name })), [{
          name: "sample",
          files: names
        }])
      }))

    it.scoped("of nothing looks at nothing: an empty `include` would be everything", () =>
      Effect.gen(function*() {
        const ctx = yield* repository({ "README.md": "" })
        const { seen, tools } = yield* service({ ...recorded("whole") })
        yield* Effect.scoped(tools.runScipFull(ctx))
        const [first] = yield* seen
        assert.isNotEmpty(first?.settings["include"])
      }))
  })

  describe("a shard", () => {
    it.scoped("is told which files it is asked for", () =>
      Effect.gen(function*() {
        const ctx = yield* repository(sources)
        const { seen, tools } = yield* service(recorded("one"))
        const output = yield* tools.runScipShard(ctx, { relPaths: ["pkg/b.py"], heapBytes: 2 ** 30 })
        assert.deepStrictEqual([[...output.documents], output.base], [["pkg/b.py"], ""])
        const [{ invocation, links, preloaded, settings, workspace } = assert.fail("it did not run")] = yield* seen
        assert.include(invocation.args, `--cwd=${workspace}/`)
        assert.match(
          invocation.env["NODE_OPTIONS"] ?? "",
          /^--require="\/[^"]+\/own-files\.cjs" --max-old-space-size=1024$/
        )
        assert.include(preloaded, JSON.stringify([`${workspace}/pkg/b.py`]))
        assert.deepStrictEqual(links, [`pkg -> ${ctx.root}/pkg`, "scip-pyrightconfig.json"])
        assert.deepStrictEqual(settings["include"], ["pkg/b.py"])
      }))

    it.scoped("says which files it is at, and that it got more than it asked for", () =>
      Effect.gen(function*() {
        const warnings: Array<string> = []
        const logger = Logger.replace(
          Logger.defaultLogger,
          Logger.make(({ message }) => void warnings.push(String(message)))
        )
        const ctx = yield* repository(sources)
        const { lines, tools } = yield* service(recorded("whole"))
        yield* Effect.provide(tools.runScipShard(ctx, { relPaths: ["pkg/a.py", "pkg/b.py"] }), logger)
        assert.deepStrictEqual((yield* lines)[0], "pkg/a.py and 1 more: 0 / 4 written")
        assert.match(warnings.join(), /^scip-python 0.6.6 indexed 2 files that it was not asked for/)

        // a full run brings what git ignores, and that is as it should be
        const three = { ...ctx, modules: ctx.modules.slice(1) }
        yield* Effect.provide(tools.runScipFull(three), logger)
        assert.lengthOf(warnings, 1)
      }))

    it.scoped("asks Python once for all of them, and answers scip-python with the repository's", () =>
      Effect.gen(function*() {
        const ctx = yield* repository({ ...sources, "setup.cfg": "[metadata]\nversion = 1\nname = sample\n" }, {
          interpreter: Option.some(interpreter)
        })
        const { asked, seen, tools } = yield* service(recorded("one"))
        yield* tools.runScipShard(ctx, { relPaths: ["pkg/b.py"] })
        yield* tools.runScipShard(ctx, { relPaths: ["pkg/b.py"] })
        assert.strictEqual(yield* asked, 1)
        const [{ invocation, packages, python, settings } = assert.fail("it did not run")] = yield* seen
        assert.deepStrictEqual(packages.map(({ name }) => name), ["-", "sample", "attrs"])
        assert.include(python, `cd / && exec '/opt/it'\\''s/bin/python' "$@"`)
        assert.isTrue(invocation.env["PATH"]?.split(":").every((entry) => entry.startsWith("/")))
        // a version that it does not know would be taken for an older one still
        assert.strictEqual(settings["pythonVersion"], "3.12")
      }).pipe(Effect.withConfigProvider(ConfigProvider.fromMap(new Map([["PATH", "relative:/usr/bin"]])))))
  })

  describe.each<[string, Recording, ToolExecutionReason, string]>([
    ["gave up on a file, and says nothing with its exit code", recorded("partial"), "NothingAnalyzed", "chain.py"],
    ["was ended by an exception", recorded("fatal"), "ExitCode", "Maximum call stack size exceeded"],
    ["was out of memory", recorded("memory"), "Signal", "JavaScript heap out of memory"],
    [
      "has no document for a module",
      { ...recorded("whole"), index: recorded("fatal").index },
      "NothingAnalyzed",
      "no document for pkg/__init__.py and 3 more"
    ],
    [
      "ended before its last line",
      { ...recorded("whole"), stdout: recorded("fatal").stdout },
      "MalformedOutput",
      "ended before"
    ],
    [
      "wrote half an index",
      { ...recorded("whole"), index: recorded("whole").index.slice(0, 1000) },
      "MalformedOutput",
      "no whole SCIP index"
    ]
  ])("a process that %s", (_, recording, reason, cause) => {
    it.scoped("is a failure, and leaves nothing", () =>
      Effect.gen(function*() {
        const ctx = yield* repository(sources)
        const { tools } = yield* service(recording)
        const error = yield* Effect.flip(tools.runScipFull(ctx))
        assert.strictEqual(error._tag === "ToolExecution" && error.reason, reason)
        assert.include(error._tag === "ToolExecution" ? String(error.cause) : "", cause)
        assert.deepStrictEqual(yield* below(ctx.paths.scipTmp), [])
      }))
  })

  describe("the settings", () => {
    const settingsOf = Effect.fnUntraced(
      function*(files: Readonly<Record<string, string>>, overrides: Partial<PipelineContext>) {
        const ctx = yield* repository({ ...sources, ...files }, overrides)
        const { seen, tools } = yield* service(recorded("one"))
        yield* tools.runScipShard(ctx, { relPaths: ["pkg/b.py"] })
        const [{ packages, settings, workspace } = assert.fail("it did not run")] = yield* seen
        return { ctx, packages, settings, workspace }
      }
    )

    it.scoped("are the repository's, with its modules in the workspace and all else where it is", () =>
      Effect.gen(function*() {
        const { ctx, settings, workspace } = yield* settingsOf({
          "src/lib/c.py": "",
          "typings/x/__init__.pyi": "",
          "pyrightconfig.json": JSON.stringify({
            include: ["nowhere"],
            exclude: ["pkg"],
            ignore: ["pkg"],
            strict: ["pkg/**"],
            extraPaths: ["pkg", "../beside", ".venv/extra"],
            venvPath: ".",
            venv: ".venv",
            stubPath: "typings",
            pythonVersion: "3.9",
            pythonPlatform: "Windows",
            defineConstant: { DEBUG: true },
            executionEnvironments: [{ root: "src", extraPaths: ["pkg"], pythonVersion: "3.14" }]
          })
        }, { importRoots: ["src", "."] })
        assert.deepStrictEqual(settings, {
          include: ["pkg/b.py"],
          exclude: [".no-such-file"],
          strict: ["pkg/**"],
          extraPaths: [`${workspace}/pkg`, `${ctx.root}/../beside`, `${ctx.root}/.venv/extra`, `${workspace}/src`]
            .map((each) => each.replace(/[^/]+\/\.\.\//, "")),
          venvPath: ctx.root,
          venv: ".venv",
          stubPath: `${workspace}/typings`,
          pythonVersion: "3.9",
          pythonPlatform: "Windows",
          defineConstant: { DEBUG: true },
          executionEnvironments: [{ root: `${workspace}/src`, extraPaths: [`${workspace}/pkg`], pythonVersion: "3.12" }]
        })
      }))

    it.scoped("are those for scip-python where there are some, and those of pyproject.toml where there are no others", () =>
      Effect.gen(function*() {
        const toml = { "pyproject.toml": "[tool.pyright]\npythonVersion = \"3.8\"\n" }
        const own = { "scip-pyrightconfig.json": "{ \"pythonVersion\": \"3.7\", }" }
        assert.strictEqual((yield* settingsOf(toml, {})).settings["pythonVersion"], "3.8")
        assert.strictEqual((yield* settingsOf({ ...toml, ...own }, {})).settings["pythonVersion"], "3.7")
      }))

    it.scoped("files of the project are named from the roots that they are imported from", () =>
      Effect.gen(function*() {
        const { packages } = yield* settingsOf({
          "src/lib/c.py": "",
          "src/lib/deep/d.py": "",
          "setup.py": "setup(\n  name='x')"
        }, {
          importRoots: ["src/lib/deep", "src", "."]
        })
        assert.strictEqual(packages[1]?.name, "x")
        assert.deepStrictEqual([...packages[1]?.files ?? []].sort(), [...names, "d.py", "lib/c.py", "setup.py"].sort())
      }))

    it.scoped("configured arguments and variables count", () =>
      Effect.gen(function*() {
        const ctx = yield* repository(sources, {
          config: {
            ...TestRepository.defaultConfig,
            tools: {
              "scip-python": { ...defaultSettings, args: ["--dev"], env: { NODE_OPTIONS: "--max-old-space-size=1" } }
            }
          }
        })
        const { seen, tools } = yield* service(recorded("one"))
        yield* tools.runScipShard(ctx, { relPaths: ["pkg/b.py"], heapBytes: 2 ** 30 })
        const [first] = yield* seen
        assert.strictEqual(first?.invocation.args.at(-1), "--dev")
        assert.match(
          first?.invocation.env["NODE_OPTIONS"] ?? "",
          /^--require="[^"]+" --max-old-space-size=1024 --max-old-space-size=1$/
        )
      }))
  })

  it.scoped("the key changes with what the index depends on", () =>
    Effect.gen(function*() {
      const { tools } = yield* service(recorded("one"))
      const ctx = yield* repository(sources)
      const keyOf = (each: PipelineContext) =>
        Effect.map(tools.runKeys(["scip-python"], each), (keys) => {
          const found = keys.get("scip-python")
          return found?._tag === "Right" ? Option.getOrThrow(found.right.key) : assert.fail("no key")
        })
      const changed = (relPath: string): PipelineContext => ({
        ...ctx,
        snapshot: { ...ctx.snapshot, files: new Map([...ctx.snapshot.files, [relPath, "changed"]]) }
      })
      const key = yield* keyOf(ctx)
      assert.strictEqual(yield* keyOf({ ...ctx }), key)
      for (const relPath of ["pkg/a.py", "pyproject.toml", "scip-pyrightconfig.json", "setup.cfg"]) {
        assert.notStrictEqual(yield* keyOf(changed(relPath)), key, relPath)
      }
      assert.strictEqual(yield* keyOf(changed("README.md")), key)
    }))
})
