/**
 * The command: builds the Layers, once, and runs.
 */
import * as NodeContext from "@effect/platform-node/NodeContext"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as LogLevel from "effect/LogLevel"
import { inert } from "../domain/inert.js"
import * as Live from "../layers/Live.js"
import { ourVersion } from "../layers/ourVersion.js"
import { runMain } from "../layers/runMain.js"
import * as StandardStreams from "../layers/StandardStreams.js"
import { exitCode, report, run } from "./cli.js"

const MainLive = Live.layer.pipe(
  Layer.provideMerge(NodeContext.layer),
  Layer.provideMerge(StandardStreams.layer),
  Layer.provide(Logger.replace(Logger.defaultLogger, Logger.withConsoleError(Logger.map(Logger.logfmtLogger, inert)))),
  Layer.provide(Logger.minimumLogLevel(LogLevel.Warning))
)

run(ourVersion)(process.argv).pipe(
  Effect.provide(MainLive),
  Effect.tapErrorCause(report),
  runMain({
    disableErrorReporting: true,
    disablePrettyLogger: true,
    teardown: (exit, onExit) => onExit(exitCode(exit))
  })
)
