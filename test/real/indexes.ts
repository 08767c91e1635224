/**
 * Two indexes of the same files, row by row.
 */
import { Effect, Stream } from "effect"
import type { PipelineContext } from "../../src/domain/PipelineContext.js"
import type { ScipOccurrences, ScipOutput } from "../../src/domain/Scip.js"
import { ScipReader } from "../../src/services/ScipReader.js"

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

/** The last name in a symbol: `abspath` of `posixpath/abspath().`, `b` of a module `a.b`; undefined for a local one. */
const nameOf = (symbol: string): string | undefined =>
  symbol.startsWith("local ")
    ? undefined
    : symbol.replace(/\/__init__:$/, "").replaceAll("`", "").replace(/(\(\)\.|[.#:/!]|\))$/, "").split(/[/#. (]/).at(-1)

/** `Flask 0` and `click.core`: the package and the module of a symbol that is not local. */
const placeOf = (symbol: string) => {
  const [, name, version, module = ""] = /^scip-python python (\S+) (\S+) (`[^`]*`|[^/]*)\//.exec(symbol) ?? []
  return { isProject: name !== undefined && version === "0", module: module.replaceAll("`", "") }
}

export interface Difference {
  readonly relPath: string
  readonly line: number
  readonly text: string
  readonly symbols: readonly [first: string, second: string]
}

/*
 * Two things in what scip-python says depend on the order in which it visits files: which function of `posixpath` it takes
 * for each of them, and whether a class of another package that is imported in the project is the project's.
 */
export interface Comparison {
  readonly occurrences: number
  /** Rows where one of the two symbols has another name than the source. */
  readonly misnamed: ReadonlyArray<Difference>
  /** Rows where one of the two symbols is the project's, and of a module that the project does not have. */
  readonly misattributed: ReadonlyArray<Difference>
  readonly residue: ReadonlyArray<Difference>
}

/** The documents of `second` with those of `first`; local symbols are the same when they stand in the same places. */
export const compare = (
  first: Documents,
  second: Documents,
  modules: ReadonlySet<string>,
  textOf: (relPath: string) => string
): Comparison => {
  let occurrences = 0
  const misattributed: Array<Difference> = []
  const misnamed: Array<Difference> = []
  const residue: Array<Difference> = []
  for (const [relPath, there] of second) {
    const here = first.get(relPath)
    if (here === undefined || here.symbols.length !== there.symbols.length) {
      residue.push({ relPath, line: 0, text: "", symbols: [`${here?.symbols.length}`, `${there.symbols.length}`] })
      continue
    }
    const lines = textOf(relPath).split(/\r\n|\r|\n/)
    const locals = new Map<string, string>()
    for (let at = 0; at < there.symbols.length; at++) {
      occurrences++
      const [a = "", b = ""] = [here.symbols[at], there.symbols[at]]
      const [line = 0, start = 0, , end = 0] = there.ranges.subarray(4 * at, 4 * at + 4)
      const text = [...lines[line] ?? ""].slice(start, end).join("")
      const samePlace = [0, 1, 2, 3].every((n) => here.ranges[4 * at + n] === there.ranges[4 * at + n]) &&
        here.roles[at] === there.roles[at]
      const bothLocal = a.startsWith("local ") && b.startsWith("local ")
      if (bothLocal && !locals.has(a)) locals.set(a, b)
      if (samePlace && (a === b && !bothLocal || bothLocal && locals.get(a) === b)) continue
      const difference: Difference = { relPath, line: line + 1, text, symbols: [a, b] }
      const isMisnamed = samePlace && [a, b].some((symbol) => {
        const name = nameOf(symbol)
        return name !== undefined && name !== text.split(".").at(-1)
      })
      const [nameA, nameB] = [nameOf(a), nameOf(b)]
      const sameName = nameA === nameB || nameA === undefined || nameB === undefined
      const isMisattributed = samePlace && sameName && [a, b].some((symbol) => {
        const { isProject, module } = placeOf(symbol)
        return isProject && !modules.has(module)
      })
      if (isMisnamed) misnamed.push(difference)
      else if (isMisattributed) misattributed.push(difference)
      else residue.push(difference)
    }
  }
  return { occurrences, misnamed, misattributed, residue }
}
