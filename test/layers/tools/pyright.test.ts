import { NodeContext } from "@effect/platform-node"
import { assert, describe, layer } from "@effect/vitest"
import { Effect, Either, Option } from "effect"
import type { CheckReport } from "../../../src/domain/CheckReport.js"
import { pyright } from "../../../src/layers/tools/pyright.js"
import { directoryOf, type Recorded, recorded, sessionIn, writeNotUtf8 } from "./pyrightSession.js"
import { contextOf, type Recording } from "./recorded.js"

const check = (made: Recorded, given?: Partial<Recording>) => Effect.flatMap(sessionIn(made, given), pyright.check)

const measured = (report: CheckReport) => Either.map(report.measured, (files) => [...files].sort())

/** Without those of the arguments; the root has another name in each run. */
const noticesOf = (report: CheckReport) =>
  report.notices.slice(1).map((notice) => notice.replaceAll(report.execution.cwd, "/repo"))

layer(NodeContext.layer, { excludeTestServices: true })("pyright", (it) => {
  describe("a report", () => {
    const findings = recorded("findings")

    it.scoped("has each finding once, on its real path, in code points from 1", () =>
      Effect.gen(function*() {
        const { diagnostics } = yield* check(findings)
        assert.deepStrictEqual(
          diagnostics.map(({ endColumn, relPath, rule, startColumn, startLine }) => [
            relPath,
            rule,
            startLine,
            startColumn,
            endColumn
          ]),
          [
            ["build/copy.py", "reportMissingImports", 1, 8, 14],
            ["build/copy.py", "reportAssignmentType", 2, 10, 13],
            ["pkg/bom.py", "reportAssignmentType", 1, 10, 13],
            ["pkg/bom.py", "reportAssignmentType", 2, 10, 13],
            ["pkg/both.py", "reportAssignmentType", 1, 10, 13],
            ["pkg/emoji.py", "reportAssignmentType", 1, 17, 21],
            ["pkg/imports.py", "reportMissingImports", 1, 8, 14],
            ["pkg/imports.py", "reportMissingImports", 2, 8, 16],
            ["pkg/imports.py", "reportMissingImports", 3, 6, 12],
            ["pkg/imports.py", "reportMissingImports", 5, 8, 14],
            ["pkg/imports.py", "reportMissingImports", 5, 23, 29],
            ["pkg/latin.py", "reportAssignmentType", 2, 19, 22],
            ["pkg/reveal.py", "reveal-type", 1, 13, 14],
            ["pkg/syntax.py", "syntax-error", 1, 6, 7],
            ["pkg/syntax.py", "syntax-error", 1, 7, 8],
            ["pkg/syntax.py", "syntax-error", 1, 7, 9],
            ["pkg/syntax.py", "syntax-error", 2, 5, 9],
            ["pkg/syntax.py", "syntax-error", 3, 1, 1],
            ["pkg/syntax.py", "syntax-error", 3, 1, 1],
            ["pkg/syntax.py", "syntax-error", 3, 1, 1],
            ["pkg/with space.py", "reportAttributeAccessIssue", 4, 5, 6]
          ]
        )
      }))

    it.scoped("counts errors by file, and not what is only said", () =>
      Effect.gen(function*() {
        const { diagnostics, errorsByFile, outsideRepository } = yield* check(findings)
        assert.strictEqual(errorsByFile.get("pkg/syntax.py"), 7)
        assert.strictEqual(errorsByFile.get("pkg/both.py"), 1)
        assert.isFalse(errorsByFile.has("pkg/reveal.py"))
        assert.deepStrictEqual(
          diagnostics.filter(({ severity }) => severity === "information").map(({ message }) => message),
          ["Type of \"1\" is \"Literal[1]\""]
        )
        assert.strictEqual(outsideRepository, 0)
      }))

    it.scoped("measures what it looked at, through links too, and a name that is not UTF-8 is no file", () =>
      Effect.gen(function*() {
        const session = yield* sessionIn(findings)
        writeNotUtf8(`${session.ctx.root}/pkg/n\xff.py`)
        const report = yield* pyright.check(session)
        assert.strictEqual(Option.getOrNull(report.filesAnalyzed), 12)
        assert.deepStrictEqual(
          measured(report),
          Either.right([
            "build/copy.py",
            ...["__init__.py", "bom.py", "both.py", "both.pyi", "emoji.py", "imports.py", "latin.py", "reveal.py"]
              .map((name) => `pkg/${name}`),
            "pkg/syntax.py",
            "pkg/with space.py"
          ])
        )
        assert.deepStrictEqual([...report.unmeasured], [])
        assert.deepStrictEqual(noticesOf(report), [])
      }))

    it.scoped("counts imports that do not resolve, a line once, in modules alone", () =>
      Effect.gen(function*() {
        const { unresolvedImports } = yield* check(findings)
        assert.strictEqual(Option.getOrNull(unresolvedImports), 4)
      }))

    it.scoped("says how it was made", () =>
      Effect.gen(function*() {
        const { execution, notices } = yield* check(recorded("clean"))
        assert.deepInclude(execution, {
          executable: "/lib/pyright",
          args: ["--outputjson"],
          durationMs: 7,
          exitCode: 0
        })
        assert.strictEqual(Option.getOrNull(execution.version), "1.1.414")
        assert.deepStrictEqual(notices, ["from the arguments"])
      }))

    it.scoped("has findings outside the repository as a number", () =>
      Effect.gen(function*() {
        const made = recorded("warnings")
        const { diagnostics, outsideRepository } = yield* check(made, {
          stdout: made.stdout.replaceAll("/repo/a.py", "/elsewhere/a.py")
        })
        assert.deepStrictEqual([diagnostics.length, outsideRepository], [0, 1])
      }))
  })

  describe("what was measured", () => {
    interface Expected {
      readonly measured: ReadonlyArray<string>
      readonly filesAnalyzed: number
      readonly errors?: number
      readonly unmeasured?: ReadonlyArray<readonly [string, string]>
      /** Null: not judged. */
      readonly unresolved?: number | null
      readonly notices?: ReadonlyArray<string>
    }

    const missing = "pyright: File or directory \"/repo/src\" does not exist."
    const a: Expected = { measured: ["a.py"], filesAnalyzed: 1, errors: 1 }

    describe.each<[string, string, Expected]>([
      ["clean", "no findings are a measured zero", { ...a, errors: 0 }],
      ["warnings", "warnings alone are no errors", { ...a, errors: 0 }],
      ["level-error", "rows that are not printed are not missed", a],
      ["no-files", "a repository without modules", { measured: [], filesAnalyzed: 0 }],
      ["bad-severity", "text before the report is a notice", {
        ...a,
        notices: [
          "pyright: Config \"reportMissingImports\" entry must be true, false, \"error\", \"warning\", " +
          "\"information\" or \"none\".",
          "pyright: Config \"reportOptionalMemberAccess\" entry must be true, false, \"error\", \"warning\", " +
          "\"information\" or \"none\"."
        ]
      }],
      ["unknown-setting", "complaints on stderr are notices", {
        ...a,
        notices: [
          "pyright: Config \"strict\" entry must contain an array.",
          "pyright: Config contains unrecognized setting \"includes\"."
        ]
      }],
      ["venv-missing", "an environment that is not there is a notice", {
        ...a,
        notices: ["pyright: venv nope subdirectory not found in venv path /repo."]
      }],
      ["include-partly-missing", "the rest of an include that is partly there", { ...a, notices: [missing] }],
      ["exclude-everything", "nothing, where the configuration leaves out everything", {
        measured: [],
        filesAnalyzed: 0,
        notices: ["pyright's configuration selects no file"]
      }],
      ["excluded-argument", "nothing, where the file named is excluded", {
        measured: [],
        filesAnalyzed: 0,
        notices: ["pyright's configuration selects no file"]
      }],
      ["ignore", "no file whose findings are dropped, but one that is heard through a link", {
        measured: ["a.py", "gen/b.py"],
        filesAnalyzed: 4,
        errors: 2,
        notices: ["findings in 2 files are dropped by `ignore`: they are not measured"]
      }],
      ["internal-error", "no file that pyright stumbled over", {
        ...a,
        filesAnalyzed: 2,
        errors: 2,
        unmeasured: [[
          "deep.py",
          "An internal error occurred while parsing file \"/repo/deep.py\": RangeError: Maximum call stack size exceeded"
        ]]
      }],
      ["unreadable", "no file that it could not read", {
        ...a,
        filesAnalyzed: 2,
        errors: 2,
        unmeasured: [["secret.py", "Source file could not be read"]]
      }],
      ["imports-off", "no imports, where the rule is off", { ...a, unresolved: null }],
      ["mode-off", "imports as warnings, where the mode is off", { ...a, errors: 0, unresolved: 1 }]
    ])("%s: %s", (name, _, expected) => {
      it.scoped("is told", () =>
        Effect.gen(function*() {
          const report = yield* check(recorded(name))
          const cwd = report.execution.cwd
          assert.deepStrictEqual(measured(report), Either.right([...expected.measured]))
          assert.strictEqual(Option.getOrNull(report.filesAnalyzed), expected.filesAnalyzed)
          assert.strictEqual(
            [...report.errorsByFile.values()].reduce((sum, each) => sum + each, 0),
            expected.errors ?? 0
          )
          assert.deepStrictEqual(
            [...report.unmeasured].map(([relPath, why]) => [relPath, why.replaceAll(cwd, "/repo")]),
            (expected.unmeasured ?? []).map((each) => [...each])
          )
          const unresolved = expected.unresolved === undefined ? 0 : expected.unresolved
          assert.strictEqual(Option.getOrNull(report.unresolvedImports), unresolved)
          assert.deepStrictEqual(noticesOf(report), [...expected.notices ?? []])
        }))
    })

    it.scoped("keeps the finding on a file that was not checked", () =>
      Effect.gen(function*() {
        const { diagnostics } = yield* check(recorded("unreadable"))
        assert.deepInclude(diagnostics[1], { relPath: "secret.py", rule: "not-checked", startLine: 1, startColumn: 1 })
      }))

    it.scoped("is not known when pyright counts other files than its configuration gives", () =>
      Effect.gen(function*() {
        const made = recorded("findings")
        const report = yield* check(made, {
          stdout: made.stdout.replace(/"filesAnalyzed": 12/, "\"filesAnalyzed\": 13")
        })
        assert.deepStrictEqual(
          report.measured,
          Either.left("pyright says it analysed 13 files, its configuration gives 12")
        )
        assert.strictEqual(Option.getOrNull(report.filesAnalyzed), 13)
        assert.strictEqual(report.diagnostics.length, 21)
      }))

    it.scoped("is not known when pyright reads a configuration that we cannot", () =>
      Effect.gen(function*() {
        const report = yield* check(recorded("malformed-json"), { exitCode: 1 })
        assert.match(Either.getOrElse(Either.flip(report.measured), () => ""), /pyrightconfig.json .*does not parse$/)
      }))
  })

  describe.each<[string, string, Recorded, Partial<Recording>]>([
    [
      "ExitCode",
      "pyrightconfig.json does not parse, and the report is made with defaults",
      recorded("malformed-json"),
      {}
    ],
    ["ExitCode", "pyproject.toml does not parse", recorded("malformed-pyproject"), {}],
    ["ExitCode", "what it extends is not there", recorded("extends-missing"), {}],
    ["ExitCode", "the project file is not there", recorded("project-missing"), {}],
    ["ExitCode", "an unknown argument", recorded("bad-argument"), {}],
    ["ExitCode", "a path that is not there", recorded("path-missing"), {}],
    ["ExitCode", "out of memory", recorded("out-of-memory"), {}],
    ["ExitCode", "a failure of pyright, whatever was printed", recorded("clean"), { exitCode: 2 }],
    ["ExitCode", "a signal, whatever was printed", recorded("clean"), { exitCode: 143 }],
    ["NothingAnalyzed", "no entry of the include is there", recorded("include-missing"), {}],
    ["NothingAnalyzed", "no file, where the configuration gives some", recorded("clean"), {
      stdout: recorded("no-files").stdout
    }],
    ["MalformedOutput", "the wrapper of PyPI without node", recorded("wrapper-without-node"), {}],
    ["MalformedOutput", "success without a report", recorded("clean"), { stdout: "" }],
    ["MalformedOutput", "text", recorded("clean"), { stdout: "0 errors, 0 warnings, 0 informations\n" }],
    ["MalformedOutput", "a report that was cut short", recorded("findings"), {
      stdout: recorded("findings").stdout.slice(0, 2000)
    }],
    ["MalformedOutput", "a missing field", recorded("findings"), {
      stdout: recorded("findings").stdout.replaceAll("\"message\"", "\"text\"")
    }],
    ["MalformedOutput", "an unknown severity", recorded("findings"), {
      stdout: recorded("findings").stdout.replaceAll("\"error\"", "\"grave\"")
    }],
    ["MalformedOutput", "no number of files", recorded("clean"), {
      stdout: recorded("clean").stdout.replace("\"filesAnalyzed\"", "\"files\"")
    }],
    ["MalformedOutput", "a line that the database cannot hold", recorded("findings"), {
      stdout: recorded("findings").stdout.replace(/"line": \d+/, "\"line\": 2147483647")
    }]
  ])("%s: %s", (reason, _, made, given) => {
    it.scoped("is no report", () =>
      Effect.gen(function*() {
        const result = yield* Effect.either(check(made, given))
        const said = Either.match(result, {
          onLeft: (error) => error._tag === "ToolExecution" ? error.reason : error._tag,
          onRight: () => "a report"
        })
        assert.strictEqual(said, reason)
      }))
  })

  describe("arguments", () => {
    const argsIn = Effect.fnUntraced(function*(
      settings: Readonly<Record<string, string>>,
      args: ReadonlyArray<string>,
      python: string | undefined
    ) {
      const root = yield* directoryOf(settings)
      const ctx = contextOf({ root, ...(python !== undefined && { python }), settings: { pyright: { args } } })
      const made = yield* pyright.args(ctx)
      return { ...made, notices: made.notices.map((notice) => notice.replaceAll(root, "/repo")) }
    })
    const named = ["--outputjson", "--pythonpath", "/venv/bin/python"]

    describe.each<
      [
        string,
        Readonly<Record<string, string>>,
        ReadonlyArray<string>,
        string | undefined,
        ReadonlyArray<string>,
        ReadonlyArray<string>
      ]
    >([
      ["name the interpreter", {}, ["--threads", "2"], "/venv/bin/python", named, []],
      ["leave it to the one configured", {}, ["--pythonpath=x"], "/venv/bin/python", ["--outputjson"], []],
      ["leave it to the environment configured", {}, ["-v", "x"], "/venv/bin/python", ["--outputjson"], []],
      ["say that there is none", {}, [], undefined, ["--outputjson"], [
        "pyright takes the first Python on PATH, as none was found for the repository"
      ]],
      // pyright 1.1.414, given both, takes the packages of `venv` and the version of `--pythonpath`
      [
        "say whose packages are taken",
        { "pyrightconfig.json": "{\"venvPath\":\"e\",\"venv\":\"v\"}", "e/v/pyvenv.cfg": "" },
        [],
        "/venv/bin/python",
        named,
        [
          "packages are those of /repo/e/v, which pyright's configuration names, and not of /venv"
        ]
      ],
      [
        "say nothing of an environment that is not there",
        { "pyrightconfig.json": "{\"venvPath\":\"e\",\"venv\":\"v\"}" },
        [],
        "/venv/bin/python",
        named,
        []
      ],
      [
        "say nothing of an environment without a path",
        { "pyrightconfig.json": "{\"venv\":\"v\"}" },
        [],
        "/venv/bin/python",
        named,
        []
      ]
    ])("%s", (_, settings, configured, python, args, notices) => {
      it.scoped("as measured", () =>
        Effect.gen(function*() {
          assert.deepStrictEqual(yield* argsIn(settings, configured, python), {
            args: [...args],
            notices: [...notices]
          })
        }))
    })

    it.scoped("say that the project is larger than the repository", () =>
      Effect.gen(function*() {
        const above = yield* directoryOf({ "pyproject.toml": "", "inner/a.py": "" })
        const { notices } = yield* pyright.args(contextOf({ root: `${above}/inner`, python: "/venv/bin/python" }))
        assert.deepStrictEqual(notices, [`pyright's configuration makes ${above} the root of the project`])
      }))
  })

  describe("depends on", () => {
    it.scoped("configuration up the tree, there or not, and what it extends", () =>
      Effect.gen(function*() {
        const root = yield* directoryOf({
          "conf/base.json": "{}",
          "pyrightconfig.json": "{\"extends\": \"conf/base.json\"}"
        })
        const files = yield* pyright.configurationFiles(contextOf({ root }))
        assert.includeMembers([...files], [
          `${root}/pyrightconfig.json`,
          `${root}/pyproject.toml`,
          `${root}/conf/base.json`,
          "/pyrightconfig.json",
          "/pyproject.toml"
        ])
      }))

    it.scoped("the packages of a configured environment, and Python files outside that it names", () =>
      Effect.gen(function*() {
        const above = yield* directoryOf({
          "inner/pyrightconfig.json": `{
            "venvPath": "../envs", "venv": "v", "extraPaths": ["../more", "own"],
            "executionEnvironments": [{ "root": ".", "extraPaths": ["../other"] }]
          }`,
          "inner/own/c.py": "",
          "envs/v/lib/python3.11/site-packages/p-1.dist-info/RECORD": "",
          "envs/v/lib/python3.11/site-packages/p/__init__.py": "",
          "envs/v/lib/python3.11/site-packages/e.pth": "",
          "more/a.py": "",
          "more/notes.txt": "",
          "other/b.pyi": ""
        })
        const files = yield* pyright.configurationFiles(contextOf({ root: `${above}/inner` }))
        assert.deepStrictEqual(
          files.filter((file) => file.startsWith(above) && !/(pyrightconfig.json|pyproject.toml)$/.test(file)),
          [
            `${above}/envs/v/pyvenv.cfg`,
            `${above}/envs/v/lib/python3.11/site-packages/e.pth`,
            `${above}/envs/v/lib/python3.11/site-packages/p-1.dist-info/RECORD`,
            `${above}/more/a.py`,
            `${above}/other/b.pyi`
          ]
        )
      }))

    describe.each<[string, boolean]>([
      ["pkg/a.py", true],
      ["typings/a.pyi", true],
      ["pkg/py.typed", true],
      ["pyrightconfig.json", true],
      ["sub/pyproject.toml", true],
      ["pkg/_c.cpython-311-x86_64-linux-gnu.so", true],
      ["x.pth", true],
      ["README.md", false],
      ["package.json", false],
      ["copy", false]
    ])("%s: %s", (relPath, expected) => {
      it("as a file of the repository", () => assert.strictEqual(pyright.reads(relPath), expected))
    })
  })

  it("reads its version, and runs in English, without colour, and without the wrapper's downloads", () => {
    assert.strictEqual(pyright.parseVersion("pyright 1.1.414\n"), "1.1.414")
    assert.deepInclude(pyright.env, { NO_COLOR: "1", LC_ALL: "C.UTF-8", PYRIGHT_PYTHON_USE_BUNDLED_PYRIGHT: "1" })
  })
})
