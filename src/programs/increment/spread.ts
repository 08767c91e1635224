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
  /** With more affected files than these, what else is affected is of no interest. */
  readonly most: number
}

const moduleName = (relPath: string): string =>
  (/([^/]+?)(?:\/__init__)?\.[^./]*$/.exec(relPath)?.[1] ?? relPath).replace(/-stubs$/, "")

/** So many times all texts are looked through; then it pays to know which file has which word. */
const SCANS = 8

const wordsOf = (text: string): ReadonlySet<string> => new Set(text.match(/[\p{L}_][\p{L}\p{N}_]*/gu) ?? [])

const unnamed = (why: string): Changes.FileChanges => ({ ...Changes.nothing, unnamed: Option.some(why) })

/**
 * Remembers what has been spread: `spread` may be asked again as more becomes known, and gives the files that were not
 * affected before, each with the reason; when there are too many, some of them.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = <E, R>(around: Surroundings<E, R>) => {
  const { graph, most, present } = around
  const affected = new Set<string>()
  /** By file and name, the greatest impact that has been followed. */
  const followed = new Map<string, Changes.Impact>()
  const swept = new Set<string>()

  // not kept: of many files it would be as many times as many paths
  const reaching = (relPath: string): ReadonlyArray<string> =>
    [...graph.reaching(relPath)].filter((each) => present.has(each))

  const isNews = (relPath: string) => (change: Changes.NameChange): boolean => {
    const key = `${relPath}\0${Changes.keyOf(change)}`
    const before = followed.get(key)
    if (before !== undefined && Changes.isAtLeast(before, change.impact)) return false
    followed.set(key, change.impact)
    return true
  }

  let scans = 0
  let filesByWord: Map<string, Array<string>> | undefined

  /** Of these files all that can have one of the names. */
  const having = Effect.fnUntraced(function*(names: ReadonlyArray<Changes.NameChange>, files: ReadonlyArray<string>) {
    if (++scans <= SCANS) return files
    if (filesByWord === undefined) {
      filesByWord = new Map()
      for (const relPath of present) {
        for (const word of wordsOf(yield* around.text(relPath))) {
          const known = filesByWord.get(word)
          if (known === undefined) filesByWord.set(word, [relPath])
          else known.push(relPath)
        }
      }
    }
    const some = new Set(names.flatMap(({ name }) => filesByWord?.get(name) ?? []))
    return files.filter((relPath) => some.has(relPath))
  })

  const spread = Effect.fnUntraced(function*(changes: ReadonlyArray<Change>) {
    const found = new Map<string, string>()
    const affect = (relPath: string, reason: string) => {
      if (!present.has(relPath) || affected.has(relPath)) return
      affected.add(relPath)
      found.set(relPath, reason)
    }
    const pending = [...changes]
    const pass = (relPath: string, changes: Changes.FileChanges) =>
      pending.push({ relPath, changes, comesOrGoes: Option.none() })

    /** What a file declares with these names; all that can be, when that is not known. */
    const follow = Effect.fnUntraced(function*(relPath: string, names: ReadonlyArray<Changes.NameChange>) {
      // of several in one text the one that reaches furthest counts
      const far = names.filter(({ impact }) => impact !== "documentation").toSorted((a, b) => Changes.byImpact(b, a))
      if (far.length === 0) return
      const all = yield* around.declarations(relPath)
      if (Option.isNone(all)) return pass(relPath, unnamed("what cannot be parsed may have"))
      const mention = matcher(far)
      const touched = all.value.flatMap((declaration) => {
        const change = mention(declaration.text)
        return change === undefined ? [] : [{ declaration, impact: change.impact }]
      })
      if (touched.length > 0) pass(relPath, Changes.ofMentions(touched))
    })

    /** Whatever an import of the file binds may be something else. */
    const imported = Effect.fnUntraced(function*(importer: string, relPath: string) {
      const mention = matcher([{ name: moduleName(relPath), isMember: false, impact: "identity" }])
      const touched = Option.getOrElse(yield* around.declarations(importer), () => [])
        .filter(({ kind, text }) => kind === "import" && mention(text) !== undefined)
        .map((declaration) => ({ declaration, impact: "identity" as const }))
      if (touched.length > 0) pass(importer, Changes.ofMentions(touched))
    })

    for (let next = pending.shift(); next !== undefined && affected.size <= most; next = pending.shift()) {
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
      for (const each of yield* having(news, reaching(relPath))) {
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
