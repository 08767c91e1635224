/**
 * The real coverage under the real pytest, through `ToolService`: what a person gets by typing it, with the data in our
 * own directory and the name of each test exactly.
 */
import * as NodeContext from "@effect/platform-node/NodeContext"
import * as FileSystem from "@effect/platform/FileSystem"
import { assert, layer } from "@effect/vitest"
import { Context, Effect, Layer, Option, Schema } from "effect"
import { OUTSIDE_OF_TESTS } from "../../src/domain/CoverageReport.js"
import * as Live from "../../src/layers/Live.js"
import { Report } from "../../src/layers/tools/coverage/output.js"
import { Repositories } from "../../src/services/Repositories.js"
import { ToolService } from "../../src/services/ToolService.js"
import { command as run } from "./command.js"

class Pythons extends Context.Tag("test/Pythons")<Pythons, {
  /** pytest and nothing of coverage. */
  readonly bare: string
  /** With coverage and what comes in its way. */
  readonly equipped: string
}>() {}

/** One that has to succeed. */
const command = Effect.fnUntraced(function*(executable: string, args: ReadonlyArray<string>, cwd: string) {
  const { exitCode, stderr, stdout } = yield* run(executable, args, cwd)
  assert.strictEqual(exitCode, 0, stdout + stderr)
})

const pythons = Layer.scoped(
  Pythons,
  Effect.gen(function*() {
    const fs = yield* FileSystem.FileSystem
    const home = yield* fs.makeTempDirectoryScoped()
    const environment = (name: string, packages: ReadonlyArray<string>) =>
      Effect.gen(function*() {
        yield* command("python3", ["-m", "venv", name], home)
        const python = `${home}/${name}/bin/python`
        yield* command(python, ["-m", "pip", "install", "--quiet", ...packages], home)
        return python
      })
    return yield* Effect.all({
      bare: environment("bare", ["pytest==8.4.2"]),
      equipped: environment("equipped", [
        "pytest==9.2.0",
        "pytest-cov==7.1.0",
        "pytest-xdist==3.8.0",
        "coverage==7.17.3"
      ])
    }, { concurrency: 2 })
  })
)

const Everything = pythons.pipe(Layer.provideMerge(Live.layer), Layer.provideMerge(NodeContext.layer))

const sources: Readonly<Record<string, string>> = {
  "app/__init__.py": "",
  "app/m.py": `def f(x):
    if x:
        return (
            1 +
            x
        )
    return 0


def g():  # pragma: no cover
    return 2


def child():
    return 3
`,
  "app/unused.py": "x = 1\n",
  "tests/test_m.py": `import multiprocessing
import pytest
from app.m import child, f, g

@pytest.mark.parametrize("x", [0, 1, "\\u00e9|run"])
def test_f(x):
    f(x) if x != "\\u00e9|run" else g()

class TestOther:
    def test_child(self):
        process = multiprocessing.get_context("fork").Process(target=child)
        process.start()
        process.join()

@pytest.mark.skip
def test_skipped():
    pass
`
}

const repository = Effect.fnUntraced(function*(python: string, files: Readonly<Record<string, string>>) {
  const fs = yield* FileSystem.FileSystem
  const repositories = yield* Repositories
  const tools = yield* ToolService
  const root = yield* Effect.flatMap(fs.makeTempDirectoryScoped(), fs.realPath)
  yield* Effect.forEach(["app", "tests"], (name) => fs.makeDirectory(`${root}/${name}`), { concurrency: 1 })
  for (const [name, text] of Object.entries({ ...sources, ...files, ".gitignore": ".codeintel/\n" })) {
    yield* fs.writeFileString(`${root}/${name}`, text)
  }
  const tree = Effect.map(
    fs.readDirectory(root, { recursive: true }),
    (names) => names.filter((name) => !name.startsWith(".codeintel")).sort()
  )
  const before = yield* tree
  const ctx = yield* repositories.open(root, { python })
  yield* repositories.prepareState(ctx)
  const data = { dataFile: ctx.paths.coverageData }
  const run = (contexts: boolean) =>
    Effect.gen(function*() {
      yield* tools.runPytestReport(ctx, {
        jsonReportPath: ctx.paths.pytestReport,
        coverage: Option.some({ ...data, contexts }),
        key: Option.none()
      })
      const { notices, results } = yield* tools.readPytestReport(ctx, ctx.paths.pytestReport)
      assert.deepStrictEqual(yield* tree, before)
      return { notices, results }
    })
  return { root, run, lines: tools.runCoverageJson(ctx, data), contexts: tools.readCoverageContexts(ctx, data) }
})

const test = (name: string) => `tests/test_m.py::${name}`

const ran = (rows: ReadonlyArray<{ readonly testId: string; readonly relPath: string; readonly lines: unknown }>) =>
  rows.filter(({ relPath, testId }) => relPath === "app/m.py" && testId !== OUTSIDE_OF_TESTS)
    .map(({ lines, testId }) => [testId, lines])

layer(Everything, { excludeTestServices: true, timeout: 300_000 })("coverage", (it) => {
  it.scoped(
    "of a repository that configures nothing, in an interpreter that has no coverage",
    () =>
      Effect.gen(function*() {
        const { bare } = yield* Pythons
        const { contexts, lines, run } = yield* repository(bare, {})
        const { notices } = yield* run(true)
        assert.strictEqual(notices.filter((notice) => notice.includes("--source=.")).length, 1, notices.join("\n"))

        const { dropped, files, outsideRepository } = yield* lines
        assert.deepStrictEqual(files.get("app/m.py"), { covered: [1, 2, 3, 7, 14], missing: [15] })
        assert.deepStrictEqual(files.get("app/unused.py"), { covered: [], missing: [1] })
        assert.deepStrictEqual([...files.keys()].sort(), [
          "app/__init__.py",
          "app/m.py",
          "app/unused.py",
          "tests/test_m.py"
        ])
        assert.deepStrictEqual([dropped.size, outsideRepository], [0, 0])

        const rows = yield* contexts
        assert.deepStrictEqual(ran(rows), [[test("test_f[0]"), [2, 7]], [test("test_f[1]"), [2, 3]]])
        assert.deepStrictEqual(
          rows.filter(({ relPath, testId }) => relPath === "app/m.py" && testId === OUTSIDE_OF_TESTS)
            .map(({ lines }) => lines),
          [[1, 14]]
        )
        assert.deepStrictEqual(
          new Set(rows.map(({ testId }) => testId)),
          new Set([
            OUTSIDE_OF_TESTS,
            test("test_f[0]"),
            test("test_f[1]"),
            test("test_f[\\xe9|run]"),
            test("TestOther::test_child")
          ])
        )
        for (const row of rows) {
          assert.includeMembers([...files.get(row.relPath)?.covered ?? []], [...row.lines], row.testId)
        }
      }),
    { timeout: 120_000 }
  )

  it.scoped.each(
    [
      ["branches and relative paths", "[run]\nbranch = true\nrelative_files = true\ndata_file = mine.data\n", "", [15]],
      ["parallel", "[run]\nparallel = true\n", "", [15]],
      ["in processes of its own", "[run]\nconcurrency = multiprocessing\nparallel = true\n", "", []],
      ["by its own contexts", "[run]\ndynamic_context = test_function\n[report]\nfail_under = 100\n", "", [15]],
      ["a static context", "[run]\ncontext = unit\n", "", [15]],
      [
        "pytest-cov and pytest-xdist",
        "[run]\nbranch = true\n",
        "addopts = --cov=app --cov-report=xml --cov-fail-under=99 -n 2\nfilterwarnings = error\n",
        [15]
      ]
    ] as const
  )("%s", ([, configuration, ini, missing]) =>
    Effect.gen(function*() {
      const { equipped } = yield* Pythons
      const { contexts, lines, run } = yield* repository(equipped, {
        ".coveragerc": configuration,
        "pytest.ini": `[pytest]\n${ini}`
      })
      const { notices, results } = yield* run(true)
      assert.strictEqual(results.filter(({ outcome }) => outcome === "passed").length, 4)
      assert.strictEqual(notices.some((notice) => notice.includes("pytest-xdist")), ini.includes("-n 2"))
      const { files } = yield* lines
      const all = [1, 2, 3, 7, 14, 15]
      assert.deepStrictEqual(files.get("app/m.py"), {
        covered: all.filter((line) => !missing.some((each) => each === line)),
        missing: [...missing]
      })
      assert.deepStrictEqual(ran(yield* contexts), [[test("test_f[0]"), [2, 7]], [test("test_f[1]"), [2, 3]]])
    }), { timeout: 120_000 })

  it.scoped("as a person has it who types it", () =>
    Effect.gen(function*() {
      const fs = yield* FileSystem.FileSystem
      const { equipped } = yield* Pythons
      const { contexts, lines, root, run } = yield* repository(equipped, {
        "setup.cfg": "[coverage:run]\nbranch = true\nsource = app, tests\n[coverage:report]\nexclude_lines = return 0\n"
      })
      yield* run(false)
      const { files } = yield* lines
      yield* command(equipped, ["-m", "coverage", "run", "-m", "pytest", "-p", "no:cacheprovider"], root)
      yield* command(equipped, ["-m", "coverage", "json"], root)
      const report = yield* Effect.flatMap(fs.readFileString(`${root}/coverage.json`), Schema.decode(Report))
      assert.deepStrictEqual(
        new Map(files),
        new Map(
          Object.entries(report.files).map(([name, { executed_lines, missing_lines }]) => [
            name,
            { covered: executed_lines, missing: missing_lines }
          ])
        )
      )
      // it was not asked for
      assert.propertyVal(yield* Effect.flip(contexts), "reason", "NothingAnalyzed")
    }), { timeout: 120_000 })

  it.scoped(
    "of tests that start coverage themselves, under a configuration that an argument names",
    () =>
      Effect.gen(function*() {
        const fs = yield* FileSystem.FileSystem
        const { equipped } = yield* Pythons
        const { contexts, lines, root, run } = yield* repository(equipped, {
          "ci.rc": "[report]\nexclude_lines = return 0\n[json]\nshow_contexts = true\n",
          "codeintel.toml": "[coverage]\nargs = [\"--rcfile=ci.rc\"]\n",
          "tests/test_z.py": `import subprocess, sys
from app.m import f

def test_child():
    subprocess.run([sys.executable, "-m", "coverage", "run", "app/unused.py"], check=True)

def test_after():
    f(0)
`
        })
        assert.isTrue(yield* fs.exists(`${root}/ci.rc`))
        yield* run(true)
        const { files } = yield* lines
        // line 7 is excluded, line 3 was run before the child erased what it took for its own data
        assert.deepStrictEqual(files.get("app/m.py"), { covered: [1, 2, 3, 10, 11, 14], missing: [15] })
        assert.deepStrictEqual(files.get("app/unused.py"), { covered: [1], missing: [] })
        assert.deepStrictEqual(ran(yield* contexts), [
          [test("test_f[0]"), [2]],
          [test("test_f[1]"), [2, 3]],
          [test("test_f[\\xe9|run]"), [11]],
          ["tests/test_z.py::test_after", [2]]
        ])
      }),
    { timeout: 120_000 }
  )

  it.scoped("without the data of an earlier run when the process dies", () =>
    Effect.gen(function*() {
      const fs = yield* FileSystem.FileSystem
      const { bare } = yield* Pythons
      const { lines, root, run } = yield* repository(bare, {})
      yield* run(false)
      yield* lines
      yield* fs.writeFileString(`${root}/tests/test_m.py`, "import os\ndef test_a(): os._exit(1)\n")
      yield* Effect.flip(run(false))
      assert.propertyVal(yield* Effect.flip(lines), "reason", "NothingAnalyzed")
    }), { timeout: 120_000 })
})
