// @effect-diagnostics strictEffectProvide:off multipleEffectProvide:off
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { score } from "../../src/domain/Hotspots.js"
import { hotspots } from "../../src/programs/hotspots.js"
import { renderHotspots } from "../../src/programs/render/hotspots.js"
import { plain } from "../../src/programs/render/style.js"
import { diagnostic } from "../layers/duckdb/rows.js"
import * as World from "./ask/world.js"

const a = `def quiet():
    return 1

def busy():
    def inner():
        return busy()
    return quiet()

def other():
    return quiet()
`

const world: World.World = {
  sources: { "a.py": a, "tests/test_a.py": "def test_a():\n    quiet()\n" },
  words: { quiet: "a/quiet().", busy: "a/busy().", other: "a/other().", test_a: "t/test_a()." },
  missed: { "a.py": [6] },
  diagnostics: [diagnostic("ruff", "a.py", { startLine: 6 })]
}

const touching = (line: number) => [{ oldStart: line, oldLines: 1, newStart: line, newLines: 1 }]

const changes = new Map([["a.py", [touching(5), touching(7), touching(2)]]])

const asked = (given: World.World = world, git = World.git(changes)) =>
  Effect.gen(function*() {
    yield* World.ingested(given)
    return yield* hotspots(World.context(given), { limit: 2 })
  }).pipe(Effect.provide(git), Effect.provide(World.layer))

describe("hotspots", () => {
  it.effect("ranks functions outside of tests; an inner function counts with the one around it", () =>
    Effect.gen(function*() {
      const found = yield* asked()
      assert.deepInclude(found, { functions: 3, unknown: [], since: "2025-01-01T00:00:00.000Z" })
      assert.deepStrictEqual(
        found.hotspots.map(({ changes, fanIn, findings, name, score, uncovered }) => [
          name,
          score,
          changes,
          findings,
          uncovered,
          fanIn
        ]),
        [
          // of its inner function one refers to it
          ["a:busy", 12, 2, 1, 1, 1],
          // busy, other and the test
          ["a:quiet", 3, 1, 0, 0, 3]
        ]
      )
    }))

  it.effect("what is not measured is NULL, adds nothing, and is said once", () =>
    Effect.gen(function*() {
      const { missed: _, ...unmeasured } = world
      const found = yield* asked({ ...unmeasured, indexStatus: "failed" }, World.noGit)
      assert.deepStrictEqual(
        found.hotspots.map((
          { changes, fanIn, findings, name, uncovered }
        ) => [name, changes, findings, uncovered, fanIn]),
        [["a:busy", null, 1, null, null], ["a:quiet", null, 0, null, null]]
      )
      assert.deepStrictEqual(found.unknown.map((each) => each.split(":")[0]), ["changes", "uncovered lines", "fan-in"])
      assert.isNull(found.since)
      const text = renderHotspots(found, plain)
      assert.match(text, /^not known, fan-in: scip-python is failed$/m)
      assert.match(text, /^ +2 +- +1 +- +- +a:busy +a\.py:4$/m)
    }))

  it.effect("a fan-in that a part of an index does not show is no zero", () =>
    Effect.gen(function*() {
      const found = yield* asked({ ...world, unindexed: ["tests/test_a.py"] })
      assert.deepStrictEqual(found.hotspots.map(({ fanIn, name }) => [name, fanIn]), [["a:busy", 1], ["a:quiet", 2]])
      const none = yield* asked({ ...world, unparsed: ["a.py"] })
      assert.isNull(none.functions)
      assert.match(none.unknown[0] ?? "", /^functions: 1 file not parsed: a\.py/)
    }))

  it("adds up to more where more is known", () => {
    const nothing = { changes: null, findings: null, uncovered: null, fanIn: null }
    assert.strictEqual(score(nothing), 1)
    assert.strictEqual(score({ ...nothing, changes: 0 }), 0)
    assert.strictEqual(score({ changes: 3, findings: 1, uncovered: 2, fanIn: 3 }), 3 * 4 * 3)
  })
})
