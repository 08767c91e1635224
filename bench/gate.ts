// @effect-diagnostics nodeBuiltinImport:off asyncFunction:off
/**
 * Whether a gate calls new what is new, and nothing else: `npm run bench:gate -- REPOSITORY [--edits 10] [--seed 1]`.
 *
 * On a copy of the repository, which has to be under git, without changes, and with its virtual environment: as many edits
 * that only shift, indent, move and rename code as edits that add one mistake, each undone before the next. Ends with 1
 * when the gate said anything else than what was done.
 */
import { Effect, Schema } from "effect"
import { PCGRandom } from "effect/Utils"
import { mkdtempSync, readFileSync, realpathSync, renameSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { basename, join } from "node:path"
import { parseArgs } from "node:util"
import { Verdict } from "../src/domain/Verdict.js"
import { loadParser } from "../src/layers/syntax/grammar.js"
import { present, withTree } from "./fidelity/python.js"
import { copyRepository } from "./support/indexing.js"
import { command, machine, median, must, print, timed } from "./support/measure.js"

const { positionals: [given], values } = parseArgs({
  allowPositionals: true,
  options: { edits: { type: "string", default: "10" }, seed: { type: "string", default: "1" } }
})
if (given === undefined) throw new Error("name a repository: npm run bench:gate -- REPOSITORY")

const repository = realpathSync(given)
const scratch = mkdtempSync(join(tmpdir(), "codeintel-gate-"))
const root = join(scratch, basename(repository))
process.on("exit", () => rmSync(scratch, { recursive: true, force: true }))
copyRepository(repository, root)
if (must("git", ["-C", root, "status", "--porcelain"]) !== "") throw new Error(`${repository} has changes: commit them`)

const random = new PCGRandom(Number(values.seed))
const oneOf = <A>(all: ReadonlyArray<A>): A => {
  const found = all[random.integer(all.length)]
  if (found === undefined) throw new Error("there is nothing to choose from")
  return found
}

const decode = Schema.decodeUnknownSync(Schema.parseJson(Verdict))

const gate = () => {
  const run = timed("node", [command, "gate", "--base", "HEAD", "--severity", "information", "--format", "json", root])
  if (run.status !== 0 && run.status !== 1) {
    throw new Error(`the gate ended with ${run.status}: ${run.stderr}${run.stdout}`)
  }
  return { ...run, verdict: decode(run.stdout) }
}

const parser = await Effect.runPromise(loadParser)
// once, so that the base is measured
const first = gate()
print(`${given}: ${values.edits} edits of each kind, seed ${values.seed}; ${machine()}`)
print(`  the first gate: ${first.wall.toFixed(1)} s, ${first.verdict.verdict}`)

const files = must("node", [
  command,
  "sql",
  "--format",
  "csv",
  "SELECT rel_path FROM file_checks WHERE errors IS NOT NULL GROUP BY rel_path HAVING count(*) = " +
  "(SELECT count(DISTINCT tool) FROM file_checks) ORDER BY rel_path",
  root
]).trim().split("\n").slice(1).filter((relPath) => relPath.endsWith(".py"))

interface Edit {
  readonly what: string
  readonly apply: () => void
  readonly undo: () => void
  /** Lines of the mistake, in a file; none: there is none. */
  readonly mistake?: { readonly relPath: string; readonly text: string }
}

const rewrite = (what: string, relPath: string, text: string, mistake?: string): Edit => {
  const file = join(root, relPath)
  const before = readFileSync(file)
  return {
    what: `${what} in ${relPath}`,
    apply: () => writeFileSync(file, text),
    undo: () => writeFileSync(file, before),
    ...(mistake !== undefined && { mistake: { relPath, text: mistake } })
  }
}

/** Functions at the top level, without decorators: where they begin and end. */
const functionsOf = (text: string) =>
  withTree(parser, text, (tree) =>
    present(tree.namedChildren).map((node) => ({
      isFunction: node.type === "function_definition",
      start: node.startIndex,
      end: node.endIndex
    })))

const harmless: Readonly<Record<string, () => Edit | undefined>> = {
  shift: () => {
    const relPath = oneOf(files)
    const text = readFileSync(join(root, relPath), "utf8")
    const places = functionsOf(text).filter(({ isFunction }) => isFunction)
    if (places.length === 0) return undefined
    const { start } = oneOf(places)
    return rewrite("two lines more", relPath, `${text.slice(0, start)}# shifted\n# by two lines\n${text.slice(start)}`)
  },
  indent: () => {
    const relPath = oneOf(files)
    const text = readFileSync(join(root, relPath), "utf8")
    const places = functionsOf(text).filter(({ isFunction }) => isFunction)
    if (places.length === 0) return undefined
    const { end, start } = oneOf(places)
    const inner = text.slice(start, end).replaceAll(/^(?=.)/gm, "    ")
    return rewrite("a function in an if", relPath, `${text.slice(0, start)}if True:\n${inner}${text.slice(end)}`)
  },
  move: () => {
    const relPath = oneOf(files)
    const text = readFileSync(join(root, relPath), "utf8")
    const all = functionsOf(text)
    const pairs = all.flatMap((one, index) => {
      const next = all[index + 1]
      return one.isFunction && next?.isFunction === true ? [[one, next] as const] : []
    })
    if (pairs.length === 0) return undefined
    const [one, other] = oneOf(pairs)
    const moved = text.slice(0, one.start) + text.slice(other.start, other.end) + text.slice(one.end, other.start) +
      text.slice(one.start, one.end) + text.slice(other.end)
    return rewrite("two functions changed places", relPath, moved)
  },
  rename: () => {
    const relPath = oneOf(files)
    const name = basename(relPath, ".py")
    if (name.startsWith("__")) return undefined
    const others = files.filter((each) => each !== relPath).map((each) => readFileSync(join(root, each), "utf8"))
    if (others.some((text) => new RegExp(`\\b${name}\\b`).test(text))) return undefined
    const [from, to] = [join(root, relPath), join(root, relPath.replace(/\.py$/, "_renamed.py"))]
    return { what: `${relPath} renamed`, apply: () => renameSync(from, to), undo: () => renameSync(to, from) }
  }
}

const mistakes = [
  (n: number) => `def gate_probe_${n}(x: int) -> str:\n    return x\n`,
  (n: number) => `gate_probe_${n}: int = "text"\n`,
  (n: number) => `gate_probe_${n} = gate_undefined_${n}\n`
]

const harmful = (n: number): Edit => {
  const relPath = oneOf(files)
  const text = readFileSync(join(root, relPath), "utf8")
  const mistake = oneOf(mistakes)(n)
  const places = [...functionsOf(text).filter(({ isFunction }) => isFunction).map(({ start }) => start), text.length]
  const at = oneOf(places)
  const end = at === text.length ? "\n\n" : ""
  return rewrite("a mistake", relPath, `${text.slice(0, at)}${end}${mistake}\n\n${text.slice(at)}`, mistake)
}

/** Why the gate is wrong; none: it is right. */
const problemOf = ({ mistake }: Edit, { findings, reasons, verdict }: Verdict): string | undefined => {
  const found = findings.map(({ message, relPath, rule, startLine, tool }) =>
    `${tool} ${relPath}:${startLine} ${rule} ${message.split("\n", 1).join("")}`
  )
  if (verdict === "refused") return reasons.join("; ")
  if (mistake === undefined) return findings.length === 0 ? undefined : found.join("\n    ")
  const text = readFileSync(join(root, mistake.relPath), "utf8")
  const from = text.slice(0, text.indexOf(mistake.text)).split("\n").length
  const to = from + mistake.text.split("\n").length - 2
  const isThere = ({ relPath, startLine }: (typeof findings)[number]) =>
    relPath === mistake.relPath && startLine >= from && startLine <= to
  if (findings.length === 0) return "the mistake was not found"
  return findings.every(isThere) ? undefined : found.join("\n    ")
}

const seconds: Array<number> = []
let wrong = 0
const check = (edit: Edit) => {
  edit.apply()
  const { verdict, wall } = gate()
  const problem = problemOf(edit, verdict)
  edit.undo()
  seconds.push(wall)
  if (problem !== undefined) wrong++
  const said = `${verdict.verdict}, ${verdict.findings.length} new (${wall.toFixed(1)} s)`
  print(`  ${edit.what}: ${said}${problem === undefined ? "" : `\n    WRONG: ${problem}`}`)
}

const kinds = Object.keys(harmless)
for (let n = 0; n < Number(values.edits); n++) {
  let edit: Edit | undefined
  for (let tries = 0; tries < 200 && edit === undefined; tries++) edit = harmless[kinds[n % kinds.length] ?? ""]?.()
  if (edit === undefined) print(`  there is no file to ${kinds[n % kinds.length] ?? ""}`)
  else check(edit)
}
for (let n = 0; n < Number(values.edits); n++) check(harmful(n))
print(`${seconds.length} edits, ${wrong} judged wrongly; a gate takes ${median(seconds).toFixed(1)} s (median)`)
if (wrong > 0) process.exitCode = 1
