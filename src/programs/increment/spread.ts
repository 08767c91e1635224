/**
 * How a change reaches other files: whoever may see it and names it is affected, and what it declares with that name may
 * be something else in turn, until nothing more changes.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { Declaration } from "../../domain/Declaration.js"
import * as Changes from "./changes.js"
import type { ImportGraph } from "./importGraph.js"
import { matcher } from "./mentions.js"

/**
 * @since 0.1.0
 * @category models
 */
export interface Change {
  readonly relPath: string
  readonly changes: Changes.FileChanges
  /** The file is new, or gone: whoever imports it sees that. */
  readonly comesOrGoes: Option.Option<"new" | "gone">
}

/**
 * @since 0.1.0
 * @category models
 */
export interface Surroundings<E, R> {
  readonly graph: ImportGraph
  /** Files that are there, and can be affected. */
  readonly present: ReadonlySet<string>
  /** The present text of a file; empty when it cannot be read. */
  readonly text: (relPath: string) => Effect.Effect<string, E, R>
  /** The present declarations of a file; none for one that does not parse. */
  readonly declarations: (relPath: string) => Effect.Effect<Option.Option<ReadonlyArray<Declaration>>, E, R>
  /** Files that had one of these symbols. */
  readonly references: (symbols: ReadonlyArray<string>) => Effect.Effect<ReadonlySet<string>, E, R>
}

/** What a declaration means when a name in it has changed. */
const changedBy = (declaration: Declaration, impact: Changes.Impact): ReadonlyArray<Changes.NameChange> => {
  const { isMember, kind, name } = declaration
  const isIdentity = impact === "identity" && kind !== "function" && kind !== "attribute"
  return [{ name, isMember, impact: isIdentity ? "identity" : "type" }]
}

const moduleName = (relPath: string): string => /([^/]+?)(?:\/__init__)?\.[^./]*$/.exec(relPath)?.[1] ?? relPath

/**
 * Remembers what has been spread: `spread` may be asked again as more becomes known, and gives the files that were not
 * affected before, each with the reason.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = <E, R>(around: Surroundings<E, R>) => {
  const { graph, present } = around
  const affected = new Map<string, string>()
  /** By file and name, the greatest impact that has been followed. */
  const followed = new Map<string, Changes.Impact>()
  const swept = new Set<string>()
  const reached = new Map<string, ReadonlySet<string>>()

  const reaching = (relPath: string): ReadonlySet<string> => {
    const known = reached.get(relPath) ?? new Set([...graph.reaching(relPath)].filter((each) => present.has(each)))
    reached.set(relPath, known)
    return known
  }

  const isNews = (relPath: string) => (change: Changes.NameChange): boolean => {
    const key = `${relPath}\0${Changes.keyOf(change)}`
    const before = followed.get(key)
    if (before !== undefined && Changes.isAtLeast(before, change.impact)) return false
    followed.set(key, change.impact)
    return true
  }

  const spread = Effect.fnUntraced(function*(changes: ReadonlyArray<Change>) {
    const found = new Map<string, string>()
    const affect = (relPath: string, reason: string) => {
      if (!present.has(relPath) || affected.has(relPath)) return
      affected.set(relPath, reason)
      found.set(relPath, reason)
    }
    const pending = [...changes]

    /** What a file declares with these names; with all of it when that is not known. */
    const follow = Effect.fnUntraced(function*(relPath: string, names: ReadonlyArray<Changes.NameChange>) {
      // of several in one text the one that reaches furthest counts
      const far = names.filter(({ impact }) => impact !== "documentation")
        .toSorted((a, b) => Changes.byImpact(b, a))
      if (far.length === 0) return
      const all = yield* around.declarations(relPath)
      if (Option.isNone(all)) return
      const mention = matcher(far)
      const touched = all.value.flatMap((declaration) => {
        const change = mention(declaration.text)
        return change === undefined ? [] : [{ declaration, impact: change.impact }]
      })
      const bases = touched.find(({ declaration, impact }) => declaration.kind === "class" && impact === "identity")
      if (touched.length > 0) {
        pending.push({
          relPath,
          comesOrGoes: Option.none(),
          changes: Changes.merge([{
            names: touched.flatMap(({ declaration, impact }) => changedBy(declaration, impact)),
            symbols: [],
            unnamed: Option.map(Option.fromNullable(bases), ({ declaration }) => `the bases of ${declaration.name}`)
          }])
        })
      }
    })

    /** Whatever an import of the file binds may be something else. */
    const imported = Effect.fnUntraced(function*(importer: string, relPath: string) {
      const mention = matcher([{ name: moduleName(relPath), isMember: false, impact: "identity" }])
      const names = Option.getOrElse(yield* around.declarations(importer), () => [])
        .filter(({ kind, text }) => kind === "import" && mention(text) !== undefined)
        .map(({ isMember, name }): Changes.NameChange => ({ name, isMember, impact: "identity" }))
      pending.push({ relPath: importer, comesOrGoes: Option.none(), changes: { ...Changes.nothing, names } })
    })

    for (let next = pending.shift(); next !== undefined; next = pending.shift()) {
      const { changes: { names, symbols, unnamed }, comesOrGoes, relPath } = next
      if (Option.isSome(unnamed) && !swept.has(relPath)) {
        swept.add(relPath)
        for (const each of reaching(relPath)) {
          affect(each, `may use ${relPath}, where ${unnamed.value} changed: that is seen without a name`)
        }
      }
      if (Option.isSome(comesOrGoes)) {
        for (const importer of graph.importersOf(relPath)) {
          if (!present.has(importer)) continue
          affect(importer, `imports ${relPath}, which is ${comesOrGoes.value}`)
          yield* imported(importer, relPath)
        }
      }
      if (symbols.length > 0) {
        for (const each of yield* around.references(symbols)) affect(each, `refers to what changed in ${relPath}`)
      }
      const news = names.filter(isNews(relPath))
      if (news.length === 0) continue
      const mention = matcher(news)
      yield* follow(relPath, news)
      for (const each of reaching(relPath)) {
        const change = mention(yield* around.text(each))
        if (change === undefined) continue
        affect(each, `names ${change.name}, which changed in ${relPath}`)
        yield* follow(each, news)
      }
    }
    return found
  })

  return { spread }
}
