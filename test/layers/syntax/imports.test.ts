import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import * as TreeSitterPythonSyntax from "../../../src/layers/TreeSitterPythonSyntax.js"
import { PythonSyntax } from "../../../src/services/PythonSyntax.js"

const importsOf = (source: string) =>
  Effect.gen(function*() {
    const { imports } = yield* Effect.flatMap(PythonSyntax, (syntax) => syntax.analyze(source))
    return imports.map(({ level, line, module, names }) => [line, level, module, ...names])
  })

layer(TreeSitterPythonSyntax.layer)("imports", (it) => {
  it.effect("every form", () =>
    Effect.gen(function*() {
      assert.deepStrictEqual(
        yield* importsOf(`from __future__ import annotations, division
import a.b as c, d
from . import x
from ..a import (  # comment
    b,
    c as d,
)
from ... import *
from . . a . \\
    b import c
import a; from b import c
`),
        [
          [1, 0, "__future__", "annotations", "division"],
          [2, 0, "a.b"],
          [2, 0, "d"],
          [3, 1, "", "x"],
          [4, 2, "a", "b", "c"],
          [8, 3, "", "*"],
          [9, 2, "a.b", "c"],
          [11, 0, "a"],
          [11, 0, "b", "c"]
        ]
      )
    }))

  it.effect("wherever they stand", () =>
    Effect.gen(function*() {
      assert.deepStrictEqual(
        yield* importsOf(`
if TYPE_CHECKING:
    import a
try:
    import b
except ImportError:
    import c
def f():
    import d
class A:
    import e
`),
        [[3, 0, "a"], [5, 0, "b"], [7, 0, "c"], [9, 0, "d"], [11, 0, "e"]]
      )
    }))
})
