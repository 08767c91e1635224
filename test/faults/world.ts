// @effect-diagnostics nodeBuiltinImport:off processEnv:off
/**
 * A small repository, and every place that the command and its tools may write to, in one directory: what is alive in
 * it, or left in it, is ours.
 */
import * as Command from "@effect/platform/Command"
import type { Process } from "@effect/platform/CommandExecutor"
import * as FileSystem from "@effect/platform/FileSystem"
import * as Path from "@effect/platform/Path"
import { assert } from "@effect/vitest"
import { Effect, Schedule, Schema } from "effect"
import { constants, homedir } from "node:os"
import { codeintel } from "../e2e/command.js"

export interface World {
  /** With a space and a letter that is not ASCII in its path. */
  readonly directory: string
  /** The repository. */
  readonly root: string
  /** `TMPDIR` of the command, and so of its tools. */
  readonly temporary: string
  readonly env: Readonly<Record<string, string>>
}

const cacheDirectory = process.env["CODEINTEL_CACHE"] ??
  `${process.env["XDG_CACHE_HOME"] ?? `${process.env["HOME"] ?? homedir()}/.cache`}/codeintel`

/** Two modules in which each checker has something to say, and a test that passes. */
export const modules: Readonly<Record<string, string>> = {
  "shop.py": "import os\n\n\ndef price(amount: int) -> int:\n    return str(amount)\n",
  "till.py": "from shop import price\n\n\ndef total(amounts: list[int]) -> int:\n    return sum(map(price, amounts))\n",
  "test_till.py": "from till import total\n\n\ndef test_nothing():\n    assert total([]) == 0\n"
}

/** Empty, with names that a parser or a listing may trip over. */
export const oddFiles: Readonly<Record<string, string>> = {
  "line\nfeed.py": "",
  [`qu"ote's.py`]: "",
  "cafe\u0301.py": ""
}

/** Path in the repository -> text; directories are made. */
export const write = Effect.fn("faults.write")(function*(
  { root }: Pick<World, "root">,
  files: Readonly<Record<string, string>>
) {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  for (const [name, text] of Object.entries(files)) {
    yield* fs.makeDirectory(path.dirname(`${root}/${name}`), { recursive: true })
    yield* fs.writeFileString(`${root}/${name}`, text)
  }
})

/** A program, absolute. */
export const writeExecutable = Effect.fn("faults.writeExecutable")(function*(file: string, text: string) {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  yield* fs.makeDirectory(path.dirname(file), { recursive: true })
  yield* fs.writeFileString(file, text)
  yield* fs.chmod(file, 0o755)
})

/** `files` of the repository; none: an empty directory. It goes with the scope. */
export const make = Effect.fn("faults.world")(function*(files: Readonly<Record<string, string>> = modules) {
  const fs = yield* FileSystem.FileSystem
  const directory = yield* fs.realPath(yield* fs.makeTempDirectoryScoped({ prefix: "codeintel fault ü " }))
  const root = `${directory}/repository`
  const temporary = `${directory}/temporary`
  yield* Effect.forEach([root, temporary, `${directory}/home`], (each) => fs.makeDirectory(each))
  yield* write({ root }, files)
  const world: World = {
    directory,
    root,
    temporary,
    env: {
      CODEINTEL_CACHE: cacheDirectory,
      HOME: `${directory}/home`,
      TMPDIR: temporary
    }
  }
  return world
})

/** The same with a cache of its own, in which just the tools are those of the user: what is known of Python is not. */
export const makeWithCache = Effect.fn("faults.worldWithCache")(function*(files?: Readonly<Record<string, string>>) {
  const fs = yield* FileSystem.FileSystem
  const world = yield* make(files)
  const cache = `${world.directory}/cache`
  yield* fs.makeDirectory(cache)
  yield* fs.symlink(`${cacheDirectory}/tools`, `${cache}/tools`)
  const own: World = { ...world, env: { ...world.env, CODEINTEL_CACHE: cache } }
  return own
})

/** The command on the repository of this world. */
export const run = (world: World, args: ReadonlyArray<string>, env: Readonly<Record<string, string>> = {}) =>
  codeintel([...args, world.root], { ...world.env, ...env })

const Rows = Schema.parseJson(Schema.Array(Schema.Record({ key: Schema.String, value: Schema.Unknown })))

/** What `codeintel sql` answers. */
export const ask = Effect.fn("faults.ask")(function*(world: World, query: string) {
  const { exitCode, stderr, stdout } = yield* run(world, ["sql", "--format", "json", query])
  assert.strictEqual(exitCode, 0, stderr)
  return yield* Effect.orDie(Schema.decode(Rows)(stdout))
})

/** What the database says of a tool after an ingest. */
export interface ToolState {
  readonly status: string
  readonly reason: string
  /** `path line column severity rule message`, sorted. */
  readonly diagnostics: ReadonlyArray<string>
  /** `path errors`, sorted; `NULL` where it was not measured. */
  readonly errors: ReadonlyArray<string>
}

/** In JSON, a list is its text. */
const List = Schema.parseJson(Schema.Array(Schema.String))

const State = Schema.Struct({
  tool: Schema.String,
  status: Schema.String,
  reason: Schema.String,
  diagnostics: List,
  errors: List
})

/** Every tool of the latest ingest, in one question. */
export const states = Effect.fn("faults.states")(function*(world: World) {
  const rows = yield* ask(
    world,
    `SELECT tool, status, coalesce(reason, '') AS reason,
      coalesce((SELECT list_sort(list(concat_ws(' ', rel_path, start_line, start_column, severity, rule, message)))
        FROM diagnostics d WHERE d.tool = t.tool), []) AS diagnostics,
      coalesce((SELECT list_sort(list(concat_ws(' ', rel_path, coalesce(errors::VARCHAR, 'NULL'))))
        FROM file_checks c WHERE c.tool = t.tool), []) AS errors
    FROM tool_runs t`
  )
  const decoded = yield* Effect.orDie(Schema.decodeUnknown(Schema.Array(State))(rows))
  return new Map(decoded.map(({ tool, ...state }): [string, ToolState] => [tool, state]))
})

/** Who lives in this world: by the environment it was started with, or by its working directory; no zombies. */
export const processes = Effect.fn("faults.processes")(function*(world: World) {
  const fs = yield* FileSystem.FileSystem
  const read = (file: string) => Effect.orElseSucceed(fs.readFileString(file), () => "")
  const pids = (yield* fs.readDirectory("/proc")).filter((name) => /^\d+$/.test(name))
  const found = yield* Effect.forEach(pids, (pid) =>
    Effect.gen(function*() {
      const cwd = yield* Effect.orElseSucceed(fs.readLink(`/proc/${pid}/cwd`), () => "")
      const isOurs = cwd.startsWith(world.directory) ||
        (yield* read(`/proc/${pid}/environ`)).includes(`TMPDIR=${world.temporary}`)
      const isZombie = /\) Z/.test(yield* read(`/proc/${pid}/stat`))
      return isOurs && !isZombie ? [`${pid} ${(yield* read(`/proc/${pid}/cmdline`)).replaceAll("\0", " ")}`] : []
    }), { concurrency: 16 })
  return found.flat()
})

/**
 * Whether the command listens to signals yet: as the kernel says, by the bits of a number. Asked of SIGHUP, to which it
 * listens last; node itself catches SIGINT and SIGTERM from its start, to die of them.
 */
export const isListening = Effect.fn("faults.isListening")(function*({ pid }: Process) {
  const fs = yield* FileSystem.FileSystem
  const status = yield* Effect.orElseSucceed(fs.readFileString(`/proc/${pid}/status`), () => "")
  const mask = BigInt(`0x${/^SigCgt:\s+(\w+)/m.exec(status)?.[1] ?? "0"}`)
  return (mask >> BigInt(constants.signals.SIGHUP - 1) & 1n) === 1n
})

/** Nobody is alive 5 s from now, at the latest. */
export const assertNobodyIsLeft = Effect.fn("faults.assertNobodyIsLeft")(function*(world: World) {
  const alive = yield* processes(world).pipe(
    Effect.repeat({
      until: (left) => left.length === 0,
      schedule: Schedule.spaced("50 millis").pipe(Schedule.upTo("5 seconds"))
    }),
    Effect.zipRight(processes(world))
  )
  assert.deepStrictEqual(alive, [])
})

/** Of the state directory; a database in the making has a log beside it. */
const lasting = /^(?:\.gitignore|codeintel\.duckdb|stat-cache)$/

/**
 * The report of the tests, how it came about, and what coverage recorded with it. They stand for a later run in the same
 * state of the repository, when the database has gone.
 */
const ofTests = /^(?:pytest-report\.json(?:\.json)?|coverage\.data(?:\..*)?(?<!-journal))$/

const Confirmed = Schema.parseJson(Schema.Struct({ key: Schema.String, complete: Schema.Literal(true) }))

/** What is there that should not be: temporary files, scratch directories, locks, a report that stands for nothing. */
export const leftovers = Effect.fn("faults.leftovers")(function*(world: World) {
  const fs = yield* FileSystem.FileSystem
  const directory = `${world.root}/.codeintel`
  const state = yield* Effect.orElseSucceed(fs.readDirectory(directory), () => [])
  const isConfirmed = yield* fs.readFileString(`${directory}/pytest-report.json.json`).pipe(
    Effect.flatMap(Schema.decode(Confirmed)),
    Effect.as(true),
    Effect.orElseSucceed(() => false)
  )
  const isLasting = (name: string) => lasting.test(name) || (isConfirmed && ofTests.test(name))
  return [...yield* fs.readDirectory(world.temporary), ...state.filter((name) => !isLasting(name))].sort()
})

/** Git with a name and without the user's settings, in the repository. */
export const git = (world: Pick<World, "directory" | "root">, ...args: ReadonlyArray<string>) =>
  Command.make("git", "-c", "user.name=x", "-c", "user.email=x@example.org", ...args).pipe(
    Command.workingDirectory(world.root),
    Command.env({ HOME: `${world.directory}/home`, GIT_CONFIG_NOSYSTEM: "1" }),
    Command.exitCode,
    Effect.map((exitCode) => assert.strictEqual(Number(exitCode), 0, args.join(" ")))
  )

/** All that is in the repository, in its first commit. */
export const commit = Effect.fn("faults.commit")(function*(world: Pick<World, "directory" | "root">) {
  yield* git(world, "init", "--quiet")
  yield* git(world, "add", "--", ".")
  yield* git(world, "commit", "--quiet", "--message=one")
})
