/** The tools of `codeintel mcp`, asked by the SDK's own client, over repositories in memory. */
// @effect-diagnostics strictEffectProvide:off multipleEffectProvide:off
import * as NodePath from "@effect/platform-node/NodePath"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, Ref, Schema } from "effect"
import { SchemaAnswer, SqlAnswer } from "../../src/domain/Answers.js"
import { DeadCode } from "../../src/domain/DeadCode.js"
import { FindingList } from "../../src/domain/FindingList.js"
import type { Freshness } from "../../src/domain/Freshness.js"
import { Hotspots } from "../../src/domain/Hotspots.js"
import { Shown } from "../../src/domain/Show.js"
import { SymbolSearch } from "../../src/domain/SymbolSearch.js"
import { TestSelection } from "../../src/domain/TestSelection.js"
import * as TestRepository from "../../src/layers/testing/TestRepository.js"
import { dead } from "../../src/programs/dead.js"
import { hotspots } from "../../src/programs/hotspots.js"
import { mcpTools } from "../../src/programs/mcp.js"
import { renderDead } from "../../src/programs/render/dead.js"
import { renderShow } from "../../src/programs/render/show.js"
import { plain } from "../../src/programs/render/style.js"
import { show } from "../../src/programs/show.js"
import { Repositories } from "../../src/services/Repositories.js"
import { RepositoryLock } from "../../src/services/RepositoryLock.js"
import { diagnostic } from "../layers/duckdb/rows.js"
import { call, connected, textOf } from "../layers/mcpClient.js"
import * as World from "./ask/world.js"

const a = `class Box:
    def open(self):
        return helper(1)

def helper(n):
    return n
`

const b = `from a import helper

def use():
    helper(2)

def open():
    pass
`

const world: World.World = {
  sources: { "a.py": a, "b.py": b, "sub/c.py": "def use():\n    pass\n" },
  words: {
    "sub/c.py use": "sub.c/use().",
    Box: "a/Box#",
    helper: "a/helper().",
    use: "b/use().",
    "a.py open": "a/Box#open().",
    "b.py open": "b/open()."
  },
  missed: { "a.py": [6], "b.py": [] },
  diagnostics: [
    diagnostic("ruff", "a.py", { startLine: 6, rule: "R1", message: "\u001b[31mred\u202e" }),
    diagnostic("ruff", "a.py", { startLine: 1, rule: "R2", severity: "warning", fingerprint: "2" }),
    diagnostic("ruff", "b.py", { startLine: 3, rule: "R1", fingerprint: "3" })
  ]
}

const lock = Layer.mock(RepositoryLock, { acquire: () => Effect.void })

const services = (sources: TestRepository.Sources) =>
  Layer.mergeAll(World.layer, TestRepository.layer(sources), World.git(), World.files(), NodePath.layer, lock)

const serving = Effect.map(
  Effect.tap(
    connected({ instructions: "", tools: mcpTools("/repo") }),
    ({ client }) => Effect.promise(() => client.listTools())
  ),
  ({ client }) => client
)

/** A client over what was ingested, and what is asked of it. */
const over = (given: World.World, sources = given.sources) =>
  Effect.zipRight(World.ingested(given), serving).pipe(
    Effect.map((client) => (name: string, args?: Readonly<Record<string, unknown>>) => call(client, name, args)),
    (effect) => Effect.flatMap(Layer.build(services(sources)), (context) => Effect.provide(effect, context))
  )

const decoded = <A, I>(schema: Schema.Schema<A, I>, structured: unknown) =>
  Effect.orDie(Schema.decodeUnknown(schema, { onExcessProperty: "error" })(structured))

const asked = <A, I>(
  given: World.World,
  schema: Schema.Schema<A, I>,
  name: string,
  args?: Readonly<Record<string, unknown>>
) =>
  Effect.gen(function*() {
    const ask = yield* over(given)
    const result = yield* ask(name, args)
    assert.isUndefined(result.isError, textOf(result))
    return { found: yield* decoded(schema, result.structuredContent), text: textOf(result) }
  })

const refused = (given: World.World, name: string, args?: Readonly<Record<string, unknown>>) =>
  Effect.gen(function*() {
    const ask = yield* over(given)
    const result = yield* ask(name, args)
    assert.isTrue(result.isError)
    assert.isUndefined(result.structuredContent)
    return textOf(result)
  })

const isOf = (freshness: Freshness | null) =>
  assert.deepInclude(freshness, { repo: "/repo", commit: "c0ffee", treeChanged: false, changedFiles: [] })

const HEAD = /^\/repo {2}c0ffee, snapshot \w{12} of .* UTC; unchanged since\n/

describe("the tools of mcp", () => {
  it.scoped("are these, each with what it takes and gives", () =>
    Effect.gen(function*() {
      const { client } = yield* connected({ instructions: "", tools: mcpTools("/repo") })
      const { tools } = yield* Effect.promise(() => client.listTools())
      assert.deepStrictEqual(
        tools.map((
          { inputSchema, name }
        ) => [name, Object.keys(inputSchema.properties ?? {}), inputSchema.required ?? []]),
        [
          ["search_symbol", ["name", "kind", "limit"], ["name"]],
          ["show", ["subject", "limit", "since"], ["subject"]],
          ["findings", ["path", "tool", "severity", "rule", "limit"], []],
          ["dead", ["all", "limit"], []],
          ["hotspots", ["limit", "since"], []],
          ["tests_for_diff", ["revision", "ignored"], ["revision"]],
          ["sql", ["query", "maxRows", "timeoutSeconds"], ["query"]],
          ["schema", ["table", "all"], []]
        ]
      )
      for (const { annotations, description, inputSchema, name, outputSchema, title } of tools) {
        assert.deepInclude(annotations, { readOnlyHint: true, openWorldHint: false }, name)
        assert.isAbove(description?.length ?? 0, 100, name)
        assert.isAbove(title?.length ?? 0, 10, name)
        for (const [field, property] of Object.entries(inputSchema.properties ?? {})) {
          assert.isString((property as { readonly description?: string }).description, `${name}.${field}`)
        }
        assert.strictEqual(outputSchema?.type, "object", name)
      }
    }).pipe(Effect.provide(services({}))))

  it.scoped("search_symbol: exact names first, each by a name that show takes", () =>
    Effect.gen(function*() {
      const { found, text } = yield* asked(world, SymbolSearch, "search_symbol", { name: "OPEN" })
      isOf(found.freshness)
      assert.deepStrictEqual([found.total, found.matches.reason, found.nearest], [2, null, []])
      assert.deepStrictEqual(found.matches.value, [
        { subject: "b:open", kind: "function", relPath: "b.py", line: 6 },
        { subject: "a:Box.open", kind: "function", relPath: "a.py", line: 2 }
      ])
      assert.match(text, HEAD)
      assert.match(text, /\n2 matches\nname +kind +place\nb:open +function +b.py:6\na:Box.open +function +a.py:2$/)
      const ask = yield* over(world)
      for (const { relPath, subject } of found.matches.value ?? []) {
        assert.deepInclude((yield* ask("show", { subject })).structuredContent, { relPath })
      }
    }))

  it.scoped("show: what the command says of a symbol and of a file", () =>
    Effect.gen(function*() {
      const { found, text } = yield* asked(world, Shown, "show", { subject: "helper" })
      isOf(found.freshness)
      const expected = yield* Effect.zipRight(
        World.ingested(world),
        show(World.context(world), "helper", { limit: 10 })
      )
        .pipe(Effect.provide(services(world.sources)))
      assert.deepStrictEqual(found, expected)
      assert.strictEqual(text, renderShow(expected, plain))
      // a path as an agent has it
      const file = yield* asked(world, Shown, "show", { subject: "/repo/a.py", limit: 1 })
      assert.deepInclude(file.found, { _tag: "File", relPath: "a.py" })
      assert.lengthOf(file.found.findings.first, 1)
    }))

  it.scoped("findings: by path, tool, severity and rule, errors first; how many in all; who looked", () =>
    Effect.gen(function*() {
      const { found, text } = yield* asked(world, FindingList, "findings", { limit: 2 })
      isOf(found.freshness)
      assert.deepStrictEqual([found.files, found.total, found.reason], [3, 3, null])
      assert.deepStrictEqual(found.findings.map(({ relPath, rule, severity }) => [relPath, rule, severity]), [
        ["a.py", "R1", "error"],
        ["b.py", "R1", "error"]
      ])
      assert.deepStrictEqual(found.checkers, [{
        tool: "ruff",
        status: "findings",
        measured: 3,
        notMeasured: 0,
        unmeasured: [],
        findings: 3,
        reason: null
      }])
      assert.match(text, HEAD)
      assert.include(text, "\n3 findings\n- ruff (findings): 3 findings, looked at 3 of 3 files\n")
      assert.match(text, /\na\.py:6:2 .*\nand 1 more$/s)
      const ask = yield* over(world)
      for (
        const [filter, total] of [
          [{ path: "/repo/a.py" }, 2],
          [{ path: "./a.py", severity: "warning" }, 1],
          [{ rule: "R1" }, 2],
          [{ rule: "R1", path: "b.py", tool: "ruff" }, 1],
          [{ path: "sub/" }, 0],
          [{ path: "." }, 3]
        ] as const
      ) {
        assert.deepInclude((yield* ask("findings", filter)).structuredContent, { total }, Object.values(filter).join())
      }
    }))

  it.scoped("dead: what the command says, cut, with the counts of all", () =>
    Effect.gen(function*() {
      const expected = yield* Effect.zipRight(World.ingested(world), dead(World.context(world)))
        .pipe(Effect.provide(services(world.sources)))
      const all = yield* asked(world, DeadCode, "dead", { all: true })
      assert.deepStrictEqual(all.found, expected)
      assert.isAbove(expected.candidates.length, 1)
      const one = yield* asked(world, DeadCode, "dead", { all: true, limit: 1 })
      assert.deepStrictEqual(one.found, { ...expected, candidates: expected.candidates.slice(0, 1) })
      isOf(one.found.freshness)
      const sure = yield* asked(world, DeadCode, "dead")
      assert.isTrue(sure.found.candidates.every(({ confidence }) => confidence === "high"))
      assert.deepStrictEqual(sure.found.counts, expected.counts)
      assert.strictEqual(sure.text, renderDead(sure.found, ["high"], plain))
      assert.match(sure.text, HEAD)
    }))

  it.scoped("hotspots: what the command says", () =>
    Effect.gen(function*() {
      const expected = yield* Effect.zipRight(World.ingested(world), hotspots(World.context(world), { limit: 1 }))
        .pipe(Effect.provide(services(world.sources)))
      const { found, text } = yield* asked(world, Hotspots, "hotspots", { limit: 1 })
      assert.deepStrictEqual(found, expected)
      assert.match(text, HEAD)
    }))

  it.scoped("sql: rows as the command has them in JSON, and says when there are more", () =>
    Effect.gen(function*() {
      const query = "SELECT rel_path, rel_path, errors, 9007199254740993 AS \"1\" FROM file_checks ORDER BY 1"
      const { found, text } = yield* asked(world, SqlAnswer, "sql", { query, maxRows: 2 })
      isOf(found.freshness)
      assert.deepStrictEqual(found.rows, [
        { rel_path: "a.py", "rel_path:1": "a.py", errors: 1, 1: "9007199254740993" },
        { rel_path: "b.py", "rel_path:1": "b.py", errors: 1, 1: "9007199254740993" }
      ])
      assert.deepStrictEqual([found.truncated, found.reason], [true, null])
      assert.deepStrictEqual(found.columns.map(({ name }) => name), ["rel_path", "rel_path", "errors", "1"])
      assert.match(text, HEAD)
      assert.match(
        text,
        /\nrel_path +rel_path +errors +1\na\.py +a\.py +1 +9007199254740993\n.*\n\(2 rows\)\nthere are more rows/
      )
      const whole = yield* asked(world, SqlAnswer, "sql", { query, maxRows: 3 })
      assert.isFalse(whole.found.truncated)
      assert.notInclude(whole.text, "more rows")
    }))

  it.scoped("sql: whatever does not read is refused, and nothing is changed", () =>
    Effect.gen(function*() {
      const ask = yield* over(world)
      for (
        const query of [
          "DELETE FROM core.snapshots",
          "CREATE TABLE t AS SELECT 1",
          "SET threads = 8",
          "COPY (SELECT 1) TO '/tmp/x'",
          "SELECT 1; DELETE FROM core.snapshots",
          "FROM nowhere"
        ]
      ) {
        const result = yield* ask("sql", { query })
        assert.isTrue(result.isError, query)
        assert.match(textOf(result), /^\/repo\/\.codeintel\/codeintel\.duckdb: ask failed: /)
      }
      assert.deepInclude((yield* ask("sql", { query: "SELECT count(*) AS n FROM snapshots" })).structuredContent, {
        rows: [{ n: 1 }]
      })
    }))

  it.scoped("schema: the views of the latest snapshot, one of them, or all; and whether there is something to ask", () =>
    Effect.gen(function*() {
      const { found, text } = yield* asked(world, SchemaAnswer, "schema")
      isOf(found.freshness.value)
      const names = found.relations.map(({ name, schema }) => `${schema}.${name}`)
      assert.includeMembers(names, ["main.files", "main.diagnostics"])
      assert.isTrue(names.every((name) => name.startsWith("main.")))
      assert.match(text, HEAD)
      const one = yield* asked(world, SchemaAnswer, "schema", { table: "Files" })
      assert.deepStrictEqual(one.found.relations.map(({ name }) => name), ["files"])
      const all = yield* asked(world, SchemaAnswer, "schema", { all: true })
      assert.include(all.found.relations.map(({ schema }) => schema), "core")
      assert.strictEqual(
        yield* refused(world, "schema", { table: "file" }),
        "file: no view or table of the database\ndid you mean files or run_files or file_checks?"
      )
    }))
})

describe("what cannot be answered", () => {
  it.scoped("wrong arguments: each problem, and what to give instead", () =>
    Effect.gen(function*() {
      assert.strictEqual(
        yield* refused(world, "show", { subjekt: "a", limit: 0, since: "soon\u001b" }),
        [
          "show: wrong arguments",
          "  subjekt: there is no such argument",
          "  subject: is missing",
          "  limit: give a whole number from 1 to 1000, not 0",
          "  since: give a day, as 2025-01-31, not soon\\u001b",
          "it takes",
          "  subject (required): a path, a module, name, Class.method, module.name, module:Class.method, or a SCIP symbol",
          "  limit: references, callers, tests and findings to list at most; the counts are of all; a whole number from 1 to 1000, 10 unless given",
          "  since: the first day whose changes count, as 2025-01-31; a year before the commit unless given"
        ].join("\n")
      )
      for (
        const [name, args, says] of [
          ["search_symbol", { name: " " }, /name: give a text that is not blank/],
          [
            "search_symbol",
            { name: "x", kind: "klass" },
            /kind: give one of class, function, variable, module, not klass/
          ],
          ["findings", { severity: "fatal" }, /severity: give one of error, warning, information, not fatal/],
          ["sql", { query: "SELECT 1", timeoutSeconds: 1e9 }, /timeoutSeconds: give seconds, above 0 and at most 600/],
          ["dead", { all: "yes" }, /all: give true or false, not yes/],
          ["tests_for_diff", { revision: "" }, /revision: give a text that is not blank/],
          ["tests_for_diff", { revision: "HEAD", ignored: "*.md" }, /ignored: give a list of patterns/]
        ] as const
      ) assert.match(yield* refused(world, name, args), says)
    }))

  it.scoped("tests_for_diff: none where nothing changed, all of what was not recorded, and why", () =>
    Effect.gen(function*() {
      const history = (changed: TestRepository.Sources) =>
        Layer.mergeAll(
          World.layer,
          TestRepository.layer(world.sources, { HEAD: changed }),
          World.git(),
          World.files(),
          NodePath.layer,
          lock
        )
      const answer = (changed: TestRepository.Sources) =>
        Effect.zipRight(World.ingested(world), serving).pipe(
          Effect.flatMap((client) => call(client, "tests_for_diff", { revision: "HEAD" })),
          Effect.flatMap(({ structuredContent }) => decoded(TestSelection, structuredContent)),
          Effect.provide(history(changed))
        )
      assert.deepInclude(yield* answer(world.sources), { needed: "none", tests: [], changes: [] })
      const { needed, reasons } = yield* answer({ ...world.sources, "b.py": "x = 1\n" })
      assert.strictEqual(needed, "all")
      assert.isNotEmpty(reasons)
    }))

  it.scoped("no database yet: every tool says what to run, and schema explains the views all the same", () =>
    Effect.gen(function*() {
      const client = yield* serving
      const given: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
        search_symbol: { name: "x" },
        show: { subject: "x" },
        findings: {},
        dead: {},
        hotspots: {},
        sql: { query: "SELECT 1" }
      }
      for (const [name, args] of Object.entries(given)) {
        const result = yield* call(client, name, args)
        assert.isTrue(result.isError, name)
        assert.match(textOf(result), /no database there yet\nmake it: codeintel ingest/, name)
      }
      const { structuredContent } = yield* call(client, "schema", { table: "files" })
      const { freshness, relations } = yield* decoded(SchemaAnswer, structuredContent)
      assert.isNull(freshness.value)
      assert.match(freshness.reason ?? "", /make it: codeintel ingest/)
      assert.lengthOf(relations, 1)
    }).pipe(Effect.provide(services(world.sources))))

  it.scoped("an ambiguous name: the candidates; an unknown one: the nearest", () =>
    Effect.gen(function*() {
      assert.strictEqual(
        yield* refused(world, "show", { subject: "use" }),
        [
          "use: 2 have that name; ask for one of",
          "  b:use      function, b.py:3",
          "  sub.c:use  function, sub/c.py:1"
        ].join("\n")
      )
      assert.match(
        yield* refused(world, "show", { subject: "helpr" }),
        /^helpr: nothing has that name; the nearest are\n {2}helper/
      )
      assert.strictEqual(
        yield* refused(world, "findings", { path: "sup" }),
        "sup: nothing has that name\ndid you mean the directory sub?"
      )
    }))

  it.scoped("not measured is told apart from none, with the reason of the run", () =>
    Effect.gen(function*() {
      const unindexed: World.World = { ...world, indexStatus: "failed", diagnostics: [] }
      const search = yield* asked(unindexed, SymbolSearch, "search_symbol", { name: "Box" })
      assert.deepStrictEqual([search.found.total, search.found.matches], [null, {
        value: null,
        reason: "scip-python is failed"
      }])
      assert.include(search.text, "\nnot known what is called Box (scip-python is failed)")
      // functions are known from the texts
      const some = yield* asked(unindexed, SymbolSearch, "search_symbol", { name: "helper" })
      assert.deepStrictEqual([some.found.total, some.found.matches.reason], [1, "scip-python is failed"])
      assert.include(some.text, "\nthere may be more: scip-python is failed")
      const none = yield* asked(world, SymbolSearch, "search_symbol", { name: "Bax" })
      assert.deepStrictEqual([none.found.total, none.found.matches], [0, { value: [], reason: null }])
      assert.deepStrictEqual(none.found.nearest.map(({ subject }) => subject), ["Box"])
      assert.include(none.text, "\nnothing is called Bax\n")

      assert.match(yield* refused(unindexed, "dead"), /what nothing refers to is not known: scip-python is failed/)

      const clean = yield* asked(unindexed, FindingList, "findings")
      assert.deepStrictEqual([clean.found.total, clean.found.reason], [0, null])
      assert.include(clean.text, "\nno finding\n")
      const other = yield* asked(world, FindingList, "findings", { tool: "pyright" })
      const reason = "pyright is no checker of this snapshot; there are ruff"
      assert.deepStrictEqual([other.found.total, other.found.reason], [null, reason])
      assert.include(other.text, `\nfindings of pyright: not measured (${reason})`)

      const empty = yield* asked(unindexed, SqlAnswer, "sql", { query: "FROM symbols" })
      assert.deepStrictEqual([empty.found.rows, empty.found.reason], [[], "scip-python is failed"])
      assert.include(empty.text, "\n(0 rows)\nnot stored, and so in no row: scip-python is failed")
    }))

  it.scoped("files that a checker did not look at are no files without findings", () =>
    Effect.gen(function*() {
      const part: World.World = {
        ...world,
        diagnostics: [],
        unchecked: { "b.py": "it is excluded", "sub/c.py": "it is excluded" }
      }
      const all = yield* asked(part, FindingList, "findings")
      assert.deepStrictEqual([all.found.total, all.found.reason], [
        0,
        "ruff: 2 of 3 files not measured: it is excluded"
      ])
      assert.include(all.text, "\nno finding, as far as it was measured\n")
      assert.deepStrictEqual(all.found.checkers[0]?.unmeasured, [
        { relPath: "b.py", reason: "it is excluded" },
        { relPath: "sub/c.py", reason: "it is excluded" }
      ])
      const file = yield* asked(part, FindingList, "findings", { path: "b.py" })
      assert.deepStrictEqual([file.found.total, file.found.checkers[0]?.findings], [null, null])
      assert.include(file.text, "\nfindings in b.py: not measured\n- ruff (ok): not measured (it is excluded)")
    }))

  it.scoped("the repository is opened for every call: what changed since is said", () =>
    Effect.gen(function*() {
      const opened = yield* Ref.make(0)
      const now = { ...world.sources, "a.py": `${a}\n`, "new.py": "" }
      const repositories = Layer.mock(Repositories, {
        open: (root) =>
          Effect.map(Ref.updateAndGet(opened, (n) => n + 1), (n) =>
            TestRepository.context(root, n === 1 ? world.sources : now))
      })
      yield* Effect.gen(function*() {
        yield* World.ingested(world)
        const client = yield* serving
        const query = { query: "SELECT 1" }
        assert.match(textOf(yield* call(client, "sql", query)), HEAD)
        assert.match(
          textOf(yield* call(client, "sql", query)),
          /; changed since, 2 Python files: a\.py, new\.py; codeintel ingest\n/
        )
        assert.strictEqual(
          textOf(yield* call(client, "findings", { path: "new.py" })),
          "new.py: nothing has that name\nit is there now, and was not at the last ingest: codeintel ingest"
        )
      }).pipe(
        Effect.provide(Layer.mergeAll(World.layer, repositories, World.git(), World.files(), NodePath.layer, lock))
      )
    }))

  it.scoped("texts of the repository are inert in the text, and whole in the structure", () =>
    Effect.gen(function*() {
      const { found, text } = yield* asked(world, FindingList, "findings", { path: "a.py", severity: "error" })
      assert.strictEqual(found.findings[0]?.message, "\u001b[31mred\u202e")
      assert.include(text, "\\u001b[31mred\\u202e")
      const rows = yield* asked(world, SqlAnswer, "sql", {
        query: "SELECT message FROM diagnostics WHERE rel_path = 'a.py' AND rule = 'R1'"
      })
      assert.deepStrictEqual(rows.found.rows, [{ message: "\u001b[31mred\u202e" }])
      const hostile: World.World = { ...world, sources: { ...world.sources, "x\u001b]0;\u202ey.py": "" } }
      const texts = [
        text,
        rows.text,
        (yield* asked(hostile, SymbolSearch, "search_symbol", { name: "x\u001b]0;\u202ey" })).text,
        (yield* asked(hostile, Shown, "show", { subject: "x\u001b]0;\u202ey.py" })).text,
        yield* refused(hostile, "show", { subject: "z\u001b]0;\u202ey.py" })
      ]
      for (const each of texts) {
        assert.include(each, "\\u202e")
        assert.notMatch(each, /[\u001b\u202e]/)
      }
    }))
})
