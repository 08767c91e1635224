// @effect-diagnostics strictEffectProvide:off
import * as NodeContext from "@effect/platform-node/NodeContext"
import * as FileSystem from "@effect/platform/FileSystem"
import { assert, layer } from "@effect/vitest"
import { Effect, Layer } from "effect"
import * as TomlSettingsFile from "../../src/layers/TomlSettingsFile.js"
import { SettingsFile } from "../../src/services/SettingsFile.js"

const Live = Layer.provideMerge(TomlSettingsFile.layer, NodeContext.layer)

const TEXT = "[tool.codeintel]\n#provision = true\n"

const repository = (files: Readonly<Record<string, string>>) =>
  Effect.gen(function*() {
    const fs = yield* FileSystem.FileSystem
    const root = yield* Effect.flatMap(fs.makeTempDirectoryScoped(), fs.realPath)
    for (const [name, text] of Object.entries(files)) yield* fs.writeFileString(`${root}/${name}`, text)
    return root
  })

const add = (root: string, name: "pyproject.toml" | "codeintel.toml" = "pyproject.toml", text = TEXT) =>
  Effect.flatMap(SettingsFile, (file) => file.add(root, name, text))

layer(Live, { excludeTestServices: true })("TomlSettingsFile", (it) => {
  for (
    const [what, before, after] of [
      ["a file that ends with a line", "a = 1 # why\n", `a = 1 # why\n\n${TEXT}`],
      ["one whose last line has no end", "a = 1", `a = 1\n\n${TEXT}`],
      ["one that ends with an empty line", "a = 1\n\n", `a = 1\n\n${TEXT}`],
      ["an empty one", "", TEXT],
      ["one with a byte order mark", "\ufeffa = 1\n", `\ufeffa = 1\n\n${TEXT}`],
      ["one of Windows", "a = 1\r\n# b\r\n", `a = 1\r\n# b\r\n\r\n${TEXT.replaceAll("\n", "\r\n")}`],
      ["one with another tool", "[tool.ruff]\nselect = []\n", `[tool.ruff]\nselect = []\n\n${TEXT}`]
    ] as const
  ) {
    it.scoped(`appends to ${what}, which stays as it is`, () =>
      Effect.gen(function*() {
        const fs = yield* FileSystem.FileSystem
        const root = yield* repository({ "pyproject.toml": before })
        assert.strictEqual(yield* add(root), `${root}/pyproject.toml`)
        assert.deepStrictEqual(
          Buffer.from(yield* fs.readFile(`${root}/pyproject.toml`)).toString("utf8"),
          after
        )
        assert.deepStrictEqual(yield* fs.readDirectory(root), ["pyproject.toml"])
      }))
  }

  it.scoped("keeps bytes that are no text", () =>
    Effect.gen(function*() {
      const fs = yield* FileSystem.FileSystem
      const root = yield* repository({})
      const bytes = Buffer.concat([Buffer.from("# caf"), Buffer.from([0xe9]), Buffer.from("\n")])
      yield* fs.writeFile(`${root}/pyproject.toml`, bytes)
      yield* add(root)
      const after = Buffer.from(yield* fs.readFile(`${root}/pyproject.toml`))
      assert.deepStrictEqual([...after.subarray(0, bytes.length)], [...bytes])
      assert.strictEqual(after.subarray(bytes.length).toString(), `\n${TEXT}`)
    }))

  it.scoped("keeps permissions, and a link a link", () =>
    Effect.gen(function*() {
      const fs = yield* FileSystem.FileSystem
      const root = yield* repository({ "shared.toml": "a = 1\n" })
      yield* fs.chmod(`${root}/shared.toml`, 0o640)
      yield* fs.symlink("shared.toml", `${root}/pyproject.toml`)
      yield* add(root)
      assert.strictEqual(yield* fs.readLink(`${root}/pyproject.toml`), "shared.toml")
      assert.strictEqual(yield* fs.readFileString(`${root}/shared.toml`), `a = 1\n\n${TEXT}`)
      assert.strictEqual((yield* fs.stat(`${root}/shared.toml`)).mode & 0o7777, 0o640)
      assert.deepStrictEqual((yield* fs.readDirectory(root)).sort(), ["pyproject.toml", "shared.toml"])
    }))

  it.scoped("makes codeintel.toml, and leaves pyproject.toml alone", () =>
    Effect.gen(function*() {
      const fs = yield* FileSystem.FileSystem
      const root = yield* repository({ "pyproject.toml": "no toml at all" })
      yield* add(root, "codeintel.toml", "#provision = true\n")
      assert.strictEqual(yield* fs.readFileString(`${root}/codeintel.toml`), "#provision = true\n")
      assert.strictEqual(yield* fs.readFileString(`${root}/pyproject.toml`), "no toml at all")
    }))

  for (
    const [what, files, name, says] of [
      [
        "a section",
        { "pyproject.toml": "a = 1\n\n[tool.codeintel]\n" },
        "pyproject.toml",
        /:3: \[tool\.codeintel\]: is/
      ],
      [
        "a section of a tool",
        { "pyproject.toml": "[tool.codeintel.ruff]" },
        "pyproject.toml",
        /:1: .* is there already/
      ],
      ["a dotted key", { "pyproject.toml": "tool.codeintel.python = 'x'" }, "pyproject.toml", /is there already/],
      ["a section elsewhere", { "pyproject.toml": "[tool.codeintel]" }, "codeintel.toml", /is there already/],
      ["codeintel.toml", { "codeintel.toml": "" }, "codeintel.toml", /codeintel\.toml: file: is there already/],
      [
        "codeintel.toml beside",
        { "codeintel.toml": "", "pyproject.toml": "" },
        "pyproject.toml",
        /codeintel\.toml: file: is there already/
      ],
      [
        "no TOML",
        { "pyproject.toml": "a = 1\nb = \n" },
        "pyproject.toml",
        /:2: TOML syntax: .*\n.*--file codeintel\.toml/
      ],
      [
        "a table that is closed",
        { "pyproject.toml": "tool = { ruff = {} }\n" },
        "pyproject.toml",
        /tool: is a table that .* cannot be added to\n.*--file codeintel\.toml/
      ],
      ["no pyproject.toml", {}, "pyproject.toml", /is not there\n.*--file codeintel\.toml/]
    ] as const
  ) {
    it.scoped(`refuses ${what}, and changes nothing`, () =>
      Effect.gen(function*() {
        const fs = yield* FileSystem.FileSystem
        const root = yield* repository(files)
        const error = yield* Effect.flip(add(root, name))
        assert.strictEqual(error._tag, "ConfigurationError")
        assert.match(error.message, says)
        assert.deepStrictEqual((yield* fs.readDirectory(root)).sort(), Object.keys(files).sort())
        for (const [file, text] of Object.entries(files)) {
          assert.strictEqual(yield* fs.readFileString(`${root}/${file}`), text)
        }
      }))
  }

  it.scoped("does not write through a link to nowhere", () =>
    Effect.gen(function*() {
      const fs = yield* FileSystem.FileSystem
      const root = yield* repository({})
      yield* fs.symlink(`${root}/elsewhere`, `${root}/codeintel.toml`)
      const error = yield* Effect.flip(add(root, "codeintel.toml"))
      assert.match(error.message, /codeintel\.toml: file: is there already/)
      assert.deepStrictEqual(yield* fs.readDirectory(root), ["codeintel.toml"])
    }))

  it.scoped("a pyproject.toml that is a directory is the file system's fault", () =>
    Effect.gen(function*() {
      const fs = yield* FileSystem.FileSystem
      const root = yield* repository({})
      yield* fs.makeDirectory(`${root}/pyproject.toml`)
      const error = yield* Effect.flip(add(root))
      assert.propertyVal(error, "reason", "NotWritable")
      assert.match(error.message, /it is no regular file\nnothing was changed/)
    }))

  it.scoped("what could not be written whole leaves nothing", () =>
    Effect.gen(function*() {
      const fs = yield* FileSystem.FileSystem
      const root = yield* repository({ "pyproject.toml": "a = 1\n" })
      const failing = FileSystem.make({
        ...fs,
        rename: (from) => Effect.zipRight(fs.access(from), fs.readFile(`${root}/no such file`).pipe(Effect.asVoid))
      })
      const error = yield* Effect.flip(add(root)).pipe(
        Effect.provide(TomlSettingsFile.layer),
        Effect.provideService(FileSystem.FileSystem, failing)
      )
      assert.propertyVal(error, "reason", "NotWritable")
      assert.deepStrictEqual(yield* fs.readDirectory(root), ["pyproject.toml"])
      assert.strictEqual(yield* fs.readFileString(`${root}/pyproject.toml`), "a = 1\n")
    }))

  it.scoped("chooses pyproject.toml where there is one", () =>
    Effect.gen(function*() {
      const { choose } = yield* SettingsFile
      assert.strictEqual(yield* choose(yield* repository({ "pyproject.toml": "" })), "pyproject.toml")
      assert.strictEqual(yield* choose(yield* repository({})), "codeintel.toml")
    }))
})
