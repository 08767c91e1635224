import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import * as TreeSitterPythonSyntax from "../../../src/layers/TreeSitterPythonSyntax.js"
import { PythonSyntax } from "../../../src/services/PythonSyntax.js"

const functionsOf = (source: string) =>
  Effect.gen(function*() {
    const { functions } = yield* Effect.flatMap(PythonSyntax, (syntax) => syntax.analyze(source))
    return functions
  })

/** `name start-end annotated/parameters ->`, one a function. */
const summary = (source: string) =>
  Effect.map(
    functionsOf(source),
    (functions) =>
      functions.map((each) =>
        `${each.qualifiedName} ${each.startLine}-${each.endLine} ${each.annotatedParameters}/${each.parameters}${
          each.returnAnnotated ? " ->" : ""
        }`
      )
  )

const signatures = (source: string) =>
  Effect.map(functionsOf(source), ([first]) => [first?.annotatedParameters, first?.parameters])

layer(TreeSitterPythonSyntax.layer)("functions", (it) => {
  it.effect("names as __qualname__, in the order of the file", () =>
    Effect.gen(function*() {
      assert.deepStrictEqual(
        yield* summary(`
def outer(a: int) -> None:
    class Local:
        def method(self, b): pass
    async def inner(): pass
if True:
    class A:
        class B:
            try:
                def deep(self): pass
            except E:
                def deep(self, x): pass
lambda x: x
`),
        [
          "outer 2-5 1/1 ->",
          "outer.<locals>.Local.method 4-4 0/1",
          "outer.<locals>.inner 5-5 0/0",
          "A.B.deep 10-10 0/0",
          "A.B.deep 12-12 0/1"
        ]
      )
    }))

  it.effect("every holder of statements is looked into", () =>
    Effect.gen(function*() {
      const source = [
        ...["if a:", " def f1(): pass", "elif b:", " def f2(): pass", "else:", " def f3(): pass"],
        ...["for x in y:", " def f4(): pass", "else:", " def f5(): pass", "while a:", " def f6(): pass"],
        ...["try:", " def f7(): pass", "except A:", " def f8(): pass", "else:", " def f9(): pass"],
        ...["finally:", " def f10(): pass", "with a as b:", " def f11(): pass"],
        ...["match a:", " case 1:", "  def f12(): pass", "try: pass", "except* B:", " def f13(): pass"]
      ].join("\n")
      assert.deepStrictEqual(
        (yield* functionsOf(source)).map((each) => each.qualifiedName),
        Array.from({ length: 13 }, (_, index) => `f${index + 1}`)
      )
    }))

  it.effect("decorators belong to it; comments after the last statement do not", () =>
    Effect.gen(function*() {
      assert.deepStrictEqual(
        yield* summary(`@decorator(
  1)
@other
def f(
  a,
):
    x = """
    """
    # comment

    # comment
# comment
@overload
def g(): ...
@overload
def g(a): ...
`),
        ["f 1-8 0/1", "g 13-14 0/0", "g 15-16 0/1"]
      )
    }))

  it.effect("counts parameters", () =>
    Effect.gen(function*() {
      assert.deepStrictEqual(yield* signatures("def f(a, b: int, c=1, d: int = 2): pass"), [2, 4])
      assert.deepStrictEqual(yield* signatures("def f(a, /, b, *, c): pass"), [0, 3])
      assert.deepStrictEqual(yield* signatures("def f(*args, **kwargs): pass"), [0, 2])
      assert.deepStrictEqual(yield* signatures("def f(*args: *Ts, **kwargs: Any): pass"), [2, 2])
      assert.deepStrictEqual(yield* signatures("def f(a, # b, c\n  d: int,\n): pass"), [1, 2])
      assert.deepStrictEqual(yield* signatures("def f[T: int, *Ts, **P](x: T, y) -> T: pass"), [1, 2])
      assert.deepStrictEqual(yield* signatures("def f(match, type: int = 1, print=2): pass"), [1, 3])
    }))

  it.effect("the first parameter of a method does not count", () =>
    Effect.gen(function*() {
      const method = (text: string) => signatures(`class A:\n  ${text}`)
      assert.deepStrictEqual(yield* method("def f(self, a): pass"), [0, 1])
      assert.deepStrictEqual(yield* method("def f(self: Self, /, a): pass"), [0, 1])
      assert.deepStrictEqual(yield* method("def f(\n    # comment\n    self, a): pass"), [0, 1])
      assert.deepStrictEqual(yield* method("def f(*args): pass"), [0, 1])
      assert.deepStrictEqual(yield* method("def f(*args: int): pass"), [1, 1])
      assert.deepStrictEqual(yield* method("def f(*, a: int): pass"), [1, 1])
      assert.deepStrictEqual(yield* method("def f(\n    # comment\n    *, a: int): pass"), [1, 1])
      assert.deepStrictEqual(yield* method("@classmethod\n  def f(cls, a): pass"), [0, 1])
      assert.deepStrictEqual(yield* method("@staticmethod\n  def f(a, b): pass"), [0, 2])
      assert.deepStrictEqual(yield* method("@a\n  @abc.abstractstaticmethod\n  def f(a, b): pass"), [0, 2])
      assert.deepStrictEqual(yield* method("@my.not_staticmethod\n  def f(a, b): pass"), [0, 1])
      const functions = yield* functionsOf("class A:\n  def f(self):\n    def g(a): pass")
      assert.deepStrictEqual(functions.map((each) => each.parameters), [0, 1])
      // a decorator is forgotten after its class or function
      const after = yield* functionsOf("class A:\n  @staticmethod\n  def f(a): pass\n  def g(a): pass")
      assert.deepStrictEqual(after.map((each) => each.parameters), [1, 0])
    }))

  it.effect("as Python knows the name", () =>
    Effect.map(
      functionsOf("def \uFB01(): pass\nclass Ünï:\n  def f(self): pass"),
      (functions) => assert.deepStrictEqual(functions.map((each) => each.qualifiedName), ["fi", "Ünï.f"])
    ))

  it.effect("facts of the rest of a broken file", () =>
    Effect.map(
      summary("import a\nx = 1)\ndef f(a): pass\nclass A:\n  def g(self, b): pass\n"),
      (functions) => assert.deepStrictEqual(functions, ["f 3-3 0/1", "A.g 5-5 0/1"])
    ))
})
