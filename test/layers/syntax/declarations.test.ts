import { assert, describe, layer } from "@effect/vitest"
import { Effect, Option } from "effect"
import * as TreeSitterPythonSyntax from "../../../src/layers/TreeSitterPythonSyntax.js"
import { PythonSyntax } from "../../../src/services/PythonSyntax.js"

const declared = (source: string) =>
  Effect.flatMap(PythonSyntax, ({ declarations }) => declarations(source)).pipe(Effect.map(Option.getOrThrow))

const names = (source: string) =>
  Effect.map(declared(source), (all) => all.map(({ kind, qualifiedName }) => `${kind} ${qualifiedName}`))

/** What is said of one name. */
const textsOf = (source: string, qualifiedName: string) =>
  Effect.map(
    declared(source),
    (all) => all.filter((each) => each.qualifiedName === qualifiedName).map(({ text }) => text)
  )

layer(TreeSitterPythonSyntax.layer)("declarations", (it) => {
  describe("what is declared", () => {
    it.effect("functions, classes, members, variables, imports, whatever they stand in", () =>
      Effect.gen(function*() {
        assert.deepStrictEqual(
          yield* names(`
import a.b, c as d
from .e import f as g, h
from i import *
__all__ = ["k"]
__all__ += ["l"]
X, (Y, *Z) = 1, (2, 3)
V: int
for n in X: pass
with open(X) as stream, open(Y) as (p, q): W = 1
if X:
    try:
        def k(): ...
    except ValueError:
        k = None
    else:
        K2 = 1
elif Y: K3 = 1
else: K4 = 1
while (walrus := 1): break
match X:
    case 1: M = 1
@decorated
class C(Base, metaclass=Meta):
    field: int = 1
    @property
    def m(self): return 1
    class Inner:
        deep = 1
`),
          [
            "import a",
            "import d",
            "import g",
            "import h",
            "import *",
            "variable __all__",
            "variable __all__",
            "variable X",
            "variable Y",
            "variable Z",
            "variable V",
            "variable n",
            "variable stream",
            "variable p",
            "variable q",
            "variable W",
            "function k",
            "variable k",
            "variable K2",
            "variable K3",
            "variable K4",
            "variable M",
            "class C",
            "variable C.field",
            "function C.m",
            "class C.Inner",
            "variable C.Inner.deep"
          ]
        )
      }))

    it.effect("attributes that methods assign, and names of the module that functions assign", () =>
      Effect.gen(function*() {
        assert.deepStrictEqual(
          yield* names(`
class C:
    def __init__(this, x):
        this.a = x
        this.b, other.c = x
        if x: this.d: int = 1
        class Local:
            def f(self): self.no = 1
def f():
    global G
    G = 1
`),
          [
            "class C",
            "function C.__init__",
            "attribute C.a",
            "attribute C.b",
            "attribute C.d",
            "function f",
            "variable G"
          ]
        )
      }))

    it.effect("of a file that does not parse it is not known", () =>
      Effect.gen(function*() {
        const { declarations } = yield* PythonSyntax
        assert.deepStrictEqual(yield* declarations("def f(:\n"), Option.none())
      }))
  })

  describe("what is said of it", () => {
    it.effect("the header of a function, and the body where what it returns is not written", () =>
      Effect.gen(function*() {
        assert.deepStrictEqual(yield* textsOf("def f(a: int) -> int:\n    return a\n", "f"), ["def f(a: int) -> int:"])
        assert.deepStrictEqual(yield* textsOf("def f(a: int):\n    return a\n", "f"), ["def f(a: int):\n    return a"])
        assert.deepStrictEqual(yield* textsOf("def f(a):\n    return a\n", "f"), ["def f(a):\n    return a"])
        assert.deepStrictEqual(yield* textsOf("class C:\n    def f(self):\n        return 1\n", "C.f"), [
          "def f(self):\n        return 1"
        ])
        assert.deepStrictEqual(yield* textsOf("def f(a) -> int:\n    return a\n", "f"), ["def f(a) -> int:"])
      }))

    it.effect("no comments, no blank lines, but the conditions around", () =>
      Effect.gen(function*() {
        const plain = yield* textsOf("def f(a):\n    return a\n", "f")
        assert.deepStrictEqual(yield* textsOf("# one\ndef f(a):\n\n    # two\n    return a  \n", "f"), plain)
        assert.deepStrictEqual(yield* textsOf("if x:\n    A = 1\n", "A"), ["if x:\n    A = 1"])
      }))

    it.effect("of a variable its value, unless its type is written", () =>
      Effect.gen(function*() {
        assert.deepStrictEqual(yield* textsOf("A = f(1)\n", "A"), ["A = f(1)"])
        assert.deepStrictEqual(yield* textsOf("A: int = f(1)\n", "A"), ["A: int = ..."])
        assert.deepStrictEqual(yield* textsOf("A: Final = f(1)\n", "A"), ["A: Final = f(1)"])
        assert.deepStrictEqual(yield* textsOf("from a import (b as c, d)\n", "c"), ["from a import b as c"])
      }))

    it.effect("of an attribute all that its type is inferred from, unless that is written", () =>
      Effect.gen(function*() {
        const inMethod = (body: string) => `class C:\n    def m(self, x: X):\n${body}`
        const whole = "def m(self, x: X):\n        y = f()\n        self.a = y"
        assert.deepStrictEqual(
          yield* textsOf(inMethod("        \"\"\"Doc.\"\"\"\n        y = f()\n        self.a = y\n"), "C.a"),
          [
            whole
          ]
        )
        assert.deepStrictEqual(yield* textsOf(inMethod("        self.a: int = x\n"), "C.a"), ["self.a: int"])
        assert.lengthOf(yield* textsOf(inMethod("        for self.a in x: pass\n"), "C.a"), 1)
        assert.lengthOf(yield* textsOf(inMethod("        with x as self.a: pass\n"), "C.a"), 1)
      }))

    it.effect("of a class with bases or decorators its fields, in their order", () =>
      Effect.gen(function*() {
        const body = "    a: int\n    b = 1\n    def f(self): ...\n"
        assert.deepStrictEqual(yield* textsOf(`class C(D):\n${body}`, "C"), ["class C(D):\na: int\nb"])
        assert.deepStrictEqual(yield* textsOf(`@d\nclass C:\n${body}`, "C"), ["@d\nclass C:\na: int\nb"])
        assert.deepStrictEqual(yield* textsOf(`class C:\n${body}`, "C"), ["class C:"])
      }))

    it.effect("comments with types", () =>
      Effect.gen(function*() {
        assert.deepStrictEqual(yield* textsOf("x = None  # type: Foo\n", "x"), ["x = None  # type: Foo"])
        assert.deepStrictEqual(yield* textsOf("def f(a):\n    # type: (int) -> Foo\n    return a\n", "f"), [
          "def f(a):\n    # type: (int) -> Foo\n    return a"
        ])
      }))
  })
})
