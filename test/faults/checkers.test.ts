/**
 * What can be wrong with a checker: nothing that it did not measure gets a number, nothing of it stays alive or is left
 * behind, and the other tools' numbers are there.
 */
import * as NodeContext from "@effect/platform-node/NodeContext"
import * as FileSystem from "@effect/platform/FileSystem"
import { assert, describe, layer } from "@effect/vitest"
import { Context, Effect, Layer } from "effect"
import {
  changeFaults,
  type Checker,
  checkers,
  exitCodes,
  type Fault,
  type Outcome,
  partFaults,
  pathFaults,
  processFaults,
  reportFaults,
  signals
} from "./checkerFaults.js"
import * as FaultyTool from "./faultyTool.js"
import { PATIENCE, sample } from "./scale.js"
import * as World from "./world.js"

/** `only` and ruff, which is the tool without a fault unless it is the faulty one. */
const settings = (only: Checker, timeout = PATIENCE): Readonly<Record<string, string>> => ({
  ...Object.fromEntries(
    checkers.map((tool) => [`CODEINTEL_${tool.toUpperCase()}_ENABLED`, String(tool === only || tool === "ruff")])
  ),
  [`CODEINTEL_${only.toUpperCase()}_TIMEOUT`]: String(timeout)
})

/** What the tools say when nothing is wrong. */
const known = Effect.gen(function*() {
  const world = yield* World.make()
  const all = { CODEINTEL_MYPY_ENABLED: "true" }
  const { exitCode, stderr } = yield* World.run(world, ["ingest", "--only", "typing"], all)
  assert.strictEqual(exitCode, 0, stderr)
  return { real: yield* FaultyTool.realTools(world), states: yield* World.states(world) }
}).pipe(Effect.scoped, Effect.cached, Effect.runSync)

/** An ingest with the fault, after which nobody is alive and nothing is left. */
const ingestWith = Effect.fn("faults.ingestWith")(
  function*(world: World.World, tool: Checker, fault: Pick<Fault, "script" | "timeout">) {
    const { real } = yield* known
    const variables = yield* FaultyTool.install(world, tool, FaultyTool.script(real.get(tool) ?? "", fault.script))
    const env = { ...settings(tool, fault.timeout), ...variables }
    const { exitCode, stderr } = yield* World.run(world, ["ingest", "--only", "typing"], env)
    yield* World.assertNobodyIsLeft(world)
    assert.deepStrictEqual(yield* World.leftovers(world), [])
    assert.include([0, 3], exitCode, stderr)
    return exitCode
  }
)

/** A script for each checker. */
const installAll = (world: World.World, scriptOf: (tool: Checker) => string) =>
  Effect.map(
    Effect.forEach(checkers, (tool) => FaultyTool.install(world, tool, scriptOf(tool))),
    // without a target it would be run twice
    (variables) => ({ CODEINTEL_MYPY_ENABLED: "true", CODEINTEL_MYPY_ARGS: ".", ...Object.assign({}, ...variables) })
  )

const nowhere = Object.keys(World.modules).sort().map((relPath) => `${relPath} NULL`)

const assertOutcome = (
  states: ReadonlyMap<string, World.ToolState>,
  expected: ReadonlyMap<string, World.ToolState>,
  tool: Checker,
  outcome: Outcome
) => {
  const state = states.get(tool)
  const said = `${state?.status}: ${state?.reason}`
  if (outcome.says !== undefined) assert.match(state?.reason ?? "", outcome.says, said)
  if (outcome.rows === "same") {
    assert.deepStrictEqual({ ...state, reason: "" }, { ...expected.get(tool), reason: "" }, said)
  } else {
    assert.deepStrictEqual({ ...state, reason: "" }, {
      status: outcome.status,
      reason: "",
      diagnostics: [],
      errors: nowhere
    }, said)
  }
}

const outcomeOf = ({ outcome }: Fault, tool: Checker): Outcome => "rows" in outcome ? outcome : outcome[tool]

const ofEach = <A extends { readonly name: string }>(faults: ReadonlyArray<A>) =>
  checkers.flatMap((tool) => faults.map((fault) => ({ tool, fault, title: `${tool}: ${fault.name}` })))

layer(NodeContext.layer, { excludeTestServices: true })("a checker that", (it) => {
  describe.each(sample("processes and reports", 4, ofEach([...processFaults, ...reportFaults])))(
    "$title",
    ({ fault, tool }) => {
      it.scoped("has no false number, and leaves nothing", () =>
        Effect.gen(function*() {
          const outcome = outcomeOf(fault, tool)
          const world = yield* World.make()
          const exitCode = yield* ingestWith(world, tool, fault)
          const { states: expected } = yield* known
          const states = yield* World.states(world)
          assertOutcome(states, expected, tool, outcome)
          if (tool !== "ruff") assert.deepStrictEqual(states.get("ruff"), expected.get("ruff"))
          assert.strictEqual(exitCode, outcome.rows === "same" ? 0 : 3)
        }))
    }
  )

  describe.each(sample("paths", 2, ofEach(pathFaults)))("says of $title that findings are there", ({ fault, tool }) => {
    it.scoped("has no row for what is not in the repository", () =>
      Effect.gen(function*() {
        const fs = yield* FileSystem.FileSystem
        const world = yield* World.make()
        yield* World.write(world, World.oddFiles)
        if (fault.link !== undefined) yield* fs.symlink(fault.link[1], `${world.root}/${fault.link[0]}`)
        yield* ingestWith(world, tool, fault)
        const { states: expected } = yield* known
        const findings = (all: ReadonlyMap<string, World.ToolState>) =>
          all.get(tool)?.diagnostics.filter((row) => !/^(out|till|test_till)\.py /.test(row))
        const state = (yield* World.states(world)).get(tool)
        const said = `${state?.status}: ${state?.reason}`
        const moved = fault.storedAs === undefined
          ? []
          : findings(expected)?.map((row) => row.replace(/^shop\.py/, fault.storedAs ?? ""))
        assert.deepStrictEqual([...new Set(findings(new Map(state && [[tool, state]])))], moved, said)
        if (fault.storedAs === undefined) assert.match(state?.reason ?? "", /not in the repository/, said)
      }))
  })

  describe.each(sample("changes", 1, ofEach(changeFaults)))("$title", ({ fault, tool }) => {
    it.scoped("has no number for what changed, and is run again", () =>
      Effect.gen(function*() {
        const world = yield* World.make()
        const exitCode = yield* ingestWith(world, tool, fault)
        const before = (yield* World.states(world)).get(tool)
        assert.strictEqual(exitCode, 3)
        assert.include(["partial", "suspect"], before?.status, before?.reason)
        assert.include(before?.reason ?? "", `the repository changed while the tool ran: ${fault.changed}`)
        // which files it looked at may not be provable any more
        for (const row of before?.errors ?? []) {
          assert.match(row, row.startsWith(fault.changed) ? /NULL$/ : /\.py (\d+|NULL)$/)
        }

        const after = yield* World.run(world, ["ingest", "--only", "typing"], settings(tool))
        assert.include([0, 3], after.exitCode, after.stderr)
        const kept = yield* World.states(world)
        const elsewhere = yield* World.run(
          world,
          ["ingest", "--only", "typing", "--db", `${world.directory}/x.duckdb`],
          settings(tool)
        )
        assert.strictEqual(elsewhere.exitCode, after.exitCode)
        const fresh = yield* World.states({
          ...world,
          env: { ...world.env, CODEINTEL_DB: `${world.directory}/x.duckdb` }
        })
        assert.deepStrictEqual(kept, fresh)
      }))
  })

  const parts = partFaults.flatMap((fault) =>
    fault.tools.map((tool) => ({ tool, fault, title: `${tool}: ${fault.name}` }))
  )
  describe.each(sample("parts", 1, parts))("$title", ({ fault, tool }) => {
    it.scoped("has a number for what it looked at alone", () =>
      Effect.gen(function*() {
        const world = yield* World.make()
        yield* ingestWith(world, tool, fault)
        const { states: expected } = yield* known
        const right = expected.get(tool)?.errors ?? []
        const state = (yield* World.states(world)).get(tool)
        for (const [i, row] of (state?.errors ?? []).entries()) {
          if (!row.endsWith(" NULL")) assert.strictEqual(row, right[i], `${state?.status}: ${state?.reason}`)
        }
        assert.lengthOf(state?.errors ?? [], right.length)
      }))
  })
})

/** A world in which each checker has run once: what it said is beside it, for those that say it and end otherwise. */
class Said extends Context.Tag("faults/Said")<Said, World.World>() {}

const sayAgain = `cat "$0.said"; cat "$0.noted" >&2`

const said = Effect.gen(function*() {
  const { real, states: expected } = yield* known
  const world = yield* World.make()
  const keeps = `real "$@" >"$0.said" 2>"$0.noted"; code=$?; ${sayAgain}; exit $code`
  const env = yield* installAll(world, (tool) => FaultyTool.script(real.get(tool) ?? "", keeps))
  yield* World.run(world, ["ingest", "--only", "typing"], env)
  assert.deepStrictEqual(yield* World.states(world), expected)
  return world
})

layer(Layer.provideMerge(Layer.scoped(Said, said), NodeContext.layer), { excludeTestServices: true })(
  "checkers that say it all",
  (it) => {
    const ends = [
      ...Array.from(
        { length: 256 },
        (_, code) => ({ title: `exit code ${code}`, code: String(code), signal: undefined })
      ),
      ...signals.map((signal) => ({ title: `SIG${signal}`, code: undefined, signal }))
    ]
    describe.each(sample("exit codes", 2, ends))("and end with $title", ({ code, signal }) => {
      it.scoped("count where that is how the tool ends, and nowhere else", () =>
        Effect.gen(function*() {
          const fs = yield* FileSystem.FileSystem
          const { real, states: expected } = yield* known
          const world = yield* Said
          yield* fs.remove(`${world.root}/.codeintel`, { recursive: true })
          const end = code === undefined ? `kill -${signal} $$; sleep 60` : `exit ${code}`
          const ends = `${sayAgain}; ${end}`
          const env = yield* installAll(world, (tool) => FaultyTool.script(real.get(tool) ?? "", ends))
          const { stderr } = yield* World.run(world, ["ingest", "--only", "typing"], env)
          yield* World.assertNobodyIsLeft(world)
          const states = yield* World.states(world)
          for (const tool of checkers) {
            assert.isTrue(states.has(tool), stderr)
            assertOutcome(
              states,
              expected,
              tool,
              code === undefined
                ? { rows: "none", status: "failed", says: new RegExp(`Signal SIG${signal}`) }
                : exitCodes[tool].includes(code)
                ? { rows: "same" }
                : { rows: "none", status: "failed", says: new RegExp(`ExitCode ${code} `) }
            )
          }
        }))
    })
  }
)
