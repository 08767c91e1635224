// @effect-diagnostics strictEffectProvide:off multipleEffectProvide:off
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { dead } from "../../src/programs/dead.js"
import { renderDead } from "../../src/programs/render/dead.js"
import { plain } from "../../src/programs/render/style.js"
import * as World from "./ask/world.js"

const a = `__all__ = ["exported"]

def _dead():
    return _dead()

def public(): pass

def exported(): pass

def main(): pass

@app.route("/")
def _route(): pass

@functools.cache
def _cached(): pass

def _string(): pass

def _attribute(): pass

def _imported(): pass

def _ran():
    return 1

def used(): pass

class _Base:
    def _step(self): pass

class _Derived(_Base):
    def _step2(self): pass
    def __len__(self): pass

class _Odd(Unknown):
    def hook(self): pass

def _repr_html_(): pass

def _visit_leaf(): pass

class _Double:
    def run(self): pass

class _Meta(type): pass
`

const b = `from p.a import (
    _imported,
)
used()
_Base()
_Derived()
_Odd()
getattr(x, "_string")
x._attribute()
# _cached is only a word here
getattr(x, "_visit_" + x)
_Double()
class Other(metaclass=_Meta):
    def run(self): pass
Other().run()
`

const test = `def test_it(): pass

def _helper(): pass
`

const inA = [
  "_dead",
  "public",
  "exported",
  "main",
  "_route",
  "_cached",
  "_string",
  "_attribute",
  "_imported",
  "_ran",
  "used",
  "_repr_html_",
  "_visit_leaf"
]

const world: World.World = {
  sources: { "src/p/a.py": a, "src/p/b.py": b, "tests/test_a.py": test },
  words: {
    ...Object.fromEntries(inA.map((name) => [name, `\`p.a\`/${name}().`])),
    _Base: "`p.a`/_Base#",
    _Derived: "`p.a`/_Derived#",
    _Odd: "`p.a`/_Odd#",
    _Double: "`p.a`/_Double#",
    "src/p/a.py _Meta": "`p.a`/_Meta#",
    "src/p/a.py run": "`p.a`/_Double#run().",
    "src/p/b.py run": "`p.b`/Other#run().",
    Other: "`p.b`/Other#",
    _step: "`p.a`/_Base#_step().",
    _step2: "`p.a`/_Derived#_step2().",
    hook: "`p.a`/_Odd#hook().",
    __len__: "`p.a`/_Derived#__len__().",
    test_it: "`tests.test_a`/test_it().",
    _helper: "`tests.test_a`/_helper()."
  },
  overrides: { "`p.a`/_Derived#": "`p.a`/_Base#", "`p.a`/_Derived#_step2().": "`p.a`/_Base#_step()." },
  // all but the body of `_ran`
  missed: { "src/p/a.py": a.split("\n").flatMap((line, row) => line.trim() === "" || row + 1 === 25 ? [] : [row + 1]) }
}

const asked = (given: World.World = world, project: Readonly<Record<string, string>> = {}) =>
  Effect.gen(function*() {
    yield* World.ingested(given)
    return yield* dead(World.context(given))
  }).pipe(Effect.provide(Layer.merge(World.files(project), World.layer)))

describe("dead", () => {
  it.effect("judges each candidate by its evidence", () =>
    Effect.gen(function*() {
      const project = { "/repo/pyproject.toml": "[project.scripts]\np = \"src.p.a:main\"\n" }
      const { candidates, counts, definitions } = yield* asked(world, project)
      const said = Object.fromEntries(
        candidates.map(({ because, confidence, name }) => [name, [confidence, ...because].join("; ")])
      )
      assert.deepStrictEqual(said, {
        "src.p.a:_dead": "high",
        "src.p.a:_cached": "high",
        "tests.test_a:_helper": "high",
        "src.p.a:public": "public; public: others may use it",
        "src.p.a:exported": "low; in __all__",
        "src.p.a:main": "low; entry point of the project",
        "src.p.a:_route": "low; decorated: @app.route",
        "src.p.a:_string": "low; its name in a string (once)",
        "src.p.a:_attribute": "low; ._attribute of an unknown type (once)",
        "src.p.a:_imported": "low; imported",
        "src.p.a:_ran": "low; tests ran it",
        "src.p.a:_Base._step": "low; overridden",
        "src.p.a:_Derived._step2": "low; overrides a base",
        "src.p.a:_Odd.hook": "low; its class has a base of elsewhere, which may call it",
        "src.p.a:_repr_html_": "low; called by IPython",
        "src.p.a:_visit_leaf": "low; its name may be built from \"_visit_\"",
        "src.p.a:_Double.run": "low; others of its name are referred to (once)",
        "src.p.a:_Meta": "low; ._Meta of an unknown type (once)"
      })
      assert.deepStrictEqual(counts, { high: 3, public: 1, low: 14 })
      assert.strictEqual(definitions, 27)
    }))

  it.effect.each<[string, Partial<World.World>, RegExp]>([
    ["failed", { indexStatus: "failed" }, /scip-python is failed/],
    ["skipped", { indexStatus: "skipped" }, /scip-python is skipped/],
    ["of a part", { unindexed: ["src/p/b.py"] }, /1 file not indexed: src\/p\/b\.py \(it crashed\)/],
    ["of texts that are not stored", { textless: ["src/p/b.py"] }, /1 file not parsed: src\/p\/b\.py/],
    ["without syntax", { unparsed: ["src/p/b.py"] }, /1 file not parsed: src\/p\/b\.py/]
  ])("an index that is %s is refused", ([, given, says]) =>
    Effect.gen(function*() {
      const error = yield* Effect.flip(asked({ ...world, ...given }))
      assert.propertyVal(error, "_tag", "IndexIncomplete")
      assert.match(error.message, says)
      assert.match(error.message, /codeintel ingest/)
    }))

  it.effect("for a person: what nothing speaks against, the others counted", () =>
    Effect.gen(function*() {
      const found = yield* asked()
      const text = renderDead(found, ["high"], plain)
      assert.match(text, /^18 candidates of 27 functions and classes: 3 high, 2 public, 13 low$/m)
      assert.match(text, /^src\.p\.a:_dead +function +src\/p\/a\.py:3 +no/m)
      assert.match(text, /^tests\.test_a:_helper +function +tests\/test_a\.py:3 +not measured +yes$/m)
      assert.match(text, /^not listed: 2 public, 13 low \(--all\)$/m)
      assert.notInclude(text, "_route")
      assert.match(renderDead(found, ["high", "public", "low"], plain), /_route/)
    }))
})
