/**
 * Which findings of two snapshots are the same.
 *
 * A finding is known by its tool, its rule, what it says and the text of its line. Within a file (also a renamed one)
 * findings that are alike are told apart by the lines around them; what is left is looked for in all other files.
 *
 * @since 0.1.0
 */
import * as Option from "effect/Option"
import type { ComparedFinding, MovedFinding, UnknownFinding } from "../../domain/Comparison.js"
import { gistOf } from "../../domain/gist.js"
import { linesOf } from "../../domain/lines.js"
import * as Alignment from "./alignment.js"
import type { FilePairs } from "./filePairs.js"
import { lookedAt, type SideFacts } from "./side.js"

/**
 * @since 0.1.0
 * @category models
 */
export interface MatchedFindings {
  readonly new: ReadonlyArray<ComparedFinding>
  readonly fixed: ReadonlyArray<ComparedFinding>
  readonly moved: ReadonlyArray<MovedFinding>
  readonly unknown: ReadonlyArray<UnknownFinding>
  /** By tool. */
  readonly unchanged: ReadonlyMap<string, number>
}

interface Pair {
  readonly base: ComparedFinding
  readonly head: ComparedFinding
}

const grouped = <A>(all: Iterable<A>, keyOf: (each: A) => string): Map<string, Array<A>> => {
  const groups = new Map<string, Array<A>>()
  for (const each of all) {
    const key = keyOf(each)
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [each])
    else group.push(each)
  }
  return groups
}

/** What is left on each side, with what was found to be the same. */
interface Matching {
  readonly base: Set<ComparedFinding>
  readonly head: Set<ComparedFinding>
}

/** Pairs findings with the same key, in their order; both leave what is left. */
const pairUp = (
  left: Matching,
  base: Iterable<ComparedFinding>,
  head: Iterable<ComparedFinding>,
  keys: { readonly base: (finding: ComparedFinding) => string; readonly head: (finding: ComparedFinding) => string }
): ReadonlyArray<Pair> => {
  const waiting = grouped([...base].filter((each) => left.base.has(each)), keys.base)
  const pairs: Array<Pair> = []
  for (const finding of head) {
    if (!left.head.has(finding)) continue
    const same = waiting.get(keys.head(finding))?.shift()
    if (same === undefined) continue
    left.base.delete(same)
    left.head.delete(finding)
    pairs.push({ base: same, head: finding })
  }
  return pairs
}

/**
 * Contents whose texts `match` wants: of files with findings that differ, or where something else has moved a finding.
 *
 * @since 0.1.0
 * @category getters
 */
export const contentsWanted = (base: SideFacts, head: SideFacts, files: FilePairs): ReadonlyArray<string> => {
  const placed = ({ endColumn, endLine, message, rule, startColumn, startLine, tool }: ComparedFinding) =>
    JSON.stringify([tool, rule, message, startLine, startColumn, endLine, endColumn])
  const wanted = new Set<string>()
  const said = (side: SideFacts) =>
    new Map([...grouped(side.findings, ({ relPath }) => relPath)].map(([relPath, all]) => [
      relPath,
      all.map(placed).join("\n")
    ]))
  const [inBase, inHead] = [said(base), said(head)]
  const pairs = [
    ...[...inHead.keys()].map((to) => [files.toBase.get(to) ?? to, to] as const),
    ...[...inBase.keys()].map((from) => [from, files.toHead.get(from) ?? from] as const)
  ]
  for (const [from, to] of pairs) {
    const [one, other] = [base.modules.get(from), head.modules.get(to)]
    if (one?.contentHash === other?.contentHash && inBase.get(from) === inHead.get(to)) continue
    for (const module of [one, other]) if (module !== undefined) wanted.add(module.contentHash)
  }
  return [...wanted]
}

/**
 * Of the tools that have facts on both sides.
 *
 * @since 0.1.0
 * @category constructors
 */
export const match = (
  base: SideFacts,
  head: SideFacts,
  files: FilePairs,
  tools: ReadonlySet<string>,
  textOf: (contentHash: string) => string
): MatchedFindings => {
  const ofTools = (side: SideFacts) => side.findings.filter(({ tool }) => tools.has(tool))
  const left: Matching = { base: new Set(ofTools(base)), head: new Set(ofTools(head)) }
  const inBase = grouped(left.base, ({ relPath }) => relPath)
  const inHead = grouped(left.head, ({ relPath }) => relPath)
  const unchanged: Array<Pair> = []
  const moved: Array<Pair> = []

  const lines = new Map<string, ReadonlyArray<string>>()
  const linesIn = (side: SideFacts, relPath: string) => {
    const hash = side.modules.get(relPath)?.contentHash ?? ""
    const known = lines.get(hash) ?? linesOf(textOf(hash))
    lines.set(hash, known)
    return known
  }
  const about = (side: SideFacts) => (finding: ComparedFinding): ReadonlyArray<unknown> => {
    const { message, relPath, rule, tool } = finding
    const moduleName = side.modules.get(relPath)?.moduleName ?? ""
    return [tool, rule, gistOf(message, { root: side.repo, relPath, moduleName })]
  }
  const [aboutBase, aboutHead] = [about(base), about(head)]
  const text = (side: SideFacts, { relPath, startLine }: ComparedFinding) =>
    (linesIn(side, relPath)[startLine - 1] ?? "").trim()

  for (const [relPath, headFindings] of inHead) {
    const from = files.toBase.get(relPath) ?? relPath
    const baseFindings = inBase.get(from) ?? []
    if (baseFindings.length === 0) continue
    const isSame = base.modules.get(from)?.contentHash === head.modules.get(relPath)?.contentHash
    const alignment = isSame ? undefined : Alignment.ofCode(linesIn(base, from), linesIn(head, relPath))
    const lineInHead = (line: number) => alignment === undefined ? line : alignment.toHead.get(line) ?? null
    unchanged.push(...pairUp(left, baseFindings, headFindings, {
      base: (finding) => JSON.stringify([...aboutBase(finding), lineInHead(finding.startLine)]),
      head: (finding) => JSON.stringify([...aboutHead(finding), finding.startLine])
    }))
    moved.push(...pairUp(left, baseFindings, headFindings, {
      base: (finding) => JSON.stringify([...aboutBase(finding), text(base, finding)]),
      head: (finding) => JSON.stringify([...aboutHead(finding), text(head, finding)])
    }))
  }
  // an empty line says nothing about where it was
  const keyed = (side: SideFacts, of: typeof aboutBase) => (finding: ComparedFinding) => {
    const line = text(side, finding)
    return JSON.stringify([...of(finding), line, line === "" ? [finding.relPath, finding.startLine] : 0])
  }
  moved.push(
    ...pairUp(left, [...left.base], [...left.head], { base: keyed(base, aboutBase), head: keyed(head, aboutHead) })
  )

  const unknown: Array<UnknownFinding> = []
  const unlooked = (side: SideFacts, tool: string, relPath: string | undefined) =>
    Option.filter(
      relPath === undefined ? Option.none() : lookedAt(side, tool, relPath),
      ({ measured }) => measured !== true
    )
  const known = (
    findings: Iterable<ComparedFinding>,
    own: SideFacts,
    other: SideFacts,
    otherPath: ReadonlyMap<string, string>,
    sides: readonly ["base" | "head", "base" | "head"]
  ) =>
    [...findings].filter((finding) => {
      const { relPath, tool } = finding
      const there = unlooked(other, tool, otherPath.get(relPath))
      const here = unlooked(own, tool, relPath)
      // a finding says that its file was looked at, if only in part
      const why = Option.orElse(there, () => Option.filter(here, ({ measured }) => measured === false))
      if (Option.isNone(why)) return true
      const side = Option.isSome(there) ? sides[1] : sides[0]
      unknown.push({ ...finding, side, reason: why.value.reason ?? "not measured" })
      return false
    })
  const counts = new Map<string, number>()
  for (const { head: { tool } } of unchanged) counts.set(tool, (counts.get(tool) ?? 0) + 1)
  return {
    new: known(left.head, head, base, files.toBase, ["head", "base"]),
    fixed: known(left.base, base, head, files.toHead, ["base", "head"]),
    moved: moved.map(({ base: { relPath, startLine }, head: finding }) => ({
      ...finding,
      from: { relPath, startLine }
    })),
    unknown,
    unchanged: counts
  }
}
