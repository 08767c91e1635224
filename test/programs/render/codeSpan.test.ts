import { assert, describe, it } from "@effect/vitest"
import { FastCheck } from "effect"
import { inert } from "../../../src/domain/inert.js"
import { code } from "../../../src/programs/render/markdown.js"

/** CommonMark 6.1: up to the next run of as many backticks, without a space on both sides of what is not all spaces. */
const spanOf = (text: string) => {
  const [fence = ""] = /^`+/.exec(text) ?? []
  const runs = [...text.slice(fence.length).matchAll(/`+/g)]
  const end = runs.find(([run]) => run.length === fence.length)
  const inside = text.slice(fence.length, fence.length + (end?.index ?? 0))
  const isPadded = inside.startsWith(" ") && inside.endsWith(" ") && inside.trim() !== ""
  return {
    text: isPadded ? inside.slice(1, -1) : inside,
    rest: text.slice(fence.length + (end?.index ?? 0) + fence.length)
  }
}

const text = FastCheck.array(
  FastCheck.constantFrom("`", "``", "`````", " ", "|", "\n", "<b>", "a", "\u001b", "\\", "é")
)
  .map((parts) => parts.join(""))

describe("code", () => {
  it("is a span around any text", () => {
    assert.deepStrictEqual(["a|b", "`a``", " a ", "a`b", "", " "].map(code), [
      "`a|b`",
      "``` `a`` ```",
      "`  a  `",
      "``a`b``",
      "",
      "` `"
    ])
  })

  it.prop("has all of it, on one line, and ends where it should", [text], ([given]) => {
    const span = code(given)
    assert.notInclude(span, "\n")
    if (given !== "") assert.deepStrictEqual(spanOf(`${span}`), { text: inert(given), rest: "" })
  })
})
