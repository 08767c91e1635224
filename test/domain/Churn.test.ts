import { assert, describe, it } from "@effect/vitest"
import { changesIn, type Hunk } from "../../src/domain/Churn.js"

const hunk = (oldStart: number, oldLines: number, newStart: number, newLines: number): Hunk => ({
  oldStart,
  oldLines,
  newStart,
  newLines
})

const range = { start: 10, end: 20 }

describe("changesIn", () => {
  it.each<[string, Hunk, boolean]>([
    ["before it", hunk(1, 1, 1, 1), false],
    ["its first line", hunk(10, 1, 10, 1), true],
    ["its last line", hunk(20, 1, 20, 1), true],
    ["the line after it", hunk(21, 1, 21, 1), false],
    ["from before to its first line", hunk(8, 3, 8, 3), true],
    ["all of it", hunk(1, 90, 1, 90), true],
    ["lines that went before its first", hunk(5, 3, 9, 0), false],
    ["lines that went within", hunk(11, 3, 10, 0), true],
    ["lines that went after its last", hunk(21, 3, 20, 0), false]
  ])("%s", (_, each, isTouched) => {
    assert.strictEqual(changesIn(range, [[each]]), isTouched ? 1 : 0)
  })

  it("follows the lines from change to change", () => {
    // three lines came before it, so it was at 7-17; then its first line was changed there
    assert.strictEqual(changesIn(range, [[hunk(1, 0, 2, 3)], [hunk(7, 1, 7, 1)], [hunk(18, 1, 18, 1)]]), 1)
    // two lines went before it
    assert.strictEqual(changesIn(range, [[hunk(1, 2, 0, 0)], [hunk(22, 1, 22, 1)], [hunk(10, 1, 10, 1)]]), 1)
  })

  it("ends with the change that it began with", () => {
    assert.strictEqual(changesIn(range, [[hunk(9, 0, 10, 11)], [hunk(9, 1, 9, 1)], [hunk(10, 1, 10, 1)]]), 1)
  })

  it("what is not committed moves it, and is no change", () => {
    assert.strictEqual(changesIn(range, [[hunk(7, 1, 7, 1)]], [hunk(1, 0, 2, 3)]), 1)
    assert.strictEqual(changesIn(range, [], [hunk(10, 1, 10, 1)]), 0)
  })
})
