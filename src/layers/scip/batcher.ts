/**
 * Documents of an index into batches.
 *
 * @since 0.1.0
 */
import * as Option from "effect/Option"
import type { PbfReader } from "pbf"
import { NO_SYMBOL, type ScipBatch, type ScipBatchDocument } from "../../domain/ScipBatch.js"
import { BatchColumns, type Mark } from "./batchColumns.js"
import { toCodePoints, wideText } from "./columns.js"
import * as ContentHash from "./contentHash.js"
import type { Integers } from "./growing.js"
import * as LocalSymbols from "./localSymbols.js"
import * as Order from "./order.js"
import * as SymbolTable from "./symbolTable.js"
import { columnOf, Encoding } from "./textColumns.js"
import { endOfBytes, int32, nextField, skip, string, WireFault } from "./wire.js"
import * as WireColumns from "./wireColumns.js"
import { DocumentField } from "./wireDocument.js"

/**
 * Which documents count, and where the texts of their files are.
 *
 * @since 0.1.0
 * @category models
 */
export interface BatcherOptions {
  /** Path in the repository of a document. */
  readonly place: (relativePath: string) => string
  /** Whether the document of this path counts. */
  readonly belongs: (relPath: string) => boolean
  /** Of a file of the repository; undefined when it cannot be read. */
  readonly textOf: (relPath: string) => Uint8Array | undefined
  /** Every position is looked up in the text, and those that are not in it are left out. */
  readonly isChecked: boolean
}

/**
 * @since 0.1.0
 * @category models
 */
export interface Batcher {
  /** Reads a document; what is wrong with it is thrown. */
  readonly add: (reader: PbfReader) => void
  /** Bytes that `take` would give out, about; 0: nothing. */
  readonly size: () => number
  /** All documents since the last time, and the symbols that they brought. */
  readonly take: () => ScipBatch
}

interface Head {
  readonly relativePath: string
  readonly encoding: number
  /** Of the document, empty when the index has none. */
  readonly text: Uint8Array
}

const noText = new Uint8Array(0)

/** What decides about the rest stands anywhere in a document. */
const readHead = (reader: PbfReader, isChecked: boolean): Head => {
  const end = reader.length
  let relativePath = ""
  let encoding: number = Encoding.Unspecified
  let text: Uint8Array = noText
  for (let field = nextField(reader, end); field !== 0; field = nextField(reader, end)) {
    if (field === DocumentField.RelativePath) relativePath = string(reader, end)
    else if (field === DocumentField.PositionEncoding) {
      const start = reader.pos
      encoding = int32(reader, end)
      if (encoding < Encoding.Unspecified || encoding > Encoding.Utf32) {
        throw new WireFault(start, `position encoding ${encoding}, which SCIP does not have`)
      }
      if (!isChecked && encoding !== Encoding.Unspecified && encoding !== Encoding.Utf16) {
        throw new WireFault(start, `position encoding ${encoding}; only UTF-16 is read`)
      }
    } else if (field === DocumentField.Text) {
      const last = endOfBytes(reader, end)
      text = reader.buf.subarray(reader.pos, last)
      reader.pos = last
    } else if (field === DocumentField.Occurrence || field === DocumentField.Symbol) {
      reader.pos = endOfBytes(reader, end)
    } else skip(reader, end)
  }
  return { relativePath, encoding, text }
}

type Placed = Pick<ScipBatchDocument, "columns" | "outsideText">

/**
 * @since 0.1.0
 * @category constructors
 */
export const make = ({ belongs, isChecked, place, textOf }: BatcherOptions): Batcher => {
  const columns = new BatchColumns()
  const table = SymbolTable.make()
  const locals = LocalSymbols.make()
  const contentHash = ContentHash.make(table)
  const numbering = {}
  const seen = new Set<string>()
  let firstName = 0

  const read = WireColumns.make(columns, (bytes, start, end) =>
    LocalSymbols.isLocal(bytes, start, end)
      ? -1 - locals.numberOf(bytes, start, end)
      : table.intern(bytes, start, end))

  /** Locals by the first place where they are met, in the order of the rows. */
  const renumber = ({ occurrences, relationships, symbols }: Mark) => {
    if (locals.count() === 0) return
    const numbers = new Int32Array(locals.count()).fill(-1)
    let next = 0
    const rename = (values: Int32Array, row: number) => {
      const symbol = values[row] ?? 0
      if (symbol >= 0) return
      const local = -1 - symbol
      if (numbers[local] === -1) numbers[local] = next++
      values[row] = -1 - (numbers[local] ?? 0)
    }
    const { described, enclosing, owners, related } = columns
    for (let row = occurrences; row < columns.symbols.length; row++) rename(columns.symbols.values, row)
    let relationship = relationships
    for (let row = symbols; row < described.length; row++) {
      rename(described.values, row)
      if (enclosing.values[row] !== NO_SYMBOL) rename(enclosing.values, row)
      for (; owners.values[relationship] === row && relationship < related.length; relationship++) {
        rename(related.values, relationship)
      }
    }
  }

  const positions = (): ReadonlyArray<readonly [lines: Integers, columns: Integers]> => [
    [columns.startLines, columns.startColumns],
    [columns.endLines, columns.endColumns]
  ]

  /** Of UTF-16, where a column beyond the text is as far beyond it in code points. */
  const convert = (first: number, content: Uint8Array) =>
    Option.map(wideText(content), (text) => {
      for (const [lines, { values }] of positions()) {
        for (let row = first; row < lines.length; row++) {
          values[row] = toCodePoints(text, lines.values[row] ?? 0, values[row] ?? 0)
        }
      }
    })

  /** Leaves out what is not in the text, and says how many those are. */
  const check = (first: number, content: Uint8Array, encoding: number): number => {
    const code = columnOf(content, encoding)
    const { endColumns, endLines, roles, startColumns, startLines, symbols } = columns
    let to = first
    for (let row = first; row < symbols.length; row++) {
      const [startLine, endLine] = [startLines.values[row] ?? 0, endLines.values[row] ?? 0]
      const start = code(startLine, startColumns.values[row] ?? 0)
      const end = code(endLine, endColumns.values[row] ?? 0)
      if (start < 0 || end < 0 || endLine < startLine || (endLine === startLine && end < start)) continue
      symbols.values[to] = symbols.values[row] ?? 0
      startLines.values[to] = startLine
      startColumns.values[to] = start
      endLines.values[to] = endLine
      endColumns.values[to] = end
      roles.values[to] = roles.values[row] ?? 0
      to++
    }
    const left = symbols.length - to
    columns.cut(to)
    return left
  }

  const toCodePointColumns = (first: number, relPath: string, { encoding, text }: Head): Placed => {
    const content = textOf(relPath)
    const isCarried = isChecked && text.length > 0
    const given = isCarried ? text : content
    if (given === undefined) return { columns: "AsGiven", outsideText: 0 }
    if (!isChecked) {
      convert(first, given)
      return { columns: "Converted", outsideText: 0 }
    }
    const isOther = isCarried && content !== undefined && Buffer.compare(text, content) !== 0
    return { columns: isOther ? "OtherText" : "Converted", outsideText: check(first, given, encoding) }
  }

  const oneBased = (first: number) => {
    for (const column of positions().flat()) {
      for (let row = first; row < column.length; row++) column.values[row] = (column.values[row] ?? 0) + 1
    }
  }

  const add: Batcher["add"] = (reader) => {
    const head = readHead(reader, isChecked)
    const relPath = place(head.relativePath)
    if (!belongs(relPath)) {
      columns.passedOver.push(relPath)
      return
    }
    if (seen.has(relPath)) throw new WireFault(0, `${head.relativePath} has a second document`)
    seen.add(relPath)

    const mark = columns.mark()
    const end = reader.length
    locals.clear()
    reader.pos = 0
    for (let field = nextField(reader, end); field !== 0; field = nextField(reader, end)) {
      if (field === DocumentField.Occurrence) read.occurrence(reader, endOfBytes(reader, end))
      else if (field === DocumentField.Symbol) read.symbol(reader, endOfBytes(reader, end))
      else skip(reader, end)
    }
    Order.sort(columns, mark.occurrences)
    const placed = toCodePointColumns(mark.occurrences, relPath, head)
    renumber(mark)
    oneBased(mark.occurrences)
    columns.documents.push({
      relPath,
      contentHash: contentHash(columns, mark),
      occurrences: columns.symbols.length - mark.occurrences,
      symbols: columns.described.length - mark.symbols,
      relationships: columns.related.length - mark.relationships,
      ...placed
    })
  }

  return {
    add,
    size: () => columns.size(),
    take: () => {
      const names = { numbering, firstName, names: table.from(firstName) }
      firstName = table.size()
      return columns.take(names)
    }
  }
}
