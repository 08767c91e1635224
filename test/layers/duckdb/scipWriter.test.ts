import * as NodeContext from "@effect/platform-node/NodeContext"
import * as FileSystem from "@effect/platform/FileSystem"
import { assert, layer } from "@effect/vitest"
import { Cause, Data, Deferred, Effect, Exit, FastCheck, Fiber, Layer, Stream } from "effect"
import { fileURLToPath } from "node:url"
import type { ScipPart, ScipSymbol } from "../../../src/domain/Scip.js"
import * as ScipFileReader from "../../../src/layers/ScipFileReader.js"
import * as MemoryWarehouse from "../../../src/layers/testing/MemoryWarehouse.js"
import { ScipReader } from "../../../src/services/ScipReader.js"
import type { ScipRun } from "../../../src/services/Warehouse.js"
import { decode, type DocumentRows, rows } from "../scip/oracle.js"
import { reading, rowsOf, writing } from "./laws.js"
import { link, measured, record, toolRun } from "./rows.js"

const Live = Layer.mergeAll(MemoryWarehouse.layer, ScipFileReader.layer).pipe(Layer.provideMerge(NodeContext.layer))

const example = fileURLToPath(new URL("../../fixtures/scip/example.scip", import.meta.url))

let databases = 0
const fresh = () => `database ${databases++}`

const information = (symbol: string, given: Partial<ScipSymbol> = {}): ScipSymbol => ({
  symbol,
  kind: 0,
  displayName: "",
  documentation: [],
  enclosingSymbol: "",
  relationships: [],
  ...given
})

const related = (relatedSymbol: string, given: Partial<ScipSymbol["relationships"][number]> = {}) => ({
  relatedSymbol,
  isReference: false,
  isImplementation: false,
  isTypeDefinition: false,
  isDefinition: false,
  ...given
})

/** An occurrence a line: the symbol and its roles. */
const document = (
  relPath: string,
  occurrences: ReadonlyArray<readonly [string, number]>,
  symbols: ReadonlyArray<ScipSymbol> = []
): Extract<ScipPart, { readonly _tag: "Document" }> => ({
  _tag: "Document",
  relPath,
  occurrences: {
    symbols: occurrences.map(([symbol]) => symbol),
    ranges: Int32Array.from(occurrences.flatMap((_, line) => [line, 4, line, 9])),
    roles: Int32Array.from(occurrences, ([, roles]) => roles)
  },
  symbols
})

const external = (...symbols: ReadonlyArray<ScipSymbol>): ScipPart => ({ _tag: "External", symbols })

const scipRun = (runId: string, ...parts: ReadonlyArray<ScipPart>): ScipRun => ({
  run: toolRun("scip-python", { runId }),
  files: [measured("a.py")],
  parts: Stream.fromIterable(parts)
})

/** Writes the run and makes it the one of the latest snapshot. */
const ingest = <E, R>(file: string, run: ScipRun<E, R>) =>
  writing(file, (connection) =>
    Effect.zipRight(
      connection.writeScipRun(run),
      connection.finishSnapshot(record(`of ${run.run.runId}`, { runs: [link(run.run)] }))
    ))

const tables = [
  "tool_runs",
  "run_files",
  "scip_documents",
  "scip_run_documents",
  "scip_symbols",
  "scip_symbol_information",
  "scip_occurrences",
  "scip_relationships"
]

const sizes = (file: string) =>
  Effect.map(
    rowsOf(file, `SELECT ${tables.map((table) => `(SELECT count(*) FROM core.${table})`).join(", ")}`),
    ([counts = []]) => Object.fromEntries(tables.map((table, index) => [table, counts[index]]))
  )

const text = (symbol: string) => symbol === "" ? null : symbol

const documentation = ({ documentation }: ScipSymbol) => documentation.length === 0 ? null : documentation.join("\n\n")

const occurrenceRows = ({ occurrences, relPath }: DocumentRows) =>
  occurrences.map(({ range, roles, symbol }) => [
    relPath,
    symbol,
    ...range.map((position) => position + 1),
    ...[1, 2, 8, 4].map((bit) => (roles & bit) !== 0)
  ])

const symbolRows = (relPath: string | null, symbols: ReadonlyArray<ScipSymbol>) =>
  symbols.map((each) => [each.symbol, relPath, documentation(each), text(each.enclosingSymbol)])

const relationshipRows = (symbols: ReadonlyArray<ScipSymbol>) =>
  symbols.flatMap(({ relationships, symbol }) =>
    relationships.map((each) => [
      symbol,
      each.relatedSymbol,
      each.isReference,
      each.isImplementation,
      each.isTypeDefinition,
      each.isDefinition
    ])
  )

const sorted = (all: ReadonlyArray<ReadonlyArray<unknown>>) => all.map((row) => JSON.stringify(row)).sort()

const everything = (file: string, sql: string) =>
  Effect.map(reading(file, (connection) => connection.query(sql)), ({ rows }) => sorted(rows))

layer(Live, { excludeTestServices: true })("writeScipRun", (it) => {
  it.effect(
    "a real index, read and stored, is what the generated classes say of it, row for row",
    () =>
      Effect.gen(function*() {
        const file = fresh()
        const bytes = yield* Effect.flatMap(FileSystem.FileSystem, (fs) => fs.readFile(example))
        const { documents, external } = rows(decode(bytes))
        const reader = yield* ScipReader
        yield* ingest(file, {
          ...scipRun("one"),
          parts: reader.parts({ root: "/nowhere" }, {
            path: example,
            base: "",
            documents: new Set(documents.map(({ relPath }) => relPath))
          })
        })

        assert.deepStrictEqual(
          yield* everything(file, "SELECT rel_path, occurrences, symbols FROM scip_documents"),
          sorted(documents.map(({ occurrences, relPath, symbols }) => [relPath, occurrences.length, symbols.length]))
        )
        assert.deepStrictEqual(yield* everything(file, "FROM occurrences"), sorted(documents.flatMap(occurrenceRows)))
        assert.deepStrictEqual(
          yield* everything(file, "SELECT symbol, rel_path, documentation, enclosing_symbol FROM symbols"),
          sorted([
            ...documents.flatMap(({ relPath, symbols }) => symbolRows(relPath, symbols)),
            ...symbolRows(null, external)
          ])
        )
        assert.deepStrictEqual(
          yield* everything(file, "FROM relationships"),
          sorted([...documents.flatMap(({ symbols }) => relationshipRows(symbols)), ...relationshipRows(external)])
        )
        assert.deepStrictEqual(
          yield* rowsOf(file, "SELECT DISTINCT kind FROM symbols WHERE symbol NOT LIKE 'local %' ORDER BY 1"),
          ["Class", "Function", "Method", "Module", "Namespace", "Parameter", "Variable"].map((kind) => [kind])
        )
        assert.deepStrictEqual(
          yield* rowsOf(
            file,
            "SELECT count(*) FROM symbols WHERE symbol NOT LIKE 'local %' AND (kind IS NULL OR display_name IS NULL)"
          ),
          [[0]]
        )
      }),
    { timeout: 60_000 }
  )

  it.effect("the columns that others rely on are these", () =>
    Effect.gen(function*() {
      const file = fresh()
      yield* ingest(file, scipRun("one"))
      const promised = {
        scip_documents: "document_id, rel_path, occurrences, symbols",
        symbols: "symbol_id, symbol, kind, display_name, rel_path, documentation, enclosing_symbol",
        occurrences: "rel_path, symbol, start_line, start_column, end_line, end_column, is_definition, is_import, " +
          "is_read, is_write",
        relationships: "symbol, related_symbol, is_reference, is_implementation, is_type_definition, is_definition"
      }
      for (const [view, columns] of Object.entries(promised)) {
        const result = yield* reading(file, (connection) => connection.query(`FROM ${view}`))
        assert.deepStrictEqual(result.columns.map(({ name }) => name).join(", "), columns)
        assert.deepStrictEqual(result.rows, [])
      }
    }))

  it.effect("documents and symbols are stored once, and the latest run alone is seen", () =>
    Effect.gen(function*() {
      const file = fresh()
      const a = document("a.py", [["a/", 1], ["local 0", 1], ["b/", 8]], [information("a/")])
      const b = document("b.py", [["b/", 1]], [information("b/", { relationships: [related("a/")] })])
      const len = information("len().", { documentation: ["length"] })
      yield* ingest(file, scipRun("one", a, b, external(len)))
      const first = yield* sizes(file)
      const ids = yield* rowsOf(file, "FROM core.scip_symbols ORDER BY symbol")
      assert.deepStrictEqual(first, {
        tool_runs: 1,
        run_files: 1,
        scip_documents: 3,
        scip_run_documents: 3,
        scip_symbols: 3,
        scip_symbol_information: 3,
        scip_occurrences: 4,
        scip_relationships: 1
      })

      // the same again, moved, and told of by two outputs
      const moved = { ...b, relPath: "c/b.py" }
      yield* ingest(
        file,
        scipRun("two", a, moved, document("b.py", [["d/", 1], ["a/", 8]]), external(len), external(len))
      )
      assert.deepStrictEqual(yield* sizes(file), {
        tool_runs: 2,
        run_files: 2,
        scip_documents: 4,
        scip_run_documents: 7,
        scip_symbols: 4,
        scip_symbol_information: 3,
        scip_occurrences: 6,
        scip_relationships: 1
      })
      assert.deepStrictEqual(yield* rowsOf(file, "FROM core.scip_symbols WHERE symbol <> 'd/' ORDER BY symbol"), ids)
      assert.deepStrictEqual(
        yield* rowsOf(file, "SELECT symbol_id FROM core.scip_symbols ORDER BY 1"),
        [[1], [2], [3], [4]]
      )
      assert.deepStrictEqual(
        yield* rowsOf(file, "SELECT rel_path, symbol, start_line FROM occurrences ORDER BY ALL"),
        [["a.py", "a/", 1], ["a.py", "b/", 3], ["a.py", "local 0", 2], ["b.py", "a/", 2], ["b.py", "d/", 1], [
          "c/b.py",
          "b/",
          1
        ]]
      )
      assert.deepStrictEqual(
        yield* rowsOf(file, "SELECT symbol, rel_path, documentation FROM symbols ORDER BY ALL"),
        [["a/", "a.py", null], ["b/", "c/b.py", null], ["len().", null, "length"]]
      )
      // one run that has nothing
      yield* ingest(file, scipRun("three"))
      assert.deepStrictEqual(yield* rowsOf(file, "SELECT count(*) FROM occurrences"), [[0]])
      yield* writing(file, (connection) =>
        connection.finishSnapshot(record("of one", { runs: [link(scipRun("one").run)] })))
      assert.deepStrictEqual(yield* rowsOf(file, "SELECT count(*) FROM occurrences"), [[4]])
    }))

  it.effect("any difference makes another document", () =>
    Effect.gen(function*() {
      const file = fresh()
      const occurrences = [["s", 1], ["t", 8]] as const
      const given = information("s", { relationships: [related("t")] })
      const moved = {
        ...document("moved", occurrences, [given]),
        occurrences: { symbols: ["s", "t"], ranges: new Int32Array(8), roles: Int32Array.of(1, 8) }
      }
      const different = [
        document("a", occurrences, [given]),
        document("roles", [["s", 1], ["t", 0]], [given]),
        document("symbol", [["s", 1], ["s", 8]], [given]),
        document("order", [["t", 1], ["s", 8]], [given]),
        moved,
        ...[
          { symbol: "t" },
          { kind: 7 },
          { displayName: "s" },
          { documentation: ["d"] },
          { documentation: ["d", ""] },
          { enclosingSymbol: "d" },
          { relationships: [] },
          ...["isReference", "isImplementation", "isTypeDefinition", "isDefinition"].map((flag) => ({
            relationships: [related("t", { [flag]: true })]
          }))
        ].map((change, index) => document(`described ${index}`, occurrences, [{ ...given, ...change }])),
        document("twice", occurrences, [given, given])
      ]
      yield* ingest(
        file,
        scipRun(
          "one",
          ...different,
          ...different.map((each) => ({ ...each, relPath: `${each.relPath}, again` }))
        )
      )
      assert.deepStrictEqual(
        yield* rowsOf(
          file,
          "SELECT count(*), count(DISTINCT document_id), count(DISTINCT rel_path) FROM scip_documents"
        ),
        [[2 * different.length, different.length, 2 * different.length]]
      )
    }))

  it.effect("a local symbol is another one in each document, and an external one of no document", () =>
    Effect.gen(function*() {
      const file = fresh()
      const local = information("local 3", { documentation: ["mine"], relationships: [related("local 0")] })
      yield* ingest(
        file,
        scipRun(
          "one",
          document("a.py", [["local 3", 1]], [local]),
          document("b.py", [["local 3", 1], ["local 0", 8]], [local, local]),
          external(local, information("local name"))
        )
      )
      assert.deepStrictEqual(
        yield* rowsOf(
          file,
          `SELECT rel_path, symbol, kind, display_name, count(*), count(DISTINCT symbol_id) FROM symbols
          GROUP BY ALL ORDER BY ALL`
        ),
        [
          ["a.py", "local 3", null, null, 1, 1],
          ["b.py", "local 3", null, null, 2, 1],
          [null, "local 3", null, null, 1, 1],
          [null, "local name", null, "name", 1, 1]
        ]
      )
      assert.deepStrictEqual(yield* rowsOf(file, "SELECT count(DISTINCT symbol_id) FROM symbols"), [[4]])
      assert.deepStrictEqual(
        yield* rowsOf(file, "SELECT rel_path, symbol FROM occurrences ORDER BY ALL"),
        [["a.py", "local 3"], ["b.py", "local 0"], ["b.py", "local 3"]]
      )
      assert.deepStrictEqual(
        yield* rowsOf(file, "SELECT DISTINCT symbol, related_symbol FROM relationships"),
        [["local 3", "local 0"]]
      )
    }))

  it.effect("kind and name are what the index says, else what the last descriptor tells", () =>
    Effect.gen(function*() {
      const file = fresh()
      const expected: ReadonlyArray<readonly [ScipSymbol, string | null, string | null]> = [
        [information("s p n 1 `a.b`/__init__:"), "Module", "a.b"],
        [information("s p n 1 a/__init__:"), "Module", "a"],
        [information("s p n 1 __future__/"), "Namespace", "__future__"],
        [information("s p n 1 `a.b`/C#"), "Class", "C"],
        [information("s p n 1 `a.b`/C#m()."), "Method", "m"],
        [information("s p n 1 `a.b`/C#m(+1)."), "Method", "m"],
        [information("s p n 1 `a.b`/C#`größe`()."), "Method", "größe"],
        [information("s p n 1 `a.b`/f()."), "Function", "f"],
        [information("s p n 1 `a.b`/C#m().inner()."), "Function", "inner"],
        [information("s p n 1 `a.b`/f().(x)"), "Parameter", "x"],
        [information("s p n 1 `a.b`/f().(`ü`)"), "Parameter", "ü"],
        [information("s p n 1 `a.b`/C#[T]"), "TypeParameter", "T"],
        [information("s p n 1 `a.b`/x."), "Variable", "x"],
        [information("s p n 1 `a.b`/C#`x``y#()`."), "Variable", "x`y#()"],
        [information("s p n 1 `a.b`/m!"), "Macro", "m"],
        [information("s p n 1 `a.b`/C#", { kind: 11, displayName: "see" }), "Enum", "see"],
        [information("s p n 1 `a.b`/C#", { kind: 86 }), "Concept", "C"],
        [information("s p n 1 `a.b`/C#", { kind: 83 }), "83", "C"],
        [information("s p n 1 `a.b`/C#", { kind: 4_000 }), "4000", "C"],
        [information("local 1"), null, null],
        [information("local 1", { kind: 61, displayName: "x" }), "Variable", "x"]
      ]
      yield* ingest(file, scipRun("one", document("a.py", [], expected.map(([symbol]) => symbol))))
      assert.deepStrictEqual(
        yield* everything(file, "SELECT symbol, kind, display_name FROM symbols"),
        sorted(expected.map(([{ symbol }, kind, name]) => [symbol, kind, name]))
      )
    }))

  it.effect("any text is kept, NUL and all, whether it was stored before or not", () =>
    Effect.gen(function*() {
      const file = fresh()
      const texts = [
        "",
        "a\0b",
        "'; DROP TABLE core.scip_symbols; --",
        "local 01",
        "local 99999999999",
        ...FastCheck.sample(FastCheck.string({ unit: "binary" }), 300)
      ]
      const all = [...new Set(texts)].map((text) => information(text, { documentation: [text], enclosingSymbol: text }))
      const run = (id: string, last: number) =>
        scipRun(id, document(`${id}\0.py`, all.map(({ symbol }) => [symbol, last] as const), all))
      yield* ingest(file, run("one", 1))
      const symbols = yield* everything(file, "FROM core.scip_symbols")
      yield* ingest(file, run("two", 2))
      assert.deepStrictEqual(yield* everything(file, "FROM core.scip_symbols"), symbols)
      assert.deepStrictEqual(
        yield* everything(file, "SELECT symbol, rel_path, documentation, enclosing_symbol FROM symbols"),
        sorted(symbolRows("two\0.py", all))
      )
      assert.deepStrictEqual(
        yield* everything(file, "SELECT symbol FROM occurrences"),
        sorted(all.map(({ symbol }) => [symbol]))
      )
    }))

  it.effect("the greatest numbers fit", () =>
    Effect.gen(function*() {
      const file = fresh()
      const most = 2 ** 31 - 2
      const part: ScipPart = {
        ...document("a.py", [["s", -(2 ** 31)]]),
        occurrences: {
          symbols: ["s"],
          ranges: Int32Array.of(most, most, most, most),
          roles: Int32Array.of(-(2 ** 31))
        }
      }
      yield* ingest(file, scipRun("one", part))
      assert.deepStrictEqual(
        yield* rowsOf(file, "SELECT start_line, start_column, end_line, end_column FROM occurrences"),
        [
          [most + 1, most + 1, most + 1, most + 1]
        ]
      )
    }))

  it.effect("more than is held at once", () =>
    Effect.gen(function*() {
      const file = fresh()
      const many = Array.from({ length: 100_000 }, (_, at) => [`s${at % 5_000}`, at % 2] as const)
      const large = ["a", "b", "c"].map((name) => document(name, [...many, [name, 1]]))
      const small = Array.from({ length: 5_000 }, (_, at) =>
        document(`small/${at}`, [[`t${at}`, 1]], [information(`t${at}`, { documentation: ["x".repeat(4_000)] })]))
      yield* ingest(file, scipRun("one", ...large, ...small))
      yield* ingest(file, scipRun("two", ...small, ...large))
      assert.deepStrictEqual(
        yield* rowsOf(
          file,
          `SELECT count(*), count(DISTINCT rel_path), count(DISTINCT symbol), sum(start_line), count(*) FILTER (is_definition)
          FROM occurrences`
        ),
        [[305_003, 5_003, 10_003, 3 * (100_001 * 100_002 / 2) + 5_000, 3 * 50_001 + 5_000]]
      )
      assert.deepStrictEqual(
        yield* rowsOf(
          file,
          "SELECT count(*), count(DISTINCT symbol), min(symbol_id), max(symbol_id) FROM core.scip_symbols"
        ),
        [[10_003, 10_003, 1, 10_003]]
      )
      assert.deepStrictEqual(
        yield* rowsOf(file, "SELECT count(*), count(DISTINCT content_hash), max(document_id) FROM core.scip_documents"),
        [[5_003, 5_003, 5_003]]
      )
    }), { timeout: 60_000 })

  class Broken extends Data.TaggedError("Broken") {}

  it.effect("what fails, dies or is interrupted leaves the state before", () =>
    Effect.gen(function*() {
      const file = fresh()
      const many = Array.from({ length: 3_000 }, (_, at) => document(`${at}.py`, [[`s${at}`, 1]]))
      yield* ingest(file, scipRun("one", document("a.py", [["a/", 1]])))
      const before = yield* sizes(file)

      const failing = { ...scipRun("two"), parts: Stream.concat(Stream.fromIterable(many), Stream.fail(new Broken())) }
      const failure = yield* Effect.flip(writing(file, (connection) => connection.writeScipRun(failing)))
      assert.strictEqual(failure._tag, "Broken")
      assert.deepStrictEqual(yield* sizes(file), before)

      const twice = yield* Effect.exit(
        writing(file, (connection) => connection.writeScipRun(scipRun("three", ...many, ...many.slice(7, 8))))
      )
      assert.deepStrictEqual(
        Exit.isFailure(twice) && Cause.isDie(twice.cause) ? Cause.pretty(twice.cause).split("\n")[0] : "",
        "RuntimeException: run three has 7.py twice"
      )
      assert.deepStrictEqual(yield* sizes(file), before)

      const reached = yield* Deferred.make<void>()
      const endless = {
        ...scipRun("four"),
        parts: Stream.concat(
          Stream.fromIterable(many),
          Stream.fromEffect(Effect.zipRight(Deferred.succeed(reached, undefined), Effect.never))
        )
      }
      const fiber = yield* Effect.fork(writing(file, (connection) => connection.writeScipRun(endless)))
      yield* Deferred.await(reached)
      yield* Fiber.interrupt(fiber)
      assert.deepStrictEqual(yield* sizes(file), before)

      // numbers that were given and rolled back are given again
      yield* ingest(file, scipRun("five", document("b.py", [["b/", 1]])))
      assert.deepStrictEqual(yield* rowsOf(file, "SELECT max(symbol_id), count(*) FROM core.scip_symbols"), [[2, 2]])
    }))

  it.effect("a connection opened for reading refuses, and reads no part", () =>
    Effect.gen(function*() {
      const file = fresh()
      yield* ingest(file, scipRun("one"))
      const parts = Stream.fromEffect(Effect.dieMessage("was read"))
      const refused = yield* Effect.flip(
        reading(file, (connection) => connection.writeScipRun({ ...scipRun("two"), parts }))
      )
      assert.strictEqual(refused.reason, "ReadOnly")
      assert.deepStrictEqual(
        yield* rowsOf(file, "SELECT run_id, rel_path, measured FROM core.run_files"),
        [["one", "a.py", true]]
      )
    }))
})
