/**
 * A repository whose ingest is broken off, again and again: each time from the same finished ingest, of the same change.
 */
import * as Command from "@effect/platform/Command"
import type { ExitCode, Signal } from "@effect/platform/CommandExecutor"
import * as FileSystem from "@effect/platform/FileSystem"
import * as Path from "@effect/platform/Path"
import { assert } from "@effect/vitest"
import { Duration, Effect, Either, Fiber, Option, Schema, Stream } from "effect"
import { IngestSummary } from "../../src/domain/IngestSummary.js"
import { start } from "../e2e/command.js"
import * as Contents from "./contents.js"
import * as FaultyTool from "./faultyTool.js"
import * as World from "./world.js"

/** `quick`: pyrefly, ruff, and pytest under coverage. `all`: pyright and scip-python, too. */
export type Scale = "quick" | "all"

/**
 * - `plain`: after an earlier ingest, with tools that do as they are told
 * - `deaf`: with one that ignores every signal, as does its child in a session of its own
 * - `first`: with no ingest before
 */
export type Way = "plain" | "deaf" | "first"

interface Tools {
  readonly args: ReadonlyArray<string>
  readonly env: Readonly<Record<string, string>>
}

/** What is there, with a directory of its own for everything but the installed tools. */
export interface Series {
  readonly world: World.World
  readonly tools: Tools
  /** Variables for a tool that is deaf. */
  readonly deaf: Readonly<Record<string, string>>
  /** How long an ingest takes that is not. */
  readonly undisturbedMs: number
  /** The database with the last finished ingest, to the last value. */
  readonly before: string
  /** What an ingest of the present content gives, in a directory where nothing was before. */
  readonly clean: string
  /** And the files that are there then. */
  readonly files: ReadonlyArray<string>
}

const toolsOf = (scale: Scale, python: string): Tools =>
  scale === "all"
    ? { args: ["ingest", "--json"], env: { CODEINTEL_PYTHON: python } }
    : {
      args: ["ingest", "--json", "--only", "typing,tests,coverage"],
      env: { CODEINTEL_PYTHON: python, CODEINTEL_PYRIGHT_ENABLED: "false" }
    }

const deafTool = FaultyTool.script(
  "/bin/true",
  `trap "" TERM HUP INT
setsid sh -c 'trap "" TERM HUP INT; sleep 600; sleep 600; sleep 600' &
sleep 600; sleep 600; sleep 600`
)

const changed = "import os\nimport sys\n\n\ndef price(amount: int) -> int:\n    return str(amount + sys.maxsize)\n"

const stateOf = (world: World.World) => `${world.root}/.codeintel`

/** Of ours, and empty between two ingests; not every ingest needs it. */
const scratch = "repository/.codeintel/scratch"

/** Everything in the world but the copy of the state, without what differs from one process to another. */
const filesOf = Effect.fn("faults.filesOf")(function*(world: World.World) {
  const listing = yield* Command.string(
    Command.make("find", world.directory, "-path", `${world.directory}/saved`, "-prune", "-o", "-printf", "%P\\n")
  )
  return listing.split("\n")
    .filter((file) => file !== scratch)
    .map((file) => file.replace(/(\/coverage\.data\.).*/, "$1*"))
    .sort()
})

const finished = Effect.fn("faults.finished")(function*(world: World.World, { args, env }: Tools) {
  const { exitCode, stderr, stdout } = yield* World.run(world, args, env)
  assert.strictEqual(exitCode, 0, stderr)
  return stdout
})

/** The last finished ingest, and the change since. */
const restore = Effect.fn("faults.restore")(function*(world: World.World, way: Way) {
  const fs = yield* FileSystem.FileSystem
  yield* fs.remove(stateOf(world), { recursive: true, force: true })
  if (way !== "first") yield* fs.copy(`${world.directory}/saved`, stateOf(world))
})

/** Ends with its scope. */
export const make = Effect.fn("faults.series")(function*(scale: Scale) {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const world = yield* World.makeWithCache()
  const tools = toolsOf(scale, path.resolve("examples/python-project/.venv/bin/python"))
  const installed = yield* FaultyTool.install(world, "pyright", deafTool)
  yield* finished(world, tools)
  yield* fs.copy(stateOf(world), `${world.directory}/saved`)
  const before = yield* Contents.exactly(world)
  yield* fs.writeFileString(`${world.root}/shop.py`, changed)
  yield* restore(world, "first")
  yield* finished(world, tools)
  const clean = yield* Contents.comparable(world)
  const files = yield* filesOf(world)
  // now that everything is warm, and like those that will be broken off
  yield* restore(world, "plain")
  const [undisturbed] = yield* Effect.timed(finished(world, tools))
  assert.strictEqual(yield* Contents.comparable(world), clean)
  const series: Series = {
    world,
    tools,
    deaf: { CODEINTEL_PYRIGHT_ENABLED: "true", ...installed },
    undisturbedMs: Duration.toMillis(undisturbed),
    before,
    clean,
    files
  }
  return series
})

/** When, after the start of the command, which signal is sent, and how much later once more. */
export interface Moment {
  readonly way: Way
  readonly signal: Signal
  readonly afterMs: number
  readonly againAfterMs: number | undefined
}

interface Ended {
  readonly by: ExitCode | "a signal"
  readonly stdout: string
  readonly stderr: string
  /** The command listened to signals when the first was sent. */
  readonly wasListening: boolean
}

const text = <E, R>(stream: Stream.Stream<Uint8Array, E, R>) => Stream.mkString(Stream.decodeText(stream))

/** Nobody of this world is alive 5 s after the last signal. */
const breakOff = Effect.fn("faults.breakOff")(function*({ deaf, tools, world }: Series, moment: Moment) {
  const env = { ...world.env, ...tools.env, ...moment.way === "deaf" ? deaf : {} }
  const process = yield* start([...tools.args, world.root], env)
  const streams = yield* Effect.fork(
    Effect.all([text(process.stdout), text(process.stderr)], { concurrency: "unbounded" })
  )
  const send = Effect.fork(Effect.ignore(process.kill(moment.signal)))
  yield* Effect.sleep(moment.afterMs)
  const wasListening = yield* World.isListening(process)
  yield* send
  if (moment.againAfterMs !== undefined) {
    yield* Effect.sleep(moment.againAfterMs)
    yield* send
  }
  yield* World.assertNobodyIsLeft(world)
  const by = yield* Effect.either(process.exitCode)
  const [stdout, stderr] = yield* Fiber.join(streams)
  const ended: Ended = { by: Either.getOrElse(by, () => "a signal" as const), stdout, stderr, wasListening }
  return ended
}, Effect.scoped)

const asSummary = Schema.decodeOption(Schema.parseJson(IngestSummary))

/** 130, unless the ingest was over; by the signal itself when that cannot be caught, or was not yet. */
const assertEnd = ({ by, stderr, stdout, wasListening }: Ended, { signal }: Moment) => {
  const expected = signal === "SIGKILL" ? ["a signal", 0] : wasListening ? [130, 0] : ["a signal", 130, 0]
  assert.include(expected, by, stderr)
  // half of it would be worse than nothing
  assert.isTrue(stdout === "" || Option.isSome(asSummary(stdout)), stdout)
  if (by === 0) assert.notStrictEqual(stdout, "")
}

/**
 * Breaks the ingest off, and asks for all that is promised: how it ends, that nobody is left, what the database shows,
 * and that the next ingest finds nothing amiss and leaves nothing.
 */
export const tryAt = Effect.fn("faults.tryAt")(function*(series: Series, moment: Moment) {
  const { before, clean, files, tools, world } = series
  yield* restore(world, moment.way)
  const ended = yield* breakOff(series, moment)
  assertEnd(ended, moment)
  // what was committed before the signal came is finished, whether or not it could still be said
  const isFinished = (yield* Contents.comparable(world)) === clean
  if (!isFinished) {
    assert.strictEqual(yield* Contents.exactly(world), moment.way === "first" ? Contents.nothing : before)
    assert.strictEqual(ended.stdout, "")
  }
  yield* finished(world, tools)
  yield* World.assertNobodyIsLeft(world)
  assert.strictEqual(yield* Contents.comparable(world), clean)
  assert.deepStrictEqual(yield* filesOf(world), files)
})
