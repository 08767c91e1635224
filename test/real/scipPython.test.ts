// @effect-diagnostics strictEffectProvide:off
/**
 * scip-python itself: what a shard says is what a full run says, and a file that it dies of is left out alone.
 */
import * as NodeContext from "@effect/platform-node/NodeContext"
import * as FileSystem from "@effect/platform/FileSystem"
import { assert, layer } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { compareDocuments, crossReferences, documentsOf } from "../../bench/fidelity/documents.js"
import * as Live from "../../src/layers/Live.js"
import * as LocalBudget from "../../src/layers/LocalBudget.js"
import * as LocalShardExecutor from "../../src/layers/LocalShardExecutor.js"
import { documentsOf as indexDocuments } from "../../src/layers/scip/documents.js"
import { Repositories } from "../../src/services/Repositories.js"
import { ShardExecutor } from "../../src/services/ShardExecutor.js"
import { ToolService } from "../../src/services/ToolService.js"
import { exampleCopy, tree } from "../e2e/command.js"
import { directoryOf } from "../layers/tools/pyrightSession.js"

const Everything = Live.layer.pipe(Layer.provideMerge(NodeContext.layer))

const open = Effect.fnUntraced(function*(root: string) {
  const repositories = yield* Repositories
  const ctx = yield* repositories.open(root)
  yield* repositories.prepareState(ctx)
  return ctx
})

const textsOf = Effect.fnUntraced(function*(root: string, relPaths: ReadonlyArray<string>) {
  const fs = yield* FileSystem.FileSystem
  const texts = yield* Effect.forEach(
    relPaths,
    (relPath) => Effect.map(fs.readFileString(`${root}/${relPath}`), (text) => [relPath, text] as const),
    { concurrency: 8 }
  )
  const byPath = new Map(texts)
  return (relPath: string) => byPath.get(relPath) ?? ""
})

/** Files whose names and contents need care, and one that takes 100 MB to analyse. */
const careful = {
  "pkg/__init__.py": "",
  "pkg/a.py": "def f(x: int) -> int:\n    return x\n",
  "pkg/a.pyi": "def f(x: int) -> int: ...\n",
  "pkg/b.py": "from pkg.a import f\nfrom pkg.link import g\nimport ignored\nprint(f(1), g, ignored)\n",
  "pkg/real.py": "def g() -> None: ...\n",
  "pkg/.hidden/h.py": "x = 1\n",
  "pkg/with space.py": "x = 1\n",
  "pkg/ünï 😀.py": "x = 1\n",
  "pkg/new\nline.py": "x = 1\n",
  "pkg/st*r[1]?.py": "x = 1\n",
  "pkg/broken.py": "def broken(:\n",
  "pkg/empty.py": "",
  "ignored.py": "y = 1\n",
  ".gitignore": "ignored.py\n"
}

layer(Everything, { excludeTestServices: true, timeout: 120_000 })("scip-python", (it) => {
  it.scoped("has one document for each module, whatever its name, and writes nothing into the repository", () =>
    Effect.gen(function*() {
      const tools = yield* ToolService
      const ctx = yield* open(yield* directoryOf(careful, { "pkg/link.py": "real.py", "linked": "pkg" }))
      const before = yield* tree(ctx.root)
      const modules = ctx.modules.map(({ relPath }) => relPath)
      assert.lengthOf(modules, 12)
      const full = yield* documentsOf(ctx, [yield* tools.runScipFull(ctx)])
      assert.deepStrictEqual([...full.keys()].sort(), modules)
      assert.deepStrictEqual(yield* tree(ctx.root), before)

      // each alone: a stub and a module of one name, a package's file, a start of a name
      const alone = yield* Effect.forEach(
        [["pkg/a.py"], ["pkg/a.pyi"], ["pkg/b.py", "pkg/broken.py"], ["pkg/ünï 😀.py"], ["pkg/new\nline.py"]],
        (relPaths) => tools.runScipShard(ctx, { relPaths }),
        { concurrency: 2 }
      )
      const shards = yield* documentsOf(ctx, alone)
      assert.strictEqual(shards.size, 6)
      // nothing else was indexed and dropped: this version hears which files it is asked for
      const emitted = yield* Effect.forEach(alone, ({ path }) => indexDocuments(path), { concurrency: 2 })
      assert.deepStrictEqual(emitted.flat().map(({ relativePath }) => relativePath).sort(), [...shards.keys()].sort())
      const textOf = yield* textsOf(ctx.root, modules)
      const some = new Map([...full].filter(([relPath]) => shards.has(relPath)))
      const { differences, occurrences } = compareDocuments(shards, some, { modules: new Set(), textOf })
      assert.isAbove(occurrences, 10)
      assert.deepStrictEqual(differences, [])
    }))

  it.scoped("shards say what a full run says", () =>
    Effect.gen(function*() {
      const tools = yield* ToolService
      const ctx = yield* open(yield* exampleCopy)
      const modules = ctx.modules.map(({ relPath }) => relPath)
      const full = yield* documentsOf(ctx, [yield* tools.runScipFull(ctx)])
      const tests = modules.filter((relPath) => relPath.startsWith("tests/"))
      const others = modules.filter((relPath) => !tests.includes(relPath))
      const outputs = yield* Effect.forEach(
        [tests, others],
        (relPaths) => tools.runScipShard(ctx, { relPaths }),
        { concurrency: 2 }
      )
      const shards = yield* documentsOf(ctx, outputs)
      assert.deepStrictEqual([...shards.keys()].sort(), modules)
      const { differences, occurrences } = compareDocuments(shards, full, {
        modules: new Set(ctx.modules.map(({ moduleName }) => moduleName)),
        textOf: yield* textsOf(ctx.root, modules)
      })
      assert.isAbove(occurrences, 100)
      assert.deepStrictEqual(differences.filter((each) => each.class === "residue"), [])
      // from tests/ into src/, which is an import root
      assert.isAbove(crossReferences(shards), 10)
      assert.strictEqual(crossReferences(shards), crossReferences(full))
    }))

  it.scoped("a file that does not fit into memory is left out, with its reason, and all others are indexed", () =>
    Effect.gen(function*() {
      const large = Array.from({ length: 8000 }, (_, n) => `value_${n} = [${n}, "text", {"key": ${n}}]\n`).join("")
      const small = Object.fromEntries(
        Array.from({ length: 19 }, (_, n) => [`pkg/m${n}.py`, `def f${n}(x: int) -> int:\n    return x + ${n}\n`])
      )
      const ctx = yield* open(yield* directoryOf({ ...small, "pkg/__init__.py": "", "pkg/large.py": large }))
      const executor = Layer.fresh(LocalShardExecutor.layer).pipe(
        Layer.provide(LocalBudget.layer({ cores: 2, memoryBytes: 118e6 }))
      )
      const shards = yield* Effect.provide(ShardExecutor, executor)
      const { failed, notices, outputs } = yield* shards.index(ctx, ctx.modules.map(({ relPath }) => relPath))
      assert.deepStrictEqual([...failed.keys()], ["pkg/large.py"])
      assert.match(failed.get("pkg/large.py") ?? "", /JavaScript heap out of memory/)
      assert.lengthOf(notices, 1)
      const documents = yield* documentsOf(ctx, outputs)
      assert.deepStrictEqual(
        [...documents.keys()].sort(),
        ctx.modules.map(({ relPath }) => relPath).filter((relPath) => relPath !== "pkg/large.py")
      )
    }))
})
