import { FileSystem, Path } from "@effect/platform"
import { NodeContext } from "@effect/platform-node"
import { assert, describe, layer } from "@effect/vitest"
import { Effect, Either, Option } from "effect"
import type { CheckReport } from "../../../src/domain/CheckReport.js"
import { pyrefly } from "../../../src/layers/tools/pyrefly.js"
import { contextOf, type Recording, recording, sessionOf } from "./recorded.js"

const recorded = (name: string) => recording("pyrefly", name)

const withFiles = (name: string) => [recorded(name), recorded(`${name}.files`)]

const modules = [
  "pkg/__init__.py",
  "pkg/a.py",
  "pkg/bad.py",
  "pkg/latin.py",
  "pkg/new\nline.py",
  "pkg/warned.py",
  "pkg/with space.py"
]

// `ext` leads outside, so it is no alias; that is seen on the file system alone, which the recordings are without
const ctx = contextOf({ modules, files: ["nb.ipynb"], aliases: { link: "pkg", "pkg/alias.py": "pkg/a.py" } })

const measured = (report: CheckReport) => Either.map(report.measured, (files) => [...files].sort())

const reason = (report: CheckReport) => Either.getOrElse(Either.flip(report.measured), () => "it is measured")

layer(NodeContext.layer, { excludeTestServices: true })("pyrefly", (it) => {
  describe("a report", () => {
    it.effect("has each finding once, however many links led to it", () =>
      Effect.gen(function*() {
        const report = yield* pyrefly.check(sessionOf("pyrefly", withFiles("findings"), ctx))
        assert.deepStrictEqual(
          report.diagnostics.map((found) => [
            found.relPath,
            `${found.startLine}:${found.startColumn}-${found.endLine}:${found.endColumn}`,
            found.severity,
            found.rule
          ]),
          [
            ["ext/o.py", "2:10-2:13", "error", "bad-assignment"],
            ["nb.ipynb", "2:10-2:13", "error", "bad-assignment"],
            ["nb.ipynb", "2:10-2:13", "error", "bad-assignment"],
            ["pkg/a.py", "1:8-1:12", "error", "missing-import"],
            ["pkg/a.py", "2:1-2:23", "error", "missing-import"],
            ["pkg/a.py", "3:10-3:13", "error", "bad-assignment"],
            ["pkg/a.py", "4:17-4:25", "error", "unsupported-operation"],
            ["pkg/bad.py", "1:7-1:8", "error", "parse-error"],
            ["pkg/bad.py", "2:1-2:1", "error", "parse-error"],
            ["pkg/latin.py", "1:1-1:1", "error", "missing-import"],
            ["pkg/warned.py", "2:1-2:12", "error", "unimported-directive"],
            ["pkg/warned.py", "2:12-2:15", "information", "reveal-type"],
            ["pkg/warned.py", "5:5-5:8", "warning", "unused-coroutine"]
          ]
        )
        assert.strictEqual(report.errorsByFile.get("pkg/warned.py"), 1)
        assert.deepStrictEqual(
          report.diagnostics.filter(({ relPath }) => relPath === "nb.ipynb").map(({ message }) => message.slice(0, 8)),
          ["cell 1: ", "cell 2: "]
        )
      }))

    it.effect("measures what it lists, when it counted as many and could read them", () =>
      Effect.gen(function*() {
        const report = yield* pyrefly.check(sessionOf("pyrefly", withFiles("findings"), ctx))
        assert.deepStrictEqual(
          measured(report),
          Either.right(["ext/o.py", "nb.ipynb", ...modules].filter((file) => file !== "pkg/latin.py"))
        )
        assert.strictEqual(Option.getOrNull(report.filesAnalyzed), 18)
        assert.deepStrictEqual([...report.unmeasured], [[
          "pkg/latin.py",
          "When reading file `/repo/pkg/latin.py`: stream did not contain valid UTF-8"
        ]])
      }))

    it.effect("counts an import that does not resolve once, and a file that cannot be read not at all", () =>
      Effect.gen(function*() {
        const report = yield* pyrefly.check(sessionOf("pyrefly", withFiles("findings"), ctx))
        assert.strictEqual(Option.getOrNull(report.unresolvedImports), 2)
      }))

    it.effect("without findings is a measured zero", () =>
      Effect.gen(function*() {
        const report = yield* pyrefly.check(sessionOf("pyrefly", withFiles("clean")))
        assert.deepStrictEqual(measured(report), Either.right(["a.py"]))
        assert.deepStrictEqual([...report.errorsByFile], [])
        assert.strictEqual(Option.getOrNull(report.unresolvedImports), 0)
        assert.deepInclude(report.execution, { executable: "/lib/pyrefly", cwd: "/repo", exitCode: 0 })
        assert.strictEqual(Option.getOrNull(report.execution.version), "1.2.3")
      }))

    it.effect("passes on what it warned of", () =>
      Effect.gen(function*() {
        const report = yield* pyrefly.check(sessionOf("pyrefly", withFiles("unknown-key")))
        assert.deepStrictEqual(report.notices, [
          "from the arguments",
          "pyrefly: /repo/pyrefly.toml: Extra keys found in config: nonsense"
        ])
      }))

    it.effect("of a repository without Python measures nothing, and that is no failure", () =>
      Effect.gen(function*() {
        const report = yield* pyrefly.check(sessionOf("pyrefly", withFiles("no-files")))
        assert.deepStrictEqual(measured(report), Either.right([]))
        assert.deepStrictEqual([report.filesAnalyzed, report.unresolvedImports].map(Option.getOrNull), [0, 0])
      }))
  })

  describe.each<[string, RegExp, Partial<Recording>, Partial<Recording>]>([
    ["the list failed", /dump-config ended with 1: .*Fatal/s, {}, recorded("malformed-configuration.files")],
    ["the list is shorter than the count", /checked 18 modules and lists 1$/, {}, {
      stdout: recorded("clean.files").stdout
    }],
    ["the list is not as it was", /checked 18 modules and lists 0$/, {}, { stdout: "" }],
    ["there is no count", /did not say how many/, { stderr: "" }, {}]
  ])("where %s", (_, why, check, list) => {
    it.effect("the findings stand, and no file is measured for certain", () =>
      Effect.gen(function*() {
        const [found, files] = [recorded("findings"), recorded("findings.files")]
        const report = yield* pyrefly.check(sessionOf("pyrefly", [
          { ...found, ...check },
          { ...files, ...list, args: files.args }
        ], ctx))
        assert.strictEqual(report.diagnostics.length, 13)
        assert.match(reason(report), why)
      }))
  })

  it.effect("counts in thousands are read as such", () =>
    Effect.gen(function*() {
      const found = { ...recorded("clean"), stderr: " INFO 1,234 modules (71 dependent modules); 43,001 lines\n" }
      const report = yield* pyrefly.check(sessionOf("pyrefly", [found, recorded("clean.files")]))
      assert.strictEqual(Option.getOrNull(report.filesAnalyzed), 1234)
      assert.match(reason(report), /checked 1234 modules and lists 1$/)
    }))

  describe.each<[string, string, Recording]>([
    ["ExitCode", "a configuration that does not parse", recorded("malformed-configuration")],
    ["ExitCode", "a directory that cannot be read", recorded("unreadable-directory")],
    ["ExitCode", "a path that is missing", recorded("path-missing")],
    ["ExitCode", "an unknown argument", recorded("bad-argument")],
    ["ExitCode", "a value without its `=`", recorded("summary-without-equals")],
    ["ExitCode", "no memory", recorded("out-of-memory")],
    ["ExitCode", "any other code, whatever was printed", { ...recorded("default"), exitCode: 134 }],
    ["NothingAnalyzed", "no file of a repository that has some", recorded("no-files")],
    ["MalformedOutput", "success without a report", { ...recorded("clean"), stdout: "" }],
    ["MalformedOutput", "text", { ...recorded("default"), stdout: "1 error\n" }],
    ["MalformedOutput", "a report that was cut short", {
      ...recorded("findings"),
      stdout: recorded("findings").stdout.slice(0, 500)
    }],
    ["MalformedOutput", "a missing field", {
      ...recorded("default"),
      stdout: recorded("default").stdout.replace("\"stop_line\"", "\"end\"")
    }],
    ["MalformedOutput", "a severity that is none", {
      ...recorded("default"),
      stdout: recorded("default").stdout.replace("\"severity\": \"error\"", "\"severity\": \"fatal\"")
    }],
    ["MalformedOutput", "a line that the database cannot hold", {
      ...recorded("default"),
      stdout: recorded("default").stdout.replace(/"stop_line": \d+/, "\"stop_line\": 2147483648")
    }]
  ])("%s: %s", (expected, _, check) => {
    it.effect("is no report", () =>
      Effect.gen(function*() {
        const list = { ...recorded("clean.files"), args: ["dump-config", "--max-files=all", ...check.args.slice(1)] }
        const error = yield* Effect.flip(
          pyrefly.check(sessionOf("pyrefly", [check, list], contextOf({ modules: ["a.py"] })))
        )
        assert.propertyVal(error, "_tag", "ToolExecution")
        assert.propertyVal(error, "reason", expected)
      }))
  })

  describe("the preset", () => {
    it.effect("is asked for by name when pyrefly says that it fell back to `basic`", () =>
      Effect.gen(function*() {
        const recordings = [...withFiles("unusable-settings"), recorded("unusable-settings.preset")]
        const report = yield* pyrefly.check(sessionOf("pyrefly", recordings))
        assert.deepStrictEqual(report.diagnostics.map(({ rule }) => rule), ["bad-assignment"])
        assert.include(report.execution.args, "--preset=default")
        assert.deepStrictEqual(report.notices.slice(1), [
          "--preset=default, as pyrefly could not use the settings it found"
        ])
        assert.deepStrictEqual(measured(report), Either.right(["a.py"]))
      }))

    it.effect("is the one of the settings it imports, which may keep imports from being judged", () =>
      Effect.gen(function*() {
        const fs = yield* FileSystem.FileSystem
        const root = yield* fs.realPath(yield* fs.makeTempDirectoryScoped())
        const unresolved = Effect.map(
          pyrefly.check(sessionOf("pyrefly", withFiles("imported"), contextOf({ root }))),
          (report) => report.unresolvedImports
        )
        assert.strictEqual(Option.getOrNull(yield* unresolved), 0)
        yield* fs.writeFileString(`${root}/mypy.ini`, "[mypy]\nignore_missing_imports = True\n")
        assert.isTrue(Option.isNone(yield* unresolved))
      }).pipe(Effect.scoped))
  })

  // file -> text, below a directory of its own; the repository is in `repo`. As pyrefly 1.4.1 was seen to choose.
  describe.each<[string, Readonly<Record<string, string>>, boolean]>([
    ["nothing", {}, true],
    ["a pyproject.toml of others", { "repo/pyproject.toml": "[tool.black]\n" }, true],
    ["ruff's settings", { "repo/pyproject.toml": "[tool.ruff]\n" }, true],
    ["settings in setup.cfg", { "repo/setup.cfg": "[mypy]\n" }, true],
    ["a .mypy.ini", { "repo/.mypy.ini": "[mypy]\n" }, true],
    ["mypy's settings in a dotted table", { "repo/pyproject.toml": "tool.mypy.strict = true\n" }, true],
    ["mypy's settings above a pyproject.toml", { "mypy.ini": "[mypy]\n", "repo/pyproject.toml": "" }, true],
    ["an empty table of its own", { "repo/pyproject.toml": "[tool.pyrefly]\n" }, false],
    ["an empty file of its own", { "repo/pyrefly.toml": "" }, false],
    ["a hidden file of its own", { "repo/.pyrefly.toml": "" }, false],
    ["a file of its own above", { "pyrefly.toml": "", "repo/mypy.ini": "[mypy]\n" }, false],
    ["a pyproject.toml that does not parse", { "repo/pyproject.toml": "x = \n" }, false],
    ["a mypy.ini", { "repo/mypy.ini": "[mypy]\n" }, false],
    ["a mypy.ini above", { "mypy.ini": "[mypy]\n" }, false],
    ["a pyrightconfig.json", { "repo/pyrightconfig.json": "{}" }, false],
    ["mypy's table", { "repo/pyproject.toml": "[project]\n[ tool.mypy ] # strict\n" }, false],
    ["a table below mypy's", { "repo/pyproject.toml": "[[tool.mypy.overrides]]\nmodule = \"x\"\n" }, false],
    ["pyright's table", { "repo/pyproject.toml": "[tool.pyright]\n" }, false]
  ])("with %s", (_, files, named) => {
    it.scoped(named ? "the preset is named" : "the preset is left to the settings", () =>
      Effect.gen(function*() {
        const given = yield* pyrefly.args(contextOf({ root: yield* written(files) }))
        assert.strictEqual(given.args.includes("--preset=default"), named)
        assert.strictEqual(given.notices.some((notice) => notice.startsWith("--preset=default")), named)
      }))
  })

  describe.each<[string, Readonly<Record<string, string>>, ReadonlyArray<string>, boolean]>([
    ["is given", {}, [], true],
    ["is given over imported settings", { "repo/mypy.ini": "[mypy]\n" }, [], true],
    ["is left to pyrefly.toml", { "repo/pyrefly.toml": "python-interpreter-path = \"p\"\n" }, [], false],
    ["is left to its old name", { "repo/pyproject.toml": "[tool.pyrefly]\npython_interpreter = \"p\"\n" }, [], false],
    ["is left to conda", { "repo/pyrefly.toml": "conda-environment = \"x\"\n" }, [], false],
    ["is left to mypy's", { "repo/mypy.ini": "[mypy]\npython_executable = p\n" }, [], false],
    ["is left to the arguments", {}, ["--python-interpreter-path=p"], false],
    ["is left to the arguments' environment", {}, ["--conda-environment", "x"], false]
  ])("the interpreter %s", (_, files, configured, given) => {
    it.scoped("and nothing else", () =>
      Effect.gen(function*() {
        const root = yield* written(files)
        const settings = { pyrefly: { args: configured } }
        const { args } = yield* pyrefly.args(contextOf({ root, python: "/venv/bin/python", settings }))
        assert.strictEqual(args.includes("--python-interpreter-path=/venv/bin/python"), given)
      }))
  })

  it.scoped("a preset that is configured for it is not named twice", () =>
    Effect.gen(function*() {
      const root = yield* written({})
      const { args } = yield* pyrefly.args(contextOf({ root, settings: { pyrefly: { args: ["--preset=strict"] } } }))
      assert.deepStrictEqual(args, recorded("findings").args)
    }))

  it.scoped("depends on configuration up the tree, and on its baseline", () =>
    Effect.gen(function*() {
      const path = yield* Path.Path
      const root = yield* written({ "pyrefly.toml": "baseline = \"known/errors.json\"\n" })
      const top = path.dirname(root)
      const files = yield* pyrefly.configurationFiles(contextOf({ root }))
      assert.includeMembers([...files], [
        path.join(root, "pyrefly.toml"),
        path.join(top, "mypy.ini"),
        path.join(top, ".pyrefly.toml"),
        path.join(top, "known", "errors.json"),
        path.join(root, ".git", "info", "exclude")
      ])
    }))

  it("depends on Python, notebooks and configuration, and on nothing else in the repository", () => {
    const read = [
      "a.py",
      "a.pyi",
      "n.ipynb",
      "x/py.typed",
      "pyproject.toml",
      "x/.pyrefly.toml",
      "mypy.ini",
      ".gitignore"
    ]
    const unread = ["README.md", "setup.cfg", "a.py.orig", "mypyrefly.toml"]
    assert.deepStrictEqual([...read, ...unread].filter(pyrefly.reads), read)
  })

  it("knows its version", () => {
    assert.strictEqual(pyrefly.parseVersion("pyrefly 1.4.1\n"), "1.4.1")
  })
})

/** Writes the files below a directory of their own, and gives the root of the repository in it. */
const written = Effect.fnUntraced(function*(files: Readonly<Record<string, string>>) {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const top = yield* fs.realPath(yield* fs.makeTempDirectoryScoped())
  yield* fs.makeDirectory(path.join(top, "repo"))
  for (const [file, text] of Object.entries(files)) yield* fs.writeFileString(path.join(top, file), text)
  return path.join(top, "repo")
})
