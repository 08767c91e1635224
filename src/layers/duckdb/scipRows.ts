/**
 * The rows of documents, by column.
 *
 * @since 0.1.0
 */
import type { ColumnValues } from "./appendColumns.js"
import type { StoredDocument } from "./scipDocument.js"
import type * as Tables from "./scipTables.js"

/**
 * A document and its number.
 *
 * @since 0.1.0
 * @category models
 */
export interface Numbered {
  readonly id: number
  readonly document: StoredDocument
  /** Numbers of its `names`. */
  readonly nameIds: Int32Array
}

/**
 * Number of a symbol; that of a local one is -1 - N.
 *
 * @since 0.1.0
 * @category models
 */
export type IdOf = (symbol: string) => number

/**
 * @since 0.1.0
 * @category constructors
 */
export const documents = (fresh: ReadonlyArray<Numbered>): ColumnValues<typeof Tables.documents.columns> => ({
  document_id: fresh.map(({ id }) => id),
  content_hash: fresh.map(({ document }) => document.contentHash),
  occurrences: fresh.map(({ document }) => document.indexes.length),
  symbols: fresh.map(({ document }) => document.symbols.length)
})

/**
 * @since 0.1.0
 * @category constructors
 */
export const occurrences = (
  fresh: ReadonlyArray<Numbered>
): ColumnValues<typeof Tables.occurrences.columns> => {
  const rows = fresh.reduce((sum, { document }) => sum + document.indexes.length, 0)
  const [document_id, symbol_id, roles] = [new Int32Array(rows), new Int32Array(rows), new Int32Array(rows)]
  const [start_line, start_column] = [new Int32Array(rows), new Int32Array(rows)]
  const [end_line, end_column] = [new Int32Array(rows), new Int32Array(rows)]
  let first = 0
  for (const { document, id, nameIds } of fresh) {
    const { indexes, occurrences: { ranges, roles: given } } = document
    const last = first + indexes.length
    document_id.fill(id, first, last)
    roles.set(given, first)
    for (let at = 0; at < indexes.length; at++) {
      const row = first + at
      symbol_id[row] = nameIds[indexes[at] ?? 0] ?? 0
      start_line[row] = (ranges[4 * at] ?? 0) + 1
      start_column[row] = (ranges[4 * at + 1] ?? 0) + 1
      end_line[row] = (ranges[4 * at + 2] ?? 0) + 1
      end_column[row] = (ranges[4 * at + 3] ?? 0) + 1
    }
    first = last
  }
  return { document_id, symbol_id, start_line, start_column, end_line, end_column, roles }
}

/**
 * @since 0.1.0
 * @category constructors
 */
export const information = (
  fresh: ReadonlyArray<Numbered>,
  idOf: IdOf
): ColumnValues<typeof Tables.information.columns> => {
  const all = fresh.flatMap(({ document }) => document.symbols)
  return {
    document_id: fresh.flatMap(({ document, id }) => document.symbols.map(() => id)),
    symbol_id: fresh.flatMap(({ document, nameIds }) => Array.from(document.symbolIndexes, (at) => nameIds[at] ?? 0)),
    kind: all.map(({ kind }) => kind),
    display_name: all.map(({ displayName }) => displayName),
    documentation: all.map(({ documentation }) => documentation.length === 0 ? null : documentation.join("\n\n")),
    enclosing_symbol_id: all.map(({ enclosingSymbol }) => enclosingSymbol === "" ? null : idOf(enclosingSymbol))
  }
}

/**
 * @since 0.1.0
 * @category constructors
 */
export const relationships = (
  fresh: ReadonlyArray<Numbered>,
  idOf: IdOf
): ColumnValues<typeof Tables.relationships.columns> => {
  const all = fresh.flatMap(({ document, id }) =>
    document.symbols.flatMap(({ relationships, symbol }) => relationships.map((each) => ({ ...each, id, symbol })))
  )
  return {
    document_id: all.map(({ id }) => id),
    symbol_id: all.map(({ symbol }) => idOf(symbol)),
    related_symbol_id: all.map(({ relatedSymbol }) => idOf(relatedSymbol)),
    is_reference: all.map(({ isReference }) => isReference),
    is_implementation: all.map(({ isImplementation }) => isImplementation),
    is_type_definition: all.map(({ isTypeDefinition }) => isTypeDefinition),
    is_definition: all.map(({ isDefinition }) => isDefinition)
  }
}
