import * as NodeContext from "@effect/platform-node/NodeContext"
import * as FileSystem from "@effect/platform/FileSystem"
import { assert, describe, it, layer } from "@effect/vitest"
import { Chunk, Effect, FastCheck, Stream } from "effect"
import { fileURLToPath } from "node:url"
import type { ScipPart } from "../../../src/domain/Scip.js"
import type { ScipBatch } from "../../../src/domain/ScipBatch.js"
import { batches } from "../../../src/layers/scip/batches.js"
import { Bytes } from "../../../src/layers/scip/growing.js"
import * as PartBatcher from "../../../src/layers/scip/partBatcher.js"
import * as SymbolTable from "../../../src/layers/scip/symbolTable.js"
import { makeParts } from "./batchParts.js"
import { arbitraryIndex, decode, encode, type IndexInit, rows } from "./oracle.js"

const example = fileURLToPath(new URL("../../fixtures/scip/example.scip", import.meta.url))

interface Given {
  readonly root?: string
  readonly isChecked?: boolean
  /** Decoded by a thread. */
  readonly inThread?: boolean
}

const read = (
  file: string,
  documents: Iterable<string>,
  { inThread = false, isChecked = false, root = "/nowhere" }: Given = {}
) =>
  Effect.map(
    Stream.runCollect(batches({
      file,
      root,
      base: "",
      documents: new Set(documents),
      isChecked,
      worthThread: inThread ? 0 : Infinity
    })),
    Chunk.toReadonlyArray
  )

const written = (index: IndexInit) =>
  Effect.gen(function*() {
    const fs = yield* FileSystem.FileSystem
    const file = yield* fs.makeTempFileScoped()
    yield* fs.writeFile(file, Buffer.concat([encode({ metadata: { projectRoot: "file:///r" } }), encode(index)]))
    return file
  })

const hashes = (parts: ReadonlyArray<ScipPart | ScipBatch>) =>
  parts.flatMap((part) => part._tag === "Batch" ? part.documents.map(({ contentHash }) => contentHash) : [])

const documentsOf = (parts: ReadonlyArray<ScipPart | ScipBatch>) => {
  const partsOf = makeParts()
  return parts.flatMap((part) => part._tag === "Batch" ? partsOf(part) : [])
}

const occurrencesOf = (parts: ReadonlyArray<ScipPart | ScipBatch>) =>
  documentsOf(parts).map(({ occurrences: { ranges, symbols } }) =>
    symbols.map((symbol, at) => [symbol, ...ranges.subarray(4 * at, 4 * at + 4)])
  )

layer(NodeContext.layer, { excludeTestServices: true })("batches", (it) => {
  it.effect("a thread says what this thread says", () =>
    Effect.gen(function*() {
      const fs = yield* FileSystem.FileSystem
      const paths = decode(yield* fs.readFile(example)).documents.map(({ relativePath }) => relativePath)
      const here = yield* read(example, paths)
      const there = yield* read(example, paths, { inThread: true })
      assert.isAbove(here.length, 1)
      assert.deepStrictEqual(hashes(there), hashes(here))
      assert.deepStrictEqual(documentsOf(there), documentsOf(here))
      assert.deepStrictEqual(
        there.filter(({ _tag }) => _tag === "External"),
        here.filter(({ _tag }) => _tag === "External")
      )
    }), { timeout: 60_000 })

  it.effect(
    "what a thread finds wrong is the failure, and a stream that is left ends its thread",
    () =>
      Effect.gen(function*() {
        const fs = yield* FileSystem.FileSystem
        const file = yield* fs.makeTempFileScoped()
        yield* fs.writeFile(file, (yield* fs.readFile(example)).subarray(0, 100_000))
        const [here, there] = yield* Effect.all([
          Effect.flip(read(file, [])),
          Effect.flip(read(file, [], { inThread: true }))
        ])
        assert.strictEqual(there._tag, "ScipMalformed")
        assert.deepStrictEqual([there.offset, there.problem], [here.offset, here.problem])
        const first = yield* Stream.runHead(
          batches({ file: example, root: "/", base: "", documents: new Set(), isChecked: false, worthThread: 0 })
        )
        assert.strictEqual(first._tag, "Some")
      }).pipe(Effect.scoped),
    { timeout: 60_000 }
  )

  it.effect.prop(
    "a document has one hash, however it is read, whatever else the index holds",
    [arbitraryIndex, arbitraryIndex],
    ([index, other]) =>
      Effect.gen(function*() {
        const paths = index.documents.map(({ relativePath }) => relativePath)
        const others = other.documents.map((document) => ({ ...document, relativePath: `${document.relativePath}\0` }))
        const alone = yield* read(yield* written(index), paths)
        const among = yield* read(yield* written({ ...index, documents: [...others, ...index.documents] }), [
          ...paths,
          ...others.map(({ relativePath }) => relativePath)
        ])
        assert.deepStrictEqual(hashes(among).slice(others.length), hashes(alone))

        const batcher = PartBatcher.make()
        for (const { occurrences, relPath, symbols } of rows(decode(encode(index))).documents) {
          batcher.add(relPath, {
            symbols: occurrences.map(({ symbol }) => symbol),
            ranges: Int32Array.from(occurrences.flatMap(({ range }) => range)),
            roles: Int32Array.from(occurrences, ({ roles }) => roles)
          }, symbols)
        }
        assert.deepStrictEqual(hashes([batcher.take()]), hashes(alone))
      }).pipe(Effect.scoped),
    { timeout: 60_000, fastCheck: { numRuns: 50 } }
  )

  it.effect.prop(
    "checked, positions in any encoding come out as code points",
    [
      FastCheck.array(FastCheck.string({ unit: "grapheme", maxLength: 8 }), { minLength: 1, maxLength: 5 }),
      FastCheck.constantFrom(0, 1, 2, 3),
      FastCheck.boolean()
    ],
    ([words, positionEncoding, isCarried]) =>
      Effect.gen(function*() {
        const fs = yield* FileSystem.FileSystem
        const root = yield* fs.makeTempDirectoryScoped()
        const lines = words.map((word) => [...word.replaceAll(/[\r\n\ufeff]/g, "")])
        const text = lines.map((line) => line.join("")).join("\n")
        if (!isCarried) yield* fs.writeFileString(`${root}/a.txt`, text)
        const units = (characters: ReadonlyArray<string>) => {
          const all = characters.join("")
          return positionEncoding === 1
            ? Buffer.byteLength(all)
            : positionEncoding === 3
            ? characters.length
            : all.length
        }
        const occurrences = lines.flatMap((line, number) =>
          line.map((_, at) => ({
            symbol: `${number} ${at}`,
            range: [number, units(line.slice(0, at)), units(line.slice(0, at + 1))]
          }))
        )
        const file = yield* written({
          documents: [{ relativePath: "a.txt", positionEncoding, occurrences, text: isCarried ? text : "" }]
        })
        const [found = []] = occurrencesOf(yield* read(file, ["a.txt"], { root, isChecked: true }))
        assert.deepStrictEqual(
          found,
          lines.flatMap((line, number) => line.map((_, at) => [`${number} ${at}`, number, at, number, at + 1]))
        )
      }).pipe(Effect.scoped),
    { timeout: 60_000 }
  )

  it.effect("checked, what is not in the text is left out and counted, and another text is noticed", () =>
    Effect.gen(function*() {
      const fs = yield* FileSystem.FileSystem
      const root = yield* fs.makeTempDirectoryScoped()
      yield* fs.writeFileString(`${root}/a.go`, "é𝔸b\n\nx")
      const occurrence = (symbol: string, ...range: ReadonlyArray<number>) => ({ symbol, range: [...range] })
      const documents = [
        {
          relativePath: "a.go",
          positionEncoding: 1,
          occurrences: [
            occurrence("in", 0, 0, 2),
            occurrence("whole", 0, 0, 2, 1),
            occurrence("cut", 0, 1, 2),
            occurrence("half", 0, 2, 4),
            occurrence("long", 0, 6, 8),
            occurrence("below", 3, 0, 0),
            occurrence("back", 0, 2, 0),
            occurrence("end", 2, 1, 1)
          ]
        },
        { relativePath: "gone.go", occurrences: [occurrence("s", 7, 7, 9)] },
        {
          relativePath: "b.go",
          text: "other",
          occurrences: [occurrence("s", 0, 0, 5)]
        }
      ]
      yield* fs.writeFileString(`${root}/b.go`, "text")
      const file = yield* written({ documents: [...documents, { relativePath: "../c.go" }] })
      const found = yield* read(file, ["a.go", "b.go", "gone.go"], { root, isChecked: true })
      assert.deepStrictEqual(occurrencesOf(found), [
        [["in", 0, 0, 0, 1], ["whole", 0, 0, 2, 1], ["end", 2, 1, 2, 1]],
        [["s", 7, 7, 7, 9]],
        [["s", 0, 0, 0, 5]]
      ])
      const [batch] = found
      assert.isTrue(batch?._tag === "Batch")
      if (batch?._tag !== "Batch") return
      assert.deepStrictEqual(batch.documents.map(({ columns, outsideText }) => [columns, outsideText]), [
        ["Converted", 5],
        ["AsGiven", 0],
        ["OtherText", 0]
      ])
      assert.deepStrictEqual(batch.passedOver, ["../c.go"])
    }).pipe(Effect.scoped))
})

describe("symbols by their bytes", () => {
  it("keep their numbers and their bytes, long ones and many", () => {
    const table = SymbolTable.make()
    const texts = [
      "",
      "a",
      "é",
      "x".repeat(5_000_000),
      "y".repeat(4_194_304),
      ...Array.from({ length: 100_000 }, (_, at) => `s${at}`)
    ]
    const intern = (text: string) => {
      const bytes = Buffer.from(`..${text}.`)
      return table.intern(bytes, 2, bytes.length - 1)
    }
    assert.deepStrictEqual(texts.map(intern), texts.map((_, at) => at))
    assert.deepStrictEqual(texts.toReversed().map(intern), texts.map((_, at) => texts.length - 1 - at))
    const { bytes, ends } = table.from(0)
    texts.forEach((text, at) => {
      const first = at === 0 ? 0 : ends[at - 1]
      assert.isTrue(Buffer.from(bytes.subarray(first, ends[at])).toString() === text, `${at}`)
      const copy = new Bytes()
      table.copy(at, copy)
      assert.isTrue(Buffer.from(copy.take()).toString() === text, `${at}`)
    })
  })

  it("are refused when they are no UTF-8, with the byte", () => {
    const table = SymbolTable.make()
    assert.throws(() => table.intern(Uint8Array.of(0x20, 0xc3, 0x20), 1, 3), "not valid")
    assert.strictEqual(table.size(), 0)
  })
})
