/**
 * What is known of a repository before an increment: the files as they are and as they were, and which may see which.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { Declaration } from "../../domain/Declaration.js"
import type { RepositoryError } from "../../domain/errors.js"
import type { Module, PipelineContext } from "../../domain/PipelineContext.js"
import type { ImportFacts } from "../../domain/SyntaxFacts.js"
import { PythonSyntax } from "../../services/PythonSyntax.js"
import { Repositories } from "../../services/Repositories.js"
import type { BaseRun } from "../../services/Warehouse.js"
import { reading } from "../database.js"
import * as Changes from "./changes.js"
import * as ImportGraph from "./importGraph.js"
import type { Change, Surroundings } from "./spread.js"

type Declarations = Option.Option<ReadonlyArray<Declaration>>

/** Asked once for each file. */
const remembering = <A, E, R>(ask: (relPath: string) => Effect.Effect<A, E, R>) => {
  const answers = new Map<string, A>()
  return (relPath: string): Effect.Effect<A, E, R> =>
    Effect.suspend(() => {
      const known = answers.get(relPath)
      return known !== undefined
        ? Effect.succeed(known)
        : Effect.tap(ask(relPath), (answer) => Effect.sync(() => answers.set(relPath, answer)))
    })
}

/** What came, went, has other content since the run, or could not be indexed. */
const differences = (modules: ReadonlyMap<string, Module>, base: BaseRun) => {
  const changed = [...modules.values()].filter(({ contentHash, relPath }) => base.modules.get(relPath) !== contentHash)
    .map(({ relPath }) => relPath)
  const gone = [...base.modules.keys(), ...base.unmeasured.keys()].filter((relPath) => !modules.has(relPath))
  return { changed, gone }
}

/**
 * @since 0.1.0
 * @category constructors
 */
export const make = Effect.fn("increment.known")(function*(ctx: PipelineContext, base: BaseRun) {
  const syntax = yield* PythonSyntax
  const repositories = yield* Repositories
  const modules = new Map(ctx.modules.map((module) => [module.relPath, module]))
  const { changed, gone } = differences(modules, base)
  const isNew = new Set(changed)
  /** Content hashes, also of files that were there and could not be indexed. */
  const hashes = new Map([...base.unmeasured, ...base.modules])

  const before = [...new Set([...changed, ...gone].flatMap((relPath) => hashes.get(relPath) ?? []))]
  const stored = [...new Set([...hashes.values()])]
  const { imports, interfaces, sources } = yield* reading(ctx, (connection) =>
    Effect.all({
      sources: connection.sources(before),
      imports: connection.imports(stored),
      interfaces: connection.scipSymbols(base.runId, gone)
    }))

  const text = remembering((relPath) => {
    const module = modules.get(relPath)
    return module === undefined
      ? Effect.succeed("")
      : Effect.map(repositories.readModule(ctx, module), Option.getOrElse(() => ""))
  })
  const declarations = remembering((relPath) => Effect.flatMap(text(relPath), syntax.declarations))

  /** As they were; a file that was not there declared nothing. */
  const declaredBefore = (relPath: string): Effect.Effect<Declarations> => {
    const hash = hashes.get(relPath)
    if (hash === undefined) return Effect.succeed(Option.some([]))
    return Option.match(Option.fromNullable(sources.get(hash)), {
      onNone: () => Effect.succeedNone,
      onSome: syntax.declarations
    })
  }

  const importsBefore = (relPath: string) => imports.get(hashes.get(relPath) ?? "") ?? []
  const edges = new Map<string, ReadonlyArray<ImportFacts>>()
  for (const relPath of new Set([...modules.keys(), ...gone])) {
    const now = isNew.has(relPath) ? (yield* Effect.flatMap(text(relPath), syntax.analyze)).imports : []
    edges.set(relPath, [...importsBefore(relPath), ...now])
  }
  const graph = ImportGraph.make(edges, edges.keys())

  /** What changed in a file, as far as its source shows. */
  const inSource = Effect.fnUntraced(function*(relPath: string) {
    const isGone = !modules.has(relPath)
    // it is tried again, and for others it is what it was
    const isSame = modules.get(relPath)?.contentHash === hashes.get(relPath)
    const comesOrGoes = isGone
      ? Option.some("gone" as const)
      : hashes.has(relPath)
      ? Option.none()
      : Option.some("new" as const)
    const after = isGone ? Option.some([]) : yield* declarations(relPath)
    const change: Change = {
      relPath,
      comesOrGoes,
      changes: isSame ? Changes.nothing : Changes.ofDeclarations(yield* declaredBefore(relPath), after)
    }
    return change
  })

  /** Of a file that is gone, all that the index had of it is gone. */
  const inIndex = (relPath: string): Change => ({
    relPath,
    comesOrGoes: Option.none(),
    changes: Changes.ofInterfaces(Changes.interfaceOf(interfaces.get(relPath) ?? []), new Map())
  })

  const surroundings: Omit<Surroundings<RepositoryError, never>, "references" | "most"> = {
    graph,
    present: new Set(modules.keys()),
    text,
    declarations
  }
  const names = new Set(ctx.modules.map(({ moduleName }) => moduleName))
  for (const relPath of gone) {
    // from whatever directory it was imported
    const parts = relPath.replace(/\.[^./]*$/, "").replace(/\/__init__$/, "").split("/")
    parts.forEach((_, at) => names.add(parts.slice(at).join(".")))
  }
  /** Whether a name is, or was, that of a module of the repository. */
  const isModule = (name: string): boolean => names.has(name)

  /** Symbols of other modules that files described which are gone. */
  const describedByGone = [...interfaces.values()].flatMap(Changes.describedElsewhere)
  return { changed, gone, inIndex, inSource, isModule, surroundings, describedByGone }
})
