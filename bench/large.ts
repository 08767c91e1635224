// @effect-diagnostics strictEffectProvide:off nodeBuiltinImport:off processEnv:off
/**
 * A repository that is too large for one process:
 *
 *   npm run bench:large -- REPOSITORY [--memory 5.5GB] [--skip default,single] [--single-seconds 720]
 *
 * - default: scip-python in one process with node's own limit of its heap
 * - single: in one process with a heap of 12 GB
 * - sharded: as an ingest does it, within `--memory` (`CODEINTEL_MEMORY`; what the machine has unless given)
 *
 * Of each: wall, CPU seconds and memory of all processes, those that died, and whether every file is accounted for. From
 * the measured CPU seconds of the shards follows what 2, 4 and 8 cores would make of them. Where single and sharded have
 * both run their documents are compared; the command ends with 1 when files are missing or rows differ for no known reason.
 */
import * as NodeContext from "@effect/platform-node/NodeContext"
import * as FileSystem from "@effect/platform/FileSystem"
import { Clock, Effect, Either, Layer } from "effect"
import { parseArgs } from "node:util"
import { ToolExecution } from "../src/domain/errors.js"
import type { PipelineContext } from "../src/domain/PipelineContext.js"
import type { ScipIndexing, ScipOutput } from "../src/domain/Scip.js"
import * as Live from "../src/layers/Live.js"
import * as LocalShardExecutor from "../src/layers/LocalShardExecutor.js"
import { Budget } from "../src/services/Budget.js"
import { Repositories } from "../src/services/Repositories.js"
import { ShardExecutor } from "../src/services/ShardExecutor.js"
import { ToolService } from "../src/services/ToolService.js"
import { render } from "./fidelity/differences.js"
import { compareDocuments, crossReferences, documentsOf } from "./fidelity/documents.js"
import { type Job, schedule } from "./large/schedule.js"
import { cores, machine, print, seconds, table } from "./support/measure.js"
import { childrenCpu, EVERY, type Seen, watching } from "./support/processTree.js"

const { positionals: [repository], values } = parseArgs({
  allowPositionals: true,
  options: {
    memory: { type: "string" },
    skip: { type: "string", default: "" },
    "single-seconds": { type: "string" }
  }
})
if (repository === undefined) throw new Error("which repository? npm run bench:large -- REPOSITORY")
if (values.memory !== undefined) process.env["CODEINTEL_MEMORY"] = values.memory

const GIB = 2 ** 30
const SINGLE_HEAP = 12 * GIB

const names = ["default", "single", "sharded"] as const
type Name = typeof names[number]

const skipped = values.skip.split(",").map((name) => name.trim()).filter((name) => name !== "")
const unknown = skipped.find((name) => !names.some((each) => each === name))
if (unknown !== undefined) throw new Error(`--skip ${unknown}: there is ${names.join(", ")}`)

/** One process of scip-python. */
interface Attempt {
  readonly files: number
  readonly wall: number
  /** Its index, which is in its arguments as well. */
  readonly args: ReadonlyArray<string>
  /** How it died; undefined: it did not. */
  readonly death: string | undefined
}

interface Shard extends Attempt, Job {}

interface Result {
  readonly name: Name
  readonly wall: number
  readonly cpu: number
  readonly peakBytes: number
  readonly shards: ReadonlyArray<Shard>
  readonly outputs: ReadonlyArray<ScipOutput>
  readonly failed: number
}

const gigabytes = (bytes: number) => `${(bytes / GIB).toFixed(2)} GiB`

/** The exit code or signal, and what the tool's last words make of it. */
const deathOf = ({ cause, exitCode, reason, signal }: ToolExecution): string =>
  [reason, exitCode === undefined ? signal : `exit code ${exitCode}`, typeof cause === "string" ? cause : undefined]
    .filter((part) => part !== undefined).join(", ")

/** `ToolService` that writes down each process of scip-python. */
const recording = (tools: typeof ToolService.Service, attempts: Array<Attempt>): typeof ToolService.Service => {
  const recorded = <E, R>(files: number, run: Effect.Effect<ScipOutput, E, R>): Effect.Effect<ScipOutput, E, R> =>
    Effect.gen(function*() {
      const start = yield* Clock.currentTimeMillis
      const result = yield* Effect.either(run)
      const wall = ((yield* Clock.currentTimeMillis) - start) / 1000
      if (Either.isRight(result)) {
        attempts.push({ files, wall, args: result.right.execution.args, death: undefined })
      } else if (result.left instanceof ToolExecution) {
        attempts.push({ files, wall, args: result.left.args, death: deathOf(result.left) })
      }
      return yield* result
    })
  return {
    ...tools,
    runScipFull: (ctx, options) => recorded(ctx.modules.length, tools.runScipFull(ctx, options)),
    runScipShard: (ctx, options) => recorded(options.relPaths.length, tools.runScipShard(ctx, options))
  }
}

const outputOf = (args: ReadonlyArray<string>) => args.find((arg) => arg.startsWith("--output="))

/** Its processes are those that write its index. */
const shardOf = (attempt: Attempt, processes: ReadonlyArray<Seen>): Shard => {
  const output = outputOf(attempt.args)
  const own = processes.filter(({ args }) => output !== undefined && args.includes(output))
  return {
    ...attempt,
    seconds: own.reduce((sum, { cpu }) => sum + cpu, 0),
    bytes: Math.max(0, ...own.map(({ peakBytes }) => peakBytes))
  }
}

/** One process that dies is no failure of the bench: it is what is measured. */
const inOneProcess = (ctx: PipelineContext, heapBytes?: number) => (tools: typeof ToolService.Service) =>
  tools.runScipFull(ctx, heapBytes === undefined ? {} : { heapBytes }).pipe(
    Effect.map((output): Pick<ScipIndexing, "outputs" | "failed"> => ({ outputs: [output], failed: new Map() })),
    Effect.catchTag(
      "ToolExecution",
      () => Effect.succeed<Pick<ScipIndexing, "outputs" | "failed">>({ outputs: [], failed: new Map() })
    )
  )

const inShards = (ctx: PipelineContext) => (tools: typeof ToolService.Service) =>
  Effect.flatMap(ShardExecutor, (executor) => executor.index(ctx, ctx.modules.map(({ relPath }) => relPath))).pipe(
    Effect.provide(Layer.fresh(LocalShardExecutor.layer).pipe(Layer.provide(Layer.succeed(ToolService, tools))))
  )

const measured = Effect.fnUntraced(function*<E, R>(
  name: Name,
  run: (tools: typeof ToolService.Service) => Effect.Effect<Pick<ScipIndexing, "outputs" | "failed">, E, R>
) {
  const attempts: Array<Attempt> = []
  const tools = recording(yield* ToolService, attempts)
  const [cpu, start] = [childrenCpu(), yield* Clock.currentTimeMillis]
  const [{ failed, outputs }, watched] = yield* watching(run(tools))
  const result: Result = {
    name,
    wall: ((yield* Clock.currentTimeMillis) - start) / 1000,
    cpu: childrenCpu() - cpu,
    peakBytes: watched.peakBytes,
    shards: attempts.map((each) => shardOf(each, [...watched.processes.values()])),
    outputs,
    failed: failed.size
  }
  return result
})

const indexed = ({ outputs }: Result) => outputs.reduce((sum, { documents }) => sum + documents.size, 0)

const show = (result: Result, all: number) => {
  const { cpu, failed, name, peakBytes, shards, wall } = result
  const died = shards.filter(({ death }) => death !== undefined)
  const isWhole = indexed(result) + failed === all
  print("")
  print(
    `${name}: ${seconds(wall)} wall, ${seconds(cpu)} CPU, ${gigabytes(peakBytes)} at once, ${shards.length} processes`
  )
  print(`  ${died.length} died; ${indexed(result)} files indexed + ${failed} failed ${isWhole ? "=" : "!="} ${all}`)
  print(table([
    ["  files", "wall", "CPU", "memory", "end"],
    ...shards.map((each) => [
      `  ${each.files}`,
      seconds(each.wall),
      seconds(each.seconds),
      gigabytes(each.bytes),
      each.death ?? "ok"
    ])
  ]))
}

const program = Effect.gen(function*() {
  const fs = yield* FileSystem.FileSystem
  const repositories = yield* Repositories
  const { total } = yield* Budget
  const ctx = yield* repositories.open(repository)
  yield* repositories.prepareState(ctx)
  const all = ctx.modules.length
  const bytes = ctx.modules.reduce((sum, module) => sum + module.bytes, 0)
  print(`${ctx.root}: ${all} files, ${(bytes / 1e6).toFixed(1)} MB; ${machine()}`)
  print(`budget ${gigabytes(total.memoryBytes)}, ${total.cores} cores; memory is RSS, looked at every ${EVERY}`)

  const run = (name: Name) => {
    switch (name) {
      case "default":
        return measured(name, inOneProcess(ctx))
      case "single":
        return measured(name, inOneProcess(ctx, SINGLE_HEAP))
      case "sharded":
        return measured(name, inShards(ctx))
    }
  }
  const results: Array<Result> = []
  for (const name of names.filter((each) => !skipped.includes(each))) {
    const result = yield* run(name)
    results.push(result)
    show(result, all)
  }
  const [single, sharded] = [
    results.find(({ name, outputs }) => name === "single" && outputs.length > 0),
    results.find(({ name }) => name === "sharded")
  ]
  const singleSeconds = single?.wall ??
    (values["single-seconds"] === undefined ? undefined : Number(values["single-seconds"]))
  if (sharded !== undefined) {
    const has = (count: number) => {
      const expected = schedule(sharded.shards, count)
      const ratio = singleSeconds === undefined ? "" : `, ${(singleSeconds / expected.seconds).toFixed(1)} times single`
      return `  ${count} cores: ${seconds(expected.seconds)}, at most ${gigabytes(expected.bytes)} at once${ratio}`
    }
    print("")
    print("these processes, the longest first, on other numbers of cores (from their CPU seconds; not measured):")
    for (const count of [2, 4, 8]) print(has(count))
    if (singleSeconds !== undefined) {
      print(
        `measured on ${cores} cores: sharded ${seconds(sharded.wall)}, single ${seconds(singleSeconds)}${
          single === undefined ? " (given)" : ""
        }`
      )
    }
  }

  let residue = 0
  if (single !== undefined && sharded !== undefined) {
    const texts = new Map<string, string>()
    for (const { relPath } of ctx.modules) texts.set(relPath, yield* fs.readFileString(`${ctx.root}/${relPath}`))
    const textOf = (relPath: string) => texts.get(relPath) ?? ""
    const [full, theirs] = [yield* documentsOf(ctx, single.outputs), yield* documentsOf(ctx, sharded.outputs)]
    const modules = new Set(ctx.modules.map(({ moduleName }) => moduleName))
    const { differences, occurrences } = compareDocuments(theirs, full, { modules, textOf })
    const unexplained = differences.filter((each) => each.class === "residue")
    residue = unexplained.length
    print("")
    for (const each of unexplained) print(`! ${render(each, { textOf })}`)
    print(
      `${occurrences} occurrences, ${differences.length} differ, ${residue} residue; ` +
        `references between files: sharded ${crossReferences(theirs)}, single ${crossReferences(full)}`
    )
  }
  const lost = sharded !== undefined && indexed(sharded) + sharded.failed !== all
  print(machine())
  return residue > 0 || lost ? 1 : 0
}).pipe(Effect.scoped, Effect.provide(Live.layer.pipe(Layer.provideMerge(NodeContext.layer))))

process.exitCode = await Effect.runPromise(program)
