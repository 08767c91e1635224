import { assert, describe, it } from "@effect/vitest"
import { Arbitrary, Schema } from "effect"
import { Verdict } from "../../../src/domain/Verdict.js"
import { GateFormat, renderGate } from "../../../src/programs/render/gate.js"
import { coloured, plain } from "../../../src/programs/render/style.js"
import { obeyed } from "./runner.js"
import { comparison, finding, hostile, hostileVerdict, tool, verdict } from "./verdict.js"

const OBEYED = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202e\u2028]/
const decode = Schema.decodeUnknownSync(Schema.parseJson(Verdict))

const reported = verdict({
  passedOver: 1200,
  reasons: ["1 new finding", "50 % of changed lines are covered"],
  rules: { severity: "warning", tools: ["pyright"], rules: [], ignoredRules: ["E*"], minimumCoverage: 80 },
  comparison: comparison({
    tools: [
      tool(),
      tool({
        tool: "ruff",
        new: null,
        fixed: null,
        moved: null,
        unchanged: null,
        unknown: null,
        concerns: ["not compared:\n  no ruff"]
      })
    ],
    changedLines: {
      value: {
        lines: 8,
        covered: 4,
        files: [{ relPath: "src/a.py", lines: 8, uncovered: [3, 5, 6, 7] }, {
          relPath: "src/c.py",
          lines: 2,
          uncovered: []
        }],
        unmeasured: [{ relPath: "src/b.py", reason: "no test imports it" }]
      },
      reason: null
    }
  })
})

describe("renderGate", () => {
  it("ends with the verdict in a terminal", () => {
    assert.strictEqual(
      renderGate(reported, "text", plain),
      `base main 1a2b3c4d5e6f (2026-01-02T03:04:05Z), head worktree 1a2b3c4d5e6f with changes (2026-01-02T03:05:06Z)
! ruff: not compared: no ruff

tool     new  fixed  moved  unchanged  not comparable
pyright    1      0      2      1,234               0
ruff

new findings that count: 1
+ src/a.py:3:5 error pyright reportAttributeAccessIssue Cannot access attribute "x" for class "A" Attribute "x" is unknown

new findings that do not count: 1,200

changed lines: 4 of 8 lines covered (50 %)
! src/a.py: not covered: 3, 5-7
! src/b.py: not measured: no test imports it

warnings and errors count; tools: pyright; but for rules: E*; tests run at least 80 % of changed lines
base 12.3 s, head 4.0 s, compared in 50 ms
gate: failed
- 1 new finding
- 50 % of changed lines are covered`
    )
  })

  it("begins with the verdict in Markdown", () => {
    assert.strictEqual(
      renderGate(reported, "markdown", plain),
      `## codeintel gate: failed

- \`1 new finding\`
- \`50 % of changed lines are covered\`

base \`main\` \`1a2b3c4d5e6f\` (\`2026-01-02T03:04:05Z\`), head \`worktree\` \`1a2b3c4d5e6f\` with changes (\`2026-01-02T03:05:06Z\`)

- ruff: \`not compared: no ruff\`

| tool | new | fixed | moved | unchanged | not comparable |
| --- | ---: | ---: | ---: | ---: | ---: |
| pyright | 1 | 0 | 2 | 1,234 | 0 |
| ruff |  |  |  |  |  |

### new findings that count: 1

- \`src/a.py:3:5\` error pyright \`reportAttributeAccessIssue\` \`Cannot access attribute "x" for class "A" Attribute "x" is unknown\`

new findings that do not count: 1,200

### changed lines: 4 of 8 lines covered (50 %)

- \`src/a.py\`: not covered: 3, 5-7
- \`src/b.py\`: not measured: \`no test imports it\`

warnings and errors count; tools: \`pyright\`; but for rules: \`E*\`; tests run at least 80 % of changed lines`
    )
  })

  it("cuts long lists for people alone", () => {
    const many = verdict({ findings: Array.from({ length: 1060 }, (_, at) => finding({ relPath: `f${at}.py` })) })
    assert.include(renderGate(many, "text", plain), "\n... and 1,010 more (--format json has all)\n")
    assert.include(renderGate(many, "markdown", plain), "\n- ... and 1,010 more (--format json has all)\n")
    for (const format of ["github", "sarif", "json"] as const) {
      assert.include(renderGate(many, format, plain), "f1059.py")
    }
  })

  it.each(hostile)("is inert in every form with %j", (text) => {
    for (const format of GateFormat.literals) assert.notMatch(renderGate(hostileVerdict(text), format, plain), OBEYED)
    for (const line of renderGate(hostileVerdict(text), "text", plain).split("\n")) assert.isFalse(obeyed(line))

    assert.notMatch(renderGate(hostileVerdict(text), "text", coloured).replaceAll(/\u001b\[\d+m/g, ""), OBEYED)
    assert.deepStrictEqual(decode(renderGate(hostileVerdict(text), "json", plain)), hostileVerdict(text))
  })

  it.each(hostile)("has in Markdown the lines that it would have anyway with %j", (text) => {
    const shape = (given: string) =>
      renderGate(hostileVerdict(given), "markdown", plain).split("\n").map((line) => /^(#+ |- |\| |$)?/.exec(line)?.[0])
    assert.deepStrictEqual(shape(text), shape("x"))
  })

  it.prop("has every form of every verdict", [Arbitrary.make(Verdict)], ([given]) => {
    for (const format of GateFormat.literals) assert.notMatch(renderGate(given, format, plain), OBEYED)
  }, { fastCheck: { numRuns: 30 } })
})
