import { FileSystem } from "@effect/platform"
import { NodeContext } from "@effect/platform-node"
import { assert, describe, layer } from "@effect/vitest"
import { Effect, Either, Option } from "effect"
import { mypy } from "../../../src/layers/tools/mypy.js"
import { contextOf, type Recording, recording, sessionOf } from "./recorded.js"

const recorded = (name: string) => recording("mypy", name)

/** First without a target; then, as nothing is configured, with one. */
const asked = (name: string) => [recorded("nothing-named"), recorded(name)]

layer(NodeContext.layer, { excludeTestServices: true })("mypy", (it) => {
  describe("a report", () => {
    it.effect("has its findings, with columns from 1", () =>
      Effect.gen(function*() {
        const report = yield* mypy.check(sessionOf("mypy", asked("findings")))
        assert.deepStrictEqual(
          report.diagnostics.map((found) => [
            found.relPath,
            `${found.startLine}:${found.startColumn}-${found.endLine}:${found.endColumn}`,
            found.severity,
            found.rule
          ]),
          [
            ["it's.py", "1:10-1:12", "error", "assignment"],
            ["pkg/a.py", "1:1-1:2", "error", "import-not-found"],
            ["pkg/a.py", "2:1-2:2", "error", "import-not-found"],
            ["pkg/a.py", "3:10-3:13", "error", "assignment"],
            ["pkg/a.py", "4:20-4:21", "error", "operator"],
            ["pkg/unused.py", "1:1-1:1", "error", "unused-ignore"],
            ["pkg/unused.py", "2:13-2:14", "information", "misc"]
          ]
        )
        assert.deepStrictEqual([...report.errorsByFile], [["it's.py", 1], ["pkg/a.py", 4], ["pkg/unused.py", 1]])
        assert.strictEqual(Option.getOrNull(report.unresolvedImports), 2)
        assert.strictEqual(report.execution.args.at(-1), ".")
      }))

    it.effect("measures the files that it says it found", () =>
      Effect.gen(function*() {
        const report = yield* mypy.check(sessionOf("mypy", asked("findings")))
        assert.deepStrictEqual(
          Either.map(report.measured, (files) => [...files].sort()),
          Either.right(["it's.py", "pkg/__init__.py", "pkg/a.py", "pkg/new\nline.py", "pkg/unused.py"])
        )
        assert.strictEqual(Option.getOrNull(report.filesAnalyzed), 5)
        assert.strictEqual(report.unmeasured.size, 0)
      }))

    it.effect("without findings is a measured zero", () =>
      Effect.gen(function*() {
        const report = yield* mypy.check(sessionOf("mypy", asked("clean")))
        assert.deepStrictEqual(report.measured, Either.right(new Set(["a.py"])))
        assert.deepStrictEqual(report.diagnostics, [])
        assert.strictEqual(Option.getOrNull(report.unresolvedImports), 0)
      }))

    it.effect("measures the file that does not parse, and no other, as it stops there", () =>
      Effect.gen(function*() {
        const report = yield* mypy.check(sessionOf("mypy", asked("syntax-error")))
        assert.deepStrictEqual([...report.errorsByFile], [["pkg/bad.py", 2]])
        assert.deepStrictEqual(report.diagnostics.map(({ startColumn, startLine }) => [startLine, startColumn]), [
          [1, 7],
          [2, 1]
        ])
        assert.deepStrictEqual(report.measured, Either.right(new Set(["pkg/bad.py"])))
        assert.strictEqual(report.unmeasured.size, 5)
        assert.strictEqual(
          report.unmeasured.get("pkg/a.py"),
          "mypy stopped at the syntax error in pkg/bad.py, line 1"
        )
        assert.deepStrictEqual([report.filesAnalyzed, report.unresolvedImports].map(Option.getOrNull), [1, null])
      }))

    it.effect("does not call imports resolved that it was told not to judge", () =>
      Effect.gen(function*() {
        const fs = yield* FileSystem.FileSystem
        const root = yield* fs.realPath(yield* fs.makeTempDirectoryScoped())
        yield* fs.writeFileString(`${root}/mypy.ini`, "[mypy]\nignore_missing_imports = True\n")
        const [first, second] = asked("silenced")
        const there = (each: Recording) => ({ ...each, stderr: each.stderr.replaceAll("/repo", root) })
        const recordings = [first, second].flatMap((each) => each === undefined ? [] : [there(each)])
        const report = yield* mypy.check(sessionOf("mypy", recordings, contextOf({ root })))
        assert.isTrue(Option.isNone(report.unresolvedImports))
        assert.deepStrictEqual(report.notices.slice(1), ["mypy: mypy.ini: [mypy]: Unrecognized option: nope = 1"])
      }).pipe(Effect.scoped))

    it.effect("reads names as Python quotes them", () =>
      Effect.gen(function*() {
        const names = "'./pkg/__init__.py'"
        const quoted = "'./it\\'s \"x\"\\t\\x7f\\u200b\\\\.py'"
        const clean = { ...recorded("findings"), exitCode: 0, stdout: "" }
        const found = { ...clean, stderr: clean.stderr.replace(names, quoted) }
        const report = yield* mypy.check(sessionOf("mypy", [recorded("nothing-named"), found]))
        assert.include(
          Either.merge(Either.map(report.measured, (files) => [...files])),
          "it's \"x\"\t\x7f\u200b\\.py"
        )
      }))

    it.effect("measures a file that it followed an import to and found something in", () =>
      Effect.gen(function*() {
        const { stderr } = recorded("findings")
        const found = { ...recorded("findings"), stderr: stderr.replace(/^LOG: .*pkg\/a\.py.*$/m, "") }
        const report = yield* mypy.check(sessionOf("mypy", [recorded("nothing-named"), found]))
        assert.strictEqual(Option.getOrNull(report.filesAnalyzed), 4)
        assert.include(Either.merge(Either.map(report.measured, (files) => [...files])), "pkg/a.py")
      }))

    it.effect("has a finding of which it does not know the line", () =>
      Effect.gen(function*() {
        const { stdout } = recorded("findings")
        const found = { ...recorded("findings"), stdout: stdout.replace("\"line\": 1,", "\"line\": -1,") }
        const report = yield* mypy.check(sessionOf("mypy", [recorded("nothing-named"), found]))
        assert.deepInclude(report.diagnostics[0], { relPath: "it's.py", startLine: 1, startColumn: 1, endColumn: 1 })
      }))

    it.effect("stands without the list of files, and then measures nothing for certain", () =>
      Effect.gen(function*() {
        const quiet = { ...recorded("findings"), stderr: "" }
        const report = yield* mypy.check(sessionOf("mypy", [recorded("nothing-named"), quiet]))
        assert.strictEqual(report.diagnostics.length, 7)
        assert.isTrue(Either.isLeft(report.measured))
      }))
  })

  it.effect("is not asked twice where its configuration names what to check", () =>
    Effect.gen(function*() {
      const named = { ...recorded("findings"), args: recorded("nothing-named").args }
      const report = yield* mypy.check(sessionOf("mypy", [named]))
      assert.strictEqual(report.diagnostics.length, 7)
    }))

  describe.each<[string, string, Recording]>([
    ["ExitCode", "two files of one module name", recorded("duplicate-module")],
    ["ExitCode", "a file that is not UTF-8", recorded("not-utf-8")],
    ["ExitCode", "an unknown argument", recorded("bad-argument")],
    ["ExitCode", "an interpreter that is not there", recorded("bad-interpreter")],
    ["ExitCode", "findings without one: a mypy that does not start", { ...recorded("findings"), stdout: "" }],
    ["ExitCode", "any other code, whatever was printed", { ...recorded("findings"), exitCode: 134 }],
    ["MalformedOutput", "text", { ...recorded("findings"), stdout: "a.py:1: error: no\n" }],
    ["MalformedOutput", "a report that was cut short", {
      ...recorded("findings"),
      stdout: recorded("findings").stdout.slice(0, 300)
    }],
    ["MalformedOutput", "a line that the database cannot hold", {
      ...recorded("findings"),
      stdout: recorded("findings").stdout.replace(/"line": \d+/, "\"line\": 2147483647")
    }]
  ])("%s: %s", (reason, _, check) => {
    it.effect("is no report", () =>
      Effect.gen(function*() {
        const error = yield* Effect.flip(mypy.check(sessionOf("mypy", [check])))
        assert.propertyVal(error, "_tag", "ToolExecution")
        assert.propertyVal(error, "reason", reason)
      }))
  })

  it.scoped("is given the interpreter, unless its configuration chooses one", () =>
    Effect.gen(function*() {
      const fs = yield* FileSystem.FileSystem
      const root = yield* fs.realPath(yield* fs.makeTempDirectoryScoped())
      const settings = { mypy: { env: { HOME: root, XDG_CONFIG_HOME: root } } }
      const args = Effect.map(
        mypy.args(contextOf({ root, python: "/venv/bin/python", settings })),
        (given) => given.args
      )

      assert.include(yield* args, "--python-executable=/venv/bin/python")
      yield* fs.writeFileString(`${root}/setup.cfg`, "[mypy]\npython_executable = /other/python\n")
      assert.deepStrictEqual(yield* args, recorded("nothing-named").args)
    }))

  it("leaves no cache in the repository", () => {
    assert.include(recorded("nothing-named").args, "--cache-dir=/dev/null")
    assert.propertyVal(mypy.env, "PYTHONDONTWRITEBYTECODE", "1")
  })

  it.effect("depends on configuration up the tree and of the user", () =>
    Effect.gen(function*() {
      const settings = { mypy: { env: { HOME: "/home/me", XDG_CONFIG_HOME: "/xdg" } } }
      const files = yield* mypy.configurationFiles(contextOf({ root: "/a/repo", settings }))
      assert.includeMembers([...files], [
        "/a/repo/setup.cfg",
        "/a/mypy.ini",
        "/.mypy.ini",
        "/xdg/mypy/config",
        "/home/me/.config/mypy/config",
        "/home/me/.mypy.ini"
      ])
    }))

  it("is off by default, and depends on Python and its configuration", () => {
    assert.isFalse(mypy.enabledByDefault)
    const read = ["a.py", "a.pyi", "x/py.typed", "pyproject.toml", "mypy.ini", ".mypy.ini", "setup.cfg"]
    assert.deepStrictEqual([...read, "README.md", "n.ipynb", "a.py.orig"].filter(mypy.reads), read)
    assert.strictEqual(mypy.parseVersion("mypy 2.4.1 (compiled: yes)\n"), "2.4.1")
  })

  it.effect("reads no configuration of a repository that is not trusted, but the one that a user names", () =>
    Effect.gen(function*() {
      const argsOf = (given: ReadonlyArray<string>) => {
        const ctx = contextOf({ settings: { mypy: { args: given } } })
        return Effect.map(mypy.args({ ...ctx, config: { ...ctx.config, untrusted: true } }), ({ args }) => args)
      }
      assert.include(yield* argsOf([]), "--config-file=")
      assert.notInclude(yield* argsOf(["--config-file=mine.ini"]), "--config-file=")
    }))
})
