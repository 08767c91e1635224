import { assert, layer } from "@effect/vitest"
import { Effect, Option } from "effect"
import * as TreeSitterPythonSyntax from "../../../src/layers/TreeSitterPythonSyntax.js"
import { PythonSyntax } from "../../../src/services/PythonSyntax.js"

const parseErrorOf = (source: string) =>
  Effect.gen(function*() {
    const { parseError } = yield* Effect.flatMap(PythonSyntax, (syntax) => syntax.analyze(source))
    return Option.getOrUndefined(Option.map(parseError, ({ line, message }) => `${line}: ${message}`))
  })

const valid: ReadonlyArray<readonly [string, string]> = [
  ["nothing", ""],
  ["comments", "# a\n# b"],
  ["match", "match x:\n  case {'k': [a, *b], **r} if c: pass\n  case A(b=1) | None: pass\nmatch = type = 1\n"],
  ["walrus", "if (a := 1) and [b := 2]: pass\n"],
  ["type parameters", "class A[T: int, *Ts, **P]: pass\ntype X[T] = list[T]\ndef f[T](x: T): pass\n"],
  ["defaults of type parameters", "class A[T = int]:\n  def f[U: int = bool](self): pass\n"],
  ["nested f-strings", `f"{f'{x!r:>{w}}'} {a["b"]} {{"\n`],
  ["t-strings", "t'{x}'\n"],
  ["except groups", "try: pass\nexcept* A: pass\n"],
  ["except without parentheses", "try: pass\nexcept A, B: pass\n"],
  ["print as a function", "print(a), b\nprint >>f, a\nprint\nprint -1\n"],
  ["byte order mark", "\uFEFFimport a\n"],
  ["form feed", "import a\n\f\ndef f():\n  pass\n"],
  ["replacement characters in text", "# \uFFFD\nx = '\uFFFD'\n"],
  ["no newline at the end", "def f(): pass"]
]

const invalid: ReadonlyArray<readonly [string, string, string]> = [
  ["print statement", "import a\nprint \"x\"\n", "2: print statement of Python 2"],
  ["exec statement", "exec \"x\"\n", "1: exec statement of Python 2"],
  ["the first of two", "x = 1)\nprint \"x\"\n", "1: cannot parse: 1)"],
  ["the first of two, the other way", "print \"x\"\nx = 1)\n", "1: print statement of Python 2"],
  ["missing block", "def f():\n# comment\nx = 1\n", "1: expected an indented block"],
  ["missing colon", "import a\n\ndef f()\n  pass\n", "3: cannot parse: def f()"],
  ["unclosed parenthesis", "import a\nx = (1,\n\ndef g():\n  pass\n", "2: cannot parse: x = (1,"],
  ["merge conflict", "import a\n<<<<<<< HEAD\nx = 1\n", "2: cannot parse: <<<<<<<"],
  [
    "after statements that are fine",
    "class A:\n  def f(self): pass\n  def g(self):\n    (bar.\n  baz)\n    x(y\n",
    "4: cannot parse: (bar."
  ],
  ["replacement characters", "\uFFFD\uFFFD\n", "1: cannot parse: \uFFFD\uFFFD"],
  ["null byte", "x = 1\ny = '\0'\n", "2: null byte"],
  [
    "an excerpt of 40 characters",
    `def f(${"\u{1D54F}".repeat(50)}\n`,
    `1: cannot parse: def f(${"\u{1D54F}".repeat(34)}...`
  ]
]

layer(TreeSitterPythonSyntax.layer)("parseError", (it) => {
  it.effect.each(valid.map(([name, source]) => ({ name, source })))(
    "none: $name",
    ({ source }) => Effect.map(parseErrorOf(source), (error) => assert.isUndefined(error))
  )

  it.effect.each(invalid.map(([name, source, expected]) => ({ name, source, expected })))(
    "$name",
    ({ expected, source }) => Effect.map(parseErrorOf(source), (error) => assert.strictEqual(error, expected))
  )
})
