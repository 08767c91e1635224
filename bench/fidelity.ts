// @effect-diagnostics strictEffectProvide:off nodeBuiltinImport:off
/**
 * Whether an index that was kept up to date is the index of a run from scratch:
 *
 *   npm run bench:fidelity -- REPOSITORY [--edits 16] [--seed 1] [--check-order] [--keep DIR]
 *
 * Edits a copy of the repository at random, N times. After each edit the copy is ingested into a database that has seen all
 * edits before, and into a fresh one, and the rows of both are compared. What the order of scip-python's visits explains
 * is counted by class (`fidelity/rule.ts`); everything else is residue, is printed, and makes the command end with 1.
 *
 * `--check-order`: an edit with residue is indexed from scratch a second time with the files in the opposite order, and
 * rows in which the two runs from scratch differ as well are no residue. `--keep`: the copy and the databases stay in DIR.
 */
import * as NodeContext from "@effect/platform-node/NodeContext"
import { Effect, Layer } from "effect"
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join, resolve } from "node:path"
import { parseArgs } from "node:util"
import * as Live from "../src/layers/Live.js"
import { loadParser } from "../src/layers/syntax/grammar.js"
import { compareDatabases, modulesOf } from "./fidelity/databases.js"
import { type Difference, render } from "./fidelity/differences.js"
import { edits } from "./fidelity/edits.js"
import { ingestBackwards } from "./fidelity/otherOrder.js"
import { type Edit, type SourceFile } from "./fidelity/world.js"
import { copyRepository, forgetDatabase, index, type Indexed } from "./support/indexing.js"
import { machine, median, print, seconds, table } from "./support/measure.js"

const { positionals: [repository], values } = parseArgs({
  allowPositionals: true,
  options: {
    edits: { type: "string", default: "16" },
    seed: { type: "string", default: "1" },
    "check-order": { type: "boolean", default: false },
    keep: { type: "string" }
  }
})
if (repository === undefined) throw new Error("which repository? npm run bench:fidelity -- REPOSITORY")

/** Of an index; others have no rows worth comparing. */
const usable = ["ok", "partial", "suspect"]

interface Outcome {
  readonly edit: Edit
  readonly incremental: Indexed
  readonly full: Indexed
  readonly rows: number
  readonly differences: ReadonlyArray<Difference>
  /** Why the two cannot be said to be equal, whatever their rows are. */
  readonly complaint: string | undefined
}

const residueOf = ({ differences }: Pick<Outcome, "differences">) =>
  differences.filter((each) => each.class === "residue")

const classesOf = (differences: ReadonlyArray<Difference>): string => {
  const counts = new Map<string, number>()
  for (const each of differences) counts.set(each.class, (counts.get(each.class) ?? 0) + 1)
  return [...counts].map(([name, count]) => `${count} ${name}`).join(", ")
}

const apply = (root: string, { writes }: Edit) => {
  for (const [relPath, text] of writes) {
    const file = join(root, relPath)
    if (text === null) rmSync(file)
    else {
      mkdirSync(dirname(file), { recursive: true })
      writeFileSync(file, text)
    }
  }
}

const complaintOf = (incremental: Indexed, full: Indexed, rows: number): string | undefined =>
  incremental.runStatus !== full.runStatus || incremental.measured !== full.measured
    ? `${incremental.runStatus}, ${incremental.measured} files, but from scratch ${full.runStatus}, ${full.measured}`
    : !usable.includes(full.runStatus)
    ? `nothing to compare: scip-python ${full.runStatus}: ${full.why}`
    : rows === 0
    ? "nothing to compare: no rows"
    : undefined

const summaryOf = (outcomes: ReadonlyArray<Outcome>, name: string): ReadonlyArray<string> => {
  const differing = outcomes.flatMap(({ differences }) => differences)
  const residue = outcomes.flatMap(residueOf)
  return [
    name,
    `${outcomes.length}`,
    seconds(median(outcomes.map(({ incremental }) => incremental.wall))),
    seconds(median(outcomes.map(({ full }) => full.wall))),
    `${outcomes.reduce((sum, { rows }) => sum + rows, 0)}`,
    `${differing.length}`,
    `${differing.length - residue.length}`,
    `${residue.length}`
  ]
}

const program = Effect.gen(function*() {
  const work = values.keep === undefined ? mkdtempSync(join(tmpdir(), "codeintel-fidelity-")) : resolve(values.keep)
  mkdirSync(work, { recursive: true })
  const root = join(work, "repository")
  const [kept, fresh, other] = ["kept", "fresh", "other"].map((name) => join(work, `${name}.duckdb`)) as [
    string,
    string,
    string
  ]
  for (const file of [kept, fresh, other]) forgetDatabase(file)
  rmSync(root, { recursive: true, force: true })
  copyRepository(resolve(repository), root)
  const textOf = (relPath: string) => readFileSync(join(root, relPath), "utf8")

  print(`${repository}: ${values.edits} edits, seed ${values.seed}; ${machine()}`)
  const first = index(root, kept)
  print(`first run: ${seconds(first.wall)}, ${first.measured} of ${first.files} files, ${first.runStatus}`)
  const modules = yield* modulesOf(kept)
  const files = new Map([...modules].map(([relPath, module]): [string, SourceFile] => [
    relPath,
    { module, text: textOf(relPath) }
  ]))

  const outcomes: Array<Outcome> = []
  for (const edit of edits(yield* loadParser, Number(values.seed), files)) {
    apply(root, edit)
    const incremental = index(root, kept)
    forgetDatabase(fresh)
    const full = index(root, fresh)
    let compared = yield* compareDatabases({ theirs: kept, full: fresh }, textOf)
    if (values["check-order"] && residueOf(compared).length > 0) {
      forgetDatabase(other)
      yield* ingestBackwards(root, other)
      compared = yield* compareDatabases({ theirs: kept, full: fresh, other }, textOf)
    }
    const { differences, rows, unbound } = compared
    const outcome = { edit, incremental, full, rows, differences, complaint: complaintOf(incremental, full, rows) }
    outcomes.push(outcome)

    const indexed = `${incremental.reindexed} of ${incremental.files} files indexed`
    print(`${outcomes.length} ${edit.kind}: ${edit.what}`)
    print(`  ${indexed}${incremental.why === "" ? "" : ` (${incremental.why})`}`)
    print(`  ${seconds(incremental.wall)}, from scratch ${seconds(full.wall)}`)
    print(
      `  ${rows} rows, ${differences.length} differ${differences.length === 0 ? "" : `: ${classesOf(differences)}`}`
    )
    if (unbound.theirs !== unbound.full) {
      print(`  ${unbound.theirs} references to no definition, from scratch ${unbound.full}`)
    }
    if (outcome.complaint !== undefined) print(`  ! ${outcome.complaint}`)
    for (const each of residueOf(outcome)) print(`  ! ${render(each, { textOf })}`)
    if (outcomes.length >= Number(values.edits)) break
  }
  if (values.keep === undefined) rmSync(work, { recursive: true, force: true })

  const byKind = new Map<string, Array<Outcome>>()
  for (const each of outcomes) byKind.set(each.edit.kind, [...byKind.get(each.edit.kind) ?? [], each])
  print("")
  print(table([
    ["kind", "edits", "kept", "from scratch", "rows", "differ", "explained", "residue"],
    ...[...byKind].map(([kind, some]) => summaryOf(some, kind)),
    summaryOf(outcomes, "all")
  ]))
  const differing = outcomes.flatMap(({ differences }) => differences)
  const residue = outcomes.flatMap(residueOf)
  const failed = outcomes.filter(({ complaint }) => complaint !== undefined).length
  const ratio = median(outcomes.map(({ full, incremental }) => full.wall / incremental.wall))
  const rows = outcomes.reduce((sum, each) => sum + each.rows, 0)
  print("")
  print(`${classesOf(differing) || "no row differs"}; ${machine()}`)
  print(
    `${outcomes.length} edits, ${rows} rows compared, ${differing.length} differ, ${
      differing.length - residue.length
    } explained, ${residue.length} residue, ${failed} edits not comparable; median speed-up ${ratio.toFixed(2)}`
  )
  return residue.length === 0 && failed === 0 && outcomes.length > 0 ? 0 : 1
}).pipe(Effect.scoped, Effect.provide(Live.layer.pipe(Layer.provideMerge(NodeContext.layer))))

process.exitCode = await Effect.runPromise(program)
