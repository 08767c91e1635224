/**
 * What runs for several tests at once is recorded for none of them, by the real coverage under the real pytest.
 */
import * as NodeContext from "@effect/platform-node/NodeContext"
import * as FileSystem from "@effect/platform/FileSystem"
import { assert, layer } from "@effect/vitest"
import { Effect, Layer, Option } from "effect"
import * as Live from "../../src/layers/Live.js"
import { Repositories } from "../../src/services/Repositories.js"
import { ToolService } from "../../src/services/ToolService.js"
import { command } from "./command.js"

const Everything = Live.layer.pipe(Layer.provideMerge(NodeContext.layer))

/** Each function has one line, which says in its text who runs it. */
const app = `def on_import():
    return 1

def lazily_on_import():
    return 1

def of_module():
    return 1

def of_module_teardown():
    return 1

def of_session():
    return 1

def of_setup_module():
    return 1

def of_teardown_module():
    return 1

def of_class():
    return 1

def of_test():
    return 1

def of_test_teardown():
    return 1

def after_shared():
    return 1

LIMIT = on_import()
`

const tests = `import unittest
import pytest
from app import m

def setup_module(module):
    m.of_setup_module()

def teardown_module(module):
    m.of_teardown_module()

@pytest.fixture(scope="session")
def session():
    m.of_session()

@pytest.fixture(scope="module")
def shared(request):
    request.getfixturevalue("session")
    yield m.of_module()
    m.of_module_teardown()

@pytest.fixture
def own(shared):
    yield m.of_test()
    m.of_test_teardown()

def test_first(own):
    import app.lazy
    m.after_shared()

def test_last(own):
    import app.lazy

class TestUnit(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        m.of_class()

    def test_it(self):
        m.after_shared()
`

const FILES = {
  ".gitignore": ".codeintel/\n.venv/\n",
  "app/__init__.py": "",
  "app/m.py": app,
  "app/lazy.py": "from app import m\n\nTABLE = m.lazily_on_import()\n",
  "tests/test_m.py": tests
}

layer(Everything, { excludeTestServices: true, timeout: 300_000 })("contexts of what tests share", (it) => {
  it.scoped("outside of tests: imports, fixtures of more than a test, also in a test", () =>
    Effect.gen(function*() {
      const fs = yield* FileSystem.FileSystem
      const root = yield* Effect.flatMap(fs.makeTempDirectoryScoped(), fs.realPath)
      for (const [name, text] of Object.entries(FILES)) {
        yield* fs.makeDirectory(`${root}/${name}`.replace(/\/[^/]*$/, ""), { recursive: true })
        yield* fs.writeFileString(`${root}/${name}`, text)
      }
      const python = `${root}/.venv/bin/python`
      for (
        const [executable, args] of [
          ["python3", ["-m", "venv", ".venv"]],
          [python, ["-m", "pip", "install", "--quiet", "pytest==9.2.0", "coverage==7.17.3"]]
        ] as const
      ) {
        const { exitCode, stderr } = yield* command(executable, args, root)
        assert.strictEqual(exitCode, 0, stderr)
      }
      const repositories = yield* Repositories
      const tools = yield* ToolService
      const ctx = yield* repositories.open(root, { python })
      yield* repositories.prepareState(ctx)
      const dataFile = ctx.paths.coverageData
      yield* tools.runPytestReport(ctx, {
        jsonReportPath: ctx.paths.pytestReport,
        coverage: Option.some({ dataFile, contexts: true }),
        key: Option.none()
      })
      const { results } = yield* tools.readPytestReport(ctx, ctx.paths.pytestReport)
      assert.deepStrictEqual(results.map(({ outcome }) => outcome), ["passed", "passed", "passed"])

      const rows = yield* tools.readCoverageContexts(ctx, { dataFile })
      const lines = app.split("\n")
      /** The functions of which a context ran the body. */
      const ranBy = (testId: string) =>
        rows.filter((row) => row.relPath === "app/m.py" && row.testId === testId).flatMap((row) => row.lines)
          .flatMap((line) => lines[line - 1] === "    return 1" ? lines[line - 2]?.slice(4, -3) ?? "" : [])
      const test = (name: string) => `tests/test_m.py::${name}`
      assert.deepStrictEqual(ranBy(""), [
        "on_import",
        "lazily_on_import",
        "of_module",
        "of_module_teardown",
        "of_session",
        "of_setup_module",
        "of_teardown_module",
        "of_class"
      ])
      // what a test runs after something shared was set up in it is its own again
      assert.deepStrictEqual(ranBy(test("test_first")), ["of_test", "of_test_teardown", "after_shared"])
      assert.deepStrictEqual(ranBy(test("test_last")), ["of_test", "of_test_teardown"])
      assert.deepStrictEqual(ranBy(test("TestUnit::test_it")), ["after_shared"])
      const outside = rows.find((row) => row.relPath === "app/lazy.py")
      assert.deepStrictEqual([outside?.testId, outside?.lines], ["", [1, 3]])
    }), 240_000)
})
