import * as FileSystem from "@effect/platform/FileSystem"
import * as Path from "@effect/platform/Path"
import { assert, describe, it, layer } from "@effect/vitest"
import { Effect, FastCheck as fc, Option } from "effect"
import * as StatCache from "../../../src/layers/repository/statCache.js"
import { context } from "../../../src/layers/testing/TestRepository.js"
import { Live, tempDir } from "./temporaryRepository.js"

const entry = fc.record({
  signature: fc.tuple(fc.bigInt({ min: 0n }), fc.bigInt(), fc.bigInt({ min: 0n }), fc.bigInt({ min: 0n })).map((all) =>
    all.join(":")
  ),
  hash: fc.hexaString({ minLength: 64, maxLength: 64 }),
  lines: fc.nat()
})

// any name a file may have: no NUL, not empty
const name = fc.fullUnicodeString({ minLength: 1 }).filter((text) => !text.includes("\0"))

const cache = fc.array(fc.tuple(name, entry)).map((entries): StatCache.StatCache => new Map(entries))

const some: StatCache.StatCache = new Map([
  ["a.py", { signature: "1:2:3:4", hash: "a".repeat(64), lines: 5 }],
  ["new\nline 1 .py", { signature: "1:-2:3:4", hash: "b".repeat(64), lines: 0 }]
])

describe("statCache", () => {
  it.prop("decode is the inverse of encode", [cache], ([given]) => {
    assert.deepStrictEqual(Option.getOrNull(StatCache.decode(StatCache.encode(given))), given)
  })

  it("any part of a file is no cache", () => {
    const text = StatCache.encode(some)
    for (let end = 0; end < text.length; end++) {
      assert.isTrue(Option.isNone(StatCache.decode(text.slice(0, end))))
    }
  })

  it.prop("is total", [fc.fullUnicodeString()], ([text]) => {
    assert.isTrue(Option.isNone(StatCache.decode(text)))
  })

  it("a file with more at its end is no cache", () => {
    assert.isTrue(Option.isNone(StatCache.decode(`${StatCache.encode(some)}x`)))
  })

  it("another version is no cache", () => {
    assert.isTrue(Option.isNone(StatCache.decode(StatCache.encode(some).replace("cache 1", "cache 2"))))
  })
})

layer(Live, { excludeTestServices: true })("the file", (it) => {
  it.scoped("is read as it was saved; one that is damaged or missing is empty", () =>
    Effect.gen(function*() {
      const fs = yield* FileSystem.FileSystem
      const path = yield* Path.Path
      const { paths } = context(yield* tempDir, {})
      assert.strictEqual((yield* StatCache.load(paths)).size, 0)
      yield* fs.makeDirectory(paths.state)
      yield* StatCache.save(paths, some)
      assert.deepStrictEqual(yield* StatCache.load(paths), some)
      assert.deepStrictEqual(yield* fs.readDirectory(paths.state), ["stat-cache"])
      yield* fs.writeFileString(path.join(paths.state, "stat-cache"), StatCache.encode(some).slice(0, -3))
      assert.strictEqual((yield* StatCache.load(paths)).size, 0)
    }))
})
