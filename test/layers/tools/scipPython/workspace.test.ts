import * as NodeContext from "@effect/platform-node/NodeContext"
import { assert, describe, it, layer } from "@effect/vitest"
import { Effect } from "effect"
import * as TestRepository from "../../../../src/layers/testing/TestRepository.js"
import * as Workspace from "../../../../src/layers/tools/scipPython/workspace.js"
import { directoryOf } from "../pyrightSession.js"

describe("prefixOf", () => {
  it.each<[ReadonlyArray<string>, string, string]>([
    [["a/b.py"], "a/", "b."],
    [["b.pyi"], "", "b."],
    [["a/b.py", "a/b.pyi"], "a/", "b."],
    [["a/b.py", "a/c.py"], "a/", ""],
    [["a/bc.py", "a/bd/e.py"], "a/", "b"],
    [["a/b/c.py", "a/b/d/e.py"], "a/b/", ""],
    [["a/.x.py", "a/.y/z.py"], "a/", ""],
    [["..a.py", "..b.py"], "", ""],
    [["😀.py", "😁.py"], "", ""],
    [["a.py", "b.py"], "", ""]
  ])("%j", (relPaths, directory, start) => {
    assert.deepStrictEqual(Workspace.prefixOf(relPaths), { directory, start })
  })
})

layer(NodeContext.layer, { excludeTestServices: true })("the workspace", (it) => {
  /** Where scip-python works for these files of a repository, relative to the workspace. */
  const workingDirectory = Effect.fnUntraced(function*(files: ReadonlyArray<string>, relPaths: ReadonlyArray<string>) {
    const sources = Object.fromEntries(files.map((file) => [file, ""]))
    const root = yield* directoryOf(sources)
    const ctx = TestRepository.context(root, sources)
    const made = yield* Workspace.make(ctx, `${root}.workspace`, relPaths)
    assert.isTrue(made.workingDirectory.startsWith(`${made.root}/`))
    return { at: made.workingDirectory.slice(made.root.length), base: made.base }
  })

  const cases: ReadonlyArray<
    readonly [string, ReadonlyArray<string>, ReadonlyArray<string>, { readonly at: string; readonly base: string }]
  > = [
    ["all of it", ["a.py", "b/c.py"], ["a.py", "b/c.py"], { at: "/", base: "" }],
    ["a directory", ["a.py", "b/c.py", "b/d.py"], ["b/c.py", "b/d.py"], { at: "/b/", base: "b/" }],
    ["a start of names", ["a.py", "b/cd.py", "b/ce.py"], ["b/cd.py", "b/ce.py"], { at: "/b/c", base: "b/c/" }],
    ["a start that is a directory", ["a.py", "b/x.py", "bc/y.py"], ["b/x.py", "bc/y.py"], { at: "/b", base: "b/" }],
    ["a start that is a file", ["a.py", "b", "bc/y.py", "bd.py"], ["bc/y.py", "bd.py"], { at: "/", base: "" }],
    ["a file beside its package", ["a.py", "b.py", "b/__init__.py"], ["b.py"], { at: "/b.", base: "b./" }]
  ]

  for (const [name, files, relPaths, expected] of cases) {
    it.scoped(`for ${name}`, () =>
      Effect.gen(function*() {
        assert.deepStrictEqual(yield* workingDirectory(files, relPaths), expected)
      }))
  }
})
