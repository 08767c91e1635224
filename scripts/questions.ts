// @effect-diagnostics strictEffectProvide:off
/**
 * Writes the answers into docs/questions.md: `npm run docs:questions -- DATABASE`.
 */
import * as NodeContext from "@effect/platform-node/NodeContext"
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as FileSystem from "@effect/platform/FileSystem"
import { Effect, Layer } from "effect"
import * as DuckDbWarehouse from "../src/layers/DuckDbWarehouse.js"
import { render } from "../src/programs/render/queryResult.js"
import { Warehouse } from "../src/services/Warehouse.js"
import { questionsOf, withAnswers } from "./questionsPage.js"

const PAGE = "docs/questions.md"

const program = Effect.gen(function*() {
  const fs = yield* FileSystem.FileSystem
  const warehouse = yield* Warehouse
  const page = yield* fs.readFileString(PAGE)
  const answers = yield* Effect.forEach(
    questionsOf(page),
    ({ sql: [sql = ""] }) =>
      Effect.flatMap(warehouse.ask(process.argv[2] ?? "", sql, { maxRows: 100 }), (result) => render(result, "table")),
    {
      concurrency: 1
    }
  )
  yield* fs.writeFileString(PAGE, withAnswers(page, answers))
})

NodeRuntime.runMain(
  Effect.provide(program, Layer.provideMerge(DuckDbWarehouse.layerFromEnv, NodeContext.layer))
)
