/**
 * Documents that are objects into batches: what was normalised stays as it is.
 *
 * @since 0.1.0
 */
import type { ScipOccurrences, ScipSymbol } from "../../domain/Scip.js"
import { NO_SYMBOL, type ScipBatch } from "../../domain/ScipBatch.js"
import { BatchColumns, type Texts } from "./batchColumns.js"
import * as ContentHash from "./contentHash.js"
import { isLocal, numberOfLocal } from "./localSymbols.js"
import * as SymbolTable from "./symbolTable.js"

/**
 * @since 0.1.0
 * @category models
 */
export interface PartBatcher {
  /** Null for `relPath`: the external symbols. */
  readonly add: (relPath: string | null, occurrences: ScipOccurrences, symbols: ReadonlyArray<ScipSymbol>) => void
  /** Bytes that `take` would give out, about; 0: there is no document. */
  readonly size: () => number
  readonly take: () => ScipBatch
}

const utf8 = new TextEncoder()

/**
 * @since 0.1.0
 * @category constructors
 */
export const make = (): PartBatcher => {
  const columns = new BatchColumns()
  const table = SymbolTable.make()
  const contentHash = ContentHash.make(table)
  const numbering = {}
  let firstName = 0

  const numberOf = (symbol: string): number => {
    const bytes = utf8.encode(symbol)
    const local = isLocal(bytes, 0, bytes.length) ? numberOfLocal(bytes, 0, bytes.length) : -1
    return local >= 0 ? -1 - local : table.intern(bytes, 0, bytes.length)
  }

  const append = ({ bytes }: Texts, text: string): number => {
    const encoded = utf8.encode(text)
    bytes.append(encoded, 0, encoded.length)
    return encoded.length
  }

  const addOccurrences = ({ ranges, roles, symbols }: ScipOccurrences) =>
    symbols.forEach((symbol, at) => {
      columns.symbols.push(numberOf(symbol))
      columns.startLines.push((ranges[4 * at] ?? 0) + 1)
      columns.startColumns.push((ranges[4 * at + 1] ?? 0) + 1)
      columns.endLines.push((ranges[4 * at + 2] ?? 0) + 1)
      columns.endColumns.push((ranges[4 * at + 3] ?? 0) + 1)
      columns.roles.push(roles[at] ?? 0)
    })

  const addSymbol = ({ displayName, documentation, enclosingSymbol, kind, relationships, symbol }: ScipSymbol) => {
    const owner = columns.described.length
    columns.described.push(numberOf(symbol))
    columns.kinds.push(kind)
    append(columns.displayNames, displayName)
    columns.displayNames.end()
    documentation.forEach((text, at) => {
      if (at > 0) append(columns.documentation, "\n\n")
      columns.pieces.push(append(columns.documentation, text))
    })
    columns.documentation.end()
    columns.pieceCounts.push(documentation.length)
    columns.enclosing.push(enclosingSymbol === "" ? NO_SYMBOL : numberOf(enclosingSymbol))
    for (const each of relationships) {
      columns.owners.push(owner)
      columns.related.push(numberOf(each.relatedSymbol))
      columns.flags.push(
        (each.isReference ? 1 : 0) + (each.isImplementation ? 2 : 0) + (each.isTypeDefinition ? 4 : 0) +
          (each.isDefinition ? 8 : 0)
      )
    }
  }

  return {
    add: (relPath, occurrences, symbols) => {
      const mark = columns.mark()
      addOccurrences(occurrences)
      symbols.forEach(addSymbol)
      columns.documents.push({
        relPath,
        contentHash: contentHash(columns, mark),
        occurrences: occurrences.symbols.length,
        symbols: symbols.length,
        relationships: columns.related.length - mark.relationships,
        columns: "Converted",
        outsideText: 0
      })
    },
    size: () => columns.size(),
    take: () => {
      const names = { numbering, firstName, names: table.from(firstName) }
      firstName = table.size()
      return columns.take(names)
    }
  }
}
