import { FileSystem } from "@effect/platform"
import { NodeContext } from "@effect/platform-node"
import { assert, describe, layer } from "@effect/vitest"
import { Effect, Option, Ref } from "effect"
import { coverage, make } from "../../../src/layers/tools/coverage.js"
import { pytest } from "../../../src/layers/tools/pytest.js"
import { contextIn, recorded, type Recording, replaying } from "./coverageSession.js"
import { contextOf } from "./recorded.js"

/** A directory with a data file, and those of parallel processes if there are any. */
const state = (...files: ReadonlyArray<string>) =>
  Effect.gen(function*() {
    const fs = yield* FileSystem.FileSystem
    const directory = yield* fs.realPath(yield* fs.makeTempDirectoryScoped())
    for (const file of files) yield* fs.writeFileString(`${directory}/${file}`, `data of ${file}`)
    return directory
  })

const lines = (recordings: ReadonlyArray<Recording>, given: Parameters<typeof contextIn>[1] = {}) =>
  Effect.gen(function*() {
    const directory = yield* state("coverage.data")
    const { access, calls } = yield* replaying(recordings)
    const ctx = contextIn(directory, given)
    const report = yield* make(access).runCoverageJson(ctx, { dataFile: ctx.paths.coverageData })
    return { report, directory, calls: yield* calls }
  })

const contexts = (recordings: ReadonlyArray<Recording>, given: Parameters<typeof contextIn>[1] = {}) =>
  Effect.gen(function*() {
    const ctx = contextIn(yield* state("coverage.data"), given)
    const { access } = yield* replaying(recordings)
    return yield* make(access).readCoverageContexts(ctx, { dataFile: ctx.paths.coverageData })
  })

const changed = (name: string, change: (file: string) => string): Recording => {
  const recording = recorded(name)
  return { ...recording, file: change(recording.file ?? "") }
}

layer(NodeContext.layer, { excludeTestServices: true })("coverage", (it) => {
  describe("the lines", () => {
    it.scoped("are those of the report, without excluded ones; what is not in it is not there", () =>
      Effect.gen(function*() {
        const { report } = yield* lines([recorded("fail-under")])
        assert.deepStrictEqual(
          [...report.files],
          [
            ["app/__init__.py", { covered: [], missing: [] }],
            ["app/m.py", { covered: [1, 2, 3, 7, 14], missing: [15] }],
            ["tests/test_m.py", { covered: [1, 2, 4, 5, 6, 8, 9, 11, 12, 13], missing: [] }]
          ]
        )
        assert.strictEqual(report.outsideRepository, 1)
        assert.strictEqual(report.dropped.size, 0)
        assert.deepStrictEqual(report.notices, [])
        assert.deepStrictEqual(Option.getOrNull(report.execution.version), "7.17.3")
        assert.strictEqual(report.execution.exitCode, 2)
      }))

    it.scoped("have no line 0, which coverage 6.5 has in an empty file", () =>
      Effect.gen(function*() {
        const zero = changed("fail-under", (file) =>
          file.replace("\"app/__init__.py\": {\"executed_lines\": []", "\"app/__init__.py\": {\"executed_lines\": [0]"))
        assert.include(zero.file ?? "", "[0]")
        const { report } = yield* lines([zero])
        assert.deepStrictEqual(report.files.get("app/__init__.py"), { covered: [], missing: [] })
      }))

    it.scoped.each(["-1", "1.5", "4294967296", "1e999"])(
      "are none of a report with line %s",
      (line) =>
        Effect.gen(function*() {
          const wrong = changed("fail-under", (file) =>
            file.replace(
              "\"app/__init__.py\": {\"executed_lines\": []",
              `"app/__init__.py": {"executed_lines": [${line}]`
            ))
          assert.include(wrong.file ?? "", `[${line}]`)
          assert.propertyVal(yield* Effect.flip(lines([wrong])), "reason", "MalformedOutput")
        })
    )

    it.scoped("come without those of code that has no source file, which is said", () =>
      Effect.gen(function*() {
        const { calls, report } = yield* lines([recorded("stopped"), recorded("ignoring")])
        assert.deepStrictEqual(calls.map(({ args }) => args.includes("--ignore-errors")), [false, true])
        assert.strictEqual(report.files.size, 3)
        assert.strictEqual(report.dropped.size, 0)
        assert.deepStrictEqual(report.notices, ["coverage: string: No source for code: '/repo/string'"])
      }))

    it.scoped("of a file of the repository that has no source any more are dropped, by name", () =>
      Effect.gen(function*() {
        const ignoring = recorded("ignoring")
        const ofModule = { ...ignoring, stderr: ignoring.stderr.replaceAll("string", "app/m.py") }
        const { report } = yield* lines([recorded("stopped"), ofModule])
        assert.deepStrictEqual([...report.dropped], [["app/m.py", "No source for code: '/repo/app/m.py'"]])
      }))

    it.scoped("of a file of the repository that does not parse are not there, and it is named", () =>
      Effect.gen(function*() {
        const { report } = yield* lines([recorded("unparsable"), recorded("unparsable-ignoring")])
        assert.deepStrictEqual([...report.unparsable], [["app/m.py", "it does not parse as Python"]])
        assert.strictEqual(report.dropped.size, 0)
        assert.isFalse(report.files.has("app/m.py"))
        assert.strictEqual(report.files.size, 2)
      }))

    it.scoped("are missed by name also when the repository has coverage ignore errors", () =>
      Effect.gen(function*() {
        const { report } = yield* lines([recorded("unparsable-ignoring")])
        assert.deepStrictEqual([...report.unparsable.keys()], ["app/m.py"])
      }))

    it.scoped("of a file that has two paths are those of both", () =>
      Effect.gen(function*() {
        const twice = changed("fail-under", (file) =>
          file.replace(
            "\"app/m.py\": {",
            "\"link/m.py\": {\"executed_lines\": [15], \"missing_lines\": [1, 3]}, \"app/m.py\": {"
          ))
        const { report } = yield* lines([twice], { aliases: { link: "app" } })
        assert.deepStrictEqual(report.files.get("app/m.py"), { covered: [1, 2, 3, 7, 14, 15], missing: [] })
      }))

    it.scoped("are read from copies, all processes together; the files stay as they are", () =>
      Effect.gen(function*() {
        const fs = yield* FileSystem.FileSystem
        const names = ["coverage.data", "coverage.data.host.pid1.X", "coverage.data.host.pid2.X"]
        const directory = yield* state(...names, "coverage.data.host.pid2.X-journal", "coverage.database")
        const { access, calls } = yield* replaying([recorded("combine"), recorded("fail-under")])
        const ctx = contextIn(directory)
        const report = yield* make(access).runCoverageJson(ctx, { dataFile: ctx.paths.coverageData })

        const [combine, json] = yield* calls
        assert.deepStrictEqual(combine?.files, names)
        assert.deepStrictEqual(combine?.args.slice(0, 2), ["combine", "--append"])
        const copy = combine?.env?.["COVERAGE_FILE"] ?? ""
        assert.isTrue(copy.startsWith(`${directory}/scratch/coverage-`), copy)
        assert.include(json?.args ?? [], `--data-file=${copy}`)
        assert.deepStrictEqual(json?.inherit, "caller")
        // nobody is told of a file that is gone
        assert.include(report.execution.args, `--data-file=${directory}/coverage.data`)
        const lost =
          `Couldn't use data file '${directory}/coverage.data.h.pid1.X.H': file is not a database: (SQLITE_NOTADB)`
        assert.deepStrictEqual(report.notices, [`coverage: ${lost}`])
        // what that process ran is not known
        assert.deepStrictEqual(report.incomplete, Option.some(lost))
        assert.deepStrictEqual(yield* fs.readDirectory(`${directory}/scratch`), [])
        for (const name of names) {
          assert.strictEqual(yield* fs.readFileString(`${directory}/${name}`), `data of ${name}`)
        }
      }))

    describe.each<[string, string, ReadonlyArray<Recording>]>([
      ["NothingAnalyzed", "there is no data", [recorded("no-data")]],
      ["NothingAnalyzed", "no line at all was run", [recorded("nothing-traced")]],
      [
        "NothingAnalyzed",
        "only lines outside of the repository were run",
        [changed("fail-under", (file) => file.replaceAll(/"(app|tests)\//g, "\"/other/$1/"))]
      ],
      ["ExitCode", "the data is damaged", [recorded("corrupt")]],
      ["ExitCode", "the configuration is broken", [recorded("broken-configuration")]],
      ["ExitCode", "any other code, whatever was written", [{ ...recorded("fail-under"), exitCode: 3 }]],
      ["ExitCode", "a report that failed twice", [recorded("stopped"), recorded("stopped")]],
      ["MalformedOutput", "the report is not there", [{ ...recorded("no-data"), exitCode: 0 }]],
      ["MalformedOutput", "the report was cut short", [changed("fail-under", (file) => file.slice(0, 900))]],
      ["MalformedOutput", "the report has another shape", [changed("fail-under", () => "{\"files\": {}}")]]
    ])("%s: %s", (reason, _, recordings) => {
      it.scoped("is no report", () =>
        Effect.gen(function*() {
          const error = yield* Effect.flip(lines(recordings))
          assert.propertyVal(error, "_tag", "ToolExecution")
          assert.propertyVal(error, "reason", reason)
        }))
    })

    it.scoped("of data that cannot be combined are none", () =>
      Effect.gen(function*() {
        const ctx = contextIn(yield* state("coverage.data.host.pid1.X"))
        const { access } = yield* replaying([recorded("combine-nothing")])
        const error = yield* Effect.flip(make(access).runCoverageJson(ctx, { dataFile: ctx.paths.coverageData }))
        assert.propertyVal(error, "reason", "NothingAnalyzed")
      }))

    it.scoped("are reported by the configuration that the tests ran under", () =>
      Effect.gen(function*() {
        const directory = yield* state("coverage.data.host.pid1.X")
        const recordings = [recorded("combine"), recorded("fail-under"), recorded("combine"), recorded("contexts")]
        const { access, calls } = yield* replaying(recordings)
        const ctx = contextIn(directory, { settings: { coverage: { args: ["--branch", "--rcfile=ci/rc"] } } })
        const { readCoverageContexts, runCoverageJson } = make(access)
        yield* runCoverageJson(ctx, { dataFile: ctx.paths.coverageData })
        yield* readCoverageContexts(ctx, { dataFile: ctx.paths.coverageData })
        const [combine, json, again, program] = yield* calls
        for (const command of [combine, json, again]) assert.include(command?.args ?? [], "--rcfile=/repo/ci/rc")
        assert.strictEqual(program?.args[2], "/repo/ci/rc")
        assert.include(yield* coverage.configurationFiles(ctx), "/repo/ci/rc")
      }))

    describe.each<[string, string, string]>([
      [".coveragerc", "[json]\nShow_Contexts: yes\nindent = 2\n", "[json]\nShow_Contexts: false\nindent = 2\n"],
      [
        "pyproject.toml",
        "[tool.coverage]\njson = {show_contexts = true, pretty_print = true}\n",
        "[tool.coverage]\njson = {show_contexts = false, pretty_print = true}\n"
      ]
    ])("where %s has the report name the tests of every line", (name, text, expected) => {
      it.scoped("are reported without", () =>
        Effect.gen(function*() {
          const fs = yield* FileSystem.FileSystem
          const directory = yield* state("coverage.data")
          const file = `${directory}/${name}`
          yield* fs.writeFileString(file, text)
          const settings = recorded("settings")
          const answer = { ...settings, stdout: settings.stdout.replace("/repo/.coveragerc", file) }
          const { access, calls } = yield* replaying([answer, recorded("fail-under")])
          const read = yield* Ref.make("")
          const reading: typeof access = {
            ...access,
            start: Effect.fnUntraced(function*(ctx, at, start) {
              const named = start.args.find((arg) => arg.startsWith("--rcfile="))?.slice("--rcfile=".length)
              if (named !== undefined) yield* Ref.set(read, yield* Effect.orDie(fs.readFileString(named)))
              return yield* access.start(ctx, at, start)
            })
          }
          const ctx = { ...contextIn(directory), root: directory }
          yield* Effect.ignore(make(reading).runCoverageJson(ctx, { dataFile: ctx.paths.coverageData }))
          assert.deepStrictEqual((yield* calls).map(({ args }) => args[0]), ["-c", "json"])
          assert.strictEqual(yield* Ref.get(read), expected)
          assert.strictEqual(yield* fs.readFileString(file), text)
        }))
    })

    it.scoped("cannot be had where nothing can be written", () =>
      Effect.gen(function*() {
        const fs = yield* FileSystem.FileSystem
        const directory = yield* state("coverage.data", "scratch")
        const ctx = contextIn(directory)
        const { access } = yield* replaying([])
        const error = yield* Effect.flip(make(access).runCoverageJson(ctx, { dataFile: ctx.paths.coverageData }))
        assert.propertyVal(error, "_tag", "ToolExecution")
        assert.propertyVal(error, "reason", "Spawn")
        assert.isTrue(yield* fs.exists(`${directory}/coverage.data`))
      }))
  })

  describe("contexts", () => {
    it.scoped("are by file and test, of files of the repository", () =>
      Effect.gen(function*() {
        const test = (name: string) => `tests/test_m.py::${name}`
        assert.deepStrictEqual(yield* contexts([recorded("contexts")]), [
          { testId: test("test_f[0]"), relPath: "app/m.py", lines: [2, 7] },
          { testId: test("test_f[1]"), relPath: "app/m.py", lines: [2, 3] },
          { testId: test("test_f[0]"), relPath: "tests/test_m.py", lines: [6] },
          { testId: test("test_f[1]"), relPath: "tests/test_m.py", lines: [6] },
          { testId: test("test_f[\\xe9|run]"), relPath: "tests/test_m.py", lines: [6] },
          { testId: test("test_g"), relPath: "tests/test_m.py", lines: [9] },
          { testId: test("test_outside"), relPath: "tests/test_m.py", lines: [12, 13] }
        ])
      }))

    it.scoped("of a file that has two paths are those of both", () =>
      Effect.gen(function*() {
        const twice = changed("contexts", (file) => `${file}f"/repo/link/m.py"\n2 1-3,9-11\n`)
        const [first, second] = yield* contexts([twice], { aliases: { link: "app" } })
        assert.deepStrictEqual(first?.lines, [2, 7])
        assert.deepStrictEqual(second, {
          testId: "tests/test_m.py::test_f[1]",
          relPath: "app/m.py",
          lines: [1, 2, 3, 9, 10, 11]
        })
      }))

    describe.each<[string, string, Recording]>([
      ["NothingAnalyzed", "there is no data", recorded("contexts-no-data")],
      ["NothingAnalyzed", "the data was recorded without contexts", recorded("contexts-none")],
      ["ExitCode", "the data is damaged", recorded("contexts-corrupt")],
      ["ExitCode", "a program that died", { ...recorded("contexts"), exitCode: 1 }],
      ["MalformedOutput", "the answer is not there", { ...recorded("contexts-none"), exitCode: 0 }],
      ["MalformedOutput", "a line has no form", changed("contexts", (file) => `${file}0 1-`)],
      ["MalformedOutput", "a test was not named", changed("contexts", (file) => `${file}7 1\n`)],
      ["MalformedOutput", "a file was not named", changed("contexts", (file) => file.slice(file.indexOf("\n") + 1))],
      ["MalformedOutput", "a name was cut short", changed("contexts", (file) => `${file}f"/repo/a`)]
    ])("%s: %s", (reason, _, recording) => {
      it.scoped("is no answer", () =>
        Effect.gen(function*() {
          const error = yield* Effect.flip(contexts([recording]))
          assert.propertyVal(error, "_tag", "ToolExecution")
          assert.propertyVal(error, "reason", reason)
        }))
    })

    it.scoped("are asked of the Python that coverage runs in", () =>
      Effect.gen(function*() {
        const ctx = contextIn(yield* state("coverage.data"))
        const { access, calls } = yield* replaying([recorded("contexts")])
        yield* make(access).readCoverageContexts(ctx, { dataFile: ctx.paths.coverageData })
        const [call] = yield* calls
        assert.deepInclude(call, { executable: "/venv/bin/python", prefixArgs: [] })
      }))
  })

  it.effect("depends on all that the tests depend on, their settings among it", () =>
    Effect.gen(function*() {
      const settings = { pytest: { args: ["--slow"], env: { MODE: "1" } } }
      const given = { files: ["pyproject.toml"], settings }
      const { args } = yield* coverage.args(contextOf(given))
      assert.includeMembers([...args], ["--slow", "MODE=1", "--source=."])
      assert.isTrue(coverage.reads("anything.bin"))
      assert.isTrue(coverage.usesInterpreter)
      const files = yield* coverage.configurationFiles(contextOf(given))
      assert.includeMembers([...files], [
        "/repo/.coveragerc.toml",
        ...yield* pytest.configurationFiles(contextOf(given))
      ])
      assert.notInclude(files, "/repo/pyproject.toml")
    }))
})
