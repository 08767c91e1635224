// @effect-diagnostics nodeBuiltinImport:off
import { assert, describe, it } from "@effect/vitest"
import { spawnSync } from "node:child_process"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { ToolLocation } from "../../../../src/domain/ToolLocation.js"
import * as OwnFiles from "../../../../src/layers/tools/scipPython/ownFiles.js"

/** What scip-python's packer makes of its analyser and its indexer, as far as it matters. */
const analyser = (method: string) =>
  `exports.modules = {
  1: (module, exports) => {
    exports.Program = class {
      ${method}(callback, token) {
        for (const file of ["/w/a.py", "/w/b c.py", "/w/ü.py"]) callback(file, "about " + file, token)
        return 3
      }
    }
  },
  2: (module) => { module.exports = undefined }
}`

const indexer = `
const { modules } = require("./pyright-internal.js")
const made = Object.entries(modules).map(([, make]) => { const module = { exports: {} }; make(module, module.exports, () => ({})); return module.exports })
const program = new made[0].Program()
const heard = []
const count = (program.indexWorkspace || program.other).call(program, (...all) => heard.push(all), "token")
console.log(JSON.stringify({ count, heard }))
`

/** In a directory whose name has to be quoted. */
const hears = (
  location: Pick<ToolLocation, "prefixArgs">,
  { files, method = "indexWorkspace" }: { readonly files: ReadonlyArray<string>; readonly method?: string }
) => {
  const directory = mkdtempSync(join(tmpdir(), "own \"files\" \\ ü "))
  const own = join(directory, "own.cjs")
  writeFileSync(own, OwnFiles.script(files))
  writeFileSync(join(directory, "pyright-internal.js"), analyser(method))
  writeFileSync(join(directory, "index.js"), indexer)
  const started = OwnFiles.preloaded(
    { tool: "scip-python", executable: process.execPath, identity: "", foundBy: "path", ...location },
    own
  )
  const { stderr, stdout } = spawnSync(
    process.execPath,
    [...started.location.prefixArgs, join(directory, "index.js")],
    {
      encoding: "utf8",
      env: { ...process.env, NODE_OPTIONS: started.nodeOptions.join(" ") }
    }
  )
  rmSync(directory, { recursive: true })
  assert.strictEqual(stderr, "")
  return JSON.parse(stdout)
}

describe("the files of a shard", () => {
  const files = ["/w/ü.py", "/w/b c.py", "/w/elsewhere.py"]
  const heard = ["/w/b c.py", "/w/ü.py"].map((file) => [file, `about ${file}`, "token"])

  it.each([
    ["an argument of node, where we start it", ["--no-warnings"]],
    ["a variable, where somebody else does", []]
  ])("are all that the indexer hears of: %s", (_, prefixArgs) => {
    assert.deepStrictEqual(hears({ prefixArgs }, { files }), { count: 3, heard })
  })

  it("are not all where another version has another way", () => {
    assert.lengthOf(hears({ prefixArgs: [] }, { files, method: "other" }).heard, 3)
  })
})
