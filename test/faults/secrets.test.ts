/**
 * Values of variables: what a user sets for a tool, what the environment of the command has, what is set wrongly. None is
 * in the database, in the state directory, on stdout or stderr, though every tool prints all that it sees, and fails.
 */
import * as NodeContext from "@effect/platform-node/NodeContext"
import * as FileSystem from "@effect/platform/FileSystem"
import { assert, describe, layer } from "@effect/vitest"
import { Effect } from "effect"
import { everything } from "./everything.js"
import * as FaultyTool from "./faultyTool.js"
import { sample } from "./scale.js"
import * as World from "./world.js"

const tools = ["pyright", "pyrefly", "ruff", "mypy", "pytest", "coverage", "scip-python", "git"]

const SET = "value-that-was-set-for-a-tool"
const OF_CALLER = "value-in-the-environment-of-the-caller"
const PASSWORD = "password-of-the-proxy"

const caller = {
  AWS_SECRET_ACCESS_KEY: OF_CALLER,
  GITHUB_TOKEN: `${OF_CALLER}-2`,
  DB_PASSWORD: `${OF_CALLER}-3`,
  HTTPS_PROXY: `http://user:${PASSWORD}@localhost:1`
}

const settings = tools.map((tool) => `[${tool}]\nenv = { MY_SETTING = "${SET}" }\n`).join("\n")

/** All files below the state directory, whatever they are, as bytes. */
const stateOf = Effect.fnUntraced(function*(world: World.World) {
  const fs = yield* FileSystem.FileSystem
  const directory = `${world.root}/.codeintel`
  const names = yield* fs.readDirectory(directory, { recursive: true })
  const texts = yield* Effect.forEach(
    names,
    (name) =>
      Effect.orElseSucceed(
        Effect.map(fs.readFile(`${directory}/${name}`), (bytes) => Buffer.from(bytes).toString("latin1")),
        () => ""
      )
  )
  return texts.join("\n")
})

const endings = [
  { how: "exits with an error", end: "exit 70" },
  { how: "says that all is well", end: "exit 0" },
  { how: "says that there are findings", end: "exit 1" },
  { how: "is killed", end: "kill -KILL $$" }
]

layer(NodeContext.layer, { excludeTestServices: true })("values of variables", (it) => {
  describe.each(sample("endings", 1, endings))("where every tool prints them and $how", ({ end }) => {
    it.scoped("are nowhere", () =>
      Effect.gen(function*() {
        const fs = yield* FileSystem.FileSystem
        const world = yield* World.make()
        yield* fs.writeFileString(`${world.root}/codeintel.toml`, settings)
        const paths = yield* Effect.forEach(tools, (tool) =>
          FaultyTool.install(world, tool, `#!/bin/sh\nenv\nenv >&2\n${end}\n`))
        const env = { ...caller, ...Object.assign({}, ...paths), CODEINTEL_MYPY_ENABLED: "true" }
        const ran = yield* World.run(world, ["ingest"], env)
        assert.strictEqual(ran.exitCode, 3, ran.stderr)
        assert.include(ran.stderr + ran.stdout, "MY_SETTING", "it did print them")
        const doctor = yield* World.run(world, ["doctor"], env)
        const config = yield* World.run(world, ["config"], env)
        const said = [ran, doctor, config].flatMap(({ stderr, stdout }) => [stderr, stdout])
        for (const text of [...said, yield* everything(world), yield* stateOf(world)]) {
          for (const value of [SET, OF_CALLER, PASSWORD]) {
            assert.notInclude(text, value)
          }
        }
      }))
  })

  const variables = [
    ...["CORES", "MEMORY", "MAX_PROCESSES", "KILL_AFTER", "DUCKDB_MEMORY", "DUCKDB_THREADS", "DUCKDB_LOCK_TIMEOUT"],
    ...["UNTRUSTED", "PROVISION", "PYRIGHT_TIMEOUT", "RUFF_ENABLED", "MYPY_ENABLED", "SECRET", "PYRIGHT_TOKEN"]
  ]
  it.scoped("that cannot be meant are not repeated", () =>
    Effect.gen(function*() {
      const world = yield* World.make()
      for (const name of variables) {
        const { exitCode, stderr, stdout } = yield* World.run(world, ["config"], { [`CODEINTEL_${name}`]: SET })
        assert.strictEqual(exitCode, 2, name)
        assert.include(stderr, name)
        assert.notInclude(stdout + stderr, SET, name)
      }
    }))
})
