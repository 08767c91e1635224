/**
 * Verdicts made by hand.
 */
import type { ComparedFinding, Comparison, Side, ToolComparison } from "../../../src/domain/Comparison.js"
import type { Verdict } from "../../../src/domain/Verdict.js"

export const finding = (over: Partial<ComparedFinding> = {}): ComparedFinding => ({
  tool: "pyright",
  rule: "reportAttributeAccessIssue",
  severity: "error",
  message: "Cannot access attribute \"x\" for class \"A\"\n    Attribute \"x\" is unknown",
  relPath: "src/a.py",
  startLine: 3,
  startColumn: 5,
  endLine: 3,
  endColumn: 6,
  fingerprint: "f1",
  ...over
})

export const tool = (over: Partial<ToolComparison> = {}): ToolComparison => ({
  tool: "pyright",
  base: { status: "ok", reason: null, version: "1.1.413" },
  head: { status: "findings", reason: null, version: "1.1.414" },
  new: 1,
  fixed: 0,
  moved: 2,
  unchanged: 1234,
  unknown: 0,
  concerns: [],
  ...over
})

const side = (over: Partial<Side>): Side => ({
  name: "main",
  snapshotId: "5".repeat(64),
  commit: "1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d",
  dirty: false,
  finishedAt: "2026-01-02T03:04:05Z",
  files: 83,
  ...over
})

export const comparison = (over: Partial<Comparison> = {}): Comparison => ({
  repo: "/repo",
  database: "/repo/.codeintel/codeintel.duckdb",
  base: side({}),
  head: side({ name: "worktree", dirty: true, finishedAt: "2026-01-02T03:05:06Z" }),
  files: { added: [], deleted: [], changed: [], renamed: [] },
  tools: [tool()],
  new: [finding()],
  fixed: [],
  moved: [],
  unknown: [],
  coverage: { value: null, reason: "pytest: not_found" },
  changedLines: { value: null, reason: "pytest: not_found" },
  tests: { value: null, reason: "pytest: not_found" },
  functions: { added: [], removed: [] },
  symbols: { value: null, reason: "scip-python: skipped" },
  ...over
})

export const verdict = (over: Partial<Verdict> = {}): Verdict => ({
  verdict: "failed",
  reasons: ["1 new finding"],
  findings: [finding()],
  passedOver: 0,
  rules: { severity: "error", tools: [], rules: [], ignoredRules: [], minimumCoverage: null },
  comparison: comparison(),
  prefix: "",
  seconds: { base: 12.34, head: 4, compare: 0.05 },
  ...over
})

/** What is meant to break out of each form. */
export const hostile = [
  "a\n::error::b\r\n::set-output name=x::y",
  "100%0A::%25,:",
  "##[add-mask]x ####[group]",
  "a | b || `c` ``d`` ```\n- e\n# f",
  "</code><img src=x onerror=alert(1)><!-- ![a](http://example.com/b) @everyone #1 www.example.com",
  "\u001b]0;title\u0007\u001b[2J\u009b31m\u202e\u2028",
  "[click](http://example.com) [me](0) {0} \\](1)",
  " ",
  "",
  "\ud800 half, 𝒳 é"
] as const

/** Of everything that others write, in every place. */
export const hostileVerdict = (text: string): Verdict => {
  const relPath = `${text}/b c#d%e?é:f.py`
  const nasty = finding({ message: text, relPath, rule: text, fingerprint: text })
  return verdict({
    reasons: [text],
    findings: [nasty],
    passedOver: 2,
    rules: { severity: "warning", tools: ["py*"], rules: [text], ignoredRules: [text], minimumCoverage: 80 },
    prefix: "packages/a b/",
    comparison: comparison({
      repo: text,
      database: text,
      base: side({ name: text, commit: null }),
      head: side({ name: text, commit: text, finishedAt: text }),
      files: { added: [relPath], deleted: [relPath], changed: [relPath], renamed: [{ from: relPath, to: text }] },
      tools: [tool({ concerns: [text], head: { status: "partial", reason: text, version: text } })],
      new: [nasty],
      fixed: [nasty],
      moved: [{ ...nasty, from: { relPath, startLine: 1 } }],
      unknown: [{ ...nasty, side: "base", reason: text }],
      coverage: {
        value: {
          baseLines: 10,
          baseCovered: 5,
          headLines: 10,
          headCovered: 6,
          files: [{ relPath, baseLines: null, baseCovered: null, headLines: 10, headCovered: 6 }]
        },
        reason: null
      },
      changedLines: {
        value: {
          lines: 8,
          covered: 4,
          files: [{ relPath, lines: 8, uncovered: [3, 5, 6, 7] }],
          unmeasured: [{ relPath, reason: text }]
        },
        reason: null
      },
      tests: { value: [{ testId: text, base: "passed", head: text, message: text }], reason: null },
      functions: { added: [{ symbol: text, relPath }], removed: [{ symbol: text, relPath }] },
      symbols: { value: { added: [{ symbol: text, relPath }], removed: [] }, reason: null }
    })
  })
}
