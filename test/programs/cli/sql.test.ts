import { assert, describe, layer } from "@effect/vitest"
import { Clock, Effect, Fiber, TestClock } from "effect"
import { answered, forever, writing } from "../../layers/duckdb/laws.js"
import { record } from "../../layers/duckdb/rows.js"
import { running, Services } from "./running.js"

const database = "/repo/.codeintel/codeintel.duckdb"

const ingested = writing(database, (connection) => connection.finishSnapshot(record("a")))

const ask = (...args: ReadonlyArray<string>) => Effect.zipRight(ingested, running("sql", ...args, "/repo"))

layer(Services)("codeintel sql", (it) => {
  it.effect("--fail-on-rows: 1 when there is a row, which is printed, and 0 when there is none", () =>
    Effect.gen(function*() {
      const found = yield* ask("--fail-on-rows", "SELECT snapshot_id FROM snapshots")
      assert.deepStrictEqual(found, { exitCode: 1, stdout: "snapshot_id\na\n(1 row)\n", stderr: "" })
      const none = yield* ask("--fail-on-rows", "SELECT snapshot_id FROM snapshots WHERE false")
      assert.deepStrictEqual(none, { exitCode: 0, stdout: "snapshot_id\n(0 rows)\n", stderr: "" })
      assert.strictEqual((yield* ask("SELECT 1")).exitCode, 0)
      const more = yield* ask("--fail-on-rows", "--max-rows", "1", "FROM range(3)")
      assert.deepStrictEqual([more.exitCode, more.stderr], [1, "only the first 1 rows are shown: see --max-rows\n"])
    }))

  it.effect("--fail-on-rows: a question that fails is not one without rows", () =>
    Effect.gen(function*() {
      for (const args of [["FROM nowhere"], ["DELETE FROM core.snapshots"], ["--timeout", "never", "SELECT 1"]]) {
        const { exitCode, stdout } = yield* ask("--fail-on-rows", ...args)
        assert.deepStrictEqual([exitCode, stdout], [2, ""], args.join(" "))
      }
      assert.strictEqual((yield* running("sql", "--fail-on-rows", "SELECT 1", "/elsewhere")).exitCode, 2)
    }))

  describe.each(["0", "-1", "soon", "Infinity"])("--timeout %s", (timeout) => {
    it.effect("is no limit: 2, and nothing is asked", () =>
      Effect.gen(function*() {
        const { exitCode, stderr, stdout } = yield* ask(`--timeout=${timeout}`, forever)
        assert.deepStrictEqual([exitCode, stdout], [2, ""])
        assert.match(stderr, /^--timeout .*: it is not a time above zero such as 300 \(seconds\)/)
      }))
  })

  it.effect("a statement that takes longer than it may is ended: 2, and one message", () =>
    Effect.gen(function*() {
      // the limit is of the real clock, the statement has no end
      const { exitCode, stderr, stdout } = yield* Effect.withClock(
        ask("--fail-on-rows", "--timeout", "0.05", forever),
        Clock.make()
      )
      assert.deepStrictEqual([exitCode, stdout], [2, ""])
      assert.strictEqual(
        stderr,
        `${database}: ask failed: the statement took longer than 0.05 seconds, and was interrupted\n` +
          "ask for less, or give it more time with --timeout\n"
      )
      assert.strictEqual((yield* ask("SELECT 1")).exitCode, 0)
    }))

  it.effect("60 seconds unless said otherwise", () =>
    Effect.gen(function*() {
      yield* ingested
      const fiber = yield* Effect.fork(running("sql", forever, "/repo"))
      yield* answered(database)
      yield* TestClock.adjust("59999 millis")
      yield* answered(database)
      assert.isTrue((yield* Fiber.poll(fiber))._tag === "None")
      yield* TestClock.adjust("1 millis")
      const { exitCode, stderr } = yield* Fiber.join(fiber)
      assert.strictEqual(exitCode, 2)
      assert.include(stderr, "longer than 60 seconds")
    }))

  it.effect("--format markdown: a table for GitHub, where NULL is no text and a text is code", () =>
    Effect.gen(function*() {
      const query = "SELECT 1 AS one, NULL AS two, 'NULL' AS \"a|b\", 'x|<b>' AS text_, 1.5 AS n, true AS yes"
      assert.strictEqual(
        (yield* ask("--format", "markdown", query)).stdout,
        "| one | two | `a\\|b` | `text_` | n | yes |\n" +
          "| ---: | ---: | --- | --- | ---: | --- |\n" +
          "| 1 | NULL | `NULL` | `x\\|<b>` | 1.5 | true |\n"
      )
    }))
})
