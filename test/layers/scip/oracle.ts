/** Indexes read and written with the classes that protoc-gen-es generates: the other way to the same rows. */
import { create, fromBinary, type MessageInitShape, toBinary } from "@bufbuild/protobuf"
import { FastCheck } from "effect"
import type { ScipSymbol } from "../../../src/domain/Scip.js"
import { type Document, type Index, IndexSchema, type SymbolInformation } from "../../fixtures/scip/scip_pb.js"

export type IndexInit = MessageInitShape<typeof IndexSchema>

export const decode = (bytes: Uint8Array): Index => fromBinary(IndexSchema, bytes)

export const encode = (index: IndexInit): Uint8Array => toBinary(IndexSchema, create(IndexSchema, index))

export interface OccurrenceRow {
  readonly symbol: string
  readonly range: ReadonlyArray<number>
  readonly roles: number
}

export interface DocumentRows {
  readonly relPath: string
  readonly occurrences: ReadonlyArray<OccurrenceRow>
  readonly symbols: ReadonlyArray<ScipSymbol>
}

export interface Rows {
  readonly documents: ReadonlyArray<DocumentRows>
  readonly external: ReadonlyArray<ScipSymbol>
}

const fullRange = ([line = NaN, character = NaN, third = NaN, fourth]: ReadonlyArray<number>) =>
  fourth === undefined ? [line, character, line, third] : [line, character, third, fourth]

const byRange = (a: OccurrenceRow, b: OccurrenceRow) =>
  a.range.map((value, at) => value - (b.range[at] ?? NaN)).find((difference) => difference !== 0) ?? 0

const symbolRow = (each: SymbolInformation, rename = (symbol: string) => symbol): ScipSymbol => ({
  symbol: rename(each.symbol),
  kind: Number(each.kind),
  displayName: each.displayName,
  documentation: each.documentation,
  enclosingSymbol: rename(each.enclosingSymbol),
  relationships: each.relationships.map((relationship) => ({
    relatedSymbol: rename(relationship.symbol),
    isReference: relationship.isReference,
    isImplementation: relationship.isImplementation,
    isTypeDefinition: relationship.isTypeDefinition,
    isDefinition: relationship.isDefinition
  }))
})

/** Sorted by position, locals numbered in the order in which they are met. */
export const documentRows = (document: Document): DocumentRows => {
  const met: Array<string> = []
  const rename = (symbol: string) => {
    if (!symbol.startsWith("local ")) return symbol
    if (!met.includes(symbol)) met.push(symbol)
    return `local ${met.indexOf(symbol)}`
  }
  const occurrences = document.occurrences
    .map(({ range, symbol, symbolRoles }): OccurrenceRow => ({ symbol, range: fullRange(range), roles: symbolRoles }))
    .sort(byRange)
    .map((each) => ({ ...each, symbol: rename(each.symbol) }))
  return {
    relPath: document.relativePath,
    occurrences,
    symbols: document.symbols.map((each) => symbolRow(each, rename))
  }
}

export const rows = (index: Index): Rows => ({
  documents: index.documents.map(documentRows),
  external: index.externalSymbols.map((each) => symbolRow(each))
})

// all that a string may hold: a lone surrogate has no UTF-8
const text = FastCheck.string({ unit: "binary" })
const symbol = FastCheck.oneof(
  text,
  FastCheck.nat(20).map((number) => `local ${number}`),
  FastCheck.constantFrom("local name", "scip-python python a 0 `b.c`/D#e().", "scip-python python a 0 ü/")
)
const position = FastCheck.oneof(FastCheck.nat(300), FastCheck.integer({ min: 0, max: 2 ** 31 - 2 }))

const information = FastCheck.record({
  symbol,
  documentation: FastCheck.array(text),
  relationships: FastCheck.array(FastCheck.record({
    symbol,
    isReference: FastCheck.boolean(),
    isImplementation: FastCheck.boolean(),
    isTypeDefinition: FastCheck.boolean(),
    isDefinition: FastCheck.boolean()
  })),
  kind: FastCheck.nat(90),
  displayName: text,
  signatureDocumentation: FastCheck.option(FastCheck.record({ language: text, text }), { nil: undefined }),
  enclosingSymbol: FastCheck.oneof(FastCheck.constant(""), symbol)
})

const occurrence = FastCheck.record({
  range: FastCheck.oneof(
    FastCheck.array(position, { minLength: 3, maxLength: 4 }),
    FastCheck.array(FastCheck.nat(3), { minLength: 3, maxLength: 4 })
  ),
  symbol,
  symbolRoles: FastCheck.integer(),
  overrideDocumentation: FastCheck.array(text, { maxLength: 2 }),
  syntaxKind: FastCheck.nat(40),
  diagnostics: FastCheck.array(FastCheck.record({ severity: FastCheck.nat(4), message: text }), { maxLength: 1 }),
  enclosingRange: FastCheck.array(FastCheck.integer(), { maxLength: 4 })
})

/** What the schema of SCIP allows, with ranges that are some, UTF-16 columns, and each path once. */
export const arbitraryIndex = FastCheck.record({
  metadata: FastCheck.record({ projectRoot: text }),
  documents: FastCheck.uniqueArray(
    FastCheck.record({
      language: text,
      relativePath: text,
      occurrences: FastCheck.array(occurrence, { maxLength: 30 }),
      symbols: FastCheck.array(information, { maxLength: 10 }),
      text,
      positionEncoding: FastCheck.constantFrom(0, 2)
    }),
    { selector: ({ relativePath }) => relativePath }
  ),
  externalSymbols: FastCheck.array(information)
})
