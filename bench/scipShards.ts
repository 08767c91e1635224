// @effect-diagnostics strictEffectProvide:off
/**
 * Whether shards say what a full run says, and what they cost: `npx tsx bench/scipShards.ts PATH PREFIX...` indexes the
 * repository at PATH in one process, then by prefix (files with none of them make one more shard), two at a time.
 * What differs is printed; the command ends with 1 when scip-python's order of visits does not explain all of it.
 */
import * as NodeContext from "@effect/platform-node/NodeContext"
import * as FileSystem from "@effect/platform/FileSystem"
import { Clock, Console, Effect, Layer } from "effect"
import * as Live from "../src/layers/Live.js"
import { Repositories } from "../src/services/Repositories.js"
import { ToolService } from "../src/services/ToolService.js"
import { compare, crossReferences, documentsOf } from "../test/real/indexes.js"

const [root = ".", ...prefixes] = process.argv.slice(2)

const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`

const program = Effect.gen(function*() {
  const fs = yield* FileSystem.FileSystem
  const repositories = yield* Repositories
  const tools = yield* ToolService
  const ctx = yield* repositories.open(root)
  yield* repositories.prepareState(ctx)
  const names = ctx.modules.map(({ relPath }) => relPath)
  const prefixOf = (relPath: string) => prefixes.find((prefix) => relPath.startsWith(prefix)) ?? ""
  const shards = [...new Set(names.map(prefixOf))].map((prefix) => names.filter((each) => prefixOf(each) === prefix))

  const start = yield* Clock.currentTimeMillis
  const full = yield* tools.runScipFull(ctx)
  const middle = yield* Clock.currentTimeMillis
  const outputs = yield* Effect.forEach(shards, (relPaths) => tools.runScipShard(ctx, { relPaths }), { concurrency: 2 })
  const end = yield* Clock.currentTimeMillis

  const texts = new Map<string, string>()
  for (const name of names) texts.set(name, yield* fs.readFileString(`${ctx.root}/${name}`))
  const one = yield* documentsOf(ctx, [full])
  const several = yield* documentsOf(ctx, outputs)
  const modules = new Set(ctx.modules.map(({ moduleName }) => moduleName))
  const { misattributed, misnamed, occurrences, residue } = compare(
    one,
    several,
    modules,
    (relPath) => texts.get(relPath) ?? ""
  )
  for (const { line, relPath, symbols, text } of [...misnamed, ...misattributed, ...residue]) {
    yield* Console.log(`${relPath}:${line} ${text}: ${symbols.join(" | ")}`)
  }
  yield* Console.log(
    `one process: ${seconds(middle - start)}, ${one.size} documents, ${crossReferences(one)} cross-file references`
  )
  for (const { documents, execution } of outputs) {
    yield* Console.log(`  shard of ${documents.size}: ${seconds(execution.durationMs)}`)
  }
  yield* Console.log(`${outputs.length} shards: ${seconds(end - middle)}, ${several.size} documents`)
  yield* Console.log(
    `${occurrences} occurrences, ${misnamed.length} differ where a name is wrong, ${misattributed.length} where a package is, ${residue.length} for no known reason`
  )
  return residue.length === 0 && one.size === several.size ? 0 : 1
}).pipe(Effect.scoped, Effect.provide(Live.layer.pipe(Layer.provideMerge(NodeContext.layer))))

process.exitCode = await Effect.runPromise(program)
