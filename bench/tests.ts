// @effect-diagnostics nodeBuiltinImport:off
/**
 * Whether every test that fails after an edit is among the tests that `tests --diff` selects: `npm run bench:tests --
 * REPOSITORY [--edits 20] [--seed 1] [--source src]`.
 *
 * On a copy of the repository, which has to be under git, without changes, and with its virtual environment: random edits of
 * one function below `source` each, after each of which all tests run. Ends with 1 when one that fails was not selected.
 */
import { Schema } from "effect"
import { PCGRandom } from "effect/Utils"
import { spawnSync } from "node:child_process"
import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { basename, join } from "node:path"
import { parseArgs } from "node:util"
import { TestSelection } from "../src/domain/TestSelection.js"
import { copyRepository } from "./support/indexing.js"
import { command, machine, median, must, print, timed } from "./support/measure.js"

const { positionals: [given], values } = parseArgs({
  allowPositionals: true,
  options: {
    edits: { type: "string", default: "20" },
    seed: { type: "string", default: "1" },
    source: { type: "string", default: "" }
  }
})
if (given === undefined) throw new Error("name a repository: npm run bench:tests -- REPOSITORY")

const repository = realpathSync(given)
const scratch = realpathSync(mkdtempSync(join(tmpdir(), "codeintel-tests-")))
const root = join(scratch, basename(repository))
process.on("exit", () => rmSync(scratch, { recursive: true, force: true }))
copyRepository(repository, root)
if (must("git", ["-C", root, "status", "--porcelain"]) !== "") throw new Error(`${repository} has changes: commit them`)

const environment = join(root, ".venv")
const random = new PCGRandom(Number(values.seed))
const oneOf = <A>(all: ReadonlyArray<A>): A => {
  const found = all[random.integer(all.length)]
  if (found === undefined) throw new Error("there is nothing to choose from")
  return found
}

const Rows = Schema.parseJson(Schema.Array(Schema.Record({ key: Schema.String, value: Schema.Unknown })))

const sql = (query: string) =>
  Schema.decodeUnknownSync(Rows)(
    must("node", [command, "sql", "--format", "json", "--max-rows", "1000000", query, root])
  )

must("node", [command, "ingest", "--only", "tests,coverage,scip", "--contexts", root])
const known = sql("SELECT DISTINCT test_id AS id FROM test_profile ORDER BY 1").map(({ id }) => String(id))
const failing = new Set(
  sql("SELECT DISTINCT test_id AS id FROM test_profile WHERE outcome IN ('failed', 'error', 'crashed')").map(({ id }) =>
    String(id)
  )
)
const functions = sql(
  `SELECT rel_path, qualified_name, start_line, end_line FROM functions JOIN file_coverage USING (rel_path)
  WHERE covered_lines IS NOT NULL AND starts_with(rel_path, '${values.source}') AND end_line > start_line
    AND rel_path NOT IN (SELECT rel_path FROM test_profile) AND rel_path NOT LIKE '%conftest.py' ORDER BY ALL`
)

print(`${given}: ${known.length} tests, ${functions.length} functions, seed ${values.seed}; ${machine()}`)

interface Edit {
  readonly what: string
  readonly relPath: string
  readonly text: string
}

const kinds: Readonly<Record<string, (line: string, indent: string) => string | undefined>> = {
  "returns None": (line) =>
    /^\s*return [^#]*[^\\([{,#]$/.test(line) ? line.replace(/return .*/, "return None") : undefined,
  "negates a condition": (line) => line.replace(/^(\s*)(if|elif|while) (.*):$/, "$1$2 not ($3):"),
  raises: (line, indent) =>
    /^\s*(return|if|for|raise|[\w.]+ = ).*$/.test(line) ? `${indent}raise RuntimeError("edited")\n${line}` : undefined
}

/** None: nothing in the function that it drew can be edited so. */
const edit = (): Edit | undefined => {
  const { end_line, qualified_name, rel_path, start_line } = oneOf(functions)
  const relPath = String(rel_path)
  const lines = readFileSync(join(root, relPath), "utf8").split("\n")
  const kind = oneOf(Object.keys(kinds))
  const places = lines.flatMap((line, at) => {
    // what is in the text of a function's first lines is its signature, or a docstring
    if (at < Number(start_line) || at >= Number(end_line)) return []
    const indent = /^\s*/.exec(line)?.[0] ?? ""
    const changed = kinds[kind]?.(line, indent)
    return changed === undefined || changed === line ? [] : [{ at, changed }]
  })
  if (places.length === 0) return undefined
  const { at, changed } = oneOf(places)
  return {
    what: `${String(qualified_name)} ${kind}, ${relPath}:${at + 1}`,
    relPath,
    text: [...lines.slice(0, at), changed, ...lines.slice(at + 1)].join("\n")
  }
}

const parses = (relPath: string) =>
  spawnSync(join(environment, "bin/python"), [
    "-c",
    "import ast, sys; ast.parse(open(sys.argv[1]).read())",
    join(root, relPath)
  ])
    .status === 0

/** Of all tests, or of some. None: they do not end. */
const failures = (...ids: ReadonlyArray<string>): ReadonlySet<string> | undefined => {
  const run = spawnSync(
    join(environment, "bin/python"),
    ["-m", "pytest", "-p", "no:cacheprovider", "-v", "--tb=no", "-rN", "--no-header", "--color=no", ...ids],
    {
      cwd: root,
      encoding: "utf8",
      timeout: 300_000,
      maxBuffer: 2 ** 28,
      env: { ...process.env, PYTHONDONTWRITEBYTECODE: "1" }
    }
  )
  if (run.signal !== null) return undefined
  if (run.status !== 0 && run.status !== 1) return new Set(known)
  const said = new Set(
    run.stdout.split("\n").flatMap((line) => /^(.*) (?:FAILED|ERROR) +\[ *\d+%\]$/.exec(line)?.[1] ?? [])
  )
  return new Set(known.filter((id) => said.has(id)))
}

const decode = Schema.decodeUnknownSync(Schema.parseJson(TestSelection))

let missed = 0
let infected = 0
const shares: Array<number> = []
const times: Array<number> = []
let failed = 0
for (let done = 0; done < Number(values.edits);) {
  const drawn = edit()
  if (drawn === undefined) continue
  const file = join(root, drawn.relPath)
  const before = readFileSync(file)
  writeFileSync(file, drawn.text)
  try {
    if (!parses(drawn.relPath)) continue
    const asked = timed("node", [command, "tests", "--diff", "HEAD", "--json", root])
    if (asked.status !== 0) throw new Error(`${asked.stderr}${asked.stdout}`)
    const selection = decode(asked.stdout)
    const found = failures()
    if (found === undefined) continue
    done++
    const selected = selection.needed === "all" ? new Set(known) : new Set(selection.tests.map(({ testId }) => testId))
    const strangers = [...found].filter((id) => !selected.has(id))
    // one that another test makes fail (by what it leaves to the garbage collector, say) does not fail by itself
    const lost = strangers.filter((id) => failures(id)?.has(id) !== false)
    missed += lost.length
    infected += strangers.length - lost.length
    failed += [...found].filter((id) => !failing.has(id)).length
    shares.push(selected.size / known.length)
    times.push(asked.wall)
    print(
      `  ${lost.length === 0 ? "ok    " : "MISSED"} ${
        String(selected.size).padStart(5)
      } of ${known.length} selected, ` +
        `${String(found.size).padStart(4)} failed: ${drawn.what}` +
        (selection.needed === "all" ? ` (all: ${selection.reasons[0] ?? ""})` : "")
    )
    for (const id of strangers) print(`         ${id}${lost.includes(id) ? "" : ": fails after others, not by itself"}`)
  } finally {
    writeFileSync(file, before)
  }
}
const share = (part: number) => `${(100 * part).toFixed(0)} %`
print(
  `${values.edits} edits: ${failed} failures, ${missed} of them not selected (and ${infected} that fail after others alone); selected: median ${
    share(median(shares))
  } of ${known.length} tests, ` +
    `mean ${share(shares.reduce((sum, each) => sum + each, 0) / shares.length)}; asked in ${median(times).toFixed(1)} s`
)
process.exitCode = missed === 0 ? 0 : 1
