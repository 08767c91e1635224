// @effect-diagnostics nodeBuiltinImport:off processEnv:off
/**
 * What the ingest costs beyond its tools: `npm run bench:ingest -- [--only typing] [REPOSITORY ...]` (the example unless
 * given; `--only` as for the command).
 *
 * In each of five rounds: an ingest into a fresh database, each of its tools alone (an ingest with all others switched
 * off, of which the time of the tool's own process counts), and an ingest with nothing changed. A tool that runs in node
 * is measured alone twice: as a person starts it, and as codeintel does (docs/decisions/0026). Prints the medians, and
 *   ratio = wall of the ingest / max(longest tool alone, CPU seconds of the tools in that ingest / cores)
 * against the tools as a person starts them, and against the tools as they are started here.
 * The first ingest of a repository fills the caches (stat cache aside, which is deleted) and is not counted.
 */
import { Schema } from "effect"
import { spawnSync } from "node:child_process"
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { createRequire } from "node:module"
import { loadavg, tmpdir } from "node:os"
import { dirname, join, resolve } from "node:path"
import { performance } from "node:perf_hooks"
import { fileURLToPath } from "node:url"
import { pathVariable } from "../src/layers/LocalToolResolver.js"
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

/** The tools that run in node, by commands that tell node nothing. */
const plain = (directory: string) =>
  Object.fromEntries(
    Object.entries({ pyright: "pyright", "scip-python": "@sourcegraph/scip-python" }).map(([tool, name]) => {
      const manifest = createRequire(import.meta.url).resolve(`${name}/package.json`)
      const command = join(directory, tool)
      const script = join(dirname(manifest), "index.js")
      writeFileSync(command, `#!/bin/sh\nexec '${process.execPath}' '${script}' "$@"\n`, { mode: 0o755 })
      return [tool, { [pathVariable(tool)]: command }]
    })
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
  const byHand = plain(scratch)
  ingest()

  const figures: Record<string, Array<number>> = {}
  const byTool: Record<string, Array<number>> = {}
  const add = (name: string, value: number) => (figures[name] ??= []).push(value)
  for (let round = 0; round < rounds; round++) {
    forget()
    const { cpu, status, wall } = ingest()
    if (status !== 0 && status !== 3) throw new Error(`ingest ended with ${status}`)
    const own = ownCpu()
    const names = runsOf(database, root).map(({ tool }) => tool)
    const again = ingest()
    const reused = runsOf(database, root)
    if (!reused.every((run) => run.reused)) throw new Error(`not reused: ${JSON.stringify(reused)}`)
    const lonely = (tool: string, how: string, more: NodeJS.ProcessEnv) => {
      forget()
      ingest({ ...alone(tool, names), ...more })
      const seconds = (runsOf(database, root).find((run) => run.tool === tool)?.durationMs ?? NaN) / 1000
      ;(byTool[`${tool} alone${how}`] ??= []).push(seconds)
      return seconds
    }
    const each = names.map((tool) => {
      const more = byHand[tool]
      const ours = lonely(tool, "", {})
      return { ours, plain: more === undefined ? ours : lonely(tool, ", by hand", more) }
    })
    const longest = Math.max(...each.map(({ plain }) => plain))
    const tools = cpu - own
    add("wall", wall)
    add("own", own)
    add("tools", tools)
    add("longest", longest)
    add("again", again.wall)
    add("ratio", wall / Math.max(longest, tools / cores))
    add("ours", wall / Math.max(...each.map(({ ours }) => ours), tools / cores))
  }
  rmSync(scratch, { recursive: true, force: true })
  process.stdout.write(
    [
      root,
      `  ratio              ${range(figures["ratio"] ?? [])}`,
      `  to tools as here   ${range(figures["ours"] ?? [])}`,
      `  wall               ${range(figures["wall"] ?? [])} s`,
      `  longest tool alone ${range(figures["longest"] ?? [])} s`,
      `  CPU of the tools   ${range(figures["tools"] ?? [])} s`,
      `  own CPU            ${range(figures["own"] ?? [])} s`,
      `  nothing changed    ${range(figures["again"] ?? [])} s wall`,
      ...Object.entries(byTool).map(([tool, seconds]) => `  ${tool.padEnd(26)} ${range(seconds)} s`),
      ""
    ].join("\n")
  )
}

process.stdout.write(`median of ${rounds} (least to most); ${cores} cores, load ${loadavg()[0]?.toFixed(1)}\n`)
const given = process.argv.slice(2)
const flags = given[0] === "--only" ? given.slice(0, 2) : []
const roots = given.slice(flags.length)
for (const root of roots.length > 0 ? roots : ["examples/python-project"]) bench(resolve(root), flags)
