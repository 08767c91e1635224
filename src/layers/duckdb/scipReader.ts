/**
 * What an increment asks of the runs before it.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { WarehouseError } from "../../domain/errors.js"
import type { ScipRelationship, ScipSymbol } from "../../domain/Scip.js"
import type { ImportFacts } from "../../domain/SyntaxFacts.js"
import type { ToolName } from "../../domain/ToolName.js"
import type { BaseRun, ScipUse } from "../../services/Warehouse.js"
import type { Run } from "./reader.js"

/** Snapshots that are looked at; one that is much older is hardly more like the present. */
const CANDIDATES = 8

const strings = (json: unknown): ReadonlyArray<string> => JSON.parse(String(json))

/**
 * @since 0.1.0
 * @category combinators
 */
export const findBase = Effect.fnUntraced(function*(
  run: Run,
  tool: ToolName,
  baseKey: string,
  modules: ReadonlyMap<string, string>
) {
  const { rows } = yield* run(
    `SELECT l.run_id, l.snapshot_id
    FROM core.snapshots s
    JOIN core.snapshot_runs l ON l.snapshot_id = s.snapshot_id
    JOIN core.tool_runs r ON r.run_id = l.run_id
    WHERE r.tool = $1 AND r.base_key = $2 AND r.status IN ('ok', 'partial')
    ORDER BY s.finish_order DESC LIMIT ${CANDIDATES}`,
    [tool, baseKey]
  )
  let best: { readonly base: BaseRun; readonly same: number } | undefined
  for (const [runId, snapshotId] of rows) {
    const { rows: stored } = yield* run(
      `SELECT m.rel_path, m.content_hash, f.measured FROM core.modules m
      JOIN core.run_files f ON f.run_id = $1 AND f.rel_path = m.rel_path
      WHERE m.snapshot_id = $2`,
      [String(runId), String(snapshotId)]
    )
    const hashes = (isMeasured: boolean) =>
      new Map(
        stored.filter(([, , measured]) => (measured === true) === isMeasured)
          .map(([relPath, hash]) => [String(relPath), String(hash)])
      )
    const base: BaseRun = { runId: String(runId), modules: hashes(true), unmeasured: hashes(false) }
    const same = [...base.modules].filter(([relPath, hash]) => modules.get(relPath) === hash).length
    if (best === undefined || same > best.same) best = { base, same }
  }
  return Option.map(Option.fromNullable(best), ({ base }) => base)
})

/**
 * @since 0.1.0
 * @category combinators
 */
export const sources = (
  run: Run,
  hashes: ReadonlyArray<string>
): Effect.Effect<ReadonlyMap<string, string>, WarehouseError> =>
  Effect.map(
    run("SELECT content_hash, source FROM core.sources WHERE content_hash IN (SELECT unnest($1))", [hashes]),
    ({ rows }) => new Map(rows.map(([hash, source]) => [String(hash), String(source)]))
  )

/**
 * @since 0.1.0
 * @category combinators
 */
export const imports = (
  run: Run,
  hashes: ReadonlyArray<string>
): Effect.Effect<ReadonlyMap<string, ReadonlyArray<ImportFacts>>, WarehouseError> =>
  Effect.map(
    run(
      `SELECT s.content_hash, i.module, i.level, i.names, i.line
      FROM core.syntax s LEFT JOIN core.imports i ON i.content_hash = s.content_hash
      WHERE s.content_hash IN (SELECT unnest($1))`,
      [hashes]
    ),
    ({ rows }) => {
      const found = new Map<string, Array<ImportFacts>>()
      for (const [hash, module, level, names, line] of rows) {
        const all = found.get(String(hash)) ?? []
        found.set(String(hash), all)
        // a file without imports has a row, too
        if (module === null) continue
        all.push({ module: String(module), level: Number(level), names: strings(names), line: Number(line) })
      }
      return found
    }
  )

const reference = (relatedSymbol: string): ScipRelationship => ({
  relatedSymbol,
  isReference: false,
  isImplementation: false,
  isTypeDefinition: false,
  isDefinition: false
})

/**
 * @since 0.1.0
 * @category combinators
 */
export const symbolsOf = (run: Run, runId: string, relPaths: ReadonlyArray<string>) =>
  Effect.map(
    run(
      `WITH wanted AS (
        SELECT rel_path, document_id FROM core.scip_run_documents
        WHERE run_id = $1 AND rel_path IN (SELECT unnest($2))
      ), related AS (
        SELECT r.document_id, r.symbol_id, list(t.symbol ORDER BY t.symbol) AS symbols
        FROM core.scip_relationships r JOIN core.scip_symbols t ON t.symbol_id = r.related_symbol_id
        WHERE r.document_id IN (SELECT document_id FROM wanted) GROUP BY ALL
      )
      SELECT w.rel_path, s.symbol, coalesce(i.documentation, ''), coalesce(related.symbols, [])
      FROM wanted w
      JOIN core.scip_symbol_information i ON i.document_id = w.document_id
      JOIN core.scip_symbols s ON s.symbol_id = i.symbol_id
      LEFT JOIN related ON related.document_id = i.document_id AND related.symbol_id = i.symbol_id
      ORDER BY w.rel_path, s.symbol, 3`,
      [runId, relPaths]
    ),
    ({ rows }) => {
      const found = new Map<string, Array<Pick<ScipSymbol, "symbol" | "documentation" | "relationships">>>()
      for (const [relPath, symbol, documentation, related] of rows) {
        const all = found.get(String(relPath)) ?? []
        found.set(String(relPath), all)
        all.push({
          symbol: String(symbol),
          documentation: [String(documentation)],
          relationships: strings(related).map(reference)
        })
      }
      return found
    }
  )

/**
 * @since 0.1.0
 * @category combinators
 */
export const usesOf = (
  run: Run,
  runId: string,
  symbols: ReadonlyArray<string>
): Effect.Effect<ReadonlyArray<ScipUse>, WarehouseError> =>
  symbols.length === 0 ? Effect.succeed([]) : Effect.map(
    run(
      `WITH wanted AS (SELECT symbol_id, symbol FROM core.scip_symbols WHERE symbol IN (SELECT unnest($2))), found AS (
        SELECT document_id, symbol_id, roles & 1 <> 0 AS defined, false AS described FROM core.scip_occurrences
        WHERE symbol_id IN (SELECT symbol_id FROM wanted)
        UNION ALL
        SELECT document_id, symbol_id, false, true FROM core.scip_symbol_information
        WHERE symbol_id IN (SELECT symbol_id FROM wanted)
      )
      SELECT w.symbol, d.rel_path, bool_or(f.defined), bool_or(f.described)
      FROM core.scip_run_documents d
      JOIN found f ON f.document_id = d.document_id
      JOIN wanted w ON w.symbol_id = f.symbol_id
      WHERE d.run_id = $1 AND d.rel_path IS NOT NULL GROUP BY ALL`,
      [runId, symbols]
    ),
    ({ rows }) =>
      rows.map(([symbol, relPath, isDefined, isDescribed]) => ({
        symbol: String(symbol),
        relPath: String(relPath),
        isDefined: isDefined === true,
        isDescribed: isDescribed === true
      }))
  )

/**
 * @since 0.1.0
 * @category combinators
 */
export const moduleSymbols = (
  run: Run,
  runId: string,
  modules: ReadonlyArray<string>
): Effect.Effect<ReadonlyMap<string, number>, WarehouseError> =>
  modules.length === 0 ? Effect.succeed(new Map()) : Effect.map(
    run(
      `WITH wanted AS (
        SELECT symbol_id, symbol FROM core.scip_symbols WHERE regexp_extract(symbol, $3) IN (SELECT unnest($2))
      )
      SELECT w.symbol, count(DISTINCT d.rel_path)
      FROM core.scip_run_documents d
      JOIN core.scip_occurrences o ON o.document_id = d.document_id
      JOIN wanted w ON w.symbol_id = o.symbol_id
      WHERE d.run_id = $1 GROUP BY w.symbol`,
      [runId, modules, "^[^ ]+ [^ ]+ [^ ]+ [^ ]+ (`[^`]*`|[^/ ]*)/"]
    ),
    ({ rows }) => new Map(rows.map(([symbol, files]) => [String(symbol), Number(files)]))
  )

/**
 * @since 0.1.0
 * @category combinators
 */
export const occurring = (
  run: Run,
  runId: string,
  relPaths: ReadonlyArray<string>
): Effect.Effect<ReadonlyMap<string, ReadonlyArray<string>>, WarehouseError> =>
  Effect.map(
    run(
      `SELECT d.rel_path, list(DISTINCT s.symbol)
      FROM core.scip_run_documents d
      JOIN core.scip_occurrences o ON o.document_id = d.document_id
      JOIN core.scip_symbols s ON s.symbol_id = o.symbol_id
      WHERE d.run_id = $1 AND d.rel_path IN (SELECT unnest($2)) GROUP BY d.rel_path`,
      [runId, relPaths]
    ),
    ({ rows }) => new Map(rows.map(([relPath, symbols]) => [String(relPath), strings(symbols)]))
  )
