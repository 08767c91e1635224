// @effect-diagnostics strictEffectProvide:off multipleEffectProvide:off
import * as FileSystem from "@effect/platform/FileSystem"
import { assert, describe, it, layer } from "@effect/vitest"
import { Effect, Layer, Option, Schema } from "effect"
import type { CoverageContext } from "../../src/domain/CoverageReport.js"
import type { TestOutcome, TestResult } from "../../src/domain/TestReport.js"
import { TestSelection } from "../../src/domain/TestSelection.js"
import * as TestRepository from "../../src/layers/testing/TestRepository.js"
import { testsFor, type TestsOptions } from "../../src/programs/testsFor.js"
import { Repositories } from "../../src/services/Repositories.js"
import { RepositoryLock } from "../../src/services/RepositoryLock.js"
import * as World from "./ask/world.js"

const A = "src/p/a.py"
const TESTS = "tests/test_a.py"
const UNMEASURED = "tests/test_b.py"

const a = `def used(x):
    return helper(x)

def helper(x):
    """It helps."""
    y = x + 1
    return y

def unrun():
    return 3

def middle():
    return unrun()

def imported():
    return 1

LIMIT = imported()

@functools.lru_cache(maxsize=None)
def kept():
    return 1

@cached_property
def lazy():
    return 1

def hidden():  # pragma: no cover
    return 1

def spawn():
    return subprocess.run([])

def numbers():
    return [1, 2]
`

const tests = `import pytest

@pytest.fixture
def thing():
    return 1

def setup_module(module):
    prepare()

def test_used():
    assert used(1) == 2

def test_helper():
    assert helper(1) == 2

def test_middle():
    run_if_slow(middle)

@pytest.mark.parametrize("x", [1, 2])
def test_each(x):
    assert LIMIT == 1

class TestA:
    def test_spawn(self):
        assert spawn()
`

const unmeasured = `def test_alone():
    assert numbers()

class TestB:
    def test_in_class(self):
        pass

def support():
    pass
`

const sources = {
  [A]: a,
  [TESTS]: tests,
  [UNMEASURED]: unmeasured,
  "tests/conftest.py": "def helpful():\n    return 1\n",
  "README.md": "# p\n"
}

const lineOf = (text: string, part: string) => text.slice(0, text.indexOf(part)).split("\n").length

const inA = (...parts: ReadonlyArray<string>) => parts.map((part) => lineOf(a, part)).sort((one, other) => one - other)

const used = inA("    return helper(x)")
const helper = inA("    y = x + 1", "    return y")

const id = (name: string) => `${TESTS}::${name}`

const outside: CoverageContext = {
  testId: "",
  relPath: A,
  lines: [1, ...inA("def helper(x)", "def imported", "    return 1")]
}

const own = (name: string, part: string): CoverageContext => ({
  testId: id(name),
  relPath: TESTS,
  lines: [lineOf(tests, part)]
})

const contexts: ReadonlyArray<CoverageContext> = [
  outside,
  { testId: id("test_used"), relPath: A, lines: [...used, ...helper] },
  { testId: id("test_helper"), relPath: A, lines: helper },
  { testId: id("TestA::test_spawn"), relPath: A, lines: inA("    return subprocess") },
  { testId: `${UNMEASURED}::test_alone`, relPath: A, lines: inA("    return [1, 2]") },
  { testId: `${UNMEASURED}::TestB::test_in_class`, relPath: A, lines: inA("    return [1, 2]") },
  own("test_used", "    assert used(1)"),
  own("test_helper", "    assert helper(1)"),
  own("test_middle", "    run_if_slow"),
  own("test_each[1]", "    assert LIMIT"),
  own("test_each[2]", "    assert LIMIT"),
  own("TestA::test_spawn", "        assert spawn")
]

const result = (testId: string, outcome: TestOutcome = "passed"): TestResult => ({
  testId,
  relPath: Option.some(testId.split("::")[0] ?? ""),
  phase: "call",
  outcome,
  durationMs: Option.some(1),
  message: Option.none()
})

const names = ["test_used", "test_helper", "test_middle", "test_each[1]", "test_each[2]", "TestA::test_spawn"]

const results = [
  ...names.map((name) => result(id(name))),
  result(`${UNMEASURED}::test_alone`),
  result(`${UNMEASURED}::TestB::test_in_class`)
]

const functionsOf = (module: string, ...names: ReadonlyArray<string>) =>
  Object.fromEntries(names.map((name) => [name, `\`${module}\`/${name}().`]))

const recorded: World.World = {
  sources,
  words: {
    ...functionsOf(
      "p.a",
      "used",
      "helper",
      "unrun",
      "middle",
      "imported",
      "kept",
      "lazy",
      "hidden",
      "spawn",
      "numbers"
    ),
    ...functionsOf("tests.test_a", "test_used", "test_helper", "test_middle", "test_each", "setup_module"),
    subprocess: "python-stdlib 3.11 subprocess/__init__:"
  },
  missed: {
    [A]: inA("    return 3", "    return unrun()"),
    [TESTS]: [],
    "tests/conftest.py": []
  },
  excluded: { [A]: [lineOf(a, "def hidden"), lineOf(a, "def hidden") + 1] },
  contexts,
  tests: results,
  commit: "base"
}

const ROOT = "/repo"

interface Case {
  readonly head?: TestRepository.Sources
  readonly base?: TestRepository.Sources
  /** What was ingested. */
  readonly stored?: ReadonlyArray<World.World>
  readonly options?: Partial<TestsOptions>
}

const asked = ({ base = sources, head = sources, options = {} }: Case) =>
  Effect.gen(function*() {
    const { open } = yield* Repositories
    const found = yield* testsFor(yield* open(ROOT), { revision: "base", ...options })
    // what is printed is what the Schema says
    const json = yield* Schema.encode(Schema.parseJson(TestSelection))(found)
    assert.deepStrictEqual(yield* Schema.decode(Schema.parseJson(TestSelection))(json), found)
    return found
  }).pipe(Effect.provide(Layer.mergeAll(
    TestRepository.layer(head, { base }),
    Layer.succeed(RepositoryLock, { acquire: () => Effect.void }),
    FileSystem.layerNoop({
      readFileString: (path) => {
        const at = `${ROOT}/.codeintel/checkout/base/`
        return Effect.succeed(
          (path.startsWith(at) ? base[path.slice(at.length)] : head[path.slice(ROOT.length + 1)]) ?? ""
        )
      }
    })
  )))

const selection = (given: Case) =>
  Effect.forEach(given.stored ?? [recorded], World.ingested, { concurrency: 1, discard: true }).pipe(
    Effect.zipRight(asked(given)),
    Effect.provide(World.layer)
  )

const edited = (relPath: string, from: string, to: string, of: TestRepository.Sources = sources) => {
  const text = of[relPath] ?? ""
  assert.include(text, from)
  return { ...of, [relPath]: text.replace(from, to) }
}

const tellers = ({ tests }: TestSelection) =>
  Object.fromEntries(tests.map(({ argument, reasons }) => [argument, reasons]))

/** In every selection: it starts processes. */
const always = {
  [id("TestA::test_spawn")]: [`starts processes (${A}:spawn), and what runs in them is not recorded`]
}

const Recorded = Layer.effectDiscard(World.ingested(recorded)).pipe(Layer.provideMerge(World.layer))

layer(Recorded)("testsFor, where it cannot be known", (it) => {
  describe.each<readonly [what: string, head: () => TestRepository.Sources, reasons: ReadonlyArray<string | RegExp>]>([
    ["a file that is no Python", () => edited("README.md", "p", "q"), ["README.md: it is no Python file"]],
    ["a file of data that is new", () => ({ ...sources, "data.json": "{}" }), ["data.json: it is no Python file"]],
    ["a conftest.py", () => edited("tests/conftest.py", "return 1", "return 2"), [
      "tests/conftest.py: pytest reads it for the tests below it"
    ]],
    ["a new file", () => ({ ...sources, "src/p/b.py": "x = 1\n" }), ["src/p/b.py: it is new, or has a new name"]],
    ["a file that is gone", () => {
      const { [UNMEASURED]: _, ...rest } = sources
      return rest
    }, [`${UNMEASURED}: it is gone, or has another name`]],
    ["a renamed file", () => {
      const { [UNMEASURED]: text, ...rest } = sources
      return { ...rest, "tests/test_z.py": text ?? "" }
    }, [`${UNMEASURED}: it is gone, or has another name`, "tests/test_z.py: it is new, or has a new name"]],
    ["what runs on import", () => edited(A, "LIMIT = ", "LIMIT = 1 + "), [`${A}: what runs on import changed`]],
    ["a docstring", () => edited(A, "It helps.", "It helps?"), [`${A}: what runs on import changed`]],
    ["a fixture", () => edited(TESTS, "    return 1\n", "    return 2\n"), [`${TESTS}: thing is a fixture`]],
    ["a hook", () => edited(TESTS, "prepare()", "repair()"), [`${TESTS}: pytest calls setup_module for several tests`]],
    ["a function with a cache", () => edited(A, "def kept():\n    return 1", "def kept():\n    return 2"), [
      `${A}: what kept returns is kept from test to test`
    ]],
    ["a property with a cache", () => edited(A, "def lazy():\n    return 1", "def lazy():\n    return 2"), [
      `${A}: what lazy returns is kept from test to test`
    ]],
    ["a function that becomes a generator", () => edited(A, "return [1, 2]", "yield from [1, 2]"), [
      `${A}: numbers is a generator at one end, and none at the other`
    ]],
    ["a file that does not parse", () => edited(A, "y = x + 1", "y = x +"), [
      `${A}: it does not parse, or is no UTF-8`
    ]],
    ["a file that is no UTF-8", () => edited(A, "y = x + 1", "y = '\uFFFD'"), [
      `${A}: it does not parse, or is no UTF-8`
    ]],
    [
      "a function that runs outside of tests, too",
      () => edited(A, "def imported():\n    return 1", "def imported():\n    return 2"),
      [
        `${A}:imported runs outside of tests, too: on import, or in a fixture that tests share`
      ]
    ],
    ["a function that coverage leaves out", () => edited(A, "no cover\n    return 1", "no cover\n    return 2"), [
      `coverage does not count line ${lineOf(a, "def hidden") + 1} of ${A}: which test runs ${A}:hidden is not known`
    ]],
    [
      "a method of a test class that coverage does not measure",
      () => edited(UNMEASURED, "        pass", "        x = 1"),
      [
        `coverage did not measure ${UNMEASURED}: which test runs ${UNMEASURED}:TestB.test_in_class is not known`
      ]
    ],
    [
      "a helper that coverage does not measure",
      () => edited(UNMEASURED, "def support():\n    pass", "def support():\n    x = 1"),
      [
        `coverage did not measure ${UNMEASURED}: which test runs ${UNMEASURED}:support is not known`
      ]
    ],
    [
      "several of these",
      () => edited(A, "LIMIT = ", "LIMIT = 1 + ", edited("README.md", "p", "q")),
      ["README.md: it is no Python file", `${A}: what runs on import changed`]
    ]
  ])("all: %s", (_, head, reasons) => {
    it.effect("with the reason, and how many there are", () =>
      Effect.gen(function*() {
        const found = yield* asked({ head: head() })
        assert.deepInclude(found, { needed: "all", tests: [], known: 8 })
        assert.deepStrictEqual(found.reasons, reasons)
      }))
  })
})

describe("testsFor", () => {
  it.effect("nothing changed: none, and nothing is asked", () =>
    Effect.gen(function*() {
      const found = yield* selection({ stored: [] })
      assert.deepInclude(found, {
        repo: ROOT,
        base: { revision: "base", commit: "base" },
        needed: "none",
        reasons: [],
        tests: [],
        known: null,
        changes: [],
        freshness: null
      })
    }))

  it.effect("tests that ran a line of the changed body, and those that start processes", () =>
    Effect.gen(function*() {
      const found = yield* selection({ head: edited(A, "y = x + 1", "y = x + 2") })
      assert.deepInclude(found, { needed: "some", reasons: [], known: results.length, ignored: [] })
      assert.deepStrictEqual(found.changes, [{
        relPath: A,
        kind: "changed",
        functions: ["helper"],
        problem: null
      }])
      assert.deepStrictEqual(tellers(found), {
        ...always,
        [id("test_helper")]: [`runs ${A}:helper`],
        [id("test_used")]: [`runs ${A}:helper`]
      })
      assert.strictEqual(found.freshness?.treeChanged, true)
    }))

  it.effect("not those that ran what is around it alone", () =>
    Effect.gen(function*() {
      const found = yield* selection({ head: edited(A, "return helper(x)", "return 7") })
      assert.deepStrictEqual(tellers(found), { ...always, [id("test_used")]: [`runs ${A}:used`] })
    }))

  it.effect("of what no test was seen to run, tests that refer to it, also through what no test was seen to run", () =>
    Effect.gen(function*() {
      const found = yield* selection({ head: edited(A, "return 3", "return 4") })
      assert.deepStrictEqual(tellers(found), {
        ...always,
        [id("test_middle")]: [`refers to ${A}:unrun through ${A}:middle`]
      })
    }))

  it.effect("a test that changed is needed itself, with each of its parameters", () =>
    Effect.gen(function*() {
      const found = yield* selection({ head: edited(TESTS, "assert LIMIT == 1", "assert LIMIT == 2") })
      const why = [`is ${TESTS}:test_each`]
      assert.deepStrictEqual(tellers(found), { ...always, [id("test_each[1]")]: why, [id("test_each[2]")]: why })
    }))

  it.effect("a test of a file that coverage does not measure, and the same wherever else it is imported", () =>
    Effect.gen(function*() {
      const imported = result("tests/test_c.py::test_alone")
      const found = yield* selection({
        head: edited(UNMEASURED, "assert numbers()", "assert not numbers()"),
        stored: [{
          ...recorded,
          tests: [...results, imported],
          contexts: [...contexts, { testId: imported.testId, relPath: A, lines: inA("    return [1, 2]") }]
        }]
      })
      const why = [`is ${UNMEASURED}:test_alone`]
      assert.deepStrictEqual(tellers(found), {
        ...always,
        [`${UNMEASURED}::test_alone`]: why,
        [imported.testId]: why
      })
    }))

  it.effect("tests that did not pass, and those of which nothing is recorded", () =>
    Effect.gen(function*() {
      const found = yield* selection({
        head: edited(A, "return helper(x)", "return 7"),
        stored: [{
          ...recorded,
          testsStatus: "findings",
          tests: [
            ...results.map((each) =>
              each.testId === id("test_middle") ? { ...each, outcome: "failed" as const } : each
            ),
            result(id("test_skipped"), "skipped"),
            // it ran, and its teardown failed
            { ...result(id("test_helper"), "error"), phase: "teardown" as const }
          ]
        }]
      })
      assert.deepStrictEqual(tellers(found), {
        ...always,
        [id("test_used")]: [`runs ${A}:used`],
        [id("test_middle")]: ["ended as failed when it was recorded"],
        [id("test_helper")]: ["ended as error when it was recorded"],
        [id("test_skipped")]: ["no line that it runs is recorded (skipped)"]
      })
      assert.strictEqual(found.known, results.length + 1)
    }))

  it.effect("all, when each is needed", () =>
    Effect.gen(function*() {
      const found = yield* selection({
        head: edited(A, "return helper(x)", "return 7"),
        stored: [{
          ...recorded,
          testsStatus: "findings",
          tests: results.map((each) => ({ ...each, outcome: "failed" }))
        }]
      })
      assert.deepInclude(found, { needed: "all", tests: [], known: 8 })
      assert.deepStrictEqual(found.reasons, ["each of the 8 tests is needed"])
    }))

  it.effect("none where no test reaches what changed", () =>
    Effect.gen(function*() {
      const without = {
        ...sources,
        [A]: a.replace("subprocess.run([])", "None"),
        [TESTS]: tests.replace("middle)", "1)")
      }
      const found = yield* selection({
        base: without,
        head: edited(A, "return 3", "return 4", without),
        stored: [{ ...recorded, sources: without }]
      })
      assert.deepInclude(found, { needed: "none", known: 8, tests: [] })
      assert.strictEqual(found.changes.length, 1)
    }))

  const head = edited(A, "y = x + 1", "y = x + 2")
  const { contexts: _, ...withoutContexts } = recorded
  const { missed: __, ...withoutCoverage } = withoutContexts
  const { tests: ___, ...withoutTests } = recorded
  const NOT_RECORDED = "which test runs which line was not recorded: codeintel ingest --contexts"

  describe.each<readonly [what: string, stored: ReadonlyArray<World.World>, reason: RegExp]>([
    ["nothing is stored", [], /^nothing is stored yet: codeintel ingest --contexts$/],
    ["no contexts", [withoutContexts], new RegExp(`^${NOT_RECORDED}$`)],
    [
      "contexts without what ran outside",
      [{ ...recorded, contexts: contexts.filter((each) => each !== outside) }],
      /not recorded/
    ],
    ["no coverage", [withoutCoverage], new RegExp(`^${NOT_RECORDED}$`)],
    ["no tests", [withoutTests], new RegExp(`^${NOT_RECORDED}$`)],
    [
      "a partial run of pytest",
      [{ ...recorded, testsStatus: "partial" }],
      /^pytest is partial.*: not all tests are recorded$/
    ],
    ["a failed run of pytest", [{ ...recorded, testsStatus: "failed" }], /^pytest is failed/],
    ["a partial run of coverage", [{ ...recorded, coverageStatus: "partial" }], /^coverage is partial/],
    ["coverage of elsewhere", [{ ...recorded, coverageStatus: "imported" }], /^coverage is imported/],
    ["no index", [{ ...recorded, indexStatus: "failed" }], /^not all references are known: scip-python is failed/],
    ["an index of a part", [{ ...recorded, unindexed: [A] }], /^not all references are known: 1 file not indexed/],
    [
      "a file that was not parsed",
      [{ ...recorded, unparsed: [A] }],
      /^not all references are known: 1 file not parsed/
    ],
    [
      "another content",
      [{ ...recorded, sources: edited(A, "return 3", "return 5") }],
      /^what was recorded is of another content of 1 Python file \(src\/p\/a\.py\)/
    ],
    [
      "another commit",
      [{ ...recorded, sources: { ...sources, "README.md": "# q" }, commit: "c0ffee" }],
      /^what was recorded is of another commit/
    ],
    // the test reads the README, say: what it ran was decided by a text that is neither there now nor at the base
    [
      "changes of the commit that are not there now",
      [{ ...recorded, sources: { ...sources, "README.md": "# q" }, dirty: true }],
      /^what was recorded is of .*changes that are not there now/
    ]
  ])("all: recorded is %s", (_, stored, reason) => {
    it.effect("with the reason", () =>
      Effect.gen(function*() {
        const found = yield* selection({ head, stored })
        assert.deepInclude(found, { needed: "all", tests: [], known: null, freshness: null })
        assert.strictEqual(found.reasons.length, 1)
        assert.match(found.reasons[0] ?? "", reason)
      }))
  })

  it.effect("a process starter of which it is not known who runs it: all", () =>
    Effect.gen(function*() {
      const hidden = { ...recorded.excluded, [A]: inA("def spawn", "    return subprocess.run") }
      const found = yield* selection({ head, stored: [{ ...recorded, excluded: hidden }] })
      assert.strictEqual(found.needed, "all")
      assert.match(
        found.reasons.join("\n"),
        /spawn is not known; it starts processes, and what runs in them is not recorded$/
      )
    }))

  it.effect("what another function calls and keeps: all, through whatever leads to it", () =>
    Effect.gen(function*() {
      // only the first test that needs it is seen to run what is kept
      const keeping = edited(A, "def kept():\n    return 1", "def kept():\n    return used(1)")
      const given = { base: keeping, stored: [{ ...recorded, sources: keeping }] }
      const near = yield* selection({ ...given, head: edited(A, "return helper(x)", "return 7", keeping) })
      assert.deepInclude(near, { needed: "all", tests: [] })
      assert.include(near.reasons, `what ${A}:used returns is kept from test to test by ${A}:kept`)
      const far = yield* selection({ ...given, head: edited(A, "y = x + 1", "y = x + 2", keeping) })
      assert.include(far.reasons, `what ${A}:helper returns is kept from test to test by ${A}:kept`)
      const other = yield* selection({ ...given, head: edited(A, "return [1, 2]", "return [2]", keeping) })
      assert.strictEqual(other.needed, "some")
    }))

  it.effect("a process that is started on import: all", () =>
    Effect.gen(function*() {
      const words = { ...recorded.words, check_output: "python-stdlib 3.11 subprocess/check_output()." }
      const starting = { ...sources, [TESTS]: `${tests}\nOUT = subprocess.check_output([])\n` }
      const given = {
        base: starting,
        head: edited(A, "return helper(x)", "return 7", starting),
        stored: [{ ...recorded, words, sources: starting }]
      }
      // behind `if __name__ == "__main__"`, say
      assert.strictEqual((yield* selection(given)).needed, "some")
      const run: CoverageContext = { testId: "", relPath: TESTS, lines: [lineOf(starting[TESTS], "OUT =")] }
      const found = yield* selection({
        ...given,
        stored: [{ ...recorded, words, sources: starting, contexts: [...contexts, run] }]
      })
      assert.deepInclude(found, { needed: "all" })
      assert.match(found.reasons.join("\n"), /^tests\/test_a\.py starts processes, .*: it does so on import/)
      const imported = { ...sources, [TESTS]: `from subprocess import check_output\n${tests}` }
      const unused = yield* selection({
        base: imported,
        head: edited(A, "return helper(x)", "return 7", imported),
        stored: [{ ...recorded, words, sources: imported }]
      })
      assert.strictEqual(unused.needed, "some")
    }))

  it.effect("the first of two functions of a name that start processes counts, too", () =>
    Effect.gen(function*() {
      const twice = { ...sources, [A]: `${a}\ndef spawn():\n    return None\n` }
      const found = yield* selection({
        base: twice,
        head: edited(A, "return helper(x)", "return 7", twice),
        stored: [{ ...recorded, sources: twice }]
      })
      assert.containsAllKeys(tellers(found), [id("TestA::test_spawn")])
    }))

  it.effect("in the lines of what was recorded: of the base, and of now", () =>
    Effect.gen(function*() {
      // all lines below the first move by two
      const moved = edited(A, "return helper(x)", "z = 1\n    z += 1\n    return helper(x)")
      const both = edited(A, "y = x + 1", "y = x + 2", moved)
      const found = yield* selection({ head: both })
      const expected = {
        ...always,
        [id("test_used")]: [`runs ${A}:used`, `runs ${A}:helper`],
        [id("test_helper")]: [`runs ${A}:helper`]
      }
      assert.deepStrictEqual(tellers(found), expected)
      const later = {
        ...recorded,
        sources: both,
        commit: "base",
        dirty: true,
        contexts: contexts.map((each) =>
          each.relPath === A && each !== outside
            ? { ...each, lines: each.lines.map((line) => line + 2) }
            : each === outside
            ? { ...each, lines: [1, lineOf(both[A] ?? "", "def imported") + 1] }
            : each
        ),
        missed: { ...recorded.missed, [A]: (recorded.missed?.[A] ?? []).map((line) => line + 2) },
        excluded: {}
      }
      const ofHead = yield* selection({ head: both, stored: [later] })
      assert.deepStrictEqual(tellers(ofHead), expected)
      assert.strictEqual(ofHead.freshness?.treeChanged, false)
    }))

  it.effect("an earlier state where the latest was not recorded", () =>
    Effect.gen(function*() {
      const found = yield* selection({ head, stored: [recorded, { ...withoutContexts, sources: head, dirty: true }] })
      assert.strictEqual(found.needed, "some")
      assert.containsAllKeys(tellers(found), [id("test_helper"), id("test_used")])
    }))

  it.effect("--ignore: what the user knows that no test needs is named, and asks for nothing", () =>
    Effect.gen(function*() {
      const found = yield* selection({ head: edited("README.md", "p", "q"), options: { ignored: ["*.md"] } })
      assert.deepInclude(found, { needed: "none", changes: [], known: null })
      assert.deepStrictEqual(found.ignored, ["README.md"])
      const capital = yield* selection({ head: edited("README.md", "p", "q"), options: { ignored: ["*.MD"] } })
      assert.strictEqual(capital.needed, "all")
    }))
})
