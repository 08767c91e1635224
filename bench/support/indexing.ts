// @effect-diagnostics nodeBuiltinImport:off processEnv:off
/**
 * Repositories to change, and `codeintel ingest --only scip` over them.
 */
import { Schema } from "effect"
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { command, must, type Timed, timed } from "./measure.js"

/**
 * A copy with its git directory and its environment, without what was measured of the original. Editable installations of
 * the original become ones of the copy.
 */
export const copyRepository = (from: string, to: string): void => {
  must("cp", ["-a", from, to])
  rmSync(join(to, ".codeintel"), { recursive: true, force: true })
  const libraries = join(to, ".venv/lib")
  for (const python of existsSync(libraries) ? readdirSync(libraries) : []) {
    const packages = join(libraries, python, "site-packages")
    for (const name of existsSync(packages) ? readdirSync(packages) : []) {
      if (!name.endsWith(".pth") && !name.startsWith("__editable__")) continue
      const file = join(packages, name)
      const text = readFileSync(file, "utf8")
      if (text.includes(from)) writeFileSync(file, text.replaceAll(from, to))
    }
  }
}

/** A database with what is kept beside it. */
export const copyDatabase = (from: string, to: string): void => {
  forgetDatabase(to)
  cpSync(from, to, { preserveTimestamps: true })
  if (existsSync(`${from}.state`)) cpSync(`${from}.state`, `${to}.state`, { recursive: true, preserveTimestamps: true })
}

export const forgetDatabase = (file: string): void => {
  for (const each of [file, `${file}.wal`]) rmSync(each, { force: true })
  rmSync(`${file}.state`, { recursive: true, force: true })
}

const Summary = Schema.Struct({
  files: Schema.Number,
  reindexed: Schema.NullOr(Schema.Array(Schema.Struct({ relPath: Schema.String, reason: Schema.String }))),
  tools: Schema.Array(Schema.Struct({
    tool: Schema.String,
    status: Schema.String,
    reason: Schema.NullOr(Schema.String),
    reused: Schema.Boolean,
    filesMeasured: Schema.NullOr(Schema.Number)
  }))
})
const decode = Schema.decodeUnknownSync(Schema.parseJson(Summary))

export interface Indexed extends Timed {
  /** Of the run of scip-python. */
  readonly runStatus: string
  /** All modules of the repository. */
  readonly files: number
  readonly measured: number | null
  /** Files that scip-python indexed in this ingest. */
  readonly reindexed: number
  /** Why these, or why all; empty: nothing was there to go on from. */
  readonly why: string
}

const words = (reasons: ReadonlyArray<string>) => reasons.join("; ").replaceAll("\n", " ")

/** Fails when the ingest does; that scip-python did is for the caller to see in `runStatus`. */
export const index = (
  root: string,
  database: string,
  env: Readonly<Record<string, string>> = {}
): Indexed => {
  const inherited = { ...process.env, ...env }
  delete (inherited as Partial<Record<string, string>>)["CODEINTEL_DB"]
  const args = [command, "ingest", "--only", "scip", "--json", "--db", database, root]
  const run = timed(process.execPath, args, { env: inherited })
  if (run.status !== 0 && run.status !== 3) throw new Error(`ingest ended with ${run.status}:\n${run.stderr}`)
  const summary = decode(run.stdout)
  const tool = summary.tools.find((each) => each.tool === "scip-python")
  const again = summary.reindexed
  return {
    ...run,
    runStatus: tool?.status ?? "missing",
    files: summary.files,
    measured: tool?.filesMeasured ?? null,
    reindexed: tool?.reused === true ? 0 : again?.length ?? summary.files,
    why: words([
      ...(again ?? []).map(({ reason, relPath }) => `${relPath} (${reason})`),
      ...(tool?.reason ?? null) === null ? [] : [tool?.reason ?? ""]
    ])
  }
}
