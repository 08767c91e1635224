// @effect-diagnostics strictEffectProvide:off
/**
 * The same content indexed from scratch once more, with the files of every process in the opposite order. scip-python
 * visits them in the order in which they are listed.
 */
import { Effect, Layer } from "effect"
import * as LocalShardExecutor from "../../src/layers/LocalShardExecutor.js"
import { ingest } from "../../src/programs/ingest.js"
import { Repositories } from "../../src/services/Repositories.js"
import { ShardExecutor } from "../../src/services/ShardExecutor.js"
import { ToolService } from "../../src/services/ToolService.js"

const backwards = Layer.effect(
  ToolService,
  Effect.map(ToolService, (tools) =>
    ToolService.of({
      ...tools,
      runScipFull: (ctx, options) => tools.runScipFull({ ...ctx, modules: ctx.modules.toReversed() }, options),
      runScipShard: (ctx, options) => tools.runScipShard(ctx, { ...options, relPaths: options.relPaths.toReversed() })
    }))
)

const executor = Layer.fresh(LocalShardExecutor.layer).pipe(Layer.provide(backwards))

/** Into a database that is not there yet. */
export const ingestBackwards = Effect.fnUntraced(function*(root: string, database: string) {
  const repositories = yield* Repositories
  const ctx = yield* repositories.open(root, { database })
  const shards = yield* Effect.provide(ShardExecutor, executor)
  return yield* ingest(ctx, { only: ["scip"] }).pipe(Effect.provideService(ShardExecutor, shards))
})
