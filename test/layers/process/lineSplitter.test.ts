import { assert, describe, it } from "@effect/vitest"
import { FastCheck } from "effect"
import * as LineSplitter from "../../../src/layers/process/lineSplitter.js"

const bytesOf = (text: string) => new TextEncoder().encode(text)

/** The lines of a text whose bytes come in chunks that end at these places. */
const linesOf = (text: string, cuts: ReadonlyArray<number>, maxLength = 1000) => {
  const bytes = bytesOf(text)
  const splitter = LineSplitter.make(maxLength)
  const ends = [...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length]
  const lines = ends.flatMap((end, index) => splitter.push(bytes.subarray(ends[index - 1] ?? 0, end)))
  return [...lines, ...splitter.end()]
}

const text = FastCheck.array(FastCheck.constantFrom("a", "é", "😀", "\n", "\r", "\r\n")).map((parts) => parts.join(""))

describe("lineSplitter", () => {
  it.each([
    ["a\nb\n", ["a", "b"]],
    ["a\nb", ["a", "b"]],
    ["a\r\nb\r\n", ["a", "b"]],
    ["10%\r20%\rdone\n", ["10%", "20%", "done"]],
    ["\n\na", ["", "", "a"]],
    ["", []]
  ])("%j", (text, lines) => {
    assert.deepStrictEqual(linesOf(text, []), lines)
  })

  it.prop("does not depend on the chunks", [text, FastCheck.array(FastCheck.nat())], ([text, cuts]) => {
    const parts = text.split(/\r\n|\n|\r/)
    assert.deepStrictEqual(linesOf(text, cuts), parts.at(-1) === "" ? parts.slice(0, -1) : parts)
  })

  it("cuts a line that is too long, never within a character", () => {
    assert.deepStrictEqual(linesOf("abcdef\nabcd\nabc😀\n12", [3, 9], 4), ["abcd", "abcd", "abc", "12"])
  })
})
