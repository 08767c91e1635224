/**
 * The pins as PyPI has them: hashes, wheels for this platform, and tools that start.
 */
import * as NodeContext from "@effect/platform-node/NodeContext"
import * as FileSystem from "@effect/platform/FileSystem"
import { assert, layer } from "@effect/vitest"
import { Config, Duration, Effect, Layer } from "effect"
import * as NodeToolRunner from "../../src/layers/NodeToolRunner.js"
import { pins, requirementsFile } from "../../src/layers/pins.js"
import * as PipToolProvisioner from "../../src/layers/PipToolProvisioner.js"
import * as PlainProgress from "../../src/layers/PlainProgress.js"
import * as TestRepository from "../../src/layers/testing/TestRepository.js"
import { ToolRunner } from "../../src/services/ToolRunner.js"

const Live = Layer.merge(NodeToolRunner.layerFromEnv, PlainProgress.silent).pipe(
  Layer.provideMerge(NodeContext.layer)
)

const ctx = TestRepository.context("/tmp", {}, { config: { ...TestRepository.defaultConfig, provision: true } })

layer(Live, { excludeTestServices: true })("PipToolProvisioner", (it) => {
  it.scoped.each([...pins.values()])("installs $tool", (pin) =>
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
    }), { timeout: 300_000 })

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
