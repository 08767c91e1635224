// @effect-diagnostics nodeBuiltinImport:off
/**
 * A database in a world of its own, what it shows, and what a refusal must look like.
 */
import * as Command from "@effect/platform/Command"
import * as FileSystem from "@effect/platform/FileSystem"
import { assert } from "@effect/vitest"
import { Effect, Stream } from "effect"
import { resolve } from "node:path"
import type { Ended } from "../e2e/command.js"
import * as World from "./world.js"

/** One tool, which is quick, and no patience with a database that somebody else has open. */
export const settings = {
  CODEINTEL_PYRIGHT_ENABLED: "false",
  CODEINTEL_PYREFLY_ENABLED: "false",
  CODEINTEL_DUCKDB_LOCK_TIMEOUT: "1 second"
}

export const fileOf = (world: World.World) => `${world.root}/.codeintel/codeintel.duckdb`

export const ingest = (world: World.World, env: Readonly<Record<string, string>> = {}) =>
  World.run(world, ["ingest", "--only", "typing"], { ...settings, ...env })

/** Looks at every table behind a view; `sql` says it in one line. */
const everything = `SELECT
  (SELECT list(t ORDER BY t) FROM (SELECT tool, status FROM tool_runs) t) AS tools,
  (SELECT list(t ORDER BY t) FROM (SELECT rel_path, tool, errors FROM file_checks) t) AS checks,
  (SELECT list(t ORDER BY t) FROM (SELECT * EXCLUDE (run_id) FROM diagnostics) t) AS diagnostics,
  (SELECT list(t ORDER BY t) FROM (SELECT * FROM files) t) AS files,
  (SELECT list(t ORDER BY t) FROM (SELECT * FROM functions) t) AS functions`

export const question = ["sql", "--format", "json", everything]

export const ask = (world: World.World) => World.run(world, question, settings)

/** What `sql` shows of it. */
export const shown = (world: World.World) =>
  Effect.map(ask(world), ({ exitCode, stderr, stdout }) => {
    assert.strictEqual(exitCode, 0, stderr)
    return stdout
  })

const changedModules = { ...World.modules, "shop.py": "import os\nimport sys\n\n\ndef price(amount): return amount\n" }

const knownOf = (modules: Readonly<Record<string, string>>) =>
  Effect.gen(function*() {
    const fs = yield* FileSystem.FileSystem
    const world = yield* World.make(modules)
    const { exitCode, stderr } = yield* ingest(world)
    assert.strictEqual(exitCode, 0, stderr)
    return { bytes: yield* fs.readFile(fileOf(world)), shown: yield* shown(world) }
  }).pipe(Effect.scoped, Effect.cached, Effect.runSync)

/** The database that an ingest of `World.modules` makes. */
export const known = knownOf(World.modules)

/** The same of a repository in which a file has changed. */
export const changed = knownOf(changedModules)

/** The change. */
export const change = (world: World.World) => World.write(world, { "shop.py": changedModules["shop.py"] })

/** A world that has been ingested. */
export const make = Effect.gen(function*() {
  const fs = yield* FileSystem.FileSystem
  const world = yield* World.make()
  yield* fs.makeDirectory(`${world.root}/.codeintel`)
  yield* fs.writeFile(fileOf(world), (yield* known).bytes)
  return world
})

/** DuckDB in a process of its own: `sql FILE SQL`, and `killed FILE SQL`, which leaves a log. */
const prelude = `set -eu
duckdb() { (cd "$project" && node -e '
  const [file, sql, killed] = process.argv.slice(1)
  require("@duckdb/node-api").DuckDBInstance.create(file).then(async (instance) => {
    const connection = await instance.connect()
    await connection.run(sql)
    if (killed) process.kill(process.pid, "SIGKILL")
    connection.closeSync()
    instance.closeSync()
  })' "$@"); }
sql() { duckdb "$1" "$2"; }
killed() { duckdb "$1" "$2" killed || true; test -s "$1.wal"; }
`

/** Runs a script of sh in `.codeintel`: `$db` is the database, absolute. */
export const damage = Effect.fn("faults.database.damage")(function*(world: World.World, script: string) {
  const exitCode = yield* Command.make("sh", "-c", prelude + script).pipe(
    Command.workingDirectory(`${world.root}/.codeintel`),
    Command.env({ db: fileOf(world), project: resolve(".") }),
    Command.exitCode
  )
  assert.strictEqual(Number(exitCode), 0, script)
})

/** The database and all that is beside it, but what every ingest writes. */
export const fingerprint = (world: World.World) =>
  Command.string(
    Command.make(
      "sh",
      "-c",
      `cd "$1" && find . -mindepth 1 ! -name stat-cache ! -name .gitignore -printf "%P %y %s %l\n" | sort
       find . -type f ! -name stat-cache ! -name .gitignore -exec sha256sum {} + | sort`,
      "sh",
      `${world.root}/.codeintel`
    )
  )

/** One message, which says what and what to do next; nothing on stdout. */
export const assertRefused = ({ exitCode, stderr, stdout }: Ended, code: number, says: RegExp) => {
  assert.deepStrictEqual([exitCode, stdout], [code, ""], stderr)
  assert.match(stderr, says)
  assert.notMatch(stderr, /\n\s+at |this is a bug/, "a stack is for bugs")
  assert.include(stderr.trimEnd(), "\n", "what to do comes after what happened")
}

const holds = `
const [file, access_mode] = process.argv.slice(1)
require("@duckdb/node-api").DuckDBInstance.create(file, { access_mode }).then(async (instance) => {
  await instance.connect()
  console.log("open")
  setInterval(() => instance, 1000)
})`

/** Another process has the file open until the scope ends. */
export const heldElsewhere = Effect.fn("faults.database.heldElsewhere")(
  function*(file: string, accessMode: "READ_WRITE" | "READ_ONLY") {
    const process = yield* Effect.acquireRelease(
      Command.start(Command.make("node", "-e", holds, file, accessMode)),
      (process) => Effect.orDie(process.kill("SIGKILL"))
    )
    yield* Stream.runHead(process.stdout)
    return process.pid
  }
)
