/**
 * In a file of its own: another test makes the memory of the parser grow, and it never shrinks.
 */
import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import * as TreeSitterPythonSyntax from "../../../src/layers/TreeSitterPythonSyntax.js"
import { PythonSyntax } from "../../../src/services/PythonSyntax.js"

const source = Array.from(
  { length: 30 },
  (_, i) => `class A${i}:\n    def f(self, a: int = (1, [2]), *b) -> None:\n        return x + y(${i})\n`
).join("")

layer(TreeSitterPythonSyntax.layer)("memory", (it) => {
  it.effect("stays flat over 2,000 files", () =>
    Effect.gen(function*() {
      const { analyze } = yield* PythonSyntax
      const memory = Effect.sync(() => process.memoryUsage().external)
      yield* Effect.repeatN(analyze(source), 19)
      const before = yield* memory
      yield* Effect.repeatN(analyze(source), 1999)
      assert.isBelow((yield* memory) - before, 4_000_000)
    }), 120_000)
})
