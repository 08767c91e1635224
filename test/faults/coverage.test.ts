/**
 * What can be wrong with coverage: no line that was not measured has a number, and the tests keep theirs.
 */
import * as NodeContext from "@effect/platform-node/NodeContext"
import * as FileSystem from "@effect/platform/FileSystem"
import { assert, describe, layer } from "@effect/vitest"
import { Effect } from "effect"
import { processFaults } from "./checkerFaults.js"
import { dataFaults, jsonFaults, pathFaults } from "./coverageFaults.js"
import * as FakePython from "./fakePython.js"
import * as OtherTools from "./otherTools.js"
import { PATIENCE, sample } from "./scale.js"
import * as World from "./world.js"

const args = ["--only", "coverage"]

/** An ingest of tests and coverage; the tests are as they are without a fault. */
const covered = Effect.fn("faults.covered")(function*(parts: FakePython.Parts, timeout = PATIENCE) {
  const world = yield* OtherTools.make()
  const env = { ...yield* FakePython.install(world, parts), CODEINTEL_COVERAGE_TIMEOUT: String(timeout) }
  const { exitCode, stderr } = yield* OtherTools.ingest(world, args, env)
  const states = yield* OtherTools.states(world)
  OtherTools.assertExitCode(exitCode, states, stderr)
  return { world, env, states }
})

const ofProcess = processFaults.map((fault) => ({
  ...fault,
  json: fault.script.replaceAll("real \"$@\"", "real"),
  expected: "rows" in fault.outcome && fault.outcome.rows === "none"
    ? {
      status: fault.outcome.status,
      says: fault.outcome.says,
      facts: OtherTools.names.map((name) => `${name} NULL NULL`)
    }
    : { status: "ok", facts: "same" } as const
}))

layer(NodeContext.layer, { excludeTestServices: true })("a coverage that", (it) => {
  describe.each(sample("processes of coverage", 1, ofProcess))("$name", ({ expected, json, timeout }) => {
    it.scoped("has no line that was not measured, and leaves nothing", () =>
      Effect.gen(function*() {
        const { states } = yield* covered({ json }, timeout)
        OtherTools.assertState(states.get("coverage"), expected, FakePython.covered)
        OtherTools.assertState(states.get("pytest"), { status: "findings", facts: "same" }, FakePython.results)
      }))
  })

  describe.each(sample("reports of coverage", 2, [...jsonFaults, ...dataFaults]))("$name", ({ outcome, ...parts }) => {
    it.scoped("has no line that was not measured, and the next ingest has all", () =>
      Effect.gen(function*() {
        const { env, states, world } = yield* covered(parts)
        OtherTools.assertState(states.get("coverage"), outcome, FakePython.covered)
        const changed = outcome.says?.source.startsWith("changed") === true
        const tests = { status: changed ? "partial" : "findings", facts: "same" } as const
        OtherTools.assertState(states.get("pytest"), tests, FakePython.results)
        yield* FakePython.heal(world)
        yield* OtherTools.ingest(world, args, env)
        const next = (yield* OtherTools.states(world)).get("coverage")
        const stands = outcome.status === "ok"
        const added = parts.name === "adds a module" ? ["new.py NULL NULL"] : []
        const all = [...FakePython.covered, ...added].sort()
        OtherTools.assertState(next, stands ? outcome : { status: "ok", facts: "same" }, all)
        assert.strictEqual(next?.reused, stands)
      }))
  })

  describe.each(sample("paths of coverage", 1, pathFaults))("says that its lines are in $name", ({ path, relPath }) => {
    it.scoped("has lines of what is in the repository", () =>
      Effect.gen(function*() {
        const fs = yield* FileSystem.FileSystem
        const world = yield* OtherTools.make()
        yield* World.write(world, World.oddFiles)
        yield* fs.symlink("/etc/passwd", `${world.root}/out.py`)
        yield* fs.symlink("shop.py", `${world.root}/alias.py`)
        const variables = yield* FakePython.install(world, {
          json: `report | sed 's#"shop\\.py"#"${path}"#' >"$output"`
        })
        yield* OtherTools.ingest(world, args, variables)
        const state = (yield* OtherTools.states(world)).get("coverage")
        const expected = ["shop.py", ...Object.keys(World.oddFiles)].map((name) =>
          `${name} ${name === relPath ? "3 1" : "NULL NULL"}`
        )
        assert.sameMembers([...state?.facts ?? []], [...expected, "test_till.py 8 1", "till.py 3 0"], state?.reason)
      }))
  })
})
