// @effect-diagnostics strictEffectProvide:off multipleEffectProvide:off
import * as FileSystem from "@effect/platform/FileSystem"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, Schema } from "effect"
import { ToolExecution, ToolNotFound } from "../../../src/domain/errors.js"
import { TestSelection } from "../../../src/domain/TestSelection.js"
import * as MockToolService from "../../../src/layers/testing/MockToolService.js"
import * as TestPipeline from "../../../src/layers/testing/TestPipeline.js"
import { running, Services } from "./running.js"

const sources = { "a.py": "def f():\n    return 1\n", "README.md": "# a\n" }

/** Since `base` the README has changed, since `same` nothing. */
const world = (pytest?: MockToolService.OtherAnswers["selectedTests"]) =>
  Layer.mergeAll(
    Services,
    TestPipeline.layer(sources, { revisions: { base: { ...sources, "README.md": "# b\n" }, same: sources } }),
    MockToolService.layer({}, pytest === undefined ? {} : { selectedTests: pytest })
  )

const ask = (...args: ReadonlyArray<string>) => running("tests", ...args, "/repo")

const decoded = Schema.decode(Schema.parseJson(TestSelection))

const called: Array<ReadonlyArray<string>> = []
const endsWith = (exitCode: number) => (args: ReadonlyArray<string>) => {
  called.push(args)
  return { lines: ["it ran", "it ended"], exitCode }
}

describe("codeintel tests", () => {
  it.effect("0, the selection on stdout and nothing on stderr, whatever it is", () =>
    Effect.gen(function*() {
      const all = yield* ask("--diff", "base")
      assert.deepStrictEqual([all.exitCode, all.stderr], [0, ""])
      assert.match(all.stdout, /^all tests are needed\n {2}README\.md: it is no Python file\n/m)
      const none = yield* ask("--diff", "same")
      assert.deepStrictEqual([none.exitCode, none.stderr], [0, ""])
      assert.match(none.stdout, /no test is needed: nothing changed\n$/)
      const json = yield* ask("--diff", "base", "--json")
      assert.deepInclude(yield* decoded(json.stdout), { needed: "all", known: null, ignored: [] })
      const ignored = yield* ask("--diff", "base", "--json", "--ignore", "*.rst", "--ignore", "*.md")
      assert.deepInclude(yield* decoded(ignored.stdout), { needed: "none", ignored: ["README.md"] })
    }).pipe(Effect.provide(world())))

  it.effect("2: a command line that cannot be meant, and nothing is run", () =>
    Effect.gen(function*() {
      for (
        const [args, says] of [
          [[], /--diff/],
          [["--diff", "base", "--run", "--json"], /^--run and --json: both want stdout/],
          [["--diff", "base", "--run", "--untrusted"], /^--run and --untrusted: tests are code of the repository/],
          [["--diff", "nowhere"], /nowhere/],
          [["--diff", "same", "--output", "/nowhere/at/all"], /^--output \/nowhere\/at\/all: /]
        ] as const
      ) {
        const { exitCode, stderr, stdout } = yield* ask(...args)
        assert.deepStrictEqual([exitCode, stdout], [2, ""], args.join(" "))
        assert.match(stderr, says)
      }
    }).pipe(Effect.provide(world(() => assert.fail("it ran")))))

  for (const exitCode of [0, 1, 5]) {
    it.effect(`--run: ends with the ${exitCode} of pytest, whose output is stdout`, () =>
      Effect.gen(function*() {
        called.length = 0
        const ended = yield* ask("--diff", "base", "--run")
        assert.deepStrictEqual([ended.exitCode, ended.stdout], [exitCode, "it ran\nit ended\n"])
        assert.match(ended.stderr, /^all tests are needed\n {2}README\.md/m)
        assert.deepStrictEqual(called, [["-pno:all_tests_are_needed"]])
      }).pipe(Effect.provide(world(endsWith(exitCode)))))
  }

  it.effect("--run: where nothing is needed, nothing is run", () =>
    Effect.gen(function*() {
      const { exitCode, stderr, stdout } = yield* ask("--diff", "same", "--run")
      assert.deepStrictEqual([exitCode, stdout], [0, ""])
      assert.match(stderr, /no test is needed/)
    }).pipe(Effect.provide(world(() => assert.fail("it ran")))))

  const failed = new ToolExecution({
    tool: "pytest",
    executable: "/bin/python",
    args: [],
    cwd: "/",
    reason: "Timeout",
    stdoutTail: "",
    stderrTail: "",
    durationMs: 1
  })
  for (const error of [failed, new ToolNotFound({ tool: "pytest", searched: [], hint: "install it" })]) {
    it.effect(`--run: 3 where pytest could not run: ${error._tag}`, () =>
      Effect.gen(function*() {
        const { exitCode, stderr, stdout } = yield* ask("--diff", "base", "--run")
        assert.deepStrictEqual([exitCode, stdout], [3, ""])
        assert.match(stderr, /pytest/)
      }).pipe(Effect.provide(world(() => error))))
  }

  it.scoped("--output: the arguments of pytest, one a line, also of nothing", () =>
    Effect.gen(function*() {
      const fs = yield* FileSystem.FileSystem
      const file = `${yield* fs.makeTempDirectoryScoped()}/arguments`
      assert.strictEqual((yield* ask("--diff", "base", "--output", file)).exitCode, 0)
      assert.strictEqual(yield* fs.readFileString(file), "-pno:all_tests_are_needed\n")
      const { exitCode, stdout } = yield* ask("--diff", "same", "--json", "--output", file)
      assert.strictEqual(exitCode, 0)
      assert.strictEqual((yield* decoded(stdout)).needed, "none")
      assert.strictEqual(yield* fs.readFileString(file), "--ignore-glob=*\n")
    }).pipe(Effect.provide(world())))
})
