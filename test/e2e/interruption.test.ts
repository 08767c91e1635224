/**
 * Interrupted and killed, with a tool that hangs and will not listen: nothing stays alive, nothing is lost.
 */
import * as NodeContext from "@effect/platform-node/NodeContext"
import type { Signal } from "@effect/platform/CommandExecutor"
import * as FileSystem from "@effect/platform/FileSystem"
import { assert, describe, layer } from "@effect/vitest"
import { Effect, Schedule } from "effect"
import { codeintel, exampleCopy, start } from "./command.js"

/** Waits for a file that another process writes: there is nothing else to wait for between processes. */
const appears = Effect.fn("appears")(function*(file: string) {
  const fs = yield* FileSystem.FileSystem
  const text = fs.readFileString(file).pipe(Effect.orElseSucceed(() => ""))
  yield* text.pipe(
    Effect.repeat({ until: (said) => said.endsWith("\n"), schedule: Schedule.spaced("20 millis") }),
    Effect.timeout("30 seconds")
  )
  return (yield* text).trim()
})

/** A process that is gone, or a zombie that nobody has reaped yet. */
const isGone = Effect.fn("isGone")(function*(pid: string) {
  const fs = yield* FileSystem.FileSystem
  const stat = yield* fs.readFileString(`/proc/${pid}/stat`).pipe(Effect.orElseSucceed(() => "gone) Z"))
  return /\) Z/.test(stat)
})

const cases: ReadonlyArray<readonly [signal: Signal, exitCode: number]> = [["SIGINT", 130], ["SIGTERM", 130]]

layer(NodeContext.layer, { excludeTestServices: true })("a tool that hangs", (it) => {
  const hanging = Effect.gen(function*() {
    const fs = yield* FileSystem.FileSystem
    const root = yield* exampleCopy
    const first = yield* codeintel(["ingest", "--only", "typing", root], { CODEINTEL_PYRIGHT_ENABLED: "false" })
    assert.strictEqual(first.exitCode, 0, first.stderr)
    const directory = yield* fs.makeTempDirectoryScoped()
    const tool = `${directory}/pyright`
    // deaf to SIGTERM, with a child in a session of its own
    yield* fs.writeFileString(
      tool,
      `#!/bin/sh\ntrap '' TERM\nsetsid sleep 300 & echo $! > '${directory}/child'\necho $$ > '${directory}/pid'\nsleep 300\nsleep 300\n`
    )
    yield* fs.chmod(tool, 0o755)
    const process = yield* start(["ingest", "--only", "typing", root], { CODEINTEL_PYRIGHT_PATH: tool })
    const pids = [yield* appears(`${directory}/pid`), yield* appears(`${directory}/child`)]
    return { root, process, pids }
  })

  const allGone = Effect.fn("allGone")(function*(pids: ReadonlyArray<string>) {
    const gone = Effect.forEach(pids, isGone)
    yield* Effect.repeat(gone, {
      until: (all) => all.every((each) => each),
      schedule: Schedule.spaced("50 millis").pipe(Schedule.upTo("5 seconds"))
    })
    assert.deepStrictEqual(yield* gone, pids.map(() => true))
  })

  const stillWhole = (root: string) =>
    Effect.gen(function*() {
      const asked = yield* codeintel([
        "sql",
        "--format",
        "csv",
        "SELECT tool, status FROM tool_runs WHERE coalesce(reason, '') NOT LIKE 'not asked%' ORDER BY 1",
        root
      ])
      assert.strictEqual(asked.stdout, "tool,status\npyrefly,findings\npyright,skipped\nruff,findings\n")
      const next = yield* codeintel(["ingest", "--only", "typing", root], { CODEINTEL_PYRIGHT_ENABLED: "false" })
      assert.strictEqual(next.exitCode, 0, next.stderr)
    })

  describe.each(cases)("%s", (signal, exitCode) => {
    it.scoped(
      "ends the command with 130, the tools with it, and leaves the ingest before",
      () =>
        Effect.gen(function*() {
          const { pids, process, root } = yield* hanging
          // the group was made for the command alone: its tools live in groups of their own
          yield* Effect.fork(process.kill(signal))
          assert.strictEqual(yield* process.exitCode, exitCode)
          yield* allGone(pids)
          yield* stillWhole(root)
        }),
      120_000
    )
  })

  it.scoped("SIGKILL: the tools die within 5 s all the same", () =>
    Effect.gen(function*() {
      const { pids, process, root } = yield* hanging
      yield* Effect.fork(process.kill("SIGKILL"))
      yield* Effect.exit(process.exitCode)
      yield* allGone(pids)
      yield* stillWhole(root)
    }), 120_000)

  it.scoped("a second ingest of the same repository, or a prune, says who is at it", () =>
    Effect.gen(function*() {
      const { process, root } = yield* hanging
      for (const command of [["ingest"], ["prune", "--keep", "1"]]) {
        const { exitCode, stderr, stdout } = yield* codeintel([...command, root])
        assert.deepStrictEqual([exitCode, stdout], [4, ""])
        assert.match(stderr, new RegExp(`another ingest or prune is running: process ${process.pid} on `))
      }
      yield* Effect.fork(process.kill("SIGKILL"))
      yield* Effect.exit(process.exitCode)
    }), 120_000)
})
