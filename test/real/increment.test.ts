// @effect-diagnostics preferSchemaOverJson:off nodeBuiltinImport:off
/**
 * An index that goes on from an earlier one against one from scratch, row by row, with the real scip-python.
 */
import * as NodeContext from "@effect/platform-node/NodeContext"
import * as FileSystem from "@effect/platform/FileSystem"
import { assert, layer } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { readFileSync } from "node:fs"
import { compareDatabases } from "../../bench/fidelity/databases.js"
import { render } from "../../bench/fidelity/differences.js"
import * as Live from "../../src/layers/Live.js"
import { scipIngest } from "../../src/programs/datasetIngests.js"
import { Repositories } from "../../src/services/Repositories.js"
import { ShardExecutor } from "../../src/services/ShardExecutor.js"
import { Warehouse } from "../../src/services/Warehouse.js"
import { exampleCopy } from "../e2e/command.js"

/** Of so small a repository an index of everything takes hardly longer, which is no reason here. */
const byFiles = Layer.effect(
  ShardExecutor,
  Effect.map(ShardExecutor, (local) => ({ ...local, estimate: (_, relPaths) => Effect.succeed(relPaths.length) }))
)

const Everything = byFiles.pipe(Layer.provideMerge(Live.layer), Layer.provideMerge(NodeContext.layer))

layer(Everything, { excludeTestServices: true, timeout: 180_000 })("an increment of a real index", (it) => {
  it.scoped("has the rows of an index from scratch, after one edit and after the next", () =>
    Effect.gen(function*() {
      const fs = yield* FileSystem.FileSystem
      const repositories = yield* Repositories
      const warehouse = yield* Warehouse
      const root = yield* exampleCopy
      const textOf = (relPath: string) => readFileSync(`${root}/${relPath}`, "utf8")
      const edit = (relPath: string, from: string, to: string) => {
        const before = textOf(relPath)
        assert.include(before, from)
        return fs.writeFileString(`${root}/${relPath}`, before.replace(from, to))
      }

      const kept = `${root}/.codeintel/kept.duckdb`
      /** Into a database, and what was indexed with which reason. */
      const ingest = (database: string) =>
        Effect.scoped(Effect.gen(function*() {
          const ctx = yield* repositories.open(root)
          const summary = yield* scipIngest({ ...ctx, paths: { ...ctx.paths, database } })
          assert.strictEqual(
            summary.tools.find(({ tool }) => tool === "scip-python")?.status,
            "ok",
            JSON.stringify(summary.tools)
          )
          const connection = yield* warehouse.open(database, "read")
          const { rows } = yield* connection.query(
            "SELECT rel_path, reason FROM run_files WHERE reason IS NOT NULL ORDER BY 1"
          )
          return {
            modules: ctx.modules.length,
            reasons: new Map(rows.map(([path, why]) => [String(path), String(why)]))
          }
        }))
      let fresh = 0
      const compare = Effect.gen(function*() {
        const full = `${root}/.codeintel/fresh${fresh++}.duckdb`
        assert.strictEqual((yield* ingest(full)).reasons.size, 0)
        const { differences, rows, unbound } = yield* compareDatabases({ theirs: kept, full }, textOf)
        assert.isAbove(rows, 2000)
        assert.deepStrictEqual(
          differences.filter((each) => each.class === "residue").map((each) => render(each, { textOf })),
          []
        )
        assert.strictEqual(unbound.theirs, unbound.full)
      })

      assert.strictEqual((yield* ingest(kept)).reasons.size, 0)

      yield* edit("src/parcels/money.py", "def of(cls, amount: str)", "def of(cls, amount: str, factor: int = 100)")
      const first = yield* ingest(kept)
      assert.strictEqual(first.reasons.get("src/parcels/money.py"), "its content changed")
      assert.isBelow(first.reasons.size, first.modules / 2)
      yield* compare

      yield* edit("src/parcels/money.py", "factor: int = 100) -> Money:", "factor: int = 100):")
      yield* edit(
        "src/parcels/carriers/post.py",
        "def price(self, parcel: Parcel) -> Money:",
        "def price(self, parcel):"
      )
      yield* fs.writeFileString(`${root}/src/parcels/added.py`, "from parcels.money import Money\n\nfree = Money(0)\n")
      const second = yield* ingest(kept)
      assert.strictEqual(second.reasons.get("src/parcels/added.py"), "it is new")
      assert.match(second.reasons.get("src/parcels/carriers/express.py") ?? "", /^names price, which changed in/)
      assert.isBelow(second.reasons.size, second.modules)
      yield* compare
    }), { timeout: 180_000 })
})
