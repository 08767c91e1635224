import * as NodeContext from "@effect/platform-node/NodeContext"
import * as FileSystem from "@effect/platform/FileSystem"
import { assert, layer } from "@effect/vitest"
import { Chunk, Effect, FastCheck, Layer, Stream } from "effect"
import { fileURLToPath } from "node:url"
import { PbfWriter } from "pbf"
import type { ScipPart } from "../../src/domain/Scip.js"
import type { ScipBatch } from "../../src/domain/ScipBatch.js"
import * as ScipFileReader from "../../src/layers/ScipFileReader.js"
import { ScipReader } from "../../src/services/ScipReader.js"
import { flattened, makeParts } from "./scip/batchParts.js"
import { arbitraryIndex, decode, encode, type Rows, rows } from "./scip/oracle.js"

const Live = ScipFileReader.layer.pipe(Layer.provideMerge(NodeContext.layer))

const fixture = (name: string) => fileURLToPath(new URL(`../fixtures/scip/${name}`, import.meta.url))

const written = (...bytes: ReadonlyArray<Uint8Array>) =>
  Effect.gen(function*() {
    const fs = yield* FileSystem.FileSystem
    const file = yield* fs.makeTempFileScoped()
    yield* fs.writeFile(file, Buffer.concat(bytes))
    return file
  })

const rowsOf = (parts: ReadonlyArray<ScipPart>): Rows => ({
  documents: parts.flatMap((part) =>
    part._tag === "External" ? [] : [{
      relPath: part.relPath,
      occurrences: Array.from(part.occurrences.symbols, (symbol, index) => ({
        symbol,
        range: [...part.occurrences.ranges.subarray(4 * index, 4 * index + 4)],
        roles: part.occurrences.roles[index] ?? NaN
      })),
      symbols: part.symbols
    }]
  ),
  external: parts.flatMap((part) => part._tag === "External" ? part.symbols : [])
})

const pathsOf = (bytes: Uint8Array) => decode(bytes).documents.map(({ relativePath }) => relativePath)

const metadata = encode({ metadata: { projectRoot: "file:///r" } })
const occurrence = (symbol: string, range = [0, 0, 1]) => ({ symbol, range })
const document = (relativePath: string, ...symbols: ReadonlyArray<string>) =>
  encode({ documents: [{ relativePath, occurrences: symbols.map((symbol) => occurrence(symbol)) }] })

/** A message of raw fields. */
const message = (write: (writer: PbfWriter) => void) => {
  const writer = new PbfWriter()
  write(writer)
  return writer.finish().slice()
}

const documentOf = (write: (writer: PbfWriter) => void) =>
  message((index) =>
    index.writeMessage(2, (_, writer) => {
      writer.writeTag(1, 2)
      writer.writeString("a.py")
      write(writer)
    }, 0)
  )

/** Occurrence 1 of document 1, whose fields these are. */
const occurrenceOf = (write: (writer: PbfWriter) => void) =>
  documentOf((writer) => writer.writeMessage(2, (_, inner) => write(inner), 0))

/** Both ways to read say the same. */
const laws = (road: "parts" | "batches") => {
  const asParts = (read: ReadonlyArray<ScipPart | ScipBatch>): ReadonlyArray<ScipPart> => {
    const partsOfBatch = makeParts()
    return read.flatMap((each): ReadonlyArray<ScipPart> => each._tag === "Batch" ? partsOfBatch(each) : [each])
  }

  const partsOf = (
    path: string,
    documents: Iterable<string>,
    { base = "", root = "/nowhere" }: { readonly base?: string; readonly root?: string } = {}
  ) =>
    Effect.flatMap(
      ScipReader,
      (reader) => Stream.runCollect(reader[road]({ root }, { path, base, documents: new Set(documents) }))
    ).pipe(
      Effect.map((read) => asParts(Chunk.toReadonlyArray(read)))
    )

  const expectedOf = (bytes: Uint8Array): Rows => {
    const { documents, external } = rows(decode(bytes))
    return road === "parts" ? { documents, external } : {
      documents: documents.map((document) => ({ ...document, symbols: flattened(document.symbols) })),
      external
    }
  }

  const sameAsOracle = (...bytes: ReadonlyArray<Uint8Array>) =>
    Effect.gen(function*() {
      const whole = Buffer.concat(bytes)
      const read = yield* partsOf(yield* written(whole), pathsOf(whole))
      assert.deepStrictEqual(rowsOf(read), expectedOf(whole))
    }).pipe(Effect.scoped)

  /** Offset and problem of what is refused. */
  const refusal = (...bytes: ReadonlyArray<Uint8Array>) =>
    Effect.gen(function*() {
      const file = yield* written(...bytes)
      const error = yield* Effect.flip(partsOf(file, ["a.py"]))
      assert.strictEqual(error._tag, "ScipMalformed")
      assert.strictEqual(error.file, file)
      return [error.offset, error.problem] as const
    }).pipe(Effect.scoped)

  layer(Live, { excludeTestServices: true })(`ScipFileReader.${road}`, (it) => {
    it.effect("a real index gives the rows that the generated classes give", () =>
      Effect.gen(function*() {
        const fs = yield* FileSystem.FileSystem
        const bytes = yield* fs.readFile(fixture("example.scip"))
        const expected = expectedOf(bytes)
        assert.isAbove(expected.documents.length, 30)
        assert.isAbove(expected.external.length, 80)
        const read = yield* partsOf(fixture("example.scip"), pathsOf(bytes))
        assert.deepStrictEqual(rowsOf(read), expected)
      }))

    it.effect.prop(
      "so does every index that the schema allows; two messages, one after the other, are one index",
      [arbitraryIndex, arbitraryIndex],
      ([first, second]) => {
        const taken = new Set(first.documents.map(({ relativePath }) => relativePath))
        const documents = second.documents.filter(({ relativePath }) => !taken.has(relativePath))
        return sameAsOracle(encode(first), encode({ ...second, documents }))
      },
      { timeout: 60_000 }
    )

    it.effect("messages larger than what is read at once, and many small ones", () =>
      Effect.gen(function*() {
        const large = (relativePath: string) =>
          encode({ documents: [{ relativePath, symbols: [{ symbol: "s", documentation: ["x".repeat(3_000_000)] }] }] })
        const small = Array.from({ length: 5_000 }, (_, at) => document(`small/${at}.py`, `local ${at}`, "a", `b${at}`))
        const externals = Array.from({ length: 5_000 }, (_, at) => encode({ externalSymbols: [{ symbol: `e${at}` }] }))
        yield* sameAsOracle(metadata, large("1"), ...small, large("2"), ...externals)
      }))

    it.effect("metadata stands anywhere, numbers are packed or not, other fields are passed over", () =>
      Effect.gen(function*() {
        const odd = documentOf((writer) => {
          writer.writeTag(99, 0)
          writer.writeVarint(2 ** 40)
          writer.writeTag(98, 1)
          writer.writeFixed64(7)
          writer.writeTag(97, 5)
          writer.writeFixed32(7)
          writer.writeTag(96, 2)
          writer.writeString("unknown")
          writer.writeMessage(2, (_, inner) => {
            for (const number of [3, 5, 70_000]) {
              inner.writeTag(1, 0)
              inner.writeVarint(number)
            }
            inner.writeTag(2, 2)
            inner.writeString("s")
            // the last one counts
            inner.writeTag(2, 2)
            inner.writeString("t")
          }, 0)
        })
        const unknown = message((writer) => {
          writer.writeTag(50, 0)
          writer.writeVarint(1)
          writer.writeTag(51, 1)
          writer.writeFixed64(1)
          writer.writeTag(52, 5)
          writer.writeFixed32(1)
          writer.writeTag(53, 2)
          writer.writeString("x".repeat(40))
        })
        yield* sameAsOracle(odd, unknown, metadata)
        yield* sameAsOracle(metadata)
        assert.deepStrictEqual(yield* Effect.scoped(Effect.flatMap(written(metadata), (file) => partsOf(file, []))), [])
      }))

    it.effect("paths are those of the repository, and other documents are dropped", () =>
      Effect.scoped(Effect.gen(function*() {
        const file = yield* written(metadata, document("a.py", "s"), document("sub/b.py", "t"), document("c.py", "u"))
        const { documents } = rowsOf(yield* partsOf(file, ["src/a.py", "src/sub/b.py"], { base: "src/" }))
        assert.deepStrictEqual(documents.map(({ relPath }) => relPath), ["src/a.py", "src/sub/b.py"])
      })))

    it.effect("cut after any byte, an index is refused there, or it ends between two messages", () =>
      Effect.gen(function*() {
        const whole = Buffer.concat([
          metadata,
          document("a.py", "s", "local 3"),
          encode({ documents: [{ relativePath: "b.py", symbols: [{ symbol: "s", documentation: ["text"] }] }] }),
          encode({ externalSymbols: [{ symbol: "e".repeat(200) }] })
        ])
        const boundaries = new Map<number, number>()
        for (let end = 0; end <= whole.length; end++) {
          const cut = whole.subarray(0, end)
          const file = yield* written(cut)
          const outcome = yield* Effect.either(partsOf(file, ["a.py", "b.py"]))
          if (outcome._tag === "Right") boundaries.set(end, outcome.right.length)
          else {
            assert.strictEqual(outcome.left._tag, "ScipMalformed")
            assert.isAtMost(outcome.left.offset, end)
          }
        }
        assert.deepStrictEqual([...boundaries.values()], [0, 1, 2, 3])
        assert.deepStrictEqual([...boundaries.keys()].at(0), metadata.length)
        assert.deepStrictEqual([...boundaries.keys()].at(-1), whole.length)
      }).pipe(Effect.scoped))

    it.effect("what is no index is refused, with the byte", () =>
      Effect.gen(function*() {
        const start = metadata.length
        const bytes = (...values: ReadonlyArray<number>) => Uint8Array.from(values)
        const refused: ReadonlyArray<readonly [ReadonlyArray<Uint8Array>, number, string]> = [
          [[], 0, "the file is empty"],
          [[document("a.py", "s")], document("a.py", "s").length, "the file has no metadata"],
          [[Buffer.from("<!DOCTYPE html>\n")], 0, "unknown wire type 4"],
          [[metadata, bytes(0x12, 0x7f, 1)], start, "127 bytes, more than the file has"],
          [[metadata, bytes(0x12, 0xff, 0xff, 0xff, 0xff, 0x0f)], start, "4294967295 bytes, more than the file has"],
          [[metadata, bytes(0x10, 1)], start, "wire type 0 where bytes belong"],
          [[metadata, bytes(0x13)], start, "wire type 3 where bytes belong"],
          [[metadata, bytes(0x00, 1)], start, "no number of a field"],
          [[metadata, bytes(0x78)], start, "the file ends within a field"],
          [[metadata, new Uint8Array(30).fill(0xff)], start, "a number of more than 10 bytes"],
          [[metadata, bytes(0x78), new Uint8Array(30).fill(0xff)], start, "a number of more than 10 bytes"]
        ]
        for (const [given, offset, problem] of refused) {
          assert.deepStrictEqual(yield* refusal(...given), [offset, problem])
        }
      }))

    it.effect("what is wrong within a document is refused, with the byte", () =>
      Effect.gen(function*() {
        const range = (...numbers: ReadonlyArray<number>) =>
          occurrenceOf((writer) => writer.writePackedVarint(1, [...numbers]))
        const inDocument = metadata.length + 2
        // relative path, and head of the occurrence
        const inOccurrence = inDocument + 6 + 2
        const name = (...values: ReadonlyArray<number>) =>
          occurrenceOf((writer) => {
            writer.writePackedVarint(1, [0, 0, 1])
            writer.writeTag(2, 2)
            writer.writeBytes(Uint8Array.from(values))
          })
        const refused: ReadonlyArray<readonly [Uint8Array, number, string]> = [
          [range(), inOccurrence, "an occurrence whose range has 0 numbers"],
          [range(1, 2), inOccurrence, "an occurrence whose range has 2 numbers"],
          [range(1, 2, 3, 4, 5), inOccurrence + 6, "a range of more than 4 numbers"],
          [range(1, -2, 3), inOccurrence + 3, "position -2 in a range"],
          [range(1, 2, 2 ** 31 - 1), inOccurrence + 4, "position 2147483647 in a range"],
          [name(0xed, 0xa0, 0x80), inOccurrence + 7, "The encoded data was not valid for encoding utf-8"],
          [
            documentOf((writer) => {
              writer.writeTag(6, 0)
              writer.writeVarint(1)
            }),
            inDocument + 7,
            "position encoding 1; only UTF-16 is read"
          ],
          [
            documentOf((writer) => {
              writer.writeTag(2, 0)
              writer.writeVarint(1)
            }),
            inDocument + 7,
            "wire type 0 where bytes belong"
          ],
          [
            documentOf((writer) => {
              writer.writeTag(6, 2)
              writer.writeString("x")
            }),
            inDocument + 7,
            "wire type 2 where a number belongs"
          ],
          [documentOf((writer) => writer.writeTag(2, 3)), inDocument + 7, "wire type 3 where bytes belong"],
          [documentOf((writer) => writer.writeTag(9, 3)), inDocument + 7, "unknown wire type 3"],
          [
            documentOf((writer) => {
              writer.writeTag(9, 2)
              writer.writeVarint(100)
            }),
            inDocument + 7,
            "100 bytes, more than the message has"
          ],
          [documentOf((writer) => writer.writeTag(9, 5)), inDocument + 7, "the message ends within a value"]
        ]
        for (const [given, offset, problem] of refused) {
          assert.deepStrictEqual(yield* refusal(metadata, given, metadata), [offset, problem])
        }
        const second = document("a.py", "s")
        assert.deepStrictEqual(yield* refusal(metadata, second, second), [
          metadata.length + second.length + 2,
          "a.py has a second document"
        ])
        const unreadable = yield* Effect.flip(partsOf("/nowhere/index.scip", []))
        assert.match(unreadable.problem, /^it cannot be read \(.*NotFound/)
      }))

    it.effect.prop(
      "bytes that change anywhere end in rows or in a refusal, never in a defect",
      [FastCheck.nat(), FastCheck.nat(255)],
      ([at, value]) =>
        Effect.gen(function*() {
          const fs = yield* FileSystem.FileSystem
          const changed = Uint8Array.from(yield* fs.readFile(fixture("columns.scip")))
          changed[at % changed.length] = value
          const file = yield* written(changed)
          const outcome = yield* Effect.either(partsOf(file, ["plain.py", "wide.py", "wide_and_marked.py"]))
          if (outcome._tag === "Left") assert.strictEqual(outcome.left._tag, "ScipMalformed")
        }).pipe(Effect.scoped),
      { timeout: 60_000, fastCheck: { numRuns: 200 } }
    )

    it.effect("columns are code points, and a byte order mark is none", () =>
      Effect.gen(function*() {
        const fs = yield* FileSystem.FileSystem
        const files = ["plain.py", "wide.py", "wide_and_marked.py"]
        const { documents } = rowsOf(yield* partsOf(fixture("columns.scip"), files, { root: fixture("columns") }))
        let named = 0
        for (const { occurrences, relPath } of documents) {
          const text = (yield* fs.readFileString(fixture(`columns/${relPath}`))).replace(/^\ufeff/, "")
          const lines = text.split(/\r\n|\r|\n/).map((line) => [...line])
          for (const { range: [line = 0, start = 0, endLine, end = 0], symbol } of occurrences) {
            assert.strictEqual(endLine, line)
            const name = (lines[line] ?? []).slice(start, end).join("").normalize("NFKC")
            // the module itself stands before the first character
            if (symbol.endsWith("/__init__:")) assert.strictEqual(name, "")
            else if (!symbol.startsWith("local ")) {
              assert.match(symbol, new RegExp(`[/(\`.]${name}[\`.#()]`))
              named++
            }
          }
        }
        assert.isAbove(named, 25)
      }))

    it.effect("without the text, columns are those of the index", () =>
      Effect.gen(function*() {
        const fs = yield* FileSystem.FileSystem
        const bytes = yield* fs.readFile(fixture("columns.scip"))
        const read = yield* partsOf(fixture("columns.scip"), pathsOf(bytes))
        assert.deepStrictEqual(rowsOf(read).documents, expectedOf(bytes).documents)
      }))
  })
}

laws("parts")
laws("batches")
