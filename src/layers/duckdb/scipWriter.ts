/**
 * Runs of a SCIP indexer, written as they are read: memory is bounded by the symbols that are new, not by the index.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import type { WarehouseError } from "../../domain/errors.js"
import type { ScipPart, ScipSymbol } from "../../domain/Scip.js"
import type { ScipRun } from "../../services/Warehouse.js"
import * as Document from "./scipDocument.js"
import * as Externals from "./scipExternals.js"
import * as Rows from "./scipRows.js"
import * as Symbols from "./scipSymbols.js"
import * as ScipTables from "./scipTables.js"
import type { Session, Transaction } from "./session.js"
import * as Tables from "./tables.js"
import { runFileRow, toolRunRow } from "./writer.js"

/** What is held before it is written. The largest document may be larger. */
const batch = { occurrences: 1 << 18, documents: 2_048, weight: 1 << 24 }

interface Store {
  readonly add: (part: ScipPart) => Effect.Effect<void, WarehouseError>
  /** Belongs after the last part. */
  readonly finish: Effect.Effect<void, WarehouseError>
}

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
  let next = greatest + 1
  let pending: Array<Document.StoredDocument> = []
  let occurrences = 0
  let weight = 0

  /** Finds those of the documents that earlier runs have stored. */
  const recall = Effect.fnUntraced(function*(documents: ReadonlyArray<Document.StoredDocument>) {
    if (greatest === 0) return
    const { rows } = yield* run(
      "SELECT content_hash, document_id FROM core.scip_documents WHERE content_hash IN (SELECT unnest($1))",
      [documents.map(({ contentHash }) => contentHash)]
    )
    for (const [hash, id] of rows) idByHash.set(String(hash), Number(id))
  })

  const flush = Effect.fnUntraced(function*() {
    const documents = pending
    pending = []
    occurrences = 0
    weight = 0
    yield* recall(documents)

    const unnumbered: Array<Omit<Rows.Numbered, "nameIds">> = []
    const ids = documents.map((document) => {
      const known = idByHash.get(document.contentHash)
      if (known !== undefined) return known
      const id = next++
      idByHash.set(document.contentHash, id)
      unnumbered.push({ id, document })
      return id
    })
    yield* appendColumns(ScipTables.runDocuments, {
      run_id: documents.map(() => runId),
      rel_path: documents.map(({ relPath }) => relPath),
      document_id: ids
    })
    yield* symbols.intern(unnumbered.map(({ document }) => document.names))
    const fresh = unnumbered.map((each) => ({ ...each, nameIds: Int32Array.from(each.document.names, symbols.idOf) }))
    yield* appendColumns(ScipTables.documents, Rows.documents(fresh))
    yield* appendColumns(ScipTables.occurrences, Rows.occurrences(fresh))
    yield* appendColumns(ScipTables.information, Rows.information(fresh, symbols.idOf))
    yield* appendColumns(ScipTables.relationships, Rows.relationships(fresh, symbols.idOf))
  })

  const hold = (document: Document.StoredDocument): Effect.Effect<void, WarehouseError> => {
    pending.push(document)
    occurrences += document.indexes.length
    weight += document.weight
    const isFull = occurrences >= batch.occurrences || pending.length >= batch.documents || weight >= batch.weight
    return isFull ? flush() : Effect.void
  }

  const store: Store = {
    add: (part) =>
      Effect.suspend(() => {
        if (part._tag === "External") {
          for (const symbol of part.symbols) externals.set(Document.textOf(symbol), symbol)
          return Effect.void
        }
        if (relPaths.has(part.relPath)) return Effect.dieMessage(`run ${runId} has ${part.relPath} twice`)
        relPaths.add(part.relPath)
        return hold(Document.make(part.relPath, part.occurrences, part.symbols))
      }),
    finish: Effect.gen(function*() {
      if (standing !== undefined) {
        yield* run(
          `INSERT INTO core.scip_run_documents SELECT $1, rel_path, document_id FROM core.scip_run_documents
          WHERE run_id = $2 AND rel_path IN (SELECT unnest($3))`,
          [runId, standing.runId, standing.relPaths]
        )
      }
      if (policy === "referenced") {
        if (pending.length > 0) yield* flush()
        const kept = yield* Externals.referenced({ run }, runId, externals.values(), standing?.runId)
        externals.clear()
        for (const symbol of kept) externals.set(Document.textOf(symbol), symbol)
      }
      if (externals.size > 0) pending.push(Document.ofExternals(externals))
      if (pending.length > 0) yield* flush()
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
  { files, parts, run, ...more }: ScipRun<E, R>
): Effect.Effect<void, WarehouseError | E, R> =>
  session.transaction("writeScipRun", (transaction) =>
    Effect.gen(function*() {
      const { append } = transaction
      yield* append(Tables.toolRuns, [toolRunRow(run)])
      yield* append(Tables.runFiles, files.map((file) => runFileRow(run.runId, file)))
      const store = yield* makeStore(transaction, { run, ...more })
      yield* Stream.runForEach(parts, store.add)
      yield* store.finish
    }))
