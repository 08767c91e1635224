import { assert, describe, it } from "@effect/vitest"
import Ajv from "ajv"
import draft4 from "ajv/lib/refs/json-schema-draft-04.json" with { type: "json" }
import { Arbitrary } from "effect"
import { Verdict } from "../../../../src/domain/Verdict.js"
import { renderSarif } from "../../../../src/programs/render/gate/sarif.js"
import schema from "../../../fixtures/sarif/sarif-schema-2.1.0.json" with { type: "json" }
import { comparison, finding, hostile, hostileVerdict, tool, verdict } from "../verdict.js"

const ajv = new Ajv({ schemaId: "auto", meta: false, allErrors: true })
ajv.addMetaSchema(draft4)
const validate = ajv.compile(schema)

/** As far as the tests look. */
interface Run {
  readonly tool: {
    readonly driver: {
      readonly name: string
      readonly version?: string
      readonly rules?: ReadonlyArray<{ id: string }>
    }
  }
  readonly invocations: ReadonlyArray<{
    readonly executionSuccessful: boolean
    readonly exitCode?: number
    readonly toolExecutionNotifications: ReadonlyArray<
      { readonly level: string; readonly message: { readonly text: string } }
    >
  }>
  readonly results: ReadonlyArray<{
    readonly ruleId: string
    readonly ruleIndex: number
    readonly level: string
    readonly message: { readonly text: string }
    readonly locations: ReadonlyArray<{
      readonly physicalLocation: {
        readonly artifactLocation: { readonly uri: string; readonly uriBaseId: string }
        readonly region: unknown
      }
    }>
    readonly partialFingerprints: unknown
    readonly baselineState: string
  }>
  readonly automationDetails: { readonly id: string }
  readonly columnKind: string
}

const runsOf = (given: Verdict, options?: { readonly fixed?: boolean }): ReadonlyArray<Run> => {
  const log = JSON.parse(renderSarif(given, options))
  validate(log)
  assert.deepStrictEqual(validate.errors ?? [], [])
  return log.runs
}

const successes = (given: Verdict) =>
  Object.fromEntries(
    runsOf(given).map((
      { invocations, tool }
    ) => [tool.driver.name, invocations.map((each) => each.executionSuccessful)])
  )

const notes = (run: Run | undefined): ReadonlyArray<string> =>
  run?.invocations.flatMap((each) => each.toolExecutionNotifications.map(({ message }) => message.text)) ?? []

const said = (run: Run | undefined) => run?.results.map(({ message, ruleId }) => `${ruleId}: ${message.text}`)

const strings = (value: unknown): ReadonlyArray<string> =>
  typeof value === "string"
    ? [value]
    : typeof value === "object" && value !== null
    ? Object.values(value).flatMap(strings)
    : []

const OBEYED = /[\p{Cc}\p{Surrogate}\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/u

describe("renderSarif", () => {
  it("has a run for each tool, and one for the gate", () => {
    const [pyright, gate, ...others] = runsOf(verdict({ prefix: "packages/a b/" }))
    assert.deepStrictEqual(others, [])
    assert.deepInclude(pyright?.tool.driver, { name: "pyright", version: "1.1.414" })
    assert.strictEqual(pyright?.columnKind, "unicodeCodePoints")
    assert.strictEqual(pyright?.automationDetails.id, "codeintel-gate/pyright/")
    assert.deepStrictEqual(pyright?.results, [{
      ruleId: "reportAttributeAccessIssue",
      ruleIndex: 0,
      level: "error",
      message: { text: finding().message },
      locations: [{
        physicalLocation: {
          artifactLocation: { uri: "packages/a%20b/src/a.py", uriBaseId: "SRCROOT" },
          region: { startLine: 3, startColumn: 5, endLine: 3, endColumn: 6 }
        }
      }],
      partialFingerprints: { "codeintel/v1": "f1" },
      baselineState: "new"
    }])
    assert.strictEqual(gate?.tool.driver.name, "codeintel")
    assert.deepStrictEqual(gate?.invocations.map(({ exitCode }) => exitCode), [1])
    assert.deepStrictEqual(notes(gate), ["gate: failed", "1 new finding"])
    assert.deepStrictEqual(gate?.results, [])
  })

  it("names each rule once, and each result points at its own", () => {
    const rules = ["b", "a", "b"]
    const [run] = runsOf(verdict({ findings: rules.map((rule) => finding({ rule, severity: "information" })) }))
    assert.deepStrictEqual(run?.tool.driver.rules?.map(({ id }) => id), ["b", "a"])
    assert.deepStrictEqual(run?.results.map(({ level, ruleIndex }) => [level, ruleIndex]), [["note", 0], ["note", 1], [
      "note",
      0
    ]])
  })

  it("has what was fixed only when asked", () => {
    const given = verdict({
      comparison: comparison({ fixed: [finding({ rule: "gone" }), finding({ tool: "ruff" })] }),
      rules: { ...verdict().rules, tools: ["pyr*"] }
    })
    const states = (runs: ReadonlyArray<Run>) =>
      runs.flatMap(({ results }) => results.map((each) => each.baselineState))
    assert.deepStrictEqual(states(runsOf(given)), ["new"])
    assert.deepStrictEqual(states(runsOf(given, { fixed: true })), ["new", "absent"])
  })

  it("says of a tool that was not compared that it was not", () => {
    const none = { new: null, fixed: null, moved: null, unchanged: null, unknown: null }
    const off = { status: "skipped", reason: "not enabled", version: null } as const
    const tools = [
      tool({ tool: "ruff", new: 0 }),
      tool({ tool: "partial", concerns: ["2 files were not looked at"] }),
      tool({ tool: "lost", ...none, head: { status: "failed", reason: "it crashed", version: null } }),
      tool({ tool: "off", ...none, base: null, head: off }),
      tool({ tool: "other", concerns: ["does not count"] })
    ]
    const rules = { ...verdict().rules, tools: ["ruff", "p*", "lost", "off"] }
    const given = verdict({ verdict: "passed", reasons: [], findings: [], rules, comparison: comparison({ tools }) })
    assert.deepStrictEqual(successes(given), { ruff: [true], partial: [false], lost: [false], codeintel: [true] })
    const [, partial, lost] = runsOf(given)
    assert.deepStrictEqual([notes(partial), notes(lost)], [["2 files were not looked at"], ["it crashed"]])
  })

  it("has no run of a refused gate that looks clean", () => {
    const tools = [tool({ new: 0 }), tool({ tool: "ruff", new: 0, concerns: ["not found"] })]
    const refused = verdict({
      verdict: "refused",
      reasons: ["ruff: not found"],
      findings: [],
      comparison: comparison({ tools })
    })
    assert.deepStrictEqual(successes(refused), { pyright: [false], ruff: [false], codeintel: [false] })
    assert.deepStrictEqual(notes(runsOf(refused)[0]), ["the gate refused: ruff: not found"])
    const gate = runsOf(refused).at(-1)
    assert.deepStrictEqual(gate?.invocations[0]?.exitCode, 3)
    assert.deepStrictEqual(said(gate), ["gate-refused: ruff: not found"])
  })

  it("has the reasons as results where there is no finding", () => {
    const gate = runsOf(verdict({ reasons: ["50 % of changed lines are covered", "b"], findings: [] })).at(-1)
    assert.deepStrictEqual(said(gate), ["gate-failed: 50 % of changed lines are covered", "gate-failed: b"])
    const { artifactLocation } = gate?.results[0]?.locations[0]?.physicalLocation ?? {}
    assert.strictEqual(artifactLocation?.uri, "no%20file%20associated%20with%20this%20alert")
  })

  it("encodes every name of a path", () => {
    const [run] = runsOf(verdict({ findings: [finding({ relPath: "a:b/c d#e%20?é𝒳.py" })] }))
    const uri = run?.results[0]?.locations[0]?.physicalLocation.artifactLocation.uri ?? ""
    assert.strictEqual(uri, "a%3Ab/c%20d%23e%2520%3F%C3%A9%F0%9D%92%B3.py")
    assert.strictEqual(new URL(uri, "file:///").pathname, `/${uri}`)
    assert.strictEqual(decodeURIComponent(uri), "a:b/c d#e%20?é𝒳.py")
  })

  it("has neither links nor arguments that others wrote", () => {
    const texts = ["[a](0)", "[b\\\\](http://x)", "{0} {a} {12}", ""]
    const [run] = runsOf(verdict({ findings: texts.map((message) => finding({ message })) }))
    assert.deepStrictEqual(run?.results.map(({ message }) => message.text), [
      "[a] (0)",
      "[b\\\\] (http://x)",
      "{{0}} {a} {{12}}",
      "(no message)"
    ])
  })

  it.each(hostile)("is valid and inert with %j", (text) => {
    const given = hostileVerdict(text)
    for (const each of [given, { ...given, verdict: "refused" as const }]) {
      const runs = runsOf(each, { fixed: true })
      assert.deepStrictEqual(runs.map(({ results }) => results.length), [2, each.verdict === "refused" ? 1 : 0])
      for (const value of strings(runs)) assert.notMatch(value.replaceAll(/[\n\t]/g, ""), OBEYED)
      const messages = [
        ...runs.flatMap(({ results }) => results.map(({ message }) => message.text)),
        ...runs.flatMap(notes)
      ]
      for (const each of messages) assert.notMatch(each, /\]\(|(?<!\{)\{\d/)
    }
  })

  it.prop(
    "is valid for every verdict, loses no finding, and is never clean when refused",
    [Arbitrary.make(Verdict)],
    ([given]) => {
      const runs = runsOf(given)
      assert.strictEqual(runs.slice(0, -1).flatMap(({ results }) => results).length, given.findings.length)
      if (given.verdict !== "passed") assert.isNotEmpty(runs.flatMap(({ results }) => results))
      for (const { invocations, results, tool } of runs) {
        for (const each of results) assert.strictEqual(tool.driver.rules?.[each.ruleIndex]?.id, each.ruleId)
        for (const { executionSuccessful, toolExecutionNotifications } of invocations) {
          if (given.verdict === "refused") assert.isFalse(executionSuccessful)
          if (!executionSuccessful) assert.isNotEmpty(toolExecutionNotifications)
        }
      }
    },
    { fastCheck: { numRuns: 50 } }
  )
})
