import { assert, describe, layer } from "@effect/vitest"
import { Effect, Option } from "effect"
import * as TreeSitterPythonSyntax from "../../../src/layers/TreeSitterPythonSyntax.js"
import * as Changes from "../../../src/programs/increment/changes.js"
import * as ImportGraph from "../../../src/programs/increment/importGraph.js"
import * as Spread from "../../../src/programs/increment/spread.js"
import { PythonSyntax } from "../../../src/services/PythonSyntax.js"

type Sources = Readonly<Record<string, string>>

/** `after` is what is there now; whoever refers to a symbol is in `references`. */
const make = Effect.fnUntraced(function*(
  after: Sources,
  before: Sources = {},
  references: Readonly<Record<string, ReadonlyArray<string>>> = {}
) {
  const { analyze, declarations } = yield* PythonSyntax
  const relPaths = new Set([...Object.keys(before), ...Object.keys(after)])
  const imports = new Map<string, ReadonlyArray<Effect.Effect.Success<ReturnType<typeof analyze>>["imports"][number]>>()
  for (const relPath of relPaths) {
    const now = yield* analyze(after[relPath] ?? "")
    const then = yield* analyze(before[relPath] ?? "")
    imports.set(relPath, [...then.imports, ...now.imports])
  }
  const declared = (sources: Sources, relPath: string) => {
    const source = sources[relPath]
    return source === undefined ? Effect.succeed(Option.some([])) : declarations(source)
  }
  const { spread } = Spread.make({
    most: Infinity,
    graph: ImportGraph.make(imports, relPaths),
    present: new Set(Object.keys(after)),
    text: (relPath) => Effect.succeed(after[relPath] ?? ""),
    declarations: (relPath) => declared(after, relPath),
    references: (symbols) => Effect.succeed(new Set(symbols.flatMap((symbol) => references[symbol] ?? [])))
  })
  const ofSource = Effect.fnUntraced(function*(relPath: string) {
    const change: Spread.Change = {
      relPath,
      comesOrGoes: !(relPath in before)
        ? Option.some("new")
        : !(relPath in after)
        ? Option.some("gone")
        : Option.none(),
      changes: Changes.ofDeclarations(yield* declared(before, relPath), yield* declared(after, relPath))
    }
    return change
  })
  return { spread, ofSource }
})

const sorted = (found: ReadonlyMap<string, string>) => [...found.keys()].sort()

/** Files that are affected when `sources` become what they are with `edits`; undefined: the file goes. */
const affected = (sources: Sources, edits: Readonly<Record<string, string | undefined>>) =>
  Effect.gen(function*() {
    const after: Record<string, string> = { ...sources }
    for (const [relPath, text] of Object.entries(edits)) {
      if (text === undefined) delete after[relPath]
      else after[relPath] = text
    }
    const { ofSource, spread } = yield* make(after, sources)
    return yield* spread(yield* Effect.forEach(Object.keys(edits), ofSource, { concurrency: 1 }))
  })

const change = (relPath: string, given: Partial<Changes.FileChanges>): Spread.Change => ({
  relPath,
  comesOrGoes: Option.none(),
  changes: { ...Changes.nothing, ...given }
})

layer(TreeSitterPythonSyntax.layer)("spread", (it) => {
  describe("of one change", () => {
    const sources = {
      "a.py": "def f(x: int) -> int:\n    return x\n",
      "user.py": "from a import f\n\nprint(f(1))\n",
      "other.py": "import a\n\nprint(a)\n",
      "stranger.py": "def g(f): return f\n"
    }

    it.effect("is whoever may see it and names it, with the reason", () =>
      Effect.gen(function*() {
        const found = yield* affected(sources, { "a.py": "def f(x: str) -> int:\n    return 1\n" })
        assert.deepStrictEqual([...found], [["user.py", "names f, which changed in a.py"]])
      }))

    it.effect("nobody when no declaration is another", () =>
      Effect.gen(function*() {
        const found = yield* affected(sources, { "a.py": "# more\ndef f(x: int) -> int:\n    return x + 1\n" })
        assert.deepStrictEqual([...found], [])
      }))

    it.effect("nobody when the name is new, and nobody names it", () =>
      Effect.gen(function*() {
        const found = yield* affected(sources, { "a.py": `${sources["a.py"]}\n_private = 1\n` })
        assert.deepStrictEqual([...found], [])
      }))
  })

  describe("goes on", () => {
    /** `last.py` has nothing to do with `f` but through `between`. */
    const through = (between: string, last: string, a = "def f(x: int) -> int:\n    return x\n") =>
      affected(
        { "a.py": a, "between.py": between, "last.py": last, "unmoved.py": "from between import still\nstill\n" },
        { "a.py": a.replace("-> int", "-> str") }
      )

    it.effect("through a function whose type is inferred", () =>
      Effect.gen(function*() {
        const between = "from a import f\n\ndef g(y):\n    return f(y)\n\nstill = 1\n"
        assert.deepStrictEqual(sorted(yield* through(between, "from between import g\ng(1)\n")), [
          "between.py",
          "last.py"
        ])
      }))

    it.effect("and not through one that says its type", () =>
      Effect.gen(function*() {
        const between = "from a import f\n\ndef g(y: int) -> int:\n    return f(y)\n\nstill = 1\n"
        assert.deepStrictEqual(sorted(yield* through(between, "from between import g\ng(1)\n")), ["between.py"])
      }))

    it.effect("through a variable", () =>
      Effect.gen(function*() {
        const between = "from a import f\n\nvalue = f(1)\nstill = 1\n"
        assert.deepStrictEqual(sorted(yield* through(between, "import between\nbetween.value\n")), [
          "between.py",
          "last.py"
        ])
        // one that is annotated is what it says
        const annotated = "from a import f\n\nvalue: int = f(1)\nstill = 1\n"
        assert.deepStrictEqual(sorted(yield* through(annotated, "import between\nbetween.value\n")), ["between.py"])
      }))

    it.effect("through an attribute, to whoever writes it after a point", () =>
      Effect.gen(function*() {
        const between =
          "from a import f\n\nclass C:\n    def __init__(self) -> None:\n        self.value = f(1)\n\nstill = 1\n"
        assert.deepStrictEqual(sorted(yield* through(between, "import between\nbetween.C().value\n")), [
          "between.py",
          "last.py"
        ])
        assert.deepStrictEqual(sorted(yield* through(between, "import between\nvalue = 1\nprint(value)\n")), [
          "between.py",
          "last.py"
        ])
        assert.deepStrictEqual(
          sorted(yield* through(between, "import between\nprint([value for value in between])\n")),
          [
            "between.py"
          ]
        )
      }))

    it.effect("through what the same file makes of it", () =>
      Effect.gen(function*() {
        const sources = {
          "a.py": "def f() -> int: ...\n\ndef g(x):\n    return f() or x\n",
          "user.py": "import a\na.g(1)\n"
        }
        const found = yield* affected(sources, { "a.py": sources["a.py"].replace("-> int", "-> str") })
        assert.deepStrictEqual([...found], [["user.py", "names g, which changed in a.py"]])
      }))

    it.effect("through a package that passes it on, also under another name", () =>
      Effect.gen(function*() {
        const sources = {
          "p/__init__.py": "from .impl import f as call\n",
          "p/impl.py": "def f() -> int: ...\n",
          "user.py": "import p\np.call()\n",
          "other.py": "import p\np\n"
        }
        const found = yield* affected(sources, { "p/impl.py": "def f() -> str: ...\n" })
        assert.deepStrictEqual(sorted(found), ["p/__init__.py", "user.py"])
      }))

    it.effect("through the bases of a class to whatever may use it, by whatever name", () =>
      Effect.gen(function*() {
        const sources = {
          "a.py": "Base = object\n",
          "b.py": "from a import Base\nclass C(Base): ...\n",
          "silent.py": "import b\nb.make()[0]\n",
          "far.py": "import silent\n",
          "stranger.py": "x = 1\n"
        }
        const found = yield* affected(sources, { "a.py": "Base = dict\n" })
        assert.deepStrictEqual(sorted(found), ["b.py", "far.py", "silent.py"])
        assert.strictEqual(
          found.get("far.py"),
          "may use b.py, where the bases or fields of C changed: that is seen without a name"
        )
      }))
  })

  describe("stops", () => {
    const sources = {
      "a.py": "def f(): ...\n",
      "b.py": "from a import f\nfrom c import h\n\ndef g(x):\n    return f() or h(x)\n",
      "c.py": "from b import g\n\ndef h(x):\n    return g(x)\n",
      "d.py": "from c import h\nh(1)\n",
      "e.py": "import d\n"
    }

    it.effect("at the end of circles", () =>
      Effect.gen(function*() {
        const { spread } = yield* make(sources, sources)
        const found = yield* spread([change("a.py", { names: [{ name: "f", isMember: false, impact: "type" }] })])
        assert.deepStrictEqual(sorted(found), ["b.py", "c.py", "d.py"])
      }))

    it.effect("with a documentation: it is seen where the name is written, and nowhere else", () =>
      Effect.gen(function*() {
        const { spread } = yield* make(sources, sources)
        const of = (impact: Changes.Impact) => change("a.py", { names: [{ name: "f", isMember: false, impact }] })
        assert.deepStrictEqual(sorted(yield* spread([of("documentation")])), ["b.py"])
        // what is more than that is followed all the same, and what was found is not found again
        assert.deepStrictEqual(sorted(yield* spread([of("type")])), ["c.py", "d.py"])
        assert.deepStrictEqual(sorted(yield* spread([of("identity")])), [])
      }))

    it.effect("at files that are not there", () =>
      Effect.gen(function*() {
        const { spread } = yield* make({ "a.py": "" }, sources, { s: ["b.py", "a.py"] })
        const found = yield* spread([
          change("c.py", {
            names: [{ name: "h", isMember: false, impact: "identity" }],
            symbols: ["s"],
            unnamed: Option.some("something")
          })
        ])
        assert.deepStrictEqual([...found], [["a.py", "refers to what changed in c.py"]])
      }))

    it.effect("with each file once, however often it is asked", () =>
      Effect.gen(function*() {
        const { ofSource, spread } = yield* make({ ...sources, "a.py": "def f(x): ...\n" }, sources)
        const changed = yield* ofSource("a.py")
        assert.deepStrictEqual(sorted(yield* spread([changed])), ["b.py", "c.py", "d.py"])
        assert.deepStrictEqual(sorted(yield* spread([changed, changed])), [])
        const swept = change("a.py", { unnamed: Option.some("the bases of C") })
        assert.deepStrictEqual(sorted(yield* spread([swept])), ["e.py"])
        assert.deepStrictEqual(sorted(yield* spread([swept])), [])
      }))
  })

  describe("a file that comes or goes", () => {
    const sources = {
      "p/__init__.py": "",
      "p/mod.py": "x = 1\n",
      "importer.py": "import p.mod as m\n",
      "user.py": "import importer\nimporter.m\n",
      "bystander.py": "import importer\n"
    }

    it.effect("is seen by who imports it, and by who uses what their imports bind", () =>
      Effect.gen(function*() {
        const gone = yield* affected(sources, { "p/mod.py": undefined })
        assert.deepStrictEqual([...gone].sort(), [
          ["importer.py", "imports p/mod.py, which is gone"],
          ["user.py", "names m, which changed in importer.py"]
        ])
        const { "p/mod.py": mod, ...without } = sources
        const added = yield* affected(without, { "p/mod.py": mod })
        assert.deepStrictEqual([...added].sort(), [
          ["importer.py", "imports p/mod.py, which is new"],
          ["user.py", "names m, which changed in importer.py"]
        ])
      }))

    it.effect("by nobody when it is imported nowhere", () =>
      Effect.gen(function*() {
        assert.deepStrictEqual(sorted(yield* affected(sources, { "script.py": "import p.mod\nm = p.mod.x\n" })), [])
      }))
  })

  it.effect("of a file that does not parse all is passed on that may use it", () =>
    Effect.gen(function*() {
      const sources = { "a.py": "x = 1\n", "b.py": "import a\n", "c.py": "import b\n", "d.py": "" }
      assert.deepStrictEqual(sorted(yield* affected(sources, { "a.py": "def (:\n" })), ["b.py", "c.py"])
    }))
})
