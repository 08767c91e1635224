// @effect-diagnostics nodeBuiltinImport:off
/**
 * An HTTP endpoint that answers with the error counts of any of several repositories, from the databases that
 * `codeintel ingest` made. It opens them for reading, for the length of a request.
 *
 *   REPOSITORIES=flask=/src/flask,rich=/src/rich PORT=3000 npx tsx examples/http-endpoint.ts
 *   curl localhost:3000/repositories/flask/errors
 */
import { HttpApi, HttpApiBuilder, HttpApiEndpoint, HttpApiGroup, HttpApiSchema, HttpServer } from "@effect/platform"
import { NodeContext, NodeHttpServer, NodeRuntime } from "@effect/platform-node"
import { Live, Repositories, Warehouse } from "codeintel"
import { Config, Effect, HashMap, Layer, Option, Schema } from "effect"
import { createServer } from "node:http"

const ToolErrors = Schema.Struct({
  tool: Schema.String,
  status: Schema.String,
  /** null: not measured. */
  errors: Schema.NullOr(Schema.Int),
  reason: Schema.NullOr(Schema.String)
})

class NoSuchRepository extends Schema.TaggedError<NoSuchRepository>()("NoSuchRepository", {
  name: Schema.String,
  known: Schema.Array(Schema.String)
}, HttpApiSchema.annotations({ status: 404 })) {}

class NotIngested extends Schema.TaggedError<NotIngested>()("NotIngested", {
  name: Schema.String,
  message: Schema.String
}, HttpApiSchema.annotations({ status: 503 })) {}

const errors = HttpApiEndpoint.get("errors")`/repositories/${HttpApiSchema.param("name", Schema.String)}/errors`
  .addSuccess(Schema.Array(ToolErrors))
  .addError(NoSuchRepository)
  .addError(NotIngested)

class Api extends HttpApi.make("codeintel").add(HttpApiGroup.make("repositories").add(errors)) {}

const sql = `
  SELECT tool, status, sum(errors)::BIGINT AS errors, any_value(tool_runs.reason) AS reason
  FROM tool_runs LEFT JOIN file_checks USING (tool) GROUP BY tool, status ORDER BY tool`

const repositories = HttpApiBuilder.group(Api, "repositories", (handlers) =>
  Effect.gen(function*() {
    const warehouse = yield* Warehouse
    const repositories = yield* Repositories
    const pairs = yield* Config.array(Config.string(), "REPOSITORIES")
    const roots = HashMap.fromIterable(pairs.map((pair) => {
      const [name = "", ...root] = pair.split("=")
      return [name, root.join("=")] as const
    }))

    return handlers.handle("errors", ({ path: { name } }) =>
      Effect.gen(function*() {
        const root = HashMap.get(roots, name)
        if (Option.isNone(root)) return yield* new NoSuchRepository({ name, known: [...HashMap.keys(roots)] })
        const { paths } = yield* repositories.locate(root.value)
        const connection = yield* warehouse.open(paths.database, "read")
        const { rows } = yield* connection.query(sql)
        return yield* Effect.orDie(
          Schema.decodeUnknown(Schema.Array(ToolErrors))(
            rows.map(([tool, status, errors, reason]) => ({ tool, status, errors, reason }))
          )
        )
      }).pipe(
        Effect.scoped,
        Effect.catchTags({
          WarehouseError: ({ message }) => new NotIngested({ name, message }),
          RepositoryError: ({ message }) => new NotIngested({ name, message }),
          ConfigurationError: ({ message }) => new NotIngested({ name, message })
        })
      ))
  }))

const server = HttpApiBuilder.serve().pipe(
  Layer.provide(HttpApiBuilder.api(Api)),
  Layer.provide(repositories),
  HttpServer.withLogAddress,
  Layer.provide(NodeHttpServer.layerConfig(createServer, { port: Config.withDefault(Config.port("PORT"), 3000) })),
  Layer.provide(Live.layer),
  Layer.provide(NodeContext.layer)
)

NodeRuntime.runMain(Layer.launch(server))
