import { assert, describe, it } from "@effect/vitest"
import type { ImportFacts } from "../../../src/domain/SyntaxFacts.js"
import * as ImportGraph from "../../../src/programs/increment/importGraph.js"

const from = (module: string, names: ReadonlyArray<string> = [], level = 0): ImportFacts => ({
  module,
  names,
  level,
  line: 1
})

const graphOf = (files: Readonly<Record<string, ReadonlyArray<ImportFacts>>>) => {
  const graph = ImportGraph.make(new Map(Object.entries(files)), Object.keys(files))
  const importsOf = (relPath: string) =>
    new Set(Object.keys(files).filter((each) => graph.importersOf(each).has(relPath)))
  return { ...graph, importsOf }
}

const sorted = (paths: ReadonlySet<string>) => [...paths].sort()

describe("importGraph", () => {
  it("finds modules from whatever directory they are imported, their packages, and submodules among the names", () => {
    const { importsOf } = graphOf({
      "src/p/__init__.py": [],
      "src/p/a.py": [],
      "src/p/b.pyi": [],
      "src/p/a/c.py": [],
      "x/pp/a.py": [],
      "tests/t.py": [from("p.a", ["c", "*"]), from("p", ["b"])]
    })
    assert.deepStrictEqual(sorted(importsOf("tests/t.py")), [
      "src/p/__init__.py",
      "src/p/a.py",
      "src/p/a/c.py",
      "src/p/b.pyi"
    ])
  })

  it("takes relative imports from where they stand", () => {
    const files = {
      "p/__init__.py": [from("", ["a"], 1)],
      "p/a.py": [from("q", ["n"], 1), from("", ["b"], 1)],
      "p/b.py": [],
      "p/q/__init__.py": [from("", ["a"], 2), from("q", [], 3)],
      "p/q/n.py": [],
      "q.py": []
    }
    const { importsOf } = graphOf(files)
    assert.deepStrictEqual(sorted(importsOf("p/__init__.py")), ["p/a.py"])
    assert.deepStrictEqual(sorted(importsOf("p/a.py")), ["p/__init__.py", "p/b.py", "p/q/__init__.py", "p/q/n.py"])
    assert.deepStrictEqual(sorted(importsOf("p/q/__init__.py")), ["p/__init__.py", "p/a.py", "q.py"])
  })

  it("follows importers, through circles, and never back to the file itself", () => {
    const { importersOf, reaching } = graphOf({
      "a.py": [from("b")],
      "b.py": [from("c")],
      "c.py": [from("a")],
      "d.py": [from("a")],
      "e.py": []
    })
    assert.deepStrictEqual(sorted(importersOf("a.py")), ["c.py", "d.py"])
    assert.deepStrictEqual(sorted(reaching("c.py")), ["a.py", "b.py", "d.py"])
    assert.deepStrictEqual(sorted(reaching("e.py")), [])
  })
})
