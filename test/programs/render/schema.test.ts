import { assert, describe, it } from "@effect/vitest"
import { relations } from "../../../src/layers/duckdb/relations.js"
import { renderSchema } from "../../../src/programs/render/schema.js"
import { plain } from "../../../src/programs/render/style.js"

const words = (text: string) => text.split(/\s+/).filter((word) => word !== "").sort()

describe("renderSchema", () => {
  it.each([80, 100, 200])("fits a terminal of %d columns, and says the same", (width) => {
    const text = renderSchema(relations(), plain, width)
    assert.isEmpty(text.split("\n").filter((line) => line.length > width))
    assert.deepStrictEqual(words(text), words(renderSchema(relations(), plain, Infinity)))
  })

  it("leaves a terminal that is too narrow to itself", () => {
    const lines = (width: number) =>
      renderSchema(relations(), plain, width).split("\n").filter((line) => line.startsWith("  "))
    assert.deepStrictEqual(lines(20), lines(Infinity))
  })
})
