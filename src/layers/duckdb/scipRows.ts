/**
 * The rows of the documents of a batch, by column.
 *
 * @since 0.1.0
 */
import { NO_SYMBOL, type ScipBatch, type ScipTexts } from "../../domain/ScipBatch.js"
import { Bytes } from "../scip/growing.js"
import type { ColumnValues } from "./appendColumns.js"
import type * as Tables from "./scipTables.js"

/**
 * A batch, the numbers of those of its documents that are new (0: stored before), and of its symbols.
 *
 * @since 0.1.0
 * @category models
 */
export interface Numbered {
  readonly batch: ScipBatch
  readonly documentIds: Int32Array
  readonly symbolIds: Int32Array
}

type Counted = "occurrences" | "symbols" | "relationships"

/** Rows from `start` to `end` are of the document `id`. */
type Section = readonly [id: number, start: number, end: number]

const sectionsOf = ({ batch, documentIds }: Numbered, counted: Counted): ReadonlyArray<Section> => {
  const sections: Array<Section> = []
  let start = 0
  batch.documents.forEach((document, index) => {
    const end = start + document[counted]
    const id = documentIds[index] ?? 0
    if (id !== 0 && end > start) sections.push([id, start, end])
    start = end
  })
  return sections
}

const rowsIn = (sections: ReadonlyArray<Section>) => sections.reduce((sum, [, start, end]) => sum + end - start, 0)

const idsOf = (sections: ReadonlyArray<Section>): Int32Array => {
  const ids = new Int32Array(rowsIn(sections))
  let at = 0
  for (const [id, start, end] of sections) ids.fill(id, at, at += end - start)
  return ids
}

/** Which of so many rows are in the sections; undefined: all. */
const choice = (sections: ReadonlyArray<Section>, rows: number) => {
  if (rowsIn(sections) === rows) return undefined
  const isIn = new Uint8Array(rows)
  for (const [, start, end] of sections) isIn.fill(1, start, end)
  return (_: number, row: number) => isIn[row] === 1
}

/** Those of the values that are in the sections; all of them as they are. */
const chosen = (sections: ReadonlyArray<Section>, values: Int32Array): Int32Array => {
  const isIn = choice(sections, values.length)
  return isIn === undefined ? values : values.filter(isIn)
}

const chosenFlags = (sections: ReadonlyArray<Section>, values: Uint8Array): Uint8Array => {
  const isIn = choice(sections, values.length)
  return isIn === undefined ? values : values.filter(isIn)
}

const chosenTexts = (sections: ReadonlyArray<Section>, texts: ScipTexts): ScipTexts => {
  if (rowsIn(sections) === texts.ends.length) return texts
  const bytes = new Bytes()
  const ends = new Int32Array(rowsIn(sections))
  let at = 0
  for (const [, start, end] of sections) {
    const first = start === 0 ? 0 : texts.ends[start - 1] ?? 0
    const shift = bytes.length - first
    bytes.append(texts.bytes, first, texts.ends[end - 1] ?? 0)
    for (let row = start; row < end; row++) ends[at++] = (texts.ends[row] ?? 0) + shift
  }
  return { bytes: bytes.take(), ends }
}

const givenIn = (symbols: Int32Array): Uint8Array => {
  const isGiven = new Uint8Array(symbols.length)
  for (let row = 0; row < symbols.length; row++) isGiven[row] = symbols[row] === NO_SYMBOL ? 0 : 1
  return isGiven
}

const inDatabase = (symbols: Int32Array, symbolIds: Int32Array): Int32Array => {
  const ids = new Int32Array(symbols.length)
  for (let row = 0; row < symbols.length; row++) {
    const symbol = symbols[row] ?? 0
    ids[row] = symbol < 0 ? symbol : symbolIds[symbol] ?? 0
  }
  return ids
}

/**
 * @since 0.1.0
 * @category constructors
 */
export const documents = ({ batch, documentIds }: Numbered): ColumnValues<typeof Tables.documents.columns> => {
  const fresh = batch.documents.filter((_, index) => documentIds[index] !== 0)
  return {
    document_id: documentIds.filter((id) => id !== 0),
    content_hash: fresh.map(({ contentHash }) => contentHash),
    occurrences: fresh.map(({ occurrences }) => occurrences),
    symbols: fresh.map(({ symbols }) => symbols)
  }
}

/**
 * @since 0.1.0
 * @category constructors
 */
export const occurrences = (numbered: Numbered): ColumnValues<typeof Tables.occurrences.columns> => {
  const sections = sectionsOf(numbered, "occurrences")
  const { endColumns, endLines, roles, startColumns, startLines, symbols } = numbered.batch.occurrences
  return {
    document_id: idsOf(sections),
    symbol_id: inDatabase(chosen(sections, symbols), numbered.symbolIds),
    start_line: chosen(sections, startLines),
    start_column: chosen(sections, startColumns),
    end_line: chosen(sections, endLines),
    end_column: chosen(sections, endColumns),
    roles: chosen(sections, roles)
  }
}

/**
 * @since 0.1.0
 * @category constructors
 */
export const information = (numbered: Numbered): ColumnValues<typeof Tables.information.columns> => {
  const sections = sectionsOf(numbered, "symbols")
  const { displayNames, documentation, enclosing, isDocumented, kinds, symbols } = numbered.batch.information
  const { symbolIds } = numbered
  const surrounding = chosen(sections, enclosing)
  return {
    document_id: idsOf(sections),
    symbol_id: inDatabase(chosen(sections, symbols), symbolIds),
    kind: chosen(sections, kinds),
    display_name: chosenTexts(sections, displayNames),
    documentation: { ...chosenTexts(sections, documentation), isGiven: chosenFlags(sections, isDocumented) },
    enclosing_symbol_id: {
      numbers: inDatabase(surrounding, symbolIds),
      isGiven: givenIn(surrounding)
    }
  }
}

/**
 * @since 0.1.0
 * @category constructors
 */
export const relationships = (numbered: Numbered): ColumnValues<typeof Tables.relationships.columns> => {
  const sections = sectionsOf(numbered, "relationships")
  const { flags, related, symbols } = numbered.batch.relationships
  const given = chosenFlags(sections, flags)
  const has = (flag: number) => given.map((each) => (each & flag) === 0 ? 0 : 1)
  return {
    document_id: idsOf(sections),
    symbol_id: inDatabase(chosen(sections, symbols), numbered.symbolIds),
    related_symbol_id: inDatabase(chosen(sections, related), numbered.symbolIds),
    is_reference: has(1),
    is_implementation: has(2),
    is_type_definition: has(4),
    is_definition: has(8)
  }
}
