/**
 * `codeintel tests` as it is built, on a repository under git, with the real tools.
 */
import * as NodeContext from "@effect/platform-node/NodeContext"
import * as Command from "@effect/platform/Command"
import * as FileSystem from "@effect/platform/FileSystem"
import { assert, layer } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { TestSelection } from "../../src/domain/TestSelection.js"
import { codeintel } from "./command.js"

const FILES = {
  ".gitignore": ".codeintel/\n__pycache__/\n",
  "README.md": "# It\n",
  "pyproject.toml": "[project]\nname = \"it\"\nversion = \"1\"\n\n[tool.pytest.ini_options]\npythonpath = [\".\"]\n",
  "it/__init__.py": "",
  "it/sums.py": `def add(a, b):
    return a + b


def double(a):
    return add(a, a)


def unused(a):
    return -a
`,
  "tests/test_sums.py": `from it.sums import add, double


def test_add():
    assert add(1, 2) == 3


def test_add_negative():
    assert add(1, -2) == -1


def test_double():
    assert double(2) == 4


def test_nothing():
    assert True
`
}

const repository = Effect.gen(function*() {
  const fs = yield* FileSystem.FileSystem
  const root = yield* Effect.flatMap(fs.makeTempDirectoryScoped({ prefix: "codeintel e2e ü " }), fs.realPath)
  for (const [name, text] of Object.entries(FILES)) {
    yield* fs.makeDirectory(`${root}/${name}`.replace(/\/[^/]*$/, ""), { recursive: true })
    yield* fs.writeFileString(`${root}/${name}`, text)
  }
  const commit =
    "git init -q -b main . && git add -A && git -c user.name=a -c user.email=a@example.org commit -qm first"
  const exitCode = yield* Command.exitCode(
    Command.make("sh", "-euc", commit).pipe(Command.workingDirectory(root))
  )
  assert.strictEqual(exitCode, 0)
  return root
})

const test = (name: string) => `tests/test_sums.py::${name}`

layer(NodeContext.layer, { excludeTestServices: true })("codeintel tests", (it) => {
  it.scoped("the tests of a change, and why; run, they end as pytest does", () =>
    Effect.gen(function*() {
      const fs = yield* FileSystem.FileSystem
      const root = yield* repository
      const edit = (name: keyof typeof FILES, from: string, to: string) =>
        fs.writeFileString(`${root}/${name}`, FILES[name].replace(from, to))
      const restore = (name: keyof typeof FILES) => fs.writeFileString(`${root}/${name}`, FILES[name])
      const ask = (...args: ReadonlyArray<string>) => codeintel(["tests", "--diff", "HEAD", ...args, root])
      const selection = (...args: ReadonlyArray<string>) =>
        Effect.gen(function*() {
          const { exitCode, stderr, stdout } = yield* ask("--json", ...args)
          assert.deepStrictEqual([exitCode, stderr], [0, ""])
          return yield* Schema.decode(Schema.parseJson(TestSelection))(stdout)
        })

      yield* edit("it/sums.py", "a + b", "b + a")
      assert.deepStrictEqual((yield* selection()).reasons, ["nothing is stored yet: codeintel ingest --contexts"])
      yield* restore("it/sums.py")
      const ingest = yield* codeintel(["ingest", "--only", "tests,coverage,scip", "--contexts", root])
      assert.strictEqual(ingest.exitCode, 0, ingest.stderr)

      const nothing = yield* selection()
      assert.deepInclude(nothing, { repo: root, needed: "none", changes: [], tests: [] })

      // it fails one of the tests that run it
      yield* edit("it/sums.py", "return add(a, a)", "return add(a, a) + 1")
      const found = yield* selection()
      assert.deepInclude(found, { needed: "some", known: 4, reasons: [] })
      assert.deepStrictEqual(found.tests, [{
        testId: test("test_double"),
        argument: test("test_double"),
        reasons: ["runs it/sums.py:double"]
      }])
      const failed = yield* ask("--run")
      assert.strictEqual(failed.exitCode, 1, failed.stderr)
      assert.match(failed.stdout, /FAILED tests\/test_sums\.py::test_double[^]* 1 failed in /)
      assert.match(failed.stderr, /1 of 4 tests are needed/)

      yield* edit("it/sums.py", "return a + b", "return b + a")
      const passed = yield* ask("--run")
      assert.strictEqual(passed.exitCode, 0, passed.stderr)
      assert.match(passed.stdout, /3 passed in /)
      assert.deepStrictEqual((yield* selection()).tests.map(({ argument }) => argument), [
        test("test_add"),
        test("test_add_negative"),
        test("test_double")
      ])

      yield* edit("it/sums.py", "return -a", "return a")
      const unused = yield* selection()
      assert.deepInclude(unused, { needed: "none", known: 4 })
      assert.deepStrictEqual(unused.changes.map(({ functions }) => functions), [["unused"]])
      const none = yield* ask("--run", "--output", `${root}/.codeintel/arguments`)
      assert.deepStrictEqual([none.exitCode, none.stdout], [0, ""])
      assert.strictEqual(yield* fs.readFileString(`${root}/.codeintel/arguments`), "--ignore-glob=*\n")
      yield* restore("it/sums.py")

      yield* edit("README.md", "It", "That")
      assert.deepStrictEqual((yield* selection()).reasons, ["README.md: it is no Python file"])
      assert.match((yield* ask("--run")).stdout, /4 passed in /)
      assert.deepInclude(yield* selection("--ignore", "*.md"), { needed: "none", ignored: ["README.md"] })
      yield* restore("README.md")

      assert.strictEqual((yield* codeintel(["tests", "--diff", "nowhere", root])).exitCode, 2)
      const status = yield* Command.string(Command.make("git", "-C", root, "status", "--porcelain"))
      assert.strictEqual(status, "")
    }), 300_000)
})
