/** What an increment asks of earlier runs, and what a run that goes on from one leaves. */
import { assert, describe, layer } from "@effect/vitest"
import { Effect, Option, Stream } from "effect"
import type { ScipPart, ScipSymbol } from "../../../src/domain/Scip.js"
import type { ImportFacts } from "../../../src/domain/SyntaxFacts.js"
import type { RunFile, ToolRun } from "../../../src/domain/ToolRun.js"
import * as MemoryWarehouse from "../../../src/layers/testing/MemoryWarehouse.js"
import type { ScipRun } from "../../../src/services/Warehouse.js"
import { reading, rowsOf, writing } from "./laws.js"
import { facts, link, measured, module, record, toolRun } from "./rows.js"

let databases = 0
const fresh = () => `database ${databases++}`

const a = "scip-python python p 0 `p.a`/"
const b = "scip-python python p 0 b/"
const lib = "scip-python python lib 1 lib/"

const information = (symbol: string, given: Partial<ScipSymbol> = {}): ScipSymbol => ({
  symbol,
  kind: 0,
  displayName: "",
  documentation: [],
  enclosingSymbol: "",
  relationships: [],
  ...given
})

const related = (relatedSymbol: string) => ({
  relatedSymbol,
  isReference: false,
  isImplementation: true,
  isTypeDefinition: false,
  isDefinition: false
})

/** An occurrence a line: the symbol and its roles. */
const document = (
  relPath: string,
  occurrences: ReadonlyArray<readonly [string, number]>,
  symbols: ReadonlyArray<ScipSymbol> = []
): ScipPart => ({
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

const scipRun = (runId: string, parts: ReadonlyArray<ScipPart>, given: Partial<ScipRun> = {}): ScipRun => ({
  run: toolRun("scip-python", { runId }),
  files: [],
  parts: Stream.fromIterable(parts),
  ...given
})

const ingest = (file: string, run: ScipRun, modules = [module("a.py")]) =>
  writing(file, (connection) =>
    Effect.zipRight(
      connection.writeScipRun(run),
      connection.finishSnapshot(record(`of ${run.run.runId}`, { modules, runs: [link(run.run)] }))
    ))

layer(MemoryWarehouse.layer)("scipReader", (it) => {
  describe("findBase", () => {
    const path = (n: number) => `${n}.py`
    const state = (versions: string) => [...versions].map((version, n) => module(path(n), version))

    /** A run of the files in these versions, one character each, as the latest snapshot. */
    const ran = (
      file: string,
      versions: string,
      given: Partial<ToolRun> = {},
      files: ReadonlyArray<RunFile> = state(versions).map(({ relPath }) => measured(relPath))
    ) =>
      ingest(
        file,
        {
          ...scipRun(given.runId ?? versions, []),
          run: toolRun("scip-python", { runId: versions, baseKey: Option.some("base"), ...given }),
          files
        },
        state(versions)
      )

    const found = (file: string, versions: string, baseKey = "base") =>
      reading(file, (connection) =>
        connection.findBase(
          "scip-python",
          baseKey,
          new Map(state(versions).map(({ contentHash, relPath }) => [relPath, contentHash]))
        ))

    const idOf = (file: string, versions: string, baseKey?: string) =>
      Effect.map(found(file, versions, baseKey), (base) => Option.getOrNull(Option.map(base, ({ runId }) => runId)))

    it.effect("is the run whose files are most alike, of several the newest", () =>
      Effect.gen(function*() {
        const file = fresh()
        yield* ran(file, "1111")
        yield* ran(file, "1122")
        yield* ran(file, "2222")
        assert.strictEqual(yield* idOf(file, "1113"), "1111")
        assert.strictEqual(yield* idOf(file, "3322"), "2222")
        assert.strictEqual(yield* idOf(file, "1123"), "1122")
        assert.strictEqual(yield* idOf(file, "4444"), "2222")
        assert.deepStrictEqual(
          yield* found(file, "1113"),
          Option.some({
            runId: "1111",
            modules: new Map([0, 1, 2, 3].map((n) => [path(n), "1"])),
            unmeasured: new Map()
          })
        )
      }))

    it.effect("is one of the newest eight", () =>
      Effect.gen(function*() {
        const file = fresh()
        yield* ran(file, "1111")
        for (let n = 0; n < 7; n++) yield* ran(file, `222${n}`)
        assert.strictEqual(yield* idOf(file, "1111"), "1111")
        yield* ran(file, "2229")
        assert.notStrictEqual(yield* idOf(file, "1111"), "1111")
      }))

    it.effect("has this base key, this tool, and is whole or partial", () =>
      Effect.gen(function*() {
        const file = fresh()
        yield* ran(file, "1111", { baseKey: Option.some("another") })
        yield* ran(file, "1112", { baseKey: Option.none() })
        yield* ran(file, "1113", { status: "failed" })
        yield* ran(file, "1114", { tool: "scip-typescript" })
        assert.isNull(yield* idOf(file, "1111"))
        assert.strictEqual(yield* idOf(file, "1111", "another"), "1111")
        yield* ran(file, "3333", { status: "partial" })
        assert.strictEqual(yield* idOf(file, "1111"), "3333")
      }))

    it.effect("leaves out what was not measured, and says what it was", () =>
      Effect.gen(function*() {
        const file = fresh()
        yield* ran(file, "123", { status: "partial" }, [
          measured(path(0)),
          { relPath: path(1), measured: Option.some(false), reason: Option.some("it died") }
        ])
        assert.deepStrictEqual(
          yield* found(file, "123"),
          Option.some({
            runId: "123",
            modules: new Map([[path(0), "1"]]),
            unmeasured: new Map([[path(1), "2"]])
          })
        )
        // what is alike counts only where it was measured
        yield* ran(file, "144")
        yield* ran(file, "923", { runId: "partial", status: "partial" }, [measured(path(0))])
        assert.strictEqual(yield* idOf(file, "123"), "144")
      }))
  })

  it.effect("sources and imports of contents; a content without imports has an entry, one that is not known has none", () =>
    Effect.gen(function*() {
      const file = fresh()
      const imports: ReadonlyArray<ImportFacts> = [
        { module: "", level: 2, names: ["x", "it's"], line: 1 },
        { module: "a.b", level: 0, names: [], line: 2 }
      ]
      yield* writing(file, (connection) =>
        connection.writeSyntax([
          { contentHash: "1", source: "from .. import x\0\r\n", facts: facts({ imports }) },
          { contentHash: "2", source: "", facts: facts() },
          { contentHash: "3", source: "never asked for", facts: facts({ imports }) }
        ]))
      const asked = yield* reading(
        file,
        (connection) =>
          Effect.all([connection.sources(["1", "2", "9"]), connection.imports(["1", "2", "9"]), connection.imports([])])
      )
      assert.deepStrictEqual(asked[0], new Map([["1", "from .. import x\0\r\n"], ["2", ""]]))
      assert.deepStrictEqual([...asked[1].keys()].sort(), ["1", "2"])
      assert.sameDeepMembers([...asked[1].get("1") ?? []], [...imports])
      assert.deepStrictEqual(asked[1].get("2"), [])
      assert.deepStrictEqual(asked[2], new Map())
    }))

  describe("of the documents of a run", () => {
    const parts = [
      document("a.py", [[`${a}f().`, 1], [`${a}f().`, 8], ["local 0", 1]], [
        information(`${a}__init__:`),
        information(`${a}f().`, {
          documentation: ["one", "two"],
          relationships: [related(`${b}z#`), related(`${b}y#`)]
        }),
        information("local 0", { documentation: ["mine"] })
      ]),
      document("b.py", [[`${b}g().`, 1], [`${a}f().`, 8]], [information(`${a}f().`, { documentation: ["again"] })]),
      document("c.py", [[`${lib}f().`, 8]]),
      external(information(`${lib}f().`, { documentation: ["told"] }))
    ]
    const stored = Effect.gen(function*() {
      const file = fresh()
      yield* ingest(file, scipRun("one", parts))
      // another run, of which nothing must be seen
      yield* ingest(
        file,
        scipRun("two", [document("d.py", [[`${a}f().`, 1], [`${a}h().`, 1]], [
          information(`${a}f().`, { documentation: ["of two"] })
        ])])
      )
      return file
    })

    it.effect("scipSymbols: what is said of symbols, with what they are related to", () =>
      Effect.gen(function*() {
        const file = yield* stored
        const found = yield* reading(file, (connection) => connection.scipSymbols("one", ["a.py", "c.py", "d.py"]))
        const own = (found.get("a.py") ?? []).filter(({ symbol }) => !symbol.startsWith("local "))
        assert.deepStrictEqual([...found.keys()], ["a.py"])
        assert.deepStrictEqual(
          own.map(({ documentation, relationships, symbol }) => [
            symbol,
            documentation,
            relationships.map(({ relatedSymbol }) => relatedSymbol)
          ]),
          [[`${a}__init__:`, [""], []], [`${a}f().`, ["one\n\ntwo"], [`${b}y#`, `${b}z#`]]]
        )
      }))

    it.effect("scipUses: where symbols occur or are described; the external ones are in no file", () =>
      Effect.gen(function*() {
        const file = yield* stored
        const uses = yield* reading(
          file,
          (connection) => connection.scipUses("one", [`${a}f().`, `${b}g().`, `${lib}f().`, "nobody's"])
        )
        assert.sameDeepMembers([...uses], [
          { symbol: `${a}f().`, relPath: "a.py", isDefined: true, isDescribed: true },
          { symbol: `${a}f().`, relPath: "b.py", isDefined: false, isDescribed: true },
          { symbol: `${b}g().`, relPath: "b.py", isDefined: true, isDescribed: false },
          { symbol: `${lib}f().`, relPath: "c.py", isDefined: false, isDescribed: false }
        ])
        assert.deepStrictEqual(yield* reading(file, (connection) => connection.scipUses("one", [])), [])
      }))

    it.effect("scipModuleSymbols: those that occur and are of these modules, and in how many files", () =>
      Effect.gen(function*() {
        const file = yield* stored
        const of = (...modules: ReadonlyArray<string>) =>
          reading(file, (connection) => connection.scipModuleSymbols("one", modules))
        assert.deepStrictEqual(yield* of(a), new Map([[`${a}f().`, 2]]))
        assert.deepStrictEqual(yield* of(b, lib), new Map([[`${b}g().`, 1], [`${lib}f().`, 1]]))
        assert.deepStrictEqual(yield* of("scip-python python p 0 `p`/"), new Map())
        assert.deepStrictEqual(yield* of(), new Map())
      }))

    it.effect("scipOccurring: the symbols that occur in a file, each once", () =>
      Effect.gen(function*() {
        const file = yield* stored
        const found = yield* reading(file, (connection) => connection.scipOccurring("one", ["a.py", "b.py", "d.py"]))
        assert.deepStrictEqual(
          new Map([...found].map(([relPath, symbols]) => [
            relPath,
            symbols.filter((symbol) => !symbol.startsWith("local ")).sort()
          ])),
          new Map([["a.py", [`${a}f().`]], ["b.py", [`${a}f().`, `${b}g().`].sort()]])
        )
      }))
  })

  describe("a run that goes on from another", () => {
    const class_ = `${lib}C#`
    const before = [
      document("a.py", [[`${a}f().`, 1]]),
      document("b.py", [[`${class_}m().`, 8]]),
      document("c.py", [[`${lib}gone().`, 8]]),
      external(
        information(class_, { documentation: ["as it was told first"] }),
        information(`${lib}gone().`),
        information(`${lib}never().`),
        information("local 3")
      )
    ]
    const relPaths = (file: string) =>
      rowsOf(file, "SELECT rel_path FROM scip_documents WHERE rel_path IS NOT NULL ORDER BY 1")
    const told = (file: string) =>
      rowsOf(file, "SELECT symbol, documentation FROM symbols WHERE rel_path IS NULL ORDER BY 1")

    it.effect("has the documents that stand, and of the first run no more", () =>
      Effect.gen(function*() {
        const file = fresh()
        yield* ingest(file, scipRun("one", before))
        yield* ingest(
          file,
          scipRun("two", [document("a.py", [[`${a}g().`, 1]])], {
            standing: { runId: "one", relPaths: ["b.py", "never there"] }
          })
        )
        assert.deepStrictEqual(yield* relPaths(file), [["a.py"], ["b.py"]])
        assert.deepStrictEqual(yield* rowsOf(file, "SELECT rel_path, symbol FROM occurrences ORDER BY 1"), [
          ["a.py", `${a}g().`],
          ["b.py", `${class_}m().`]
        ])
        // stored once, linked twice
        assert.deepStrictEqual(
          yield* rowsOf(
            file,
            `SELECT count(*), count(DISTINCT document_id) FROM core.scip_run_documents WHERE rel_path = 'b.py'`
          ),
          [[2, 1]]
        )
      }))

    it.effect("keeps the external symbols that its documents refer to, or to something in them", () =>
      Effect.gen(function*() {
        const file = fresh()
        yield* ingest(file, scipRun("one", before, { externals: "referenced" }))
        assert.deepStrictEqual(yield* told(file), [[class_, "as it was told first"], [`${lib}gone().`, null]])

        yield* ingest(
          file,
          scipRun("two", [
            document("a.py", [[`${lib}new().`, 8]]),
            external(
              information(class_, { documentation: ["a later text"] }),
              information(`${lib}new().`, { documentation: ["z"] }),
              information(`${lib}new().`, { documentation: ["b"] }),
              information(`${lib}never().`)
            )
          ], { externals: "referenced", standing: { runId: "one", relPaths: ["b.py"] } })
        )
        assert.deepStrictEqual(yield* told(file), [[class_, "as it was told first"], [`${lib}new().`, "b"]])
      }))

    it.effect("keeps the description of a module, which a variable of it has, as long as one is referred to", () =>
      Effect.gen(function*() {
        const file = fresh()
        const math = "scip-python python python-stdlib 3.11 math/"
        const colors = "scip-python python python-stdlib 3.11 colorsys/"
        const ceil: readonly [string, number] = [`${math}ceil().`, 8]
        yield* ingest(
          file,
          scipRun("one", [
            document("a.py", [[`${math}pi.pi.`, 8], [`${colors}rgb_to_hls().`, 8]]),
            document("b.py", [ceil]),
            external(
              information(math, { documentation: ["pi: float"] }),
              information(`${math}pi.`),
              information(colors)
            )
          ], { externals: "referenced" })
        )
        const described = [[colors, null], [math, "pi: float"], [`${math}pi.`, null]]
        assert.deepStrictEqual(yield* told(file), described)

        const b = { standing: { runId: "one", relPaths: ["b.py"] }, externals: "referenced" } as const
        yield* ingest(
          file,
          scipRun("two", [document("a.py", [[`${math}pi.pi.`, 8], [`${colors}rgb_to_hls().`, 8], ceil])], b)
        )
        assert.deepStrictEqual(yield* told(file), described)

        // that of colorsys had no variable before
        yield* ingest(file, scipRun("three", [document("a.py", [[`${colors}rgb_to_hls().`, 8]])], b))
        assert.deepStrictEqual(yield* told(file), [[colors, null]])
      }))

    it.effect("has all that it is told where nothing is said of them, and none of the run before", () =>
      Effect.gen(function*() {
        const file = fresh()
        yield* ingest(file, scipRun("one", before))
        assert.lengthOf(yield* told(file), 4)
        yield* ingest(
          file,
          scipRun("two", [external(information(`${lib}never().`))], {
            standing: { runId: "one", relPaths: ["b.py"] }
          })
        )
        assert.deepStrictEqual(yield* told(file), [[`${lib}never().`, null]])
      }))
  })
})
