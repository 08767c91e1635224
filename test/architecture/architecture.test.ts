/**
 * The arrows: programs -> services -> domain <- layers -> services, and child processes in the ToolRunner layer alone.
 */
import * as NodeContext from "@effect/platform-node/NodeContext"
import * as FileSystem from "@effect/platform/FileSystem"
import * as Path from "@effect/platform/Path"
import { assert, describe, it, layer } from "@effect/vitest"
import { Effect } from "effect"
import { isBuiltin } from "node:module"
import { COMPUTED, importsOf } from "./imports.js"

const rooms: Readonly<Record<string, ReadonlyArray<string>>> = {
  domain: ["domain"],
  services: ["services", "domain"],
  layers: ["layers", "services", "domain"],
  programs: ["programs", "services", "domain"],
  // the script of a report's page: runs in a browser, and knows of us what is pure
  "report-client": ["report-client", "domain"],
  // the two entry points of the package re-export
  "index.ts": ["domain", "services", "layers", "programs"],
  "testing.ts": ["layers"]
}

const RUNNER = "layers/NodeToolRunner.ts"
const GUARD = "layers/processGuard.ts"
const MAIN = "programs/main.ts"
const TOOL_SERVICE = "layers/LiveToolService.ts"
const REPORT_READER = "layers/FileReportReader.ts"
const CHECKERS = "layers/tools/checkers.ts"

/** Where each of these may be imported, types included; the barrels are in because they export the same. */
const restricted: ReadonlyArray<readonly [module: RegExp, allowed: (file: string) => boolean]> = [
  [/^@effect\/platform(\/Command)?$/, (file) => file === RUNNER || file === GUARD],
  // its type is in the requirements of what builds the runner
  [/^@effect\/platform\/CommandExecutor$/, (file) => [RUNNER, GUARD, "layers/Live.ts"].includes(file)],
  [/^@effect\/platform-node(-shared)?(\/NodeCommandExecutor)?$/, () => false],
  [/^@effect\/platform-node(-shared)?\//, (file) => file === MAIN || file.startsWith("layers/")],
  [/^@duckdb\//, (file) => file.startsWith("layers/duckdb/") || file === "layers/DuckDbWarehouse.ts"],
  // one module has the values, which is loaded when a server starts; the Layer has types alone
  [/^@modelcontextprotocol\//, (file) => file === "layers/mcp/sdk.ts" || file === "layers/SdkMcpServer.ts"],
  [/^zod(\/|$)/, () => false],
  [/^d3-/, (file) => file.startsWith("report-client/")],
  [/^(effect|@effect\/.*)(\/|$)/, (file) => !file.startsWith("report-client/")],
  [/^(node:)?child_process$/, () => false],
  [/^\(computed\)$/, () => false]
]

const violations = (file: string, imports: ReadonlyArray<string>, resolve: (specifier: string) => string) =>
  imports.flatMap((specifier) => {
    const room = file.split("/")[0] ?? ""
    const target = specifier.startsWith(".") ? resolve(specifier) : undefined
    const targetRoom = target?.split("/")[0] ?? ""
    // what is known of one tool stays in its file: outside, only the list of checkers and the vocabulary, and the service
    // that is made of the tools
    const known = file === REPORT_READER
      ? /^layers\/tools\/reports\.js$/
      : file === TOOL_SERVICE
      ? /^layers\/tools\/(checkers?|toolAccess|pytest|coverage|scipPython)\.js$/
      : /^layers\/tools\/(checkers?|toolAccess)\.js$/
    const reachesTool = target?.startsWith("layers/tools/") === true && !file.startsWith("layers/tools/") &&
      !known.test(target)
    const wrong = target !== undefined
      ? reachesTool || (!(rooms[room] ?? []).includes(targetRoom) && !(file === MAIN && targetRoom === "layers"))
      : isBuiltin(specifier) && room !== "layers" ||
        restricted.some(([module, allowed]) => module.test(specifier) && !allowed(file))
    return wrong ? [`${file} imports ${specifier}`] : []
  })

layer(NodeContext.layer, { excludeTestServices: true })("architecture", (it) => {
  it.effect("every import of src follows the arrows", () =>
    Effect.gen(function*() {
      const fs = yield* FileSystem.FileSystem
      const path = yield* Path.Path
      const src = path.resolve("src")
      const files = (yield* fs.readDirectory(src, { recursive: true })).filter((file) => file.endsWith(".ts"))
      assert.includeMembers(files, [RUNNER, MAIN, CHECKERS, "domain/errors.ts", "services/ToolRunner.ts"])
      const found = yield* Effect.forEach(
        files,
        (file) =>
          Effect.map(
            fs.readFileString(path.join(src, file)),
            (text) => violations(file, importsOf(file, text), (specifier) => path.join(path.dirname(file), specifier))
          ),
        { concurrency: 8 }
      )
      assert.deepStrictEqual(found.flat(), [])
    }))

  it.effect("main is the composition and nothing else", () =>
    Effect.gen(function*() {
      const fs = yield* FileSystem.FileSystem
      const lines = (yield* fs.readFileString(`src/${MAIN}`)).trimEnd().split("\n")
      assert.isBelow(lines.length, 40)
    }))
})

describe("the test of the arrows", () => {
  it("sees every form of import", () => {
    const text = `
      import a from "1"; import type { b } from "2"; import "3"; export * from "4"; export type { c } from "5"
      const d = import("6"); type E = import("7").E; const f = require("8"); import g = require("9")
      const h = await import(\`10\`); const i = import(d + "x"); export { j } from '11'; // import k from "12"
      const l = 'import m from "13"'`
    assert.sameMembers([...importsOf("x.ts", text)], [..."123456789", "10", COMPUTED, "11"])
  })

  it.each([
    ["domain/a.ts", "../services/b.js"],
    ["services/a.ts", "../layers/b.js"],
    ["layers/a.ts", "../programs/b.js"],
    ["programs/cli/a.ts", "../../layers/b.js"],
    ["programs/a.ts", "../../../elsewhere.js"],
    ["programs/a.ts", "../layers/tools/ruff.js"],
    ["layers/a.ts", "../layers/tools/ruff.js"],
    ["layers/a.ts", "../layers/tools/pytest.js"],
    ["layers/LiveToolService.ts", "../layers/tools/ruff.js"],
    ["layers/tools/a.ts", "@effect/platform/Command"],
    ["layers/a.ts", "@effect/platform"],
    ["layers/a.ts", "@duckdb/node-api"],
    ["programs/main.ts", "@effect/platform-node/NodeCommandExecutor"],
    ["layers/NodeToolRunner.ts", "node:child_process"],
    ["layers/a.ts", "child_process"],
    ["programs/a.ts", "node:fs"],
    ["programs/mcp/a.ts", "@modelcontextprotocol/sdk/types.js"],
    ["layers/a.ts", "@modelcontextprotocol/sdk/server/index.js"],
    ["programs/a.ts", "d3-hierarchy"],
    ["programs/a.ts", "../report-client/dom.js"],
    ["report-client/a.ts", "../programs/b.js"],
    ["report-client/a.ts", "effect/Schema"],
    ["layers/a.ts", COMPUTED]
  ])("%s must not import %s", (file, specifier) => {
    const resolve = () => specifier.replaceAll("../", "")
    assert.strictEqual(violations(file, [specifier], resolve).length, 1)
  })
})
