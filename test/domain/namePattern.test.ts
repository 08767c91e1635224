import { assert, describe, it } from "@effect/vitest"
import { FastCheck } from "effect"
import { matchesName } from "../../src/domain/namePattern.js"

describe("matchesName", () => {
  it("is of the whole name, and a star of any part", () => {
    const matching = (...patterns: ReadonlyArray<string>) =>
      ["ruff", "E501", "E5", "a.b", "aXb", "E", ""].filter(matchesName(patterns))
    assert.deepStrictEqual(matching("E5*"), ["E501", "E5"])
    assert.deepStrictEqual(matching("a.b"), ["a.b"])
    assert.deepStrictEqual(matching("*", "x"), ["ruff", "E501", "E5", "a.b", "aXb", "E", ""])
    assert.deepStrictEqual(matching("r*f", "*1"), ["ruff", "E501"])
    assert.deepStrictEqual(matching(), [])
  })

  it.prop("is of itself, whatever is in it", [FastCheck.string({ unit: "grapheme" })], ([name]) => {
    assert.isTrue(matchesName([name])(name))
    assert.isTrue(matchesName([name.replaceAll(/./gsu, "*")])(name))
  })
})
