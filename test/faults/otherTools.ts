// @effect-diagnostics nodeBuiltinImport:off
/**
 * What pytest, coverage, scip-python, git and Python are given to go wrong in: a repository with tests, and a Python
 * that is a shell script and does what it should, but for the fault.
 */
import * as FileSystem from "@effect/platform/FileSystem"
import { assert } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { resolve } from "node:path"
import * as World from "./world.js"

/** With pytest, and nothing else: the example's. */
export const environment = resolve("examples/python-project/.venv")

export const python = `${environment}/bin/python`

/** Modules, and a test that passes, one that fails and one that is skipped. */
export const files: Readonly<Record<string, string>> = {
  "shop.py": "def price(amount: int) -> str:\n    return str(amount)\n\n\ndef never() -> None:\n    pass\n",
  "till.py": "from shop import price\n\n\ndef total(amounts: list[int]) -> int:\n    return len(price(len(amounts)))\n",
  "test_till.py": [
    "import pytest",
    "from till import total",
    "",
    "",
    "def test_right():",
    "    assert total([]) == 1",
    "",
    "",
    "def test_wrong():",
    "    assert total([]) == 2",
    "",
    "",
    "@pytest.mark.skip(reason=\"later\")",
    "def test_later():",
    "    pass",
    ""
  ].join("\n")
}

export const names = Object.keys(files).sort()

/** With a place for tools of its own. */
export const make = Effect.fn("faults.otherWorld")(
  function*(given: Readonly<Record<string, string>> = files) {
    const fs = yield* FileSystem.FileSystem
    const world = yield* World.makeWithCache(given)
    yield* fs.makeDirectory(`${world.directory}/tools`)
    return world
  }
)

const State = Schema.Struct({
  tool: Schema.String,
  status: Schema.String,
  reason: Schema.String,
  reused: Schema.Boolean,
  /** Of pytest its results, of coverage files with covered and missing lines, of scip-python files with occurrences. */
  facts: Schema.parseJson(Schema.Array(Schema.String))
})

export type State = typeof State.Type

/** What the database says of each tool after an ingest. */
export const states = Effect.fn("faults.otherStates")(function*(world: World.World) {
  const rows = yield* World.ask(
    world,
    `SELECT tool, status, coalesce(reason, '') AS reason, reused, coalesce(CASE tool
      WHEN 'pytest' THEN (SELECT list(concat_ws(' ', coalesce(rel_path, 'NULL'), test_id, phase, outcome))
        FROM test_profile)
      WHEN 'coverage' THEN (SELECT list(concat_ws(' ', rel_path, coalesce(covered_lines::VARCHAR, 'NULL'),
          coalesce(missing_lines::VARCHAR, 'NULL')))
        FROM file_coverage)
      WHEN 'scip-python' THEN (SELECT list(concat_ws(' ', f.rel_path, coalesce(r.measured::VARCHAR, 'NULL'),
          (SELECT count(*) FROM occurrences o WHERE o.rel_path = f.rel_path)))
        FROM files f LEFT JOIN run_files r
            ON r.rel_path = f.rel_path AND r.run_id IN (SELECT run_id FROM tool_runs WHERE tool = 'scip-python'))
      END, []) AS facts
    FROM tool_runs t`
  )
  const decoded = yield* Effect.orDie(Schema.decodeUnknown(Schema.Array(State))(rows))
  return new Map(decoded.map((state): [string, State] => [state.tool, { ...state, facts: state.facts.toSorted() }]))
})

/** After which nobody is alive and nothing is left. */
export const ingest = Effect.fn("faults.otherIngest")(
  function*(
    world: World.World,
    args: ReadonlyArray<string>,
    env: Readonly<Record<string, string>>,
    given: { readonly leavesFiles?: boolean } = {}
  ) {
    const ended = yield* World.run(world, ["ingest", ...args], env)
    yield* World.assertNobodyIsLeft(world)
    if (given.leavesFiles !== true) assert.deepStrictEqual(yield* World.leftovers(world), [], ended.stderr)
    return ended
  }
)

/** What is expected of one tool. */
export interface Expected {
  readonly status: string
  readonly says?: RegExp
  /** `same`: as without the fault. `any` is for what depends on how far it came, and is whole or not at all. */
  readonly facts: "same" | "none" | "any" | ReadonlyArray<string>
}

export const assertState = (
  state: State | undefined,
  { facts, says, status }: Expected,
  same: ReadonlyArray<string>
) => {
  const said = `${state?.status}: ${state?.reason}`
  const found = state?.facts ?? []
  assert.strictEqual(state?.status, status, said)
  if (says !== undefined) assert.match(state?.reason ?? "", says)
  if (facts === "any") {
    for (const fact of found) assert.include([...same, fact.replace(/ \w+$/, " crashed")], fact, said)
  } else assert.deepStrictEqual(found, facts === "same" ? same : facts === "none" ? [] : facts, said)
}

/** 3 when a tool needs attention. */
export const assertExitCode = (exitCode: number, all: ReadonlyMap<string, State>, stderr: string) => {
  const isFine = [...all.values()].every(({ status }) => /^(?:ok|findings|skipped|imported)$/.test(status))
  assert.strictEqual(exitCode, isFine ? 0 : 3, stderr)
}
