/**
 * Loads the index FILE into the new database DATABASE with the built code, in this process:
 * `node bench/loadOnce.mjs FILE DATABASE`. The last line on stdout is what it took, as JSON.
 */
import { NodeContext } from "@effect/platform-node"
import { DateTime, Effect, Layer, Option } from "effect"
import * as DuckDbWarehouse from "../dist/layers/DuckDbWarehouse.js"
import * as ScipFileReader from "../dist/layers/ScipFileReader.js"
import { ScipReader } from "../dist/services/ScipReader.js"
import { Warehouse } from "../dist/services/Warehouse.js"

const [file, database] = process.argv.slice(2)

const run = {
  runId: "0",
  tool: "scip-python",
  executable: Option.none(),
  version: Option.none(),
  args: [],
  cwd: "/",
  startedAt: DateTime.unsafeMake(0),
  durationMs: 0,
  exitCode: Option.none(),
  signal: Option.none(),
  status: "imported",
  reason: Option.none(),
  filesAnalyzed: Option.none(),
  unresolvedImports: Option.none(),
  imports: Option.none(),
  outsideRepository: 0,
  key: Option.none()
}

/** All documents, whatever they are called: a set to the reader, but for a thread it has to be a real one. */
const { documentsOf } = await import("../dist/layers/scip/documents.js")

const program = Effect.gen(function*() {
  const documents = new Set((yield* documentsOf(file)).map(({ relativePath }) => relativePath))
  const { batches } = yield* ScipReader
  const { open } = yield* Warehouse
  const connection = yield* open(database, "write")
  yield* connection.writeScipRun({ run, files: [], parts: batches({ root: "/nowhere" }, { path: file, base: "", documents }) })
}).pipe(
  Effect.scoped,
  Effect.provide(Layer.mergeAll(DuckDbWarehouse.layerFromEnv, ScipFileReader.layer).pipe(Layer.provideMerge(NodeContext.layer)))
)

await Effect.runPromise(program)
const { maxRSS, systemCPUTime, userCPUTime } = process.resourceUsage()
console.log(JSON.stringify({ seconds: process.uptime(), cpu: (userCPUTime + systemCPUTime) / 1e6, rss: maxRSS / 1024 }))
