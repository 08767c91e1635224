/**
 * What a round of indexing says, and what of it is another than before.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import type { RepositoryError } from "../../domain/errors.js"
import { linesOf } from "../../domain/lines.js"
import type { PipelineContext } from "../../domain/PipelineContext.js"
import type { ScipIndexing, ScipOccurrences, ScipPart, ScipSymbol } from "../../domain/Scip.js"
import { ScipReader } from "../../services/ScipReader.js"
import type { BaseRun, Connection } from "../../services/Warehouse.js"
import { reading } from "../database.js"
import * as Changes from "./changes.js"
import * as Spelling from "./spelling.js"
import type { Change } from "./spread.js"

/**
 * How a document is to be spelled.
 *
 * @since 0.1.0
 * @category models
 */
export interface DocumentSpellings {
  /** Symbol -> the spelling that it had. */
  readonly symbols: ReadonlyMap<string, string>
  /** Occurrence, by its number -> the symbol that has the name in the source. */
  readonly occurrences: ReadonlyMap<number, string>
}

/**
 * What earlier rounds have found out.
 *
 * @since 0.1.0
 * @category models
 */
export interface Findings {
  /** By path. */
  readonly spellings: Map<string, DocumentSpellings>
  /** Module, as its symbols begin -> file. */
  readonly files: Map<string, string>
  /** Symbols that are described in a document of this run. */
  readonly described: Set<string>
}

/**
 * @since 0.1.0
 * @category constructors
 */
export const noFindings = (): Findings => ({ spellings: new Map(), files: new Map(), described: new Set() })

const respellSymbol = (spellings: ReadonlyMap<string, string>) => {
  const spelled = (symbol: string) => spellings.get(symbol) ?? symbol
  return (each: ScipSymbol): ScipSymbol => ({
    ...each,
    symbol: spelled(each.symbol),
    enclosingSymbol: spelled(each.enclosingSymbol),
    relationships: each.relationships.map((relationship) => ({
      ...relationship,
      relatedSymbol: spelled(relationship.relatedSymbol)
    }))
  })
}

/**
 * @since 0.1.0
 * @category combinators
 */
export const respell = (byPath: Findings["spellings"]) => (part: ScipPart): ScipPart => {
  const spellings = part._tag === "External" ? undefined : byPath.get(part.relPath)
  if (part._tag === "External" || spellings === undefined) return part
  const { occurrences } = part
  return {
    ...part,
    symbols: part.symbols.map(respellSymbol(spellings.symbols)),
    occurrences: {
      ...occurrences,
      symbols: occurrences.symbols.map((symbol, at) =>
        spellings.occurrences.get(at) ?? spellings.symbols.get(symbol) ?? symbol
      )
    }
  }
}

type DocumentPart = Extract<ScipPart, { readonly _tag: "Document" }>

/** One document after the other: none is kept, for of a large round there are many. */
const forEachDocument = <E, R>(
  ctx: PipelineContext,
  { outputs }: ScipIndexing,
  use: (document: DocumentPart) => Effect.Effect<void, E, R>
) =>
  Effect.flatMap(
    ScipReader,
    ({ parts }) =>
      Effect.forEach(outputs, (output) =>
        Stream.runForEach(parts(ctx, output), (part) => part._tag === "Document" ? use(part) : Effect.void), {
        concurrency: 1,
        discard: true
      })
  )

/** Symbols that are not local, occurring or described. */
const usedIn = ({ occurrences, symbols }: DocumentPart): ReadonlySet<string> =>
  new Set(
    [...occurrences.symbols, ...symbols.map(({ symbol }) => symbol)].filter((symbol) => !symbol.startsWith("local "))
  )

/** The module that a document is of, as its symbols begin. */
const moduleOfDocument = ({ symbols }: DocumentPart): string | undefined => {
  const module = symbols.find(({ symbol }) => symbol.endsWith("/__init__:"))
  return module === undefined ? undefined : Spelling.moduleOf(module.symbol)
}

/** `scheme manager package version `, which symbols of one package have in common. */
const packageOf = (symbol: string): string => /^[^ ]+ [^ ]+ [^ ]+ [^ ]+ /.exec(symbol)?.[0] ?? ""

/** Occurrences of other packages whose symbol has not the name that stands in the source, and the one that had. */
const misnamed = (
  { ranges, symbols }: ScipOccurrences,
  text: string,
  before: ReadonlyArray<string>
): ReadonlyMap<number, string> => {
  const found = new Map<number, string>()
  if (before.length === 0) return found
  const modules = new Set(before.map(Spelling.moduleOf))
  const aliases = new Set([...text.matchAll(/\bas\s+([\p{L}\p{N}_]+)/gu)].map(([, alias = ""]) => alias))
  const lines = linesOf(text)
  for (const [at, symbol] of symbols.entries()) {
    if (symbol.startsWith("local ") || !modules.has(Spelling.moduleOf(symbol))) continue
    const [line = 0, start = 0, endLine = 0, end = 0] = ranges.subarray(4 * at, 4 * at + 4)
    if (line !== endLine) continue
    const name = [...lines[line] ?? ""].slice(start, end).join("")
    const spelling = aliases.has(name) ? undefined : Spelling.named(symbol, name, before)
    if (spelling !== undefined) found.set(at, spelling)
  }
  return found
}

type Described = ReadonlyMap<string, ReadonlyArray<Pick<ScipSymbol, "symbol" | "documentation" | "relationships">>>

/**
 * What was said of the symbols of a document, in it or where scip-python came to them first. What is now described in
 * another document of the round is not gone.
 */
const withDescribedElsewhere = Effect.fnUntraced(function*(
  connection: Connection,
  base: BaseRun,
  stored: Described,
  ownSymbols: ReadonlyMap<string, ReadonlyArray<string>>
) {
  const missing = new Set([...ownSymbols].flatMap(([relPath, symbols]) => {
    const known = new Set((stored.get(relPath) ?? []).map(({ symbol }) => symbol))
    return symbols.filter((symbol) => !known.has(symbol))
  }))
  const uses = missing.size === 0 ? [] : yield* connection.scipUses(base.runId, [...missing])
  const describing = new Set(uses.filter(({ isDescribed }) => isDescribed).map(({ relPath }) => relPath))
  const others: Described = describing.size === 0
    ? new Map()
    : yield* connection.scipSymbols(base.runId, [...describing])
  const elsewhere = [...others.values()].flat().filter(({ symbol }) => missing.has(symbol))
  return (relPath: string, described: ReadonlySet<string>): Changes.Interface => {
    const now = new Set(ownSymbols.get(relPath))
    const own = (stored.get(relPath) ?? []).filter(({ symbol }) => now.has(symbol) || !described.has(symbol))
    return Changes.interfaceOf([...own, ...elsewhere.filter(({ symbol }) => now.has(symbol))])
  }
})

/**
 * The changes that a round shows.
 *
 * @since 0.1.0
 * @category programs
 */
export const changesIn = Effect.fn("increment.changesIn")(function*(
  ctx: PipelineContext,
  base: BaseRun,
  indexing: ScipIndexing,
  findings: Findings,
  { changesOf, isModule, movedFrom, textOf }: {
    /** What the source of a file shows, for those whose content changed. */
    readonly changesOf: (relPath: string) => Option.Option<Changes.FileChanges>
    readonly textOf: (relPath: string) => Effect.Effect<string, RepositoryError>
    /** Whether a name is, or was, that of a module of the repository. */
    readonly isModule: (name: string) => boolean
    /** Of files that are only called otherwise now: the path that they had. */
    readonly movedFrom: ReadonlyMap<string, string>
  }
) {
  const { described, files, spellings } = findings
  const pathBefore = (relPath: string) => movedFrom.get(relPath) ?? relPath
  const modules = new Set<string>()
  const ownSymbols = new Map<string, ReadonlyArray<string>>()
  yield* forEachDocument(ctx, indexing, (document) =>
    Effect.sync(() => {
      const own = moduleOfDocument(document)
      if (own !== undefined) files.set(own, document.relPath)
      for (const { symbol } of document.symbols) described.add(symbol)
      ownSymbols.set(document.relPath, [...Changes.interfaceOf(document.symbols).keys()])
      for (const symbol of usedIn(document)) {
        const module = Spelling.moduleOf(symbol)
        if (module !== undefined) modules.add(module)
      }
    }))
  const ours = new Set([...files.keys()].map(packageOf))

  const isDeclaredAnew = (module: string, name: string): boolean =>
    Option.exists(
      Option.flatMap(Option.fromNullable(files.get(module)), changesOf),
      ({ isUnknown, names }) => isUnknown || names.some((change) => change.name === name)
    )

  const relPaths = [...ownSymbols.keys()]
  const { before, everywhere, here, stored } = yield* reading(ctx, (connection) =>
    Effect.all({
      everywhere: connection.scipModuleSymbols(
        base.runId,
        [...modules].filter((module) => ours.has(packageOf(module)))
      ),
      here: connection.scipOccurring(base.runId, relPaths.map(pathBefore)),
      stored: connection.scipSymbols(base.runId, relPaths)
    }).pipe(Effect.bind("before", ({ stored }) => withDescribedElsewhere(connection, base, stored, ownSymbols))))
  const all = Spelling.bySymbol(everywhere.keys())
  const changes: Array<Change> = []
  yield* forEachDocument(ctx, indexing, (document) =>
    Effect.gen(function*() {
      const { occurrences, relPath, symbols } = document
      const spelledBefore = here.get(pathBefore(relPath)) ?? []
      const found: DocumentSpellings = {
        symbols: Spelling.make(usedIn(document), {
          here: Spelling.bySymbol(spelledBefore),
          everywhere: all,
          count: (symbol) => everywhere.get(symbol) ?? 0,
          isDeclaredAnew,
          isModule
        }),
        occurrences: misnamed(
          occurrences,
          yield* textOf(relPath),
          spelledBefore.filter((symbol) => !ours.has(packageOf(symbol)))
        )
      }
      if (found.symbols.size + found.occurrences.size > 0) spellings.set(relPath, found)
      changes.push({
        relPath,
        comesOrGoes: Option.none(),
        changes: Changes.ofInterfaces(
          before(relPath, described),
          Changes.interfaceOf(symbols.map(respellSymbol(found.symbols)))
        )
      })
    }))
  /** Descriptions of other modules' symbols, which these documents may have no more. */
  const elsewhere = [...stored.values()].flatMap(Changes.describedElsewhere)
  return { changes, elsewhere }
})
