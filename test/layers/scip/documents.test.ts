import * as NodeContext from "@effect/platform-node/NodeContext"
import * as FileSystem from "@effect/platform/FileSystem"
import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import { fileURLToPath } from "node:url"
import { documentsOf } from "../../../src/layers/scip/documents.js"
import { decode, encode } from "./oracle.js"

const example = fileURLToPath(new URL("../../fixtures/scip/example.scip", import.meta.url))

layer(NodeContext.layer, { excludeTestServices: true })("documentsOf", (it) => {
  it.effect("names the documents of a real index and counts their occurrences", () =>
    Effect.gen(function*() {
      const fs = yield* FileSystem.FileSystem
      const { documents } = decode(yield* fs.readFile(example))
      assert.deepStrictEqual(
        yield* documentsOf(example),
        documents.map(({ occurrences, relativePath }) => ({ relativePath, occurrences: occurrences.length }))
      )
    }))

  it.effect("of an index without documents there are none, of what is no index that is the failure", () =>
    Effect.gen(function*() {
      const fs = yield* FileSystem.FileSystem
      const file = yield* fs.makeTempFileScoped()
      yield* fs.writeFile(file, encode({ metadata: { projectRoot: "file:///r" } }))
      assert.deepStrictEqual(yield* documentsOf(file), [])

      const whole = yield* fs.readFile(example)
      yield* fs.writeFile(file, whole.subarray(0, 20_000))
      const cut = yield* Effect.flip(documentsOf(file))
      assert.strictEqual(cut._tag, "ScipMalformed")
      assert.match(cut.problem, /^[0-9]+ bytes, more than the file has$/)
      assert.isBelow(cut.offset, 20_000)

      yield* fs.writeFile(file, new Uint8Array(0))
      assert.strictEqual((yield* Effect.flip(documentsOf(file))).problem, "the file is empty")
      yield* fs.remove(file)
      assert.match((yield* Effect.flip(documentsOf(file))).problem, /^it cannot be read/)
    }).pipe(Effect.scoped))
})
