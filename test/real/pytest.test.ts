/**
 * The real pytest, in an environment of its own, through `ToolService`: as the last line of the same tests has it that
 * are run by hand.
 */
import * as NodeContext from "@effect/platform-node/NodeContext"
import * as FileSystem from "@effect/platform/FileSystem"
import { assert, layer } from "@effect/vitest"
import { Context, Effect, Layer, Option } from "effect"
import * as Live from "../../src/layers/Live.js"
import { Repositories } from "../../src/services/Repositories.js"
import { ToolService } from "../../src/services/ToolService.js"
import { groups, groupsOf } from "../layers/tools/pytestSession.js"
import { command } from "./command.js"

class Environment extends Context.Tag("test/Environment")<Environment, string>() {}

/** A Python with pytest, its own report plugin, and pytest-xdist. */
const environment = Layer.scoped(
  Environment,
  Effect.gen(function*() {
    const fs = yield* FileSystem.FileSystem
    const home = yield* fs.makeTempDirectoryScoped()
    yield* command("python3", ["-m", "venv", "venv"], home)
    const python = `${home}/venv/bin/python`
    const wanted = ["pytest==9.2.0", "pytest-xdist==3.8.0"]
    const { exitCode, stderr } = yield* command(python, ["-m", "pip", "install", "--quiet", ...wanted], home)
    assert.strictEqual(exitCode, 0, stderr)
    return python
  })
)

const Everything = environment.pipe(
  Layer.provideMerge(Live.layer),
  Layer.provideMerge(NodeContext.layer)
)

const OUTCOMES = `
import os
import pytest

@pytest.fixture
def broken():
    yield
    raise ValueError("in teardown")

def test_passes(cache, tmp_path):
    cache.set("a/b", 1)

def test_fails():
    assert os.environ.get("NOBODY")

def test_errs(broken):
    pass

@pytest.mark.xfail
def test_expected():
    assert False

@pytest.mark.parametrize("x", range(4))
def test_many(x):
    if x == 3:
        pytest.skip("three")
`

const repository = Effect.fnUntraced(function*(files: Readonly<Record<string, string>>) {
  const fs = yield* FileSystem.FileSystem
  const python = yield* Environment
  const repositories = yield* Repositories
  const tools = yield* ToolService
  const root = yield* Effect.flatMap(fs.makeTempDirectoryScoped(), fs.realPath)
  for (const [name, text] of Object.entries({ ...files, ".gitignore": ".codeintel/\n" })) {
    yield* fs.writeFileString(`${root}/${name}`, text)
  }
  const ctx = yield* repositories.open(root, { python })
  const report = ctx.paths.pytestReport
  const options = { jsonReportPath: report, coverage: Option.none(), key: Option.some("now") }
  const run = Effect.tap(
    tools.runPytestReport(ctx, options),
    () => tools.confirmPytestReport(ctx, { jsonReportPath: report, key: "now" })
  )
  const read = tools.readPytestReport(ctx, report)
  const byHand = Effect.map(
    command(python, ["-m", "pytest"], root),
    ({ stdout }) => groupsOf(` ${stdout.trim().split("\n").at(-1) ?? ""}`)
  )
  const left = Effect.map(fs.readDirectory(root), (names) => names.filter((name) => name !== ".codeintel").sort())
  return { byHand, left, read, run }
})

layer(Everything, { excludeTestServices: true, timeout: 300_000 })("pytest", (it) => {
  it.scoped.each(
    [
      ["as it is", ""],
      ["with pytest-xdist", "addopts = -n 2"],
      ["without plugins that load themselves", "addopts = --disable-plugin-autoload"],
      ["quiet, strict and repeating what failed", "addopts = -q --no-header --strict-config --lf\ncache_dir = .mine"]
    ] as const
  )("%s", ([, ini]) =>
    Effect.gen(function*() {
      const files = { "pytest.ini": `[pytest]\n${ini}\n`, "test_a.py": OUTCOMES }
      const { byHand, left, read, run } = yield* repository(files)
      assert.isTrue(yield* run)
      const report = yield* read
      assert.deepStrictEqual(groups(report), { passed: 5, failed: 1, error: 1, skipped: 1, xfailed: 1 })
      assert.deepStrictEqual([report.incomplete, report.notices], [Option.none(), []])
      assert.deepStrictEqual(
        new Set(report.results.map(({ relPath }) => Option.getOrNull(relPath))),
        new Set(["test_a.py"])
      )
      assert.deepStrictEqual(yield* left, [".gitignore", "pytest.ini", "test_a.py"])
      assert.isFalse(yield* run)
      assert.deepStrictEqual(yield* byHand, groups(report))
    }), { timeout: 120_000 })

  it.scoped("a test that ends the process", () =>
    Effect.gen(function*() {
      const { read, run } = yield* repository({
        "test_a.py": "import os\ndef test_1(): pass\ndef test_2(): os._exit(0)\ndef test_3(): pass\n"
      })
      assert.deepInclude(yield* Effect.flip(run), { tool: "pytest", reason: "MalformedOutput", exitCode: 0 })
      const { incomplete, results } = yield* read
      assert.deepStrictEqual(results.map(({ outcome, testId }) => `${testId} ${outcome}`), [
        "test_a.py::test_1 passed",
        "test_a.py::test_2 crashed"
      ])
      assert.deepStrictEqual(incomplete, Option.some("the process ended while test_a.py::test_2 ran"))
    }), { timeout: 120_000 })
})
