// the cases of a table are read before any test runs
// @effect-diagnostics nodeBuiltinImport:off
/**
 * Recorded sessions of the real pytest, and a pytest that replays one: it writes the recorded log where it is told to,
 * says what was said, and ends as it ended.
 */
import * as FileSystem from "@effect/platform/FileSystem"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Ref from "effect/Ref"
import * as Schema from "effect/Schema"
import { existsSync, readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { ToolExecution, ToolNotFound } from "../../../src/domain/errors.js"
import type { PipelineContext } from "../../../src/domain/PipelineContext.js"
import type { TestReport } from "../../../src/domain/TestReport.js"
import type { Start, ToolAccess } from "../../../src/layers/tools/toolAccess.js"
import { contextOf } from "./recorded.js"
import { reject } from "./reject.js"

const Recording = Schema.parseJson(Schema.Struct({
  cwd: Schema.String,
  exitCode: Schema.NullOr(Schema.Int),
  signal: Schema.NullOr(Schema.String),
  stdout: Schema.String,
  stderr: Schema.String,
  files: Schema.Array(Schema.String),
  /** The last line of the same tests without our plugin and arguments; empty when pytest did not get there. */
  plain: Schema.Array(Schema.String)
}))

export type Recording = typeof Recording.Type

/** Absolute. */
export const fixture = (file: string): string =>
  fileURLToPath(new URL(`../../fixtures/pytest/${file}`, import.meta.url))

export const recordingOf = (name: string): Recording =>
  Schema.decodeSync(Recording)(readFileSync(fixture(`${name}.json`), "utf8"))

/** None: pytest did not get so far as to begin it. */
export const logOf = (name: string): Option.Option<string> => {
  const file = fixture(`${name}.jsonl`)
  return existsSync(file) ? Option.some(readFileSync(file, "utf8")) : Option.none()
}

/** The repository of a recording; all that is written goes below `home`. */
export const contextIn = (home: string, { cwd, files }: Pick<Recording, "cwd" | "files">): PipelineContext => {
  const ctx = contextOf({ root: cwd, files, python: "/venv/bin/python" })
  return {
    ...ctx,
    paths: {
      ...ctx.paths,
      scratch: `${home}/state/scratch`,
      pytestReport: `${home}/state/report.json`,
      coverageData: `${home}/state/coverage.data`
    }
  }
}

/** Outcome -> how many. */
export const groups = ({ results }: TestReport): Readonly<Record<string, number>> => {
  const counts: Record<string, number> = {}
  for (const { outcome } of results) counts[outcome] = (counts[outcome] ?? 0) + 1
  return counts
}

/** `== 1 failed, 2 errors in 0.1s ==` -> outcome -> how many; of words that are no outcome (`rerun`) nothing. */
export const groupsOf = (line: string): Readonly<Record<string, number>> =>
  Object.fromEntries(
    ["passed", "failed", "error", "skipped", "xfailed", "xpassed"].flatMap((outcome) => {
      const count = new RegExp(`[= ](\\d+) ${outcome}s?(?:,| in )`).exec(line)?.[1]
      return count === undefined ? [] : [[outcome, Number(count)]]
    })
  )

const settingsOfCoverage = JSON.stringify({
  configFile: null,
  source: null,
  source_pkgs: null,
  source_dirs: null,
  include: null,
  patch: null,
  dynamic_context: null,
  core: "ctrace"
})

/**
 * Replays `recording` on every start of pytest. `starts` are those so far; `missing` are tools that are nowhere.
 */
export const replay = Effect.fnUntraced(function*(name: string, missing: ReadonlyArray<string> = []) {
  const fs = yield* FileSystem.FileSystem
  const recording = recordingOf(name)
  const starts = yield* Ref.make<ReadonlyArray<Start & { readonly prefixArgs: ReadonlyArray<string> }>>([])

  const pytest = Effect.fnUntraced(function*(start: Start, prefixArgs: ReadonlyArray<string>) {
    yield* Ref.update(starts, (all) => [...all, { ...start, prefixArgs }])
    const file = start.args.find((arg) => arg.startsWith("--report-log="))?.slice("--report-log=".length)
    if (file === undefined) return yield* Effect.dieMessage("no --report-log")
    const log = logOf(name)
    if (Option.isSome(log)) yield* Effect.orDie(fs.writeFileString(file, log.value))
    for (const line of recording.stdout.split("\n")) yield* start.onLine?.(line, "stdout") ?? Effect.void
    const dataFile = start.env?.["COVERAGE_FILE"]
    if (dataFile !== undefined) yield* Effect.orDie(fs.writeFileString(dataFile, "data"))
    const { exitCode, signal, stderr, stdout } = recording
    const args = [...prefixArgs, ...start.args]
    const common = { tool: "pytest", args, durationMs: 1200 }
    if (exitCode !== null) return { ...common, exitCode, stdout, stderr, startedAt: DateTime.unsafeMake(0) }
    return yield* new ToolExecution({
      ...common,
      executable: "/venv/bin/python",
      cwd: recording.cwd,
      reason: "Signal",
      signal: signal ?? "?",
      stdoutTail: stdout,
      stderrTail: stderr
    })
  })

  const access: ToolAccess = {
    locate: (_, tool) =>
      missing.includes(tool) ? new ToolNotFound({ tool, searched: [], hint: "" }) : Effect.succeed({
        tool,
        executable: "/venv/bin/python",
        prefixArgs: ["-m", tool],
        identity: `/site/${tool}/__init__.py`,
        foundBy: "repository",
        ...(tool !== "pytest" && { pythonPath: [`/cache/${tool}`] })
      }),
    start: (_, { prefixArgs, tool }, start) =>
      tool === "pytest" ? pytest(start, prefixArgs) : Effect.succeed({
        tool,
        args: start.args,
        exitCode: 0,
        stdout: settingsOfCoverage,
        stderr: "",
        startedAt: DateTime.unsafeMake(0),
        durationMs: 1
      }),
    version: () => Effect.succeed("1"),
    reject
  }
  return { access, recording, starts: Ref.get(starts) }
})
