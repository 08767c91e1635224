// @effect-diagnostics asyncFunction:off
/**
 * What bench:fidelity says of two databases: a row more, less or changed is found, and only what the source proves is
 * explained.
 */
import { DuckDBInstance } from "@duckdb/node-api"
import * as NodeContext from "@effect/platform-node/NodeContext"
import * as FileSystem from "@effect/platform/FileSystem"
import { assert, describe, it, layer } from "@effect/vitest"
import { Effect } from "effect"
import { compareDatabases } from "../../bench/fidelity/databases.js"
import {
  addUp,
  checkOrder,
  classify,
  type Difference,
  nothingAround,
  type Row,
  without
} from "../../bench/fidelity/differences.js"
import { compareDocuments } from "../../bench/fidelity/documents.js"
import { type Facts, nameOf, partsOf } from "../../bench/fidelity/rule.js"
import type { ScipOccurrences } from "../../src/domain/Scip.js"

const join = "scip-python python python-stdlib 3.10 posixpath/join()."
const dirname = "scip-python python python-stdlib 3.10 posixpath/dirname()."
const ours = (name: string) => `scip-python python Flask 0 \`pkg.a\`/${name}().`
const group = (of: string) => `scip-python python ${of} \`click.core\`/Group#`

const source = "from os.path import dirname, join as other\nfrom pkg.a import f\njoin(f)\nother(Group)\n"

const facts: Facts = { modules: new Set(["pkg.a"]), project: "Flask 0", textOf: () => source }

const occurrence = (symbol: string, startLine: number, startColumn: number, length: number): Row => ({
  view: "occurrences",
  relPath: "pkg/b.py",
  place: { startLine, startColumn, endLine: startLine, endColumn: startColumn + length },
  symbol,
  related: null,
  rest: "read"
})

const classes = (differences: ReadonlyArray<Difference>) => differences.map((each) => each.class)

/** The class of two symbols at one place. */
const classAt = (theirs: string, full: string, line: number, column: number, length: number) =>
  classes(classify({
    theirs: [occurrence(theirs, line, column, length)],
    full: [occurrence(full, line, column, length)]
  }, facts))

const symbolRow = (symbol: string, relPath: string | null, rest = "Function text"): Row => ({
  view: "symbols",
  relPath,
  place: null,
  symbol,
  related: null,
  rest
})

describe("the rule", () => {
  it("a description that stands from an earlier run from scratch is no other than that one", () => {
    const type = "scip-python python python-stdlib 3.11 builtins/type#"
    const [one, other] = [symbolRow(type, null, "Class type (parameter)"), symbolRow(type, null, "Class type (class)")]
    const pair = (theirs: Row, full: ReadonlyArray<Row>, was: boolean) =>
      classes(classify({ theirs: [theirs], full }, facts, { ...nothingAround, wasDescribed: () => was }))
    assert.deepStrictEqual(pair(one, [other], true), ["described before"])
    assert.deepStrictEqual(pair(one, [other], false), ["residue"])
    // one that is gone from scratch is no matter of words
    assert.deepStrictEqual(pair(one, [], true), ["residue"])
    assert.deepStrictEqual(pair({ ...one, relPath: "a.py" }, [{ ...other, relPath: "a.py" }], true), ["residue"])
  })

  it("a class is shown as the first reference has it, and nothing else is excused by that", () => {
    const error = "scip-python python python-stdlib 3.11 builtins/ValueError#"
    const row = (code: string, more = "") =>
      symbolRow(error, null, `Class ValueError \`\`\`python\n${code}\n\`\`\`${more}`)
    const pair = (one: Row, other: Row) => classes(classify({ theirs: [one], full: [other] }, facts))
    const [named, called] = ["(class) ValueError", "class ValueError(*args: object)"]
    assert.deepStrictEqual(pair(row(named), row(called)), ["called or named"])
    assert.deepStrictEqual(pair(row(called), row(named)), ["called or named"])
    assert.deepStrictEqual(pair(row(called), row("class ValueError(x)")), ["residue"])
    assert.deepStrictEqual(pair(row(named), row("class OSError()")), ["residue"])
    assert.deepStrictEqual(pair(row(named, "a"), row(called, "b")), ["residue"])
    assert.deepStrictEqual(pair({ ...row(named), relPath: "a.py" }, { ...row(called), relPath: "a.py" }), ["residue"])
  })

  it("reads the parts of symbols", () => {
    assert.deepStrictEqual(partsOf(ours("f")), { package: "Flask 0", module: "pkg.a", descriptors: "`pkg.a`/f()." })
    assert.strictEqual(partsOf("local 1"), undefined)
    assert.strictEqual(nameOf(join), "join")
    assert.strictEqual(nameOf("scip-python python Flask 0 `pkg.a`/__init__:"), "pkg.a".split(".").at(-1))
  })

  it("explains a full run's symbol that the source does not name", () => {
    assert.deepStrictEqual(classAt(join, dirname, 3, 1, 4), ["misnamed"])
  })

  it("explains no symbol of the full run that the source does name", () => {
    assert.deepStrictEqual(classAt(dirname, join, 3, 1, 4), ["residue"])
  })

  it("explains no other name of the project, nor a local symbol", () => {
    assert.deepStrictEqual(classAt(ours("f"), ours("g"), 3, 6, 1), ["residue"])
    assert.deepStrictEqual(classAt("local at 3:1", dirname, 3, 1, 4), ["residue"])
  })

  it("explains no alias: its symbol has another name by right", () => {
    assert.deepStrictEqual(classAt(dirname, join, 4, 1, 5), ["residue"])
  })

  it("explains another package's class that is given to the project, if the project has no such module", () => {
    assert.deepStrictEqual(classAt(group("click 8.1"), group("Flask 0"), 4, 7, 5), ["misattributed"])
    assert.deepStrictEqual(classAt(group("Flask 0"), group("click 8.1"), 4, 7, 5), ["misattributed"])
    const has: Facts = { ...facts, modules: new Set(["click.core"]) }
    const sides = { theirs: [occurrence(group("click 8.1"), 4, 7, 5)], full: [occurrence(group("Flask 0"), 4, 7, 5)] }
    assert.deepStrictEqual(classes(classify(sides, has)), ["residue"])
    assert.deepStrictEqual(classAt(group("click 8.1"), group("werkzeug 3"), 4, 7, 5), ["residue"])
  })

  it("explains no row that one side alone has", () => {
    assert.deepStrictEqual(classes(classify({ theirs: [], full: [occurrence(dirname, 3, 1, 4)] }, facts)), ["residue"])
  })

  it("explains the description of a symbol by its occurrences if all of them are explained", () => {
    const sides = {
      theirs: [occurrence(join, 3, 1, 4)],
      full: [occurrence(dirname, 3, 1, 4), symbolRow(dirname, null)]
    }
    const around = (full: number) => ({ ...nothingAround, occurrencesOf: () => ({ theirs: 0, full }) })
    assert.deepStrictEqual(classes(classify(sides, facts, around(1))), ["misnamed", "described with it"])
    assert.deepStrictEqual(classes(classify(sides, facts, around(2))), ["misnamed", "residue"])
  })

  it("explains a description that the other side has elsewhere, word for word", () => {
    const sides = { theirs: [symbolRow(ours("f"), "pkg/b.py")], full: [] }
    const around = (is: boolean) => ({ ...nothingAround, isDescribed: () => is })
    assert.deepStrictEqual(classes(classify(sides, facts, around(true))), ["described elsewhere"])
    assert.deepStrictEqual(classes(classify(sides, facts, around(false))), ["residue"])
  })
})

describe("--check-order", () => {
  const [stable, unstable] = [occurrence(ours("f"), 3, 6, 1), occurrence(ours("g"), 4, 1, 5)]
  const differences = classify({ theirs: [], full: [stable, unstable] }, facts)

  it("accepts a row that a second run from scratch has not either, and no other", () => {
    assert.deepStrictEqual(classes(checkOrder(differences, { full: [unstable], theirs: [] })), [
      "residue",
      "differs by order"
    ])
  })

  it("accepts a row that the full run has not only if the second one has it", () => {
    const extra = classify({ theirs: [stable, unstable], full: [] }, facts)
    assert.deepStrictEqual(classes(checkOrder(extra, { full: [], theirs: [unstable] })), [
      "residue",
      "differs by order"
    ])
  })
})

describe("counts of a document", () => {
  const document = (occurrences: number, symbols: number): Row => ({
    ...symbolRow("", "pkg/b.py", `${occurrences} occurrences, ${symbols} descriptions`),
    view: "scip_documents"
  })
  const pair = (theirs: Row, full: Row): Difference => ({ class: "residue", theirs, full })
  const elsewhere: Difference = {
    class: "described elsewhere",
    theirs: symbolRow(ours("f"), "pkg/b.py"),
    full: undefined
  }

  it("are explained when the rows that are explained make up the difference", () => {
    assert.deepStrictEqual(classes(addUp([pair(document(3, 2), document(3, 1)), elsewhere])), [
      "adds up",
      "described elsewhere"
    ])
  })

  it("are not when they do not add up, or one of the rows is residue", () => {
    assert.strictEqual(classes(addUp([pair(document(3, 3), document(3, 1)), elsewhere]))[0], "residue")
    assert.strictEqual(classes(addUp([pair(document(4, 2), document(3, 1)), elsewhere]))[0], "residue")
    const residue: Difference = { ...elsewhere, class: "residue" }
    assert.strictEqual(classes(addUp([pair(document(3, 2), document(3, 1)), residue]))[0], "residue")
  })
})

describe("documents", () => {
  const index = (symbols: ReadonlyArray<string>): ReadonlyMap<string, ScipOccurrences> =>
    new Map([["pkg/b.py", {
      symbols,
      ranges: Int32Array.from(symbols.flatMap((_, at) => [at, 0, at, 4])),
      roles: Int32Array.from(symbols.map(() => 8))
    }]])
  const differ = (theirs: ReadonlyArray<string>, full: ReadonlyArray<string>) =>
    compareDocuments(index(theirs), index(full), facts).differences.length

  it("are equal when their locals stand in the same places, whatever their numbers", () => {
    assert.strictEqual(
      differ(["local 3", ours("f"), "local 0", "local 3"], ["local 0", ours("f"), "local 1", "local 0"]),
      0
    )
    assert.strictEqual(
      differ(["local 0", ours("f"), "local 0", "local 1"], ["local 0", ours("f"), "local 0", "local 0"]),
      1
    )
  })

  it("differ in what is missing, too many, or twice", () => {
    assert.strictEqual(differ([ours("f")], [ours("f"), ours("g")]), 1)
    assert.strictEqual(compareDocuments(new Map(), index([ours("f"), join]), facts).differences.length, 2)
    const row = occurrence(join, 1, 1, 4)
    assert.lengthOf(without([row, row], [row]), 1)
  })
})

const database = Effect.fnUntraced(function*(file: string, changes: ReadonlyArray<string>) {
  yield* Effect.promise(async () => {
    const instance = await DuckDBInstance.create(file)
    const connection = await instance.connect()
    const sql = [
      "CREATE TABLE files (rel_path VARCHAR, module_name VARCHAR)",
      "CREATE TABLE scip_documents (document_id INTEGER, rel_path VARCHAR, occurrences INTEGER, symbols INTEGER)",
      `CREATE TABLE symbols (symbol_id BIGINT, symbol VARCHAR, kind VARCHAR, display_name VARCHAR, rel_path VARCHAR,
        documentation VARCHAR, enclosing_symbol VARCHAR)`,
      `CREATE TABLE occurrences (rel_path VARCHAR, symbol VARCHAR, start_line INTEGER, start_column INTEGER,
        end_line INTEGER, end_column INTEGER, is_definition BOOLEAN, is_import BOOLEAN, is_read BOOLEAN,
        is_write BOOLEAN)`,
      `CREATE TABLE relationships (symbol VARCHAR, related_symbol VARCHAR, is_reference BOOLEAN,
        is_implementation BOOLEAN, is_type_definition BOOLEAN, is_definition BOOLEAN)`,
      "INSERT INTO files VALUES ('pkg/a.py', 'pkg.a'), ('pkg/b.py', 'pkg.b')",
      "INSERT INTO scip_documents VALUES (1, 'pkg/b.py', 3, 1)",
      `INSERT INTO symbols VALUES (1, '${ours("f")}', 'Function', 'f', 'pkg/b.py', NULL, NULL),
        (-1, 'local 0', NULL, NULL, 'pkg/b.py', 'x', NULL)`,
      `INSERT INTO occurrences VALUES ('pkg/b.py', '${ours("f")}', 1, 1, 1, 2, true, false, false, false),
        ('pkg/b.py', 'local 0', 2, 1, 2, 2, false, false, true, false),
        ('pkg/b.py', 'local 1', 2, 5, 2, 6, false, false, true, false)`,
      `INSERT INTO relationships VALUES ('${ours("f")}', '${ours("g")}', true, false, false, false)`,
      ...changes
    ]
    for (const each of sql) await connection.run(each)
    connection.closeSync()
    instance.closeSync()
  })
  return file
})

layer(NodeContext.layer, { excludeTestServices: true })("databases", (it) => {
  const differences = Effect.fnUntraced(function*(changes: ReadonlyArray<string>, ofOther?: ReadonlyArray<string>) {
    const fs = yield* FileSystem.FileSystem
    const directory = yield* fs.makeTempDirectoryScoped()
    const theirs = yield* database(`${directory}/theirs.duckdb`, changes)
    const full = yield* database(`${directory}/full.duckdb`, [])
    const other = ofOther === undefined ? {} : { other: yield* database(`${directory}/other.duckdb`, ofOther) }
    const compared = yield* compareDatabases({ theirs, full, ...other }, () => source)
    assert.strictEqual(compared.rows, 7)
    return compared.differences.map((each) => `${(each.full ?? each.theirs)?.view} ${each.class}`)
  })

  it.scoped("are equal but for numbers of documents, symbols and locals", () =>
    Effect.gen(function*() {
      assert.deepStrictEqual(
        yield* differences([
          "UPDATE scip_documents SET document_id = 7",
          "UPDATE symbols SET symbol_id = symbol_id * 3",
          "UPDATE symbols SET symbol = 'local 5' WHERE symbol = 'local 0'",
          "UPDATE occurrences SET symbol = 'local 5' WHERE symbol = 'local 0'"
        ]),
        []
      )
    }))

  it.scoped.each(
    [
      ["UPDATE scip_documents SET symbols = 2", ["scip_documents residue"]],
      ["DELETE FROM scip_documents", ["scip_documents residue"]],
      ["UPDATE symbols SET documentation = 'other' WHERE symbol_id = 1", ["symbols residue"]],
      ["DELETE FROM symbols WHERE symbol_id = -1", ["symbols residue"]],
      ["UPDATE occurrences SET symbol = 'local 0' WHERE symbol = 'local 1'", ["occurrences residue"]],
      ["DELETE FROM occurrences WHERE start_line = 1", ["occurrences residue"]],
      ["UPDATE occurrences SET is_read = false WHERE start_column = 5", ["occurrences residue", "occurrences residue"]],
      ["INSERT INTO occurrences SELECT * FROM occurrences WHERE start_line = 1", ["occurrences residue"]],
      ["UPDATE relationships SET is_implementation = true", ["relationships residue", "relationships residue"]],
      ["DELETE FROM relationships", ["relationships residue"]]
    ] as const
  )("differ after %s", ([change, expected]) =>
    Effect.gen(function*() {
      assert.deepStrictEqual(yield* differences([change]), [...expected])
    }))
})
