/**
 * Loads the index FILE into the new database DATABASE with the built code, in this process. DOCUMENTS has the paths of its
 * documents, one a line, which an ingest knows from the indexer: `node bench/loadOnce.mjs FILE DOCUMENTS DATABASE`. The last line on stdout is what it took, as JSON.
 */
import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import * as NodePath from "@effect/platform-node/NodePath"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import { readFileSync } from "node:fs"
import * as DuckDbWarehouse from "../dist/layers/DuckDbWarehouse.js"
import * as ScipFileReader from "../dist/layers/ScipFileReader.js"
import { withoutExecution } from "../dist/programs/runRecord.js"
import { ScipReader } from "../dist/services/ScipReader.js"
import { Warehouse } from "../dist/services/Warehouse.js"

const [file = "", list = "", database = ""] = process.argv.slice(2)

const run = withoutExecution({
  runId: "0",
  tool: "scip-python",
  cwd: "/",
  startedAt: DateTime.unsafeMake(0),
  status: "imported",
  reason: Option.none()
})

const program = Effect.gen(function*() {
  const documents = new Set(readFileSync(list, "utf8").split("\n"))
  const { batches } = yield* ScipReader
  const { open } = yield* Warehouse
  const connection = yield* open(database, "write")
  yield* connection.writeScipRun({ run, files: [], parts: batches({ root: "/nowhere" }, { path: file, base: "", documents }) })
}).pipe(
  Effect.scoped,
  Effect.provide(Layer.mergeAll(DuckDbWarehouse.layerFromEnv, ScipFileReader.layer).pipe(Layer.provideMerge(Layer.merge(NodeFileSystem.layer, NodePath.layer))))
)

Effect.runPromise(program).then(() => {
  const { maxRSS, systemCPUTime, userCPUTime } = process.resourceUsage()
  const cpu = (userCPUTime + systemCPUTime) / 1e6
  console.log(JSON.stringify({ seconds: process.uptime(), cpu, rss: maxRSS / 1024 }))
})
