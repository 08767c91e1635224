/**
 * Two stored snapshots, compared.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import type { Comparison, ToolComparison } from "../../domain/Comparison.js"
import type { PipelineContext } from "../../domain/PipelineContext.js"
import type { ToolName } from "../../domain/ToolName.js"
import { LEFT_OUT } from "../checkAttempt.js"
import { reading } from "../database.js"
import * as FilePairs from "./filePairs.js"
import * as Findings from "./findings.js"
import * as Measures from "./measures.js"
import * as Side from "./side.js"

/**
 * A snapshot that is stored.
 *
 * @since 0.1.0
 * @category models
 */
export interface Named {
  /** As it was asked for. */
  readonly name: string
  readonly snapshotId: string
}

const concernOf = (tool: ToolName, side: Side.SideTool | undefined, name: "base" | "head"): ReadonlyArray<string> =>
  side !== undefined && ["ok", "findings", "partial"].includes(side.status) ? [] : [Side.becameOf(tool, side, name)]

/** Files that changed, and of which the head's run cannot say that it looked at them, or says that it could not. */
const unlooked = (tool: ToolName, head: Side.SideFacts, changed: ReadonlyArray<string>) =>
  changed.flatMap((relPath) => {
    const looked = Side.lookedAt(head, tool, relPath)
    if (looked._tag === "None" || looked.value.measured === true) return []
    const { measured, reason } = looked.value
    if (measured === false && reason === LEFT_OUT) return []
    return [`${tool} says nothing of ${relPath}, which changed: ${reason ?? "not measured"}`]
  })

const toolComparisons = (
  base: Side.SideFacts,
  head: Side.SideFacts,
  files: FilePairs.FilePairs,
  found: Findings.MatchedFindings
): ReadonlyArray<ToolComparison> => {
  const touched = FilePairs.touchedInHead(files.changes)
  const names = [
    ...new Set([...head.tools, ...base.tools].filter(([, { isChecker }]) => isChecker).map(([tool]) => tool))
  ]
  return names.sort().flatMap((tool): ReadonlyArray<ToolComparison> => {
    const [one, other] = [base.tools.get(tool), head.tools.get(tool)]
    // switched off on both sides is no part of either
    if ([one, other].every((side) => side === undefined || side.status === "skipped")) return []
    const comparable = Side.hasFacts(one) && Side.hasFacts(other)
    const count = (all: ReadonlyArray<{ readonly tool: ToolName }>) =>
      comparable ? all.filter((finding) => finding.tool === tool).length : null
    const toolSide = (side: Side.SideTool | undefined) =>
      side === undefined ? null : { status: side.status, reason: side.reason, version: side.version }
    const concerns = [...concernOf(tool, one, "base"), ...concernOf(tool, other, "head")]
    if (comparable) {
      if (one?.version !== other?.version) {
        concerns.push(
          `${tool} is ${one?.version ?? "unknown"} in the base and ${other?.version ?? "unknown"} in the head`
        )
      }
      concerns.push(...unlooked(tool, head, touched))
    }
    return [{
      tool,
      base: toolSide(one),
      head: toolSide(other),
      new: count(found.new),
      fixed: count(found.fixed),
      moved: count(found.moved),
      unchanged: comparable ? found.unchanged.get(tool) ?? 0 : null,
      unknown: count(found.unknown),
      concerns
    }]
  })
}

const hashesOf = ({ modules }: Side.SideFacts) =>
  new Map(Array.from(modules, ([relPath, { contentHash }]) => [relPath, contentHash]))

/**
 * Reads two snapshots from the database of `ctx`. With both the same snapshot nothing differs.
 *
 * @since 0.1.0
 * @category programs
 */
export const compare = Effect.fn("compare")(
  function*(ctx: PipelineContext, sides: { readonly base: Named; readonly head: Named }) {
    return yield* reading(ctx, (connection) =>
      Effect.gen(function*() {
        const base = yield* Side.read(connection, sides.base.snapshotId, sides.base.name)
        const head = yield* Side.read(connection, sides.head.snapshotId, sides.head.name)
        const [before, after] = [hashesOf(base), hashesOf(head)]

        const texts = new Map<string, string>()
        const textOf = (hash: string) => texts.get(hash) ?? ""
        const load = (hashes: ReadonlyArray<string>) =>
          Effect.map(connection.sources(hashes.filter((hash) => !texts.has(hash))), (found) => {
            for (const [hash, text] of found) texts.set(hash, text)
          })
        const { added, deleted } = FilePairs.candidates(before, after)
        if (added.length * deleted.length > 0) {
          yield* load([...deleted.map((each) => before.get(each) ?? ""), ...added.map((each) => after.get(each) ?? "")])
        }
        const files = FilePairs.make(before, after, textOf)
        yield* load(Findings.contentsWanted(base, head, files))

        const checkers = [...head.tools.keys()].filter((tool) =>
          Side.hasFacts(base.tools.get(tool)) && Side.hasFacts(head.tools.get(tool))
        )
        const found = Findings.match(base, head, files, new Set(checkers), textOf)

        const { changes } = files
        const inHead = FilePairs.touchedInHead(changes)
        const touched = [...inHead, ...changes.deleted, ...changes.renamed.map(({ from }) => from)]
        yield* connection.show(base.about.snapshotId)
        const measuresBefore = yield* Measures.read(connection, touched)
        yield* connection.show(head.about.snapshotId)
        const measuresAfter = yield* Measures.read(connection, touched)
        if (typeof head.tools.get("coverage")?.runId === "string") {
          yield* load(
            inHead.flatMap((relPath) => [
              after.get(relPath) ?? "",
              before.get(files.toBase.get(relPath) ?? "") ?? ""
            ]).filter((hash) => hash !== "")
          )
        }
        const comparison: Comparison = {
          repo: head.repo,
          database: ctx.paths.database,
          base: base.about,
          head: head.about,
          files: changes,
          tools: toolComparisons(base, head, files, found),
          new: found.new,
          fixed: found.fixed,
          moved: found.moved,
          unknown: found.unknown,
          ...Measures.compare(base, head, files, { base: measuresBefore, head: measuresAfter }),
          changedLines: yield* Measures.changedLines(connection, base, head, files, textOf)
        }
        return comparison
      }))
  }
)
