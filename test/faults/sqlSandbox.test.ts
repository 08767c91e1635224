/**
 * `codeintel sql` asks the database, and can do nothing else: no other file, no setting, no code, no second statement.
 */
import * as NodeContext from "@effect/platform-node/NodeContext"
import * as FileSystem from "@effect/platform/FileSystem"
import { assert, describe, layer } from "@effect/vitest"
import { Context, Effect, Layer, Schedule } from "effect"
import { start } from "../e2e/command.js"
import { sample } from "./scale.js"
import * as World from "./world.js"

const SECRET = "hunter2-of-the-user"

/** A world with a database, for all tests of this file: nothing changes it. */
class Known extends Context.Tag("faults/Known")<Known, World.World>() {}

const make = Effect.gen(function*() {
  const fs = yield* FileSystem.FileSystem
  const world = yield* World.make()
  const off = Object.fromEntries(["PYRIGHT", "PYREFLY"].map((tool) => [`CODEINTEL_${tool}_ENABLED`, "false"]))
  yield* World.run(world, ["ingest", "--only", "typing"], off)
  yield* fs.makeDirectory(`${world.directory}/files`)
  yield* fs.writeFileString(`${world.directory}/files/secret.csv`, `name,value\nkey,${SECRET}\n`)
  yield* fs.writeFileString(`${world.directory}/files/secret.json`, `{"key":"${SECRET}"}\n`)
  return world
})

const Live = Layer.provideMerge(Layer.scoped(Known, make), NodeContext.layer)

const bytesOf = Effect.fnUntraced(function*(world: World.World) {
  const fs = yield* FileSystem.FileSystem
  const database = yield* fs.readFile(`${world.root}/.codeintel/codeintel.duckdb`)
  const names = yield* Effect.forEach([
    world.root,
    `${world.root}/.codeintel`,
    world.directory,
    `${world.directory}/files`
  ], (each) => fs.readDirectory(each))
  return { database: Buffer.from(database).toString("base64").length, content: Buffer.from(database), names }
})

/** `@` stands for the directory with the files. */
const refused = [
  "SELECT * FROM read_csv('@/secret.csv')",
  "SELECT * FROM read_csv_auto('@/secret.csv')",
  "SELECT content FROM read_text('@/secret.csv')",
  "SELECT content FROM read_blob('@/secret.csv')",
  "SELECT * FROM read_json('@/secret.json')",
  "SELECT * FROM read_ndjson_objects('@/secret.json')",
  "SELECT * FROM parquet_scan('@/secret.csv')",
  "SELECT * FROM sniff_csv('@/secret.csv')",
  "SELECT * FROM glob('@/*')",
  "FROM '@/secret.csv'",
  "FROM '@/secret.json'",
  "SELECT * FROM '@/*.csv'",
  "FROM query('SELECT * FROM read_text(''@/secret.csv'')')",
  "EXPLAIN ANALYZE SELECT * FROM read_text('@/secret.csv')",
  "SELECT getenv('HOME')",
  "SELECT * FROM read_csv('https://example.org/x.csv')",
  "SELECT * FROM 's3://bucket/x.parquet'",
  "ATTACH '@/new.duckdb' AS other",
  "ATTACH ':memory:' AS other",
  "DETACH codeintel",
  "USE memory",
  "COPY (SELECT 1) TO '@/copy.csv'",
  "EXPLAIN ANALYZE COPY (SELECT 1) TO '@/copy.csv'",
  "COPY core.snapshots FROM '@/secret.csv'",
  "COPY FROM DATABASE codeintel TO other",
  "EXPORT DATABASE '@/export'",
  "IMPORT DATABASE '@/export'",
  "INSTALL httpfs",
  "LOAD httpfs",
  "LOAD '@/evil.duckdb_extension'",
  "SET enable_external_access = true",
  "SET memory_limit = '100GB'",
  "SET lock_configuration = false",
  "RESET ALL",
  "PRAGMA enable_profiling",
  "PRAGMA memory_limit = '100GB'",
  "CALL enable_logging(storage = 'file', storage_path = '@/log')",
  "SELECT * FROM enable_profiling(save_location = '@/profile')",
  "CHECKPOINT",
  "FORCE CHECKPOINT",
  "VACUUM",
  "BEGIN",
  "COMMIT",
  "ROLLBACK",
  "CREATE TABLE t (a INTEGER)",
  "CREATE TEMP TABLE t AS SELECT 1",
  "CREATE MACRO m() AS 1",
  "CREATE SECRET s (TYPE s3)",
  "CREATE OR REPLACE VIEW files AS SELECT 1",
  "INSERT INTO core.snapshots SELECT * FROM core.snapshots",
  "EXPLAIN ANALYZE DELETE FROM core.snapshots",
  "WITH x AS (SELECT 1) DELETE FROM core.snapshots",
  "UPDATE core.snapshots SET repo = ''",
  "DELETE FROM core.snapshots",
  "TRUNCATE core.snapshots",
  "DROP VIEW files",
  "ALTER TABLE core.snapshots ADD COLUMN x INTEGER",
  "SELECT 1; DROP VIEW files",
  "SELECT 1; SELECT 2",
  "PREPARE p AS SELECT 1",
  "EXECUTE p",
  ""
]

layer(Live, { excludeTestServices: true, timeout: "30 minutes" })("codeintel sql", (it) => {
  describe.each(sample("statements", 8, refused.map((query) => ({ query, title: JSON.stringify(query) }))))(
    "asked $title",
    ({ query }) => {
      it.scoped("refuses, and reads and changes nothing", () =>
        Effect.gen(function*() {
          const world = yield* Known
          const before = yield* bytesOf(world)
          const asked = query.replaceAll("@", `${world.directory}/files`)
          const { exitCode, stderr, stdout } = yield* World.run(world, ["sql", asked])
          assert.strictEqual(exitCode, 2, stdout + stderr)
          assert.strictEqual(stdout, "")
          assert.notInclude(stderr, SECRET)
          const after = yield* bytesOf(world)
          assert.isTrue(before.content.equals(after.content), "the database is the same")
          assert.deepStrictEqual(after.names, before.names)
        }))
    }
  )

  const endless = [
    {
      name: "recursion",
      query: "WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t) SELECT count(*) FROM t"
    },
    {
      name: "a product",
      query: "SELECT count(*) FROM range(1000000000) a, range(1000000000) b WHERE a.range * b.range = 7"
    },
    { name: "sorting", query: "SELECT hash(range) h FROM range(100000000000) ORDER BY h" }
  ]
  describe.each(sample("endless", 1, endless))("asked for $name without an end", ({ query }) => {
    it.scoped("is stopped by Ctrl-C, or by its memory", () =>
      Effect.gen(function*() {
        const world = yield* Known
        const process = yield* start(["sql", query, world.root], world.env)
        yield* Effect.repeat(World.isListening(process), {
          until: (isListening) => isListening,
          schedule: Schedule.spaced("20 millis")
        })
        // now it asks: when it has begun, nobody can see from outside
        yield* Effect.sleep("2 seconds")
        yield* Effect.ignore(process.kill("SIGINT"))
        const code = yield* process.exitCode.pipe(Effect.timeout("5 minutes"))
        assert.include([130, 2], Number(code))
        yield* World.assertNobodyIsLeft(world)
      }))
  })

  describe.each(sample("endless in time", 1, endless))("asked for $name without an end", ({ query }) => {
    it.scoped("is stopped by its time, or by its memory", () =>
      Effect.gen(function*() {
        const world = yield* Known
        const { exitCode, stderr, stdout } = yield* World.run(world, ["sql", "--timeout", "1", query])
        assert.deepStrictEqual([exitCode, stdout], [2, ""], stderr)
        assert.match(stderr, /took longer than 1 second, and was interrupted\n.*--timeout|Out of Memory/)
        yield* World.assertNobodyIsLeft(world)
      }))
  })

  const large = [
    {
      name: "more memory than it has",
      query: "SELECT list(range) FROM range(1000000000)",
      code: 2,
      says: /Out of Memory/
    },
    { name: "a billion rows", query: "SELECT range FROM range(1000000000)", code: 0, says: /only the first 10000 rows/ }
  ]
  describe.each(sample("large", 2, large))("asked for $name", ({ code, query, says }) => {
    it.scoped("answers as far as it may, or refuses, in bounded memory", () =>
      Effect.gen(function*() {
        const world = yield* Known
        const { exitCode, stderr, stdout } = yield* World.run(world, ["sql", "--format", "csv", query])
        assert.strictEqual(exitCode, code, stderr)
        assert.match(stderr, says)
        if (code === 0) assert.strictEqual(stdout.split("\n").length, 10_002)
      }))
  })

  it.scoped("truncates to the rows that are asked for", () =>
    Effect.gen(function*() {
      const world = yield* Known
      const { stderr, stdout } = yield* World.run(world, ["sql", "--max-rows", "3", "--format", "csv", "FROM range(5)"])
      assert.strictEqual(stdout, "range\n0\n1\n2\n")
      assert.match(stderr, /only the first 3 rows/)
    }))
})
