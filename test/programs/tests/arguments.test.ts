import { assert, describe, it } from "@effect/vitest"
import type { TestSelection } from "../../../src/domain/TestSelection.js"
import { plain } from "../../../src/programs/render/style.js"
import { renderTests } from "../../../src/programs/render/tests.js"
import { argumentsOf } from "../../../src/programs/tests/arguments.js"

const some = (...ids: ReadonlyArray<string>): TestSelection["tests"] =>
  ids.map((id) => ({ testId: id, argument: id, reasons: ["runs a.py:f"] }))

const ALL = ["-pno:all_tests_are_needed"]

describe("argumentsOf", () => {
  it("node ids, nothing, or all; never an empty list", () => {
    assert.deepStrictEqual(argumentsOf({ needed: "some", tests: some("t.py::a", "t.py::b[x y]") }), [
      "t.py::a",
      "t.py::b[x y]"
    ])
    assert.deepStrictEqual(argumentsOf({ needed: "none", tests: [] }), ["--ignore-glob=*"])
    assert.deepStrictEqual(argumentsOf({ needed: "all", tests: [] }), ALL)
    assert.deepStrictEqual(argumentsOf({ needed: "all", tests: some("t.py::a") }), ALL)
    assert.deepStrictEqual(argumentsOf({ needed: "some", tests: [] }), ALL)
  })

  it("a file that would be an option, or a file of arguments", () => {
    const tests = some("-k.py::a", "@x.py::a", "a/-k.py::a")
    assert.deepStrictEqual(argumentsOf({ needed: "some", tests }), ["./-k.py::a", "./@x.py::a", "a/-k.py::a"])
  })

  it("more than a command line takes: the files, each once", () => {
    const tests = some(...Array.from({ length: 5_000 }, (_, at) => `t${at % 2}.py::test_it[${"x".repeat(100)}${at}]`))
    assert.deepStrictEqual(argumentsOf({ needed: "some", tests }), ["t0.py", "t1.py"])
    assert.strictEqual(argumentsOf({ needed: "some", tests: tests.slice(0, 1_000) }).length, 1_000)
  })

  it.each([..."\n\r\v\f\u001c\u001d\u001e\u0085\u2028\u2029"])(
    "all, where Python would see two lines in one: %j",
    (end) => {
      assert.deepStrictEqual(argumentsOf({ needed: "some", tests: some("t.py::a", `t.py::b[x${end}y]`) }), ALL)
    }
  )
})

const selection: TestSelection = {
  repo: "/repo",
  base: { revision: "main", commit: "0123456789abcdef0123456789abcdef01234567" },
  needed: "some",
  reasons: [],
  tests: some("t/a.py::x", "t/a.py::C::y", "t/b.py"),
  known: 7,
  changes: [
    { relPath: "a.py", kind: "changed", functions: ["f", "C.g"], problem: null },
    { relPath: "b.py", kind: "changed", functions: [], problem: null }
  ],
  ignored: ["README.md"],
  freshness: null
}

const rendered = (given: Partial<TestSelection> = {}) => renderTests({ ...selection, ...given }, plain)

describe("renderTests", () => {
  it("what changed, and the tests by file, with why", () => {
    assert.strictEqual(
      rendered(),
      `/repo

changed since main (0123456789ab): 2 files
  changed  a.py: f, C.g
  changed  b.py: no function changed
  ignored: 1 file

3 of 7 tests are needed

t/a.py  2 tests
  runs a.py:f
    x
    C::y

t/b.py  1 test
  runs a.py:f
    ${""}`
    )
  })

  it("all, with the reasons; none, and why", () => {
    assert.match(
      rendered({ needed: "all", reasons: ["a.md: it is no Python file"], tests: [] }),
      /\n\nall 7 tests are needed\n {2}a\.md: it is no Python file$/
    )
    assert.match(
      rendered({ needed: "all", reasons: ["why"], known: null, tests: [] }),
      /\n\nall tests are needed\n {2}why$/
    )
    assert.match(
      rendered({ needed: "none", tests: [] }),
      /\n\nno test is needed: no test reaches what changed$/
    )
    assert.match(rendered({ needed: "none", tests: [], changes: [] }), /\n\nno test is needed: nothing changed$/)
  })

  it("several reasons are counted, the most frequent first", () => {
    const [one, ...others] = selection.tests.slice(0, 2)
    if (one === undefined) return assert.fail("no test")
    assert.include(
      rendered({
        tests: [{ ...one, reasons: ["rare", "often"] }, ...others.map((each) => ({ ...each, reasons: ["often"] }))]
      }),
      "t/a.py  2 tests\n  2: often\n  1: rare\n"
    )
  })

  it("ten of a long list, and how many more", () => {
    const lines = rendered({ tests: some(...Array.from({ length: 1_500 }, (_, at) => `t.py::x${at}`)), known: 2_000 })
      .split("\n")
    assert.include(lines, "1,500 of 2,000 tests are needed")
    assert.deepStrictEqual(lines.slice(-2), ["    x9", "    and 1,490 more"])
    const reasons = rendered({ needed: "all", reasons: Array.from({ length: 12 }, (_, at) => `why ${at}`), tests: [] })
    assert.match(reasons, /why 9\n {2}and 2 more$/)
    const [change] = selection.changes
    if (change === undefined) return assert.fail("no change")
    assert.match(
      rendered({ changes: Array.from({ length: 11 }, () => change) }),
      /: 11 files\n(.*a\.py.*\n){10}and 1 more\n/
    )
  })

  it("no name of the repository is more than a text", () => {
    const evil = "\u001b[31m\nx\u202e"
    const [one] = some(`t${evil}.py::a${evil}`)
    if (one === undefined) return assert.fail("no test")
    const text = rendered({
      repo: evil,
      base: { revision: evil, commit: "0123" },
      tests: [{ ...one, reasons: [`runs ${evil}`] }],
      changes: [
        { relPath: evil, kind: "changed", functions: [evil], problem: null },
        { relPath: evil, kind: "added", functions: [], problem: evil }
      ]
    }) + rendered({ needed: "all", reasons: [evil], tests: [] })
    assert.notMatch(text, /[\u001b\u202e]|^x/m)
  })
})
