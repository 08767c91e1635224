/**
 * `codeintel ingest` as it is built, on a copy of the example repository, with the real tools.
 */
import * as NodeContext from "@effect/platform-node/NodeContext"
import * as FileSystem from "@effect/platform/FileSystem"
import { assert, layer } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { IngestSummary } from "../../src/domain/IngestSummary.js"
import { codeintel, exampleCopy, tree } from "./command.js"

const decodeSummary = Schema.decodeUnknown(Schema.parseJson(IngestSummary))
const rows = Schema.decodeUnknown(Schema.parseJson(Schema.Array(Schema.Record({
  key: Schema.String,
  value: Schema.Unknown
}))))

const ask = (root: string, sql: string) =>
  Effect.flatMap(codeintel(["sql", "--format", "json", sql, root]), ({ stdout }) => rows(stdout))

layer(NodeContext.layer, { excludeTestServices: true })("codeintel ingest", (it) => {
  it.scoped("runs the tools, and again only when something has changed", () =>
    Effect.gen(function*() {
      const fs = yield* FileSystem.FileSystem
      const root = yield* exampleCopy
      const before = yield* tree(root)

      const first = yield* codeintel(["ingest", root])
      assert.strictEqual(first.exitCode, 0, first.stderr)
      assert.include(first.stdout, root)
      for (const tool of ["pyright", "pyrefly", "ruff"]) {
        assert.match(first.stdout, new RegExp(`^${tool} +findings +\\d`, "m"))
        assert.match(first.stderr, new RegExp(`^${tool}: started$`, "m"))
        assert.match(first.stderr, new RegExp(`^${tool}: findings, \\d+ errors`, "m"))
      }
      // as pytest says it in its last line there, and the lines and symbols that belong to it
      assert.match(
        first.stdout,
        /^tests: 28 passed, 3 failed, 2 skipped, 1 xfailed, 1 xpassed, 3 errors$/m
      )
      assert.match(first.stdout, /^coverage: \d+ % of \d+ lines in \d+ files$/m)
      assert.match(first.stdout, /^symbols: [\d,]+, [\d,]+ occurrences in \d+ documents$/m)
      assert.include(
        first.stderr,
        "the tests are run, and with them code of the repository; --no-tests leaves them out\n"
      )

      assert.notMatch(first.stdout + first.stderr, /\u001b/)

      const second = yield* codeintel(["ingest", "--json", root])
      const summary = yield* decodeSummary(second.stdout)
      assert.deepStrictEqual(summary.tools.map(({ reused, tool }) => [tool, reused]), [
        ["pyrefly", true],
        ["pyright", true],
        ["ruff", true],
        ["coverage", true],
        ["pytest", true],
        ["scip-python", true]
      ])

      // nothing was written but .codeintel, though the example's configuration says `fix = true`
      assert.deepStrictEqual(yield* tree(root), before)
      assert.strictEqual(yield* fs.readFileString(`${root}/.codeintel/.gitignore`), "*\n")

      yield* fs.writeFileString(`${root}/README.md`, "no tool reads this, and a test may\n")
      const third = yield* decodeSummary((yield* codeintel(["ingest", "--json", root])).stdout)
      assert.deepStrictEqual(third.tools.filter(({ reused }) => !reused).map(({ tool }) => tool), [
        "coverage",
        "pytest"
      ])
      assert.notStrictEqual(third.snapshotId, summary.snapshotId)

      yield* fs.writeFileString(`${root}/src/added.py`, "import os\nx: int = 'a'\n")
      const fourth = yield* decodeSummary((yield* codeintel(["ingest", "--json", root])).stdout)
      assert.isTrue(fourth.tools.every(({ reused }) => !reused))
      assert.strictEqual(fourth.files, summary.files + 1)
    }), 180_000)

  it.scoped("a tool that is missing is NULL with the reason, and 3", () =>
    Effect.gen(function*() {
      const root = yield* exampleCopy
      const { exitCode, stdout } = yield* codeintel(["ingest", "--only", "typing", root], {
        CODEINTEL_PYRIGHT_PATH: "/no/such/pyright"
      })
      assert.strictEqual(exitCode, 3)
      assert.match(stdout, /^pyright +not_found .* not measured/m)
      assert.match(stdout, /^! pyright: .*\/no\/such\/pyright/m)
      assert.deepStrictEqual(
        yield* ask(
          root,
          "SELECT count(pyright_errors) AS pyright, count(total_errors) AS total, count(ruff_errors) > 5 AS ruff, " +
            "count(pyrefly_errors) > 5 AS pyrefly, count(functions) = count(*) AS typedness FROM typing_signals"
        ),
        [{ pyright: 0, total: 0, ruff: true, pyrefly: true, typedness: true }]
      )
      const [run] = yield* ask(root, "SELECT status, reason FROM tool_runs WHERE tool = 'pyright'")
      assert.strictEqual(run?.["status"], "not_found")
      assert.include(String(run?.["reason"]), "/no/such/pyright")
    }), 120_000)

  it.scoped(
    "a further checker appears in diagnostics and file_checks when it is switched on",
    () =>
      Effect.gen(function*() {
        const root = yield* exampleCopy
        const env = {
          CODEINTEL_MYPY_ENABLED: "true",
          CODEINTEL_PYRIGHT_ENABLED: "false",
          CODEINTEL_PYREFLY_ENABLED: "false"
        }
        yield* codeintel(["ingest", "--only", "typing", root], env)
        const [row] = yield* ask(
          root,
          "SELECT (SELECT count(*) FROM file_checks WHERE tool = 'mypy') AS checks, " +
            "(SELECT count(*) FROM tool_runs WHERE tool = 'mypy' AND status <> 'skipped') AS runs, " +
            "(SELECT count(*) FROM diagnostics WHERE tool = 'mypy') AS findings, " +
            "(SELECT status FROM tool_runs WHERE tool = 'pyright') AS pyright"
        )
        assert.isAbove(Number(row?.["checks"]), 5)
        assert.strictEqual(row?.["runs"], 1)
        assert.isAbove(Number(row?.["findings"]), 0)
        assert.strictEqual(row?.["pyright"], "skipped")
      }),
    120_000
  )
})
