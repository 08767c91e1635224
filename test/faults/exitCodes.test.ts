/**
 * Tools that do all they should, and then end in every way in which a process can end: their word counts where that is how
 * the tool ends, and nowhere else.
 */
import * as NodeContext from "@effect/platform-node/NodeContext"
import { assert, describe, layer } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { signals } from "./checkerFaults.js"
import * as FakePython from "./fakePython.js"
import * as FakeScipPython from "./fakeScipPython.js"
import * as OtherTools from "./otherTools.js"
import { sample } from "./scale.js"
import { indexed } from "./scipPythonFaults.js"
import * as World from "./world.js"

interface End {
  readonly title: string
  /** As a script of sh has it. */
  readonly end: string
  /** None: by a signal. */
  readonly code: number | undefined
  readonly says: RegExp
}

const ends: ReadonlyArray<End> = [
  ...Array.from({ length: 256 }, (_, code): End => ({
    title: `exit code ${code}`,
    end: `exit ${code}`,
    code,
    says: new RegExp(`ExitCode ${code} `)
  })),
  ...signals.map((signal): End => ({
    title: `SIG${signal}`,
    end: `kill -${signal} $$; sleep 600`,
    code: undefined,
    says: new RegExp(`Signal SIG${signal}`)
  }))
]

const one = (code: number | undefined, accepted: ReadonlyArray<number>) => code !== undefined && accepted.includes(code)

const Commit = Schema.Tuple(Schema.Struct({ commit: Schema.NullOr(Schema.String) }))

layer(NodeContext.layer, { excludeTestServices: true })("pytest, coverage, scip-python and git", (it) => {
  describe.each(sample("ends of the other tools", 2, ends))("end with $title", ({ code, end, says }) => {
    it.scoped("what they did counts where that is how they end", () =>
      Effect.gen(function*() {
        const world = yield* OtherTools.make()
        yield* World.commit(world)
        const git = `${world.directory}/tools/git`
        yield* World.writeExecutable(git, `#!/bin/sh\ngit "$@"\n${end}\n`)
        const env = {
          ...yield* FakePython.install(world, { pytest: `real; ${end}`, json: `real; ${end}` }),
          ...yield* FakeScipPython.install(world, { script: `real; ${end}` }),
          CODEINTEL_GIT_PATH: git
        }
        const { exitCode, stderr } = yield* OtherTools.ingest(world, ["--only", "coverage,scip"], env)
        const states = yield* OtherTools.states(world)
        OtherTools.assertExitCode(exitCode, states, stderr)

        const isWhole = one(code, [0, 1, 5])
        OtherTools.assertState(
          states.get("pytest"),
          { status: isWhole ? "findings" : "partial", facts: "same", ...!isWhole && { says } },
          FakePython.results
        )
        const lines = FakePython.covered.map((file) =>
          !one(code, [0, 2]) ? file.replace(/ .*/, " NULL NULL") : isWhole ? file : file.replace(/\d+$/, "NULL")
        )
        OtherTools.assertState(
          states.get("coverage"),
          one(code, [0])
            ? { status: "ok", facts: lines }
            : one(code, [2])
            ? { status: "partial", facts: lines, says: /not all tests ran/ }
            : { status: "failed", facts: lines, says },
          []
        )
        OtherTools.assertState(
          states.get("scip-python"),
          one(code, [0])
            ? { status: "ok", facts: "same" }
            : { status: "failed", facts: OtherTools.names.map((name) => `${name} NULL 0`), says },
          indexed
        )
        const [{ commit }] = yield* World.ask(world, `SELECT "commit" FROM snapshots`).pipe(
          Effect.flatMap(Schema.decodeUnknown(Commit)),
          Effect.orDie
        )
        assert.strictEqual(commit !== null, code === 0, stderr)
      }))
  })
})

layer(NodeContext.layer, { excludeTestServices: true })("pythons on PATH", (it) => {
  it.scoped("answer, and end with every exit code and by every signal: none but 0 is used", () =>
    Effect.gen(function*() {
      const world = yield* OtherTools.make()
      yield* FakePython.install(world)
      const tools = `${world.directory}/tools`
      // the one that is right comes last
      const all = [...ends.filter(({ code }) => code !== 0), ...ends.filter(({ code }) => code === 0)]
      for (const [index, { end }] of all.entries()) {
        yield* World.writeExecutable(`${tools}/${index}/python3`, `#!/bin/sh\ncat '${tools}/answer'\n${end}\n`)
      }
      const { exitCode, stderr } = yield* OtherTools.ingest(world, ["--only", "typing"], {
        PATH: [...all.map((_, index) => `${tools}/${index}`), process.env["PATH"]].join(":"),
        CODEINTEL_PYRIGHT_ENABLED: "false",
        CODEINTEL_PYREFLY_ENABLED: "false"
      })
      assert.strictEqual(exitCode, 0, stderr)
      for (const [index, { code, title }] of all.entries()) {
        assert.strictEqual(stderr.includes(`/${index}/python3 is passed over`), code !== 0, title)
      }
    }))
})
