// @effect-diagnostics strictEffectProvide:off
/**
 * The workflow of docs/gate.md, as GitHub would read it.
 */
import * as NodeContext from "@effect/platform-node/NodeContext"
import * as FileSystem from "@effect/platform/FileSystem"
import { assert, layer } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { parseDocument } from "yaml"
import { running, Services } from "../programs/cli/running.js"

const Step = Schema.Struct({
  uses: Schema.optional(Schema.String),
  run: Schema.optional(Schema.String),
  if: Schema.optional(Schema.String),
  with: Schema.optional(Schema.Record({ key: Schema.String, value: Schema.Union(Schema.String, Schema.Number) }))
})

const Workflow = Schema.Struct({
  name: Schema.String,
  on: Schema.Literal("pull_request"),
  permissions: Schema.Record({ key: Schema.String, value: Schema.Literal("read", "write") }),
  jobs: Schema.Struct({ gate: Schema.Struct({ "runs-on": Schema.String, steps: Schema.Array(Step) }) })
})

const page = Effect.flatMap(FileSystem.FileSystem, (fs) => fs.readFileString("docs/gate.md"))

/** No key that is unknown, or is there twice. */
const workflowOf = (text: string) => {
  const [, block] = /^```yaml\n(.*?)^```$/ms.exec(text) ?? []
  const document = parseDocument(block ?? "", { strict: true })
  assert.deepStrictEqual([...document.errors, ...document.warnings], [])
  return Schema.decodeUnknown(Workflow, { onExcessProperty: "error" })(document.toJS())
}

layer(NodeContext.layer, { excludeTestServices: true })("docs/gate.md", (it) => {
  it.effect("has a workflow with one step that gates", () =>
    Effect.gen(function*() {
      const { jobs, permissions } = yield* workflowOf(yield* page)
      const { steps } = jobs.gate
      for (const { run, uses } of steps) {
        assert.isTrue((run === undefined) !== (uses === undefined))
        if (uses !== undefined) assert.match(uses, /^[\w-]+\/[\w-]+(\/[\w-]+)?@v\d+$/)
        // what is put into a command by the runner is read by the shell
        if (run !== undefined) assert.notInclude(run, "${{")
      }
      const gates = steps.filter(({ run }) => run?.includes("codeintel") === true)
      assert.lengthOf(gates, 1)
      const written = /--output sarif=(\S+)/.exec(gates[0]?.run ?? "")?.[1]
      const upload = steps.at(-1)
      assert.match(upload?.uses ?? "", /upload-sarif/)
      assert.strictEqual(upload?.with?.["sarif_file"], written)
      // also of a gate that failed
      assert.include(upload?.if ?? "", "!cancelled()")
      assert.strictEqual(permissions["security-events"], "write")
    }))

  it.effect("describes each option that it uses", () =>
    Effect.gen(function*() {
      const text = yield* page
      const described = [...text.matchAll(/^\| `(--[\w-]+)/gm)].map(([, option]) => option)
      const { jobs } = yield* workflowOf(text)
      const command = jobs.gate.steps.find(({ run }) => run?.includes("codeintel gate") === true)?.run ?? ""
      const used = [...command.matchAll(/(?<= )--[\w-]+/g)].map(([option]) => option)
      assert.isNotEmpty(used)
      assert.includeMembers(described, used)
    }))

  it.effect("describes the options of the command, all of them", () =>
    Effect.gen(function*() {
      const described = [...(yield* page).matchAll(/^\| `(--[\w-]+)/gm)].map(([, option]) => option)
      const { stdout } = yield* Effect.provide(running("gate", "--help"), Services)
      const shared = ["--db", "--python", "--offline", "--untrusted"]
      // the help has colours, whoever reads it
      const plain = stdout.replaceAll(/\u001b\[[\d;]*m/g, "")
      const there = new Set([...plain.matchAll(/^\s*\(?(?:-\w, )?(--[\w-]+)/gm)].map(([, option]) => option ?? ""))
      for (const option of [...shared, "--completions", "--log-level", "--wizard", "--version", "--help"]) {
        there.delete(option)
      }
      assert.sameMembers(described, [...there])
    }))
})
