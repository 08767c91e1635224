import { assert, describe, layer } from "@effect/vitest"
import { Effect, FastCheck, Option } from "effect"
import * as TreeSitterPythonSyntax from "../../../src/layers/TreeSitterPythonSyntax.js"
import { changedFunctions } from "../../../src/programs/tests/changedFunctions.js"
import { PythonSyntax } from "../../../src/services/PythonSyntax.js"

const parsed = (text: string) =>
  Effect.map(Effect.flatMap(PythonSyntax, (syntax) => syntax.outline(text)), (outline) => ({ text, outline }))

/** Qualified names, of the base and of the head where they differ; "import": what runs on import changed. */
const between = Effect.fnUntraced(function*(base: string, head: string) {
  const changed = changedFunctions(yield* parsed(base), yield* parsed(head))
  return Option.match(changed, {
    onNone: () => "import" as const,
    onSome: (all) => all.map(({ base, head }) => [...new Set([base.qualifiedName, head.qualifiedName])].join(" -> "))
  })
})

const source = `import os

LIMIT = 3


@app.route("/")
def outer(x=1, *,
          y=2):
    """What it is."""
    z = x

    def inner(a):
        # why
        return a

    @wrapped
    def other():
        return z

    return inner(z)


def short(): return 1


class C(Base):
    """Docs."""

    field = 1

    def m(self):
        return self.field

    @property
    def p(self):
        return 1

    @p.setter
    def p(self, value):
        self.field = value

    class D:
        def deep(self):
            return (
                1
            )


if os.name == "nt":
    def by_platform():
        return 1
else:
    def by_platform():
        return 2

tail = 1
`

const edits: ReadonlyArray<
  readonly [what: string, from: string, to: string, expected: ReadonlyArray<string> | "import"]
> = [
  ["a body", "    z = x\n", "    z = x + 1\n", ["outer"]],
  ["a line at the end of a body", "return self.field\n", "return self.field\n        return 2\n", ["C.m"]],
  ["a line at the beginning of a body", "    z = x\n", "    w = 2\n    z = x\n", ["outer"]],
  ["a line less", "    z = x\n", "", ["outer"]],
  ["a line less at the end, which leaves an empty line behind", "    return inner(z)\n", "", "import"],
  ["the innermost function", "        return a\n", "        return -a\n", ["outer.<locals>.inner"]],
  ["a comment above a body is of what is around", "# why", "# because", ["outer"]],
  ["a comment in a body", "        return a\n", "        # it\n        return a\n", ["outer"]],
  ["a comment behind a statement", "        return a\n", "        return a  # it\n", ["outer.<locals>.inner"]],
  ["the head of a function in another", "def inner(a):", "def inner(a, b=0):", ["outer"]],
  ["a decorator of a function in another", "@wrapped", "@unwrapped", ["outer"]],
  ["a function in another that is new", "    return inner(z)\n", "    def late():\n        pass\n\n    late()\n", [
    "outer"
  ]],
  ["a method of a class in a class", "                1\n", "                2\n", ["C.D.deep"]],
  ["one of two of the same name", "self.field = value", "self.field = -value", ["C.p"]],
  ["one under a condition", "        return 2\n", "        return 3\n", ["by_platform"]],
  ["empty lines in a body", "    z = x\n", "    z = x\n\n\n", ["outer"]],
  ["a decorator", "@app.route(\"/\")", "@app.route(\"/x\")", "import"],
  ["a decorator less", "@app.route(\"/\")\n", "", "import"],
  ["a default", "y=2", "y=3", "import"],
  ["a docstring of a function", "What it is.", "What it was.", "import"],
  ["a docstring that is new", "    def m(self):\n", "    def m(self):\n        \"it\"\n", "import"],
  ["a constant", "LIMIT = 3", "LIMIT = 4", "import"],
  ["the last line", "tail = 1", "tail = 2", "import"],
  ["a field", "field = 1", "field = 2", "import"],
  ["a base", "C(Base)", "C(Other)", "import"],
  ["a one-liner", "def short(): return 1", "def short(): return 2", "import"],
  ["a one-liner that becomes a block", "def short(): return 1", "def short():\n    return 1", "import"],
  ["a comment outside of functions", "tail = 1", "tail = 1  # why", "import"],
  ["a condition around functions", "os.name ==", "os.name !=", "import"],
  ["a name", "def m(", "def n(", "import"],
  ["a function that became async", "def m(", "async def m(", "import"],
  ["an import", "import os", "import sys as os", "import"],
  ["a function that is new", "tail = 1\n", "tail = 1\n\n\ndef new():\n    pass\n", "import"],
  ["a statement that left its function", "\n    return inner(z)\n", "\nreturn_ = inner(z)\n", "import"],
  ["a statement that came into a function", "    return inner(z)\n\n\n", "    return inner(z)\n    LATE = 2\n\n\n", [
    "outer"
  ]]
]

const many = (names: ReadonlyArray<string>) => (bodies: ReadonlyArray<string>) =>
  names.map((name, at) => `def ${name}(x):\n${bodies[at] ?? ""}`)

layer(TreeSitterPythonSyntax.layer)("changedFunctions", (it) => {
  describe.each(edits)("%s", (what, from, to, expected) => {
    it.effect("is what it is", () =>
      Effect.gen(function*() {
        const edited = source.replace(from, to)
        assert.notStrictEqual(edited, source, what)
        assert.deepStrictEqual(yield* between(source, edited), expected)
        assert.deepStrictEqual(yield* between(edited, source), expected, "the other way round")
        // ends of lines are none of the program
        assert.deepStrictEqual(yield* between(source, edited.replaceAll("\n", "\r\n")), expected, "CRLF")
      }))
  })

  it.effect("the same text, or with other ends of lines: none", () =>
    Effect.gen(function*() {
      assert.deepStrictEqual(yield* between(source, source), [])
      assert.deepStrictEqual(yield* between(source, source.replaceAll("\n", "\r\n")), [])
      assert.deepStrictEqual(yield* between("", ""), [])
    }))

  it.effect("several bodies, each with its places at both ends", () =>
    Effect.gen(function*() {
      const head = source.replace("    z = x\n", "    z = x\n    z += 1\n    z += 1\n").replace("= value", "= -value")
      const changed = Option.getOrThrow(changedFunctions(yield* parsed(source), yield* parsed(head)))
      assert.deepStrictEqual(
        changed.map(({ base, head }) => [base.qualifiedName, base.codeLine, base.endLine, head.codeLine, head.endLine]),
        [["outer", 10, 20, 10, 22], ["C.p", 40, 40, 42, 42]]
      )
    }))

  it.effect("functions that change places are other definitions", () =>
    Effect.gen(function*() {
      const [one, other] = ["def a():\n    return 1\n", "def b():\n    return 2\n"]
      assert.strictEqual(yield* between(one + other, other + one), "import")
    }))

  it.effect("a carriage return alone ends a line of Python and none of the tree: not known", () =>
    Effect.gen(function*() {
      const base = "def f():\n    x = 1\r    y = 2\n    return x\n"
      assert.strictEqual(yield* between(base, base.replace("x = 1", "x = 2")), "import")
      assert.strictEqual(yield* between(base, base.replace("\r", "\n")), "import")
    }))

  const body = FastCheck.array(
    FastCheck.constantFrom(
      "    y = x",
      "    if x:\n        y = 1",
      "    # why",
      "",
      "    for y in x:\n        pass",
      "    return x"
    ),
    { minLength: 1, maxLength: 5 }
  ).map((lines) => `    x += 1\n${lines.join("\n")}\n    return 1\n`)
  const gap = FastCheck.constantFrom("", "\n\n", "# why\n", "LIMIT = 1\n", "class C:\n    field = 1\n")
  const module = FastCheck.record({
    functions: FastCheck.array(FastCheck.record({ body, gap }), { minLength: 1, maxLength: 6 }),
    at: FastCheck.nat(),
    other: body
  })

  it.effect.prop(
    "one body changed: that function and no other; anything outside of bodies as well: none",
    [module],
    ([{ at, functions, other }]) =>
      Effect.gen(function*() {
        const names = functions.map((_, index) => `f${index}`)
        const bodies = functions.map((each) => each.body)
        const changed = at % functions.length
        const write = (bodies: ReadonlyArray<string>, last = "") =>
          many(names)(bodies).map((text, index) => `${text}${functions[index]?.gap ?? ""}`).join("") + last
        const edited = bodies.map((each, index) => index === changed ? other : each)
        assert.deepStrictEqual(
          yield* between(write(bodies), write(edited)),
          other === bodies[changed] ? [] : [`f${changed}`]
        )
        assert.strictEqual(yield* between(write(bodies), write(edited, "LAST = 1\n")), "import")
        assert.strictEqual(
          yield* between(write(bodies), write(edited).replace(`f${changed}(x)`, `f${changed}(x=1)`)),
          "import"
        )
      })
  )
})
