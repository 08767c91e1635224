/** The command over a database in memory: exit code and both streams, without a process. */
import * as NodeContext from "@effect/platform-node/NodeContext"
import { type Console, Effect, Layer } from "effect"
import * as TestPipeline from "../../../src/layers/testing/TestPipeline.js"
import { run } from "../../../src/programs/cli.js"
import { Git } from "../../../src/services/Git.js"
import { McpServer } from "../../../src/services/McpServer.js"
import { ReportPage } from "../../../src/services/ReportPage.js"
import { ReportReader } from "../../../src/services/ReportReader.js"
import { SettingsFile } from "../../../src/services/SettingsFile.js"
import { ShardExecutor } from "../../../src/services/ShardExecutor.js"
import { ToolProvisioner } from "../../../src/services/ToolProvisioner.js"
import { ToolResolver } from "../../../src/services/ToolResolver.js"
import { ToolService } from "../../../src/services/ToolService.js"

/** A question needs no tool: every method of these dies. */
const Tools = Layer.mergeAll(
  Layer.mock(ToolService, { checkers: [] }),
  Layer.mock(ShardExecutor, {}),
  Layer.mock(ToolResolver, {}),
  Layer.mock(ToolProvisioner, { pins: new Map() }),
  Layer.mock(SettingsFile, { settings: [] }),
  Layer.mock(ReportReader, {}),
  Layer.mock(ReportPage, {}),
  Layer.mock(McpServer, {}),
  Layer.mock(Git, {})
)

export const Services = Layer.mergeAll(TestPipeline.layer({}), Tools, NodeContext.layer)

export const running = Effect.fnUntraced(function*(...args: ReadonlyArray<string>) {
  const said = { stdout: "", stderr: "" }
  const original = yield* Effect.console
  const saying = (stream: keyof typeof said) => (...given: ReadonlyArray<unknown>) =>
    Effect.sync(() => void (said[stream] += `${given.join(" ")}\n`))
  const console: Console.Console = { ...original, log: saying("stdout"), error: saying("stderr") }
  const exitCode = yield* Effect.withConsole(run("0.0.0")(["node", "codeintel", ...args]), console)
  return { exitCode, ...said }
})
