/**
 * What a repository can be like: every file that is in it is in the database, with a number where it was looked at and
 * NULL where not; what keeps an ingest from beginning is said; and the repository is as it was, but for `.codeintel`.
 */
import * as NodeContext from "@effect/platform-node/NodeContext"
import * as Command from "@effect/platform/Command"
import * as FileSystem from "@effect/platform/FileSystem"
import { assert, describe, layer } from "@effect/vitest"
import { Effect } from "effect"
import { codeintel, type Ended, tree } from "../e2e/command.js"
import { configurations } from "./configurationFaults.js"
import { contents } from "./contentFaults.js"
import * as FaultyTool from "./faultyTool.js"
import { gits } from "./gitRepositoryFaults.js"
import { moves } from "./moves.js"
import { names, roots } from "./nameFaults.js"
import { unprivileged } from "./privileges.js"
import { refusals } from "./refusals.js"
import type { RepositoryFault } from "./repositoryFault.js"
import { count, sample } from "./scale.js"
import * as World from "./world.js"

const quick = {
  CODEINTEL_PYRIGHT_ENABLED: "false",
  CODEINTEL_RUFF_ARGS: "--select=F401",
  CODEINTEL_PYREFLY_ARGS: "--preset=default"
}

const prelude = `set -eu
py() { test "$1" != -- || shift; mkdir -p "$(dirname -- "$1")"; printf 'import os\\nx: int = ""\\n' > "$1"; }
`

const git = {
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_CONFIG_COUNT: "1",
  GIT_CONFIG_KEY_0: "protocol.file.allow",
  GIT_CONFIG_VALUE_0: "always",
  GIT_AUTHOR_NAME: "x",
  GIT_AUTHOR_EMAIL: "x@example.org",
  GIT_COMMITTER_NAME: "x",
  GIT_COMMITTER_EMAIL: "x@example.org"
}

/** A world whose repository a script has made. */
const make = Effect.fn("faults.repository.make")(function*(script: string, directory = "repository") {
  const fs = yield* FileSystem.FileSystem
  const made = yield* World.make({})
  const world: World.World = { ...made, root: `${made.directory}/${directory}` }
  yield* fs.makeDirectory(world.root, { recursive: true })
  // so that it can be removed by whoever made it
  yield* Effect.addFinalizer(() =>
    Effect.ignore(Command.exitCode(Command.make("chmod", "-R", "u+rwX", made.directory)))
  )
  const exitCode = yield* Command.make("sh", "-c", prelude + script).pipe(
    Command.workingDirectory(world.root),
    Command.env({ ...git, HOME: `${world.directory}/home` }),
    Command.exitCode
  )
  assert.strictEqual(Number(exitCode), 0, script)
  return world
})

const assertNothingIsLeft = Effect.fn("faults.repository.assertNothingIsLeft")(function*(world: World.World) {
  yield* World.assertNobodyIsLeft(world)
  assert.deepStrictEqual(yield* World.leftovers(world), [])
})

const rowsOf = (world: World.World, query: string) =>
  Effect.map(World.ask(world, query), (rows) => rows.map(({ row }) => String(row)))

const measured = `
  SELECT concat_ws(' ', rel_path, lines, coalesce(ruff_errors::VARCHAR, 'NULL'), coalesce(pyrefly_errors::VARCHAR, 'NULL'))
    AS row FROM files JOIN typing_signals USING (rel_path)`

/** All but what is in our own directory. */
const around = (world: World.World) =>
  Effect.map(tree(world.directory), (lines) =>
    // the directory of temporary files has had some
    lines.filter((line) => !/^(repository\/\.codeintel(\/| d )|temporary d )/.test(line)))

const everything = ({ stderr, stdout }: Ended) => `${stdout}\n${stderr}`

/** An ingest after which all is as the table says. */
const assertIngested = Effect.fn("faults.repository.assertIngested")(function*(
  world: World.World,
  fault: Omit<RepositoryFault, "script" | "name">,
  { args = ["--only", "typing"], env = quick, through = [] }: {
    readonly args?: ReadonlyArray<string>
    readonly env?: Readonly<Record<string, string>>
    readonly through?: ReadonlyArray<string>
  } = {}
) {
  const before = yield* tree(world.root)
  const ended = yield* codeintel(
    ["ingest", ...args, world.root],
    { ...world.env, ...env, ...fault.env },
    [...through, ...fault.unprivileged ? unprivileged : []]
  )
  const said = everything(ended)
  yield* assertNothingIsLeft(world)
  assert.deepStrictEqual(yield* tree(world.root), before)
  assert.strictEqual(ended.exitCode, fault.exitCode ?? 0, said)
  assert.deepStrictEqual([...yield* rowsOf(world, measured)].sort(), [...fault.rows].sort(), said)
  if (fault.says !== undefined) assert.match(said, fault.says)
  if (fault.snapshot !== undefined) {
    const [snapshot = ""] = yield* rowsOf(
      world,
      `SELECT concat_ws(' ', coalesce("commit", 'NULL'), dirty) AS row FROM snapshots`
    )
    assert.match(snapshot, fault.snapshot)
  }
})

layer(NodeContext.layer, { excludeTestServices: true })("a repository with", (it) => {
  const faults = [
    ...sample("contents", 1, contents),
    ...sample("names", 1, names),
    ...sample("roots", 1, roots),
    ...sample("gits", 1, gits),
    ...sample("configurations", 1, configurations)
  ]
  describe.each(faults)("$name", (fault) => {
    it.scoped("has every file in the database, and no false number", () =>
      Effect.gen(function*() {
        yield* assertIngested(yield* make(fault.script, fault.directory), fault)
      }))
  })

  describe("no git on PATH", () => {
    it.scoped("is walked", () =>
      Effect.gen(function*() {
        const fs = yield* FileSystem.FileSystem
        const world = yield* make("py a.py; git init -q")
        const bin = `${world.directory}/bin`
        yield* fs.makeDirectory(bin)
        yield* fs.symlink(process.execPath, `${bin}/node`)
        yield* assertIngested(
          world,
          { rows: ["a.py 2 1 1"], snapshot: /^NULL false$/, says: /git is not there/ },
          { through: ["env", `PATH=${bin}`] }
        )
      }))
  })

  const many = count(1_000, 50_000)
  describe(`${many} files`, () => {
    it.scoped("has a number for each", () =>
      Effect.gen(function*() {
        const world = yield* make(`python3 -c '
import os
for d in range(100):
    os.mkdir(f"d{d}")
    for i in range(${many / 100}):
        open(f"d{d}/m{i}.py", "w").write("import os\\nx: int = \\"\\"\\n")'`)
        const { exitCode, stderr } = yield* World.run(world, ["ingest", "--only", "typing"], quick)
        assert.strictEqual(exitCode, 0, stderr)
        yield* assertNothingIsLeft(world)
        assert.deepStrictEqual(
          yield* World.ask(
            world,
            `SELECT count(*) AS files, sum(lines)::INT AS lines, count(ruff_errors) FILTER (ruff_errors = 1) AS ruff,
              count(pyrefly_errors) FILTER (pyrefly_errors = 1) AS pyrefly
            FROM files JOIN typing_signals USING (rel_path)`
          ),
          [{ files: many, lines: 2 * many, ruff: many, pyrefly: many }]
        )
      }))
  })

  // slow ones: pyright, mypy and the index of symbols too
  const odd = [...contents, ...names].filter(({ unprivileged }) => unprivileged !== true)
  describe.each(sample("all checkers", 1, odd))("$name, all tools", (fault) => {
    it.scoped("has the same numbers, and NULL of a tool that failed", () =>
      Effect.gen(function*() {
        const world = yield* make(fault.script)
        const patience = {
          CODEINTEL_PYRIGHT_TIMEOUT: "30",
          CODEINTEL_MYPY_TIMEOUT: "30",
          CODEINTEL_SCIP_PYTHON_TIMEOUT: "60"
        }
        const before = yield* tree(world.root)
        const { exitCode, stderr } = yield* World.run(world, ["ingest", "--no-tests"], {
          ...quick,
          ...patience,
          ...fault.env,
          CODEINTEL_PYRIGHT_ENABLED: "true",
          CODEINTEL_MYPY_ENABLED: "true"
        })
        assert.include([0, 3], exitCode, stderr)
        yield* assertNothingIsLeft(world)
        assert.deepStrictEqual(yield* tree(world.root), before)
        assert.deepStrictEqual([...yield* rowsOf(world, measured)].sort(), [...fault.rows].sort(), stderr)
        for (const [tool, { errors, reason, status }] of yield* World.states(world)) {
          if (["failed", "timed_out", "not_found", "skipped"].includes(status)) {
            assert.deepStrictEqual(
              errors.filter((row) => !row.endsWith(" NULL")),
              [],
              `${tool} is ${status}: ${reason}`
            )
          }
        }
      }))
  })
})

layer(NodeContext.layer, { excludeTestServices: true })("an ingest does not begin with", (it) => {
  describe.each(sample("refusals", 2, refusals))("$name", (refusal) => {
    it.scoped("says so in one message, and touches nothing", () =>
      Effect.gen(function*() {
        const world = yield* make(refusal.script)
        const before = yield* around(world)
        const path = refusal.path === undefined ? world.root : `${world.root}/${refusal.path}`
        const { exitCode, stderr, stdout } = yield* codeintel(
          ["ingest", "--only", "typing", path],
          { ...world.env, ...quick },
          refusal.unprivileged ? unprivileged : []
        )
        assert.strictEqual(exitCode, refusal.exitCode, stderr)
        assert.strictEqual(stdout, "")
        assert.match(stderr, refusal.says)
        assert.notMatch(stderr, /\n\s+at |this is a bug/)
        yield* World.assertNobodyIsLeft(world)
        assert.deepStrictEqual(yield* around(world), before)
      }))
  })
})

layer(NodeContext.layer, { excludeTestServices: true })("while a tool runs", (it) => {
  describe.each(sample("moves", 2, moves))("$name", (move) => {
    it.scoped("what changed is not measured", () =>
      Effect.gen(function*() {
        const fs = yield* FileSystem.FileSystem
        const world = yield* make("py a.py; py b.py")
        const real = (yield* FaultyTool.realTools(world)).get("ruff") ?? ""
        const path = yield* FaultyTool.install(world, "ruff", FaultyTool.script(real, move.script))
        const { exitCode, stderr, stdout } = yield* World.run(world, ["ingest", "--only", "typing"], {
          ...quick,
          CODEINTEL_PYREFLY_ENABLED: "false",
          ...path
        })
        yield* World.assertNobodyIsLeft(world)
        assert.strictEqual(exitCode, move.exitCode, stderr)
        if (move.says !== undefined) assert.match(`${stdout}\n${stderr}`, move.says)
        assert.notMatch(stderr, /\n\s+at |this is a bug/)
        assert.deepStrictEqual(yield* fs.readDirectory(world.temporary), [])
        if (move.rows === undefined) {
          assert.strictEqual(stdout, "")
          const isThere = yield* Effect.orElseSucceed(fs.exists(`${world.root}/.codeintel`), () => false)
          assert.isFalse(isThere, "the removed repository is made anew")
        } else {
          assert.deepStrictEqual(yield* World.leftovers(world), [])
          assert.deepStrictEqual([...yield* rowsOf(world, measured)].sort(), [...move.rows].sort(), stderr)
        }
      }))
  })
})
