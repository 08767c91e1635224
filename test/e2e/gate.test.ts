/**
 * The built command on two states of a small repository, with real tools.
 */
// @effect-diagnostics strictEffectProvide:off
import * as NodeContext from "@effect/platform-node/NodeContext"
import * as FileSystem from "@effect/platform/FileSystem"
import { assert, layer } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { Comparison } from "../../src/domain/Comparison.js"
import { Verdict } from "../../src/domain/Verdict.js"
import {
  Live as RealGit,
  repository as gitRepository,
  sh,
  tempDir,
  write
} from "../layers/repository/temporaryRepository.js"
import { codeintel, tree } from "./command.js"

// the slowest of them has nothing to add here
const env = { CODEINTEL_PYRIGHT_ENABLED: "false" }

const old = "import os\n\n\ndef f(x: int) -> str:\n    return x\n"

const repository = gitRepository({ "src/a.py": old, "pyproject.toml": "[tool.ruff]\n" })

const decodeVerdict = Schema.decode(Schema.parseJson(Verdict))
const decodeComparison = Schema.decode(Schema.parseJson(Comparison))

const gate = (root: string, ...args: ReadonlyArray<string>) =>
  Effect.gen(function*() {
    const { exitCode, stderr, stdout } = yield* codeintel(
      ["gate", "--base", "main", "--format", "json", ...args, root],
      env
    )
    return { exitCode, stderr, verdict: yield* Effect.orDieWith(decodeVerdict(stdout), () => new Error(stderr)) }
  })

layer(NodeContext.layer, { excludeTestServices: true })("codeintel gate", (it) => {
  it.scoped(
    "0 where code was shifted and renamed, 1 on what is new, and the repository stays as it was",
    () =>
      Effect.gen(function*() {
        const root = yield* repository
        yield* sh(root, "git checkout -q -b work; git mv src/a.py src/b.py")
        yield* write(root, { "src/b.py": `# shifted\n${old}` })
        const before = yield* tree(root)
        const clean = yield* gate(root)
        assert.deepStrictEqual(yield* tree(root), before)
        assert.deepStrictEqual([clean.exitCode, clean.verdict.verdict, clean.verdict.findings], [0, "passed", []])
        assert.isAbove(clean.verdict.comparison.tools.reduce((sum, tool) => sum + (tool.unchanged ?? 0), 0), 1)

        yield* write(root, { "src/b.py": `# shifted\n${old}\n\nimport sys\n` })
        const failed = yield* gate(root)
        assert.strictEqual(failed.exitCode, 1)
        assert.deepStrictEqual(
          failed.verdict.findings.map(({ relPath, rule, startLine, tool }) => [tool, relPath, startLine, rule])
            .filter(([tool, , , rule]) => tool === "ruff" && rule === "F401"),
          [["ruff", "src/b.py", 9, "F401"]]
        )
      }).pipe(Effect.provide(RealGit)),
    120_000
  )

  it.scoped(
    "3 when a tool is missing; 2 for a revision that nobody knows, with the command that fetches it",
    () =>
      Effect.gen(function*() {
        const root = yield* repository
        const closed = yield* codeintel(["gate", "--base", "main", root], {
          ...env,
          CODEINTEL_RUFF_PATH: "/nonexistent"
        })
        assert.strictEqual(closed.exitCode, 3)
        assert.match(closed.stdout, /ruff is not_found/)
        const clone = `${yield* tempDir}/clone`
        yield* sh(
          root,
          `git commit -q --allow-empty -m more; git branch old HEAD~1; git clone -q --depth 1 file://${root} ${clone}`
        )
        const shallow = yield* codeintel(["gate", "--base", "origin/old", clone], env)
        assert.strictEqual(shallow.exitCode, 2)
        assert.match(shallow.stderr, /shallow.*\n.*git fetch --depth=50 origin \+refs\/heads\/old/)
        assert.strictEqual(shallow.stdout, "")
      }).pipe(Effect.provide(RealGit)),
    120_000
  )

  it.scoped("writes other formats beside", () =>
    Effect.gen(function*() {
      const fs = yield* FileSystem.FileSystem
      const root = yield* repository
      const directory = yield* tempDir
      const { exitCode } = yield* codeintel([
        ...["gate", "--base", "main", "--format", "github"],
        ...["--output", `sarif=${directory}/gate.sarif`, "--output", `markdown=${directory}/summary.md`, root]
      ], env)
      assert.strictEqual(exitCode, 0)
      assert.include(yield* fs.readFileString(`${directory}/gate.sarif`), "\"version\": \"2.1.0\"")
      assert.isNotEmpty(yield* fs.readFileString(`${directory}/summary.md`))
      const wrong = yield* codeintel(["gate", "--base", "main", "--output", "pdf=x", root], env)
      assert.strictEqual(wrong.exitCode, 2)
      assert.match(wrong.stderr, /--output pdf=x: give FORMAT=FILE/)
    }).pipe(Effect.provide(RealGit)), 120_000)
})

layer(NodeContext.layer, { excludeTestServices: true })("codeintel diff", (it) => {
  it.scoped("of two revisions, in a repository without a database", () =>
    Effect.gen(function*() {
      const root = yield* repository
      yield* sh(
        root,
        "printf 'import re\\n' > src/new.py; git add src; git commit -qm two; echo 'import sys' >> src/new.py"
      )
      const { exitCode, stderr, stdout } = yield* codeintel(["diff", "HEAD~1", "HEAD", "--json", root], env)
      assert.strictEqual(exitCode, 0, stderr)
      const comparison = yield* decodeComparison(stdout)
      assert.deepStrictEqual(comparison.files.added, ["src/new.py"])
      assert.deepStrictEqual(comparison.new.map(({ relPath, rule }) => [relPath, rule]), [["src/new.py", "F401"]])
      assert.isFalse(comparison.head.dirty)
      const text = yield* codeintel(["diff", "HEAD~1", "HEAD", root], env)
      assert.match(text.stdout, /src\/new\.py:1:8/)
      const latest = yield* codeintel(["sql", "SELECT count(*) AS n FROM files", "--format", "csv", root], env)
      assert.strictEqual(latest.stdout, "n\n0\n")
    }).pipe(Effect.provide(RealGit)), 120_000)
})
