/**
 * What can be wrong with git and Python: without git the files are found all the same, and a Python that does not answer
 * as one is not used.
 */
import * as NodeContext from "@effect/platform-node/NodeContext"
import * as FileSystem from "@effect/platform/FileSystem"
import { assert, describe, layer } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { processFaults } from "./checkerFaults.js"
import * as FakePython from "./fakePython.js"
import { gitFaults, pythonFaults } from "./gitAndPythonFaults.js"
import * as OtherTools from "./otherTools.js"
import { count, PATIENCE, sample } from "./scale.js"
import * as World from "./world.js"

/** No tool but the linter, which needs no Python. */
const ruffAlone = { CODEINTEL_PYRIGHT_ENABLED: "false", CODEINTEL_PYREFLY_ENABLED: "false" }

const args = ["--only", "typing"]

const gitScript = (body: string) =>
  `#!/bin/sh
real() { git "$@"; }
case " $* " in
  *' rev-parse '*) command=rev-parse ;;
  *' ls-files '*) command=ls-files ;;
  *' status '*) command=status ;;
  *) command= ;;
esac
${body}
`

const Facts = Schema.Tuple(Schema.Struct({
  files: Schema.parseJson(Schema.Array(Schema.String)),
  commit: Schema.NullOr(Schema.String),
  status: Schema.NullOr(Schema.String)
}))

/** An ingest of a repository with one commit. */
const withGit = Effect.fn("faults.withGit")(function*(script: string, timeout = PATIENCE) {
  const world = yield* OtherTools.make()
  yield* World.commit(world)
  const file = `${world.directory}/tools/git`
  yield* World.writeExecutable(file, script)
  const env = { ...ruffAlone, CODEINTEL_GIT_PATH: file, CODEINTEL_GIT_TIMEOUT: String(timeout) }
  const { exitCode, stderr } = yield* OtherTools.ingest(world, args, env)
  assert.strictEqual(exitCode, 0, stderr)
  const [facts] = yield* World.ask(
    world,
    `SELECT (SELECT list(rel_path ORDER BY rel_path) FROM files) AS files,
      (SELECT "commit" FROM snapshots) AS "commit", (SELECT status FROM tool_runs WHERE tool = 'ruff') AS status`
  ).pipe(Effect.flatMap(Schema.decodeUnknown(Facts)), Effect.orDie)
  assert.deepStrictEqual(facts.files, OtherTools.names, stderr)
  assert.strictEqual(facts.status, "findings", stderr)
  return { commit: facts.commit, stderr }
})

const ofProcess = processFaults.map((fault) => ({
  ...fault,
  isRefused: "rows" in fault.outcome && fault.outcome.rows === "none"
}))

layer(NodeContext.layer, { excludeTestServices: true })("a git that", (it) => {
  describe.each(sample("processes of git", 1, ofProcess))("$name", ({ isRefused, script, timeout }) => {
    it.scoped("costs no file, and leaves nothing", () =>
      Effect.gen(function*() {
        const { commit, stderr } = yield* withGit(gitScript(script), timeout)
        assert.strictEqual(commit === null, isRefused, stderr)
        assert.strictEqual(stderr.includes("git refused"), isRefused, stderr)
      }))
  })

  describe.each(sample("answers of git", 1, gitFaults))("$name", ({ says, script }) => {
    it.scoped("costs no file, and is believed or not", () =>
      Effect.gen(function*() {
        const { commit, stderr } = yield* withGit(gitScript(script))
        assert.strictEqual(commit === null, says !== undefined, stderr)
        if (says === undefined) assert.notMatch(stderr, /git refused/)
        else assert.match(stderr, says)
      }))
  })
})

/** An ingest with this Python: named, or the first on PATH. */
const withPython = Effect.fn("faults.withPython")(function*(script: string, isNamed: boolean) {
  const fs = yield* FileSystem.FileSystem
  const world = yield* OtherTools.make()
  const { CODEINTEL_PYTHON } = yield* FakePython.install(world, { answer: script })
  if (!isNamed) yield* fs.rename(CODEINTEL_PYTHON, `${world.directory}/tools/python3`)
  const env = isNamed ? { CODEINTEL_PYTHON } : { PATH: `${world.directory}/tools:${process.env["PATH"]}` }
  return yield* OtherTools.ingest(world, args, { ...ruffAlone, ...env })
})

const ofPython = processFaults.map((fault) => ({
  ...fault,
  script: fault.script.replaceAll("real \"$@\"", "real"),
  isRefused: "rows" in fault.outcome && fault.outcome.rows === "none"
}))

layer(NodeContext.layer, { excludeTestServices: true })("a python that", (it) => {
  describe.each(sample("pythons", 1, pythonFaults))("$name", ({ says, script }) => {
    it.scoped("is refused where it is named, and passed over on PATH", () =>
      Effect.gen(function*() {
        const named = yield* withPython(script, true)
        assert.strictEqual(named.exitCode, 2, named.stderr)
        assert.match(named.stderr, says)
        const found = yield* withPython(script, false)
        assert.strictEqual(found.exitCode, 0, found.stderr)
        assert.match(found.stderr, /tools\/python3 is passed over/)
      }))
  })

  const quick = ofPython.filter(({ timeout }) => timeout === undefined)
  describe.each(sample("processes of python", 1, quick))("$name", ({ isRefused, script }) => {
    it.scoped("is refused, or answers, and leaves nothing", () =>
      Effect.gen(function*() {
        const { exitCode, stderr } = yield* withPython(script, true)
        assert.strictEqual(exitCode, isRefused ? 2 : 0, stderr)
      }))
  })

  // it is given a minute
  const slow = ofPython.filter(({ timeout }) => timeout !== undefined)
  it.scoped.each(slow.slice(0, count(0, 1)))(
    "hangs, in every way, is refused, and leaves nothing",
    () =>
      Effect.forEach(slow, ({ name, script }) =>
        Effect.map(withPython(script, true), ({ exitCode, stderr }) => {
          assert.strictEqual(exitCode, 2, `${name}: ${stderr}`)
          assert.match(stderr, /Timeout/, name)
        }), { concurrency: "unbounded", discard: true })
  )
})
