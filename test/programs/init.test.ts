// @effect-diagnostics strictEffectProvide:off
import * as NodeContext from "@effect/platform-node/NodeContext"
import * as FileSystem from "@effect/platform/FileSystem"
import { assert, layer } from "@effect/vitest"
import { ConfigProvider, Effect, Layer } from "effect"
import type { SettingsFileName } from "../../src/domain/Setting.js"
import * as ToolsConfig from "../../src/layers/repository/toolsConfig.js"
import * as TomlSettingsFile from "../../src/layers/TomlSettingsFile.js"
import { checkers } from "../../src/layers/tools/checkers.js"
import { init } from "../../src/programs/init.js"
import { SettingsFile } from "../../src/services/SettingsFile.js"

const Live = Layer.provideMerge(TomlSettingsFile.layer, NodeContext.layer)

const load = (root: string) =>
  Effect.withConfigProvider(ToolsConfig.load(root, {}, { tools: checkers }), ConfigProvider.fromMap(new Map()))

const temporary = Effect.gen(function*() {
  const fs = yield* FileSystem.FileSystem
  return yield* Effect.flatMap(fs.makeTempDirectoryScoped(), fs.realPath)
})

layer(Live, { excludeTestServices: true })("init", (it) => {
  for (const file of ["pyproject.toml", "codeintel.toml"] satisfies ReadonlyArray<SettingsFileName>) {
    it.scoped(`${file}: says nothing as it is, and every default with the comment marks taken away`, () =>
      Effect.gen(function*() {
        const fs = yield* FileSystem.FileSystem
        const root = yield* temporary
        const { config: defaults } = yield* load(root)
        if (file === "pyproject.toml") yield* fs.writeFileString(`${root}/${file}`, "")
        const { path, text } = yield* init({ root })
        assert.strictEqual(path, `${root}/${file}`)
        assert.deepStrictEqual(yield* load(root), { config: defaults, notices: [] })

        // `#key = value` is a setting, `# words` are words
        const said = text.replaceAll(/^#(?! )/gm, "")
        yield* fs.writeFileString(`${root}/${file}`, said)
        const { config } = yield* load(root)
        const { settings } = yield* SettingsFile
        const examples = settings.filter(({ isExample }) => isExample).map(({ key }) => key)
        assert.sameMembers(examples.filter((key) => !key.endsWith(".path")), ["database", "python"])
        for (const entry of config.entries.filter(({ key }) => key !== "untrusted")) {
          assert.strictEqual(entry.origin, file, `${entry.key} is a line of the file`)
          const fallback = defaults.entries.find(({ key }) => key === entry.key)?.value
          if (examples.includes(entry.key)) assert.notStrictEqual(entry.value, fallback)
          else assert.strictEqual(entry.value, fallback, entry.key)
        }
      }))
  }

  it.scoped("each line can be taken by itself", () =>
    Effect.gen(function*() {
      const fs = yield* FileSystem.FileSystem
      const root = yield* temporary
      const { text } = yield* init({ root }, { dryRun: true })
      const lines = text.split("\n")
      for (const [at, line] of lines.entries()) {
        assert.match(line, /^$|^# \S|^#[a-z.-]+ = /)
        if (!/^#[a-z]/.test(line)) continue
        yield* fs.writeFileString(`${root}/codeintel.toml`, lines.with(at, line.slice(1)).join("\n"))
        const { config } = yield* load(root)
        const said = config.entries.filter(({ origin }) => origin === "codeintel.toml")
        assert.deepStrictEqual(said.map(({ key }) => key), [line.slice(1).split(" = ")[0] ?? ""])
      }
    }))

  it.scoped("a dry run writes nothing, whatever is there", () =>
    Effect.gen(function*() {
      const fs = yield* FileSystem.FileSystem
      const root = yield* temporary
      const { name } = yield* init({ root }, { dryRun: true })
      assert.strictEqual(name, "codeintel.toml")
      yield* fs.writeFileString(`${root}/pyproject.toml`, "[tool.codeintel]\n")
      const { text } = yield* init({ root }, { dryRun: true })
      assert.match(
        text,
        /^\[tool\.codeintel\]\n# .*\n# .*\n\n# the database file \(default: .*; this is an example\)\n#database = "/
      )
      assert.deepStrictEqual(yield* fs.readDirectory(root), ["pyproject.toml"])
      assert.strictEqual((yield* Effect.flip(init({ root })))._tag, "ConfigurationError")
    }))
})
