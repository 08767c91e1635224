/**
 * Directories with files in them, and real git.
 */
import * as NodeContext from "@effect/platform-node/NodeContext"
import * as FileSystem from "@effect/platform/FileSystem"
import * as Path from "@effect/platform/Path"
import { Config, Duration, Effect, Layer } from "effect"
import * as GitCommand from "../../../src/layers/GitCommand.js"
import * as NodeToolRunner from "../../../src/layers/NodeToolRunner.js"
import { callerEnvironment } from "../../../src/layers/toolEnvironment.js"
import { ToolRunner } from "../../../src/services/ToolRunner.js"

const Runner = NodeToolRunner.layerConfig({
  maxProcesses: Config.succeed(16),
  killAfter: Config.succeed(Duration.seconds(1)),
  // the settings of whoever runs the tests do not count
  environment: Config.map(callerEnvironment, ({ PATH = "" }) => ({ PATH, HOME: "/nonexistent" }))
})

export const Live = GitCommand.layer.pipe(Layer.provideMerge(Runner), Layer.provideMerge(NodeContext.layer))

export const tempDir = Effect.flatMap(
  FileSystem.FileSystem,
  (fs) => Effect.flatMap(fs.makeTempDirectoryScoped({ prefix: "codeintel-test-" }), fs.realPath)
)

/** Runs a script, and fails when it does. */
export const sh = (cwd: string, script: string, env: Readonly<Record<string, string>> = {}) =>
  Effect.flatMap(ToolRunner, (runner) =>
    runner.run({
      tool: "bash",
      executable: "bash",
      args: ["-euc", script],
      cwd,
      env: {
        GIT_AUTHOR_NAME: "a",
        GIT_AUTHOR_EMAIL: "a@example.org",
        GIT_COMMITTER_NAME: "a",
        GIT_COMMITTER_EMAIL: "a@example.org",
        ...env
      },
      timeout: Duration.seconds(30),
      maxOutputBytes: 10_000_000
    })).pipe(
      Effect.filterOrDie(
        ({ exitCode }) => exitCode === 0,
        ({ exitCode, stderr }) => new Error(`${script}\nexit ${exitCode}: ${stderr}`)
      ),
      Effect.map(({ stdout }) => stdout.trim())
    )

/** Writes files, and the directories above them. */
export const write = (directory: string, files: Readonly<Record<string, string>>) =>
  Effect.gen(function*() {
    const fs = yield* FileSystem.FileSystem
    const path = yield* Path.Path
    for (const [relPath, text] of Object.entries(files)) {
      const file = path.join(directory, relPath)
      yield* fs.makeDirectory(path.dirname(file), { recursive: true })
      yield* fs.writeFileString(file, text)
    }
  })

/** A working tree with these files in its first commit. */
export const repository = (files: Readonly<Record<string, string>>) =>
  Effect.gen(function*() {
    const directory = yield* tempDir
    yield* write(directory, files)
    yield* sh(directory, "git init -q -b main . && git add -A && git commit -q --allow-empty -m first")
    return directory
  })
