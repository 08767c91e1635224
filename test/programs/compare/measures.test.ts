import { assert, describe, it } from "@effect/vitest"
import * as FilePairs from "../../../src/programs/compare/filePairs.js"
import { compare, type Measures } from "../../../src/programs/compare/measures.js"
import type { SideFacts, SideTool } from "../../../src/programs/compare/side.js"

const tool = (over: Partial<SideTool> = {}): SideTool => ({
  status: "ok",
  reason: null,
  version: "1",
  runId: "r",
  isChecker: false,
  ...over
})

const side = (name: string, files: ReadonlyArray<string>, tools: Readonly<Record<string, SideTool>>): SideFacts => ({
  about: { name, snapshotId: name, commit: null, dirty: false, finishedAt: "", files: files.length },
  repo: "/repo",
  modules: new Map(files.map((relPath) => [relPath, { contentHash: `${name} ${relPath}`, moduleName: "" }])),
  tools: new Map(Object.entries(tools)),
  looked: new Map(),
  findings: []
})

const measures = (over: Partial<Measures> = {}): Measures => ({
  coverage: new Map(),
  tests: new Map(),
  functions: [],
  symbols: [],
  ...over
})

const lines = (relPath: string, all: number, covered: number) =>
  [relPath, { rel_path: relPath, lines: all, covered }] as const

const test = (test_id: string, outcome: string, message: string | null = null) =>
  [test_id, { test_id, outcome, message }] as const

const ran = { coverage: tool(), pytest: tool({ status: "findings" }), "scip-python": tool() }
const base = side("base", ["a.py", "old.py"], ran)
const head = side("head", ["a.py", "new.py"], ran)
// the rest of it is the same file
const files = FilePairs.make(
  new Map([["a.py", "1"], ["old.py", "same"]]),
  new Map([["a.py", "2"], ["new.py", "same"]]),
  () => ""
)

describe("measures of two sides", () => {
  it("coverage differs by file, and a renamed file is the same one", () => {
    const { coverage } = compare(base, head, files, {
      base: measures({ coverage: new Map([lines("a.py", 4, 2), lines("old.py", 3, 3)]) }),
      head: measures({ coverage: new Map([lines("a.py", 6, 2), lines("new.py", 3, 3)]) })
    })
    assert.deepStrictEqual(coverage, {
      value: {
        baseLines: 7,
        baseCovered: 5,
        headLines: 9,
        headCovered: 5,
        files: [{ relPath: "a.py", baseLines: 4, baseCovered: 2, headLines: 6, headCovered: 2 }]
      },
      reason: null
    })
  })

  it("a file without coverage on one side has no numbers there", () => {
    const { coverage } = compare(base, head, files, {
      base: measures(),
      head: measures({ coverage: new Map([lines("a.py", 6, 2)]) })
    })
    assert.deepStrictEqual(coverage.value?.files, [
      { relPath: "a.py", baseLines: null, baseCovered: null, headLines: 6, headCovered: 2 }
    ])
  })

  it("tests whose outcome changed, that are new, and that are gone", () => {
    const { tests } = compare(base, head, files, {
      base: measures({
        tests: new Map([test("t::same", "passed"), test("t::gone", "passed"), test("t::broke", "passed")])
      }),
      head: measures({
        tests: new Map([
          test("t::same", "passed"),
          test("t::new", "skipped"),
          test("t::broke", "failed", "assert 1 == 2")
        ])
      })
    })
    assert.deepStrictEqual(tests.value, [
      { testId: "t::broke", base: "passed", head: "failed", message: "assert 1 == 2" },
      { testId: "t::gone", base: "passed", head: null, message: null },
      { testId: "t::new", base: null, head: "skipped", message: null }
    ])
  })

  it("symbols of a renamed file are the same", () => {
    const of = (relPath: string, ...names: ReadonlyArray<string>) =>
      names.map((symbol) => ({ symbol, rel_path: relPath }))
    const { functions, symbols } = compare(base, head, files, {
      base: measures({ symbols: of("old.py", "p x().", "p y()."), functions: of("a.py", "f") }),
      head: measures({ symbols: of("new.py", "p x().", "p z()."), functions: of("a.py", "f", "f.g") })
    })
    assert.deepStrictEqual(symbols.value, {
      added: [{ symbol: "p z().", relPath: "new.py" }],
      removed: [{ symbol: "p y().", relPath: "old.py" }]
    })
    assert.deepStrictEqual(functions, { added: [{ symbol: "f.g", relPath: "a.py" }], removed: [] })
  })

  it("what a tool did not measure on a side is not compared, and says why", () => {
    const skipped = side("head", ["a.py"], {
      coverage: tool({ status: "skipped", runId: null, reason: "not asked for" }),
      pytest: tool({ status: "failed" })
    })
    const found = compare(base, skipped, files, { base: measures(), head: measures() })
    assert.deepStrictEqual(found.coverage, { value: null, reason: "coverage is skipped in the head: not asked for" })
    assert.deepStrictEqual(found.tests, { value: null, reason: "pytest is failed in the head" })
    assert.deepStrictEqual(found.symbols, { value: null, reason: "scip-python is not part of the head" })
  })
})
