import * as NodeContext from "@effect/platform-node/NodeContext"
import * as FileSystem from "@effect/platform/FileSystem"
import * as Path from "@effect/platform/Path"
import { assert, describe, it, layer } from "@effect/vitest"
import { deepStrictEqual } from "@effect/vitest/utils"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as FastCheck from "effect/FastCheck"
import * as Option from "effect/Option"
import { settingsOf } from "../../../src/domain/ToolsConfig.js"
import * as ShellWords from "../../../src/layers/repository/shellWords.js"
import * as Toml from "../../../src/layers/repository/toml.js"
import * as ToolsConfig from "../../../src/layers/repository/toolsConfig.js"

const knowledge: ToolsConfig.Knowledge = {
  tools: [
    { tool: "pyright", enabledByDefault: true },
    { tool: "ruff", enabledByDefault: true },
    { tool: "mypy", enabledByDefault: false, timeout: Duration.seconds(90) }
  ]
}

const repository = (files: Readonly<Record<string, string>>) =>
  Effect.gen(function*() {
    const fs = yield* FileSystem.FileSystem
    const root = yield* fs.makeTempDirectoryScoped()
    for (const [name, text] of Object.entries(files)) yield* fs.writeFileString(`${root}/${name}`, text)
    return root
  })

const variables = (all: Readonly<Record<string, string>>) =>
  Effect.withConfigProvider(ConfigProvider.fromMap(new Map(Object.entries(all)), { pathDelim: "_", seqDelim: "," }))

const load = (
  root: string,
  env: Readonly<Record<string, string>> = {},
  flags: Parameters<typeof ToolsConfig.load>[1] = {}
) => variables(env)(ToolsConfig.load(root, flags, knowledge))

const loadFiles = (files: Readonly<Record<string, string>>, env?: Readonly<Record<string, string>>) =>
  Effect.flatMap(repository(files), (root) => load(root, env))

/** The error; where there is none, a short one (vitest takes minutes over the whole configuration). */
const refusal = <A, E, R>(loading: Effect.Effect<A, E, R>) => Effect.flip(Effect.as(loading, "not refused"))

const origins = (config: ToolsConfig.Loaded["config"], key: string) =>
  config.entries.filter((entry) => entry.key === key).map(({ origin, value }) => [value, origin])

layer(NodeContext.layer)("toolsConfig", (it) => {
  it.scoped("defaults: 300 seconds, an hour for pytest and scip-python, a checker's own", () =>
    Effect.gen(function*() {
      const { config, notices } = yield* loadFiles({})
      const seconds = (tool: string) => Duration.toSeconds(settingsOf(config, tool).timeout)
      deepStrictEqual(["pyright", "mypy", "coverage", "pytest", "scip-python"].map(seconds), [
        300,
        90,
        300,
        3600,
        3600
      ])
      deepStrictEqual([config.tools["pyright"]?.enabled, config.tools["mypy"]?.enabled], [true, false])
      deepStrictEqual([config.untrusted, config.provision, config.python, config.database, notices], [
        false,
        true,
        Option.none(),
        Option.none(),
        []
      ])
      assert.isTrue(config.entries.every(({ origin }) => origin === "default"))
    }))

  it.scoped("each source wins over those below it, and is the origin", () =>
    Effect.gen(function*() {
      const root = yield* repository({
        "pyproject.toml": "[tool.codeintel]\npython = \"a\"\ndatabase = \"a.db\"\n" +
          "pyright.path = \"a\"\nruff = { path = \"a\", timeout = 1 }\n[tool.codeintel.mypy]\npath = \"a\"\n",
        "codeintel.toml": "python = \"b\"\ndatabase = \"b.db\"\n[pyright]\npath = \"b\"\n[ruff]\npath = \"b\"\n"
      })
      const here = (yield* Path.Path).resolve("c")
      const { config } = yield* load(
        root,
        { CODEINTEL_PYTHON: "c", CODEINTEL_DB: "c", CODEINTEL_PYRIGHT_PATH: "c" },
        { database: "d" }
      )
      deepStrictEqual(origins(config, "database"), [[(yield* Path.Path).resolve("d"), "--db"]])
      deepStrictEqual(origins(config, "python"), [[here, "CODEINTEL_PYTHON"]])
      deepStrictEqual(origins(config, "pyright.path"), [[here, "CODEINTEL_PYRIGHT_PATH"]])
      deepStrictEqual(origins(config, "ruff.path"), [[`${root}/b`, "codeintel.toml"]])
      deepStrictEqual(origins(config, "ruff.timeout"), [["1 seconds", "pyproject.toml"]])
      deepStrictEqual(origins(config, "mypy.path"), [[`${root}/a`, "pyproject.toml"]])
      deepStrictEqual(settingsOf(config, "ruff").path, Option.some(`${root}/b`))
    }))

  it.scoped("all keys of a tool, in a file", () =>
    Effect.gen(function*() {
      const { config } = yield* loadFiles({
        "codeintel.toml":
          "[scip-python]\nenabled = false\npath = \"/bin/x\"\nargs = [\"a b\", \"--select=E,F\"]\ntimeout = \"5 minutes\"\n" +
          "env = { TOKEN = \"secret\", B = \"\" }\n"
      })
      deepStrictEqual(settingsOf(config, "scip-python"), {
        enabled: false,
        path: Option.some("/bin/x"),
        args: ["a b", "--select=E,F"],
        env: { TOKEN: "secret", B: "" },
        timeout: Duration.minutes(5)
      })
      deepStrictEqual(origins(config, "scip-python.args"), [["'a b' --select=E,F", "codeintel.toml"]])
      deepStrictEqual(origins(config, "scip-python.env"), [["TOKEN B", "codeintel.toml"]])
      assert.notInclude(JSON.stringify(config.entries), "secret")
    }))

  it.scoped("what paths of reports stand for: a table that is replaced as a whole", () =>
    Effect.gen(function*() {
      const pyproject =
        "[tool.codeintel.paths]\nsrc = [\"/ci/src\", \"*/site-packages\"]\n\"my docs\" = [\"D:\\\\docs\"]\n"
      const { config } = yield* loadFiles({ "pyproject.toml": pyproject })
      deepStrictEqual(config.paths, { src: ["/ci/src", "*/site-packages"], "my docs": ["D:\\docs"] })
      deepStrictEqual(origins(config, "paths.src"), [["/ci/src '*/site-packages'", "pyproject.toml"]])
      deepStrictEqual(origins(config, "paths.'my docs'"), [["'D:\\docs'", "pyproject.toml"]])
      const ours = yield* loadFiles({ "pyproject.toml": pyproject, "codeintel.toml": "[paths]\nlib = [\"/l\"]\n" })
      deepStrictEqual(ours.config.paths, { lib: ["/l"] })
      deepStrictEqual(origins((yield* loadFiles({})).config, "paths"), [["", "default"]])
      const error = yield* refusal(loadFiles({ "codeintel.toml": "[paths]\nsrc = \"/ci\"\n" }))
      assert.match(error.message, /codeintel\.toml:2: paths\.src: Expected .*actual "\/ci"/)
    }))

  it.scoped("all keys of a tool, in variables; an empty one is not set; those of others are left alone", () =>
    Effect.gen(function*() {
      const { config } = yield* loadFiles({}, {
        CODEINTEL_SCIP_PYTHON_TIMEOUT: "60",
        CODEINTEL_SCIP_PYTHON_ENABLED: "No",
        CODEINTEL_RUFF_ARGS: "--select E,F 'a b'",
        CODEINTEL_RUFF_TIMEOUT: "5 minutes",
        CODEINTEL_PYRIGHT_PATH: " ",
        CODEINTEL_PROVISION: "off",
        CODEINTEL_CORES: "2",
        CODEINTEL_MEMORY: "4GB",
        CODEINTEL_MAX_PROCESSES: "2",
        CODEINTEL_KILL_AFTER: "1 second",
        CODEINTEL_CACHE: "/c",
        CODEINTEL_DUCKDB_MEMORY: "1GB",
        CODEINTEL_DUCKDB_THREADS: "1",
        PATH: "/bin"
      })
      deepStrictEqual(settingsOf(config, "scip-python").timeout, Duration.seconds(60))
      assert.isFalse(settingsOf(config, "scip-python").enabled)
      deepStrictEqual(settingsOf(config, "ruff").args, ["--select", "E,F", "a b"])
      deepStrictEqual(settingsOf(config, "ruff").timeout, Duration.minutes(5))
      deepStrictEqual(settingsOf(config, "pyright").path, Option.none())
      deepStrictEqual(origins(config, "provision"), [["false", "CODEINTEL_PROVISION"]])
    }))

  it.effect.each<[string, string, number, string, RegExp]>([
    ["an unknown setting", "python = \"x\"\npyrigth = 1", 2, "pyrigth", /did you mean pyright\?/],
    ["an unknown setting like no other", "zzzzzzzz = 1", 1, "zzzzzzzz", /there are python, .*mypy/],
    ["an unknown key", "[pyright]\n\n# why\ntimout = 1", 4, "pyright.timout", /did you mean timeout\?/],
    ["an unknown key, dotted", "provision = true\npyright.pth = \"x\"", 2, "pyright.pth", /did you mean path\?/],
    ["a wrong type", "python = 3", 1, "python", /Expected string, actual 3/],
    ["nothing in it", "python = \"\"", 1, "python", /is empty/],
    ["a number for a boolean", "[ruff]\nenabled = 1", 2, "ruff.enabled", /Expected boolean, actual 1/],
    ["a text for a list", "[ruff]\nargs = \"--x\"", 2, "ruff.args", /Expected .*string.*, actual "--x"/],
    ["a number in a list", "[ruff]\n\nargs = [\n  \"a\",\n  1,\n]", 3, "ruff.args.1", /Expected string, actual 1/],
    ["a number in env", "[ruff.env]\nA = \"\"\nB = 1", 3, "ruff.env.B", /Expected string, actual 1/],
    ["a negative time", "[ruff]\ntimeout = -1", 2, "ruff.timeout", /is not a time above zero/],
    ["a negative time in words", "[ruff]\ntimeout = \"-1 seconds\"", 2, "ruff.timeout", /is not a time above zero/],
    ["no time", "[ruff]\ntimeout = 0", 2, "ruff.timeout", /is not a time above zero/],
    ["a time without end", "[ruff]\ntimeout = inf", 2, "ruff.timeout", /is not a time above zero/],
    ["a time of another type", "[ruff]\ntimeout = true", 2, "ruff.timeout", /is not a time above zero/],
    ["a tool that is no table", "ruff = false", 1, "ruff", /is no table.*ruff\.enabled/s],
    ["trust", "untrusted = false", 1, "untrusted", /--untrusted/]
  ])("refuses %s, with its line", ([, text, line, key, says]) =>
    Effect.gen(function*() {
      const root = yield* repository({ "codeintel.toml": text })
      const error = yield* refusal(load(root))
      assert.deepInclude(error, {
        _tag: "ConfigurationError",
        origin: `${root}/codeintel.toml:${line}`,
        key
      })
      assert.match(error.message, says)
    }).pipe(Effect.scoped))

  it.scoped("refuses in pyproject.toml too, by its whole key", () =>
    Effect.gen(function*() {
      const root = yield* repository({ "pyproject.toml": "[tool.ruff]\nx = 1\n[tool.codeintel.ruff]\nextra = 1" })
      assert.deepInclude(yield* refusal(load(root)), {
        origin: `${root}/pyproject.toml:4`,
        key: "tool.codeintel.ruff.extra"
      })
    }))

  it.scoped("refuses a codeintel.toml that is no TOML, and one that cannot be read", () =>
    Effect.gen(function*() {
      const fs = yield* FileSystem.FileSystem
      const root = yield* repository({ "codeintel.toml": "python = \"x\"\nprovision = tru" })
      assert.propertyVal(yield* refusal(load(root)), "origin", `${root}/codeintel.toml:2`)
      yield* fs.remove(`${root}/codeintel.toml`)
      yield* fs.makeDirectory(`${root}/codeintel.toml`)
      assert.deepInclude(yield* refusal(load(root)), { origin: `${root}/codeintel.toml` })
    }))

  it.scoped("a pyproject.toml that is no TOML says nothing, with a notice", () =>
    Effect.gen(function*() {
      const { config, notices } = yield* loadFiles({
        "pyproject.toml": "[project]\nname =",
        "codeintel.toml": "provision = false"
      })
      assert.isFalse(config.provision)
      assert.lengthOf(notices, 1)
      assert.match(notices.join(), /^pyproject\.toml:2: .*not used$/)
    }))

  it.effect.each<[Record<string, string>, string, string, RegExp]>([
    [{ CODEINTEL_PYRIGTH_PATH: "x" }, "environment", "CODEINTEL_PYRIGTH_PATH", /did you mean CODEINTEL_PYRIGHT_PATH\?/],
    [{ CODEINTEL_DATABASE: "x" }, "environment", "CODEINTEL_DATABASE", /is not a setting/],
    [{ CODEINTEL_PYRIGHT_ENV: "x" }, "environment", "CODEINTEL_PYRIGHT_ENV", /is not a setting/],
    [{ CODEINTEL_RUFF_TIMEOUT: "soon" }, "CODEINTEL_RUFF_TIMEOUT", "ruff.timeout", /is not a time above zero/],
    [{ CODEINTEL_RUFF_ENABLED: "maybe" }, "CODEINTEL_RUFF_ENABLED", "ruff.enabled", /is none of true, yes/],
    [{ CODEINTEL_RUFF_ARGS: "a 'b" }, "CODEINTEL_RUFF_ARGS", "ruff.args", /quote \('\) that is not closed/],
    [{ CODEINTEL_UNTRUSTED: "2" }, "CODEINTEL_UNTRUSTED", "untrusted", /is none of/]
  ])("refuses the variable %j", ([env, origin, key, says]) =>
    Effect.gen(function*() {
      const error = yield* refusal(loadFiles({}, env))
      assert.deepInclude(error, { origin, key })
      assert.match(error.message, says)
    }).pipe(Effect.scoped))

  it.scoped("knows variables under a provider with another delimiter", () =>
    Effect.gen(function*() {
      const root = yield* repository({})
      const error = yield* refusal(
        ToolsConfig.load(root, {}, knowledge).pipe(
          Effect.withConfigProvider(ConfigProvider.fromMap(new Map([["CODEINTEL_DBB", "x"]])))
        )
      )
      assert.match(error.message, /CODEINTEL_DBB.*did you mean CODEINTEL_DB\?/s)
    }))

  describe("untrusted", () => {
    it.scoped("reads no file of the repository", () =>
      Effect.gen(function*() {
        const root = yield* repository({
          "codeintel.toml": "this is no TOML",
          "pyproject.toml": "[tool.codeintel]\npython = \"evil\"\nnonsense = 1"
        })
        const byFlag = yield* load(root, { CODEINTEL_PYTHON: "/p" }, { untrusted: true })
        deepStrictEqual([byFlag.config.untrusted, byFlag.config.python], [true, Option.some("/p")])
        const byVariable = yield* load(root, { CODEINTEL_UNTRUSTED: "1" })
        deepStrictEqual(byVariable.config.python, Option.none())
        deepStrictEqual(origins(byVariable.config, "untrusted"), [["true", "CODEINTEL_UNTRUSTED"]])
      }))
  })

  it.scoped("two repositories side by side do not see each other", () =>
    Effect.gen(function*() {
      const [a, b] = yield* Effect.all([
        loadFiles({ "codeintel.toml": "ruff.timeout = 1" }, { CODEINTEL_RUFF_ARGS: "a" }),
        loadFiles({ "codeintel.toml": "mypy.timeout = 2" }, { CODEINTEL_RUFF_PATH: "/b" })
      ], { concurrency: "unbounded" })
      deepStrictEqual([a, b].map(({ config }) => Duration.toSeconds(settingsOf(config, "ruff").timeout)), [
        1,
        300
      ])
      deepStrictEqual([a, b].map(({ config }) => settingsOf(config, "ruff").args), [["a"], []])
      deepStrictEqual(settingsOf(a.config, "ruff").path, Option.none())
    }))
})

describe("toml.lineOf", () => {
  it("is the line where a value begins, or a table is first said", () => {
    const text =
      "# a\r\nx = 1\r\n\r\n[t.u]\r\n# b\r\ny = \"\"\"\r\nz = 1\r\n\"\"\"\r\nz = [\r\n1]\r\n[[l]]\r\n[[l]]\r\nk = 1"
    const line = (...path: ReadonlyArray<PropertyKey>) => Option.getOrNull(Toml.lineOf(text, path))
    deepStrictEqual(
      [line("x"), line("t"), line("t", "u", "y"), line("t", "u", "z"), line("l", 1), line("l", 1, "k"), line("n")],
      [2, 4, 6, 9, 12, 13, null]
    )
  })

  it("is found in a few hundred kB, and not looked for in more than a moment", () => {
    const large = (lines: number) => `${"# a comment\n".repeat(lines)}[t]\nx = 1\n`
    deepStrictEqual(Toml.lineOf(large(20_000), ["t", "x"]), Option.some(20_002))
    deepStrictEqual(Toml.lineOf(large(2_000_000), ["t", "x"]), Option.none())
  })
})

describe("shellWords", () => {
  it("splits as a shell does", () => {
    const words = (text: string) => Either.getOrElse(ShellWords.parse(text), (problem) => [problem])
    deepStrictEqual(words(" a  b\t'c d'\"e \\\" f\"g '' \\' "), ["a", "b", "c de \" fg", "", "'"])
    deepStrictEqual(words("--x='a b' \"\\n\""), ["--x=a b", "\\n"])
    assert.match(words("a \"b").join(), /not closed/)
    assert.match(words("a\\").join(), /backslash/)
  })

  it.prop("parses what it prints", [FastCheck.array(FastCheck.string({ unit: "grapheme" }))], ([words]) => {
    deepStrictEqual(ShellWords.parse(ShellWords.print(words)), Either.right(words))
  })

  it.prop("is total", [FastCheck.string()], ([text]) => {
    ShellWords.parse(text)
    Toml.parse(text)
  })
})
