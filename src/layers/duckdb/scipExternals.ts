/**
 * Which symbols of other packages belong to a run: an index of some files tells of what others have to do with as well, and
 * what an earlier run told of may be gone.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Iterable from "effect/Iterable"
import type { ScipSymbol } from "../../domain/Scip.js"
import type { Transaction } from "./session.js"

/** `scheme manager package`, which the symbols of a package have in common. */
const packageOf = (symbol: string): string => symbol.split(" ").slice(0, 3).join(" ")

/** Of sorted symbols, those that begin so, lazily. */
function* startingWith(sorted: ReadonlyArray<string>, start: string): Generator<string> {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((sorted[middle] ?? "") < start) low = middle + 1
    else high = middle
  }
  for (let at = low; sorted[at]?.startsWith(start) === true; at++) yield sorted[at] ?? ""
}

const isReferred = (sorted: ReadonlyArray<string>, symbol: string): boolean =>
  !Iterable.isEmpty(startingWith(sorted, symbol))

/** In SCIP, a name before a point is a term: in Python, a variable. */
const variable = /^(`[^`]*`|[^`.#(/:[!]+)\./

/** A module, and a variable of it that is referred to. */
const hasVariable = (sorted: ReadonlyArray<string>, module: string): boolean =>
  Iterable.some(startingWith(sorted, module), (each) => variable.test(each.slice(module.length)))

/** Sorted: the symbols of these packages that a document of the run refers to. */
const namesOf = ({ run }: Pick<Transaction, "run">, runId: string, packages: ReadonlyArray<string>) =>
  Effect.map(
    run(
      `SELECT symbol FROM core.scip_symbols
      WHERE array_to_string(string_split(symbol, ' ')[1:3], ' ') IN (SELECT unnest($2)) AND symbol_id IN (
        SELECT o.symbol_id FROM core.scip_occurrences o
        JOIN core.scip_run_documents d ON d.document_id = o.document_id WHERE d.run_id = $1
      )`,
      [runId, packages]
    ),
    ({ rows }) => rows.map(([symbol]) => String(symbol)).sort()
  )

const packagesOf = (symbols: ReadonlyArray<ScipSymbol>): ReadonlyArray<string> => [
  ...new Set(symbols.map(({ symbol }) => packageOf(symbol)))
]

/** Those that a run has told of. */
const ofRun = ({ run }: Pick<Transaction, "run">, runId: string) =>
  Effect.map(
    run(
      `SELECT s.symbol, i.kind, i.display_name, i.documentation
      FROM core.scip_run_documents d
      JOIN core.scip_symbol_information i ON i.document_id = d.document_id
      JOIN core.scip_symbols s ON s.symbol_id = i.symbol_id
      WHERE d.run_id = $1 AND d.rel_path IS NULL`,
      [runId]
    ),
    ({ rows }) =>
      rows.map(([symbol, kind, displayName, documentation]): ScipSymbol => ({
        symbol: String(symbol),
        kind: Number(kind),
        displayName: String(displayName),
        documentation: documentation === null || documentation === undefined ? [] : [String(documentation)],
        enclosingSymbol: "",
        relationships: []
      }))
  )

const textOf = ({ documentation }: ScipSymbol): string => documentation.join("\n\n")

/**
 * Those of `given`, and of the run that stands, that a document of the run refers to, or to something in them; the
 * documents have been written. Each once: how it is described depends on where scip-python came to it first, so
 * what an earlier run has said stands, and of two that are told now the one whose documentation sorts first. Of a module
 * (`math/`) it stands no longer than something refers to a variable of it, if something did in that run.
 *
 * @since 0.1.0
 * @category combinators
 */
export const referenced = Effect.fnUntraced(function*(
  transaction: Pick<Transaction, "run">,
  runId: string,
  given: Iterable<ScipSymbol>,
  standing: string | undefined
) {
  const bySymbol = new Map<string, ScipSymbol>()
  for (const each of given) {
    const known = bySymbol.get(each.symbol)
    if (known === undefined || textOf(each) < textOf(known)) bySymbol.set(each.symbol, each)
  }
  if (standing !== undefined) {
    for (const each of yield* ofRun(transaction, standing)) {
      bySymbol.set(each.symbol, each)
    }
  }
  const candidates = [...bySymbol.values()].filter(({ symbol }) => !symbol.startsWith("local "))
  if (candidates.length === 0) return candidates
  const names = yield* namesOf(transaction, runId, packagesOf(candidates))
  const referred = candidates.filter(({ symbol }) => isReferred(names, symbol))

  // scip-python describes a module by the first variable of it that is referred to
  const bare = referred.filter(({ symbol }) => symbol.endsWith("/") && !hasVariable(names, symbol))
  if (standing === undefined || bare.length === 0) return referred
  const namesBefore = yield* namesOf(transaction, standing, packagesOf(bare))
  const gone = new Set(bare.filter(({ symbol }) => hasVariable(namesBefore, symbol)))
  return referred.filter((each) => !gone.has(each))
})
