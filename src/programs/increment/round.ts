/**
 * What a round of indexing says, and what of it is another than before.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import type { RepositoryError } from "../../domain/errors.js"
import type { PipelineContext } from "../../domain/PipelineContext.js"
import type { ScipIndexing, ScipOccurrences, ScipPart, ScipSymbol } from "../../domain/Scip.js"
import { ScipReader } from "../../services/ScipReader.js"
import type { BaseRun } from "../../services/Warehouse.js"
import { reading } from "../database.js"
import * as Changes from "./changes.js"
import * as Spelling from "./spelling.js"
import type { Change } from "./spread.js"

interface Document {
  readonly relPath: string
  readonly occurrences: ScipOccurrences
  readonly symbols: ReadonlyArray<ScipSymbol>
  /** Symbols that are not local, occurring or described. */
  readonly used: ReadonlySet<string>
}

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

const documentsOf = Effect.fnUntraced(function*(ctx: PipelineContext, { outputs }: ScipIndexing) {
  const { parts } = yield* ScipReader
  const documents: Array<Document> = []
  for (const output of outputs) {
    yield* Stream.runForEach(parts(ctx, output), (part) =>
      Effect.sync(() => {
        if (part._tag === "External") return
        const all = [...part.occurrences.symbols, ...part.symbols.map(({ symbol }) => symbol)]
        const used = new Set(all.filter((symbol) => !symbol.startsWith("local ")))
        documents.push({ relPath: part.relPath, occurrences: part.occurrences, symbols: part.symbols, used })
      }))
  }
  return documents
})

/** The module that a document is of, as its symbols begin. */
const moduleOfDocument = ({ symbols }: Pick<Document, "symbols">): string | undefined => {
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
  const lines = text.split(/\r\n|\r|\n/)
  for (const [at, symbol] of symbols.entries()) {
    if (symbol.startsWith("local ") || !modules.has(Spelling.moduleOf(symbol))) continue
    const [line = 0, start = 0, endLine = 0, end = 0] = ranges.subarray(4 * at, 4 * at + 4)
    if (line !== endLine) continue
    const name = [...lines[line] ?? ""].slice(start, end).join("")
    const spelling = Spelling.named(symbol, name, before)
    if (spelling !== undefined) found.set(at, spelling)
  }
  return found
}

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
  { changesOf, textOf }: {
    /** What the source of a file shows, for those whose content changed. */
    readonly changesOf: (relPath: string) => Option.Option<Changes.FileChanges>
    readonly textOf: (relPath: string) => Effect.Effect<string, RepositoryError>
  }
) {
  const documents = yield* documentsOf(ctx, indexing)
  const { described, files, spellings } = findings
  for (const document of documents) {
    const module = moduleOfDocument(document)
    if (module !== undefined) files.set(module, document.relPath)
    for (const { symbol } of document.symbols) described.add(symbol)
  }
  const used = new Set(documents.flatMap((document) => [...document.used]))
  const ours = new Set([...files.keys()].map(packageOf))
  const modules = new Set([...used].map(Spelling.moduleOf).filter((each) => each !== undefined))

  const isDeclaredAnew = (module: string, name: string): boolean =>
    Option.exists(
      Option.flatMap(Option.fromNullable(files.get(module)), changesOf),
      ({ names, unnamed }) => Option.isSome(unnamed) || names.some((change) => change.name === name)
    )

  const relPaths = documents.map(({ relPath }) => relPath)
  const { everywhere, here, stored } = yield* reading(ctx, (connection) =>
    Effect.all({
      everywhere: connection.scipModuleSymbols(
        base.runId,
        [...modules].filter((module) => ours.has(packageOf(module)))
      ),
      here: connection.scipOccurring(base.runId, relPaths),
      stored: connection.scipSymbols(base.runId, relPaths)
    }))
  const all = Spelling.bySymbol(everywhere.keys())
  for (const { occurrences, relPath, used } of documents) {
    const before = here.get(relPath) ?? []
    const found: DocumentSpellings = {
      symbols: Spelling.make(used, {
        here: Spelling.bySymbol(before),
        everywhere: all,
        count: (symbol) => everywhere.get(symbol) ?? 0,
        isDeclaredAnew
      }),
      occurrences: misnamed(
        occurrences,
        yield* textOf(relPath),
        before.filter((symbol) => !ours.has(packageOf(symbol)))
      )
    }
    if (found.symbols.size + found.occurrences.size > 0) spellings.set(relPath, found)
  }

  const spelled = (relPath: string) => respellSymbol(spellings.get(relPath)?.symbols ?? new Map())
  const changes = documents.map(({ relPath, symbols }): Change => ({
    relPath,
    comesOrGoes: Option.none(),
    changes: Changes.ofInterfaces(
      Changes.interfaceOf(stored.get(relPath) ?? []),
      Changes.interfaceOf(symbols.map(spelled(relPath)))
    )
  }))
  /** Descriptions of other modules' symbols, which these documents may have no more. */
  const elsewhere = [...stored.values()].flatMap(Changes.describedElsewhere)
  return { changes, relPaths, elsewhere }
})
