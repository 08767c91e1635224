/**
 * Runs of a SCIP indexer, written as they are read: memory is bounded by the numbers of symbols, not by the index.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import type { WarehouseError } from "../../domain/errors.js"
import type { ScipPart, ScipSymbol } from "../../domain/Scip.js"
import type { ScipBatch } from "../../domain/ScipBatch.js"
import type { ScipRun } from "../../services/Warehouse.js"
import * as PartBatcher from "../scip/partBatcher.js"
import * as Externals from "./scipExternals.js"
import * as Rows from "./scipRows.js"
import * as Symbols from "./scipSymbols.js"
import * as ScipTables from "./scipTables.js"
import type { Session, Transaction } from "./session.js"
import * as Tables from "./tables.js"
import { runFileRow, toolRunRow } from "./writer.js"

/** Bytes of documents that come one by one until they are written. The largest document may be larger. */
const partBytes = 1 << 23

interface Store {
  readonly add: (part: ScipPart | ScipBatch) => Effect.Effect<void, WarehouseError>
  /** Belongs after the last part. */
  readonly finish: Effect.Effect<void, WarehouseError>
}

/** A text that no other description has. */
const textOf = (each: ScipSymbol): string =>
  JSON.stringify([
    each.symbol,
    each.kind,
    each.displayName,
    each.documentation,
    each.enclosingSymbol,
    each.relationships.map((relationship) => [
      relationship.relatedSymbol,
      relationship.isReference,
      relationship.isImplementation,
      relationship.isTypeDefinition,
      relationship.isDefinition
    ])
  ])

/** In one order whatever order they came in: outputs of one run tell of the same packages. */
const inOrder = (byText: ReadonlyMap<string, ScipSymbol>): ReadonlyArray<ScipSymbol> =>
  [...byText].sort(([a], [b]) => a < b ? -1 : a > b ? 1 : 0).map(([, symbol]) => symbol)

const nowhere = { symbols: [], ranges: new Int32Array(0), roles: new Int32Array(0) }

const makeStore = Effect.fnUntraced(function*(
  transaction: Transaction,
  { externals: policy = "all", run: { runId }, standing }: Pick<ScipRun, "run" | "standing" | "externals">
) {
  const { appendColumns, run } = transaction
  const { rows: [stored] } = yield* run("SELECT coalesce(max(document_id), 0) FROM core.scip_documents")
  const greatest = Number(stored?.[0])
  const symbols = yield* Symbols.make(transaction)
  const idByHash = new Map<string, number>()
  const relPaths = new Set<string>()
  const externals = new Map<string, ScipSymbol>()
  const parts = PartBatcher.make()
  let next = greatest + 1

  /** Finds those of the documents that earlier runs have stored. */
  const recall = Effect.fnUntraced(function*({ documents }: ScipBatch) {
    if (greatest === 0) return
    const { rows } = yield* run(
      "SELECT content_hash, document_id FROM core.scip_documents WHERE content_hash IN (SELECT unnest($1))",
      [documents.map(({ contentHash }) => contentHash)]
    )
    for (const [hash, id] of rows) idByHash.set(String(hash), Number(id))
  })

  const write = Effect.fnUntraced(function*(batch: ScipBatch) {
    const { documents } = batch
    yield* recall(batch)
    const documentIds = new Int32Array(documents.length)
    const ids = documents.map(({ contentHash }, index) => {
      const known = idByHash.get(contentHash)
      if (known !== undefined) return known
      idByHash.set(contentHash, next)
      documentIds[index] = next
      return next++
    })
    yield* appendColumns(ScipTables.runDocuments, {
      run_id: documents.map(() => runId),
      rel_path: documents.map(({ relPath }) => relPath),
      document_id: ids
    })
    const symbolIds = yield* symbols.intern(batch)
    const numbered: Rows.Numbered = { batch, documentIds, symbolIds }
    yield* appendColumns(ScipTables.documents, Rows.documents(numbered))
    yield* appendColumns(ScipTables.occurrences, Rows.occurrences(numbered))
    yield* appendColumns(ScipTables.information, Rows.information(numbered))
    yield* appendColumns(ScipTables.relationships, Rows.relationships(numbered))
  })

  const claim = (paths: ReadonlyArray<string | null>): Effect.Effect<void> => {
    for (const path of paths) {
      if (path === null) continue
      if (relPaths.has(path)) return Effect.dieMessage(`run ${runId} has ${path} twice`)
      relPaths.add(path)
    }
    return Effect.void
  }

  const add = (part: ScipPart | ScipBatch): Effect.Effect<void, WarehouseError> => {
    switch (part._tag) {
      case "External":
        for (const symbol of part.symbols) externals.set(textOf(symbol), symbol)
        return Effect.void
      case "Batch":
        return Effect.zipRight(claim(part.documents.map(({ relPath }) => relPath)), write(part))
      case "Document":
        return Effect.zipRight(
          claim([part.relPath]),
          Effect.suspend(() => {
            parts.add(part.relPath, part.occurrences, part.symbols)
            return parts.size() >= partBytes ? write(parts.take()) : Effect.void
          })
        )
    }
  }

  const store: Store = {
    add: (part) => Effect.suspend(() => add(part)),
    finish: Effect.gen(function*() {
      if (standing !== undefined) {
        yield* run(
          `INSERT INTO core.scip_run_documents SELECT $1, rel_path, document_id FROM core.scip_run_documents
          WHERE run_id = $2 AND rel_path IN (SELECT unnest($3))`,
          [runId, standing.runId, standing.relPaths]
        )
      }
      if (policy === "referenced") {
        if (parts.size() > 0) yield* write(parts.take())
        const kept = yield* Externals.referenced({ run }, runId, externals.values(), standing?.runId)
        externals.clear()
        for (const symbol of kept) externals.set(textOf(symbol), symbol)
      }
      if (externals.size > 0) parts.add(null, nowhere, inOrder(externals))
      if (parts.size() > 0) yield* write(parts.take())
    })
  }
  return store
})

/**
 * Two documents for one file are a bug of the caller, and die.
 *
 * @since 0.1.0
 * @category combinators
 */
export const writeScipRun = <E, R>(
  session: Session,
  { conclude, files, parts, run, ...more }: ScipRun<E, R>
): Effect.Effect<void, WarehouseError | E, R> =>
  session.transaction("writeScipRun", (transaction) =>
    Effect.gen(function*() {
      const { append } = transaction
      const store = yield* makeStore(transaction, { run, ...more })
      yield* Stream.runForEach(parts, store.add)
      yield* store.finish
      const known = conclude === undefined ? { run, files } : yield* conclude
      yield* append(Tables.toolRuns, [toolRunRow(known.run)])
      yield* append(Tables.runFiles, known.files.map((file) => runFileRow(run.runId, file)))
    }))
