/**
 * What can be wrong with scip-python and its index: a file that is not whole in it is not measured, and nothing is left
 * behind.
 */
import * as NodeContext from "@effect/platform-node/NodeContext"
import { assert, describe, layer } from "@effect/vitest"
import { Effect } from "effect"
import { processFaults } from "./checkerFaults.js"
import * as FakePython from "./fakePython.js"
import * as FakeScipPython from "./fakeScipPython.js"
import * as OtherTools from "./otherTools.js"
import { PATIENCE, sample } from "./scale.js"
import { indexed, indexFaults, type ScipFault } from "./scipPythonFaults.js"

const args = ["--only", "scip"]

const indexedWith = Effect.fn("faults.indexed")(
  function*(fault: Pick<ScipFault, "script" | "other">, timeout = PATIENCE) {
    const world = yield* OtherTools.make()
    const env = {
      ...yield* FakePython.install(world),
      ...yield* FakeScipPython.install(world, fault),
      CODEINTEL_SCIP_PYTHON_TIMEOUT: String(timeout)
    }
    const { exitCode, stderr } = yield* OtherTools.ingest(world, args, env)
    const states = yield* OtherTools.states(world)
    OtherTools.assertExitCode(exitCode, states, stderr)
    return { world, env, state: states.get("scip-python") }
  }
)

const ofProcess = processFaults.map((fault) => ({
  ...fault,
  script: fault.script.replaceAll("real \"$@\"", "real"),
  // it is tried again with fewer files
  timeout: fault.timeout === 4 ? 2 : fault.timeout,
  expected: "rows" in fault.outcome && fault.outcome.rows === "none"
    ? {
      status: fault.outcome.status,
      says: fault.outcome.says,
      facts: OtherTools.names.map((name) => `${name} NULL 0`)
    }
    : { status: "ok", facts: "same" } as const
}))

layer(NodeContext.layer, { excludeTestServices: true })("a scip-python that", (it) => {
  describe.each(sample("processes of scip-python", 1, ofProcess))("$name", ({ expected, script, timeout }) => {
    it.scoped("has no file that is not whole in its index, and leaves nothing", () =>
      Effect.gen(function*() {
        const { state } = yield* indexedWith({ script }, timeout)
        OtherTools.assertState(state, expected, indexed)
      }))
  })

  describe.each(sample("indexes", 2, indexFaults))("$name", ({ name, outcome, ...fault }) => {
    it.scoped("has no file that is not whole in its index, and the next ingest has all", () =>
      Effect.gen(function*() {
        const { env, state, world } = yield* indexedWith(fault)
        OtherTools.assertState(state, outcome, indexed)
        yield* FakePython.heal(world)
        yield* OtherTools.ingest(world, args, env)
        const next = (yield* OtherTools.states(world)).get("scip-python")
        const now = name === "adds a module" ? undefined : name.startsWith("removes a file") ? "till.py" : ""
        // of the new module this index says nothing
        if (now === undefined) return assert.strictEqual(next?.status, "partial", next?.reason)
        const all = indexed.filter((file) => now === "" || !file.startsWith(now))
        OtherTools.assertState(next, { status: "ok", facts: "same" }, all)
        assert.strictEqual(next?.reused, outcome.status === "ok")
      }))
  })
})
