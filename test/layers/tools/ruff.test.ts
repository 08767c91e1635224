import { FileSystem, Path } from "@effect/platform"
import { NodeContext } from "@effect/platform-node"
import { assert, describe, layer } from "@effect/vitest"
import { Effect, Either, Option } from "effect"
import { ruff } from "../../../src/layers/tools/ruff.js"
import { contextOf, type Recording, recording, sessionOf } from "./recorded.js"

const recorded = (name: string) => recording("ruff", name)

const withFiles = (name: string) => [recorded(name), recorded(`${name}.files`)]

const modules = ["pkg/__init__.py", "pkg/a.py", "pkg/bad.py", "pkg/latin.py", "pkg/new\nline.py", "pkg/with space.py"]

const ctx = contextOf({ modules, files: ["nb.ipynb"], aliases: { link: "pkg", "pkg/alias.py": "pkg/a.py" } })

const measured = (report: { readonly measured: Either.Either<ReadonlySet<string>, string> }) =>
  Either.map(report.measured, (files) => [...files].sort())

layer(NodeContext.layer, { excludeTestServices: true })("ruff", (it) => {
  describe("a report", () => {
    it.effect("has each finding once, on its real path", () =>
      Effect.gen(function*() {
        const report = yield* ruff.check(sessionOf("ruff", withFiles("findings"), ctx))
        assert.deepStrictEqual(
          report.diagnostics.map((
            { relPath, rule, startColumn, startLine }
          ) => [relPath, rule, startLine, startColumn]),
          [
            ["nb.ipynb", "F401", 1, 8],
            ["nb.ipynb", "F811", 1, 8],
            ["pkg/a.py", "F401", 1, 8],
            ["pkg/a.py", "F401", 2, 22],
            ["pkg/bad.py", "invalid-syntax", 1, 7],
            ["pkg/bad.py", "invalid-syntax", 2, 1],
            ["pkg/latin.py", "E902", 1, 1],
            ["pkg/new\nline.py", "F401", 1, 8],
            ["pkg/with space.py", "F401", 1, 8]
          ]
        )
        assert.deepStrictEqual([...report.errorsByFile], [
          ["nb.ipynb", 2],
          ["pkg/a.py", 2],
          ["pkg/bad.py", 2],
          ["pkg/latin.py", 1],
          ["pkg/new\nline.py", 1],
          ["pkg/with space.py", 1]
        ])
        assert.strictEqual(report.outsideRepository, 0)
        assert.isTrue(report.diagnostics.every(({ severity }) => severity === "error"))
        assert.match(report.diagnostics[0]?.message ?? "", /^cell 2: /)
      }))

    it.effect("measures what it lists and could read, and a name that is not UTF-8 is no file", () =>
      Effect.gen(function*() {
        const report = yield* ruff.check(sessionOf("ruff", withFiles("findings"), ctx))
        assert.deepStrictEqual(
          measured(report),
          Either.right(
            [...modules.filter((relPath) => relPath !== "pkg/latin.py"), "nb.ipynb", "ruff.toml"].sort()
          )
        )
        assert.deepStrictEqual([...report.unmeasured], [["pkg/latin.py", "stream did not contain valid UTF-8"]])
        assert.strictEqual(Option.getOrNull(report.filesAnalyzed), 9)
        assert.deepStrictEqual(report.notices, [
          "from the arguments",
          "1 findings are in files whose names are not UTF-8 and are left out"
        ])
      }))

    it.effect("says how it was made", () =>
      Effect.gen(function*() {
        const { execution, unresolvedImports } = yield* ruff.check(sessionOf("ruff", withFiles("clean")))
        assert.deepInclude(execution, {
          executable: "/lib/ruff",
          args: recorded("clean").args,
          cwd: "/repo",
          durationMs: 7,
          exitCode: 0
        })
        assert.strictEqual(Option.getOrNull(execution.version), "1.2.3")
        assert.isTrue(Option.isNone(unresolvedImports))
      }))

    it.effect("does not take a file that it could not read for a clean one, where E902 is not selected", () =>
      Effect.gen(function*() {
        const report = yield* ruff.check(sessionOf("ruff", withFiles("unreadable")))
        assert.deepStrictEqual([...report.unmeasured], [
          ["pkg/latin.py", "stream did not contain valid UTF-8"],
          ["pkg/unreadable.py", "Permission denied (os error 13)"]
        ])
        assert.deepStrictEqual(measured(report), Either.right(["pkg/noqa.py", "pkg/ok.py", "ruff.toml"]))
        assert.deepStrictEqual(report.notices.slice(1), [
          "ruff: Encountered error: Permission denied (os error 13)",
          "ruff: Invalid `# noqa` directive on pkg/noqa.py:1: expected a comma-separated list of codes " +
          "(e.g., `# noqa: F401, F841`)."
        ])
      }))

    it.effect("of no files measures none", () =>
      Effect.gen(function*() {
        const report = yield* ruff.check(sessionOf("ruff", withFiles("empty")))
        assert.deepStrictEqual(measured(report), Either.right([]))
        assert.deepStrictEqual(report.diagnostics, [])
        assert.strictEqual(Option.getOrNull(report.filesAnalyzed), 0)
      }))

    it.effect("stands without the list, and then measures nothing for certain", () =>
      Effect.gen(function*() {
        const list = { ...recorded("malformed-configuration.files"), args: recorded("findings.files").args }
        const report = yield* ruff.check(sessionOf("ruff", [recorded("findings"), list], ctx))
        assert.strictEqual(report.diagnostics.length, 9)
        assert.match(Either.getOrElse(Either.flip(report.measured), () => ""), /did not list.*exit code 2: ruff failed/)
        assert.isTrue(Option.isNone(report.filesAnalyzed))
      }))
  })

  describe.each<[string, string, Recording]>([
    ["ExitCode", "a configuration that does not parse", recorded("malformed-configuration")],
    ["ExitCode", "an unknown argument", recorded("bad-argument")],
    ["ExitCode", "a file that overflows its stack", recorded("too-deep")],
    ["ExitCode", "any other code, whatever was printed", { ...recorded("clean"), exitCode: 3 }],
    ["MalformedOutput", "success without a report", { ...recorded("clean"), stdout: "" }],
    ["MalformedOutput", "findings without a report", { ...recorded("findings"), stdout: "" }],
    ["MalformedOutput", "text", { ...recorded("clean"), stdout: "All checks passed!\n" }],
    ["MalformedOutput", "a report that was cut short", {
      ...recorded("findings"),
      stdout: recorded("findings").stdout.slice(0, 1000)
    }],
    ["MalformedOutput", "a missing field", {
      ...recorded("findings"),
      stdout: recorded("findings").stdout.replaceAll("\"filename\"", "\"file\"")
    }],
    ["MalformedOutput", "a line that is none", {
      ...recorded("findings"),
      stdout: recorded("findings").stdout.replaceAll("\"row\": 1", "\"row\": 0")
    }],
    ["MalformedOutput", "a line that the database cannot hold", {
      ...recorded("findings"),
      stdout: recorded("findings").stdout.replaceAll("\"row\": 1", "\"row\": 2147483648")
    }]
  ])("%s: %s", (reason, _, check) => {
    it.effect("is no report", () =>
      Effect.gen(function*() {
        const list = { ...recorded("clean.files"), args: ["check", "--show-files", ...check.args.slice(1)] }
        const error = yield* Effect.flip(ruff.check(sessionOf("ruff", [check, list])))
        assert.propertyVal(error, "_tag", "ToolExecution")
        assert.propertyVal(error, "reason", reason)
      }))
  })

  it.effect("is asked for nothing that changes the repository", () =>
    Effect.gen(function*() {
      const { args } = yield* ruff.args(contextOf({}))
      assert.deepStrictEqual(args, recorded("findings").args)
      assert.includeMembers([...args], ["--no-fix", "--no-fix-only", "--no-cache"])
      assert.notInclude(args, "--quiet")
    }))

  it.scoped("says when the rules are those of the version", () =>
    Effect.gen(function*() {
      const fs = yield* FileSystem.FileSystem
      const path = yield* Path.Path
      const root = yield* fs.realPath(yield* fs.makeTempDirectoryScoped())
      const inRepository = contextOf({ root, settings: { ruff: { env: { HOME: root, XDG_CONFIG_HOME: root } } } })
      const notices = Effect.map(ruff.args(inRepository), (given) => given.notices.length)

      assert.strictEqual(yield* notices, 1)
      yield* fs.writeFileString(path.join(root, "pyproject.toml"), "[tool.black]\n")
      assert.strictEqual(yield* notices, 1)
      yield* fs.writeFileString(path.join(root, "pyproject.toml"), "[tool.ruff.lint]\n")
      assert.strictEqual(yield* notices, 0)
    }))

  it.scoped("depends on nested, extended and outer configuration", () =>
    Effect.gen(function*() {
      const fs = yield* FileSystem.FileSystem
      const path = yield* Path.Path
      const top = yield* fs.realPath(yield* fs.makeTempDirectoryScoped())
      const at = (...parts: ReadonlyArray<string>) => path.join(top, ...parts)
      const write = (file: string, text: string) =>
        Effect.zipRight(fs.makeDirectory(path.dirname(file), { recursive: true }), fs.writeFileString(file, text))
      yield* write(at("repo", "pyproject.toml"), "[tool.ruff]\nextend = \"../shared/base.toml\"\n")
      yield* write(at("shared", "base.toml"), "extend = \"${RULES}/more.toml\"\n")
      yield* write(at("rules", "more.toml"), "extend = \"~/mine.toml\"\n")
      yield* write(at("mine.toml"), "extend = \"shared/base.toml\"\n")
      yield* write(at("repo", "sub", "ruff.toml"), "extend = \"not-there.toml\"\n")
      yield* write(at("repo", "broken", ".ruff.toml"), "extend = \n")

      const files = yield* ruff.configurationFiles(contextOf({
        root: at("repo"),
        files: ["pyproject.toml", "sub/ruff.toml", "broken/.ruff.toml", "sub/other.toml"],
        settings: { ruff: { env: { HOME: top, RULES: at("rules"), XDG_CONFIG_HOME: at("xdg") } } }
      }))
      assert.includeMembers([...files], [
        at("repo", "ruff.toml"),
        at("repo", "sub", "ruff.toml"),
        at("repo", "broken", ".ruff.toml"),
        at("shared", "base.toml"),
        at("rules", "more.toml"),
        at("mine.toml"),
        at("repo", "sub", "not-there.toml"),
        at(".ruff.toml"),
        "/pyproject.toml",
        at("xdg", "ruff", "ruff.toml"),
        at(".config", "ruff", "pyproject.toml"),
        at("repo", ".git", "info", "exclude"),
        at(".config", "git", "ignore")
      ])
      assert.strictEqual(new Set(files).size, files.length)
    }))

  it("depends on Python, notebooks and configuration, and on nothing else in the repository", () => {
    const read = [
      "a.py",
      "a.pyi",
      "a.pyw",
      "n.ipynb",
      "x/pyproject.toml",
      "x/ruff.toml",
      ".ruff.toml",
      ".gitignore",
      "x/.ignore"
    ]
    const unread = ["README.md", "a.pyc", "myruff.toml", "setup.cfg", "a.py.orig"]
    assert.deepStrictEqual([...read, ...unread].filter(ruff.reads), read)
  })

  it("knows its version", () => {
    assert.strictEqual(ruff.parseVersion("ruff 0.17.6\n"), "0.17.6")
  })

  it.effect("reads no configuration of a repository that is not trusted, but the one that a user names", () =>
    Effect.gen(function*() {
      const argsOf = (given: ReadonlyArray<string>) => {
        const ctx = contextOf({ settings: { ruff: { args: given } } })
        return Effect.map(ruff.args({ ...ctx, config: { ...ctx.config, untrusted: true } }), ({ args }) => args)
      }
      assert.include(yield* argsOf([]), "--isolated")
      assert.notInclude(yield* argsOf(["--config=mine.toml"]), "--isolated")
    }))
})
