// @effect-diagnostics nodeBuiltinImport:off
/**
 * Large indexes, made of a real one: copies of its documents, the paths and the package of each under a number of its own.
 * The same input gives the same bytes.
 */
import { clone, fromBinary, toBinary } from "@bufbuild/protobuf"
import { closeSync, openSync, readFileSync, writeSync } from "node:fs"
import { DocumentSchema, IndexSchema, type SymbolInformation } from "../test/fixtures/scip/scip_pb.js"

/** As long as the number that takes its place: lengths stay, so that a copy is the bytes with other digits. */
const marker = "@@@@@"

const digits = (copy: number) => Buffer.from(String(copy).padStart(marker.length, "0"))

const indexesOf = (bytes: Buffer): ReadonlyArray<number> => {
  const found: Array<number> = []
  for (let at = bytes.indexOf(marker); at !== -1; at = bytes.indexOf(marker, at + 1)) found.push(at)
  return found
}

const varint = (value: number): ReadonlyArray<number> =>
  value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...varint(value >>> 7)]

/** `scip-python python PACKAGE VERSION descriptors`: the package of the index's own symbols gets the marker. */
const renamer = (own: string) => (symbol: string): string => {
  const [scheme, manager, name, ...others] = symbol.split(" ")
  return name === own ? [scheme, manager, `${own}-${marker}`, ...others].join(" ") : symbol
}

const renameInformation = (rename: (symbol: string) => string, information: SymbolInformation) => {
  information.symbol = rename(information.symbol)
  if (information.enclosingSymbol !== "") information.enclosingSymbol = rename(information.enclosingSymbol)
  for (const relationship of information.relationships) relationship.symbol = rename(relationship.symbol)
}

/** The package that most definitions are of. */
const ownPackage = (symbols: Iterable<string>): string => {
  const counts = new Map<string, number>()
  for (const symbol of symbols) {
    const name = symbol.split(" ")[2]
    if (name !== undefined) counts.set(name, (counts.get(name) ?? 0) + 1)
  }
  return [...counts].sort(([, a], [, b]) => b - a)[0]?.[0] ?? ""
}

/**
 * Writes to `target` copies of the documents of `source`, the first as often as are needed for `bytes`, and says what is
 * in it.
 */
export const writeCopies = (source: string, target: string, bytes: number): void => {
  const index = fromBinary(IndexSchema, readFileSync(source))
  const rename = renamer(ownPackage(index.documents.flatMap(({ symbols }) => symbols.map(({ symbol }) => symbol))))
  const templates = index.documents.map((document) => {
    const copy = clone(DocumentSchema, document)
    copy.relativePath = `${marker}/${copy.relativePath}`
    for (const occurrence of copy.occurrences) occurrence.symbol = rename(occurrence.symbol)
    for (const information of copy.symbols) renameInformation(rename, information)
    const body = toBinary(DocumentSchema, copy)
    const whole = Buffer.from([0x12, ...varint(body.length), ...body])
    return { whole, at: indexesOf(whole) }
  })
  index.documents = []
  const around = toBinary(IndexSchema, index)
  const file = openSync(target, "w")
  let written = writeSync(file, around)
  for (let copy = 0; written < bytes; copy++) {
    const number = digits(copy)
    for (const { at, whole } of templates) {
      for (const each of at) number.copy(whole, each)
      written += writeSync(file, whole)
      if (written >= bytes) break
    }
  }
  closeSync(file)
}
