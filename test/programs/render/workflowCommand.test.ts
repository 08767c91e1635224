import { assert, describe, it } from "@effect/vitest"
import { FastCheck } from "effect"
import { withoutCommands, workflowCommand } from "../../../src/programs/render/workflowCommand.js"
import { commandOf, obeyed } from "./runner.js"
import { hostile } from "./verdict.js"

const text = FastCheck.oneof(
  FastCheck.string({ unit: "grapheme" }),
  FastCheck.array(FastCheck.constantFrom("::", ":", ",", "=", "%", "%25", "%0A", "\n", "\r", " ", "##[error]", "a"))
    .map((all) => all.join(""))
)

describe("workflowCommand", () => {
  it("escapes as the runner reads", () => {
    assert.strictEqual(
      workflowCommand("error", { file: "a:b,c%.py", line: 3, col: undefined, title: "x\ny" }, "50%\r\n: a, b::"),
      "::error file=a%3Ab%2Cc%25.py,line=3,title=x%0Ay::50%25%0D%0A: a, b::"
    )
    assert.strictEqual(workflowCommand("notice", {}, ""), "::notice::")
  })

  it.prop("is one line that is read as it was meant", [text, text], ([file, message]) => {
    const command = workflowCommand("warning", { file, line: 1 }, message)
    assert.notMatch(command, /[\r\n]/)
    assert.deepStrictEqual(commandOf(command), { name: "warning", properties: { file, line: "1" }, message })
  })
})

describe("withoutCommands", () => {
  it("keeps what is none", () => {
    assert.strictEqual(withoutCommands("a :: b ## [c] #[d"), "a :: b ## [c] #[d")
    assert.strictEqual(withoutCommands(" ::error::x ####[y"), " : :error::x ### #[y")
  })

  it.each(hostile)("leaves none of %j", (given) => {
    for (const line of given.split(/[\r\n]+/)) assert.isFalse(obeyed(withoutCommands(line)))
  })

  it.prop("leaves none", [text], ([given]) => {
    for (const line of given.split(/[\r\n]+/)) assert.isFalse(obeyed(withoutCommands(line)))
  })
})
