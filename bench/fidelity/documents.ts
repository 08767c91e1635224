/**
 * Indexes as scip-python wrote them, compared without a database.
 */
import { Effect, Stream } from "effect"
import type { PipelineContext } from "../../src/domain/PipelineContext.js"
import type { ScipOccurrences, ScipOutput } from "../../src/domain/Scip.js"
import { ScipReader } from "../../src/services/ScipReader.js"
import { classify, type Difference, type Row, without } from "./differences.js"
import { type Facts, projectOf } from "./rule.js"

export type Documents = ReadonlyMap<string, ScipOccurrences>

/** The documents of these outputs. */
export const documentsOf = Effect.fnUntraced(function*(ctx: PipelineContext, outputs: ReadonlyArray<ScipOutput>) {
  const { parts } = yield* ScipReader
  const documents = new Map<string, ScipOccurrences>()
  for (const output of outputs) {
    yield* Stream.runForEach(parts(ctx, output), (part) =>
      Effect.sync(() => {
        if (part._tag === "Document") documents.set(part.relPath, part.occurrences)
      }))
  }
  return documents
})

const isDefinition = (roles: number) => (roles & 1) !== 0

/** References to what another document defines. */
export const crossReferences = (documents: Documents): number => {
  const definedIn = new Map<string, Set<string>>()
  for (const [relPath, { roles, symbols }] of documents) {
    for (const [at, symbol] of symbols.entries()) {
      if (!isDefinition(roles[at] ?? 0) || symbol.startsWith("local ")) continue
      definedIn.set(symbol, (definedIn.get(symbol) ?? new Set()).add(relPath))
    }
  }
  let count = 0
  for (const [relPath, { roles, symbols }] of documents) {
    for (const [at, symbol] of symbols.entries()) {
      const found = definedIn.get(symbol)
      if (!isDefinition(roles[at] ?? 0) && found !== undefined && !found.has(relPath)) count++
    }
  }
  return count
}

/** Locals have the name of their first place, as in `databases.ts`: one more of them renames no other. */
const rowsOf = (relPath: string, { ranges, roles, symbols }: ScipOccurrences): ReadonlyArray<Row> => {
  const names = new Map<string, string>()
  const takenAt = new Map<string, number>()
  return symbols.map((symbol, at): Row => {
    const [startLine = 0, startColumn = 0, endLine = 0, endColumn = 0] = ranges.subarray(4 * at, 4 * at + 4)
    if (symbol.startsWith("local ") && !names.has(symbol)) {
      const place = `${startLine + 1}:${startColumn + 1}`
      const taken = (takenAt.get(place) ?? 0) + 1
      takenAt.set(place, taken)
      names.set(symbol, `local at ${place}${taken > 1 ? ` #${taken}` : ""}`)
    }
    return {
      view: "occurrences",
      relPath,
      place: { startLine: startLine + 1, startColumn: startColumn + 1, endLine: endLine + 1, endColumn: endColumn + 1 },
      symbol: names.get(symbol) ?? symbol,
      related: null,
      rest: `roles ${roles[at]}`
    }
  })
}

const definitionsOf = function*(documents: Documents) {
  for (const { roles, symbols } of documents.values()) {
    for (const [at, symbol] of symbols.entries()) if (isDefinition(roles[at] ?? 0)) yield symbol
  }
}

export interface DocumentComparison {
  /** Rows of the full run. */
  readonly occurrences: number
  readonly differences: ReadonlyArray<Difference>
}

/** The documents of `theirs` with those of `full`: a document that is missing is all of its rows. */
export const compareDocuments = (
  theirs: Documents,
  full: Documents,
  given: Omit<Facts, "project">
): DocumentComparison => {
  const facts: Facts = { ...given, project: projectOf(definitionsOf(full)) }
  const empty: ScipOccurrences = { symbols: [], ranges: new Int32Array(), roles: new Int32Array() }
  let occurrences = 0
  const differences = [...new Set([...full.keys(), ...theirs.keys()])].sort().flatMap((relPath) => {
    const a = rowsOf(relPath, theirs.get(relPath) ?? empty)
    const b = rowsOf(relPath, full.get(relPath) ?? empty)
    occurrences += b.length
    return classify({ theirs: without(a, b), full: without(b, a) }, facts)
  })
  return { occurrences, differences }
}
