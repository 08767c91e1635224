// @effect-diagnostics strictEffectProvide:off
import * as NodeContext from "@effect/platform-node/NodeContext"
import * as Command from "@effect/platform/Command"
import * as CommandExecutor from "@effect/platform/CommandExecutor"
import { SystemError } from "@effect/platform/Error"
import * as FileSystem from "@effect/platform/FileSystem"
import * as Path from "@effect/platform/Path"
import { assert, layer } from "@effect/vitest"
import { Context, Deferred, Duration, Effect, Fiber, Layer, Logger, Schedule, Scope, Stream } from "effect"
import { randomUUID } from "node:crypto"
import type { ToolInvocation } from "../../src/domain/ToolInvocation.js"
import * as NodeToolRunner from "../../src/layers/NodeToolRunner.js"
import * as MarkedProcesses from "../../src/layers/process/markedProcesses.js"
import * as ProcessGuard from "../../src/layers/processGuard.js"
import { callerEnvironment } from "../../src/layers/toolEnvironment.js"
import { ToolRunner } from "../../src/services/ToolRunner.js"

const Live = NodeToolRunner.layerFromEnv.pipe(Layer.provideMerge(NodeContext.layer))

const run = (given: Partial<ToolInvocation>) =>
  Effect.flatMap(ToolRunner, (runner) =>
    runner.run({
      tool: "bash",
      executable: "bash",
      args: [],
      cwd: "/tmp",
      env: {},
      timeout: Duration.seconds(25),
      maxOutputBytes: 1_000_000,
      ...given
    }))

const linesOf = (text: string) => text.split("\n").filter((line) => line !== "")

/** Ids of the guards for tools whose marker begins so. */
const guardsOf = (markerPrefix: string) =>
  Effect.map(
    run({ executable: "pgrep", args: ["-f", `codeintel-guard ${MarkedProcesses.MARKER}=${markerPrefix}`] }),
    ({ stdout }) => linesOf(stdout)
  )

/** What `ps` says of these processes, without the zombies that nobody reaps. */
const alive = (pids: ReadonlyArray<string>) =>
  Effect.map(
    run({ executable: "ps", args: ["-o", "pid=,stat=,args=", "-p", pids.join(",")] }),
    ({ stdout }) => linesOf(stdout).filter((line) => !/^\s*\d+\s+Z/.test(line))
  )

/** Fails with what still lives after 5 s. */
const die = (pids: ReadonlyArray<string>) =>
  alive(pids).pipe(
    Effect.filterOrFail((left) => left.length === 0),
    Effect.retry(Schedule.intersect(Schedule.spaced("50 millis"), Schedule.recurUpTo("5 seconds"))),
    Effect.ignore,
    Effect.zipRight(alive(pids)),
    Effect.map((left) => assert.deepStrictEqual(left, []))
  )

const guard = (markerPrefix: string) =>
  Effect.flatMap(
    callerEnvironment,
    (environment) =>
      ProcessGuard.make({
        markerPrefix,
        scratch: `/tmp/codeintel-test-${markerPrefix}`,
        killAfter: Duration.millis(300),
        environment
      })
  )

/** The live runner, for itself alone, and what it logs as a warning. */
const collecting = (warnings: Array<string>) =>
  Layer.merge(
    Layer.fresh(NodeToolRunner.layerFromEnv),
    Logger.replace(Logger.defaultLogger, Logger.make(({ message }) => void warnings.push(String(message))))
  )

/** A process in a group of its own, without the marker, that ignores SIGTERM. */
const deaf = Effect.gen(function*() {
  const executor = yield* CommandExecutor.CommandExecutor
  const process = yield* Effect.acquireRelease(
    executor.start(
      Command.make("bash", "-c", "trap '' TERM; echo ready; while :; do sleep 1; done").pipe(
        Command.stdin(Stream.empty)
      )
    ),
    (process) => Effect.ignore(process.kill("SIGKILL"))
  )
  yield* Stream.runHead(process.stdout)
  return process
})

layer(Live, { excludeTestServices: true })("processGuard", (it) => {
  it.scoped("when we are killed by SIGKILL, no process of a tool lives 5 s later, nor what it left in TMPDIR", () =>
    Effect.gen(function*() {
      const fs = yield* FileSystem.FileSystem
      const path = yield* Path.Path
      const dir = yield* fs.makeTempDirectoryScoped()
      const program = path.resolve("test/fixtures/processes/stubbornTool.ts")
      const said = yield* Deferred.make<string>()
      const fiber = yield* Effect.fork(Effect.flip(run({
        executable: process.execPath,
        args: ["--import", "tsx", program, dir],
        cwd: path.resolve("."),
        env: { TMPDIR: dir },
        onLine: (line, stream) => stream === "stdout" ? Deferred.succeed(said, line) : Effect.void
      })))
      const marker = yield* Deferred.await(said)
      const guards = yield* guardsOf(marker.replace(/\d+$/, ""))
      assert.lengthOf(guards, 1)
      const tools = (yield* MarkedProcesses.find(marker)).map(String)
      const [leader, child, escaped, temporary = ""] = yield* Effect.forEach(
        ["leader", "child", "escaped", "temporary"],
        (name) => Effect.map(fs.readFileString(path.join(dir, name)), (text) => text.trim()),
        { concurrency: 3 }
      )
      assert.includeMembers(tools, [leader, child, escaped])
      yield* fs.writeFileString(`${temporary}/left`, "")
      const parents = yield* run({ executable: "ps", args: ["-o", "ppid=", "-p", String(leader)] })
      process.kill(Number(parents.stdout), "SIGKILL")
      assert.propertyVal(yield* Fiber.join(fiber), "signal", "SIGKILL")
      yield* die([...tools, ...guards])
      assert.deepStrictEqual(yield* MarkedProcesses.find(marker), [])
      assert.isFalse(yield* fs.exists(path.dirname(temporary)))
    }))

  it.scoped("a group is killed while it is watched, marker or not", () =>
    Effect.gen(function*() {
      const watched = yield* deaf
      const before = yield* deaf
      const scope = yield* Scope.make()
      const { ensureStarted, watch } = yield* Scope.extend(guard(`${randomUUID()}.`), scope)
      yield* ensureStarted
      yield* Effect.scoped(watch(before.pid))
      yield* watch(watched.pid)
      yield* Scope.close(scope, yield* Effect.exit(Effect.void))
      yield* die([String(watched.pid)])
      assert.lengthOf(yield* alive([String(before.pid)]), 1)
    }))

  it.scoped("one guard, started when it is needed, and gone with the scope", () =>
    Effect.gen(function*() {
      const prefix = `${randomUUID()}.`
      const scope = yield* Scope.make()
      const { ensureStarted } = yield* Scope.extend(guard(prefix), scope)
      assert.lengthOf(yield* guardsOf(prefix), 0)
      yield* Effect.all([ensureStarted, ensureStarted, ensureStarted], { concurrency: "unbounded" })
      assert.lengthOf(yield* guardsOf(prefix), 1)
      const [elapsed] = yield* Effect.timed(Scope.close(scope, yield* Effect.exit(Effect.void)))
      assert.isBelow(Duration.toMillis(elapsed), 2000)
      assert.lengthOf(yield* guardsOf(prefix), 0)
    }))

  it.scoped("the runner starts it with its first tool and ends it with its layer", () =>
    Effect.gen(function*() {
      const Alone = Layer.fresh(NodeToolRunner.layerFromEnv)
      const scope = yield* Scope.make()
      const runner = Context.get(yield* Layer.buildWithScope(Alone, scope), ToolRunner)
      const { stdout } = yield* Effect.provideService(
        run({ args: ["-c", `echo $${MarkedProcesses.MARKER}`] }),
        ToolRunner,
        runner
      )
      const prefix = stdout.trim().replace(/\d+$/, "")
      assert.lengthOf(yield* guardsOf(prefix), 1)
      yield* Scope.close(scope, yield* Effect.exit(Effect.void))
      assert.lengthOf(yield* guardsOf(prefix), 0)
    }))

  it.scoped("killed by somebody, it takes nobody with it; a warning", () =>
    Effect.gen(function*() {
      const warnings: Array<string> = []
      yield* Effect.gen(function*() {
        const { stdout } = yield* run({ args: ["-c", `echo $${MarkedProcesses.MARKER}`] })
        const [pid] = yield* guardsOf(stdout.trim().replace(/\d+$/, ""))
        process.kill(Number(pid), "SIGKILL")
        yield* die([String(pid)])
        const results = yield* Effect.replicateEffect(run({ args: ["-c", "echo hi"] }), 3)
        assert.deepStrictEqual(results.map(({ stdout }) => stdout), ["hi\n", "hi\n", "hi\n"])
      }).pipe(Effect.provide(collecting(warnings)))
      assert.lengthOf(warnings, 1)
    }))

  it.scoped("without a shell, a warning, once, and tools run", () =>
    Effect.gen(function*() {
      const real = yield* CommandExecutor.CommandExecutor
      const shellLess = CommandExecutor.makeExecutor((command) =>
        Command.flatten(command)[0].command === "/bin/sh"
          ? new SystemError({ module: "Command", method: "spawn", reason: "NotFound" })
          : real.start(command)
      )
      const warnings: Array<string> = []
      const results = yield* Effect.replicateEffect(run({ args: ["-c", "echo hi"] }), 2).pipe(
        Effect.provide(Layer.provide(collecting(warnings), Layer.succeed(CommandExecutor.CommandExecutor, shellLess)))
      )
      assert.deepStrictEqual(results.map(({ stdout }) => stdout), ["hi\n", "hi\n"])
      assert.lengthOf(warnings, 1)
      assert.include(warnings[0], "no process guard")
    }))
})
