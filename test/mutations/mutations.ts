/**
 * Lines that keep the promises, each broken in one way: some test must fail for each. `npm run test:mutations` tries it.
 */
export interface Mutation {
  readonly file: string
  /** Of the source, once in the file. */
  readonly line: string
  /** What stands there instead. */
  readonly broken: string
  /** What is lost by it. */
  readonly loses: string
  /** Where a test must fail. */
  readonly tests: ReadonlyArray<string>
}

const runner = { file: "src/layers/NodeToolRunner.ts", tests: ["test/layers/NodeToolRunner.test.ts"] }
const service = { file: "src/layers/LiveToolService.ts", tests: ["test/layers/LiveToolService.test.ts"] }
const warehouse = { file: "src/layers/duckdb/warehouse.ts", tests: ["test/layers/DuckDbWarehouse.test.ts"] }
const session = { file: "src/layers/duckdb/session.ts", tests: ["test/layers/duckdb/session.test.ts"] }
const writer = { file: "src/layers/duckdb/writer.ts", tests: ["test/layers/testing/MemoryWarehouse.test.ts"] }
const instances = { file: "src/layers/duckdb/fileInstances.ts", tests: ["test/layers/DuckDbWarehouse.test.ts"] }
const tracker = { file: "src/layers/ContentChangeTracker.ts", tests: ["test/layers/ContentChangeTracker.test.ts"] }

export const mutations: ReadonlyArray<Mutation> = [
  {
    ...runner,
    line: "        yield* sweep\n",
    broken: "",
    loses: "a child that holds the streams is not ended with its leader"
  },
  {
    ...runner,
    line: "Effect.zipRight(MarkedProcesses.kill(marker))",
    broken: "Effect.zipRight(Effect.void)",
    loses: "children that have left the group stay alive"
  },
  {
    ...runner,
    line: "            Effect.zipRight(sweep)\n",
    broken: "",
    loses: "a process that ignores SIGTERM stays alive"
  },
  {
    ...runner,
    line: `failure(error._tag === "CaptureFull" ? "OutputTooLarge" : "Spawn")(error)`,
    broken: `failure("Spawn")(error)`,
    loses: "too much output is not called so"
  },
  {
    ...runner,
    line: "        permits.withPermits(1),\n",
    broken: "",
    loses: "the limit of processes alive"
  },
  {
    ...runner,
    line: "          Effect.withScheduler(atOnce),\n",
    broken: "",
    loses: "the output of a quick tool, now and then"
  },
  {
    ...runner,
    line: "Command.env(env, { extendEnv: false })",
    broken: "Command.env(env)",
    loses: "the allow-list of variables"
  },
  {
    ...service,
    line: "Option.isNone(settingsOf(ctx.config, tool).path) && provisioner.pins.has(tool)",
    broken: "provisioner.pins.has(tool)",
    loses: "a configured path that is wrong is an error"
  },
  {
    ...service,
    line: "return { args: [...args, ...settingsOf(ctx.config, keyed.tool).args], notices }",
    broken: "return { args, notices }",
    loses: "configured arguments"
  },
  {
    ...service,
    line: "      timeout: timeout ?? settings.timeout,",
    broken: "      timeout: timeout ?? \"1 hour\",",
    loses: "the configured timeout"
  },
  {
    ...service,
    line: "...(cause !== undefined && { cause })",
    broken: "",
    loses: "why a report was rejected"
  },
  {
    ...session,
    line: "if (Exit.isSuccess(exit)) return",
    broken:
      "if (true as boolean) yield* Statement.run(native, operation, \"COMMIT\"); if (Exit.isSuccess(exit)) return",
    loses: "a transaction that fails leaves nothing"
  },
  {
    ...session,
    line: "        [writes, permit],",
    broken: "        [permit],",
    loses: "transactions come one after the other"
  },
  {
    ...warehouse,
    line: "yield* accept(file, \"open\", state, latest)\n",
    broken: "",
    loses: "a foreign or newer database is not touched"
  },
  {
    ...warehouse,
    line: "      if (Exit.isFailure(exit)) yield* Scope.close(scope, exit)\n      else yield*",
    broken: "      yield*",
    loses: "a database that could not be opened is free again"
  },
  {
    ...instances,
    line: "const held = before ?? (yield* open(file, real, wanted))",
    broken: "const held = yield* open(file, real, wanted)",
    loses: "one instance of a file in a process"
  },
  {
    ...writer,
    line: "yield* run(`DELETE FROM ${schema}.${name} WHERE snapshot_id = $1`, [snapshot_id])",
    broken: "yield* run(\"SELECT 1\")",
    loses: "a snapshot is replaced, not doubled"
  },
  {
    ...writer,
    line: "for (const known of yield* knownContents(run, [...byHash.keys()])) byHash.delete(known)",
    broken: "",
    loses: "a content is stored once"
  },
  {
    ...tracker,
    line: "current.get(relPath) !== previous.get(relPath) && !renamed.has(relPath)",
    broken: "!previous.has(relPath) && !renamed.has(relPath)",
    loses: "a changed file is looked at again"
  },
  {
    ...tracker,
    line: "filter((relPath) => !current.has(relPath)).sort()",
    broken: "filter(() => false).sort()",
    loses: "a deleted file is gone"
  },
  {
    ...tracker,
    line: "reindex.length > thresholds.changedRatio * paths.length",
    broken: "reindex.length > thresholds.changedRatio",
    loses: "the threshold is a share"
  },
  {
    file: "src/domain/contentChanges.ts",
    tests: tracker.tests,
    line: "candidates.splice(Math.max(0, sameName), 1)",
    broken: "[candidates[Math.max(0, sameName)]]",
    loses: "a path that is gone is the origin of one new path only"
  }
]
