// the cases of a table are read before any test runs
// @effect-diagnostics nodeBuiltinImport:off
/**
 * A checker's session that answers with recorded output of the real tool, by its arguments.
 */
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { readFileSync } from "node:fs"
import type { PipelineContext } from "../../../src/domain/PipelineContext.js"
import type { ToolRunResult } from "../../../src/domain/ToolInvocation.js"
import type { ToolLocation } from "../../../src/domain/ToolLocation.js"
import type { ToolSettings } from "../../../src/domain/ToolsConfig.js"
import type { CheckSession } from "../../../src/layers/tools/checker.js"
import { reject } from "./reject.js"

const Recording = Schema.parseJson(Schema.Struct({
  args: Schema.Array(Schema.String),
  exitCode: Schema.Int,
  stdout: Schema.String,
  stderr: Schema.String
}))

export type Recording = typeof Recording.Type

export const recording = (tool: string, name: string): Recording =>
  Schema.decodeSync(Recording)(readFileSync(new URL(`../../fixtures/${tool}/${name}.json`, import.meta.url), "utf8"))

/** A repository at `/repo`, where the recordings were made, or elsewhere. */
export const contextOf = (given: {
  readonly root?: string
  readonly modules?: ReadonlyArray<string>
  readonly files?: ReadonlyArray<string>
  readonly aliases?: Readonly<Record<string, string>>
  readonly python?: string
  readonly settings?: Readonly<Record<string, Partial<ToolSettings>>>
}): PipelineContext => {
  const root = given.root ?? "/repo"
  const modules = given.modules ?? []
  return {
    root,
    snapshot: {
      id: "snapshot",
      commit: Option.none(),
      dirty: false,
      files: new Map([...modules, ...given.files ?? []].map((relPath) => [relPath, "hash"]))
    },
    modules: modules.map((relPath) => ({ relPath, moduleName: relPath, contentHash: "hash", bytes: 0, lines: 0 })),
    aliases: new Map(Object.entries(given.aliases ?? {})),
    config: {
      tools: Object.fromEntries(
        Object.entries(given.settings ?? {}).map(([tool, settings]) => [tool, {
          enabled: true,
          path: Option.none(),
          args: [],
          env: {},
          timeout: Duration.seconds(300),
          ...settings
        }])
      ),
      python: Option.none(),
      database: Option.none(),
      untrusted: false,
      provision: false,
      entries: []
    },
    interpreter: Option.map(Option.fromNullable(given.python), (executable) => ({
      executable,
      version: "3.11.7",
      prefix: "/venv",
      abi: "cpython-311-x86_64-linux-gnu",
      sitePackages: [],
      chosenBecause: "test"
    })),
    importRoots: ["."],
    paths: {
      state: `${root}/.codeintel`,
      database: `${root}/.codeintel/codeintel.duckdb`,
      lock: `${root}/.codeintel/lock`,
      scratch: `${root}/.codeintel/scratch`,
      pytestReport: `${root}/.codeintel/report.json`,
      coverageData: `${root}/.codeintel/coverage`,
      scipTmp: `${root}/.codeintel/scip`,
      checkout: `${root}/.codeintel/checkout`
    },
    notices: []
  }
}

const Name = Schema.parseJson(Schema.String)

/** A file that a recording has findings in was in the repository when it was made; but none of a mangled name. */
const named = (recordings: ReadonlyArray<Recording>) =>
  recordings.flatMap(({ stdout }) => stdout.match(/"(?:[^"\\\n]|\\.)+\.(?:pyi?|toml|ipynb)"/g) ?? [])
    .flatMap((name) => Option.toArray(Schema.decodeOption(Name)(name)))
    .map((name) => name.replace(/^\/repo\//, ""))
    .filter((name) => !name.includes("\uFFFD"))
    .map((name) => [name, "hash"] as const)

/** The first recording is of the check; arguments that none was made with are a failure of the test. */
export const sessionOf = (
  tool: string,
  recordings: ReadonlyArray<Recording>,
  given: PipelineContext = contextOf({})
): CheckSession => {
  const files = new Map([...given.snapshot.files, ...named(recordings)])
  const ctx = { ...given, snapshot: { ...given.snapshot, files } }
  const location: ToolLocation = {
    tool,
    executable: `/bin/${tool}`,
    prefixArgs: [],
    identity: `/lib/${tool}`,
    foundBy: "path"
  }
  return {
    ctx,
    location,
    args: recordings[0]?.args ?? [],
    notices: ["from the arguments"],
    version: Effect.succeed("1.2.3"),
    run: (args) => {
      const found = recordings.find((each) => JSON.stringify(each.args) === JSON.stringify(args))
      const result: ToolRunResult | undefined = found &&
        { tool, ...found, startedAt: DateTime.unsafeMake(0), durationMs: 7 }
      return result === undefined ? Effect.dieMessage(`no recording of ${args.join(" ")}`) : Effect.succeed(result)
    },
    reject: (result, reason, cause) => reject(location, ctx.root, result, reason, cause)
  }
}
