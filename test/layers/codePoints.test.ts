import { assert, describe, it } from "@effect/vitest"
import { FastCheck } from "effect"
import { codePointsIn } from "../../src/layers/codePoints.js"

describe("codePointsIn", () => {
  const text = FastCheck.string({ unit: "binary" })

  it.prop("is the length of the text before, in code points", [text, text], ([before, after]) => {
    assert.strictEqual(codePointsIn(before + after, before.length), [...before].length)
  })

  it.prop("goes on in units after the end of the line", [text, FastCheck.nat({ max: 9 })], ([line, more]) => {
    assert.strictEqual(codePointsIn(line, line.length + more), [...line].length + more)
  })

  it("counts half a character, and nothing before the beginning", () => {
    assert.deepStrictEqual([-1, 0, 1, 2, 3, 4, 7].map((units) => codePointsIn("a𝒳b", units)), [0, 0, 1, 2, 2, 3, 6])
  })
})
