// @effect-diagnostics preferSchemaOverJson:off
/**
 * Reading: recorded reports of pytest 9.2.0 (and 8.4.2 with pytest-subtests) -> what pytest counted.
 */
import * as NodeContext from "@effect/platform-node/NodeContext"
import * as FileSystem from "@effect/platform/FileSystem"
import { assert, describe, it, layer } from "@effect/vitest"
import { Effect, Option } from "effect"
import type { PipelineContext } from "../../../src/domain/PipelineContext.js"
import type { TestReport } from "../../../src/domain/TestReport.js"
import { make } from "../../../src/layers/tools/pytest.js"
import { relPaths } from "../../../src/layers/tools/pytest/nodeId.js"
import * as Screen from "../../../src/layers/tools/pytest/screen.js"
import * as Sidecar from "../../../src/layers/tools/pytest/sidecar.js"
import { contextIn, fixture, groups, groupsOf, logOf, recordingOf, replay } from "./pytestSession.js"

const read = Effect.fnUntraced(function*(ctx: PipelineContext, file: string) {
  const { access } = yield* replay("none")
  return yield* make(access).readPytestReport(ctx, file)
})

/** A recorded log, alone: as of a run that somebody else made. */
const readLog = (name: string) => read(contextIn("/nowhere", recordingOf(name)), fixture(`${name}.jsonl`))

const whole = [
  ...["outcomes", "subtests", "subtests_plugin", "reruns", "xdist", "xdist_crash", "none", "deselected"],
  "continue_on_collection"
]

layer(NodeContext.layer)("readPytestReport", (it) => {
  it.effect.each([...whole, "collection", "exitfirst", "rootdir_above", "base_elsewhere"])(
    "%s: by outcome, pytest's own last line",
    (name) =>
      Effect.gen(function*() {
        const [line = ""] = recordingOf(name).plain
        const report = yield* readLog(name)
        assert.deepStrictEqual(groups(report), groupsOf(line))
        if (whole.includes(name)) assert.deepStrictEqual(report.incomplete, Option.none())
      })
  )

  it.effect("each result has its phase and reason", () =>
    Effect.gen(function*() {
      const { execution, notices, results } = yield* readLog("outcomes")
      const rows = results.map(({ message, outcome, phase, testId }) =>
        [testId.replace(/^tests\//, ""), phase, outcome, Option.getOrElse(message, () => "")].join(" | ")
      )
      assert.deepStrictEqual(rows, [
        "test_skipmod.py | collect | skipped | could not import 'no_such_module_x': No module named 'no_such_module_x'",
        "test_a.py::test_pass | call | passed | ",
        "test_a.py::test_fail | call | failed | AssertionError: not",
        "test_a.py::test_setup_error | setup | error | ValueError: in setup",
        "test_a.py::test_teardown_error | call | passed | ",
        "test_a.py::test_teardown_error | teardown | error | ValueError: in teardown",
        "test_a.py::test_fail_and_teardown_error | call | failed | assert 0",
        "test_a.py::test_fail_and_teardown_error | teardown | error | ValueError: in teardown",
        "test_a.py::test_skip_mark | setup | skipped | not today",
        "test_a.py::test_skip_call | call | skipped | at run time",
        "test_a.py::test_xfail | call | xfailed | known",
        "test_a.py::test_xfail_call | call | xfailed | called",
        "test_a.py::test_xfail_norun | setup | xfailed | [NOTRUN] never run",
        "test_a.py::test_xpass | call | xpassed | ",
        "test_a.py::test_xpass_strict | call | failed | [XPASS(strict)] must fail",
        "test_a.py::test_xfail_in_setup | setup | xfailed | setup known",
        "test_a.py::test_xpass_teardown | call | xpassed | teardown known",
        "test_a.py::test_xpass_teardown | teardown | xfailed | teardown known",
        "test_a.py::test_no_fixture | setup | error | fixture 'nofix' not found",
        "test_a.py::test_p[a::b] | call | passed | ",
        "test_a.py::test_p[[x]] | call | failed | AssertionError: assert '[x]' != '[x]'",
        "test_a.py::test_p[\\xe9/\\xfc] | call | passed | ",
        "test_a.py::TestK::test_in_class | call | passed | ",
        "test_a.py::Old::test_expected | call | xfailed | _pytest.outcomes.XFailed",
        "test_a.py::Old::test_unexpected | call | failed | Failed: Unexpected success",
        "test_a.py::Old::test_uskip | call | skipped | unittest skip",
        "test_skipall.py::test_x | setup | skipped | all of it"
      ])
      assert.deepStrictEqual(
        results.map(({ relPath }) => Option.getOrElse(relPath, () => "")),
        results.map(({ testId }) => testId.replace(/::.*/, ""))
      )
      assert.deepStrictEqual(execution, Option.none())
      assert.deepStrictEqual(notices, [])
    }))

  it.effect("a duration is that of the phases that the result stands for", () =>
    Effect.gen(function*() {
      const { results } = yield* readLog("outcomes")
      const log = Option.getOrThrow(logOf("outcomes")).trim().split("\n").map((line): Record<string, unknown> =>
        JSON.parse(line)
      )
      const seconds = (test: string, ...phases: ReadonlyArray<string>) =>
        log.filter(({ nodeid, when }) => nodeid === `tests/test_a.py::${test}` && phases.includes(String(when)))
          .reduce((sum, { duration }) => sum + Number(duration), 0)
      const durations = (test: string) =>
        results.filter(({ testId }) => testId === `tests/test_a.py::${test}`).map(({ durationMs }) =>
          Option.getOrThrow(durationMs)
        )
      const [all = 0] = durations("test_pass")
      assert.approximately(all, seconds("test_pass", "setup", "call", "teardown") * 1000, 1e-6)
      const [ran = 0, teardown = 0] = durations("test_teardown_error")
      assert.approximately(ran, seconds("test_teardown_error", "setup", "call") * 1000, 1e-6)
      assert.approximately(teardown, seconds("test_teardown_error", "teardown") * 1000, 1e-6)
      assert.deepStrictEqual(results[0]?.durationMs, Option.none())
    }))

  it.effect.each(
    [
      ["os_exit_0", "test_a.py::test_2 | call", "the process ended while test_a.py::test_2 ran"],
      ["segfault", "test_a.py::test_2 | call", "the process ended while test_a.py::test_2 ran"],
      ["sigint", "test_a.py::test_2 | call", "the session was ended while test_a.py::test_2 ran"],
      ["exit", "test_a.py::test_2 | call", "the session was ended while test_a.py::test_2 ran"],
      ["exit_0", "test_a.py::test_2 | call", "the session was ended while test_a.py::test_2 ran"],
      ["os_exit_in_teardown", "test_a.py::test_2 | teardown", "the process ended while test_a.py::test_2 ran"],
      ["os_exit_in_setup", "", "the process ended after test_a.py::test_1, in something that had not reported yet"],
      ["internal", "", "pytest ended with 3"],
      ["collection", "", "2 errors in collection"],
      ["missing_path", "", "pytest ended with 4"]
    ] as const
  )("%s: what crashed it, and what was reported before", ([name, crashed, incomplete]) =>
    Effect.gen(function*() {
      const report = yield* readLog(name)
      assert.deepStrictEqual(
        report.results.filter(({ outcome }) => outcome === "crashed").map(({ phase, testId }) =>
          `${testId} | ${phase}`
        ),
        crashed === "" ? [] : [crashed]
      )
      assert.deepStrictEqual(report.incomplete, Option.some(incomplete))
      const passed = report.results.filter(({ outcome }) => outcome === "passed").map(({ testId }) => testId)
      const expected = {
        collection: [],
        missing_path: [],
        os_exit_in_teardown: ["test_a.py::test_1", "test_a.py::test_2"]
      }
      assert.deepStrictEqual(passed, { ...expected }[name as keyof typeof expected] ?? ["test_a.py::test_1"])
    }))

  it.effect("an error in collection that pytest was told to go on after is said, and the report is whole", () =>
    Effect.gen(function*() {
      const { notices, results } = yield* readLog("continue_on_collection")
      assert.deepStrictEqual(notices, ["1 error in collection: the tests of such a file are not known"])
      assert.deepStrictEqual(results.map(({ outcome, phase }) => `${phase} ${outcome}`).sort(), [
        "call passed",
        "collect error"
      ])
    }))

  it.effect("errors in collection are results", () =>
    Effect.gen(function*() {
      const { results } = yield* readLog("collection")
      assert.deepStrictEqual(
        results.map(({ message, phase, relPath }) => [phase, Option.getOrThrow(relPath), Option.getOrThrow(message)]),
        [
          ["collect", "test_bad.py", "ModuleNotFoundError: No module named 'no_such_module_y'"],
          ["collect", "test_syntax.py", "SyntaxError: invalid syntax"]
        ]
      )
    }))

  it.scoped.each<readonly [string, (log: string) => string, string]>([
    ["twice, the last counts", (log: string) => log + log, "the report has 2 sessions, of which the last counts"],
    ["of two processes", (log: string) => log + log.replace(/^.*\n/, ""), "2 processes wrote the report"]
  ])("a session %s: it is said", ([, change, said]) =>
    Effect.gen(function*() {
      const fs = yield* FileSystem.FileSystem
      const file = yield* fs.makeTempFileScoped()
      yield* fs.writeFileString(file, change(Option.getOrThrow(logOf("outcomes"))))
      const once = yield* readLog("outcomes")
      const report = yield* read(contextIn("/nowhere", recordingOf("outcomes")), file)
      assert.include(Option.getOrThrow(report.incomplete), said)
      if (said.includes("sessions")) assert.deepStrictEqual(report.results, once.results)
    }))

  it.scoped("what is nested too deeply to be shown is not shown", () =>
    Effect.gen(function*() {
      const fs = yield* FileSystem.FileSystem
      const file = yield* fs.makeTempFileScoped()
      const ctx = contextIn("/nowhere", recordingOf("outcomes"))
      const deep = "[".repeat(100_000) + "]".repeat(100_000)
      const test = (rest: string) => `{"$report_type":"TestReport","when":"call","outcome":"failed",${rest}}\n`
      yield* fs.writeFileString(
        file,
        test(`"nodeid":"a.py::a","longrepr":null,"_subtest.context":{"msg":null,"kwargs":{"x":${deep}}}`) +
          test(`"nodeid":${deep},"longrepr":null`)
      )
      const { incomplete, results } = yield* read(ctx, file)
      assert.deepStrictEqual(results.map(({ message }) => message), [Option.some("(x=...)")])
      assert.include(Option.getOrThrow(incomplete), "line 2 of the report cannot be read")
      yield* fs.writeFileString(file, deep)
      assert.include((yield* Effect.flip(read(ctx, file))).message, "cannot be shown")
    }))

  it.effect("subtests say which", () =>
    Effect.gen(function*() {
      const { results } = yield* readLog("subtests")
      assert.includeMembers(
        results.map(({ message, outcome, testId }) =>
          [testId, outcome, Option.getOrElse(message, () => "")].join(" | ")
        ),
        [
          "test_a.py::test_sub | failed | [custom] (i=1): assert 1 != 1",
          "test_a.py::test_sub | failed | contains 1 failed subtest",
          "test_a.py::U::test_u | failed | (i=1): AssertionError: 1 == 1",
          "test_a.py::U::test_u | passed | "
        ]
      )
    }))

  it.effect("a test that is repeated counts once, with the duration of its last attempt", () =>
    Effect.gen(function*() {
      const { results } = yield* readLog("reruns")
      assert.deepStrictEqual(results.map(({ outcome, testId }) => `${testId} ${outcome}`), [
        "test_a.py::test_flaky passed",
        "test_a.py::test_never failed",
        "test_a.py::test_flaky_setup passed",
        "test_a.py::test_ok passed"
      ])
    }))

  it.effect("a worker of xdist that died: pytest calls the test failed, and goes on", () =>
    Effect.gen(function*() {
      const { incomplete, results } = yield* readLog("xdist_crash")
      const failed = results.filter(({ outcome }) => outcome === "failed")
      assert.deepStrictEqual(failed.map(({ testId }) => testId), ["test_a.py::test_p[3]"])
      assert.match(Option.getOrThrow(failed[0]?.message ?? Option.none()), /^worker 'gw\d' crashed while running/)
      assert.deepStrictEqual(incomplete, Option.none())
    }))

  it.effect("no tests is a fact, and said", () =>
    Effect.gen(function*() {
      const { incomplete, notices, results } = yield* readLog("none")
      assert.deepStrictEqual([results.length, incomplete], [0, Option.none()])
      assert.deepStrictEqual(notices, ["pytest found no tests to run"])
    }))
})

layer(NodeContext.layer)("paths", (it) => {
  it.scoped("a root directory above the repository", () =>
    Effect.gen(function*() {
      const fs = yield* FileSystem.FileSystem
      const home = yield* fs.makeTempDirectoryScoped()
      const { access, recording } = yield* replay("rootdir_above")
      const ctx = contextIn(home, { ...recording, files: ["tests/test_a.py"] })
      const pytest = make(access)
      yield* pytest.runPytestReport(ctx, {
        jsonReportPath: ctx.paths.pytestReport,
        coverage: Option.none(),
        key: Option.none()
      })
      const report = ctx.paths.pytestReport
      const sidecar = Option.getOrThrow(yield* Sidecar.read(report))
      assert.deepStrictEqual(sidecar.rootdir, Option.some("/repo"))
      // the recorded one is none here
      yield* Sidecar.write(report, { ...sidecar, rootdir: Option.some(home) })
      const { results } = yield* pytest.readPytestReport({ ...ctx, root: `${home}/repo` }, report)
      assert.deepStrictEqual(results.map(({ relPath, testId }) => [testId, relPath]), [
        ["repo/tests/test_a.py::test_1", Option.some("tests/test_a.py")]
      ])
    }))

  it.scoped("a test outside of the repository is not the file in it with the same name", () =>
    Effect.gen(function*() {
      const fs = yield* FileSystem.FileSystem
      const home = yield* fs.makeTempDirectoryScoped()
      yield* fs.makeDirectory(`${home}/repo`)
      const ctx = contextIn(home, { cwd: `${home}/repo`, files: ["tests/test_a.py"] })
      const pathsFrom = Effect.fnUntraced(function*(rootdir: Option.Option<string>) {
        const relPathOf = yield* relPaths(ctx, rootdir)
        return Option.getOrNull(yield* relPathOf({ testId: "tests/test_a.py::test_1", location: Option.none() }))
      })
      assert.strictEqual(yield* pathsFrom(Option.some(home)), null)
      assert.strictEqual(yield* pathsFrom(Option.some(`${home}/repo`)), "tests/test_a.py")
      assert.strictEqual(yield* pathsFrom(Option.some(`${home}/of-another-machine`)), "tests/test_a.py")
      assert.strictEqual(yield* pathsFrom(Option.none()), "tests/test_a.py")
    }))

  it.effect("an inherited test is in the file of its class", () =>
    Effect.gen(function*() {
      const { results } = yield* readLog("base_elsewhere")
      assert.deepStrictEqual(results.map(({ relPath }) => relPath), [Option.some("tests/test_d.py")])
    }))

  it.effect("links have their real path, what is elsewhere has none, what git ignores has its own", () =>
    Effect.gen(function*() {
      const fs = yield* FileSystem.FileSystem
      const root = yield* fs.realPath(yield* fs.makeTempDirectoryScoped())
      yield* fs.makeDirectory(`${root}/ignored`)
      yield* fs.writeFileString(`${root}/ignored/test_i.py`, "")
      const test = (nodeid: string, path: string) =>
        ["setup", "call", "teardown"].map((when) =>
          JSON.stringify({
            $report_type: "TestReport",
            ...{ nodeid, when, outcome: "passed", longrepr: null, duration: 0.1, location: [path, 0, "test_x"] }
          })
        )
      yield* fs.writeFileString(
        `${root}/report.jsonl`,
        [
          ...test("link/test_a.py::test_x", "link/test_a.py"),
          ...test("test_o.py::test_x", "../elsewhere/test_o.py"),
          ...test("ignored/test_i.py::test_x", "ignored/test_i.py"),
          ...test("test_b.py::test_x", "sub/test_b.py"),
          JSON.stringify({ $report_type: "SessionFinish", exitstatus: 0 })
        ].join("\n")
      )
      const ctx = contextIn(root, { cwd: root, files: ["tests/test_a.py", "sub/test_b.py", "link"] })
      const { results } = yield* read({ ...ctx, aliases: new Map([["link", "tests"]]) }, `${root}/report.jsonl`)
      assert.deepStrictEqual(results.map(({ relPath }) => Option.getOrNull(relPath)), [
        "tests/test_a.py",
        null,
        "ignored/test_i.py",
        "sub/test_b.py"
      ])
    }).pipe(Effect.scoped))
})

layer(NodeContext.layer)("a report of pytest-json-report", (it) => {
  const readJson = (name: string) => read(contextIn("/nowhere", recordingOf(name)), fixture(`json_report_${name}.json`))

  it.effect.each(["outcomes", "collection", "none"])("%s: as the log has it", (name) =>
    Effect.gen(function*() {
      const [json, log] = yield* Effect.all([readJson(name), readLog(name)], { concurrency: 1 })
      const lines = ({ results }: typeof json) =>
        results.map(({ outcome, phase, relPath, testId }) => [testId, outcome, phase, Option.getOrNull(relPath)])
      assert.deepStrictEqual(lines(json), lines(log))
      assert.deepStrictEqual(json.notices, log.notices)
      assert.strictEqual(Option.isSome(json.incomplete), Option.isSome(log.incomplete))
      const messages = new Set(json.results.map(({ message }) => Option.getOrElse(message, () => "")))
      if (name === "outcomes") {
        for (
          const message of ["not today", "AssertionError: not", "fixture 'nofix' not found", "ValueError: in teardown"]
        ) {
          assert.include([...messages], message)
        }
      }
    }))

  it.effect("the test that was interrupted has not passed", () =>
    Effect.gen(function*() {
      const report = yield* readJson("sigint")
      assert.deepStrictEqual(groups(report), { passed: 1, crashed: 1 })
      assert.match(Option.getOrThrow(report.incomplete), /1 tests were collected and not run.*pytest ended with 2/)
    }))
})

layer(NodeContext.layer)("what is no report, or not all of one", (it) => {
  const written = Effect.fnUntraced(function*(text: string) {
    const fs = yield* FileSystem.FileSystem
    const file = `${yield* fs.makeTempDirectoryScoped()}/report`
    yield* fs.writeFileString(file, text)
    return yield* read(contextIn("/nowhere", recordingOf("outcomes")), file)
  })
  const outcomes = Option.getOrThrow(logOf("outcomes"))
  /** A line for the start, three for each test, one for the end. */
  const manyTests = {
    reports: ["t.py::test_1", "t.py::test_2", "t.py::test_3"],
    get whole() {
      const lines = [
        { $report_type: "SessionStart", pytest_version: "9.2.0" },
        ...this.reports.flatMap((nodeid) =>
          ["setup", "call", "teardown"].map((when) => (
            { $report_type: "TestReport", nodeid, when, outcome: "passed", longrepr: null, duration: 0.1 }
          ))
        ),
        { $report_type: "SessionFinish", exitstatus: 0 }
      ]
      return lines.map((line) => `${JSON.stringify(line).replaceAll("\":", "\": ")}\n`).join("")
    }
  }

  it.scoped.each(
    [
      ["empty", "", "neither a log"],
      ["text", "hello\n", "neither a log"],
      ["other JSON", "{\"a\": 1}\n", "neither a log"],
      ["lines of other JSON", "{\"a\": 1}\n{\"a\": NaN}\n", "neither a log"]
    ] as const
  )("%s", ([, text, problem]) =>
    Effect.gen(function*() {
      const error = yield* Effect.flip(written(text))
      assert.deepInclude(error, { _tag: "ToolExecution", reason: "MalformedOutput" })
      assert.include(error.message, problem)
    }))

  const rowsOf = ({ results }: TestReport) =>
    results.map(({ outcome, phase, testId }) => `${testId} ${phase} ${outcome}`)

  it.scoped.each(
    [
      ["rubbish", (line: string) => line.slice(0, -20), /^line 3 of the report cannot be read: \S/],
      ["a field of another type", (line: string) => line.replace(/"when": "\w+"/, "\"when\": 5"), /: when: .*5/],
      ["no report", () => "{}", /: it has no `\$report_type`$/]
    ] as const
  )("a line in the middle, %s, costs what is in it, and that is said", ([, spoil, notice]) =>
    Effect.gen(function*() {
      const { reports, whole } = manyTests
      const lines = whole.split("\n")
      const report = yield* written([...lines.slice(0, 2), spoil(lines[2] ?? ""), ...lines.slice(3)].join("\n"))
      assert.deepStrictEqual(rowsOf(report), reports.slice(1).map((testId) => `${testId} call passed`))
      assert.deepStrictEqual(report.incomplete, Option.some("line 3 of the report cannot be read"))
      assert.strictEqual(report.notices.length, 1)
      assert.match(report.notices[0] ?? "", notice)
    }))

  it.scoped("several such lines are counted, and of the first it is said why; no test has crashed for it", () =>
    Effect.gen(function*() {
      const { reports, whole } = manyTests
      const spoilt = whole.split("\n").map((line, index) => [0, 2, 3].includes(index) ? "?" : line)
      const report = yield* written(spoilt.join("\n"))
      assert.deepStrictEqual(rowsOf(report), reports.slice(1).map((testId) => `${testId} call passed`))
      const said = "3 lines of the report cannot be read, the first is line 1"
      assert.deepStrictEqual(report.incomplete, Option.some(said))
      assert.include(report.notices[0] ?? "", `${said}: `)
    }))

  it.scoped("numbers of Python that JSON does not have cost nothing", () =>
    Effect.gen(function*() {
      const none = "\"user_properties\": []"
      assert.include(outcomes, none)
      const some = "\"user_properties\": [[\"score\", NaN], [\"best\", Infinity], [\"worst\", -Infinity]]"
      const report = yield* written(
        outcomes.replaceAll(none, some)
          .replaceAll("AssertionError: not", "AssertionError: \\\"NaN\\\" is not -Infinity")
      )
      const whole = yield* written(outcomes)
      assert.deepStrictEqual(rowsOf(report), rowsOf(whole))
      assert.deepStrictEqual([report.incomplete, report.notices], [whole.incomplete, whole.notices])
      const messages = report.results.map(({ message }) => Option.getOrElse(message, () => ""))
      assert.include(messages, "AssertionError: \"NaN\" is not -Infinity")
    }))

  it.scoped("nor do they in a report of pytest-json-report, nor a clock that was set back", () =>
    Effect.gen(function*() {
      const fs = yield* FileSystem.FileSystem
      const text = yield* fs.readFileString(fixture("json_report_outcomes.json"))
      const changed = text.replace("{", "{\"environment\": {\"x\": NaN}, ").replaceAll(
        /"duration": *[\d.e-]+/g,
        "\"duration\": -0.5"
      )
      const report = yield* written(changed)
      assert.deepStrictEqual(rowsOf(report), rowsOf(yield* written(text)))
      const durations = report.results.flatMap(({ durationMs }) => Option.toArray(durationMs))
      assert.isNotEmpty(durations)
      assert.deepStrictEqual([...new Set(durations)], [0])
    }))

  it.scoped("a clock that was set back while a test ran", () =>
    Effect.gen(function*() {
      const report = yield* written(outcomes.replaceAll(/"duration": [\d.e-]+/g, "\"duration\": -0.5"))
      assert.deepStrictEqual(rowsOf(report), rowsOf(yield* written(outcomes)))
      const durations = report.results.flatMap(({ durationMs }) => Option.toArray(durationMs))
      assert.deepStrictEqual([...new Set(durations)], [0])
    }))

  it.scoped("a subtest with a value that is none of JSON is described as Python shows it", () =>
    Effect.gen(function*() {
      const subtests = Option.getOrThrow(logOf("subtests"))
      const shown = "{'msg': None, 'kwargs': {'x': <object>}}"
      const report = yield* written(subtests.replaceAll(
        /"_subtest\.context": \{"msg": [^{}]*"kwargs": \{[^{}]*\}\}/g,
        `"_subtest.context": "${shown}"`
      ))
      assert.deepStrictEqual(rowsOf(report), rowsOf(yield* written(subtests)))
      assert.deepStrictEqual(report.notices, [])
      const messages = report.results.map(({ message }) => Option.getOrElse(message, () => ""))
      assert.include(messages, `${shown}: assert 1 != 1`)
    }))

  it.scoped("a last line that is cut off is the process's end", () =>
    Effect.gen(function*() {
      const whole = yield* written(outcomes)
      const rows = ({ results }: typeof whole) =>
        results.filter(({ outcome }) => outcome !== "crashed").map(({ outcome, testId }) => `${testId} ${outcome}`)
      for (const cut of [2, 20, 300, 3000]) {
        const report = yield* written(outcomes.slice(0, -cut))
        assert.deepStrictEqual(rows(report), rows(whole).slice(0, rows(report).length))
        assert.match(Option.getOrElse(report.incomplete, () => ""), /^the process ended (?:after|while) /)
      }
      assert.deepStrictEqual((yield* written(outcomes.trimEnd())).incomplete, Option.none())
    }))

  it.scoped("a sidecar that is none of ours is passed over", () =>
    Effect.gen(function*() {
      const fs = yield* FileSystem.FileSystem
      const file = `${yield* fs.makeTempDirectoryScoped()}/report`
      yield* fs.copyFile(fixture("exitfirst.jsonl"), file)
      yield* fs.writeFileString(Sidecar.fileOf(file), "{\"exitcode\": 0}")
      const report = yield* read(contextIn("/nowhere", recordingOf("exitfirst")), file)
      assert.deepStrictEqual(report.execution, Option.none())
    }))
})

describe("the screen", () => {
  it.each([
    ["rootdir: /repo", "/repo"],
    ["rootdir: /a b/repo, configfile: tox.ini, testpaths: tests", "/a b/repo"],
    ["rootdir: /repo, x", "/repo, x"],
    ["  rootdir: /repo", null]
  ])("%s", (line, rootdir) => {
    assert.strictEqual(Option.getOrNull(Screen.rootdirIn(line)), rootdir)
  })

  it.each([
    ["exitfirst", "stopping after 1 failures"],
    ["exit_0", "_pytest.outcomes.Exit: enough"],
    ["sigint", "KeyboardInterrupt"],
    ["collection", "Interrupted: 2 errors during collection"],
    ["exit", "_pytest.outcomes.Exit: enough"],
    ["outcomes", null]
  ])("%s: why it ended early", (name, why) => {
    assert.strictEqual(Option.getOrNull(Screen.endOf(recordingOf(name).stdout).early), why)
  })

  it.each(["exitfirst", "reruns"])("%s: what a test says is not why the session ended", (name) => {
    const { stdout } = recordingOf(name)
    const report = /^-+ generated report log file.*$/m
    assert.match(stdout, report)
    const said = stdout.replace(report, "!!! DISK ALERT !!!\n$&")
    assert.include(said.trim().split("\n").slice(-12), "!!! DISK ALERT !!!")
    assert.deepStrictEqual(Screen.endOf(said), Screen.endOf(stdout))
  })

  it("another count than pytest's is said", () => {
    const countsIn = (stdout: string) => Screen.endOf(stdout).counts
    const counts = Option.getOrThrow(
      countsIn("x\n== 1 failed, 2 passed, 3 warnings, 1 error in 61.20s (0:01:01) ==\n")
    )
    assert.deepStrictEqual(counts, { failed: 1, passed: 2, error: 1 })
    const results = (["failed", "passed", "error", "crashed"] as const).map((outcome) => ({ outcome }))
    assert.deepStrictEqual(
      Screen.disagreement(counts, results),
      Option.some("pytest's own last line has 1 error, 1 failed, 2 passed; its report has 1 error, 1 failed, 1 passed")
    )
    assert.deepStrictEqual(Screen.disagreement(counts, [...results, { outcome: "passed" }]), Option.none())
    assert.deepStrictEqual(countsIn("no tests ran in 0.01s"), Option.some({}))
    assert.deepStrictEqual(countsIn("Results (0.1s):\n 2 passed\n"), Option.none())
  })
})
