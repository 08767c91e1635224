// @effect-diagnostics strictEffectProvide:off multipleEffectProvide:off
import * as NodeContext from "@effect/platform-node/NodeContext"
import * as FileSystem from "@effect/platform/FileSystem"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, type Scope } from "effect"
import { fileURLToPath } from "node:url"
import type { PipelineContext } from "../../src/domain/PipelineContext.js"
import * as ScipFileReader from "../../src/layers/ScipFileReader.js"
import * as MockToolService from "../../src/layers/testing/MockToolService.js"
import * as TestPipeline from "../../src/layers/testing/TestPipeline.js"
import { ingest } from "../../src/programs/ingest.js"
import { scipImport, toolNameOf } from "../../src/programs/scipImport.js"
import { encode, type IndexInit } from "../layers/scip/oracle.js"
import { repository, rowsOf } from "./importing.js"

const typescript = fileURLToPath(new URL("../fixtures/scip/typescript.scip", import.meta.url))

const greeter = {
  "src/greet.ts": `/** Greets whoever is there. */
export interface Greeter {
  greet(name: string): string
}

export class Größe implements Greeter {
  readonly "𝔸b" = "😀"; readonly after = 1
  greet(name: string): string {
    return \`😀😀 \${name}\` + this.after
  }
}
`,
  "src/main.ts": `import { Größe } from "./greet"

const /* 😀 */ greeter = new Größe()
export const said = "𝔸" + greeter.greet("you") + greeter.after
`
}

const written = Effect.fnUntraced(function*(index: IndexInit) {
  const fs = yield* FileSystem.FileSystem
  const file = yield* fs.makeTempFileScoped()
  yield* fs.writeFile(file, encode(index))
  return file
})

/** An index of scip-python over these documents. */
const python = (documents: IndexInit["documents"]) =>
  written({ metadata: { toolInfo: { name: "scip-python", version: "9" } }, documents: documents ?? [] })

const tools = (ctx: PipelineContext) => rowsOf(ctx, "SELECT tool, status, reused FROM tool_runs ORDER BY tool")

/** No tool is there: one that is run is `not_found`. */
const pipeline = Layer.mergeAll(
  TestPipeline.layer({}),
  MockToolService.layer({ ruff: MockToolService.report({ measured: [] }) }),
  ScipFileReader.layer
)

type Services = Layer.Layer.Success<typeof pipeline> | NodeContext.NodeContext

const test = <A, E>(body: Effect.Effect<A, E, Services | Scope.Scope>) =>
  Effect.scoped(body).pipe(Effect.provide(Layer.provideMerge(pipeline, NodeContext.layer)))

const occurrence = (symbol: string, ...range: ReadonlyArray<number>) => ({ symbol, range: [...range] })

describe("scipImport", () => {
  it.effect(
    "an index of scip-typescript: columns are code points, other tools' links stay",
    () =>
      test(Effect.gen(function*() {
        // a module, of which a checker has a row in file_checks
        const ctx = yield* repository({ ...greeter, "a.py": "" })
        yield* ingest(ctx, { only: ["typing"] })
        const summary = yield* scipImport(ctx, typescript)
        assert.deepInclude(summary, { tool: "scip-typescript", version: "0.4.0", documents: 2, occurrences: 22 })
        assert.deepStrictEqual(summary.notes, [])
        assert.deepStrictEqual(
          yield* rowsOf(
            ctx,
            `SELECT rel_path, start_line, start_column, end_column, is_definition FROM occurrences
          WHERE symbol LIKE '%after.' ORDER BY ALL`
          ),
          [["src/greet.ts", 7, 33, 38, true], ["src/greet.ts", 9, 32, 37, false], ["src/main.ts", 4, 58, 63, false]]
        )
        assert.deepInclude(yield* tools(ctx), ["scip-typescript", "imported", false])
        assert.deepInclude(yield* tools(ctx), ["coverage", "skipped", false])
        // no checker, whatever it is called
        assert.deepStrictEqual(yield* rowsOf(ctx, "SELECT count(*) FROM file_checks WHERE tool LIKE 'scip%'"), [[0]])
        assert.deepStrictEqual(
          yield* rowsOf(ctx, "SELECT rel_path, measured FROM run_files WHERE rel_path LIKE 'src/%' ORDER BY 1"),
          [["src/greet.ts", true], ["src/main.ts", true]]
        )

        // as long as its files are what they were
        const { scip } = yield* ingest({ ...ctx, snapshot: { ...ctx.snapshot, id: "other" } }, { only: ["typing"] })
        assert.deepStrictEqual([scip?.documents, scip?.occurrences], [2, 22])
        assert.deepInclude(yield* tools(ctx), ["scip-typescript", "imported", true])
        const files = new Map([...ctx.snapshot.files, ["src/main.ts", "changed"]])
        yield* ingest({ ...ctx, snapshot: { ...ctx.snapshot, id: "third", files } }, { only: ["typing"] })
        assert.deepInclude(yield* tools(ctx), ["scip-typescript", "skipped", false])
        assert.deepStrictEqual(yield* rowsOf(ctx, "SELECT count(*) FROM occurrences"), [[0]])
        assert.deepStrictEqual(yield* rowsOf(ctx, "SELECT count(*) FROM file_checks WHERE tool LIKE 'scip%'"), [[0]])
      })),
    { timeout: 30_000 }
  )

  it.effect(
    "one of scip-python stands in for running it, while it covers all modules as they are",
    () =>
      test(Effect.gen(function*() {
        const ctx = yield* repository({ "a.py": "é = 1\n", "b.py": "" })
        const documents = [
          { relativePath: "a.py", positionEncoding: 1, occurrences: [occurrence("s", 0, 0, 2)] },
          { relativePath: "b.py" }
        ]
        yield* scipImport(ctx, yield* python(documents.slice(0, 1)))
        yield* ingest(ctx, { only: ["scip"] })
        assert.deepInclude(yield* tools(ctx), ["scip-python", "not_found", false])

        yield* scipImport(ctx, yield* python(documents))
        yield* ingest(ctx, { only: ["scip"] })
        assert.deepInclude(yield* tools(ctx), ["scip-python", "imported", true])
        assert.deepStrictEqual(
          yield* rowsOf(ctx, "SELECT rel_path, start_column, end_column FROM occurrences"),
          [["a.py", 1, 2]]
        )
        const files = new Map([...ctx.snapshot.files, ["b.py", "changed"]])
        yield* ingest({ ...ctx, snapshot: { ...ctx.snapshot, id: "other", files } }, { only: ["scip"] })
        assert.deepInclude(yield* tools(ctx), ["scip-python", "not_found", false])
      })),
    { timeout: 30_000 }
  )

  it.effect("what cannot be stored where it belongs is left out, and said by name", () =>
    test(Effect.gen(function*() {
      const opened = yield* repository({ "a.py": "a\n", "b.py": "b\n", "c.py": "c\n", "link.py": "a.py" })
      const ctx = { ...opened, aliases: new Map([["link.py", "a.py"]]) }
      const file = yield* python([
        { relativePath: "a.py", occurrences: [occurrence("s", 0, 0, 1), occurrence("s", 7, 0, 1)] },
        { relativePath: "b.py", text: "other\n", occurrences: [occurrence("s", 0, 0, 5)] },
        { relativePath: "c.py", occurrences: [occurrence("s", 0, 0, 1)] },
        ...["/etc/passwd", "../a.py", "C:\\a.py"].map((relativePath) => ({ relativePath })),
        { relativePath: "gone.py" },
        { relativePath: "link.py" }
      ])
      const summary = yield* scipImport(ctx, file)
      assert.deepStrictEqual(summary.outsideRepository, { count: 3, first: ["/etc/passwd", "../a.py", "C:\\a.py"] })
      assert.deepStrictEqual(summary.notInRepository, { count: 2, first: ["gone.py", "link.py"] })
      assert.deepStrictEqual(summary.ofOtherContent, { count: 1, first: ["b.py"] })
      assert.deepStrictEqual(summary.outsideText, { count: 1, first: ["a.py"], occurrences: 1 })
      assert.deepStrictEqual([summary.documents, summary.occurrences, summary.notes.length], [3, 3, 4])
      assert.deepStrictEqual(
        yield* rowsOf(ctx, "SELECT rel_path, measured FROM run_files ORDER BY 1"),
        [["a.py", false], ["b.py", false], ["c.py", true]]
      )
      assert.deepStrictEqual(
        yield* rowsOf(ctx, "SELECT reason FROM tool_runs WHERE tool = 'scip-python'"),
        [[summary.notes.join("\n")]]
      )
    })))

  it.effect("an index of other files, and one that is cut, leave all as it was", () =>
    test(Effect.gen(function*() {
      const fs = yield* FileSystem.FileSystem
      const ctx = yield* repository({ "a.py": "a\n" })
      yield* scipImport(ctx, yield* python([{ relativePath: "a.py", occurrences: [occurrence("s", 0, 0, 1)] }]))
      const before = yield* rowsOf(ctx, "FROM core.tool_runs")
      const failed = (file: string) => Effect.map(Effect.flip(scipImport(ctx, file)), ({ _tag }) => _tag)
      assert.strictEqual(yield* failed(yield* python([{ relativePath: "b.py" }])), "ScipElsewhere")
      assert.strictEqual(yield* failed(yield* python([])), "ScipElsewhere")
      assert.strictEqual(
        yield* failed(yield* python([{ relativePath: "a.py" }, { relativePath: "a.py" }])),
        "ScipMalformed"
      )
      const cut = yield* fs.makeTempFileScoped()
      yield* fs.writeFile(cut, (yield* fs.readFile(typescript)).subarray(0, 1000))
      assert.strictEqual(yield* failed(cut), "ScipMalformed")
      assert.deepStrictEqual(yield* rowsOf(ctx, "FROM core.tool_runs"), before)
    })))

  it.effect("documents are relative to the project root, which may be a part of the repository", () =>
    test(Effect.gen(function*() {
      const ctx = yield* repository({ "sub/a.py": "a\n", "a.py": "a\n" })
      const index = (projectRoot: string, ...relativePaths: ReadonlyArray<string>) =>
        written({ metadata: { projectRoot }, documents: relativePaths.map((relativePath) => ({ relativePath })) })
      const covered = (file: string) =>
        Effect.zipRight(
          scipImport(ctx, file),
          rowsOf(ctx, "SELECT rel_path FROM scip_documents ORDER BY 1")
        )
      assert.deepStrictEqual(yield* covered(yield* index(`file://${ctx.root}/sub`, "a.py")), [["sub/a.py"]])
      assert.deepStrictEqual(yield* covered(yield* index(`file://${ctx.root}/sub`, "../a.py")), [["a.py"]])
      assert.deepStrictEqual(yield* covered(yield* index("file:///elsewhere", "a.py")), [["a.py"]])
      const above = yield* Effect.flip(scipImport(ctx, yield* index("file:///", "a.py")))
      assert.strictEqual(above._tag, "ScipElsewhere")
      assert.deepStrictEqual(yield* rowsOf(ctx, "SELECT tool FROM tool_runs WHERE status = 'imported'"), [["scip"]])
    })))
})

it.each([
  ["scip-typescript", "scip-typescript"],
  ["scip-python", "scip-python"],
  ["Rust Analyzer 2", "rust-analyzer-2"],
  ["pyright", "scip-pyright"],
  ["pytest", "scip-pytest"],
  ["", "scip"],
  ["4️⃣!", "scip"]
])("%j is stored as %s", (name, tool) => {
  assert.strictEqual(toolNameOf(name, ["pyright"]), tool)
})
