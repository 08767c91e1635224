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
import * as MockToolRunner from "../../src/layers/testing/MockToolRunner.js"
import * as TestRepository from "../../src/layers/testing/TestRepository.js"
import * as TestTools from "../../src/layers/testing/TestTools.js"
import { ToolService } from "../../src/services/ToolService.js"

const Live = Layer.mergeAll(Layer.provide(TestTools.layer, MockToolRunner.layer({})), NodeContext.layer)

const keyOf = (ctx: PipelineContext, tool: string) =>
  Effect.gen(function*() {
    const tools = yield* ToolService
    const keys = yield* tools.runKeys([tool], ctx)
    const found = keys.get(tool)
    return found !== undefined && Either.isRight(found) ? Option.getOrNull(found.right.key) : assert.fail("not found")
  })

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
})
