// @effect-diagnostics nodeBuiltinImport:off processEnv:off
/**
 * What the ingest costs beyond its tools: `npm run bench:ingest -- [--only typing] [REPOSITORY ...]` (the example unless
 * given; `--only` as for the command).
 *
 * In each of five rounds: an ingest into a fresh database, each of its tools alone (an ingest with all others switched
 * off, of which the time of the tool's own process counts), and an ingest with nothing changed. Prints the medians, and
 *   ratio = wall of the ingest / max(longest tool alone, CPU seconds of the tools in that ingest / cores).
 * The first ingest of a repository fills the caches (stat cache aside, which is deleted) and is not counted.
 */
import { Schema } from "effect"
import { spawnSync } from "node:child_process"
import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { loadavg, tmpdir } from "node:os"
import { join, resolve } from "node:path"
import { performance } from "node:perf_hooks"
import { fileURLToPath } from "node:url"
import { command as main, cores, range } from "./support/measure.js"
import { childrenCpu } from "./support/processTree.js"

const rounds = Number(process.env["BENCH_ROUNDS"] ?? 5)
const file = (path: string) => fileURLToPath(new URL(path, import.meta.url))

const Run = Schema.Struct({ tool: Schema.String, durationMs: Schema.Number, reused: Schema.Boolean })
const decodeRuns = Schema.decodeUnknownSync(Schema.parseJson(Schema.Array(Run)))
const decodeCpu = Schema.decodeUnknownSync(
  Schema.parseJson(Schema.Struct({ user: Schema.Number, system: Schema.Number }))
)

const timed = (command: string, args: ReadonlyArray<string>, cwd: string, env: NodeJS.ProcessEnv = process.env) => {
  const cpu = childrenCpu()
  const start = performance.now()
  const { status } = spawnSync(command, args, { cwd, env, stdio: ["ignore", "ignore", "ignore"] })
  return { wall: (performance.now() - start) / 1000, cpu: childrenCpu() - cpu, status }
}

const runsOf = (database: string, root: string) =>
  decodeRuns(
    spawnSync(process.execPath, [
      main,
      "sql",
      "--format",
      "json",
      "--db",
      database,
      "SELECT tool, duration_ms AS \"durationMs\", reused FROM tool_runs WHERE run_id IS NOT NULL",
      root
    ], { encoding: "utf8" }).stdout
  )

/** Coverage has nothing to report without pytest. */
const alone = (tool: string, tools: ReadonlyArray<string>) =>
  Object.fromEntries(
    tools.filter((other) => other !== tool && !(tool === "coverage" && other === "pytest"))
      .map((other) => [`CODEINTEL_${other.toUpperCase().replaceAll("-", "_")}_ENABLED`, "false"])
  )

const bench = (root: string, flags: ReadonlyArray<string>) => {
  const scratch = mkdtempSync(join(tmpdir(), "codeintel-bench-"))
  const database = join(scratch, "bench.duckdb")
  const cpuFile = join(scratch, "cpu.json")
  const env = {
    ...process.env,
    NODE_OPTIONS: `--require ${file("./ownCpu.cjs")}`,
    BENCH_CPU_FILE: cpuFile
  }
  delete (env as Partial<Record<string, string>>)["CODEINTEL_DB"]
  const ingest = (more: NodeJS.ProcessEnv = {}) =>
    timed(process.execPath, [main, "ingest", ...flags, "--db", database, root], root, { ...env, ...more })
  const forget = () => {
    rmSync(database, { force: true })
    rmSync(`${database}.state`, { recursive: true, force: true })
  }
  const ownCpu = () => {
    const { system, user } = decodeCpu(readFileSync(cpuFile, "utf8"))
    return (user + system) / 1e6
  }
  ingest()

  const figures = { ratio: [], wall: [], own: [], tools: [], longest: [], again: [] } as Record<string, Array<number>>
  const byTool: Record<string, Array<number>> = {}
  const add = (name: string, value: number) => figures[name]?.push(value)
  for (let round = 0; round < rounds; round++) {
    forget()
    const { cpu, status, wall } = ingest()
    if (status !== 0 && status !== 3) throw new Error(`ingest ended with ${status}`)
    const own = ownCpu()
    const names = runsOf(database, root).map(({ tool }) => tool)
    const again = ingest()
    const reused = runsOf(database, root)
    if (!reused.every((run) => run.reused)) throw new Error(`not reused: ${JSON.stringify(reused)}`)
    const lonely = names.map((tool) => {
      forget()
      ingest(alone(tool, names))
      return runsOf(database, root).find((run) => run.tool === tool)?.durationMs ?? NaN
    })
    const longest = Math.max(...lonely) / 1000
    names.forEach((tool, index) => (byTool[tool] ??= []).push((lonely[index] ?? NaN) / 1000))
    const tools = cpu - own
    add("wall", wall)
    add("own", own)
    add("tools", tools)
    add("longest", longest)
    add("again", again.wall)
    add("ratio", wall / Math.max(longest, tools / cores))
  }
  rmSync(scratch, { recursive: true, force: true })
  process.stdout.write(
    [
      root,
      `  ratio              ${range(figures["ratio"] ?? [])}`,
      `  wall               ${range(figures["wall"] ?? [])} s`,
      `  longest tool alone ${range(figures["longest"] ?? [])} s`,
      `  CPU of the tools   ${range(figures["tools"] ?? [])} s`,
      `  own CPU            ${range(figures["own"] ?? [])} s`,
      `  nothing changed    ${range(figures["again"] ?? [])} s wall`,
      ...Object.entries(byTool).map(([tool, seconds]) => `  ${tool.padEnd(11)} alone  ${range(seconds)} s`),
      ""
    ].join("\n")
  )
}

process.stdout.write(`median of ${rounds} (least to most); ${cores} cores, load ${loadavg()[0]?.toFixed(1)}\n`)
const given = process.argv.slice(2)
const flags = given[0] === "--only" ? given.slice(0, 2) : []
const roots = given.slice(flags.length)
for (const root of roots.length > 0 ? roots : ["examples/python-project"]) bench(resolve(root), flags)
