// @effect-diagnostics preferSchemaOverJson:off
/**
 * Reports that real tools made of the example repository on another machine (test/fixtures/import), and what is none.
 */
import * as NodeContext from "@effect/platform-node/NodeContext"
import * as FileSystem from "@effect/platform/FileSystem"
import { assert, describe, layer } from "@effect/vitest"
import { Effect, Layer, Option } from "effect"
import type { ForeignReport } from "../../src/domain/ForeignReport.js"
import type { PathMapping, Place } from "../../src/domain/Placement.js"
import type { ReportFormat } from "../../src/domain/ReportFormat.js"
import * as FileReportReader from "../../src/layers/FileReportReader.js"
import * as TestRepository from "../../src/layers/testing/TestRepository.js"
import { ReportReader } from "../../src/services/ReportReader.js"
import { diagnostics } from "../fixtures/example/expected.js"
import { exampleContext, importFixture } from "./tools/exampleContext.js"

type Context = ReturnType<typeof TestRepository.context>

const read = (
  ctx: Context,
  file: string,
  { format, maps = [] }: { readonly format?: ReportFormat; readonly maps?: ReadonlyArray<PathMapping> } = {}
) => Effect.flatMap(ReportReader, (reader) => reader.read(ctx, file, { format: Option.fromNullable(format), maps }))

const recorded = (name: string) => Effect.flatMap(exampleContext, (ctx) => read(ctx, importFixture(name)))

const temporary = Effect.fnUntraced(function*(content: string | Uint8Array, name = "report") {
  const fs = yield* FileSystem.FileSystem
  const file = `${yield* fs.makeTempDirectoryScoped()}/${name}`
  yield* typeof content === "string" ? fs.writeFileString(file, content) : fs.writeFile(file, content)
  return file
})

const refused = (content: string | Uint8Array, name?: string, format?: ReportFormat) =>
  Effect.gen(function*() {
    const ctx = TestRepository.context("/here", { "a.py": "" })
    const file = yield* temporary(content, name)
    return yield* Effect.flip(read(ctx, file, format === undefined ? {} : { format }))
  }).pipe(Effect.scoped)

/** A repository on disk. */
const repository = Effect.fnUntraced(function*(sources: TestRepository.Sources) {
  const fs = yield* FileSystem.FileSystem
  const root = yield* Effect.flatMap(fs.makeTempDirectoryScoped(), fs.realPath)
  for (const [relPath, text] of Object.entries(sources)) yield* fs.writeFileString(`${root}/${relPath}`, text)
  return TestRepository.context(root, sources)
})

const checksOf = (report: ForeignReport) => report._tag === "Checks" ? report.checks : assert.fail(report._tag)

const testsOf = (report: ForeignReport) => report._tag === "Tests" ? report.report : assert.fail(report._tag)

const bys = (places: ReadonlyMap<string, Place>) =>
  [...new Set([...places.values()].map((each) => each._tag === "File" ? each.by : each._tag))].sort()

const Reader = FileReportReader.layer.pipe(Layer.provideMerge(NodeContext.layer))

const json = (value: unknown) => JSON.stringify(value)

const sarif = (...runs: ReadonlyArray<object>) => json({ version: "2.1.0", runs })

const at = (uri: string, region: object = {}, more: object = {}) => ({
  ruleId: "R1",
  message: { text: "m" },
  locations: [{ physicalLocation: { artifactLocation: { uri }, region } }],
  ...more
})

const driver = (name: string, more: object = {}) => ({ tool: { driver: { name, ...more } } })

layer(Reader, { excludeTestServices: true })("ReportReader", (it) => {
  describe.each(["ruff.json", "ruff.sarif", "pyright.json"])("%s", (name) => {
    it.effect("has the rows that were written by hand", () =>
      Effect.gen(function*() {
        const report = yield* recorded(name)
        const [check] = checksOf(report)
        const tool = name.startsWith("ruff") ? "ruff" as const : "pyright" as const
        assert.strictEqual(check?.tool, tool)
        assert.sameDeepMembers(
          (check?.diagnostics ?? []).map((
            { endColumn, endLine, relPath, rule, severity, startColumn, startLine }
          ) => [relPath, startLine, startColumn, endLine, endColumn, severity, rule]),
          diagnostics[tool].map((row) => [...row])
        )
        assert.strictEqual(check?.ofOtherContent.size, 0)
        if (report._tag === "Checks") assert.deepStrictEqual(bys(report.placement), ["suffix"])
      }))
  })

  it.effect("pyrefly's report is of all that it prints", () =>
    Effect.gen(function*() {
      const [check] = checksOf(yield* recorded("pyrefly.json"))
      // without its warnings, as it was asked
      assert.sameDeepMembers(
        (check?.diagnostics ?? []).map((
          { relPath, rule, startColumn, startLine }
        ) => [relPath, startLine, startColumn, rule]),
        diagnostics.pyrefly.filter((row) => row[5] === "error").map((row) => [row[0], row[1], row[2], row[6]])
      )
    }))

  it.effect("the rows of SARIF are those of ruff's own format, to the fingerprint", () =>
    Effect.gen(function*() {
      const [other] = checksOf(yield* recorded("ruff.sarif"))
      const [ruff] = checksOf(yield* recorded("ruff.json"))
      assert.deepStrictEqual(other?.diagnostics, ruff?.diagnostics)
      assert.deepStrictEqual([other?.version, ruff?.version], [Option.some("0.17.6"), Option.none()])
    }))

  it.effect("coverage has the lines of its report", () =>
    Effect.gen(function*() {
      const report = yield* recorded("coverage.json")
      if (report._tag !== "Coverage") return assert.fail(report._tag)
      assert.deepStrictEqual(bys(report.placement), ["exact"])
      assert.strictEqual(report.coverage.files.size, 20)
      assert.deepStrictEqual(report.coverage.files.get("src/parcels/__init__.py"), {
        covered: [3, 4, 5, 7, 9],
        missing: []
      })
      assert.strictEqual(report.coverage.ofOtherContent.size, 0)
    }))

  it.effect.each(["junit.xml", "junit-xunit1.xml", "pytest-report.json"])(
    "%s has the tests of the log",
    (name) =>
      Effect.gen(function*() {
        const log = testsOf(yield* recorded("pytest-log.jsonl"))
        const report = testsOf(yield* recorded(name))
        const isJunit = name.endsWith(".xml")
        // neither says why a failure was expected
        const isSaid = (outcome: string) => outcome !== "xpassed" && (isJunit || outcome !== "xfailed")
        const rows = ({ results }: typeof log) =>
          results.map(({ message, outcome, phase, relPath, testId }) => [
            testId,
            Option.getOrNull(relPath),
            // what the XML does not say: a skip in the call, an unexpected pass
            isJunit && outcome === "skipped" ? "setup" : phase,
            isJunit && outcome === "xpassed" ? "passed" : outcome,
            isSaid(outcome) ? Option.getOrNull(message) : null
          ]).map((row) => JSON.stringify(row)).sort()
        assert.deepStrictEqual(rows(report), rows(log))
        assert.strictEqual(report.results.length, 38)
        assert.deepStrictEqual(report.incomplete, Option.none())
      })
  )

  it.scoped("JUnit XML: what failed twice, and a document that has less than it says", () =>
    Effect.gen(function*() {
      const fs = yield* FileSystem.FileSystem
      const ctx = TestRepository.context("/here", { "test_d.py": "" })
      const rows = (name: string) =>
        Effect.map(read(ctx, importFixture(name)), (report) =>
          testsOf(report).results.map((
            { outcome, phase, testId }
          ) => [testId, outcome === "skipped" ? "setup" : phase, outcome]))
      const ofXml = yield* rows("junit-teardown.xml")
      assert.deepStrictEqual(ofXml, yield* rows("pytest-log-teardown.jsonl"))
      assert.strictEqual(ofXml.length, 5)
      const xml = yield* fs.readFileString(importFixture("junit-teardown.xml"))
      const incomplete = (tests: number) =>
        Effect.gen(function*() {
          const file = yield* temporary(xml.replace("tests=\"4\"", `tests="${tests}"`))
          return Option.getOrNull(testsOf(yield* read(ctx, file)).incomplete)
        })
      assert.deepStrictEqual(yield* Effect.forEach([4, 5], incomplete), [
        null,
        "it says that there are 5 tests, and has 4"
      ])
    }))

  it.effect("of each format it says which, by what is in it", () =>
    Effect.gen(function*() {
      const formats = yield* Effect.forEach(
        ["coverage.data", "coverage.json", "junit.xml", "pyrefly.json", "pytest-log.jsonl", "pytest-report.json"],
        (name) =>
          Effect.scoped(Effect.gen(function*() {
            const fs = yield* FileSystem.FileSystem
            // whatever it is called
            const file = yield* temporary(yield* fs.readFile(importFixture(name)), "ruff.scip.xml")
            const report = yield* read(yield* exampleContext, file)
            return report.format
          }))
      )
      assert.deepStrictEqual(formats, [
        "coverage-data",
        "coverage-json",
        "junit",
        "pyrefly",
        "pytest-log",
        "pytest-json"
      ])
      const index = yield* read(
        yield* exampleContext,
        new URL("../fixtures/scip/example.scip", import.meta.url).pathname
      )
      assert.strictEqual(index._tag, "Scip")
    }))

  it.scoped("what pyright prints before its report, and the text of Windows, are read", () =>
    Effect.gen(function*() {
      const fs = yield* FileSystem.FileSystem
      const text = yield* fs.readFileString(importFixture("pyright.json"))
      const ctx = yield* exampleContext
      const utf16 = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, "utf16le")])
      for (const content of [`No configuration file found.\n${text}`, `\ufeff${text}`, utf16]) {
        const [check] = checksOf(yield* read(ctx, yield* temporary(content)))
        assert.strictEqual(check?.diagnostics.length, diagnostics.pyright.length)
      }
    }))

  it.scoped("SARIF: severities, rules, messages, what is no finding", () =>
    Effect.gen(function*() {
      const ctx = yield* repository({ "a.py": "x = '𝔸b'; y\nlast\n" })
      const rules = [
        { id: "R1", defaultConfiguration: { level: "error" }, messageStrings: { m: { text: "{{no}} {0} of {1}" } } },
        { id: "R2", defaultConfiguration: { level: "note" } }
      ]
      const file = yield* temporary(sarif({
        ...driver("Some Linter", { version: "1", semanticVersion: "2.0", rules }),
        columnKind: "utf16CodeUnits",
        invocations: [{ executionSuccessful: false }],
        results: [
          at("a.py", { startLine: 1, startColumn: 11, endColumn: 12 }, { message: { id: "m", arguments: ["1", "2"] } }),
          at("a.py", { startLine: 2 }, { ruleId: undefined, ruleIndex: 1 }),
          at("a.py", { startLine: 1, startColumn: 12 }, { ruleId: "R3/part", level: "warning" }),
          at("a.py", {}, { ruleId: "R4", kind: "review" }),
          at("a.py", { startLine: 0, startColumn: 0 }, { ruleId: "R5", level: "none" }),
          at("a.py", {}, { kind: "pass" }),
          at("a.py", {}, { suppressions: [{ kind: "inSource" }] }),
          at("a.py", {}, { ruleId: "R6", suppressions: [{ kind: "external", status: "rejected" }] }),
          at("a.py", {}, { baselineState: "absent" }),
          { message: { text: "of the project" } },
          at("gone.py")
        ]
      }))
      const [check] = checksOf(yield* read(ctx, file))
      assert.deepStrictEqual(
        check?.diagnostics.map((
          { endColumn, endLine, message, rule, severity, startColumn, startLine }
        ) => [rule, severity, startLine, startColumn, endLine, endColumn, message]),
        [
          ["R4", "information", 1, 1, 1, 1, "m"],
          ["R5", "information", 1, 1, 1, 1, "m"],
          ["R6", "warning", 1, 1, 1, 1, "m"],
          // two units are one character
          ["R1", "error", 1, 10, 1, 11, "{no} 1 of 2"],
          // to the end of its line
          ["R3/part", "warning", 1, 11, 1, 12, "m"],
          ["R2", "information", 2, 1, 2, 5, "m"]
        ]
      )
      assert.deepInclude(check, { tool: "some-linter", version: Option.some("2.0"), leftOut: 1 })
      assert.deepStrictEqual(check?.notices, [
        "1 results that say that nothing is wrong are left out",
        "1 results that are suppressed are left out",
        "1 results that are gone since a baseline are left out",
        "1 results that are of no file are left out",
        "the tool says of itself that it failed: there may be more to find"
      ])
    }))

  it.scoped("SARIF: a run each, URIs and their bases, hashes of the content", () =>
    Effect.gen(function*() {
      const ctx = yield* repository({ "a.py": "x\n", "b c.py": "y\n", "ü.py": "z\n" })
      const hash = ctx.snapshot.files.get("a.py") ?? ""
      const based = (uri: string, uriBaseId: string) => ({
        ...at(uri),
        locations: [{ physicalLocation: { artifactLocation: { uri, uriBaseId } } }]
      })
      const file = yield* temporary(sarif(
        {
          ...driver("CodeQL"),
          originalUriBaseIds: {
            ROOT: { uri: "file:///ci/x" },
            SUB: { uri: "sub/", uriBaseId: "ROOT" },
            LOOP: { uriBaseId: "LOOP" }
          },
          artifacts: [
            {
              location: { uri: "a.py", uriBaseId: "ROOT" },
              roles: ["analysisTarget"],
              hashes: { "sha-256": hash.toUpperCase() }
            },
            { location: { uri: "b%20c.py", uriBaseId: "ROOT" }, roles: ["analysisTarget"], hashes: { "sha-256": "0" } }
          ],
          results: [
            based("%C3%BC.py", "ROOT"),
            based("../b%20c.py", "SUB"),
            based("a.py", "LOOP"),
            based("a.py", "__proto__"),
            { ...at(""), locations: [{ physicalLocation: { artifactLocation: { index: 1 } } }] }
          ]
        },
        { ...driver("CodeQL"), results: [at("file:///C:/ci/a.py"), at("C:\\ci\\b c.py"), at("%zz.py")] },
        { ...driver("pytest"), results: [] },
        { ...driver("ruff"), results: null },
        driver("!")
      ))
      const report = yield* read(ctx, file)
      const checks = checksOf(report)
      assert.deepStrictEqual(checks.map(({ tool }) => tool), ["codeql", "codeql-2", "sarif-pytest", "ruff", "sarif"])
      assert.deepStrictEqual(checks.map((check) => check.diagnostics.map(({ relPath }) => relPath)), [
        ["a.py", "a.py", "b c.py", "b c.py", "ü.py"],
        ["a.py", "b c.py"],
        [],
        [],
        []
      ])
      const [first, second] = checks
      assert.deepStrictEqual([...first?.listed ?? []], ["a.py", "b c.py"])
      assert.deepStrictEqual([...first?.ofThisContent ?? []], ["a.py"])
      assert.deepStrictEqual([...first?.ofOtherContent.keys() ?? []], ["b c.py"])
      assert.strictEqual(second?.leftOut, 1)
    }))

  it.scoped("what is not within the file was made of another one", () =>
    Effect.gen(function*() {
      const ctx = yield* repository({ "a.py": "x = 1\r\n", "b.py": "\ufeffy", "c.py": "if x:\n  # why\n\n  pass\n" })
      const row = (filename: string, row: number, column: number, end = column) => ({
        filename,
        code: "F401",
        message: "m",
        location: { row, column },
        end_location: { row, column: end }
      })
      const found = (...rows: ReadonlyArray<object>) =>
        Effect.gen(function*() {
          const [check] = checksOf(yield* read(ctx, yield* temporary(json(rows))))
          return [check?.diagnostics.length, [...check?.ofOtherContent ?? []]]
        })
      // the end of a line, and of the file
      assert.deepStrictEqual(yield* found(row("a.py", 1, 6), row("a.py", 2, 1), row("b.py", 1, 2, 3)), [3, []])
      assert.deepStrictEqual(yield* found(row("a.py", 1, 1, 8), row("a.py", 3, 1), row("b.py", 1, 4)), [3, [
        ["a.py", "2 findings are not within the file"],
        ["b.py", "1 finding is not within the file"]
      ]])
      const covered = (executed_lines: ReadonlyArray<number>) =>
        Effect.gen(function*() {
          const files = { "c.py": { executed_lines, missing_lines: [] } }
          const report = yield* read(ctx, yield* temporary(json({ meta: { version: "7" }, files })))
          return report._tag === "Coverage" ? [...report.coverage.ofOtherContent.values()] : assert.fail(report._tag)
        })
      assert.deepStrictEqual(yield* covered([1, 4]), [])
      assert.deepStrictEqual(yield* covered([0]), [])
      for (const line of [2, 3, 5, 99]) {
        assert.deepStrictEqual(yield* covered([1, line]), [`there is no statement in line ${line}`])
      }
    }))

  it.effect("what is none of them is refused, with all that can be", () =>
    Effect.gen(function*() {
      for (
        const content of ["", " \n", "hello", "\0\0", "[]", "[1]", "{}", "{\"errors\"", "null", "[".repeat(100_000)]
      ) {
        const error = yield* refused(content)
        assert.strictEqual(error.reason, "UnknownFormat", content.slice(0, 20))
        assert.include(error.message, "pyright --outputjson")
        assert.isBelow(error.message.length, 2000)
      }
      // nothing was found, and the name alone says by whom
      const ctx = TestRepository.context("/here", { "a.py": "" })
      const [check] = checksOf(
        yield* Effect.scoped(Effect.flatMap(temporary("[]", "ruff.json"), (file) => read(ctx, file)))
      )
      assert.deepInclude(check, { tool: "ruff", diagnostics: [] })
    }))

  it.effect.each<[string, string, ReportFormat | undefined, RegExp]>([
    [
      "JSON that is cut",
      "{\n  \"errors\": [",
      "pyrefly",
      /no whole report \(pyrefly.*: it is no JSON: Unexpected end of JSON input at line 2, column 14$/
    ],
    ["another token", "{\"runs\": [],\n x}", undefined, /it is no JSON: .*at line 2, column 2/],
    ["another type", "{\"errors\": [{\"line\": 1e99}]}", undefined, /errors\.0\.line: Expected .*, actual 1e\+99/],
    ["another version", "{\"version\": \"1.0\", \"runs\": []}", undefined, /version: Expected "2\.1\.0"/],
    ["a field that is missing", "{\"meta\": {}, \"files\": {}}", undefined, /meta\.version: is missing/],
    ["XML that is cut", "<testsuites>\n<testsuite>", undefined, /it is no XML: line 2, column \d+: unclosed tag/],
    ["XML of another kind", "<coverage/>", undefined, /its root is coverage/],
    ["an entity", "<!DOCTYPE a [<!ENTITY b \"c\">]><testsuite>&b;</testsuite>", undefined, /undefined entity/],
    ["no log", "{}\n", "pytest-log", /neither a log of pytest-reportlog/]
  ])("%s is refused with the place", ([, content, format, says]) =>
    Effect.gen(function*() {
      const error = yield* refused(content, "report", format)
      assert.match(error.message, says)
    }))

  it.effect("what is no UTF-8 is refused with the line", () =>
    Effect.gen(function*() {
      const bytes = Buffer.from("{\n\"errors\": [\n\"\xff\"]}", "latin1")
      assert.match((yield* refused(bytes)).message, /line 3 is not UTF-8/)
    }))
})
