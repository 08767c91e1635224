/**
 * What makes a document the same as another: a hash over its rows, in which symbols stand for themselves and not for
 * the numbers that they have in this index.
 *
 * @since 0.1.0
 */
import { createHash } from "node:crypto"
import { NO_SYMBOL } from "../../domain/ScipBatch.js"
import type { BatchColumns, Mark, Texts } from "./batchColumns.js"
import { Bytes, Integers } from "./growing.js"
import type { SymbolTable } from "./symbolTable.js"

/**
 * Of the rows that were added since `mark`.
 *
 * @since 0.1.0
 * @category models
 */
export type ContentHash = (columns: BatchColumns, mark: Mark) => string

/**
 * @since 0.1.0
 * @category constructors
 */
export const make = (table: SymbolTable): ContentHash => {
  /** Of each symbol, the last document that had it, and which of its symbols it was. */
  const documents = new Integers()
  const places = new Integers()
  let document = 0

  const numbers = new Integers()
  const names = new Bytes()
  const lengths = new Integers()

  const reserve = () => {
    const missing = table.size() - documents.length
    if (missing <= 0) return
    for (const each of [documents, places]) {
      each.reserve(missing)
      each.length += missing
    }
  }

  /** The symbol by its place among those of the document. */
  const addSymbols = (symbols: Int32Array, first: number, last: number) => {
    numbers.reserve(last - first)
    for (let row = first; row < last; row++) {
      const symbol = symbols[row] ?? 0
      if (symbol < 0 || symbol === NO_SYMBOL) {
        numbers.push(symbol)
        continue
      }
      if (documents.values[symbol] !== document) {
        documents.values[symbol] = document
        places.values[symbol] = lengths.length
        lengths.push(table.copy(symbol, names))
      }
      numbers.push(places.values[symbol] ?? 0)
    }
  }

  const addAll = (values: Int32Array, first: number, last: number) => {
    numbers.reserve(last - first)
    numbers.values.set(values.subarray(first, last), numbers.length)
    numbers.length += last - first
  }

  const bytesOf = ({ bytes }: Texts, start: number) => bytes.values.subarray(start, bytes.length)

  return (columns, { occurrences, pieces, relationships, symbols }) => {
    document++
    reserve()
    for (const each of [numbers, names, lengths]) each.clear()
    const last = { occurrences: columns.symbols.length, symbols: columns.described.length }
    const related = columns.related.length
    numbers.push(last.occurrences - occurrences)
    numbers.push(last.symbols - symbols)
    numbers.push(related - relationships)

    addSymbols(columns.symbols.values, occurrences, last.occurrences)
    const { endColumns, endLines, roles, startColumns, startLines } = columns
    for (const { values } of [startLines, startColumns, endLines, endColumns, roles]) {
      addAll(values, occurrences, last.occurrences)
    }

    addSymbols(columns.described.values, symbols, last.symbols)
    addSymbols(columns.enclosing.values, symbols, last.symbols)
    addAll(columns.kinds.values, symbols, last.symbols)
    addAll(columns.pieceCounts.values, symbols, last.symbols)
    const displayName = columns.displayNames.startOf(symbols)
    for (let row = symbols; row < last.symbols; row++) {
      numbers.push((columns.displayNames.ends.values[row] ?? 0) - displayName)
    }
    addAll(columns.pieces.values, pieces, columns.pieces.length)

    for (let row = relationships; row < related; row++) numbers.push((columns.owners.values[row] ?? 0) - symbols)
    addSymbols(columns.related.values, relationships, related)
    addAll(columns.flags.values, relationships, related)

    numbers.push(lengths.length)
    addAll(lengths.values, 0, lengths.length)
    return createHash("sha256")
      .update(new Uint8Array(numbers.values.buffer, 0, 4 * numbers.length))
      .update(names.values.subarray(0, names.length))
      .update(bytesOf(columns.displayNames, displayName))
      .update(bytesOf(columns.documentation, columns.documentation.startOf(symbols)))
      .digest("hex")
  }
}
