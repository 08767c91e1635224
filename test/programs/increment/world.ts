// @effect-diagnostics strictEffectProvide:off
/** A repository in memory that changes between ingests, and an indexer that says what a test lets it say. */
import { DateTime, Effect, Either, Layer, Option, Ref, Stream } from "effect"
import { ToolExecution, type WarehouseError } from "../../../src/domain/errors.js"
import type { Execution } from "../../../src/domain/Execution.js"
import type { PipelineContext } from "../../../src/domain/PipelineContext.js"
import type { ScipPart, ScipSymbol } from "../../../src/domain/Scip.js"
import * as ContentChangeTracker from "../../../src/layers/ContentChangeTracker.js"
import * as MockToolService from "../../../src/layers/testing/MockToolService.js"
import * as TestPipeline from "../../../src/layers/testing/TestPipeline.js"
import * as TestRepository from "../../../src/layers/testing/TestRepository.js"
import { scipIngest } from "../../../src/programs/datasetIngests.js"
import { Repositories } from "../../../src/services/Repositories.js"
import { ScipReader } from "../../../src/services/ScipReader.js"
import { ShardExecutor } from "../../../src/services/ShardExecutor.js"
import { ToolService } from "../../../src/services/ToolService.js"
import { type Value, Warehouse } from "../../../src/services/Warehouse.js"

/** What the index says of a file. */
export interface Indexed {
  /** Name -> signature, as the index has it: with what is inferred. */
  readonly defines?: Readonly<Record<string, string>>
  /** Symbols that occur in it. */
  readonly uses?: ReadonlyArray<string>
  /** Symbols of other modules that it describes, and how. */
  readonly describes?: Readonly<Record<string, string>>
}

export interface World {
  readonly sources: Readonly<Record<string, string>>
  readonly index: Readonly<Record<string, Indexed>>
  /** Symbols of other packages -> documentation: every process tells of all of them. */
  readonly externals?: Readonly<Record<string, string>>
  /** Files that define symbols which they do not describe. */
  readonly defined?: Readonly<Record<string, ReadonlyArray<string>>>
  /** Files that no process survives. */
  readonly deadly?: ReadonlyArray<string>
  /** Files that nobody may read. */
  readonly unreadable?: ReadonlyArray<string>
  readonly baseKey?: string
  /** What is found to have changed when the tools have ended. */
  readonly changing?: ReadonlyArray<string>
}

const moduleOf = (relPath: string) => `scip-python python p 0 \`${relPath.replace(/\.py$/, "").replaceAll("/", ".")}\`/`

/** `f` of `a.py`. */
export const symbol = (relPath: string, name: string): string => `${moduleOf(relPath)}${name}().`

const information = (symbol: string, signature: string): ScipSymbol => ({
  symbol,
  kind: 0,
  displayName: "",
  documentation: [`\`\`\`python\n${signature}\n\`\`\``],
  enclosingSymbol: "",
  relationships: []
})

const documentOf = (
  relPath: string,
  { defines = {}, describes = {}, uses = [] }: Indexed,
  defined: ReadonlyArray<string>
): ScipPart => {
  const module = `${moduleOf(relPath)}__init__:`
  const definitions = [module, ...defined, ...Object.keys(defines).map((name) => symbol(relPath, name))]
  const symbols = [...definitions, ...uses]
  return {
    _tag: "Document",
    relPath,
    occurrences: {
      symbols,
      ranges: Int32Array.from(symbols.flatMap((_, line) => [line, 0, line, 1])),
      roles: Int32Array.from(symbols, (_, index) => index < definitions.length ? 1 : 8)
    },
    symbols: [
      information(module, "(module)"),
      ...Object.entries(defines).map(([name, signature]) => information(symbol(relPath, name), signature)),
      ...Object.entries(describes).map(([name, signature]) => information(name, signature))
    ]
  }
}

const execution: Execution = {
  executable: "/mock/scip-python",
  version: Option.some("0.6.6"),
  args: [],
  cwd: "/repo",
  startedAt: DateTime.unsafeMake(0),
  durationMs: 1,
  exitCode: 0
}

const dead = new ToolExecution({
  tool: "scip-python",
  executable: "/mock/scip-python",
  args: [],
  cwd: "/repo",
  reason: "Signal",
  signal: "SIGABRT",
  stdoutTail: "",
  stderrTail: "",
  durationMs: 1
})

const contextOf = ({ sources, unreadable = [] }: World): PipelineContext => {
  const ctx = TestRepository.context("/repo", sources)
  return {
    ...ctx,
    modules: ctx.modules.map((module) =>
      unreadable.includes(module.relPath) ? { ...module, contentHash: "unreadable", lines: 0 } : module
    )
  }
}

const make = (thresholds: ContentChangeTracker.ChangeThresholds) =>
  Effect.gen(function*() {
    const world = yield* Ref.make<World>({ sources: {}, index: {} })
    const calls = yield* Ref.make<ReadonlyArray<ReadonlyArray<string>>>([])

    const executor = Layer.succeed(ShardExecutor, {
      estimate: (_, relPaths) =>
        Effect.map(
          Ref.get(world),
          ({ unreadable = [] }) => relPaths.filter((each) => !unreadable.includes(each)).length
        ),
      index: Effect.fnUntraced(function*(_: PipelineContext, relPaths: ReadonlyArray<string>) {
        const { deadly = [], unreadable = [] } = yield* Ref.get(world)
        const round = (yield* Ref.updateAndGet(calls, (all) => [...all, [...relPaths].sort()])).length
        const readable = relPaths.filter((each) => !unreadable.includes(each))
        if (readable.length === 0) return yield* Effect.dieMessage("an index of nothing")
        const alive = readable.filter((each) => !deadly.includes(each))
        if (alive.length === 0) return yield* dead
        return {
          outputs: [{
            path: `/repo/${round}.scip`,
            base: "",
            documents: new Set(alive),
            execution
          }],
          failed: new Map<string, string>([
            ...relPaths.filter((each) => unreadable.includes(each)).map((each) => [each, "it cannot be read"] as const),
            ...readable.filter((each) => deadly.includes(each)).map((each) => [each, "scip-python: Signal"] as const)
          ]),
          execution,
          notices: []
        }
      })
    })

    const partsOf = ({ documents }: { readonly documents: ReadonlySet<string> }) =>
      Stream.unwrap(Effect.map(Ref.get(world), ({ defined = {}, externals = {}, index }) =>
        Stream.fromIterable<ScipPart>([
          ...[...documents].map((relPath) => documentOf(relPath, index[relPath] ?? {}, defined[relPath] ?? [])),
          { _tag: "External", symbols: Object.entries(externals).map(([name, text]) => information(name, text)) }
        ])))
    const reader = Layer.mock(ScipReader, {
      parts: (_, output) =>
        partsOf(output),
      batches: (_, output) => partsOf(output)
    })

    const repositories = Layer.effect(
      Repositories,
      Effect.map(Repositories, (memory) => ({
        ...memory,
        changedSince: () => Effect.map(Ref.get(world), ({ changing = [] }) => changing),
        readModule: (_: unknown, { relPath }: { readonly relPath: string }) =>
          Effect.map(Ref.get(world), ({ sources, unreadable = [] }) =>
            Option.filter(Option.fromNullable(sources[relPath]), () =>
              !unreadable.includes(relPath)))
      }))
    )
    const tools = Layer.effect(
      ToolService,
      Effect.map(ToolService, (mock) => ({
        ...mock,
        runKeys: (names: ReadonlyArray<string>, ctx: PipelineContext) =>
          Effect.gen(function*() {
            const { baseKey = "base" } = yield* Ref.get(world)
            const keys = yield* mock.runKeys(names, ctx)
            return new Map([...keys].map(([name, key]) => [
              name,
              Either.map(key, (each) => ({
                ...each,
                key: Option.map(each.key, (text) =>
                  `${text} ${baseKey}`),
                baseKey: name === "scip-python" ? Option.some(baseKey) : Option.none()
              }))
            ]))
          })
      }))
    )

    const everything = Layer.mergeAll(
      executor,
      reader,
      ContentChangeTracker.layerWith(thresholds),
      repositories,
      tools
    ).pipe(Layer.provideMerge(Layer.merge(TestPipeline.layer({}), MockToolService.layer({}))))
    return { calls, everything, world }
  })

const generous: ContentChangeTracker.ChangeThresholds = { changedRatio: 1, deletedRatio: 1, minimumModules: 0 }

const ingestIn = Effect.fnUntraced(function*(
  next: World,
  world: Ref.Ref<World>,
  calls: Ref.Ref<ReadonlyArray<ReadonlyArray<string>>>
) {
  yield* Ref.set(world, next)
  yield* Ref.set(calls, [])
  yield* scipIngest(contextOf(next))
  return yield* Ref.get(calls)
})

const asked = (sql: string) =>
  Warehouse.pipe(
    Effect.flatMap((warehouse) => warehouse.open(contextOf({ sources: {}, index: {} }).paths.database, "read")),
    Effect.flatMap((connection) => connection.query(sql)),
    Effect.map(({ rows }) => rows),
    Effect.scoped
  )

export interface Here {
  /** Brings the database up to this state: what was indexed, round by round. */
  readonly ingest: (world: World) => Effect.Effect<
    ReadonlyArray<ReadonlyArray<string>>,
    Effect.Effect.Error<ReturnType<typeof ingestIn>>
  >
  readonly ask: (sql: string) => Effect.Effect<ReadonlyArray<ReadonlyArray<Value>>, WarehouseError>
}

/** With a repository and a database of its own. */
export const inWorld = <A, E>(use: (here: Here) => Effect.Effect<A, E>, thresholds = generous) =>
  Effect.gen(function*() {
    const { calls, everything, world } = yield* make(thresholds)
    return yield* Effect.provide(
      Effect.gen(function*() {
        const services = yield* Effect.context<Layer.Layer.Success<typeof everything>>()
        return yield* use({
          ingest: (next) => Effect.provide(ingestIn(next, world, calls), services),
          ask: (sql) => Effect.provide(asked(sql), services)
        })
      }),
      everything
    )
  })
