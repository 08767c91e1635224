/**
 * Interrupted and killed while a tool certainly runs, hangs and will not listen. Every other moment, what the database
 * shows afterwards and what the next ingest gives: test/faults/interrupted.test.ts.
 */
import * as NodeContext from "@effect/platform-node/NodeContext"
import type { Signal } from "@effect/platform/CommandExecutor"
import * as FileSystem from "@effect/platform/FileSystem"
import { assert, describe, layer } from "@effect/vitest"
import { Effect, Option, Schedule } from "effect"
import { exampleCopy, start } from "./command.js"

/** Waits for a file that another process writes: there is nothing else to wait for between processes. */
const appears = Effect.fn("appears")(function*(file: string) {
  const fs = yield* FileSystem.FileSystem
  const text = fs.readFileString(file).pipe(Effect.orElseSucceed(() => ""))
  yield* text.pipe(
    Effect.repeat({ until: (said) => said.endsWith("\n"), schedule: Schedule.spaced("20 millis") }),
    Effect.timeout("60 seconds")
  )
  return (yield* text).trim()
})

/** A process that is gone, or a zombie that nobody has reaped yet. */
const isGone = Effect.fn("isGone")(function*(pid: string) {
  const fs = yield* FileSystem.FileSystem
  const stat = yield* fs.readFileString(`/proc/${pid}/stat`).pipe(Effect.orElseSucceed(() => "gone) Z"))
  return /\) Z/.test(stat)
})

const assertAllGone = Effect.fn("assertAllGone")(function*(pids: ReadonlyArray<string>) {
  const gone = Effect.forEach(pids, isGone)
  yield* Effect.repeat(gone, {
    until: (all) => all.every((each) => each),
    schedule: Schedule.spaced("50 millis").pipe(Schedule.upTo("5 seconds"))
  })
  assert.deepStrictEqual(yield* gone, pids.map(() => true))
})

/** A pyright that is deaf to SIGTERM, with a child in a session of its own. */
const hanging = Effect.gen(function*() {
  const fs = yield* FileSystem.FileSystem
  const root = yield* exampleCopy
  const directory = yield* fs.makeTempDirectoryScoped()
  const tool = `${directory}/pyright`
  yield* fs.writeFileString(
    tool,
    `#!/bin/sh\ntrap '' TERM\nsetsid sleep 300 & echo $! > '${directory}/child'\necho $$ > '${directory}/pid'\nsleep 300\nsleep 300\n`
  )
  yield* fs.chmod(tool, 0o755)
  const process = yield* start(["ingest", "--only", "typing", root], { CODEINTEL_PYRIGHT_PATH: tool })
  const pids = [yield* appears(`${directory}/pid`), yield* appears(`${directory}/child`)]
  return { process, pids }
})

/** By SIGKILL no process ends with a code. */
const cases: ReadonlyArray<readonly [signal: Signal, exitCode: number | undefined]> = [
  ["SIGINT", 130],
  ["SIGTERM", 130],
  ["SIGHUP", 130],
  ["SIGKILL", undefined]
]

layer(NodeContext.layer, { excludeTestServices: true })("while a tool hangs", (it) => {
  describe.each(cases)("%s", (signal, exitCode) => {
    it.scoped("ends the command, and within 5 s the tool and its children", () =>
      Effect.gen(function*() {
        const { pids, process } = yield* hanging
        // the group was made for the command alone: its tools live in groups of their own
        yield* Effect.fork(process.kill(signal))
        const ended = yield* Effect.option(process.exitCode)
        assert.strictEqual(Option.getOrUndefined(ended), exitCode)
        yield* assertAllGone(pids)
      }), 120_000)
  })
})
