/**
 * What the tests of a repository may do to the real pytest and coverage that run them.
 */
import * as NodeContext from "@effect/platform-node/NodeContext"
import * as FileSystem from "@effect/platform/FileSystem"
import { assert, describe, layer } from "@effect/vitest"
import { Effect } from "effect"
import * as OtherTools from "./otherTools.js"
import { PATIENCE, sample } from "./scale.js"
import { good, possible, testsFaults } from "./testsFaults.js"
import * as World from "./world.js"

const args = ["--only", "coverage"]

const isMissingKnown = (fact: string) => /\d$/.test(fact)

layer(NodeContext.layer, { excludeTestServices: true })("a test that", (it) => {
  describe.each(sample("tests", 2, testsFaults))("$name", ({ coverage, files, outcome, timeout = PATIENCE }) => {
    it.scoped("costs no result of the others without a word, and the next ingest has all", () =>
      Effect.gen(function*() {
        const fs = yield* FileSystem.FileSystem
        const world = yield* OtherTools.make({ ...good, ...files })
        const env = { CODEINTEL_PYTHON: OtherTools.python, CODEINTEL_PYTEST_TIMEOUT: String(timeout) }
        const { exitCode, stderr } = yield* OtherTools.ingest(world, args, env)
        const states = yield* OtherTools.states(world)
        OtherTools.assertExitCode(exitCode, states, stderr)
        OtherTools.assertState(states.get("pytest"), outcome, possible)
        const lines = states.get("coverage")
        assert.strictEqual(lines?.status, coverage, lines?.reason)
        const known = (lines?.facts ?? []).filter(isMissingKnown)
        if (coverage === "ok") {
          assert.include(known, "shop.py 3 1")
          assert.strictEqual(lines?.reused, false)
        } else if (outcome.says?.source.startsWith("changed") !== true) {
          assert.deepStrictEqual(known, [], lines?.reason)
        }

        for (const name of [...Object.keys(files), "new.py"]) yield* fs.remove(`${world.root}/${name}`, { force: true })
        yield* World.write(world, good)
        const next = yield* OtherTools.ingest(world, args, { CODEINTEL_PYTHON: OtherTools.python })
        assert.strictEqual(next.exitCode, 0, next.stderr)
        const now = yield* OtherTools.states(world)
        assert.deepStrictEqual(now.get("pytest")?.facts, [
          "test_good.py test_good.py::test_good call passed",
          "test_zero.py test_zero.py::test_zero call passed"
        ])
        assert.deepStrictEqual(now.get("coverage")?.facts, ["shop.py 3 1", "test_good.py 3 0", "test_zero.py 3 0"])
      }))
  })
})
