// @effect-diagnostics strictEffectProvide:off
import * as NodeContext from "@effect/platform-node/NodeContext"
import * as FileSystem from "@effect/platform/FileSystem"
import { assert, describe, it, layer } from "@effect/vitest"
import {
  Config,
  ConfigProvider,
  Deferred,
  Duration,
  Effect,
  Fiber,
  Layer,
  Logger,
  Option,
  Ref,
  Schedule,
  Scheduler,
  Supervisor
} from "effect"
import type { ToolInvocation } from "../../src/domain/ToolInvocation.js"
import * as NodeToolRunner from "../../src/layers/NodeToolRunner.js"
import * as MarkedProcesses from "../../src/layers/process/markedProcesses.js"
import { callerEnvironment } from "../../src/layers/toolEnvironment.js"
import { ToolRunner } from "../../src/services/ToolRunner.js"

const runnerOf = (maxProcesses: number) =>
  NodeToolRunner.layerConfig({
    maxProcesses: Config.succeed(maxProcesses),
    killAfter: Config.succeed(Duration.seconds(2)),
    environment: Config.map(callerEnvironment, ({ HOME = "/", PATH = "" }) => ({
      HOME,
      PATH: `:relative:${PATH}`,
      LC_ALL: "C.UTF-8",
      http_proxy: "",
      SECRET: "s"
    }))
  })

const Live = runnerOf(16).pipe(Layer.provideMerge(NodeContext.layer))
const OneAtATime = Layer.fresh(runnerOf(1))

const run = (given: Partial<ToolInvocation>) =>
  Effect.flatMap(ToolRunner, (runner) =>
    runner.run({
      tool: "bash",
      executable: "bash",
      args: [],
      cwd: "/tmp",
      env: {},
      timeout: Duration.seconds(30),
      maxOutputBytes: 1_000_000,
      ...given
    }))

const bash = (script: string, given?: Partial<ToolInvocation>) => run({ args: ["-c", script], ...given })

const tempDir = Effect.flatMap(FileSystem.FileSystem, (fs) => fs.makeTempDirectoryScoped())

const read = (file: string) =>
  Effect.flatMap(FileSystem.FileSystem, (fs) => Effect.map(fs.readFileString(file), (text) => text.trim()))

const appears = (file: string) =>
  Effect.flatMap(
    FileSystem.FileSystem,
    (fs) => Effect.repeat(fs.exists(file), { until: (there) => there, schedule: Schedule.spaced("10 millis") })
  )

/** Exit code 0 within 2 s when the process whose id is in `file` has gone (or is a zombie that nobody reaps). */
const gone = (file: string) =>
  bash(`for i in {1..40}; do ps -o stat= -p $(cat ${file}) | grep -qv Z || exit 0; sleep 0.05; done; exit 1`).pipe(
    Effect.map(({ exitCode }) => exitCode === 0)
  )

const seconds = (duration: Duration.Duration) => Duration.toMillis(duration) / 1000

const namesOf = (stdout: string) =>
  stdout.trim().split("\n").map((line) => line.split("=")[0] ?? "").filter((name) => name !== MarkedProcesses.MARKER)

// real subprocesses need the real clock
layer(Live, { excludeTestServices: true })("NodeToolRunner", (it) => {
  describe("result", () => {
    it.effect("both streams, whole and as UTF-8", () =>
      Effect.gen(function*() {
        const out = yield* bash("head -c 300001 /dev/zero | tr '\\0' x; printf 'é%.0s' {1..70000}; echo err >&2")
        assert.strictEqual(out.stdout, "x".repeat(300001) + "é".repeat(70000))
        assert.strictEqual(out.stderr, "err\n")
      }))

    it.effect("two streams that are flooded at once do not block each other", () =>
      Effect.gen(function*() {
        const flood = (bytes: number) => `head -c ${bytes} /dev/zero`
        const { stderr, stdout } = yield* bash(`${flood(900_000)} >&2 & ${flood(800_000)}; wait`)
        assert.deepStrictEqual([stdout.length, stderr.length], [800_000, 900_000])
      }))

    it.effect("nothing of a short output is lost, however late our fibers run", () =>
      Effect.gen(function*() {
        // @effect-diagnostics-next-line globalTimers:off
        const late = Scheduler.make((task) => void setTimeout(task, 5))
        const texts = Array.from({ length: 10 }, (_, index) => `${index}\n`)
        const results = yield* Effect.forEach(texts, (text) => run({ executable: "printf", args: [text] }), {
          concurrency: 5
        }).pipe(Effect.withScheduler(late))
        assert.deepStrictEqual(results.map(({ stdout }) => stdout), texts)
      }))

    it.effect("stdin is closed", () =>
      Effect.map(bash("cat; echo end"), ({ stdout }) => assert.strictEqual(stdout, "end\n")))

    it.effect("a non-zero exit code is one", () =>
      Effect.gen(function*() {
        const { exitCode, stderr } = yield* bash("echo why >&2; exit 3")
        assert.deepStrictEqual([exitCode, stderr], [3, "why\n"])
      }))
  })

  describe("environment", () => {
    it.effect("an analyser gets the allow-list and its own variables, nothing else", () =>
      Effect.gen(function*() {
        const { stdout } = yield* run({ executable: "env", env: { OWN: "1" } })
        assert.sameMembers(namesOf(stdout), ["HOME", "PATH", "LC_ALL", "http_proxy", "SHLVL", "TMPDIR", "OWN"])
        assert.notMatch(stdout, /^PATH=:|relative/m)
      }))

    it.effect("a test suite gets all of the caller's", () =>
      Effect.gen(function*() {
        const { stdout } = yield* run({ executable: "/usr/bin/env", env: { OWN: "1" }, inherit: "caller" })
        assert.sameMembers(namesOf(stdout), ["HOME", "PATH", "LC_ALL", "http_proxy", "SHLVL", "OWN", "SECRET"])
        assert.match(stdout, /^PATH=:relative:/m)
      }))

    it.scoped("a shell below does not read the user's startup files", () =>
      Effect.gen(function*() {
        const HOME = yield* tempDir
        yield* Effect.flatMap(FileSystem.FileSystem, (fs) => fs.writeFileString(`${HOME}/.bashrc`, "echo bashrc"))
        assert.strictEqual((yield* bash("echo hi", { env: { HOME } })).stdout, "hi\n")
        assert.strictEqual((yield* bash("echo hi", { env: { HOME }, inherit: "caller" })).stdout, "hi\n")
      }))
  })

  describe("TMPDIR", () => {
    it.effect("an analyser has its own, which goes with what is in it", () =>
      Effect.gen(function*() {
        const fs = yield* FileSystem.FileSystem
        const { stdout } = yield* bash("mkdir -p $TMPDIR/a/b && touch $TMPDIR/a/b/c && echo $TMPDIR")
        const { stdout: next } = yield* bash("echo $TMPDIR; ls $TMPDIR")
        assert.match(stdout, /^\/.*\/codeintel-\S+\n$/)
        assert.notStrictEqual(next, stdout)
        assert.isFalse(yield* fs.exists(stdout.trim()))
      }))

    it.effect("of its own variables wins", () =>
      Effect.map(
        bash("echo $TMPDIR", { env: { TMPDIR: "/mine" } }),
        ({ stdout }) => assert.strictEqual(stdout, "/mine\n")
      ))

    it.scoped("that cannot be made does not keep a tool from running", () =>
      Effect.gen(function*() {
        const nowhere = `${yield* tempDir}/file`
        yield* Effect.flatMap(FileSystem.FileSystem, (fs) => fs.writeFileString(nowhere, ""))
        const Elsewhere = NodeToolRunner.layer({
          maxProcesses: 1,
          killAfter: Duration.seconds(2),
          environment: { PATH: "/usr/bin:/bin", TMPDIR: nowhere }
        })
        const { stdout } = yield* Effect.provide(bash("echo $TMPDIR"), Layer.fresh(Elsewhere))
        assert.strictEqual(stdout.trim(), nowhere)
      }))
  })

  describe("a tool that does not start", () => {
    it.effect("ToolNotFound says where it was looked for", () =>
      Effect.gen(function*() {
        const byPath = yield* Effect.flip(run({ tool: "x", executable: "/no/such/tool" }))
        assert.deepInclude(byPath, { _tag: "ToolNotFound", tool: "x", searched: ["/no/such/tool"] })
        const byName = yield* Effect.flip(run({ tool: "x", executable: "no-such", env: { PATH: "/a:/b" } }))
        assert.deepInclude(byName, { _tag: "ToolNotFound", searched: ["/a", "/b"] })
      }))

    describe.each<[string, Partial<ToolInvocation>]>([
      ["a missing directory is not a missing tool", { cwd: "/no/such" }],
      ["a NUL, for which node's spawn throws", { args: ["a\0b"] }],
      ["an argument that is too long, for which it throws too", { args: ["x".repeat(3_000_000)] }],
      ["a directory", { executable: "/tmp" }]
    ])("Spawn: %s", (_, given) => {
      it.effect("fails with ToolExecution", () =>
        Effect.map(
          Effect.flip(run(given)),
          (error) => assert.deepInclude(error, { _tag: "ToolExecution", reason: "Spawn" })
        ))
    })

    it.scoped("Spawn: a file that may not be executed", () =>
      Effect.gen(function*() {
        const executable = `${yield* tempDir}/tool`
        yield* Effect.flatMap(FileSystem.FileSystem, (fs) => fs.writeFileString(executable, "#!/bin/sh\n"))
        const error = yield* Effect.flip(run({ executable }))
        assert.deepInclude(error, { _tag: "ToolExecution", reason: "Spawn" })
        assert.include(error.message, "EACCES")
      }))

    it.scoped("Spawn: a script whose interpreter has gone, as in a virtual environment that was moved", () =>
      Effect.gen(function*() {
        const executable = `${yield* tempDir}/tool`
        yield* Effect.flatMap(
          FileSystem.FileSystem,
          (fs) => fs.writeFileString(executable, "#!/no/such/python\n", { mode: 0o755 })
        )
        const error = yield* Effect.flip(run({ executable }))
        assert.deepInclude(error, { _tag: "ToolExecution", reason: "Spawn" })
        assert.include(error.message, "interpreter")
      }))
  })

  describe("a tool that fails", () => {
    it.effect("Signal names it; the tails say what was said before", () =>
      Effect.gen(function*() {
        const error = yield* Effect.flip(bash("echo out; echo err >&2; kill -9 $$"))
        assert.deepInclude(error, { reason: "Signal", signal: "SIGKILL", stdoutTail: "out\n", stderrTail: "err\n" })
        assert.propertyVal(error, "executable", "bash")
      }))

    it.effect("OutputTooLarge, on either stream", () =>
      Effect.gen(function*() {
        const [elapsed, error] = yield* Effect.timed(Effect.flip(bash("yes; sleep 60")))
        assert.propertyVal(error, "reason", "OutputTooLarge")
        assert.isBelow(seconds(elapsed), 10)
        assert.propertyVal(yield* Effect.flip(bash("yes >&2")), "reason", "OutputTooLarge")
      }))

    it.effect("exactly the limit is not too large", () =>
      Effect.map(bash("head -c 1000000 /dev/zero"), ({ stdout }) => assert.strictEqual(stdout.length, 1_000_000)))
  })

  describe("nothing stays alive", () => {
    it.effect("no fiber, where processes have ended before their stdin is", () =>
      Effect.gen(function*() {
        yield* run({ executable: "true" }) // whose guard stays
        const supervisor = yield* Supervisor.track
        // they end while the next are being started
        yield* Effect.all(Array.from({ length: 16 }, () => run({ executable: "true" })), { concurrency: 16 }).pipe(
          Effect.supervised(supervisor)
        )
        assert.lengthOf(yield* supervisor.value, 0)
      }))

    it.scoped("interrupted, it asks with SIGTERM first, and hears the answer", () =>
      Effect.gen(function*() {
        const dir = yield* tempDir
        // a pipe that we had closed would end it at `echo`, before the mark
        const script = "trap 'sleep 0.3; echo bye; echo bye > mark; exit 0' TERM; sleep 60 & echo $! > pid; wait"
        const fiber = yield* Effect.fork(bash(script, { cwd: dir }))
        yield* appears(`${dir}/pid`)
        yield* Fiber.interrupt(fiber)
        assert.strictEqual(yield* read(`${dir}/mark`), "bye")
        assert.isTrue(yield* gone(`${dir}/pid`))
      }))

    it.scoped("SIGKILL follows when SIGTERM is ignored", () =>
      Effect.gen(function*() {
        const dir = yield* tempDir
        const script = "trap '' TERM; echo $$ > pid; sleep 61; sleep 61"
        const timeout = Duration.seconds(1)
        const [elapsed, error] = yield* Effect.timed(Effect.flip(bash(script, { cwd: dir, timeout })))
        assert.propertyVal(error, "reason", "Timeout")
        assert.isBelow(seconds(elapsed), 10)
        assert.isTrue(yield* gone(`${dir}/pid`))
      }))

    it.scoped("a background child that ignores SIGTERM does not hold the result back", () =>
      Effect.gen(function*() {
        const dir = yield* tempDir
        const script = "(trap '' TERM; sleep 62; sleep 62) & echo $! > pid; echo hi"
        const warnings: Array<string> = []
        const logger = Logger.make(({ message }) => void warnings.push(String(message)))
        const [elapsed, out] = yield* Effect.timed(bash(script, { cwd: dir })).pipe(
          Effect.provide(Logger.replace(Logger.defaultLogger, logger))
        )
        assert.strictEqual(out.stdout, "hi\n")
        assert.isBelow(seconds(elapsed), 10)
        // it was killed for the result, not left until we gave up on the streams
        assert.deepStrictEqual(warnings, [])
        assert.isTrue(yield* gone(`${dir}/pid`))
      }))

    it.scoped("nor does one in a session of its own that holds our pipes", () =>
      Effect.gen(function*() {
        const dir = yield* tempDir
        const script = "setsid bash -c 'echo $$ > pid; sleep 63; sleep 63' & until [ -s pid ]; do :; done; echo hi"
        const [elapsed, out] = yield* Effect.timed(bash(script, { cwd: dir }))
        assert.strictEqual(out.stdout, "hi\n")
        assert.isBelow(seconds(elapsed), 10)
        assert.isTrue(yield* gone(`${dir}/pid`))
      }))

    it.scoped("nor, interrupted, one that has left the group and ignores SIGTERM", () =>
      Effect.gen(function*() {
        const dir = yield* tempDir
        const script = "setsid bash -c 'trap \"\" TERM; echo $$ > pid; while :; do sleep 1; done' & wait"
        const fiber = yield* Effect.fork(bash(script, { cwd: dir }))
        yield* appears(`${dir}/pid`)
        const [elapsed] = yield* Effect.timed(Fiber.interrupt(fiber))
        assert.isBelow(seconds(elapsed), 10)
        assert.isTrue(yield* gone(`${dir}/pid`))
      }))

    it.scoped("other tools are left alone by that", () =>
      Effect.gen(function*() {
        const dir = yield* tempDir
        const other = yield* Effect.fork(bash("touch started; until [ -e end ]; do sleep 0.02; done", { cwd: dir }))
        yield* appears(`${dir}/started`)
        yield* bash("setsid sleep 64 &")
        yield* Effect.flatMap(FileSystem.FileSystem, (fs) => fs.writeFileString(`${dir}/end`, ""))
        assert.propertyVal(yield* Fiber.join(other), "exitCode", 0)
      }))
  })

  describe("onLine", () => {
    it.effect("has the lines of both streams, also the last one without its end", () =>
      Effect.gen(function*() {
        const lines = yield* Ref.make<ReadonlyArray<string>>([])
        const onLine: NonNullable<ToolInvocation["onLine"]> = (line, stream) =>
          Ref.update(lines, (all) => [...all, `${stream}: ${line}`])
        yield* bash("echo 1; echo e >&2; printf '\\xc3'; sleep 0.2; printf '\\xa9\\r\\nlast'", { onLine })
        assert.sameOrderedMembers((yield* lines).filter((line) => line.startsWith("stdout")), [
          "stdout: 1",
          "stdout: é",
          "stdout: last"
        ])
        assert.include(yield* lines, "stderr: e")
      }))

    it.scoped("as they arrive, not at the end", () =>
      Effect.gen(function*() {
        const dir = yield* tempDir
        const fs = yield* FileSystem.FileSystem
        const onLine = () => Effect.orDie(fs.writeFileString(`${dir}/seen`, ""))
        const { exitCode } = yield* bash("echo hi; until [ -e seen ]; do sleep 0.02; done", { cwd: dir, onLine })
        assert.strictEqual(exitCode, 0)
      }))

    it.effect("when slow it has every line, and the tool does not wait for it", () =>
      Effect.gen(function*() {
        const count = yield* Ref.make(0)
        const onLine = () => Effect.delay(Ref.update(count, (n) => n + 1), "60 millis")
        const result = yield* bash("yes | head -n 50; head -c 900000 /dev/zero", { onLine })
        assert.strictEqual(result.stdout.length, 900_100)
        assert.strictEqual(yield* count, 51)
      }))

    it.effect("when stuck it holds the result back for 2 s, no more", () =>
      Effect.gen(function*() {
        const [elapsed, result] = yield* Effect.timed(bash("yes | head -n 50000", { onLine: () => Effect.never }))
        assert.strictEqual(result.stdout.length, 100_000)
        assert.isBelow(seconds(elapsed), 10)
      }))
  })

  it.effect("a first run that is interrupted spoils none that follow", () =>
    Effect.forEach(
      Array.from({ length: 12 }, (_, index) => index),
      (turns) =>
        Effect.gen(function*() {
          const first = yield* Effect.fork(bash("sleep 63"))
          yield* Effect.repeatN(Effect.yieldNow(), turns)
          yield* Fiber.interrupt(first)
          assert.strictEqual((yield* bash("echo next")).stdout, "next\n")
        }).pipe(Effect.provide(Layer.fresh(runnerOf(2)))),
      { concurrency: 1, discard: true }
    ))

  it.layer(OneAtATime)("maxProcesses", (it) => {
    it.scoped("limits all callers together", () =>
      Effect.gen(function*() {
        const cwd = yield* tempDir
        // `mkdir` is atomic: it fails when another is in
        const alone = bash("mkdir in && sleep 0.3 && rmdir in", { cwd })
        const results = yield* Effect.all([alone, alone, alone], { concurrency: "unbounded" })
        assert.deepStrictEqual(results.map(({ exitCode }) => exitCode), [0, 0, 0])
        // the times are the process's, without the wait for its turn: they do not overlap
        const times = results.map(({ durationMs, startedAt }) => [startedAt.epochMillis, durationMs] as const)
        times.sort(([a], [b]) => a - b).reduce((previousEnd, [start, durationMs]) => {
          assert.isAtLeast(start, previousEnd)
          return start + durationMs
        }, 0)
      }))

    it.scoped("interrupted while it waits for its turn, a tool is not started", () =>
      Effect.gen(function*() {
        const cwd = yield* tempDir
        const first = yield* Effect.fork(bash("touch started; until [ -e end ]; do sleep 0.02; done", { cwd }))
        yield* appears(`${cwd}/started`)
        const second = yield* Effect.fork(bash("touch second", { cwd }))
        yield* Effect.yieldNow()
        yield* Fiber.interrupt(second)
        const fs = yield* FileSystem.FileSystem
        yield* fs.writeFileString(`${cwd}/end`, "")
        yield* Fiber.join(first)
        assert.isFalse(yield* fs.exists(`${cwd}/second`))
        // and its place in the queue is free
        assert.propertyVal(yield* bash("exit 0"), "exitCode", 0)
      }))

    it.scoped("a display that is busy does not occupy a place", () =>
      Effect.gen(function*() {
        const shown = yield* Deferred.make<void>()
        const first = yield* Effect.fork(bash("echo hi", { onLine: () => Deferred.await(shown) }))
        yield* Effect.yieldNow()
        assert.propertyVal(yield* bash("exit 0"), "exitCode", 0)
        assert.isTrue(Option.isNone(yield* Fiber.poll(first)))
        yield* Deferred.succeed(shown, void 0)
        yield* Fiber.join(first)
      }))
  })
})

describe("layerFromEnv", () => {
  const build = (variables: Readonly<Record<string, string>>) =>
    NodeToolRunner.layerFromEnv.pipe(
      Layer.provide(NodeContext.layer),
      Layer.provide(Layer.setConfigProvider(ConfigProvider.fromMap(new Map(Object.entries(variables))))),
      Layer.build
    )

  it.scoped("needs no settings", () => build({}))

  describe.each(["0", "many"])("CODEINTEL_MAX_PROCESSES=%s", (value) => {
    it.scoped("is refused", () =>
      Effect.gen(function*() {
        const error = yield* Effect.flip(build({ CODEINTEL_MAX_PROCESSES: value }))
        assert.include(String(error), "CODEINTEL_MAX_PROCESSES")
      }))
  })
})
