import * as NodeContext from "@effect/platform-node/NodeContext"
import * as FileSystem from "@effect/platform/FileSystem"
import * as Path from "@effect/platform/Path"
import { assert, describe, layer } from "@effect/vitest"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Ref from "effect/Ref"
import { ToolExecution, ToolNotFound } from "../../../src/domain/errors.js"
import * as Interpreter from "../../../src/layers/repository/interpreter.js"
import * as ToolsConfig from "../../../src/layers/repository/toolsConfig.js"
import { PythonEnvironment } from "../../../src/services/PythonEnvironment.js"
import type { RepositoryFlags } from "../../../src/services/Repositories.js"

const broken = (executable: string) =>
  new ToolExecution({
    tool: "python",
    executable,
    args: [],
    cwd: "/",
    reason: "ExitCode",
    exitCode: 2,
    stdoutTail: "",
    stderrTail: "Unknown option: -I\nusage: python",
    durationMs: 1
  })

/**
 * A machine in a temporary directory: `repo`, and files (an empty text is a file, `-> x` a link to it). A Python says
 * the text of its file as version; one that says `broken` does not answer.
 */
const choose = Effect.fnUntraced(function*(given: {
  readonly files: Readonly<Record<string, string>>
  readonly variables?: Readonly<Record<string, string>>
  readonly flags?: RepositoryFlags
}) {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const dir = yield* Effect.flatMap(fs.makeTempDirectoryScoped(), fs.realPath)
  const at = (text: string) =>
    text.replaceAll("$DIR", dir).replaceAll("$RELATIVE", path.relative(path.resolve("."), dir))
  yield* fs.makeDirectory(`${dir}/repo`)
  for (const [name, text] of Object.entries(given.files)) {
    yield* fs.makeDirectory(path.dirname(`${dir}/${name}`), { recursive: true })
    yield* text.startsWith("-> ")
      ? fs.symlink(at(text.slice(3)), `${dir}/${name}`)
      : fs.writeFileString(`${dir}/${name}`, at(text))
  }
  const asked = yield* Ref.make<ReadonlyArray<string>>([])
  const environment = Layer.mock(PythonEnvironment, {
    interpreter: (executable, chosenBecause, cwd) =>
      Effect.gen(function*() {
        yield* Ref.update(asked, (all) => [...all, `${executable} in ${cwd}`])
        const version = yield* Effect.orElseFail(
          fs.readFileString(executable),
          () => new ToolNotFound({ tool: "python", searched: [executable], hint: "" })
        )
        if (version === "broken") return yield* broken(executable)
        return { executable, version, prefix: "", abi: "", sitePackages: [], chosenBecause }
      })
  })
  const root = `${dir}/repo`
  const flags = given.flags?.python === undefined ? given.flags : { ...given.flags, python: at(given.flags.python) }
  const variables = Object.entries({ PATH: "$DIR/bin", ...given.variables }).map(([name, value]) =>
    [name, at(value)] as const
  )
  const chosen = yield* ToolsConfig.load(root, flags ?? {}, { tools: [] }).pipe(
    Effect.flatMap(({ config }) => Interpreter.choose(root, config)),
    Effect.either,
    Effect.provide(environment),
    Effect.withConfigProvider(ConfigProvider.fromMap(new Map(variables), { pathDelim: "_" }))
  )
  const relative = (text: string) => text.replaceAll(dir, "$DIR")
  if (chosen._tag === "Left") {
    return { found: null, notices: [], error: relative(chosen.left.message), asked: [] }
  }
  return {
    found: Option.getOrNull(Option.map(chosen.right.interpreter, ({ chosenBecause, executable }) => [
      relative(executable),
      chosenBecause
    ])),
    notices: chosen.right.notices.map(relative),
    error: null,
    asked: (yield* Ref.get(asked)).map(relative)
  }
}, Effect.scoped)

const venv = (directory: string, python = "3.11.7") => ({
  [`${directory}/pyvenv.cfg`]: "",
  [`${directory}/bin/python`]: python
})
const system = { "bin/python3": "3.12.0" }
const onPath = "python3 on PATH: the repository has no environment"

layer(NodeContext.layer)("interpreter.choose", (it) => {
  it.effect("the order: flag, variable, file, VIRTUAL_ENV, .venv, venv, PATH", () =>
    Effect.gen(function*() {
      const files: Record<string, string> = {
        ...system,
        ...venv("repo/venv"),
        ...venv("repo/.venv"),
        ...venv("repo/active"),
        "repo/codeintel.toml": "python = \"in/file\"",
        "repo/in/file": "3.10.0",
        "by/variable": "3.9.0",
        "by/flag": "3.8.0"
      }
      const variables: Record<string, string> = {
        VIRTUAL_ENV: "$DIR/repo/active",
        CODEINTEL_PYTHON: "$DIR/by/variable"
      }
      const next = (flags: RepositoryFlags = {}) =>
        Effect.map(choose({ files, variables, flags }), ({ found }) => found)
      const without = (...names: ReadonlyArray<string>) => names.forEach((name) => delete files[name])

      assert.deepStrictEqual(yield* next({ python: "$DIR/by/flag" }), ["$DIR/by/flag", "--python"])
      assert.deepStrictEqual(yield* next(), ["$DIR/by/variable", "CODEINTEL_PYTHON"])
      delete variables["CODEINTEL_PYTHON"]
      assert.deepStrictEqual(yield* next(), ["$DIR/repo/in/file", "python in codeintel.toml"])
      without("repo/codeintel.toml")
      assert.deepStrictEqual(yield* next(), ["$DIR/repo/active/bin/python", "VIRTUAL_ENV, inside the repository"])
      delete variables["VIRTUAL_ENV"]
      assert.deepStrictEqual(yield* next(), ["$DIR/repo/.venv/bin/python", ".venv of the repository"])
      without("repo/.venv/pyvenv.cfg")
      assert.deepStrictEqual(yield* next(), ["$DIR/repo/venv/bin/python", "venv of the repository"])
      without("repo/venv/pyvenv.cfg")
      assert.deepStrictEqual(yield* next(), ["$DIR/bin/python3", onPath])
    }))

  describe("VIRTUAL_ENV elsewhere", () => {
    const directUrl = (url: string) => ({
      "elsewhere/lib/python3.11/site-packages/x-1.0.dist-info/direct_url.json": JSON.stringify({ url, dir_info: {} })
    })
    it.effect.each<[string, Record<string, string>, string | null]>([
      ["is passed over when nothing links it", {}, null],
      ["was made for the repository", { "elsewhere/.project": "$DIR/repo\n" }, "made for the repository"],
      ["was made for another", { "elsewhere/.project": "$DIR/other\n" }, null],
      ["has the repository installed", directUrl("file://$DIR/repo"), "with the repository installed in it"],
      [
        "has a member installed",
        { ...directUrl("file://$DIR/repo/pkg/a"), "repo/pkg/a/x.py": "" },
        "with the repository"
      ],
      [
        "has it installed through a link",
        { ...directUrl("file://$DIR/link"), link: "-> $DIR/repo" },
        "with the repository"
      ],
      ["has a neighbour installed", { ...directUrl("file://$DIR/repo2"), "repo2/x.py": "" }, null],
      ["has a broken direct_url.json", directUrl("no url"), null],
      ["has one from an index", directUrl("https://example.org/x.whl"), null]
    ])("%s", ([, files, because]) =>
      Effect.gen(function*() {
        const { found, notices } = yield* choose({
          files: { ...system, ...venv("elsewhere"), ...files },
          variables: { VIRTUAL_ENV: "$DIR/elsewhere" }
        })
        if (because === null) {
          assert.deepStrictEqual(found, ["$DIR/bin/python3", onPath])
          assert.match(notices.join(), /^VIRTUAL_ENV \(\$DIR\/elsewhere\) is not used: nothing says/)
        } else {
          assert.strictEqual(found?.[0], "$DIR/elsewhere/bin/python")
          assert.include(found?.[1], `VIRTUAL_ENV, ${because}`)
          assert.deepStrictEqual(notices, [])
        }
      }))

    it.effect("is used when PATH leads to it, and said", () =>
      Effect.gen(function*() {
        const { found, notices } = yield* choose({
          files: { ...system, ...venv("elsewhere"), "elsewhere/bin/python3": "-> python" },
          variables: { VIRTUAL_ENV: "$DIR/elsewhere", PATH: "$DIR/elsewhere/bin:$DIR/bin" }
        })
        assert.deepStrictEqual(found, [
          "$DIR/elsewhere/bin/python3",
          "python3 on PATH, of VIRTUAL_ENV: the repository has no environment"
        ])
        assert.deepStrictEqual(notices, [])
      }))

    it.effect("is passed over with a notice when it is gone", () =>
      Effect.gen(function*() {
        const { found, notices } = yield* choose({ files: system, variables: { VIRTUAL_ENV: "$DIR/repo/gone" } })
        assert.strictEqual(found?.[0], "$DIR/bin/python3")
        assert.lengthOf(notices, 1)
        assert.match(notices.join(), /VIRTUAL_ENV \(\$DIR\/repo\/gone\) is passed over: .*no pyvenv\.cfg/)
      }))
  })

  describe("what cannot be used is passed over with a notice", () => {
    it.effect("a .venv with a link to a Python that is gone", () =>
      Effect.gen(function*() {
        const { found, notices } = yield* choose({
          files: {
            ...system,
            ...venv("repo/venv"),
            "repo/.venv/pyvenv.cfg": "",
            "repo/.venv/bin/python": "-> /no/python3"
          }
        })
        assert.deepStrictEqual(found, ["$DIR/repo/venv/bin/python", "venv of the repository"])
        assert.deepStrictEqual(notices, [
          ".venv of the repository is passed over: its bin/python is missing, or a link to a Python that is gone"
        ])
      }))

    it.effect("a .venv whose Python does not answer", () =>
      Effect.gen(function*() {
        const { found, notices } = yield* choose({ files: { ...system, ...venv("repo/.venv", "broken") } })
        assert.strictEqual(found?.[0], "$DIR/bin/python3")
        assert.match(notices.join(), /^\$DIR\/repo\/\.venv\/bin\/python is passed over, .*ExitCode 2/)
      }))

    it.effect("Pythons on PATH that do not answer, python3 before python", () =>
      Effect.gen(function*() {
        const { asked, found, notices } = yield* choose({
          files: { "a/python3": "broken", "a/python": "2.7", "b/python3": "3.9.1", "repo/bin/python3": "3.1" },
          variables: { PATH: "$RELATIVE/repo/bin::$DIR/none:$DIR/a:$DIR/b" }
        })
        assert.deepStrictEqual(found, ["$DIR/b/python3", onPath])
        assert.deepStrictEqual(asked, ["$DIR/a/python3 in $DIR/repo", "$DIR/b/python3 in $DIR/repo"])
        assert.lengthOf(notices, 1)
      }))

    it.effect("a directory named venv that is none is no news", () =>
      Effect.gen(function*() {
        const { found, notices } = yield* choose({ files: { ...system, "repo/venv/a.py": "" } })
        assert.deepStrictEqual([found?.[0], notices], ["$DIR/bin/python3", []])
      }))
  })

  it.effect("no Python at all: none, and what to do", () =>
    Effect.gen(function*() {
      const { found, notices } = yield* choose({ files: {} })
      assert.isNull(found)
      assert.match(notices.join(), /no Python was found.*--python/)
    }))

  describe("a named interpreter", () => {
    it.effect("may be a virtual environment", () =>
      Effect.gen(function*() {
        const { found } = yield* choose({ files: venv("env"), flags: { python: "$DIR/env" } })
        assert.deepStrictEqual(found, ["$DIR/env/bin/python", "--python"])
      }))

    it.effect("must be there", () =>
      Effect.gen(function*() {
        const { error } = yield* choose({ files: system, flags: { python: "$DIR/no" } })
        assert.match(error ?? "", /^--python: python: \$DIR\/no does not exist\ngive the path/)
      }))

    it.effect("must answer", () =>
      Effect.gen(function*() {
        const { error } = yield* choose({
          files: { ...system, "py": "broken" },
          variables: { CODEINTEL_PYTHON: "$DIR/py" }
        })
        assert.match(error ?? "", /^CODEINTEL_PYTHON: python: \$DIR\/py does not answer.*ExitCode 2/)
      }))
  })

  it.effect("untrusted: nothing of the repository, and not in its directory", () =>
    Effect.gen(function*() {
      const flags = { untrusted: true }
      const { asked, found, notices } = yield* choose({
        files: {
          ...system,
          ...venv("repo/.venv"),
          "repo/codeintel.toml": "python = \"evil\"",
          "repo/evil": "3.1",
          "repo/bin/python3": "3.1",
          "linked/python3": "-> ../repo/evil"
        },
        variables: { VIRTUAL_ENV: "$DIR/repo/.venv", PATH: "$DIR/repo/.venv/bin:$DIR/repo/bin:$DIR/linked:$DIR/bin" },
        flags
      })
      assert.deepStrictEqual(found, ["$DIR/bin/python3", "python3 on PATH: the repository is not trusted"])
      assert.deepStrictEqual(asked, ["$DIR/bin/python3 in /"])
      assert.match(notices.join(), /VIRTUAL_ENV .* is not used: the repository is not trusted/)

      const named = yield* choose({ files: { "repo/py": "3.11.0" }, flags: { ...flags, python: "$DIR/repo/py" } })
      assert.deepStrictEqual(named.found, ["$DIR/repo/py", "--python"], "who names it trusts it")
      assert.deepStrictEqual(named.asked, ["$DIR/repo/py in /"])
    }))
})
