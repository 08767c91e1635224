/**
 * Numbers of symbols, the same for the same symbol in all runs.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import type { WarehouseError } from "../../domain/errors.js"
import type { IdOf } from "./scipRows.js"
import { symbols as table } from "./scipTables.js"
import type { Transaction } from "./session.js"

/**
 * @since 0.1.0
 * @category models
 */
export interface Interner {
  /** Gives numbers to those of the symbols that have none. */
  readonly intern: (symbols: ReadonlyArray<ReadonlyArray<string>>) => Effect.Effect<void, WarehouseError>
  /** A symbol that was not interned is a bug, and throws. */
  readonly idOf: IdOf
}

const local = /^local (0|[1-9][0-9]{0,8})$/

const localId = (symbol: string): number | undefined => {
  // most symbols are not local: a look at one letter is enough
  if (!symbol.startsWith("local ")) return undefined
  const match = local.exec(symbol)
  return match === null ? undefined : -1 - Number(match[1])
}

/**
 * Numbers go on from those that are stored. Stored symbols are looked up many at a time, and only those that are named.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = Effect.fnUntraced(function*({ appendColumns, run }: Transaction) {
  const { rows: [stored] } = yield* run("SELECT coalesce(max(symbol_id), 0) FROM core.scip_symbols")
  const greatest = Number(stored?.[0])
  const ids = new Map<string, number>()
  let next = greatest + 1

  const intern: Interner["intern"] = Effect.fnUntraced(function*(symbols) {
    const unknown = new Set<string>()
    for (const list of symbols) {
      for (const symbol of list) if (!ids.has(symbol) && localId(symbol) === undefined) unknown.add(symbol)
    }
    if (unknown.size === 0) return
    if (greatest > 0) {
      const { rows } = yield* run(
        "SELECT symbol, symbol_id FROM core.scip_symbols WHERE symbol IN (SELECT unnest($1)) AND symbol_id <= $2",
        [[...unknown], greatest]
      )
      for (const [symbol, id] of rows) {
        ids.set(String(symbol), Number(id))
        unknown.delete(String(symbol))
      }
    }
    const fresh = [...unknown]
    const numbers = fresh.map(() => next++)
    fresh.forEach((symbol, index) => ids.set(symbol, numbers[index] ?? 0))
    yield* appendColumns(table, { symbol_id: numbers, symbol: fresh })
  })

  const idOf: IdOf = (symbol) => {
    const id = ids.get(symbol) ?? localId(symbol)
    if (id === undefined) throw new Error(`${symbol} was not interned`)
    return id
  }

  const interner: Interner = { intern, idOf }
  return interner
})
