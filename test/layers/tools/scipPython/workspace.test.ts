import * as NodeContext from "@effect/platform-node/NodeContext"
import * as FileSystem from "@effect/platform/FileSystem"
import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import * as TestRepository from "../../../../src/layers/testing/TestRepository.js"
import * as Workspace from "../../../../src/layers/tools/scipPython/workspace.js"
import { directoryOf } from "../pyrightSession.js"

layer(NodeContext.layer, { excludeTestServices: true })("the workspace", (it) => {
  it.scoped("shows the repository, without what is ours to write or none of scip-python's business", () =>
    Effect.gen(function*() {
      const fs = yield* FileSystem.FileSystem
      const sources = { "a.py": "", "b/c.py": "", "ü x/d.py": "" }
      const root = yield* directoryOf({
        ...sources,
        ".git/HEAD": "",
        ".codeintel/x": "",
        "pyrightconfig.json": "{}",
        "scip-pyrightconfig.json": "{}"
      })
      const workspace = `${root}.workspace`
      yield* Workspace.make(TestRepository.context(root, sources), workspace)
      const names = (yield* fs.readDirectory(workspace)).sort()
      assert.deepStrictEqual(names, ["a.py", "b", "ü x"])
      for (const name of names) assert.strictEqual(yield* fs.readLink(`${workspace}/${name}`), `${root}/${name}`)
    }))
})
