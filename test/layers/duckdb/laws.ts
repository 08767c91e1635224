/** What is true of every `Warehouse`. */
import { assert, type Vitest } from "@effect/vitest"
import { Array as Arrays, Clock, DateTime, Deferred, Duration, Effect, Exit, Fiber, Option, Order } from "effect"
import { qualifiedName } from "../../../src/layers/duckdb/definition.js"
import { tables } from "../../../src/layers/duckdb/schema.js"
import { type Connection, type Mode, Warehouse } from "../../../src/services/Warehouse.js"
import * as Rows from "./rows.js"

/** A file name that no other test uses. */
export type FreshFile<R> = Effect.Effect<string, never, R>

const using = (mode: Mode) => <A, E, R>(file: string, use: (connection: Connection) => Effect.Effect<A, E, R>) =>
  Effect.scoped(Effect.flatMap(Effect.flatMap(Warehouse, (warehouse) => warehouse.open(file, mode)), use))

export const writing = using("write")
export const reading = using("read")

export const ask = (file: string, sql: string, maxRows = 1000) =>
  Effect.flatMap(Warehouse, (warehouse) => warehouse.ask(file, sql, { maxRows }))

/** The same with a limit, of a clock that goes on. */
export const askWithin = (file: string, sql: string, timeout: Duration.Duration) =>
  Effect.flatMap(Warehouse, (warehouse) => warehouse.ask(file, sql, { maxRows: 1000, timeout })).pipe(
    Effect.withClock(Clock.make())
  )

export const rowsOf = (file: string, sql: string) => Effect.map(ask(file, sql), ({ rows }) => rows)

export const forever = "SELECT count(*) FROM range(1000000) a, range(1000000) b WHERE (a.range * b.range) % 7 = 3"

/** Statements of other connections to the end: one that was there before them has begun. */
export const answered = (file: string) =>
  Effect.repeatN(reading(file, (connection) => connection.query("SELECT 1")), 10)

const reasonOf = <A, E extends { readonly reason: string }, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.map(Effect.flip(effect), ({ reason }) => reason)

const { checkRun, diagnostic, facts, link, measured, module, record, time, toolRun } = Rows

export const laws = <R>(
  it: Vitest.MethodsNonLive<Warehouse | R, boolean>,
  freshFile: FreshFile<R>,
  { numRuns }: { readonly numRuns: number }
) => {
  it.effect("a file that was never written is Missing", () =>
    Effect.gen(function*() {
      const file = yield* freshFile
      assert.strictEqual(yield* reasonOf(reading(file, () => Effect.void)), "Missing")
      assert.strictEqual(yield* reasonOf(ask(file, "SELECT 1")), "Missing")
    }))

  it.effect("a connection opened for reading refuses to write, by itself and beside a writer", () =>
    Effect.gen(function*() {
      const file = yield* freshFile
      yield* writing(file, (connection) => connection.finishSnapshot(record("a")))
      const refusals = reading(file, (connection) =>
        Effect.forEach(
          [
            connection.writeSyntax([{ contentHash: "h", source: "", facts: facts() }]),
            connection.writeCheckRun(checkRun("ruff")),
            connection.finishSnapshot(record("b")),
            connection.query("DELETE FROM core.snapshots"),
            connection.query("CREATE TABLE t AS SELECT 1"),
            connection.query("EXPLAIN ANALYZE DELETE FROM core.snapshots")
          ],
          reasonOf,
          { concurrency: 1 }
        ))
      assert.deepStrictEqual(yield* refusals, Array.from({ length: 6 }, () => "ReadOnly"))
      assert.deepStrictEqual(yield* writing(file, () => refusals), Array.from({ length: 6 }, () => "ReadOnly"))
      assert.deepStrictEqual(yield* rowsOf(file, "SELECT snapshot_id FROM snapshots"), [["a"]])
    }))

  it.effect("a snapshot is replaced, and finishing it again makes it the latest", () =>
    Effect.gen(function*() {
      const file = yield* freshFile
      const files = rowsOf(file, "SELECT rel_path FROM files ORDER BY 1")
      yield* writing(file, (connection) =>
        Effect.gen(function*() {
          assert.deepStrictEqual(yield* connection.latestModules("/repository"), new Map())
          yield* connection.finishSnapshot(record("a", { modules: [module("a.py", "1"), module("b.py", "2")] }))
          yield* connection.finishSnapshot(record("b", { modules: [module("c.py", "3")] }))
          yield* connection.finishSnapshot(record("other", { repo: "/other", modules: [module("d.py", "4")] }))
          assert.deepStrictEqual(yield* connection.latestModules("/repository"), new Map([["c.py", "3"]]))
          assert.deepStrictEqual(yield* connection.latestModules("/other"), new Map([["d.py", "4"]]))
        }))
      assert.deepStrictEqual(yield* files, [["d.py"]])

      // the clock was set back meanwhile
      const again = { modules: [module("a.py", "1")], startedAt: time(-9), finishedAt: time(-8) }
      yield* writing(file, (connection) => connection.finishSnapshot(record("a", again)))
      assert.deepStrictEqual(yield* files, [["a.py"]])
      assert.deepStrictEqual(
        yield* reading(file, (connection) => connection.latestModules("/repository")),
        new Map([["a.py", "1"]])
      )
      assert.deepStrictEqual(
        yield* rowsOf(file, "SELECT snapshot_id, finished_at FROM snapshots ORDER BY 1"),
        [["a", "2023-11-14T22:13:12Z"], ["b", "2023-11-14T22:13:21Z"], ["other", "2023-11-14T22:13:21Z"]]
      )
    }))

  it.effect("a zero is a measured zero; the rest is NULL with the reason", () =>
    Effect.gen(function*() {
      const file = yield* freshFile
      const pyright = checkRun("pyright", {
        files: [
          measured("clean.py"),
          measured("bad.py"),
          { relPath: "out.py", measured: Option.some(false), reason: Option.some("excluded") },
          { relPath: "unknown.py", measured: Option.none(), reason: Option.some("counts differ") }
        ],
        diagnostics: [
          diagnostic("pyright", "bad.py"),
          diagnostic("pyright", "bad.py", { startLine: 7 }),
          diagnostic("pyright", "bad.py", { severity: "warning" }),
          diagnostic("pyright", "out.py"),
          diagnostic("pyright", "unknown.py")
        ]
      })
      const ruff = checkRun("ruff", { files: ["clean.py", "bad.py", "out.py", "unknown.py"].map(measured) })
      const pyrefly = checkRun("pyrefly", {
        run: toolRun("pyrefly", { status: "failed", reason: Option.some("exit code 3"), key: Option.none() })
      })
      yield* writing(file, (connection) =>
        Effect.gen(function*() {
          yield* Effect.forEach([pyright, ruff, pyrefly], connection.writeCheckRun, { concurrency: 1 })
          yield* connection.finishSnapshot(record("a", {
            modules: ["bad.py", "clean.py", "out.py", "unknown.py"].map((path) => module(path)),
            runs: [
              link(pyright.run),
              link(ruff.run, { reused: true }),
              link(pyrefly.run, { reason: Option.none() }),
              { tool: "mypy", runId: Option.none(), status: "skipped", reason: Option.some("off"), reused: false },
              { tool: "pytest", runId: Option.none(), status: "skipped", reason: Option.some("no"), reused: false }
            ]
          }))
        }))

      assert.deepStrictEqual(yield* rowsOf(file, "FROM file_checks ORDER BY tool, rel_path"), [
        ...["bad.py", "clean.py", "out.py", "unknown.py"].map((path) => [path, "mypy", null, null, "off"]),
        ...["bad.py", "clean.py", "out.py", "unknown.py"].map((path) => [
          path,
          "pyrefly",
          "run of pyrefly",
          null,
          "exit code 3"
        ]),
        ["bad.py", "pyright", "run of pyright", 2, null],
        ["clean.py", "pyright", "run of pyright", 0, null],
        ["out.py", "pyright", "run of pyright", null, "excluded"],
        ["unknown.py", "pyright", "run of pyright", null, "counts differ"],
        ...["bad.py", "clean.py", "out.py", "unknown.py"].map((path) => [path, "ruff", "run of ruff", 0, null])
      ])
      const signals = [
        ["bad.py", 2, null, 0, null, null, null, null, null, null],
        ["clean.py", 0, null, 0, null, null, null, null, null, null],
        ["out.py", null, null, 0, null, null, null, null, null, null],
        ["unknown.py", null, null, 0, null, null, null, null, null, null]
      ]
      assert.deepStrictEqual(yield* rowsOf(file, "FROM typing_signals ORDER BY rel_path"), signals)
      const args = "[\"--json\",\"it's \\\"quoted\\\"\"]"
      assert.deepStrictEqual(
        yield* rowsOf(file, "SELECT tool, run_id, status, reason, reused, args FROM tool_runs ORDER BY tool"),
        [
          ["mypy", null, "skipped", "off", false, null],
          ["pyrefly", "run of pyrefly", "failed", "exit code 3", false, args],
          ["pyright", "run of pyright", "ok", null, false, args],
          ["pytest", null, "skipped", "no", false, null],
          ["ruff", "run of ruff", "ok", null, true, args]
        ]
      )

      // of the runs of an older snapshot, the views in main show nothing, and those over all snapshots still do
      yield* writing(file, (connection) => connection.finishSnapshot(record("b", { modules: [module("bad.py")] })))
      for (const view of ["tool_runs", "run_files", "file_checks", "diagnostics"]) {
        assert.deepStrictEqual(yield* rowsOf(file, `FROM ${view}`), [], view)
      }
      assert.deepStrictEqual(
        yield* rowsOf(file, "FROM typing_signals"),
        [["bad.py", null, null, null, null, null, null, null, null, null]]
      )
      assert.deepStrictEqual(
        yield* rowsOf(file, "FROM analytics.typing_signals WHERE snapshot_id = 'a' ORDER BY rel_path"),
        signals.map((row) => ["a", ...row])
      )
    }))

  it.effect("typing_signals sums what is known by content, and adds up only what all three measured", () =>
    Effect.gen(function*() {
      const file = yield* freshFile
      const each = { startLine: 1, endLine: 2 }
      yield* writing(file, (connection) =>
        Effect.gen(function*() {
          yield* connection.writeSyntax([
            {
              contentHash: "1",
              source: "",
              facts: facts({
                functions: [
                  { ...each, qualifiedName: "f", parameters: 2, annotatedParameters: 1, returnAnnotated: true },
                  { ...each, qualifiedName: "g", parameters: 1, annotatedParameters: 0, returnAnnotated: false },
                  { ...each, qualifiedName: "h", parameters: 0, annotatedParameters: 0, returnAnnotated: true }
                ],
                parseError: Option.some({ line: 9, message: "unexpected indent" })
              })
            },
            { contentHash: "2", source: "", facts: facts() }
          ])
          const runs = ["pyright", "pyrefly", "ruff"].map((tool, errors) =>
            checkRun(tool, {
              files: [measured("a.py")],
              diagnostics: Array.from(
                { length: errors },
                (_, line) => diagnostic(tool, "a.py", { startLine: line + 1 })
              )
            })
          )
          yield* Effect.forEach(runs, connection.writeCheckRun, { concurrency: 1 })
          yield* connection.finishSnapshot(record("a", {
            // the same content under two paths: the facts are joined, not moved
            modules: [module("a.py", "1"), module("b.py", "1"), module("c.py", "2"), module("d.py", "3")],
            runs: runs.map(({ run }) => link(run))
          }))
        }))
      assert.deepStrictEqual(yield* rowsOf(file, "FROM typing_signals ORDER BY rel_path"), [
        ["a.py", 0, 1, 2, 3, 3, 1, 3, 2, 1],
        ["b.py", null, null, null, null, 3, 1, 3, 2, 1],
        ["c.py", null, null, null, null, 0, 0, 0, 0, 0],
        ["d.py", null, null, null, null, null, null, null, null, null]
      ])
      assert.deepStrictEqual(
        yield* rowsOf(file, "SELECT rel_path, parse_error, parse_error_line FROM files ORDER BY rel_path"),
        [["a.py", "unexpected indent", 9], ["b.py", "unexpected indent", 9], ["c.py", null, null], ["d.py", null, null]]
      )
      assert.deepStrictEqual(
        yield* rowsOf(file, "SELECT rel_path, qualified_name FROM functions ORDER BY ALL"),
        ["a.py", "b.py"].flatMap((path) => ["f", "g", "h"].map((name) => [path, name]))
      )
      assert.deepStrictEqual(
        yield* rowsOf(file, "SELECT reason FROM file_checks WHERE rel_path = 'b.py' AND tool = 'ruff'"),
        [["not measured: the run is ok"]]
      )
    }))

  it.effect("syntax facts are stored once for each content", () =>
    Effect.gen(function*() {
      const file = yield* freshFile
      const importing = facts({ imports: [{ module: "os", level: 0, names: [], line: 1 }] })
      yield* writing(file, (connection) =>
        Effect.gen(function*() {
          assert.deepStrictEqual(yield* connection.unknownContents(["2", "1", "2"]), ["2", "1"])
          const rows = [{ contentHash: "1", source: "", facts: importing }, {
            contentHash: "0",
            source: "",
            facts: facts()
          }]
          yield* connection.writeSyntax([...rows, ...rows])
          yield* connection.writeSyntax(rows)
          // two at once know nothing of each other
          const both = { contentHash: "3", source: "", facts: importing }
          yield* writing(file, (other) =>
            Effect.forEach([connection, other, connection, other], (each) => each.writeSyntax([both]), {
              concurrency: "unbounded"
            }))
          assert.deepStrictEqual(yield* connection.unknownContents(["3", "2", "1", "0"]), ["2"])
          assert.deepStrictEqual(
            yield* connection.importCounts(["0", "1", "2", "3"]),
            new Map([["0", 0], ["1", 1], ["3", 1]])
          )
          assert.deepStrictEqual(
            yield* all(connection, "SELECT content_hash FROM core.sources ORDER BY ALL"),
            [["0"], ["1"], ["3"]]
          )
        }))
    }))

  it.effect("unknownRuns are those that are not stored, each once", () =>
    Effect.gen(function*() {
      const file = yield* freshFile
      const stored = checkRun("ruff")
      const unknown = yield* writing(file, (connection) =>
        Effect.zipRight(
          connection.writeCheckRun(stored),
          connection.unknownRuns(["gone", stored.run.runId, "gone", "never"])
        ))
      assert.deepStrictEqual(unknown, ["gone", "never"])
    }))

  it.effect("findRun gives the newest whole run with the key", () =>
    Effect.gen(function*() {
      const file = yield* freshFile
      const run = (runId: string, second: number, given: Parameters<typeof toolRun>[1] = {}) =>
        toolRun("ruff", { runId, startedAt: time(second), ...given })
      const newest = run("newest", 5, {
        status: "suspect",
        executable: Option.none(),
        exitCode: Option.none(),
        reason: Option.some("7 of 9 imports"),
        imports: Option.some(9),
        unresolvedImports: Option.some(7)
      })
      yield* writing(file, (connection) =>
        Effect.gen(function*() {
          yield* Effect.forEach(
            [
              run("old", 1),
              newest,
              run("older", 0, { status: "findings" }),
              run("partial", 6, { status: "partial" }),
              run("failed", 7, { status: "failed" }),
              run("imported", 8, { status: "imported" }),
              run("no key", 9, { key: Option.none() }),
              run("other key", 10, { key: Option.some("other") }),
              toolRun("pyright", { startedAt: time(11), key: Option.some("key of ruff") })
            ],
            (each) => connection.writeCheckRun({ run: each, files: [], diagnostics: [] }),
            { concurrency: 1 }
          )
          assert.deepStrictEqual(yield* connection.findRun("ruff", "key of ruff"), Option.some(newest))
          assert.deepStrictEqual(yield* connection.findRun("ruff", "nothing"), Option.none())
        }))
    }))

  it.effect("a failed write leaves the previous state", () =>
    Effect.gen(function*() {
      const file = yield* freshFile
      const before = record("a", { modules: [module("a.py")], runs: [link(toolRun("ruff"))] })
      const everything = rowsOf(
        file,
        `SELECT (SELECT list(snapshots) FROM snapshots), (SELECT list(files) FROM files),
        (SELECT list(r.run_id) FROM core.tool_runs r), (SELECT count(*) FROM core.run_files),
        (SELECT count(*) FROM analytics.diagnostics), (SELECT count(*) FROM core.syntax),
        (SELECT count(*) FROM core.functions)`
      )
      yield* writing(file, (connection) =>
        Effect.gen(function*() {
          yield* connection.writeCheckRun(checkRun("ruff", { files: [measured("a.py")] }))
          yield* connection.finishSnapshot(before)
        }))
      const stored = yield* everything

      yield* writing(file, (connection) =>
        Effect.gen(function*() {
          const bad = { startLine: 2 ** 40 }
          const good = Array.from({ length: 5000 }, () => diagnostic("mypy", "a.py"))
          const error = yield* Effect.flip(connection.writeCheckRun(checkRun("mypy", {
            files: [measured("a.py")],
            diagnostics: [...good, diagnostic("mypy", "a.py", bad)]
          })))
          assert.strictEqual(error.reason, "Query")
          assert.match(error.message, /row 5000 of analytics\.diagnostics: start_line cannot be 1099511627776/)
          // the run is there already
          assert.strictEqual(yield* reasonOf(connection.writeCheckRun(checkRun("ruff"))), "Query")
          // after the deletion of the old modules
          const unstorable = [module("b.py"), { ...module("c.py"), lines: 0.5 }]
          assert.strictEqual(
            yield* reasonOf(connection.finishSnapshot({ ...before, modules: unstorable })),
            "Query"
          )
          const half = { qualifiedName: "f", startLine: 1, endLine: NaN, parameters: 0, annotatedParameters: 0 }
          assert.strictEqual(
            yield* reasonOf(connection.writeSyntax([
              { contentHash: "1", source: "", facts: facts({ functions: [{ ...half, returnAnnotated: true }] }) }
            ])),
            "Query"
          )
          // a bug of the caller
          const exit = yield* Effect.exit(
            connection.writeCheckRun(checkRun("pyrefly", { diagnostics: [diagnostic("ruff", "a.py")] }))
          )
          assert.strictEqual(exit._tag === "Failure" && exit.cause._tag, "Die")
          // and the connection is as good as before
          assert.deepStrictEqual((yield* connection.query("SELECT count(*) FROM core.modules")).rows, [[1]])
        }))
      assert.deepStrictEqual(yield* everything, stored)
    }))

  it.effect("an interrupted write leaves the previous state", () =>
    Effect.gen(function*() {
      const file = yield* freshFile
      const reached = yield* Deferred.make<void>()
      // read when the run itself has been written
      const signal = {
        ...diagnostic("ruff", "a.py"),
        get message() {
          Deferred.unsafeDone(reached, Effect.void)
          return "message"
        }
      }
      const many = [signal, ...Array.from({ length: 60_000 }, () => diagnostic("ruff", "a.py"))]
      yield* writing(file, (connection) =>
        Effect.gen(function*() {
          const fiber = yield* Effect.fork(connection.writeCheckRun(checkRun("ruff", { diagnostics: many })))
          yield* Deferred.await(reached)
          assert.isTrue(Exit.isInterrupted(yield* Fiber.interrupt(fiber)))
          yield* connection.writeCheckRun(checkRun("mypy"))
        }))
      assert.deepStrictEqual(
        yield* rowsOf(file, "SELECT (SELECT list(run_id) FROM core.tool_runs), count(*) FROM analytics.diagnostics"),
        [["[\"run of mypy\"]", 0]]
      )
    }))

  it.effect("fibers share a connection; a reader sees what was committed and nothing else", () =>
    Effect.gen(function*() {
      const file = yield* freshFile
      const runs = Array.from({ length: 8 }, (_, index) =>
        checkRun("ruff", {
          run: toolRun("ruff", { runId: String(index) }),
          files: Array.from({ length: 3000 }, () => measured("a.py"))
        }))
      yield* writing(file, (connection) =>
        Effect.gen(function*() {
          const counts = Effect.map(
            reading(file, (reader) =>
              reader.query("SELECT (SELECT count(*) FROM core.tool_runs) * 3000 - count(*) FROM core.run_files")),
            ({ rows }) =>
              rows
          )
          const written = Effect.forEach(runs, connection.writeCheckRun, { concurrency: "unbounded" })
          const results = yield* Effect.forEach(
            [
              Effect.zipRight(written, counts),
              ...runs.map(() =>
                counts
              )
            ],
            (each) => each,
            { concurrency: "unbounded" }
          )
          assert.deepStrictEqual(results, Array.from({ length: 9 }, () => [[0]]))
        }))
      assert.deepStrictEqual(yield* rowsOf(file, "SELECT count(*) FROM core.run_files"), [[24_000]])
    }))

  it.effect("query binds values, and runs one statement", () =>
    Effect.gen(function*() {
      const file = yield* freshFile
      yield* writing(file, (connection) =>
        Effect.gen(function*() {
          const values = ["it's\0", 1, 1.5, 2n ** 70n, 2n ** 60n, true, null, -0]
          const bound = yield* connection.query("SELECT $1, $2, $3, $4, $5, $6, $7, $8", values)
          assert.deepStrictEqual(bound.rows, [["it's\0", 1, 1.5, 2n ** 70n, 2n ** 60n, true, null, 0]])
          assert.deepStrictEqual((yield* connection.query("SELECT range FROM range(9) LIMIT $1", [2])).rows, [[0], [1]])
          assert.deepStrictEqual(bound.columns[0], { name: "$1", type: "VARCHAR" })
          for (const wrong of ["", "-- nothing", "SELECT 1; SELECT 2", "SELEC", "SELECT $1, $2", "FROM nowhere"]) {
            assert.strictEqual(yield* reasonOf(connection.query(wrong)), "Query", wrong)
          }
          assert.strictEqual(yield* reasonOf(connection.query("SELECT $1", ["one", "two"])), "Query")
          assert.strictEqual((yield* connection.query("SELECT * FROM range(100000);")).rows.length, 100_000)
        }))
    }))

  it.effect("ask reads as far as it is asked, and says so", () =>
    Effect.gen(function*() {
      const file = yield* freshFile
      yield* writing(file, () => Effect.void)
      const [elapsed, { columns, rows, truncated }] = yield* Effect.timed(
        ask(file, "SELECT range AS a, 'x' AS a FROM range(1000000000000)", 3)
      )
      assert.deepStrictEqual(rows, [[0, "x"], [1, "x"], [2, "x"]])
      assert.isTrue(truncated)
      assert.deepStrictEqual(columns.map(({ name }) => name), ["a", "a"])
      assert.isBelow(Duration.toMillis(elapsed), 10_000)
      for (const [maxRows, is] of [[4096, true], [5000, false], [5001, false], [0, true]] as const) {
        const result = yield* ask(file, "FROM range(5000)", maxRows)
        assert.deepStrictEqual([result.rows.length, result.truncated], [Math.min(maxRows, 5000), is])
      }
      for (const sql of ["EXPLAIN SELECT 1", "DESCRIBE files", "SHOW TABLES", "SUMMARIZE files", "SELECT 1 -- ; ;"]) {
        assert.isNotEmpty((yield* ask(file, sql)).rows, sql)
      }
    }))

  it.effect("ask fails when the statement fails after its first rows", () =>
    Effect.gen(function*() {
      const file = yield* freshFile
      yield* writing(file, () => Effect.void)
      const late = "SELECT CAST(CASE WHEN range = 500000 THEN 'word' ELSE '1' END AS INTEGER) FROM range(1000000)"
      const error = yield* Effect.flip(ask(file, late, 1_000_000))
      assert.match(error.message, /Could not convert string 'word'/)
      assert.strictEqual((yield* ask(file, late, 10)).rows.length, 10)
    }))

  it.effect("ask can neither write, nor read other files, nor change anything", () =>
    Effect.gen(function*() {
      const file = yield* freshFile
      yield* writing(file, (connection) => connection.finishSnapshot(record("a")))
      for (
        const [sql, reason] of [
          ["DELETE FROM core.snapshots", "ReadOnly"],
          ["CREATE TEMP TABLE t AS SELECT 1", "ReadOnly"],
          ["EXPLAIN ANALYZE DELETE FROM core.snapshots", "ReadOnly"],
          ["BEGIN", "ReadOnly"],
          ["CHECKPOINT", "ReadOnly"],
          ["ATTACH ':memory:' AS other", "ReadOnly"],
          ["SET threads = 1", "ReadOnly"],
          ["SET VARIABLE x = 1", "ReadOnly"],
          ["PRAGMA threads = 1", "ReadOnly"],
          ["CALL pragma_version()", "ReadOnly"],
          ["LOAD httpfs", "ReadOnly"],
          ["INSTALL httpfs", "ReadOnly"],
          ["COPY (SELECT 1) TO '/tmp/codeintel-ask.csv'", "Query"],
          ["EXPLAIN ANALYZE COPY (SELECT 1) TO '/tmp/codeintel-ask.csv'", "Query"],
          ["SELECT * FROM read_csv('/etc/passwd')", "Query"],
          ["SELECT * FROM read_text('/etc/passwd')", "Query"],
          ["FROM '/etc/passwd'", "Query"],
          ["FROM glob('/*')", "Query"],
          ["SELECT 1; DELETE FROM core.snapshots", "Query"],
          ["SELECT * FROM query('DELETE FROM core.snapshots')", "Query"]
        ] as const
      ) {
        assert.strictEqual(yield* reasonOf(ask(file, sql)), reason, sql)
      }
      assert.deepStrictEqual(yield* rowsOf(file, "SELECT snapshot_id FROM snapshots"), [["a"]])
    }))

  it.effect("interruption ends a statement that would take for ever", () =>
    Effect.gen(function*() {
      const file = yield* freshFile
      yield* writing(file, (connection) =>
        Effect.gen(function*() {
          const fiber = yield* Effect.fork(connection.query(forever))
          yield* answered(file)
          yield* Fiber.interrupt(fiber)
          assert.deepStrictEqual((yield* connection.query("SELECT 1")).rows, [[1]])
          // before it has begun
          yield* Effect.flatMap(Effect.fork(connection.query(forever)), Fiber.interrupt)
          assert.deepStrictEqual((yield* connection.query("SELECT 1")).rows, [[1]])
        }))
      const fiber = yield* Effect.fork(ask(file, forever))
      yield* answered(file)
      yield* Fiber.interrupt(fiber)
      assert.deepStrictEqual(yield* rowsOf(file, "SELECT 1"), [[1]])
    }))

  it.effect("ask gives a statement up that takes longer than it may, however it keeps DuckDB busy", () =>
    Effect.gen(function*() {
      const file = yield* freshFile
      yield* writing(file, () => Effect.void)
      const endless = [
        forever,
        "WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t) SELECT max(n) FROM t",
        // rows come one by one, long before the end
        "FROM range(1000000000) a, range(1000000000) b WHERE a.range * b.range < 0"
      ]
      for (const sql of endless) {
        for (const timeout of [Duration.zero, Duration.millis(20)]) {
          const error = yield* Effect.flip(askWithin(file, sql, timeout))
          assert.strictEqual(error.reason, "Timeout", error.message)
          assert.deepStrictEqual(yield* rowsOf(file, "SELECT 1"), [[1]])
        }
      }
      assert.deepStrictEqual((yield* askWithin(file, "SELECT 1", Duration.minutes(5))).rows, [[1]])
      assert.strictEqual(yield* reasonOf(askWithin(file, "FROM nowhere", Duration.minutes(5))), "Query")
    }))

  it.effect("schema says what is in a database", () =>
    Effect.gen(function*() {
      const file = yield* freshFile
      yield* writing(file, () => Effect.void)
      const relations = yield* Effect.flatMap(Warehouse, ({ schema }) => schema)
      const columns = yield* rowsOf(
        file,
        `SELECT schema_name, table_name, column_name, data_type, comment FROM duckdb_columns() WHERE NOT internal
        ORDER BY schema_name, table_name, column_index`
      )
      const said = relations
        .flatMap(({ columns, name, schema }) =>
          columns.map((each) => [
            schema,
            name,
            each.name,
            each.type === "TIMESTAMPTZ" ? "TIMESTAMP WITH TIME ZONE" : each.type,
            `${each.description}${each.whenNull === null ? "" : `; NULL: ${each.whenNull}`}${
              each.unit === null ? "" : ` (${each.unit})`
            }`
          ])
        )
      const byRelation = Order.mapInput(Order.tuple(Order.string, Order.string), (row: ReadonlyArray<unknown>) =>
        [String(row[0]), String(row[1])] as const)
      assert.deepStrictEqual(Arrays.sort(said, byRelation), [...columns])
      assert.isEmpty(
        relations.flatMap(({ columns }) =>
          columns
        ).filter((each) => each.nullable === (each.whenNull === null))
      )
    }))

  const runs = { fastCheck: { numRuns } }
  let shared: string | undefined
  /** A database without rows, the same every time. */
  const emptied = Effect.gen(function*() {
    const file = shared ?? (yield* freshFile)
    shared = file
    yield* writing(file, (connection) =>
      Effect.forEach(
        tables.filter(({ name }) => name !== "codeintel_schema"),
        (table) => connection.query(`DELETE FROM ${qualifiedName(table)}`),
        { concurrency: 1 }
      ))
    return file
  })
  const all = (connection: Connection, sql: string) => Effect.map(connection.query(sql), ({ rows }) => rows)
  const iso = (at: DateTime.Utc) => DateTime.toEpochMillis(at)

  it.effect.prop("a run comes back as it was written", [Rows.arbitraryCheckRun], ([given]) =>
    Effect.gen(function*() {
      const { diagnostics, files, run } = given
      yield* writing(yield* emptied, (connection) =>
        Effect.gen(function*() {
          yield* connection.writeCheckRun(given)
          assert.deepStrictEqual(
            (yield* all(connection, "SELECT * REPLACE (epoch_ms(started_at) AS started_at) FROM core.tool_runs"))
              .map(([id, tool, executable, version, args, ...rest]) => [
                id,
                tool,
                executable,
                version,
                JSON.parse(String(args)),
                ...rest
              ]),
            [[
              run.runId,
              run.tool,
              Option.getOrNull(run.executable),
              Option.getOrNull(run.version),
              run.args,
              run.cwd,
              iso(run.startedAt),
              run.durationMs,
              Option.getOrNull(run.exitCode),
              Option.getOrNull(run.signal),
              run.status,
              Option.getOrNull(run.reason),
              Option.getOrNull(run.filesAnalyzed),
              Option.getOrNull(run.unresolvedImports),
              Option.getOrNull(run.imports),
              run.outsideRepository,
              Option.getOrNull(run.key),
              Option.getOrNull(run.baseKey)
            ]]
          )
          assert.deepStrictEqual(
            yield* all(connection, "FROM core.run_files ORDER BY rowid"),
            files.map((each) => [
              run.runId,
              each.relPath,
              Option.getOrNull(each.measured),
              Option.getOrNull(each.reason)
            ])
          )
          assert.deepStrictEqual(
            yield* all(connection, "FROM analytics.diagnostics ORDER BY rowid"),
            diagnostics.map((each) => [
              run.runId,
              each.relPath,
              each.startLine,
              each.startColumn,
              each.endLine,
              each.endColumn,
              each.severity,
              each.rule,
              each.message,
              each.fingerprint
            ])
          )
          const found = yield* connection.findRun(run.tool, Option.getOrElse(run.key, () => ""))
          if (Option.isSome(found)) assert.deepStrictEqual(found.value, run)
        }))
    }), runs)

  it.effect.prop(
    "syntax facts come back as they were written",
    [Rows.arbitraryFacts],
    ([given]) =>
      Effect.gen(function*() {
        yield* writing(yield* emptied, (connection) =>
          Effect.gen(function*() {
            yield* connection.writeSyntax([{ contentHash: "h", source: "", facts: given }])
            assert.deepStrictEqual(
              yield* all(connection, "FROM core.syntax"),
              [[
                "h",
                Option.getOrNull(Option.map(given.parseError, ({ line }) => line)),
                Option.getOrNull(Option.map(given.parseError, ({ message }) => message))
              ]]
            )
            assert.deepStrictEqual(
              yield* all(connection, "FROM core.functions ORDER BY rowid"),
              given.functions.map((each) => [
                "h",
                each.qualifiedName,
                each.startLine,
                each.endLine,
                each.parameters,
                each.annotatedParameters,
                each.returnAnnotated
              ])
            )
            assert.deepStrictEqual(
              (yield* all(connection, "FROM core.imports ORDER BY rowid"))
                .map(([hash, name, level, names, line]) => [hash, name, level, JSON.parse(String(names)), line]),
              given.imports.map((each) => ["h", each.module, each.level, each.names, each.line])
            )
            assert.deepStrictEqual(yield* connection.importCounts(["h"]), new Map([["h", given.imports.length]]))
          }))
      }),
    runs
  )

  it.effect.prop(
    "a snapshot comes back as it was written",
    [Rows.arbitraryRecord],
    ([given]) =>
      Effect.gen(function*() {
        yield* writing(yield* emptied, (connection) =>
          Effect.gen(function*() {
            yield* connection.finishSnapshot(given)
            assert.deepStrictEqual(
              yield* all(
                connection,
                "SELECT * REPLACE (epoch_ms(started_at) AS started_at, epoch_ms(finished_at) AS finished_at) FROM snapshots"
              ),
              [[
                given.snapshot.id,
                given.repo,
                Option.getOrNull(given.snapshot.commit),
                given.snapshot.dirty,
                iso(given.startedAt),
                iso(given.finishedAt)
              ]]
            )
            assert.deepStrictEqual(
              yield* all(connection, "SELECT * EXCLUDE snapshot_id FROM core.modules ORDER BY rowid"),
              given.modules.map((each) => [each.relPath, each.moduleName, each.contentHash, each.bytes, each.lines])
            )
            assert.deepStrictEqual(
              yield* all(connection, "SELECT * EXCLUDE snapshot_id FROM core.snapshot_runs ORDER BY rowid"),
              given.runs.map((each) => [
                each.tool,
                each.tool === "pyright",
                Option.getOrNull(each.runId),
                each.status,
                Option.getOrNull(each.reason),
                each.reused
              ])
            )
          }))
      }),
    runs
  )
}
