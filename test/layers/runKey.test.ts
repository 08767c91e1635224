// @effect-diagnostics strictEffectProvide:off
/**
 * What changes a key: everything that could change a result and that no snapshot holds.
 */
import * as NodeContext from "@effect/platform-node/NodeContext"
import type { PlatformError } from "@effect/platform/Error"
import * as FileSystem from "@effect/platform/FileSystem"
import { assert, describe, layer } from "@effect/vitest"
import { Effect, Either, Layer, Option } from "effect"
import type { PipelineContext } from "../../src/domain/PipelineContext.js"
import { defaultSettings } from "../../src/domain/ToolsConfig.js"
import * as LiveToolService from "../../src/layers/LiveToolService.js"
import * as PlainProgress from "../../src/layers/PlainProgress.js"
import * as MockToolResolver from "../../src/layers/testing/MockToolResolver.js"
import * as MockToolRunner from "../../src/layers/testing/MockToolRunner.js"
import * as TestRepository from "../../src/layers/testing/TestRepository.js"
import * as TestTools from "../../src/layers/testing/TestTools.js"
import { PythonEnvironment } from "../../src/services/PythonEnvironment.js"
import { ToolProvisioner } from "../../src/services/ToolProvisioner.js"
import { ToolService } from "../../src/services/ToolService.js"

const Live = Layer.mergeAll(Layer.provide(TestTools.layer, MockToolRunner.layer({})), NodeContext.layer)

/** The same in another Python environment. */
const toolsIn = (fingerprint: string) =>
  LiveToolService.layer.pipe(Layer.provide([
    MockToolResolver.layer,
    Layer.mock(ToolProvisioner, { pins: new Map() }),
    Layer.mock(PythonEnvironment, { fingerprint: () => Effect.succeed(fingerprint) }),
    PlainProgress.silent,
    MockToolRunner.layer({}),
    NodeContext.layer
  ]))

const keysOf = (ctx: PipelineContext, tool: string) =>
  Effect.gen(function*() {
    const tools = yield* ToolService
    const keys = yield* tools.runKeys([tool], ctx)
    const found = keys.get(tool)
    return found !== undefined && Either.isRight(found) ? found.right : assert.fail("not found")
  })

const keyOf = (ctx: PipelineContext, tool: string) => Effect.map(keysOf(ctx, tool), ({ key }) => Option.getOrNull(key))

/** A repository at `<dir>/repo` with a virtual environment, and a library beside it. */
const place = Effect.fn("place")(function*(args: ReadonlyArray<string> = []) {
  const fs = yield* FileSystem.FileSystem
  const dir = yield* Effect.flatMap(fs.makeTempDirectoryScoped(), (made) => fs.realPath(made))
  const site = `${dir}/repo/.venv/lib/python3.11/site-packages`
  yield* fs.makeDirectory(site, { recursive: true })
  yield* fs.makeDirectory(`${dir}/lib/pkg`, { recursive: true })
  yield* fs.writeFileString(`${dir}/lib/pkg/mod.py`, "x = 1\n")
  yield* fs.writeFileString(`${dir}/repo/a.py`, "import pkg\n")
  const settings = { ...defaultSettings, args }
  const ctx = TestRepository.context(`${dir}/repo`, { "a.py": "import pkg\n" }, {
    config: { ...TestRepository.defaultConfig, tools: { pyright: settings, pyrefly: settings, ruff: settings } },
    interpreter: Option.some({
      executable: `${dir}/repo/.venv/bin/python`,
      version: "3.11.7",
      prefix: `${dir}/repo/.venv`,
      abi: "cpython-311",
      sitePackages: [site],
      chosenBecause: "test"
    })
  })
  return { fs, dir, site, ctx }
})

layer(Live, { excludeTestServices: true })("the key of a run", (it) => {
  const changes = (tool: string, ctx: PipelineContext, change: Effect.Effect<void, PlatformError>) =>
    Effect.gen(function*() {
      const before = yield* keyOf(ctx, tool)
      assert.isNotNull(before)
      assert.strictEqual(yield* keyOf(ctx, tool), before)
      yield* change
      assert.notStrictEqual(yield* keyOf(ctx, tool), before)
    })

  describe.each(["pyright", "pyrefly", "ruff"])("%s", (tool) => {
    it.scoped("an editable installation beside the repository", () =>
      Effect.gen(function*() {
        const { ctx, dir, fs, site } = yield* place()
        yield* fs.writeFileString(`${site}/__editable__.pkg.pth`, `${dir}/lib\n`)
        yield* changes(tool, ctx, fs.writeFileString(`${dir}/lib/pkg/mod.py`, "x: str = 1\n"))
      }))

    it.scoped("a Python file that git ignores", () =>
      Effect.gen(function*() {
        const { ctx, dir, fs } = yield* place()
        yield* changes(tool, ctx, fs.writeFileString(`${dir}/repo/_version.py`, "v = 1\n"))
      }))

    it.scoped("a file that a configured argument names", () =>
      Effect.gen(function*() {
        const { ctx, dir, fs } = yield* place(["--config=lint.toml"])
        yield* fs.writeFileString(`${dir}/repo/lint.toml`, "line-length = 80\n")
        yield* changes(tool, ctx, fs.writeFileString(`${dir}/repo/lint.toml`, "line-length = 90\n"))
      }))
  })

  it.scoped("what a link out of the repository leads to", () =>
    Effect.gen(function*() {
      const { ctx, dir, fs } = yield* place()
      yield* fs.symlink(`${dir}/lib/pkg`, `${dir}/repo/pkg`)
      const linked = {
        ...ctx,
        snapshot: { ...ctx.snapshot, files: new Map([...ctx.snapshot.files, ["pkg", "link"]]) }
      }
      yield* changes("pyright", linked, fs.writeFileString(`${dir}/lib/pkg/mod.py`, "x: str = 1\n"))
    }))

  it.scoped("there is none when the configuration leads to code that is not followed", () =>
    Effect.gen(function*() {
      const { ctx, dir, fs } = yield* place()
      yield* fs.writeFileString(`${dir}/repo/pyrefly.toml`, "search-path = [\n  \"../lib\",\n]\n")
      assert.isNull(yield* keyOf(ctx, "pyrefly"))
      yield* fs.writeFileString(`${dir}/repo/pyrefly.toml`, "search-path = [\"src\"]\n")
      assert.isNotNull(yield* keyOf(ctx, "pyrefly"))
      yield* fs.writeFileString(`${dir}/repo/pyrefly.toml`, "python-interpreter-path = \"other/python\"\n")
      assert.isNull(yield* keyOf(ctx, "pyrefly"))
    }))

  describe("without the content of the modules", () => {
    const scip = "scip-python"
    const sources = { "a.py": "x = 1\n", "pyproject.toml": "[project]\nname = 'p'\n", "README.md": "read me\n" }
    const at = (ctx: PipelineContext, given: Readonly<Record<string, string>>) => {
      const { modules, snapshot } = TestRepository.context(ctx.root, given)
      return { ...ctx, modules, snapshot }
    }
    const baseKeyOf = (ctx: PipelineContext) =>
      Effect.map(keysOf(ctx, scip), ({ baseKey }) => Option.getOrNull(baseKey))

    const here = Effect.gen(function*() {
      const { ctx, fs } = yield* place()
      const repository = at(ctx, sources)
      const [key, baseKey] = [yield* keyOf(repository, scip), yield* baseKeyOf(repository)]
      assert.isNotNull(baseKey)
      assert.notStrictEqual(baseKey, key)
      return { fs, repository, key, baseKey }
    })

    it.scoped("it is the same with other content, and with other modules", () =>
      Effect.gen(function*() {
        const { baseKey, fs, key, repository } = yield* here
        const { "a.py": _, ...others } = sources
        for (const now of [{ ...sources, "a.py": "x = 2\n" }, { ...sources, "b.py": "" }, others]) {
          const changed = at(repository, now)
          // what is there and no module is another input
          if (now === others) yield* fs.remove(`${repository.root}/a.py`)
          assert.notStrictEqual(yield* keyOf(changed, scip), key)
          assert.strictEqual(yield* baseKeyOf(changed), baseKey)
        }
      }))

    it.scoped("it is another with another project, import root, link or environment", () =>
      Effect.gen(function*() {
        const { baseKey, repository } = yield* here
        const others: Readonly<Record<string, PipelineContext>> = {
          project: at(repository, { ...sources, "pyproject.toml": "[project]\nname = 'q'\n" }),
          "import root": { ...repository, importRoots: [".", "src"] },
          link: { ...repository, aliases: new Map([["b.py", "a.py"]]) }
        }
        for (const [what, other] of Object.entries(others)) {
          assert.notStrictEqual(yield* baseKeyOf(other), baseKey, what)
        }
        const installed = yield* Effect.provide(baseKeyOf(repository), toolsIn("another environment"))
        assert.isNotNull(installed)
        assert.notStrictEqual(installed, baseKey)
        assert.strictEqual(yield* Effect.provide(baseKeyOf(repository), toolsIn("test")), baseKey)
      }))

    it.scoped("there is none of a tool that goes on from nothing", () =>
      Effect.gen(function*() {
        const { repository } = yield* here
        for (const tool of ["pyright", "pyrefly", "ruff"]) {
          const { baseKey, key } = yield* keysOf(repository, tool)
          assert.deepStrictEqual([tool, Option.isSome(key), Option.isSome(baseKey)], [tool, true, false])
        }
      }))
  })
})
