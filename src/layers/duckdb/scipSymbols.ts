/**
 * Numbers of symbols in the database, the same for the same symbol in all runs.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import type { WarehouseError } from "../../domain/errors.js"
import type { ScipBatch, ScipTexts } from "../../domain/ScipBatch.js"
import { Bytes, Integers } from "../scip/growing.js"
import { newSymbols, symbols as table } from "./scipTables.js"
import type { Transaction } from "./session.js"

/**
 * @since 0.1.0
 * @category models
 */
export interface Interner {
  /** Stores the symbols that no earlier run has, and gives the number in the database for each of the batch's numbering. */
  readonly intern: (
    batch: Pick<ScipBatch, "numbering" | "firstName" | "names">
  ) => Effect.Effect<Int32Array, WarehouseError>
}

const select = ({ bytes, ends }: ScipTexts, rows: ReadonlyArray<number>): ScipTexts => {
  const chosen = new Bytes()
  const chosenEnds = new Int32Array(rows.length)
  rows.forEach((row, index) => {
    chosen.append(bytes, row === 0 ? 0 : ends[row - 1] ?? 0, ends[row] ?? 0)
    chosenEnds[index] = chosen.length
  })
  return { bytes: chosen.take(), ends: chosenEnds }
}

const sequence = (first: number, count: number) => {
  const numbers = new Int32Array(count)
  for (let index = 0; index < count; index++) numbers[index] = first + index
  return numbers
}

/**
 * Numbers go on from those that are stored. Symbols are looked up many at a time, and only when the database may have
 * one of them: of the first index of a new database each symbol is new.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = Effect.fnUntraced(function*({ appendColumns, run }: Transaction) {
  const { rows: [stored] } = yield* run("SELECT coalesce(max(symbol_id), 0) FROM core.scip_symbols")
  const greatest = Number(stored?.[0])
  const idsByNumbering = new Map<object, Integers>()
  let next = greatest + 1
  let isPrepared = false

  /** Rows of `names` that are stored -> their numbers. */
  const lookUp = Effect.fnUntraced(function*(names: ScipTexts) {
    if (!isPrepared) {
      yield* run("CREATE OR REPLACE TEMP TABLE new_symbols (row_number INTEGER NOT NULL, symbol VARCHAR NOT NULL)")
      isPrepared = true
    }
    yield* appendColumns(newSymbols, { row_number: sequence(0, names.ends.length), symbol: names })
    const { rows } = yield* run(
      "SELECT n.row_number, s.symbol_id FROM core.scip_symbols s JOIN temp.new_symbols n ON n.symbol = s.symbol"
    )
    yield* run("DELETE FROM temp.new_symbols")
    return rows
  })

  const intern: Interner["intern"] = Effect.fnUntraced(function*({ firstName, names, numbering }) {
    const known = idsByNumbering.get(numbering) ?? new Integers()
    idsByNumbering.set(numbering, known)
    const count = names.ends.length
    if (known.length !== firstName) return yield* Effect.dieMessage("a batch of symbols is missing")
    known.reserve(count)
    known.length += count
    const ids = known.values.subarray(0, known.length)
    if (count === 0) return ids

    if (greatest === 0 && idsByNumbering.size === 1) {
      const numbers = sequence(next, count)
      next += count
      ids.set(numbers, firstName)
      yield* appendColumns(table, { symbol_id: numbers, symbol: names })
      return ids
    }
    ids.fill(0, firstName)
    for (const [row, id] of yield* lookUp(names)) ids[firstName + Number(row)] = Number(id)
    const fresh: Array<number> = []
    for (let row = 0; row < count; row++) if (ids[firstName + row] === 0) fresh.push(row)
    const numbers = sequence(next, fresh.length)
    next += fresh.length
    fresh.forEach((row, index) => ids[firstName + row] = numbers[index] ?? 0)
    yield* appendColumns(table, { symbol_id: numbers, symbol: select(names, fresh) })
    return ids
  })

  const interner: Interner = { intern }
  return interner
})
