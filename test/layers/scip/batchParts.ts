/** Batches as the documents that they hold. */
import type { ScipPart, ScipSymbol } from "../../../src/domain/Scip.js"
import { NO_SYMBOL, type ScipBatch, type ScipTexts } from "../../../src/domain/ScipBatch.js"

const textsOf = ({ bytes, ends }: ScipTexts): ReadonlyArray<string> => {
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true })
  return Array.from(ends, (end, index) => decoder.decode(bytes.slice(index === 0 ? 0 : ends[index - 1], end)))
}

type DocumentPart = Extract<ScipPart, { readonly _tag: "Document" }>

/**
 * Descriptions as a batch has them, and the database: which relationship is of which of two descriptions of one symbol
 * is not kept, so the first description here has all of them, with their symbols.
 */
const flat = (
  symbols: ReadonlyArray<ScipSymbol>,
  related: ReadonlyArray<ScipSymbol["relationships"][number] & { readonly symbol: string }>
): ReadonlyArray<ScipSymbol> =>
  symbols.map((each, index) => ({
    ...each,
    documentation: each.documentation.length === 0 ? [] : [each.documentation.join("\n\n")],
    relationships: index > 0 ? [] : related.map(({ symbol, ...relationship }) => ({
      ...relationship,
      relatedSymbol: `${symbol} -> ${relationship.relatedSymbol}`
    }))
  }))

export const flattened = (symbols: ReadonlyArray<ScipSymbol>): ReadonlyArray<ScipSymbol> =>
  flat(symbols, symbols.flatMap(({ relationships, symbol }) => relationships.map((each) => ({ ...each, symbol }))))

/** Of batches of one numbering, in their order. */
export const makeParts = () => {
  const names: Array<string> = []
  let numbering: object | undefined
  return (batch: ScipBatch): ReadonlyArray<DocumentPart> => {
    numbering ??= batch.numbering
    if (numbering !== batch.numbering) throw new Error("another numbering")
    if (batch.firstName !== names.length) throw new Error(`${batch.firstName} after ${names.length} names`)
    names.push(...textsOf(batch.names))
    const nameOf = (symbol: number) => symbol < 0 ? `local ${-1 - symbol}` : names[symbol] ?? `unknown ${symbol}`
    const { information, occurrences, relationships } = batch
    const [displayNames, documentation] = [textsOf(information.displayNames), textsOf(information.documentation)]
    let [occurrence, symbol, relationship] = [0, 0, 0]
    return batch.documents.map((document): DocumentPart => {
      const rows = Array.from({ length: document.occurrences }, (_, at) => occurrence + at)
      occurrence += document.occurrences
      const symbols = Array.from({ length: document.symbols }, (_, at): ScipSymbol => {
        const row = symbol + at
        const enclosing = information.enclosing[row] ?? NO_SYMBOL
        return {
          symbol: nameOf(information.symbols[row] ?? NaN),
          kind: information.kinds[row] ?? NaN,
          displayName: displayNames[row] ?? "",
          documentation: information.isDocumented[row] === 0 ? [] : [documentation[row] ?? ""],
          enclosingSymbol: enclosing === NO_SYMBOL ? "" : nameOf(enclosing),
          relationships: []
        }
      })
      symbol += document.symbols
      const related = Array.from({ length: document.relationships }, (_, at) => {
        const row = relationship + at
        const flags = relationships.flags[row] ?? 0
        return {
          symbol: nameOf(relationships.symbols[row] ?? NaN),
          relatedSymbol: nameOf(relationships.related[row] ?? NaN),
          isReference: (flags & 1) !== 0,
          isImplementation: (flags & 2) !== 0,
          isTypeDefinition: (flags & 4) !== 0,
          isDefinition: (flags & 8) !== 0
        }
      })
      relationship += document.relationships
      return {
        _tag: "Document",
        relPath: document.relPath ?? "",
        occurrences: {
          symbols: rows.map((row) => nameOf(occurrences.symbols[row] ?? NaN)),
          ranges: Int32Array.from(
            rows.flatMap((row) =>
              [occurrences.startLines, occurrences.startColumns, occurrences.endLines, occurrences.endColumns].map(
                (column) => (column[row] ?? NaN) - 1
              )
            )
          ),
          roles: Int32Array.from(rows, (row) => occurrences.roles[row] ?? NaN)
        },
        symbols: flat(symbols, related)
      }
    })
  }
}
