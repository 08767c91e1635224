import { assert, describe, it } from "@effect/vitest"
import { FastCheck } from "effect"
import { inert, inertColoured, inertLines } from "../../src/domain/inert.js"

const OBEYED = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/

const text = FastCheck.array(
  FastCheck.constantFrom(
    "\u001b[31m",
    "\u001b]52;c;aGk=\u0007",
    "\n",
    "\t",
    "\r",
    "\u009b",
    "\u202e",
    "a",
    "\\",
    "\"",
    "é"
  )
).map((parts) => parts.join(""))

describe("inert", () => {
  it("shows what a terminal would obey", () => {
    assert.strictEqual(inert("a\u001b]0;x\u0007\r\nb\u009bm\u202e"), "a\\u001b]0;x\\u0007\\r\\nb\\u009bm\\u202e")
    assert.strictEqual(inertLines("a\n\tb\r\n\b"), "a\n\tb\\r\n\\u0008")
    assert.strictEqual(
      inertColoured("\u001b[1;31mred\u001b[0m \u001b[2J\u001b]0;x\u0007", true),
      "\u001b[1;31mred\u001b[0m \\u001b[2J\\u001b]0;x\\u0007"
    )
    assert.strictEqual(inertColoured("\u001b[1;31mred\u001b[0m", false), "red")
  })

  it.prop("leaves nothing of it, and all else as it is", [text], ([given]) => {
    assert.notMatch(inert(given), OBEYED)
    assert.notMatch(inertLines(given).replaceAll(/[\n\t]/g, ""), OBEYED)
    assert.strictEqual(inert(inert(given)), inert(given))
  })

  it.prop("keeps the values of a JSON text", [FastCheck.jsonValue(), text], ([value, name]) => {
    const given = { [name]: value, text: name }
    assert.deepStrictEqual(JSON.parse(inertLines(JSON.stringify(given, null, 2))), JSON.parse(JSON.stringify(given)))
  })
})
