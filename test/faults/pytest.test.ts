/**
 * What can be wrong with pytest and its report: no result that was not reported, none lost without a word, and nothing is
 * left behind.
 */
import * as NodeContext from "@effect/platform-node/NodeContext"
import * as Command from "@effect/platform/Command"
import * as FileSystem from "@effect/platform/FileSystem"
import { assert, describe, layer } from "@effect/vitest"
import { Effect } from "effect"
import { processFaults } from "./checkerFaults.js"
import * as FakePython from "./fakePython.js"
import * as OtherTools from "./otherTools.js"
import { givenFaults, pathFaults, reportFaults } from "./pytestFaults.js"
import { PATIENCE, sample } from "./scale.js"
import * as World from "./world.js"

/** An ingest of the tests with a pytest that does this. */
const tested = Effect.fn("faults.tested")(function*(script: string, timeout = PATIENCE) {
  const world = yield* OtherTools.make()
  const variables = yield* FakePython.install(world, { pytest: script })
  const env = { ...variables, CODEINTEL_PYTEST_TIMEOUT: String(timeout), CODEINTEL_COVERAGE_ENABLED: "false" }
  const { exitCode, stderr } = yield* OtherTools.ingest(world, ["--only", "tests"], env)
  const states = yield* OtherTools.states(world)
  OtherTools.assertExitCode(exitCode, states, stderr)
  return { world, env, state: states.get("pytest") }
})

/** What a checker's failure is, with what its report says. */
const ofProcess = processFaults.filter(({ name }) => name !== "hangs after its report").map((fault) => ({
  ...fault,
  script: fault.script.replaceAll("real \"$@\"", "real"),
  expected: "rows" in fault.outcome && fault.outcome.rows === "none"
    ? { status: fault.outcome.status, says: fault.outcome.says, facts: "none" } as const
    : { status: "findings", facts: "same" } as const
}))

layer(NodeContext.layer, { excludeTestServices: true })("a pytest that", (it) => {
  describe.each(sample("processes of pytest", 1, ofProcess))("$name", ({ expected, script, timeout }) => {
    it.scoped("has the results that it reported, and leaves nothing", () =>
      Effect.gen(function*() {
        const { state } = yield* tested(script, timeout)
        OtherTools.assertState(state, expected, FakePython.results)
      }))
  })

  describe.each(sample("reports of pytest", 1, reportFaults))("$name", ({ name, outcome, script }) => {
    it.scoped("has the results that it reported, and the next ingest has all", () =>
      Effect.gen(function*() {
        const { env, state, world } = yield* tested(script, name.startsWith("hangs") ? 4 : PATIENCE)
        OtherTools.assertState(state, outcome, FakePython.results)
        yield* FakePython.heal(world)
        const { stderr } = yield* OtherTools.ingest(world, ["--only", "tests"], env)
        const next = (yield* OtherTools.states(world)).get("pytest")
        const stands = outcome.status === "findings"
        assert.strictEqual(next?.reused, stands, stderr)
        // the removed tests are not there, whatever this pytest says
        const same = name === "removes the tests"
          ? FakePython.results.map((result) => result.replace(/^\S+/, "NULL"))
          : FakePython.results
        OtherTools.assertState(next, stands ? outcome : { status: "findings", facts: "same" }, same)
      }))
  })

  describe.each(sample("paths of pytest", 1, pathFaults))("says that its tests are in $name", ({ path, relPath }) => {
    it.scoped("has a path for what is in the repository", () =>
      Effect.gen(function*() {
        const fs = yield* FileSystem.FileSystem
        const world = yield* OtherTools.make()
        yield* World.write(world, World.oddFiles)
        yield* fs.symlink("/etc/passwd", `${world.root}/out.py`)
        yield* fs.symlink("test_till.py", `${world.root}/alias.py`)
        const place = path.replace("$PWD", world.root)
        const pytest = `report | sed 's#test_till\\.py#${place}#g' >"$log"; said; exit 1`
        const variables = yield* FakePython.install(world, { pytest })
        yield* OtherTools.ingest(world, ["--only", "tests"], { ...variables, CODEINTEL_COVERAGE_ENABLED: "false" })
        const state = (yield* OtherTools.states(world)).get("pytest")
        const found = state?.facts ?? []
        assert.strictEqual(state?.status, "findings", state?.reason)
        assert.strictEqual(found.length, FakePython.results.length)
        for (const fact of found) assert.isTrue(fact.startsWith(`${relPath} `), fact)
      }))
  })

  describe.each(sample("reports that are given", 1, givenFaults))("was run elsewhere: its report $name", (fault) => {
    it.scoped("has the results that are in it", () =>
      Effect.gen(function*() {
        const world = yield* OtherTools.make()
        const variables = yield* FakePython.install(world)
        const report = `${world.directory}/given`
        const make = `log=$1; here=$2; report() { cat "$here/log"; }; ${fault.script}`
        yield* Command.exitCode(Command.make("sh", "-c", make, "sh", report, `${world.directory}/tools`))
        const args = ["--only", "tests", "--pytest-report", report]
        const { exitCode, stderr } = yield* OtherTools.ingest(world, args, variables)
        const states = yield* OtherTools.states(world)
        OtherTools.assertState(states.get("pytest"), fault.outcome, FakePython.results)
        OtherTools.assertExitCode(exitCode, states, stderr)
      }))
  })

  it.scoped.each(["echo", "mkdir", "mkfifo", "ln -s /dev/zero", "ln -s nowhere"])(
    "was run elsewhere, and its report is made by `%s`: that is no file, and nothing begins",
    (make) =>
      Effect.gen(function*() {
        const world = yield* OtherTools.make()
        const report = `${world.directory}/given`
        yield* Command.exitCode(Command.make("sh", "-c", `${make} "$1" >&2`, "sh", report))
        const { exitCode, stderr } = yield* World.run(world, ["ingest", "--pytest-report", report])
        assert.strictEqual(exitCode, 2, stderr)
        assert.match(stderr, /--pytest-report/)
      })
  )

  it.scoped("wrote its report yesterday, and none today, has none", () =>
    Effect.gen(function*() {
      const { env, world } = yield* tested("real")
      yield* World.write(world, { "more.py": "x = 1\n" })
      yield* FakePython.install(world, { pytest: "said; exit 1" })
      const { exitCode } = yield* OtherTools.ingest(world, ["--only", "tests"], env)
      assert.strictEqual(exitCode, 3)
      const state = (yield* OtherTools.states(world)).get("pytest")
      OtherTools.assertState(state, { status: "failed", facts: "none", says: /MalformedOutput/ }, [])
    }))
})
