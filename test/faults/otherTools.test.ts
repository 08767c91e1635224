/**
 * pytest, coverage, scip-python, git or Python is not where it is said to be, or fills the disk: the others have their
 * numbers, and the last finished ingest stays.
 */
import * as NodeContext from "@effect/platform-node/NodeContext"
import * as Command from "@effect/platform/Command"
import * as FileSystem from "@effect/platform/FileSystem"
import { assert, describe, layer } from "@effect/vitest"
import { Effect } from "effect"
import { pathVariable } from "../../src/layers/LocalToolResolver.js"
import * as FakePython from "./fakePython.js"
import * as FakeScipPython from "./fakeScipPython.js"
import { others, placeFaults } from "./otherToolFaults.js"
import * as OtherTools from "./otherTools.js"
import { sample } from "./scale.js"
import { indexed } from "./scipPythonFaults.js"
import type * as World from "./world.js"

const args = ["--only", "coverage,scip"]

const same: ReadonlyArray<readonly [tool: string, expected: OtherTools.Expected, facts: ReadonlyArray<string>]> = [
  ["pytest", { status: "findings", facts: "same" }, FakePython.results],
  ["coverage", { status: "ok", facts: "same" }, FakePython.covered],
  ["scip-python", { status: "ok", facts: "same" }, indexed]
]

const installed = Effect.fn("faults.installed")(function*(world: World.World, parts: FakePython.Parts = {}) {
  return {
    ...yield* FakePython.install(world, parts),
    ...yield* FakeScipPython.install(world, { script: "real" })
  }
})

const sh = (script: string, ...given: ReadonlyArray<string>) =>
  Effect.map(
    Command.exitCode(Command.make("sh", "-c", script, "sh", ...given)),
    (exitCode) => assert.strictEqual(Number(exitCode), 0, script)
  )

const ofEach = placeFaults.flatMap((fault) => others.map((tool) => ({ tool, fault, title: `${tool}: ${fault.name}` })))

layer(NodeContext.layer, { excludeTestServices: true })("where the tool should be", (it) => {
  describe.each(sample("places", 2, ofEach))("$title", ({ fault, tool }) => {
    it.scoped("it is said, and the others have their numbers", () =>
      Effect.gen(function*() {
        const world = yield* OtherTools.make()
        const file = `${world.directory}/tools/it`
        yield* sh(fault.make, file)
        const name = tool === "python" ? "CODEINTEL_PYTHON" : pathVariable(tool)
        const { exitCode, stderr } = yield* OtherTools.ingest(world, args, { ...yield* installed(world), [name]: file })
        const { says, status } = fault.outcome[tool]
        if (tool === "python") {
          assert.strictEqual(exitCode, 2, stderr)
          return assert.match(stderr, says)
        }
        if (tool === "git") assert.match(stderr, says)
        const states = yield* OtherTools.states(world)
        OtherTools.assertExitCode(exitCode, states, stderr)
        for (const [each, expected, facts] of same) {
          const state = states.get(each)
          if (each === tool) {
            assert.strictEqual(state?.status, status, state?.reason)
            assert.match(state?.reason ?? "", says)
            assert.deepStrictEqual(state?.facts.filter((fact) => /[1-9]/.test(fact)), [], state?.reason)
          } else if (each === "coverage" && tool === "pytest") {
            // there is nothing to measure
            assert.strictEqual(state?.status, "skipped", state?.reason)
          } else OtherTools.assertState(state, expected, facts)
        }
      }))
  })

  it.scoped("is one that fills the disk: what there was is there, and the next ingest has all", () =>
    Effect.gen(function*() {
      const fs = yield* FileSystem.FileSystem
      const world = yield* OtherTools.make()
      const state = `${world.root}/.codeintel`
      yield* fs.makeDirectory(state)
      // as root
      yield* Effect.acquireRelease(
        sh(`mount -t tmpfs -o size=24m tmpfs "$1"`, state),
        () => Effect.orDie(sh(`umount "$1"`, state))
      )
      const env = yield* installed(world, { pytest: `cat /dev/zero >"$(dirname "$log")/full" 2>/dev/null; real` })
      yield* FakePython.heal(world)
      const first = yield* OtherTools.ingest(world, args, env)
      const before = yield* OtherTools.states(world)
      OtherTools.assertExitCode(first.exitCode, before, first.stderr)

      yield* fs.writeFileString(`${world.root}/more.py`, "x = 1\n")
      yield* fs.writeFileString(`${world.directory}/tools/fault`, "")
      const { exitCode, stderr } = yield* OtherTools.ingest(world, args, env, { leavesFiles: true })
      assert.include([3, 4], exitCode, stderr)
      const meanwhile = yield* OtherTools.states(world)
      if (exitCode === 4) assert.deepStrictEqual(meanwhile, before)
      else assert.strictEqual(meanwhile.get("pytest")?.status, "failed", stderr)

      yield* fs.remove(`${state}/full`)
      yield* FakePython.heal(world)
      const next = yield* OtherTools.ingest(world, ["--only", "coverage"], env)
      assert.strictEqual(next.exitCode, 0, next.stderr)
      const after = yield* OtherTools.states(world)
      assert.deepStrictEqual(after.get("pytest")?.facts, FakePython.results)
    }))
})
