/**
 * The edits of bench:fidelity: the same for a seed, of every kind, and Python where they should be.
 */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import type { Parser } from "web-tree-sitter"
import { edits, kinds } from "../../bench/fidelity/edits.js"
import { parses, renameImports, splice, withTree } from "../../bench/fidelity/python.js"
import type { Edit, SourceFile } from "../../bench/fidelity/world.js"
import { loadParser } from "../../src/layers/syntax/grammar.js"

const shapes = `"""Shapes, ünï 😀."""
from pkg import base
from .base import Base, helper as h

LIMIT = 3


class Point:
    x: int
    y: int = 0

    def norm(self, scale: float = 1.0, *rest, **more) -> float:
        """How far."""
        return scale * self.x


@h
class Square(Base):
    def area(self, side):
        return side * side


def make(a, b=LIMIT):
    total = a + b
    return Point, total
`

const files: ReadonlyMap<string, SourceFile> = new Map([
  ["pkg/__init__.py", { module: "pkg", text: "from . import shapes\n" }],
  ["pkg/base.py", { module: "pkg.base", text: "class Base:\n    pass\n\n\ndef helper(x):\n    return x\n" }],
  ["pkg/shapes.py", { module: "pkg.shapes", text: shapes }],
  ["pkg/use.py", {
    module: "pkg.use",
    text: "import pkg.shapes\nfrom pkg.shapes import make\n\n\ndef use(n: int = 1):\n    return make(n, b=n)\n"
  }],
  ["tests/test_shapes.py", {
    module: "test_shapes",
    text:
      "from pkg.shapes import Point\n\n\nclass TestPoint:\n    def test_norm(self):\n        return Point().norm()\n"
  }]
])

const take = (parser: Parser, seed: number, count: number): ReadonlyArray<Edit> => {
  const made: Array<Edit> = []
  for (const edit of edits(parser, seed, files)) {
    if (made.push(edit) === count) break
  }
  return made
}

const plain = (all: ReadonlyArray<Edit>) => all.map(({ kind, what, writes }) => [kind, what, [...writes]])

describe("edits", () => {
  it.effect("are the same for the same seed, and others for another", () =>
    Effect.gen(function*() {
      const parser = yield* loadParser
      assert.deepStrictEqual(plain(take(parser, 1, 24)), plain(take(parser, 1, 24)))
      assert.notDeepEqual(plain(take(parser, 1, 24)), plain(take(parser, 2, 24)))
    }))

  it.effect("are of every kind in each round", () =>
    Effect.gen(function*() {
      const parser = yield* loadParser
      for (let seed = 0; seed < 20; seed++) {
        const round = take(parser, seed, kinds.length).map(({ kind }) => kind)
        assert.sameMembers(round, [...kinds])
      }
    }))

  it.effect("change something, and leave Python that parses, but for errors that are meant", () =>
    Effect.gen(function*() {
      const parser = yield* loadParser
      let errors = 0
      for (let seed = 0; seed < 40; seed++) {
        const now = new Map([...files].map(([relPath, { text }]) => [relPath, text]))
        const broken = new Set<string>()
        for (const { kind, what, writes } of take(parser, seed, 24)) {
          for (const [relPath, text] of writes) {
            assert.notStrictEqual(now.get(relPath), text, `${seed} ${kind} ${what}`)
            if (text === null) now.delete(relPath)
            else now.set(relPath, text)
            if (kind === "syntax error") {
              const isBroken = text !== null && !parses(parser, text)
              if (isBroken) broken.add(relPath)
              else broken.delete(relPath)
              errors++
              assert.strictEqual(isBroken, !what.endsWith("repaired"))
            } else if (text !== null && !broken.has(relPath)) {
              assert.isTrue(parses(parser, text), `${seed} ${kind} ${what}\n${text}`)
            }
          }
        }
      }
      assert.isAbove(errors, 40)
    }))

  it.effect("each way of changing a definition comes up", () =>
    Effect.gen(function*() {
      const parser = yield* loadParser
      const all = Array.from({ length: 40 }, (_, seed) => take(parser, seed, 24)).flat().map(({ what }) => what).join(
        "\n"
      )
      for (
        const way of [
          /renamed\d+\.py$/m,
          /renamed\d+\.py, with [1-9]/,
          / again$/m,
          /imports [1-3] names/,
          /which the old place imports/,
          /a parameter more/,
          /without the parameter/,
          /: \w+ is \w+\d in/,
          /returns int/,
          /without return annotation/,
          /a default of/,
          /returns a list/,
          /a name more/,
          /another docstring/,
          /a docstring of/,
          /a comment at the top/,
          /without bases/,
          /is a (Base|Point|Exception)/,
          /is an object/,
          /an attribute more/,
          /a method more/,
          /Square without area|Point without norm/
        ]
      ) assert.match(all, way)
    }))

  it.effect("a renamed module is renamed in every form of import", () =>
    Effect.gen(function*() {
      const parser = yield* loadParser
      const source = [
        "import pkg.a, other",
        "import pkg.a.b as x",
        "from pkg.a import f",
        "from .a import g",
        "from . import a, c",
        "from pkg import a as y",
        "from .ab import a",
        "import pkg.ab",
        ""
      ].join("\n")
      const changes = withTree(
        parser,
        source,
        (root) => renameImports(root, { relPath: "pkg/__init__.py", module: "pkg" }, "pkg.a", "pkg.new")
      )
      assert.deepStrictEqual(splice(source, changes).split("\n"), [
        "import pkg.new, other",
        "import pkg.new.b as x",
        "from pkg.new import f",
        "from .new import g",
        "from . import new as a, c",
        "from pkg import new as y",
        "from .ab import a",
        "import pkg.ab",
        ""
      ])
    }))
})
