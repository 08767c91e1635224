// @effect-diagnostics preferSchemaOverJson:off
/**
 * The package as its users get it: packed, installed into an empty project, type-checked and run there.
 */
import * as NodeContext from "@effect/platform-node/NodeContext"
import * as Command from "@effect/platform/Command"
import * as FileSystem from "@effect/platform/FileSystem"
import * as Path from "@effect/platform/Path"
import { assert, layer } from "@effect/vitest"
import { Effect, Stream } from "effect"
import ts from "typescript"

const run = Effect.fn("run")(function*(cwd: string, command: string, ...args: ReadonlyArray<string>) {
  const text = <E, R>(stream: Stream.Stream<Uint8Array, E, R>) => Stream.mkString(Stream.decodeText(stream))
  const process = yield* Command.start(Command.workingDirectory(Command.make(command, ...args), cwd))
  const [exitCode, stdout, stderr] = yield* Effect.all(
    [process.exitCode, text(process.stdout), text(process.stderr)],
    { concurrency: "unbounded" }
  )
  assert.strictEqual(exitCode, 0, `${command} ${args.join(" ")}\n${stdout}\n${stderr}`)
  return stdout
}, Effect.scoped)

const tsconfig = {
  compilerOptions: {
    module: "NodeNext",
    target: "ES2022",
    strict: true,
    exactOptionalPropertyTypes: true,
    skipLibCheck: true,
    noEmit: true,
    types: []
  },
  files: ["app.ts"]
}

layer(NodeContext.layer, { excludeTestServices: true, timeout: 300_000 })("the packed package", (it) => {
  it.scoped(
    "is installed into an empty project, and an app composes ToolService with a mock ToolRunner",
    () =>
      Effect.gen(function*() {
        const fs = yield* FileSystem.FileSystem
        const path = yield* Path.Path
        const project = yield* fs.makeTempDirectoryScoped({ prefix: "codeintel package " })
        const [packed] = JSON.parse(
          yield* run(".", "npm", "pack", "--json", "--ignore-scripts", "--pack-destination", project)
        )
        const names: ReadonlyArray<string> = packed.files.map((file: { readonly path: string }) => file.path)
        assert.includeMembers([...names], [
          "LICENSE",
          "README.md",
          "dist/index.d.ts",
          "dist/testing.js",
          "pins/ruff.txt"
        ])
        assert.deepStrictEqual(names.filter((name) => /^(test|examples|bench|scripts|\.)/.test(name)), [])

        const source = yield* fs.readFileString("examples/mock-runner.ts")
        assert.isAtMost(
          source.split("*/\n")[1]?.trimEnd().split("\n").filter((line) => line !== "" && !line.startsWith("//"))
            .length ??
            99,
          20
        )
        yield* fs.writeFileString(path.join(project, "package.json"), "{ \"type\": \"module\", \"private\": true }")
        yield* fs.writeFileString(path.join(project, "tsconfig.json"), JSON.stringify(tsconfig))
        yield* fs.writeFileString(path.join(project, "app.ts"), source)
        yield* fs.writeFileString(
          path.join(project, "app.js"),
          ts.transpileModule(source, {
            compilerOptions: {
              module: ts.ModuleKind.ESNext,
              target: ts.ScriptTarget.ES2022,
              verbatimModuleSyntax: true
            }
          }).outputText
        )
        yield* run(
          project,
          "npm",
          "install",
          "--no-audit",
          "--no-fund",
          "--prefer-offline",
          `./${packed.filename}`,
          "effect@3.22.4",
          "@effect/platform@0.97.2"
        )
        // one effect in the tree: two would not recognise each other's tags
        assert.deepStrictEqual(
          (yield* run(project, "find", "node_modules", "-path", "*/effect/package.json", "-not", "-path", "*/dist/*"))
            .trim().split("\n"),
          ["node_modules/effect/package.json"]
        )
        yield* run(project, "node", path.resolve("node_modules/typescript/bin/tsc"), "-p", ".")
        assert.strictEqual(yield* run(project, "node", "app.js"), "app.py: 1 errors\n")
        // the command, and each service and Layer by a path of its own
        assert.match(yield* run(project, "npx", "--no-install", "codeintel", "--version"), /0\.1\.0/)
        const paths = ["services/ToolRunner", "layers/NodeToolRunner", "layers/DuckDbWarehouse", "domain/errors"]
        yield* run(
          project,
          "node",
          "--input-type=module",
          "-e",
          paths.map((each) => `await import("codeintel/${each}")`).join("\n")
        )
      }),
    300_000
  ) // it installs from the registry
})
