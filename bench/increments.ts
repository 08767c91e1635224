// @effect-diagnostics nodeBuiltinImport:off
/**
 * What one change costs, against a run from scratch:
 *
 *   npm run bench:increments -- REPOSITORY [--file REL ...] [--rounds 3] [--keep DIR]
 *
 * A file with one importer (a leaf) and the one with the most (a hub) unless `--file` says which. In each round a copy of
 * the repository is ingested from scratch, then each file is changed in a body (a name more in a function) and in a
 * signature (a parameter more), each time on the database of the first full run. Prints medians, and
 *   ratio = wall of the run from scratch / wall of the ingest after the change.
 *
 * For a repository that takes long: `--keep DIR` leaves the copy, the database and the times of the full runs in DIR, and
 * takes them from there the next time (`--full-rounds 1` for a single one). `--base DB` starts from a copy of that
 * database, of the same content; `--full-seconds-from FILE` reads the times from the `full.json` of another DIR.
 */
import { Effect, Schema } from "effect"
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join, resolve } from "node:path"
import { parseArgs } from "node:util"
import type { Parser } from "web-tree-sitter"
import { loadParser } from "../src/layers/syntax/grammar.js"
import { bodyChange, signatureChange } from "./fidelity/definitionEdits.js"
import { importersOf } from "./support/importers.js"
import { copyDatabase, copyRepository, forgetDatabase, index, type Indexed } from "./support/indexing.js"
import { machine, median, print, range, seconds, table } from "./support/measure.js"

const { positionals: [repository], values } = parseArgs({
  allowPositionals: true,
  options: {
    file: { type: "string", multiple: true },
    rounds: { type: "string", default: "3" },
    "full-rounds": { type: "string" },
    "full-seconds-from": { type: "string" },
    base: { type: "string" },
    keep: { type: "string" }
  }
})
if (repository === undefined) throw new Error("which repository? npm run bench:increments -- REPOSITORY")
const rounds = Number(values.rounds)

const Times = Schema.parseJson(Schema.Array(Schema.Number))
const readTimes = (file: string) => Schema.decodeUnknownSync(Times)(readFileSync(file, "utf8"))
const encodeTimes = Schema.encodeSync(Times)

const changes = { body: bodyChange, signature: signatureChange } as const
type Change = keyof typeof changes

interface Measured {
  readonly file: string
  readonly importers: number
  readonly change: Change
  readonly what: string
  readonly runs: ReadonlyArray<Indexed>
}

const complete = (run: Indexed): Indexed => {
  if (run.measured === run.files || run.runStatus === "partial") return run
  throw new Error(`scip-python ${run.runStatus}: ${run.why}`)
}

/** A file with exactly one importer, or as few as there are, and the one with the most; both with a function to change. */
const leafAndHub = (importers: ReadonlyMap<string, number>, root: string, parser: Parser): ReadonlyArray<string> => {
  const usable = [...importers].filter(([relPath, count]) => {
    const source = readFileSync(join(root, relPath), "utf8")
    return count > 0 && bodyChange(parser, source) !== undefined && signatureChange(parser, source) !== undefined
  })
  const hub = usable[0]?.[0]
  const leaf = usable.at(-1)?.[0]
  return [...new Set([leaf, hub])].filter((relPath) => relPath !== undefined)
}

const program = Effect.gen(function*() {
  const work = values.keep === undefined ? mkdtempSync(join(tmpdir(), "codeintel-increments-")) : resolve(values.keep)
  mkdirSync(work, { recursive: true })
  const at = (name: string) => join(work, name)
  const [root, base, now, timesFile] = [at("repository"), at("base.duckdb"), at("now.duckdb"), at("full.json")]
  if (!existsSync(root)) copyRepository(resolve(repository), root)
  if (values.base !== undefined) copyDatabase(resolve(values.base), base)
  print(`${repository}: ${machine()}`)

  // the database that every change starts from
  const given = values["full-seconds-from"] ?? (existsSync(timesFile) ? timesFile : undefined)
  const full = given === undefined ? [] : [...readTimes(given)]
  if (!existsSync(base)) {
    const first = complete(index(root, base))
    if (given === undefined) full.push(first.wall)
  }
  while (given === undefined && full.length < Number(values["full-rounds"] ?? rounds)) {
    forgetDatabase(now)
    full.push(complete(index(root, now)).wall)
  }
  writeFileSync(timesFile, encodeTimes(full))
  print(`from scratch: ${range(full)} s, ${full.length} runs${given === undefined ? "" : ` (${given})`}`)

  const importers = yield* importersOf(base)
  const parser = yield* loadParser
  const files = values.file ?? leafAndHub(importers, root, parser)
  const measured: Array<Measured> = []
  for (const file of files) {
    const source = readFileSync(join(root, file), "utf8")
    for (const change of ["body", "signature"] as const) {
      const changed = changes[change](parser, source)
      if (changed === undefined) {
        print(`${file}: nothing to change in a ${change}`)
        continue
      }
      const runs: Array<Indexed> = []
      for (let round = 0; round < rounds; round++) {
        copyDatabase(base, now)
        writeFileSync(join(root, file), changed.text)
        runs.push(complete(index(root, now)))
        writeFileSync(join(root, file), source)
      }
      measured.push({ file, change, what: changed.what, importers: importers.get(file) ?? 0, runs })
    }
  }
  copyDatabase(base, now)
  const unchanged = Array.from({ length: rounds }, () => complete(index(root, now)))
  if (values.keep === undefined) rmSync(work, { recursive: true, force: true })

  print(table([
    ["file", "importers", "change", "files indexed", "median", "CPU", "ratio"],
    ...measured.map(({ change, file, importers, runs }) => {
      const wall = median(runs.map((run) => run.wall))
      const [run] = runs
      return [
        file,
        `${importers}`,
        change,
        run?.reindexed === undefined ? "not said" : `${run.reindexed} of ${run.files}`,
        seconds(wall),
        seconds(median(runs.map(({ cpu }) => cpu))),
        (median(full) / wall).toFixed(2)
      ]
    }),
    ["(nothing changed)", "", "", "", seconds(median(unchanged.map(({ wall }) => wall))), "", ""]
  ]))
  for (const { change, file, runs, what } of measured) {
    print(
      `${file}, ${change}: ${what}; ${range(runs.map(({ wall }) => wall))} s${runs[0]?.why ? `; ${runs[0].why}` : ""}`
    )
  }
  print(machine())
})

await Effect.runPromise(program)
