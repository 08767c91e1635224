import { assert, describe, it, layer } from "@effect/vitest"
import { Effect, FastCheck as fc } from "effect"
import type { IngestPlan } from "../../src/domain/IngestPlan.js"
import * as ContentChangeTracker from "../../src/layers/ContentChangeTracker.js"
import { ChangeTracker } from "../../src/services/ChangeTracker.js"

type Hashes = ReadonlyMap<string, string>

const always = { changedRatio: 1, deletedRatio: 1, minimumModules: 0 }

const of = (files: Readonly<Record<string, string>>): Hashes => new Map(Object.entries(files))

const numbered = (count: number, hash = (n: number) => `h${n}`): Hashes =>
  new Map(Array.from({ length: count }, (_, n) => [`m${n}.py`, hash(n)]))

const plan = (previous: Hashes, current: Hashes, thresholds = always) =>
  ContentChangeTracker.plan(previous, current, thresholds)

/** What the next plan is compared with, after this one was carried out. */
const applied = (previous: Hashes, current: Hashes, { delete: gone, mode, reindex, relink }: IngestPlan): Hashes => {
  const result = new Map(mode === "full" ? [] : previous)
  for (const { from, relPath } of relink) result.set(relPath, previous.get(from) ?? "")
  for (const relPath of gone) result.delete(relPath)
  for (const relPath of reindex) result.set(relPath, current.get(relPath) ?? "")
  return result
}

const sorted = (hashes: Hashes) => [...hashes].sort(([a], [b]) => a < b ? -1 : 1)

// few names and few contents, so that renames, swaps and copies happen
const hashes: fc.Arbitrary<Hashes> = fc.array(fc.tuple(
  fc.constantFrom("a.py", "b.py", "x/a.py", "x/b.py", "c.py", "y/a.py"),
  fc.constantFrom("1", "2", "3")
)).map((entries) => new Map(entries))

const ratio = fc.double({ min: 0, max: 1, noNaN: true })

describe("ContentChangeTracker", () => {
  it.prop(
    "the plan, carried out, makes the previous state the present one",
    [hashes, hashes, ratio, ratio, fc.nat(6)],
    ([previous, current, changedRatio, deletedRatio, minimumModules]) => {
      const made = plan(previous, current, { changedRatio, deletedRatio, minimumModules })
      assert.deepStrictEqual(sorted(applied(previous, current, made)), sorted(current))
      assert.isNotEmpty(made.reasons)
    },
    { fastCheck: { numRuns: 1000 } }
  )

  it.prop(
    "nothing is looked at whose content is known under its own path",
    [hashes, hashes],
    ([previous, current]) => {
      const { mode, reindex } = plan(previous, current)
      if (mode === "incremental") {
        assert.isTrue(reindex.every((relPath) => previous.get(relPath) !== current.get(relPath)))
      }
    }
  )

  it("says what is new, changed, gone; in the order of the paths", () => {
    const made = plan(of({ a: "1", b: "1", c: "1" }), of({ z: "8", b: "2", c: "1", y: "9" }))
    assert.deepStrictEqual(made, {
      mode: "incremental",
      reindex: ["b", "y", "z"],
      delete: ["a"],
      relink: [],
      reasons: ["3 of 4 new or changed", "1 of 3 gone"]
    })
  })

  it("nothing changed", () => {
    const made = plan(numbered(50), numbered(50), ContentChangeTracker.defaultThresholds)
    assert.deepStrictEqual(made, {
      mode: "incremental",
      reindex: [],
      delete: [],
      relink: [],
      reasons: ["nothing changed"]
    })
  })

  it("a file that moved is linked, each old path once, the same file name first", () => {
    const before = of({ "b/x.py": "1", "a/y.py": "1", "kept.py": "1" })
    const made = plan(before, of({ "n/x.py": "1", "n/z.py": "1", "n/zz.py": "1", "kept.py": "1" }))
    assert.deepStrictEqual(made.relink, [
      { relPath: "n/x.py", from: "b/x.py" },
      { relPath: "n/z.py", from: "a/y.py" }
    ])
    assert.deepStrictEqual([made.reindex, made.delete], [["n/zz.py"], ["a/y.py", "b/x.py"]])
  })

  it("a copy is no rename", () => {
    const made = plan(of({ "a.py": "1" }), of({ "a.py": "1", "b.py": "1" }))
    assert.deepStrictEqual([made.reindex, made.relink], [["b.py"], []])
  })

  const limits = { changedRatio: 0.4, deletedRatio: 0.3, minimumModules: 10 }
  const changed = (count: number) => numbered(10, (n) => n < count ? "new" : `h${n}`)

  it.each([
    ["nothing known", of({}), numbered(10), "full", /nothing is known/],
    ["few modules", numbered(9), numbered(9), "full", /0 of 9 new or changed; too few files/],
    ["enough modules", numbered(10), numbered(10), "incremental", /nothing changed/],
    ["as many changed as may be", numbered(10), changed(4), "incremental", /4 of 10 new or changed/],
    ["one more", numbered(10), changed(5), "full", /5 of 10 modules are new or changed \(50 %\)/],
    ["as many gone as may be", numbered(20), numbered(14), "incremental", /6 of 20 gone/],
    ["one more gone", numbered(20), numbered(13), "full", /7 of 20 modules are gone \(35 %\)/]
  ])("thresholds: %s", (_, previous, current, mode, reason) => {
    const made = plan(previous, current, limits)
    assert.strictEqual(made.mode, mode)
    assert.match(made.reasons.join(), reason)
  })

  it("all files renamed is no change of content, and not the whole again", () => {
    const moved = new Map([...numbered(30)].map(([relPath, hash]) => [`src/${relPath}`, hash]))
    const made = plan(numbered(30), moved, ContentChangeTracker.defaultThresholds)
    assert.deepStrictEqual([made.mode, made.reindex, made.relink.length], ["incremental", [], 30])
  })

  layer(ContentChangeTracker.layerWith(always))((it) => {
    it.effect("the layer uses the thresholds that it is given", () =>
      Effect.gen(function*() {
        const tracker = yield* ChangeTracker
        const { mode } = yield* tracker.plan(numbered(3), numbered(3))
        assert.strictEqual(mode, "incremental")
      }))
  })
})
