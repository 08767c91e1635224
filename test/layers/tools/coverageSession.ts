// the cases of a table are read before any test runs
// @effect-diagnostics nodeBuiltinImport:off
/**
 * A coverage that replays recordings of the real one, in the order of its starts: it writes the recorded file where it is
 * told to, says what was said, and ends as it ended.
 */
import * as FileSystem from "@effect/platform/FileSystem"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Ref from "effect/Ref"
import * as Schema from "effect/Schema"
import { readFileSync } from "node:fs"
import { dirname } from "node:path"
import type { PipelineContext } from "../../../src/domain/PipelineContext.js"
import type { ToolLocation } from "../../../src/domain/ToolLocation.js"
import type { Start, ToolAccess } from "../../../src/layers/tools/toolAccess.js"
import { contextOf } from "./recorded.js"
import { reject } from "./reject.js"

const Recording = Schema.parseJson(Schema.Struct({
  args: Schema.Array(Schema.String),
  exitCode: Schema.Int,
  stdout: Schema.String,
  stderr: Schema.String,
  /** What it wrote into the file that it was given for that. */
  file: Schema.optionalWith(Schema.String, { exact: true })
}))

export type Recording = typeof Recording.Type

export const recorded = (name: string): Recording =>
  Schema.decodeSync(Recording)(
    readFileSync(new URL(`../../fixtures/coverage/${name}.json`, import.meta.url), "utf8")
  )

/** Where it was installed by us, to be run by the repository's interpreter. */
export const location: ToolLocation = {
  tool: "coverage",
  executable: "/venv/bin/python",
  prefixArgs: ["-m", "coverage"],
  identity: "/cache/coverage/__init__.py",
  pythonPath: ["/cache"],
  foundBy: "cache"
}

/** The repository of the recordings, with our own files in a directory that is there. */
export const contextIn = (
  state: string,
  given: Omit<Parameters<typeof contextOf>[0], "python"> = {}
): PipelineContext => {
  const ctx = contextOf({
    modules: ["app/__init__.py", "app/m.py", "app/unused.py", "tests/test_m.py"],
    python: "/venv/bin/python",
    ...given
  })
  return { ...ctx, paths: { ...ctx.paths, scratch: `${state}/scratch`, coverageData: `${state}/coverage.data` } }
}

export interface Call extends Start {
  readonly executable: string
  readonly prefixArgs: ReadonlyArray<string>
  /** Names of the files beside the data that it was started with. */
  readonly files: ReadonlyArray<string>
}

const matches = (recording: Recording, start: Start) => recording.args[0] === start.args[0]

/** `calls` gives the starts until then. A start that was not recorded next is a failure of the test. */
export const replaying = Effect.fnUntraced(function*(
  recordings: ReadonlyArray<Recording>,
  at: ToolLocation = location
) {
  const fs = yield* FileSystem.FileSystem
  const left = yield* Ref.make(recordings)
  const calls = yield* Ref.make<ReadonlyArray<Call>>([])

  const access: ToolAccess = {
    locate: () => Effect.succeed(at),
    version: () => Effect.succeed("7.17.3"),
    start: Effect.fnUntraced(function*(_, { executable, prefixArgs, tool }, start) {
      const [recording, ...others] = yield* Ref.get(left)
      if (recording === undefined || !matches(recording, start)) {
        return yield* Effect.dieMessage(`not recorded: ${start.args.join(" ")}`)
      }
      yield* Ref.set(left, others)
      const data = start.env?.["COVERAGE_FILE"]
      const files = data === undefined ? [] : yield* Effect.orDie(fs.readDirectory(dirname(data)))
      yield* Ref.update(calls, (all) => [...all, { ...start, executable, prefixArgs, files: [...files].sort() }])
      const target = start.args[0] === "json" ? start.args[start.args.indexOf("-o") + 1] : start.args.at(-1)
      if (recording.file !== undefined) yield* Effect.orDie(fs.writeFileString(target ?? "", recording.file))
      const inPlace = (text: string) => data === undefined ? text : text.replaceAll("/scratch", dirname(data))
      return {
        tool,
        args: [...prefixArgs, ...start.args],
        exitCode: recording.exitCode,
        stdout: inPlace(recording.stdout),
        stderr: inPlace(recording.stderr),
        startedAt: DateTime.unsafeMake(0),
        durationMs: 7
      }
    }),
    reject
  }
  return { access, calls: Ref.get(calls) }
})
