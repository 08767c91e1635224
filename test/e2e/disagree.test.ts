/**
 * The built command with the real checkers, over the example repository.
 */
import * as NodeContext from "@effect/platform-node/NodeContext"
import * as FileSystem from "@effect/platform/FileSystem"
import { assert, layer } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { Disagreements } from "../../src/domain/Disagreements.js"
import { codeintel, exampleCopy } from "./command.js"

const decode = Schema.decode(Schema.parseJson(Disagreements))

layer(NodeContext.layer, { excludeTestServices: true })("codeintel disagree", (it) => {
  it.scoped(
    "says how fresh it is, where they differ, and what was not compared",
    () =>
      Effect.gen(function*() {
        const fs = yield* FileSystem.FileSystem
        const root = yield* exampleCopy
        const ingested = yield* codeintel(["ingest", "--only", "typing", root])
        assert.strictEqual(ingested.exitCode, 0, ingested.stderr)

        const { exitCode, stderr, stdout } = yield* codeintel(["disagree", root])
        assert.deepStrictEqual([exitCode, stderr], [0, ""])
        assert.match(
          stdout,
          /^\S.*, snapshot [0-9a-f]{12} of \d{4}-\d\d-\d\d \d\d:\d\d UTC; unchanged since\n/
        )
        assert.match(stdout, /^pyright [\d.]+ and pyrefly [\d.]+: errors in \d+ of \d+ Python files/m)

        const found = yield* decode((yield* codeintel(["disagree", "--json", root])).stdout)
        const [alone, other] = found.alone
        assert.match(stdout, new RegExp(`^pyright alone: ${alone}, pyrefly alone: ${other}, both: ${found.both}$`, "m"))
        assert.isAbove(found.both, 0)
        assert.isAbove(alone + other, 0)
        assert.strictEqual(found.files, found.filesCompared + found.filesApart.length)

        yield* fs.writeFileString(`${root}/src/parcels/money.py`, "x = 1\n")
        const later = yield* codeintel(["disagree", "--file", "src/parcels/", "--limit", "0", root])
        assert.match(later.stdout, /; changed since, 1 Python file: src\/parcels\/money\.py; codeintel ingest\n/)

        const off = yield* codeintel(["disagree", "--tools", "pyright,mypy", root])
        assert.deepStrictEqual([off.exitCode, off.stdout], [3, ""])
        assert.match(off.stderr, /^mypy: skipped: it is switched off/m)
        for (
          const [args, says] of [
            [["--tools", "pyright,typo"], /typo is no checker; there is pyright, pyrefly, ruff, mypy/],
            [["--tools", "pyright,pyright"], /two different ones/],
            [["--tools", "pyright"], /two different ones/],
            [["--file", "no/such.py"], /no Python file of the snapshot is meant by it/],
            [["--severity", "bad"], /one of the following cases: error, warning, information/]
          ] as const
        ) {
          const refused = yield* codeintel(["disagree", ...args, root])
          assert.deepStrictEqual([refused.exitCode, refused.stdout], [2, ""], args.join(" "))
          assert.match(refused.stderr, says)
        }
      }),
    300_000
  )

  it.scoped("3: of a checker that failed there is nothing to compare", () =>
    Effect.gen(function*() {
      const fs = yield* FileSystem.FileSystem
      const root = yield* fs.makeTempDirectoryScoped()
      yield* fs.writeFileString(`${root}/a.py`, "x = 1\n")
      const broken = { CODEINTEL_PYREFLY_PATH: "/no/such/pyrefly", CODEINTEL_PYRIGHT_PATH: "/no/such/pyright" }
      yield* codeintel(["ingest", "--only", "typing", root], broken)
      const { exitCode, stderr, stdout } = yield* codeintel(["disagree", root])
      assert.deepStrictEqual([exitCode, stdout], [3, ""])
      assert.match(stderr, /nothing to compare\npyright: not_found: .*\/no\/such\/pyright/)
      assert.match(stderr, /^pyrefly: not_found: .*\/no\/such\/pyrefly/m)
      assert.match(stderr, /codeintel doctor/)
    }))
})
