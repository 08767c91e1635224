// @effect-diagnostics nodeBuiltinImport:off processEnv:off strictEffectProvide:off asyncFunction:off
/**
 * How fast an index gets into the database: `npm run bench:load -- [FILE.scip ...]` (after `npm run build`).
 *
 * Each FILE as it is; with none, copies of test/fixtures/scip/example.scip: 115 MB, 200 MB, and 1 GB (`BENCH_SIZES`, in
 * MB). Each is loaded by the built code, bundled as the command is, in a fresh process and into a new database, in three
 * rounds (`BENCH_ROUNDS`), and in the same rounds by Python's protobuf, pyarrow and duckdb (`BENCH_PYTHON=0`: not), in
 * an environment that is made for it once. Prints medians, and how busy the machine was: on one that does something else,
 * only CPU seconds and the ratios say anything.
 */
import * as NodeContext from "@effect/platform-node/NodeContext"
import { Effect } from "effect"
import { build } from "esbuild"
import { spawnSync } from "node:child_process"
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs"
import { availableParallelism, homedir, loadavg, tmpdir } from "node:os"
import { basename, join, resolve } from "node:path"
import { fileURLToPath } from "node:url"
import { documentsOf } from "../src/layers/scip/documents.js"
import { writeCopies } from "./scipCopies.js"

const rounds = Number(process.env["BENCH_ROUNDS"] ?? 3)
const sizes = (process.env["BENCH_SIZES"] ?? "115,200,1000").split(",").map(Number)
const source = process.env["BENCH_SOURCE"]
const withPython = process.env["BENCH_PYTHON"] !== "0"
const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

const requirements = ["protobuf==6.33.1", "grpcio-tools==1.76.0", "pyarrow==22.0.0", "duckdb==1.4.2"]

const must = (command: string, args: ReadonlyArray<string>, env: NodeJS.ProcessEnv = process.env): string => {
  const { error, status, stderr, stdout } = spawnSync(command, args, { encoding: "utf8", env })
  if (error !== undefined || status !== 0) throw new Error(`${command} ${args.join(" ")}: ${error?.message ?? stderr}`)
  return stdout
}

/** The interpreter of the environment, with `scip_pb2.py` in it. */
const python = (): { readonly executable: string; readonly classes: string } => {
  const cache = process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache")
  const directory = join(cache, "codeintel", "bench-load")
  const executable = join(directory, "bin", "python")
  const classes = join(directory, "scip")
  if (!existsSync(join(classes, "scip_pb2.py"))) {
    must("python3", ["-m", "venv", directory])
    must(executable, ["-m", "pip", "install", "--quiet", ...requirements])
    mkdirSync(classes, { recursive: true })
    const fixtures = here("../test/fixtures/scip")
    must(executable, [
      "-m",
      "grpc_tools.protoc",
      `-I${fixtures}`,
      `--python_out=${classes}`,
      join(fixtures, "scip.proto")
    ])
  }
  return { executable, classes }
}

interface Taken {
  readonly seconds: number
  readonly cpu: number
  readonly rss: number
}

const lastLine = (text: string): Taken => JSON.parse(text.trim().split("\n").at(-1) ?? "")

const print = (text: string) => process.stdout.write(`${text}\n`)

const median = (values: ReadonlyArray<number>) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN

const scratch = mkdtempSync(join(tmpdir(), "codeintel-bench-"))

/** The built code and its start in one file, as in the command; the decoding thread beside it. */
const loader = async (): Promise<string> => {
  const directory = mkdtempSync(here("../node_modules/.bench-"))
  const outfile = join(directory, "load.cjs")
  await build({
    entryPoints: [here("./loadOnce.mjs")],
    outfile,
    bundle: true,
    platform: "node",
    format: "cjs",
    target: "node20",
    mainFields: ["module", "main"],
    external: ["@duckdb/node-bindings"],
    supported: { "dynamic-import": false },
    define: { "import.meta.url": "$importMetaUrl" },
    banner: { js: "const $importMetaUrl = require(\"node:url\").pathToFileURL(__filename).href" },
    logLevel: "warning"
  })
  copyFileSync(here("../dist/bin/decodeWorker.js"), join(directory, "decodeWorker.js"))
  return outfile
}

const pathsOf = (file: string) =>
  Effect.runPromise(
    documentsOf(file).pipe(
      Effect.map((documents) => documents.map(({ relativePath }) => relativePath)),
      Effect.provide(NodeContext.layer)
    )
  )

const line = (name: string, megabytes: number, taken: ReadonlyArray<Taken>) => {
  const of = (what: keyof Taken) => median(taken.map((each) => each[what]))
  const [seconds, cpu] = [of("seconds"), of("cpu")]
  print(
    `  ${name}: ${(megabytes / seconds).toFixed(1)} MB/s (${seconds.toFixed(2)} s, ` +
      `${Math.min(...taken.map((each) => each.seconds)).toFixed(2)} at best), ${cpu.toFixed(2)} s of CPU, ` +
      `${of("rss").toFixed(0)} MB resident`
  )
  return { seconds, cpu }
}

try {
  const given = process.argv.slice(2).map((file) => resolve(file))
  const made = given.length > 0
    ? []
    : sizes.map((megabytes) => ({ megabytes, file: join(scratch, `${megabytes}.scip`) }))
  for (const { file, megabytes } of made) {
    writeCopies(source ?? here("../test/fixtures/scip/example.scip"), file, megabytes * 1e6)
  }
  const script = await loader()
  const other = withPython ? python() : undefined
  for (const file of [...given, ...made.map((each) => each.file)]) {
    const megabytes = statSync(file).size / 1e6
    const taken: { readonly ours: Array<Taken>; readonly theirs: Array<Taken> } = { ours: [], theirs: [] }
    const loads: Array<number> = []
    const list = join(scratch, "documents.txt")
    writeFileSync(list, (await pathsOf(file)).join("\n"))
    for (let round = 0; round < rounds; round++) {
      const database = (name: string) => join(scratch, `${name}-${round}.duckdb`)
      loads.push(loadavg()[0] ?? NaN)
      taken.ours.push(lastLine(must(process.execPath, [script, file, list, database("ours")])))
      if (other !== undefined) {
        const env = { ...process.env, PYTHONPATH: other.classes }
        taken.theirs.push(lastLine(must(other.executable, [here("./loadScip.py"), file, database("theirs")], env)))
      }
      for (const name of ["ours", "theirs"]) rmSync(database(name), { force: true })
    }
    print(
      `${basename(file)}: ${megabytes.toFixed(0)} MB, ${rounds} rounds, ${availableParallelism()} cores, ` +
        `load before each ${loads.map((load) => load.toFixed(1)).join(", ")}`
    )
    const ours = line("codeintel", megabytes, taken.ours)
    if (taken.theirs.length > 0) {
      const theirs = line("python", megabytes, taken.theirs)
      print(
        `  ratio: ${(theirs.seconds / ours.seconds).toFixed(2)} times as fast, ` +
          `${(theirs.cpu / ours.cpu).toFixed(2)} times less CPU`
      )
    }
  }
  rmSync(resolve(script, ".."), { recursive: true, force: true })
} finally {
  rmSync(scratch, { recursive: true, force: true })
}
