import { assert, describe, it } from "@effect/vitest"
import { renderGithub } from "../../../../src/programs/render/gate/github.js"
import { commandOf, obeyed } from "../runner.js"
import { finding, hostile, hostileVerdict, verdict } from "../verdict.js"

describe("renderGithub", () => {
  it("annotates each finding, in the tree of git", () => {
    const findings = [
      finding(),
      finding({ tool: "ruff", rule: "F401", severity: "warning", message: "m", endLine: 4 }),
      finding({ tool: "ruff", rule: "D100", severity: "information", message: "n", relPath: "a,b: c.py" })
    ]
    assert.deepStrictEqual(renderGithub(verdict({ prefix: "packages/x/", findings, passedOver: 3 })).split("\n"), [
      "::error title=codeintel gate failed::1 new finding",
      "::error file=packages/x/src/a.py,line=3,endLine=3,col=5,endColumn=6,title=pyright reportAttributeAccessIssue" +
      "::Cannot access attribute \"x\" for class \"A\"%0A    Attribute \"x\" is unknown",
      "::warning file=packages/x/src/a.py,line=3,endLine=4,title=ruff F401::m",
      "::notice file=packages/x/a%2Cb%3A c.py,line=3,endLine=3,col=5,endColumn=6,title=ruff D100::n",
      "codeintel gate: failed; new findings: 3 that count, 3 that do not; errors count"
    ])
  })

  it("says why it refused, and nothing where it passed", () => {
    const refused = verdict({ verdict: "refused", reasons: ["pyright: not_found", "no base"], findings: [] })
    assert.deepStrictEqual(renderGithub(refused).split("\n").slice(0, -1), [
      "::error title=codeintel gate refused::pyright: not_found",
      "::error title=codeintel gate refused::no base"
    ])
    const passed = verdict({ verdict: "passed", reasons: [], findings: [] })
    assert.strictEqual(
      renderGithub(passed),
      "codeintel gate: passed; new findings: 0 that count, 0 that do not; errors count"
    )
  })

  it.each(hostile)("gives no other commands with %j", (text) => {
    const lines = renderGithub(hostileVerdict(text)).split("\n")
    assert.deepStrictEqual(lines.map((line) => commandOf(line)?.name), ["error", "error", undefined])
    assert.isFalse(obeyed(lines.at(-1) ?? ""))
    assert.notMatch(lines.join(""), /[\p{Cc}\u202e\u2028]/u)
    assert.strictEqual(commandOf(lines[0] ?? "")?.properties["title"], "codeintel gate failed")
  })
})
