import { assert, describe, it } from "@effect/vitest"
import { FastCheck } from "effect"
import { symbolName } from "../../../src/programs/ask/symbolName.js"

const of = (descriptors: string) => symbolName(`scip-python python p 0 ${descriptors}`)

describe("symbolName", () => {
  it.each<[string, string, string, string]>([
    ["`a.b`/C#m().", "a.b", "C.m", "function"],
    ["a/f().g().", "a", "f.<locals>.g", "function"],
    ["a/f().C#m().", "a", "f.<locals>.C.m", "function"],
    ["a/C#D#", "a", "C.D", "class"],
    ["a/C#x.", "a", "C.x", "variable"],
    ["a/f().(x)", "a", "f.<locals>.x", "parameter"],
    ["`a.b`/__init__:", "a.b", "", "module"],
    ["a/`größe`().", "a", "größe", "function"],
    ["a/f(+1).", "a", "f", "function"]
  ])("%s", (descriptors, module, qualifiedName, kind) => {
    assert.deepStrictEqual(of(descriptors), { module, qualifiedName, kind })
  })

  it.each(["local 3", "", "a b c", "scip-python python p 0 a/?"])("none: %s", (symbol) => {
    assert.isUndefined(symbolName(symbol))
  })

  it.prop("total", [FastCheck.string({ unit: "binary" })], ([text]) => {
    of(text)
    symbolName(text)
  })
})
