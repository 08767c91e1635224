// @effect-diagnostics nodeBuiltinImport:off
/**
 * An index that goes on from an earlier one against one from scratch, row by row, with the real scip-python.
 */
import * as NodeContext from "@effect/platform-node/NodeContext"
import * as FileSystem from "@effect/platform/FileSystem"
import { assert, layer } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { compareDatabases } from "../../bench/fidelity/databases.js"
import { render } from "../../bench/fidelity/differences.js"
import type { IngestSummary } from "../../src/domain/IngestSummary.js"
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

const statusOf = ({ tools }: IngestSummary) => tools.find(({ tool }) => tool === "scip-python")?.status

const fixtures = fileURLToPath(new URL("../fixtures/increments", import.meta.url))

/** Ingests of one repository, and comparisons of the index that is kept with one from scratch. */
const workOn = Effect.fnUntraced(function*(root: string) {
  const repositories = yield* Repositories
  const warehouse = yield* Warehouse
  const textOf = (relPath: string) => readFileSync(`${root}/${relPath}`, "utf8")

  /** Into a database, and what was indexed with which reason. */
  const ingest = (database: string) =>
    Effect.scoped(Effect.gen(function*() {
      const ctx = yield* repositories.open(root)
      const summary = yield* scipIngest({ ...ctx, paths: { ...ctx.paths, database } })
      assert.strictEqual(statusOf(summary), "ok", summary.tools.map(({ reason }) => reason).join("\n"))
      const connection = yield* warehouse.open(database, "read")
      const { rows } = yield* connection.query(
        "SELECT rel_path, reason FROM run_files WHERE reason IS NOT NULL ORDER BY 1"
      )
      return {
        modules: ctx.modules.length,
        reasons: new Map(rows.map(([path, why]) => [String(path), String(why)]))
      }
    }))

  const kept = `${root}/.codeintel/kept.duckdb`
  let fresh = 0
  const compare = Effect.gen(function*() {
    const full = `${root}/.codeintel/fresh${fresh++}.duckdb`
    assert.strictEqual((yield* ingest(full)).reasons.size, 0)
    const { differences, rows, unbound } = yield* compareDatabases({ theirs: kept, full }, textOf)
    assert.deepStrictEqual(
      differences.filter((each) => each.class === "residue").map((each) => render(each, { textOf })),
      []
    )
    assert.strictEqual(unbound.theirs, unbound.full)
    return rows
  })
  return { textOf, ingest: ingest(kept), compare }
})

layer(Everything, { excludeTestServices: true, timeout: 180_000 })("an increment of a real index", (it) => {
  it.scoped("has the rows of an index from scratch, after one edit and after the next", () =>
    Effect.gen(function*() {
      const fs = yield* FileSystem.FileSystem
      const root = yield* exampleCopy
      const { compare, ingest, textOf } = yield* workOn(root)
      const edit = (relPath: string, from: string, to: string) => {
        const before = textOf(relPath)
        assert.include(before, from)
        return fs.writeFileString(`${root}/${relPath}`, before.replace(from, to))
      }

      assert.strictEqual((yield* ingest).reasons.size, 0)

      yield* edit("src/parcels/money.py", "def of(cls, amount: str)", "def of(cls, amount: str, factor: int = 100)")
      const first = yield* ingest
      assert.strictEqual(first.reasons.get("src/parcels/money.py"), "its content changed")
      assert.isBelow(first.reasons.size, first.modules / 2)
      assert.isAbove(yield* compare, 2000)

      yield* edit("src/parcels/money.py", "factor: int = 100) -> Money:", "factor: int = 100):")
      yield* edit(
        "src/parcels/carriers/post.py",
        "def price(self, parcel: Parcel) -> Money:",
        "def price(self, parcel):"
      )
      yield* fs.writeFileString(`${root}/src/parcels/added.py`, "from parcels.money import Money\n\nfree = Money(0)\n")
      const second = yield* ingest
      assert.strictEqual(second.reasons.get("src/parcels/added.py"), "it is new")
      assert.match(second.reasons.get("src/parcels/carriers/express.py") ?? "", /^names price, which changed in/)
      assert.isBelow(second.reasons.size, second.modules)
      assert.isAbove(yield* compare, 2000)
    }), { timeout: 180_000 })

  it.scoped("sees what an edit changes for others without a word in them", () =>
    Effect.gen(function*() {
      const fs = yield* FileSystem.FileSystem
      const root = yield* fs.makeTempDirectoryScoped()
      yield* fs.copy(`${fixtures}/before`, root, { overwrite: true })
      const { compare, ingest } = yield* workOn(root)
      assert.strictEqual((yield* ingest).reasons.size, 0)
      // only what differs is in it
      yield* fs.copy(`${fixtures}/after`, root, { overwrite: true })
      const { modules, reasons } = yield* ingest
      assert.isAbove(reasons.size, 0)
      assert.isBelow(reasons.size, modules)
      yield* compare
    }))
})
