/**
 * Every statement of docs/questions.md, over what the real tools say of the example repository.
 */
import * as NodeContext from "@effect/platform-node/NodeContext"
import * as FileSystem from "@effect/platform/FileSystem"
import { assert, layer } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { questionsOf } from "../../scripts/questionsPage.js"
import * as Live from "../../src/layers/Live.js"
import { ingest } from "../../src/programs/ingest.js"
import { Repositories } from "../../src/services/Repositories.js"
import { Warehouse } from "../../src/services/Warehouse.js"
import { exampleCopy } from "../e2e/command.js"

/** What the page asks of flask, and what is asked of the example in its place. */
const places = [
  ["'src/flask/helpers.py' AND lineno = 197", "'src/parcels/money.py' AND lineno = 19"],
  ["'%/Flask#make_response().'", "'%/Money#'"]
] as const

/** One tool that does not succeed. */
const settings = "[mypy]\nenabled = true\npath = \"/no/such/mypy\"\n"

layer(Layer.provideMerge(Live.layer, NodeContext.layer), { excludeTestServices: true, timeout: "300 seconds" })(
  "the questions of docs/questions.md",
  (it) => {
    it.scoped("have an answer in the example repository", () =>
      Effect.gen(function*() {
        const repositories = yield* Repositories
        const warehouse = yield* Warehouse
        const fs = yield* FileSystem.FileSystem
        const root = yield* exampleCopy
        yield* fs.writeFileString(`${root}/codeintel.toml`, settings)
        const ctx = yield* repositories.open(root)
        yield* ingest(ctx, { contexts: true })
        const page = yield* fs.readFileString("docs/questions.md")
        for (const [there] of places) assert.include(page, there)
        const answered = yield* Effect.forEach(questionsOf(page), ({ sql: [sql = ""], title }) => {
          const here = places.reduce((text, [there, instead]) => text.replaceAll(there, instead), sql)
          return Effect.map(
            warehouse.ask(ctx.paths.database, here, { maxRows: 100 }),
            ({ rows }) => ({ title, rows: rows.length })
          )
        }, { concurrency: 1 })
        assert.isAtLeast(answered.length, 15)
        assert.deepStrictEqual(answered.filter(({ rows }) => rows === 0), [])
      }), 300_000)
  }
)
