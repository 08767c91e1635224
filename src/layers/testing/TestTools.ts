/**
 * The real `ToolService` over a mock of the processes: argument lists, exit codes and outputs are handled as in life.
 *
 * @since 0.1.0
 */
import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import * as NodePath from "@effect/platform-node/NodePath"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { ToolNotFound } from "../../domain/errors.js"
import { PythonEnvironment } from "../../services/PythonEnvironment.js"
import { ToolProvisioner } from "../../services/ToolProvisioner.js"
import type { ToolRunner } from "../../services/ToolRunner.js"
import type { ToolService } from "../../services/ToolService.js"
import * as LiveToolService from "../LiveToolService.js"
import * as PlainProgress from "../PlainProgress.js"
import * as MockToolResolver from "./MockToolResolver.js"

const provisioner = Layer.succeed(ToolProvisioner, {
  pins: new Map(),
  provision: (_, tool) => new ToolNotFound({ tool, searched: ["the mock"], hint: "nothing is installed in a test" })
})

const environment = Layer.succeed(PythonEnvironment, {
  interpreter: (executable) =>
    new ToolNotFound({ tool: "python", searched: [executable], hint: "there is no Python in a test" }),
  fingerprint: () => Effect.succeed("test"),
  packages: () => Effect.succeed([])
})

/**
 * Needs a `ToolRunner`: `MockToolRunner.layer`, or one of your own. Every tool is found at `/mock/bin`.
 *
 * @since 0.1.0
 * @category layers
 */
export const layer: Layer.Layer<ToolService, never, ToolRunner> = LiveToolService.layer.pipe(
  Layer.provide([
    MockToolResolver.layer,
    provisioner,
    environment,
    PlainProgress.silent,
    NodeFileSystem.layer,
    NodePath.layer
  ])
)
