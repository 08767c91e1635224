import { assert, describe, it } from "@effect/vitest"
import { Arbitrary } from "effect"
import { Comparison } from "../../../src/domain/Comparison.js"
import { renderDiff, renderDiffMarkdown } from "../../../src/programs/render/diff.js"
import { coloured, plain } from "../../../src/programs/render/style.js"
import { obeyed } from "./runner.js"
import { comparison, finding, hostile, hostileVerdict, tool } from "./verdict.js"

const OBEYED = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202e\u2028]/

const given = comparison({
  tools: [tool(), tool({ tool: "ruff", new: 0, concerns: ["another version: 1 and 2"] })],
  fixed: [finding({ tool: "ruff", rule: "F401", severity: "warning", message: "m" })],
  moved: [{ ...finding({ message: "m" }), from: { relPath: "src/old.py", startLine: 9 } }],
  unknown: [{ ...finding({ message: "m" }), side: "head", reason: "not looked at" }],
  files: {
    added: ["n.py"],
    deleted: ["d.py"],
    changed: ["src/a.py"],
    renamed: [{ from: "src/old.py", to: "src/a.py" }]
  },
  coverage: {
    value: {
      baseLines: 1000,
      baseCovered: 500,
      headLines: 0,
      headCovered: 0,
      files: [{ relPath: "n.py", baseLines: null, baseCovered: null, headLines: 10, headCovered: 0 }]
    },
    reason: null
  },
  tests: { value: [{ testId: "t.py::a", base: "passed", head: null, message: null }], reason: null },
  functions: { added: [{ symbol: "n.f", relPath: "n.py" }], removed: [] },
  symbols: { value: { added: [], removed: [] }, reason: null }
})

describe("renderDiff", () => {
  it("says what differs, and what cannot be compared", () => {
    assert.strictEqual(
      renderDiff(given, plain),
      `base main 1a2b3c4d5e6f (2026-01-02T03:04:05Z), head worktree 1a2b3c4d5e6f with changes (2026-01-02T03:05:06Z)
! ruff: another version: 1 and 2

tool     new  fixed  moved  unchanged  not comparable
pyright    1      0      2      1,234               0
ruff       0      0      2      1,234               0

new findings: 1
+ src/a.py:3:5 error pyright reportAttributeAccessIssue Cannot access attribute "x" for class "A" Attribute "x" is unknown

fixed findings: 1
- src/a.py:3:5 warning ruff F401 m

moved findings: 1
~ src/old.py:9 -> src/a.py:3:5 error pyright reportAttributeAccessIssue m

findings that cannot be compared: 1
? src/a.py:3:5 error pyright reportAttributeAccessIssue m (only in head: not looked at)

files added: 1
+ n.py

files deleted: 1
- d.py

files renamed: 1
~ src/old.py -> src/a.py

files changed: 1

coverage: 50 % of 1,000 lines -> none of 0 lines
~ n.py: not measured -> 0 of 10 lines

coverage of changed lines: not compared: pytest: not_found

tests with another outcome: 1
~ t.py::a: passed -> not there

functions added: 1
+ n.f in n.py

symbols: none added, none removed

database: /repo/.codeintel/codeintel.duckdb`
    )
  })

  it("has the same sections in Markdown", () => {
    const titles = renderDiffMarkdown(given).split("\n").filter((line) => line.startsWith("### "))
    assert.deepStrictEqual(titles.map((line) => line.slice(4).replace(/:.*/, "")), [
      "new findings",
      "fixed findings",
      "moved findings",
      "findings that cannot be compared",
      "files added",
      "files deleted",
      "files renamed",
      "coverage",
      "tests with another outcome",
      "functions added"
    ])
    assert.include(
      renderDiffMarkdown(given),
      "\n- `src/old.py:9` -> `src/a.py:3:5` error pyright `reportAttributeAccessIssue` `m`\n"
    )
  })

  it("cuts long lists and long messages", () => {
    const many = Array.from({ length: 53 }, () => finding({ message: "𝒳".repeat(5000) }))
    const text = renderDiff(comparison({ new: many }), plain)
    assert.include(text, "\n... and 3 more (--json has all)\n")
    assert.include(text, ` ${"𝒳".repeat(1000)}...\n`)
  })

  it.each(hostile)("is inert with %j", (text) => {
    const { comparison } = hostileVerdict(text)
    assert.notMatch(renderDiff(comparison, plain), OBEYED)
    for (const line of renderDiff(comparison, plain).split("\n")) assert.isFalse(obeyed(line))
    assert.notMatch(renderDiffMarkdown(comparison), OBEYED)
  })

  it.prop("has every comparison", [Arbitrary.make(Comparison)], ([any]) => {
    assert.match(renderDiff(any, coloured), /^\u001b\[1mbase /)
    assert.match(renderDiffMarkdown(any), /^## codeintel diff\n\nbase /)
  }, { fastCheck: { numRuns: 30 } })
})
