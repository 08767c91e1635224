import { assert, describe, it } from "@effect/vitest"
import { FastCheck, Option } from "effect"
import { toCodePoints, wideText } from "../../../src/layers/scip/columns.js"

const encode = (text: string) => new TextEncoder().encode(text)

describe("columns", () => {
  it.prop(
    "count code points wherever a character begins",
    [FastCheck.array(FastCheck.string({ unit: "grapheme" }), { minLength: 1 }), FastCheck.boolean()],
    ([words, hasMark]) => {
      const lines = words.map((word) => word.replaceAll(/[\r\n\ufeff]/g, ""))
      const text = wideText(encode((hasMark ? "\ufeff" : "") + lines.join("\n")))
      lines.forEach((line, index) => {
        const characters = [...line]
        for (let count = 0; count <= characters.length; count++) {
          const units = characters.slice(0, count).join("").length + (hasMark && index === 0 ? 1 : 0)
          const column = Option.match(text, {
            onNone: () => units,
            onSome: (wide) => toCodePoints(wide, index, units)
          })
          assert.strictEqual(column, count)
        }
      })
    }
  )

  it("are the same in both units without a character beyond U+FFFF and without a mark", () => {
    assert.isTrue(Option.isNone(wideText(encode("ü = '\uffff'\n"))))
    assert.isTrue(Option.isSome(wideText(encode("x = '\u{10000}'"))))
    assert.isTrue(Option.isSome(wideText(encode("\ufeffx"))))
  })

  it("stay in order beyond the text, and before the mark", () => {
    const text = { lines: ["𝔸b"], hasMark: true }
    assert.deepStrictEqual([0, 1, 3, 4, 5, 9].map((column) => toCodePoints(text, 0, column)), [0, 0, 1, 2, 3, 7])
    assert.strictEqual(toCodePoints(text, 7, 5), 5)
  })
})
