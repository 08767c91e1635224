import { assert, describe, layer } from "@effect/vitest"
import { Effect, Option } from "effect"
import * as TreeSitterPythonSyntax from "../../../src/layers/TreeSitterPythonSyntax.js"
import { PythonSyntax } from "../../../src/services/PythonSyntax.js"

const outline = (source: string) => Effect.flatMap(PythonSyntax, (syntax) => syntax.outline(source))

const source = `import a

@a.route("/", methods=["GET"])
@cached
async def f(
    x: int,
) -> int:  # why
    """Docs."""
    def inner(): return 1
    return x
    # after it


class C(Base[T], metaclass=M):
    if a:
        @property
        def p(self):
            pass
    else:
        def p(self): pass

    class D: pass

try:
    def g():
        with a: pass
except E:
    pass
`

layer(TreeSitterPythonSyntax.layer)("outline", (it) => {
  it.effect("functions and classes, with their lines, decorators and bases", () =>
    Effect.gen(function*() {
      const { definitions } = yield* outline(source)
      assert.deepStrictEqual(
        definitions.map((each) => [each.qualifiedName, each.startLine, each.nameLine, each.bodyLine, each.endLine]),
        [
          ["f", 3, 5, 8, 10],
          ["f.<locals>.inner", 9, 9, 9, 9],
          ["C", 14, 14, 15, 22],
          ["C.p", 16, 17, 18, 18],
          ["C.p", 20, 20, 20, 20],
          ["C.D", 22, 22, 22, 22],
          ["g", 25, 25, 26, 26]
        ]
      )
      assert.deepInclude(definitions[0], {
        kind: "function",
        signature: "async def f(\n    x: int,\n) -> int:",
        decorators: ["a.route(\"/\", methods=[\"GET\"])", "cached"]
      })
      assert.deepInclude(definitions[2], { kind: "class", bases: ["Base[T]", "metaclass=M"] })
    }))

  it.effect("has the functions and lines that analyze has", () =>
    Effect.gen(function*() {
      const syntax = yield* PythonSyntax
      const { functions } = yield* syntax.analyze(source)
      const { definitions } = yield* syntax.outline(source)
      const lines = (all: ReadonlyArray<{ qualifiedName: string; startLine: number; endLine: number }>) =>
        all.map(({ endLine, qualifiedName, startLine }) => `${qualifiedName} ${startLine}-${endLine}`).sort()
      assert.deepStrictEqual(lines(definitions.filter(({ kind }) => kind === "function")), lines(functions))
    }))

  describe("__all__", () => {
    it.effect.each<[string, ReadonlyArray<string> | null]>([
      ["x = 1", null],
      ["__all__ = ['a', \"b\"]", ["a", "b"]],
      ["__all__: list[str] = ('a',)\n__all__ += ['b'] + other\n__all__.extend(['c'])\n__all__.append('d')", [
        ..."abcd"
      ]],
      ["def f():\n    __all__ = ['a']", null],
      ["if x:\n    __all__ = []", []]
    ])("%s", ([text, expected]) =>
      Effect.gen(function*() {
        const { exported } = yield* outline(text)
        assert.deepStrictEqual(Option.getOrNull(exported), expected)
      }))
  })

  it.effect("of a file that does not parse, what could be made sense of; of none nothing", () =>
    Effect.gen(function*() {
      const { definitions } = yield* outline("def f(): pass\n)(\ndef g(): pass\n")
      assert.includeMembers(definitions.map(({ qualifiedName }) => qualifiedName), ["f", "g"])
      assert.deepStrictEqual((yield* outline("")).definitions, [])
    }))
})
