import { assert, describe, it } from "@effect/vitest"
import { Effect, Either } from "effect"
import * as OutputCapture from "../../src/layers/outputCapture.js"

describe("outputCapture", () => {
  it.effect("decodes once: a character may come in two chunks", () =>
    Effect.gen(function*() {
      const capture = OutputCapture.make(10)
      yield* capture.add(new Uint8Array([0xc3]))
      yield* capture.add(new Uint8Array([0xa9]))
      assert.strictEqual(capture.text(), "é")
    }))

  it.effect("the tail is the last 2,000 bytes, from a whole character on", () =>
    Effect.gen(function*() {
      const capture = OutputCapture.make(10_000)
      assert.strictEqual(capture.tail(), "")
      yield* Effect.forEach(["x".repeat(500), "é".repeat(900), "é".repeat(100), "end"], (text) =>
        capture.add(Buffer.from(text)), { concurrency: 1 })
      // 2,000 bytes back is within a character
      assert.strictEqual(capture.tail(), `${"é".repeat(998)}end`)
    }))

  it.effect("the limit is on bytes, and what came before is kept", () =>
    Effect.gen(function*() {
      const capture = OutputCapture.make(3)
      yield* capture.add(Buffer.from("abc"))
      const result = yield* Effect.either(capture.add(Buffer.from("d")))
      assert.isTrue(Either.isLeft(result))
      assert.strictEqual(capture.tail(), "abcd")
    }))
})
