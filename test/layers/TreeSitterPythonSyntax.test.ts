// @effect-diagnostics strictEffectProvide:off
import { assert, it, layer } from "@effect/vitest"
import { Effect, FastCheck, Fiber, Option } from "effect"
import { MAX_UNITS } from "../../src/layers/TreeSitterPythonSyntax.js"
import * as TreeSitterPythonSyntax from "../../src/layers/TreeSitterPythonSyntax.js"
import { PythonSyntax } from "../../src/services/PythonSyntax.js"

const analyze = (source: string) => Effect.flatMap(PythonSyntax, (syntax) => syntax.analyze(source))

const messageOf = (source: string) =>
  Effect.map(analyze(source), ({ parseError }) => Option.getOrUndefined(parseError)?.message)

const repeat = (count: number, line: (index: number) => string) =>
  Array.from({ length: count }, (_, i) => line(i)).join("")

const fragments = [
  ...["def ", "class ", "async ", "f", "(", ")", "[", "]", "{", "}", ":", ",", "=", "->", "*", "@", ".", "\\"],
  ...[
    "\n",
    "\r",
    "\r\n",
    "\n  ",
    "\n    ",
    "\t",
    "\f",
    "'",
    "\"",
    "\"\"\"",
    "f'",
    "{x",
    "#",
    "import ",
    "from ",
    "as "
  ],
  ...["print ", "exec ", "lambda ", "if ", "else", "try", "except ", "match ", "case ", "\0", "\uFEFF", "\uD800", "é"]
]

layer(TreeSitterPythonSyntax.layer)("TreeSitterPythonSyntax", (it) => {
  it.effect.prop(
    "is total, and its facts are in order",
    [FastCheck.oneof(
      FastCheck.string({ unit: "binary" }),
      FastCheck.array(FastCheck.constantFrom(...fragments)).map((parts) => parts.join(""))
    )],
    ([source]) =>
      Effect.gen(function*() {
        const { functions, imports, parseError } = yield* analyze(source)
        const lines = source.split(/\r\n|\r|\n/).length
        for (const each of functions) {
          assert.isAtLeast(each.startLine, 1)
          assert.isAtLeast(each.endLine, each.startLine)
          assert.isAtMost(each.endLine, lines)
          assert.isAtLeast(each.parameters, each.annotatedParameters)
        }
        for (const { line } of [...imports, ...Option.toArray(parseError)]) {
          assert.isTrue(line >= 1 && line <= lines)
        }
      }),
    { fastCheck: { numRuns: 2000 } }
  )

  it.effect("line ends of every kind are lines", () =>
    Effect.gen(function*() {
      const source = "import a\ndef f(x):\n    x = '''\n    '''\n\nimport b\n"
      const expected = yield* analyze(source)
      assert.deepStrictEqual(yield* analyze(source.replaceAll("\n", "\r\n")), expected)
      assert.deepStrictEqual(yield* analyze(source.replaceAll("\n", "\r")), expected)
      assert.deepStrictEqual(expected.functions.map(({ endLine }) => endLine), [4])
    }))

  it.effect("no depth of nesting is too deep", () =>
    Effect.gen(function*() {
      assert.isUndefined(yield* messageOf(`x = ${"(".repeat(3000)}1${")".repeat(3000)}\ndef f(): pass\n`))
      assert.isUndefined(yield* messageOf(`x = 1${" + 1".repeat(20_000)}\n`))
      assert.isDefined(yield* messageOf("([{".repeat(30_000)))
      const nested = yield* analyze(repeat(1500, (i) => `${" ".repeat(i)}def f():\n`))
      assert.strictEqual(nested.functions.length, 100)
      const blocks = yield* analyze(`${repeat(500, (i) => `${" ".repeat(i)}if x:\n`)}${" ".repeat(500)}import a\n`)
      assert.deepStrictEqual(blocks.imports.map(({ line }) => line), [501])
    }))

  it.effect("too many levels of indentation are an error, as in CPython", () =>
    Effect.gen(function*() {
      const nested = (levels: number) =>
        `${repeat(levels, (i) => `${" ".repeat(i)}class A:\n`)}${" ".repeat(levels)}x\n`
      assert.isUndefined(yield* messageOf(nested(99)))
      assert.strictEqual(yield* messageOf(nested(101)), "too many levels of indentation")
    }))

  it.effect("what would take the parser's memory is not parsed, and the next file is", () =>
    Effect.gen(function*() {
      assert.strictEqual(
        yield* messageOf("x\n".repeat(5_000_000)),
        "too large to parse: more than 4 million characters"
      )
      assert.strictEqual(yield* messageOf("a\n".repeat(MAX_UNITS / 2)), "too complex to parse")
      const after = yield* analyze("def f(a): pass\n")
      assert.deepStrictEqual(after.functions.map(({ qualifiedName }) => qualifiedName), ["f"])
    }), 60_000)
})

it.effect("an interrupted first use does not spoil the later ones", () =>
  Effect.gen(function*() {
    const first = yield* Effect.fork(analyze("x"))
    yield* Effect.yieldNow()
    yield* Fiber.interrupt(first)
    assert.strictEqual(yield* messageOf("x = )"), "cannot parse: x = )")
  }).pipe(Effect.provide(TreeSitterPythonSyntax.layer)))
