/**
 * What we take ourselves, the tools apart: memory on a large repository and of tools that say too much, and after many
 * ingests in one process no more than after a few.
 */
import * as NodeContext from "@effect/platform-node/NodeContext"
import * as Command from "@effect/platform/Command"
import * as FileSystem from "@effect/platform/FileSystem"
import * as Path from "@effect/platform/Path"
import { assert, describe, layer } from "@effect/vitest"
import { Effect, Schema } from "effect"
import * as FaultyTool from "./faultyTool.js"
import { Report } from "./holdings.js"
import * as LargeRepository from "./largeRepository.js"
import { count, isAll, sample } from "./scale.js"
import * as World from "./world.js"

const MEGABYTE = 1024 * 1024

/** That an ingest may leave on the heap, on average: code that was compiled meanwhile is there, too. */
const MOST_KEPT_BYTES = 0.02 * MEGABYTE

/** The same for once: what only the first ingests need is loaded late. */
const WARMING_UP_BYTES = 3 * MEGABYTE

/** Of the command, whatever the repository and the tools are. */
const MOST_MEGABYTES = 500

/** The command, and the most memory that it had. */
const measured = Effect.fn("faults.measured")(function*(
  world: World.World,
  args: ReadonlyArray<string>,
  env: Readonly<Record<string, string>>
) {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const file = `${world.directory}/memory`
  const ended = yield* World.run(world, args, {
    ...env,
    NODE_OPTIONS: `--require "${path.resolve("test/faults/ownMemory.cjs")}"`,
    OWN_MEMORY_FILE: file
  })
  return { ...ended, megabytes: Number(yield* fs.readFileString(file)) / 1024 }
})

const only = (...tools: ReadonlyArray<string>) =>
  Object.fromEntries(
    ["pyright", "pyrefly", "ruff", "scip-python"].map((tool) => [
      `CODEINTEL_${tool.toUpperCase().replace("-", "_")}_ENABLED`,
      String(tools.includes(tool))
    ])
  )

layer(NodeContext.layer, { excludeTestServices: true })("our own memory", (it) => {
  it.scoped("stays below 500 MB on 1,500 files, at first and after a change", () =>
    Effect.gen(function*() {
      const world = yield* World.make(LargeRepository.files(1500))
      const args = ["ingest", "--no-tests", "--json"]
      const tools = isAll ? only("pyright", "pyrefly", "ruff", "scip-python") : only("pyrefly", "ruff")
      const first = yield* measured(world, args, tools)
      assert.strictEqual(first.exitCode, 0, first.stderr)
      assert.isBelow(first.megabytes, MOST_MEGABYTES)
      yield* World.write(world, { "package_7/module_180.py": "x: int = ''\n" })
      const second = yield* measured(world, args, tools)
      assert.include([0, 3], second.exitCode, second.stderr)
      assert.isBelow(second.megabytes, MOST_MEGABYTES)
    }))

  const said = "0123456789012345678901234567890123456789"
  const floods: ReadonlyArray<{ readonly name: string; readonly script: string; readonly says: RegExp }> = [
    { name: "2 GB", script: `yes ${said} | head -c 2147483648`, says: /OutputTooLarge/ },
    {
      name: "2 GB on both streams",
      script: `yes ${said} | head -c 2147483648 | tee /dev/stderr`,
      says: /OutputTooLarge/
    },
    {
      name: "100 MB on both streams",
      script: `yes ${said} | head -c 104800000 | tee /dev/stderr`,
      says: /MalformedOutput/
    },
    {
      name: "100 MB of one string in JSON",
      script: `printf '"'; head -c 104800000 /dev/zero | tr '\\0' x; echo '"'`,
      says: /MalformedOutput/
    },
    {
      name: "200 MB of one string in JSON",
      script: `printf '"'; head -c 209715200 /dev/zero | tr '\\0' x; echo '"'`,
      says: /OutputTooLarge/
    }
  ]
  describe.each(sample("floods", 1, floods))("of a tool that says $name", ({ script, says }) => {
    it.scoped("stays below 500 MB", () =>
      Effect.gen(function*() {
        const world = yield* World.make()
        const ruff = yield* FaultyTool.install(world, "ruff", FaultyTool.script("/bin/true", script))
        const { exitCode, megabytes, stderr } = yield* measured(world, ["ingest", "--only", "typing"], {
          ...only("ruff"),
          ...ruff
        })
        assert.strictEqual(exitCode, 3, stderr)
        const [run] = yield* World.ask(world, "SELECT reason FROM tool_runs WHERE tool = 'ruff'")
        assert.match(String(run?.["reason"]), says)
        assert.isBelow(megabytes, MOST_MEGABYTES)
      }))
  })

  it.scoped("stays below 500 MB of a git that says 2 GB to each of the questions that it is asked at once", () =>
    Effect.gen(function*() {
      const world = yield* World.make()
      const git = yield* FaultyTool.install(world, "git", FaultyTool.script("git", `yes ${said} | head -c 2147483648`))
      const ended = yield* measured(world, ["ingest", "--only", "typing"], { ...only("ruff"), ...git })
      assert.strictEqual(ended.exitCode, 0, ended.stderr)
      assert.match(ended.stderr, /git refused/)
      assert.isBelow(ended.megabytes, MOST_MEGABYTES)
    }))
})

/** Says at once that there is nothing to find. */
const quick = `echo '[]'`

layer(NodeContext.layer, { excludeTestServices: true })("a process that ingests again and again", (it) => {
  const before = count(4, 20)
  const between = count(6, 100)
  it.scoped(
    `holds after ${before + between} ingests what it held after ${before}, and nothing when its Layer has ended`,
    () =>
      Effect.gen(function*() {
        const path = yield* Path.Path
        const world = yield* World.make()
        const ruff = yield* FaultyTool.install(world, "ruff", FaultyTool.script("/bin/true", quick))
        const text = yield* Command.string(
          Command.make(
            process.execPath,
            "--expose-gc",
            "--import",
            "tsx",
            path.resolve("test/faults/manyIngests.ts"),
            world.root,
            String(before),
            String(between)
          ).pipe(Command.env({ ...world.env, ...only("ruff"), ...ruff, CI: "true" }))
        )
        const { afterwards, atFirst, early, late, outcomes } = yield* Schema.decode(Schema.parseJson(Report))(text)
        assert.deepStrictEqual(outcomes, ["ruff ok"])
        assert.deepStrictEqual(late.descriptors, early.descriptors)
        assert.deepStrictEqual(late.children, early.children)
        assert.isBelow(late.heapBytes - early.heapBytes, WARMING_UP_BYTES + between * MOST_KEPT_BYTES)
        assert.deepStrictEqual(afterwards.children, atFirst.children)
      })
  )
})
