// @effect-diagnostics nodeBuiltinImport:off
// @effect-diagnostics preferSchemaOverJson:off
/**
 * A `ToolRunner` that answers as scip-python did, with the index that it wrote; what the process would have seen is kept.
 */
import * as FileSystem from "@effect/platform/FileSystem"
import * as Path from "@effect/platform/Path"
import { DateTime, Effect, Layer, Ref, Schema } from "effect"
import { readFileSync } from "node:fs"
import { ToolExecution } from "../../../../src/domain/errors.js"
import type { ToolInvocation } from "../../../../src/domain/ToolInvocation.js"
import { ToolRunner } from "../../../../src/services/ToolRunner.js"

const Recording = Schema.parseJson(Schema.Struct({
  exitCode: Schema.NullOr(Schema.Int),
  signal: Schema.NullOr(Schema.String),
  stdout: Schema.String,
  stderr: Schema.String,
  /** Base 64. */
  index: Schema.String
}))

export type Recording = typeof Recording.Type

export const recorded = (name: string): Recording =>
  Schema.decodeSync(Recording)(
    readFileSync(new URL(`../../../fixtures/scip-python/${name}.json`, import.meta.url), "utf8")
  )

/** What the process was given, read while it ran. */
export interface Seen {
  readonly invocation: ToolInvocation
  readonly workspace: string
  /** Entries of the workspace's real directories: `src/ -> /repo/src`. */
  readonly links: ReadonlyArray<string>
  readonly settings: Readonly<Record<string, unknown>>
  readonly packages: ReadonlyArray<{ readonly name: string; readonly files: ReadonlyArray<string> }>
  readonly python: string
  /** The module that node loads first. */
  readonly preloaded: string
}

const option = ({ args }: ToolInvocation, name: string) =>
  args.find((arg) => arg.startsWith(`--${name}=`))?.slice(name.length + 3) ?? ""

const linksIn = (
  directory: string,
  relative: string
): Effect.Effect<ReadonlyArray<string>, never, FileSystem.FileSystem | Path.Path> =>
  Effect.gen(function*() {
    const fs = yield* FileSystem.FileSystem
    const path = yield* Path.Path
    const found: Array<string> = []
    for (const name of (yield* fs.readDirectory(path.join(directory, relative))).sort()) {
      const file = path.join(relative, name)
      const target = yield* Effect.option(fs.readLink(path.join(directory, file)))
      if (target._tag === "Some") found.push(`${file} -> ${target.value}`)
      else if ((yield* fs.stat(path.join(directory, file))).type === "Directory") {
        found.push(`${file}/`, ...(yield* linksIn(directory, file)))
      } else found.push(file)
    }
    return found
  }).pipe(Effect.orDie)

const look = Effect.fnUntraced(function*(invocation: ToolInvocation) {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const workspace = invocation.cwd
  const json = (file: string) => Effect.map(fs.readFileString(file), (text) => JSON.parse(text))
  const [bin = ""] = (invocation.env["PATH"] ?? "").split(":")
  const seen: Seen = {
    invocation,
    workspace,
    links: yield* linksIn(workspace, ""),
    settings: yield* json(path.join(workspace, "scip-pyrightconfig.json")),
    packages: yield* json(option(invocation, "environment")),
    preloaded: yield* Effect.orElseSucceed(fs.readFileString(path.join(workspace, "../own-files.cjs")), () => ""),
    python: yield* Effect.orElseSucceed(fs.readFileString(path.join(bin, "python3")), () => "")
  }
  return seen
}, Effect.orDie)

/** The recordings in turn, the last again and again. */
export const make = Effect.fnUntraced(function*(...recordings: ReadonlyArray<Recording>) {
  const context = yield* Effect.context<FileSystem.FileSystem | Path.Path>()
  const fs = yield* FileSystem.FileSystem
  const seen = yield* Ref.make<ReadonlyArray<Seen>>([])
  const run = Effect.fnUntraced(function*(invocation: ToolInvocation) {
    const { args, cwd, executable, onLine, tool } = invocation
    const ran = { tool, args, startedAt: DateTime.unsafeMake(0), durationMs: 7 }
    if (args.includes("--version")) return { ...ran, exitCode: 0, stdout: "0.6.6\n", stderr: "" }
    const what = yield* Effect.provide(look(invocation), context)
    const before = yield* Ref.getAndUpdate(seen, (all) => [...all, what])
    const recording = recordings[Math.min(before.length, recordings.length - 1)]
    if (recording === undefined) return yield* Effect.dieMessage("no recording")
    const { exitCode, index, signal, stderr, stdout } = recording
    yield* Effect.orDie(fs.writeFile(option(invocation, "output"), Buffer.from(index, "base64")))
    if (onLine !== undefined) {
      yield* Effect.forEach(stdout.split("\n"), (line) => onLine(line, "stdout"), { concurrency: 1, discard: true })
    }
    if (exitCode === null) {
      return yield* new ToolExecution({
        tool,
        executable,
        args,
        cwd,
        reason: "Signal",
        ...(signal !== null && { signal }),
        stdoutTail: stdout.slice(-2000),
        stderrTail: stderr.slice(-2000),
        durationMs: 7
      })
    }
    return { ...ran, exitCode, stdout, stderr }
  })
  return { layer: Layer.succeed(ToolRunner, { run }), seen: Ref.get(seen) }
})
