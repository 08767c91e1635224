/**
 * The built command writes a file of settings.
 */
import * as NodeContext from "@effect/platform-node/NodeContext"
import * as FileSystem from "@effect/platform/FileSystem"
import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import { codeintel } from "./command.js"

/** In front of a command: permissions hold for it, also when root runs the tests. */
const unprivileged = process.getuid?.() === 0
  ? ["setpriv", "--bounding-set", "-dac_override,-dac_read_search", "--"]
  : []

layer(NodeContext.layer, { excludeTestServices: true })("codeintel init", (it) => {
  it.scoped("0: appends once, and what was there stays; a second time is refused", () =>
    Effect.gen(function*() {
      const fs = yield* FileSystem.FileSystem
      const root = yield* Effect.flatMap(fs.makeTempDirectoryScoped(), fs.realPath)
      const before = "# ours\n[project]\nname = \"x\" # keep\n"
      yield* fs.writeFileString(`${root}/pyproject.toml`, before)
      const printed = yield* codeintel(["init", "--print", root])
      assert.deepStrictEqual([printed.exitCode, printed.stderr], [0, ""])
      assert.match(printed.stdout, /^\[tool\.codeintel\]\n[^]*^#scip-python\.timeout = 3600$/m)

      const { exitCode, stderr, stdout } = yield* codeintel(["init", root])
      assert.deepStrictEqual([exitCode, stderr], [0, ""])
      assert.include(stdout, `${root}/pyproject.toml: [tool.codeintel] was added`)
      const after = yield* fs.readFileString(`${root}/pyproject.toml`)
      assert.strictEqual(after, `${before}\n${printed.stdout}`)
      assert.deepStrictEqual(yield* fs.readDirectory(root), ["pyproject.toml"])

      const again = yield* codeintel(["init", root])
      assert.deepStrictEqual([again.exitCode, again.stdout], [2, ""])
      assert.match(again.stderr, /pyproject\.toml:5: \[tool\.codeintel\]: is there already\n.*--print/)
      assert.strictEqual(yield* fs.readFileString(`${root}/pyproject.toml`), after)
      const config = yield* codeintel(["config", root])
      assert.notInclude(config.stdout, "pyproject.toml")
    }))

  it.scoped("0: codeintel.toml where there is no pyproject.toml", () =>
    Effect.gen(function*() {
      const fs = yield* FileSystem.FileSystem
      const root = yield* fs.makeTempDirectoryScoped()
      const { exitCode, stdout } = yield* codeintel(["init", root])
      assert.strictEqual(exitCode, 0)
      assert.match(stdout, /codeintel\.toml: made/)
      assert.deepStrictEqual(yield* fs.readDirectory(root), ["codeintel.toml"])
    }))

  it.scoped("4: a directory or a file that cannot be written, in one message", () =>
    Effect.gen(function*() {
      const fs = yield* FileSystem.FileSystem
      const root = yield* fs.makeTempDirectoryScoped()
      yield* fs.writeFileString(`${root}/pyproject.toml`, "a = 1\n")
      const refused = Effect.gen(function*() {
        const { exitCode, stderr, stdout } = yield* codeintel(["init", root], {}, unprivileged)
        assert.deepStrictEqual([exitCode, stdout], [4, ""])
        assert.match(stderr, /: NotWritable: .*\nnothing was changed; .*\n$/)
        assert.strictEqual(yield* fs.readFileString(`${root}/pyproject.toml`), "a = 1\n")
      })
      yield* fs.chmod(root, 0o555)
      yield* Effect.ensuring(refused, Effect.orDie(fs.chmod(root, 0o755)))
      yield* fs.chmod(`${root}/pyproject.toml`, 0o444)
      yield* refused
      assert.deepStrictEqual(yield* fs.readDirectory(root), ["pyproject.toml"])
    }))
})
