/**
 * The pins as PyPI has them: hashes, wheels for this platform, and tools that start.
 */
import * as NodeContext from "@effect/platform-node/NodeContext"
import * as FileSystem from "@effect/platform/FileSystem"
import { assert, layer } from "@effect/vitest"
import { Config, Duration, Effect, Layer, Option } from "effect"
import * as NodePythonEnvironment from "../../src/layers/NodePythonEnvironment.js"
import * as NodeToolRunner from "../../src/layers/NodeToolRunner.js"
import { moduleOf, pins, requirementsFile } from "../../src/layers/pins.js"
import * as PipToolProvisioner from "../../src/layers/PipToolProvisioner.js"
import * as PlainProgress from "../../src/layers/PlainProgress.js"
import * as TestRepository from "../../src/layers/testing/TestRepository.js"
import { PythonEnvironment } from "../../src/services/PythonEnvironment.js"
import { ToolRunner } from "../../src/services/ToolRunner.js"

const Live = NodePythonEnvironment.layerFromEnv.pipe(
  Layer.provideMerge(Layer.merge(NodeToolRunner.layerFromEnv, PlainProgress.silent)),
  Layer.provideMerge(NodeContext.layer)
)

/** Of a library: which one Python finds. */
const whichIsFound = `
import importlib, importlib.metadata, sys
print(importlib.metadata.version(sys.argv[1]), importlib.util.find_spec(sys.argv[2]).origin)
`

const ctx = TestRepository.context("/tmp", {}, { config: { ...TestRepository.defaultConfig, provision: true } })

layer(Live, { excludeTestServices: true })("PipToolProvisioner", (it) => {
  it.scoped.each([...pins.values()].filter(({ kind }) => kind !== "library"))(
    "installs $tool",
    (pin) =>
      Effect.gen(function*() {
        const fs = yield* FileSystem.FileSystem
        const cacheDirectory = yield* fs.makeTempDirectoryScoped()
        const make = PipToolProvisioner.make({
          path: yield* Config.string("PATH"),
          cacheDirectory,
          timeout: Duration.minutes(5),
          requirementsFile
        })
        const runner = yield* ToolRunner
        const { executable, prefixArgs } = yield* Effect.flatMap(make, ({ provision }) => provision(ctx, pin.tool))
        const { stdout } = yield* runner.run({
          tool: pin.tool,
          executable,
          args: [...prefixArgs, "--version"],
          cwd: cacheDirectory,
          env: {},
          timeout: Duration.seconds(60),
          maxOutputBytes: 10_000
        })
        assert.include(stdout, pin.version)

        const names = yield* fs.readDirectory(`${cacheDirectory}/tools`)
        assert.strictEqual(names.length, 1, names.join(", "))
      }),
    { timeout: 300_000 }
  )

  it.scoped.each([...pins.values()].filter(({ kind }) => kind === "library"))(
    "installs $tool for an interpreter",
    (pin) =>
      Effect.gen(function*() {
        const fs = yield* FileSystem.FileSystem
        const environment = yield* PythonEnvironment
        const runner = yield* ToolRunner
        const cacheDirectory = yield* fs.makeTempDirectoryScoped()
        const interpreter = yield* environment.interpreter("python3", "test", cacheDirectory)
        const provisioner = yield* PipToolProvisioner.make({
          path: yield* Config.string("PATH"),
          cacheDirectory,
          timeout: Duration.minutes(5),
          requirementsFile
        })
        const location = yield* provisioner.provision({ ...ctx, interpreter: Option.some(interpreter) }, pin.tool)
        const { stdout } = yield* runner.run({
          tool: "python",
          executable: location.executable,
          args: ["-c", whichIsFound, pin.tool, moduleOf(pin)],
          cwd: cacheDirectory,
          env: { PYTHONPATH: location.pythonPath?.join(":") ?? "" },
          timeout: Duration.seconds(60),
          maxOutputBytes: 10_000
        })
        assert.strictEqual(stdout.trim(), `${pin.version} ${location.identity}`)
      }),
    { timeout: 300_000 }
  )

  it.scoped("refuses what has another hash", () =>
    Effect.gen(function*() {
      const fs = yield* FileSystem.FileSystem
      const cacheDirectory = yield* fs.makeTempDirectoryScoped()
      const forged = `${cacheDirectory}/ruff.txt`
      yield* fs.writeFileString(forged, `ruff==${pins.get("ruff")?.version} --hash=sha256:${"0".repeat(64)}\n`)
      const { provision } = yield* PipToolProvisioner.make({
        path: yield* Config.string("PATH"),
        cacheDirectory,
        timeout: Duration.minutes(5),
        requirementsFile: () => forged
      })
      const error = yield* Effect.flip(provision(ctx, "ruff"))
      assert.include(error.hint, "THESE PACKAGES DO NOT MATCH THE HASHES")
      assert.deepStrictEqual(yield* fs.readDirectory(`${cacheDirectory}/tools`), [])
    }), { timeout: 300_000 })
})
