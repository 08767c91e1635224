// @effect-diagnostics strictEffectProvide:off multipleEffectProvide:off
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import type { ShownFile, ShownSymbol } from "../../src/domain/Show.js"
import { renderShow } from "../../src/programs/render/show.js"
import { plain } from "../../src/programs/render/style.js"
import { show } from "../../src/programs/show.js"
import { diagnostic } from "../layers/duckdb/rows.js"
import * as World from "./ask/world.js"

const a = `import os

class Box:
    def open(self):
        return helper(1)

def helper(n):
    """Docs."""
    if n:
        return n
    return helper(0)
`

const b = `from a import (
    Box,
    helper,
)

def use():
    helper(2)
    helper(3)

helper(4)

def open():
    pass
`

const words = { Box: "a/Box#", helper: "a/helper().", use: "b/use()." }

const world: World.World = {
  sources: { "a.py": a, "b.py": b, "odd name.py": "" },
  words,
  missed: { "a.py": [11], "b.py": [] },
  contexts: [
    { relPath: "a.py", testId: "tests/test_a.py::test_one", lines: [7, 9, 10] },
    { relPath: "a.py", testId: "tests/test_a.py::test_import", lines: [7] }
  ],
  diagnostics: [
    diagnostic("ruff", "a.py", { startLine: 9, rule: "R1", message: "\u001b[31mred" }),
    diagnostic("ruff", "a.py", { startLine: 1, rule: "R2", fingerprint: "2" })
  ]
}

const asked = (given: World.World, subject: string, overrides = {}, git = World.git()) =>
  Effect.gen(function*() {
    yield* World.ingested(given)
    return yield* show(World.context(given, overrides), subject, { limit: 10 })
  }).pipe(Effect.provide(git), Effect.provide(World.layer))

const symbolOf = (...args: Parameters<typeof asked>) =>
  Effect.flatMap(
    asked(...args),
    (shown) => shown._tag === "Symbol" ? Effect.succeed<ShownSymbol>(shown) : Effect.dieMessage("a file")
  )

const fileOf = (...args: Parameters<typeof asked>) =>
  Effect.flatMap(
    asked(...args),
    (shown) => shown._tag === "File" ? Effect.succeed<ShownFile>(shown) : Effect.dieMessage("a symbol")
  )

describe("show", () => {
  it.effect("a function: place, signature, references, callers by function, tests, findings, coverage, churn", () =>
    Effect.gen(function*() {
      const changes = [[{ oldStart: 7, oldLines: 1, newStart: 7, newLines: 1 }], [{
        oldStart: 1,
        oldLines: 1,
        newStart: 1,
        newLines: 1
      }]]
      const shown = yield* symbolOf(world, "helper", {}, World.git(new Map([["a.py", changes]])))
      assert.deepInclude(shown, {
        module: "a",
        qualifiedName: "helper",
        kind: "function",
        symbol: `${World.PACKAGE}a/helper().`,
        relPath: "a.py",
        startLine: 7,
        endLine: 11
      })
      assert.deepStrictEqual(shown.signature, { value: "def helper(n):", reason: null })
      assert.deepStrictEqual(shown.documentation, { value: "What it is.\n\nMore of it.", reason: null })
      assert.deepStrictEqual(shown.references, {
        value: {
          total: 6,
          imports: 1,
          files: [{ relPath: "b.py", references: 4 }, { relPath: "a.py", references: 2 }],
          first: [
            { relPath: "a.py", line: 5, text: "return helper(1)" },
            { relPath: "a.py", line: 11, text: "return helper(0)" },
            { relPath: "b.py", line: 7, text: "helper(2)" },
            { relPath: "b.py", line: 8, text: "helper(3)" },
            { relPath: "b.py", line: 10, text: "helper(4)" }
          ]
        },
        reason: null
      })
      assert.deepStrictEqual(shown.callers.value, {
        total: 3,
        first: [
          { relPath: "a.py", function: "Box.open", line: 5, references: 1 },
          { relPath: "a.py", function: "helper", line: 11, references: 1 },
          { relPath: "b.py", function: "use", line: 7, references: 2 },
          { relPath: "b.py", function: null, line: 10, references: 1 }
        ]
      })
      // the line with `def` runs when the file is imported
      assert.deepStrictEqual(shown.tests.value, { total: 1, first: ["tests/test_a.py::test_one"] })
      assert.deepStrictEqual(shown.findings.checkers, [{ tool: "ruff", findings: 1, reason: null }])
      assert.deepStrictEqual(shown.findings.first.map(({ rule }) => rule), ["R1"])
      assert.deepStrictEqual(shown.coverage, { value: { lines: 4, covered: 3, missing: [11] }, reason: null })
      assert.deepStrictEqual(shown.churn.value?.changes, 1)
    }))

  it.effect("a file: module, functions, typedness, who imports it, tests, findings, coverage, churn", () =>
    Effect.gen(function*() {
      const shown = yield* fileOf(world, "a.py", {}, World.git(new Map([["a.py", [[], []]]])))
      assert.deepInclude(shown, { moduleName: "a", lines: 11, parseError: null, changedSince: false })
      assert.deepStrictEqual(shown.functions.value?.map(({ qualifiedName }) => qualifiedName), ["Box.open", "helper"])
      assert.deepStrictEqual(shown.typedness.value?.functions, 2)
      assert.deepStrictEqual(shown.importedBy, { value: [{ relPath: "b.py", line: 1 }], reason: null })
      assert.deepStrictEqual(shown.tests.value?.total, 2)
      assert.deepStrictEqual(shown.findings.checkers, [{ tool: "ruff", findings: 2, reason: null }])
      assert.deepStrictEqual(shown.coverage.value?.missing, [11])
      assert.deepStrictEqual(shown.churn.value?.changes, 2)
      assert.deepStrictEqual((yield* fileOf(world, "a")).relPath, "a.py")
    }))

  it.effect("relative imports, of packages and from them", () =>
    Effect.gen(function*() {
      const sources = {
        "p/__init__.py": "from . import a\n",
        "p/a.py": "",
        "p/b.py": "from .a import x\n",
        "p/q/c.py": "from ..a import x\nfrom .. import a\n",
        "p/q/__init__.py": "from .a import x\n",
        "d.py": "import p.a as z\n",
        "e.py": "import p.aa\nfrom .p import b\n"
      }
      const shown = yield* fileOf({ sources, words: {} }, "p/a.py")
      assert.deepStrictEqual(
        shown.importedBy.value?.map(({ relPath }) => relPath),
        ["d.py", "p/__init__.py", "p/b.py", "p/q/c.py"]
      )
    }))

  it.effect.each(["a:helper", "a.helper", `${World.PACKAGE}a/helper().`])(
    "%s is the same function",
    (subject) =>
      Effect.gen(function*() {
        assert.strictEqual((yield* symbolOf(world, subject)).qualifiedName, "helper")
      })
  )

  it.effect("a name that is the end of others is the one that it is all of; the others are named", () =>
    Effect.gen(function*() {
      const shown = yield* symbolOf(world, "open")
      assert.deepStrictEqual([shown.module, shown.qualifiedName], ["b", "open"])
      assert.deepStrictEqual(shown.others.map(({ subject }) => subject), ["a:Box.open"])
      assert.strictEqual((yield* symbolOf(world, "Box.open")).relPath, "a.py")
    }))

  it.effect("an ambiguous name lists what to type for each", () =>
    Effect.gen(function*() {
      const two = { sources: { "a.py": "def same(): ...\n", "b.py": "def same(): ...\n" }, words: {} }
      const error = yield* Effect.flip(asked(two, "same"))
      assert.propertyVal(error, "_tag", "SubjectUnclear")
      assert.propertyVal(error, "reason", "Ambiguous")
      assert.match(
        error.message,
        /^same: 2 have that name; ask for one of\n {2}a:same {2}function, a\.py:1\n {2}b:same/
      )
      assert.strictEqual((yield* symbolOf(two, "b:same")).relPath, "b.py")
    }))

  it.effect("an unknown name gives the nearest, and what is not indexed", () =>
    Effect.gen(function*() {
      const error = yield* Effect.flip(asked({ ...world, indexStatus: "failed" }, "helpre"))
      assert.propertyVal(error, "reason", "Unknown")
      assert.match(error.message, /^helpre: nothing has that name; the nearest are\n {2}helper {2}function, a\.py:7\n/)
      assert.match(error.message, /does not know all names: scip-python is failed$/)
      assert.match((yield* Effect.flip(asked(world, "zzzzzzzz"))).message, /^zzzzzzzz: nothing has that name$/)
      assert.match((yield* Effect.flip(asked(world, ""))).message, /nothing has that name/)
      assert.match((yield* Effect.flip(asked(world, "'; DROP"))).message, /nothing has that name/)
    }))

  describe("what is not known is NULL with the reason", () => {
    it.effect("without an index: references and callers, but not the place", () =>
      Effect.gen(function*() {
        const shown = yield* symbolOf({ ...world, indexStatus: "skipped" }, "helper")
        const reason = "scip-python is skipped"
        assert.deepStrictEqual(shown.references, { value: null, reason })
        assert.deepStrictEqual(shown.callers, { value: null, reason })
        assert.deepStrictEqual(shown.bases, { value: null, reason })
        assert.deepStrictEqual(shown.documentation, { value: null, reason })
        assert.deepStrictEqual([shown.startLine, shown.signature.value], [7, "def helper(n):"])
      }))

    it.effect("of a part of an index: none is no zero, and some are not all", () =>
      Effect.gen(function*() {
        const reason = /1 file not indexed: b\.py \(it crashed\)$/
        const alone = yield* symbolOf({ ...world, unindexed: ["b.py"] }, "Box")
        assert.isNull(alone.references.value)
        assert.match(alone.references.reason ?? "", reason)
        const some = yield* symbolOf({ ...world, unindexed: ["b.py"] }, "helper")
        assert.strictEqual(some.references.value?.total, 2)
        assert.match(some.references.reason ?? "", reason)
      }))

    it.effect("of files that were not parsed: callers, imports and importers", () =>
      Effect.gen(function*() {
        const shown = yield* symbolOf({ ...world, unparsed: ["a.py", "b.py"] }, "helper")
        assert.deepStrictEqual([shown.references.value?.total, shown.references.value?.imports], [6, null])
        assert.isNull(shown.callers.value)
        assert.match(shown.callers.reason ?? "", /^2 files not parsed: a\.py, b\.py/)
        const file = yield* fileOf({ ...world, unparsed: ["b.py"] }, "a.py")
        assert.match(file.importedBy.reason ?? "", /^1 file.* could not be read/)
      }))

    it.effect("coverage that was not run, of the file or at all; tests that were not recorded", () =>
      Effect.gen(function*() {
        const { missed: _, ...unmeasured } = world
        const none = yield* symbolOf(unmeasured, "helper")
        assert.deepStrictEqual(none.coverage, { value: null, reason: "coverage was not run: codeintel ingest" })
        assert.deepStrictEqual(none.tests, { value: null, reason: none.coverage.reason })
        const elsewhere = yield* symbolOf({ ...world, missed: { "b.py": [] } }, "helper")
        assert.isNull(elsewhere.coverage.value)
        assert.isNull(elsewhere.tests.value)
        const { contexts: __, ...unrecorded } = world
        const tests = (yield* symbolOf(unrecorded, "helper")).tests
        assert.isNull(tests.value)
        assert.match(tests.reason ?? "", /codeintel ingest --contexts/)
      }))

    it.effect("churn: without git, and of a file that has changed since", () =>
      Effect.gen(function*() {
        const absent = yield* symbolOf(world, "helper", {}, World.noGit)
        assert.isNull(absent.churn.value)
        assert.match(absent.churn.reason ?? "", /git: not found in PATH/)
        const changed = World.context({ ...world, sources: { ...world.sources, "a.py": `${a}\n` } })
        const moved = yield* symbolOf(world, "helper", { snapshot: changed.snapshot, modules: changed.modules })
        assert.isNull(moved.churn.value)
        assert.isTrue(moved.changedSince)
        assert.deepStrictEqual(moved.freshness.changedFiles, ["a.py"])
        assert.isTrue(moved.freshness.treeChanged)
        const untracked = yield* symbolOf(
          { sources: { "new.py": "def made(): ...\n" }, words: { made: "new/made()." } },
          "made"
        )
        assert.match(untracked.churn.reason ?? "", /not in the commit c0ffee/)
      }))
  })

  it.effect("without an ingest that has ended there is nothing to ask", () =>
    Effect.gen(function*() {
      const error = yield* Effect.flip(show(World.context(world), "helper", { limit: 1 }))
      assert.propertyVal(error, "reason", "Missing")
    }).pipe(Effect.provide(World.git()), Effect.provide(World.layer)))

  it.effect("for a person: freshness first, unknown parts by their reason, and nothing that a terminal obeys", () =>
    Effect.gen(function*() {
      const text = renderShow(yield* asked(world, "helper", {}, World.noGit), plain)
      assert.match(text, /^\/repo {2}c0ffee, snapshot \w{12} of 2023-11-14 22:14 UTC; unchanged since\nrests on ruff/)
      assert.match(text, /^references: 6 in 2 files, 1 of them in imports$/m)
      assert.match(text, /^ {2}a\.py:5 {3}return helper\(1\)$/m)
      assert.match(text, /^callers: 3 functions$/m)
      assert.match(text, /^coverage: 3 of 4 lines; not run: 11$/m)
      assert.match(text, /^churn: not known \(git: not found in PATH/m)
      assert.notInclude(text, "\u001b")
      const file = renderShow(yield* asked({ ...world, indexStatus: "skipped" }, "odd name.py"), plain)
      assert.match(file, /^! scip-python|^- scip-python: skipped/m)
      assert.match(file, /^imported by: no file$/m)
    }))
})
