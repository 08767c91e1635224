/**
 * Every service, on this machine. What the command runs on, and the quickest start for an application.
 *
 * @since 0.1.0
 */
import type * as CommandExecutor from "@effect/platform/CommandExecutor"
import type * as FileSystem from "@effect/platform/FileSystem"
import type * as Path from "@effect/platform/Path"
import type { ConfigError } from "effect/ConfigError"
import * as Layer from "effect/Layer"
import type { Budget } from "../services/Budget.js"
import type { ChangeTracker } from "../services/ChangeTracker.js"
import type { Git } from "../services/Git.js"
import type { McpServer } from "../services/McpServer.js"
import type { Progress } from "../services/Progress.js"
import type { PythonEnvironment } from "../services/PythonEnvironment.js"
import type { PythonSyntax } from "../services/PythonSyntax.js"
import type { ReportPage } from "../services/ReportPage.js"
import type { ReportReader } from "../services/ReportReader.js"
import type { Repositories } from "../services/Repositories.js"
import type { RepositoryLock } from "../services/RepositoryLock.js"
import type { ScipReader } from "../services/ScipReader.js"
import type { SettingsFile } from "../services/SettingsFile.js"
import type { ShardExecutor } from "../services/ShardExecutor.js"
import type { ToolProvisioner } from "../services/ToolProvisioner.js"
import type { ToolResolver } from "../services/ToolResolver.js"
import type { ToolRunner } from "../services/ToolRunner.js"
import type { ToolService } from "../services/ToolService.js"
import type { Warehouse } from "../services/Warehouse.js"
import * as ContentChangeTracker from "./ContentChangeTracker.js"
import * as DuckDbWarehouse from "./DuckDbWarehouse.js"
import * as FileReportReader from "./FileReportReader.js"
import * as FileRepositoryLock from "./FileRepositoryLock.js"
import * as GitCommand from "./GitCommand.js"
import * as LiveToolService from "./LiveToolService.js"
import * as LocalBudget from "./LocalBudget.js"
import * as LocalRepositories from "./LocalRepositories.js"
import * as LocalShardExecutor from "./LocalShardExecutor.js"
import * as LocalToolResolver from "./LocalToolResolver.js"
import * as NodePythonEnvironment from "./NodePythonEnvironment.js"
import * as NodeToolRunner from "./NodeToolRunner.js"
import * as PackagedReportPage from "./PackagedReportPage.js"
import * as PipToolProvisioner from "./PipToolProvisioner.js"
import * as ScipFileReader from "./ScipFileReader.js"
import * as SdkMcpServer from "./SdkMcpServer.js"
import * as TerminalProgress from "./TerminalProgress.js"
import * as TomlSettingsFile from "./TomlSettingsFile.js"
import * as TreeSitterPythonSyntax from "./TreeSitterPythonSyntax.js"

/**
 * @since 0.1.0
 * @category models
 */
export type Services =
  | Budget
  | ChangeTracker
  | Git
  | McpServer
  | Progress
  | PythonEnvironment
  | PythonSyntax
  | ReportReader
  | ReportPage
  | Repositories
  | RepositoryLock
  | ScipReader
  | SettingsFile
  | ShardExecutor
  | ToolProvisioner
  | ToolResolver
  | ToolRunner
  | ToolService
  | Warehouse

/**
 * Configured by the variables of the process (docs/tools.md). Provide `NodeContext.layer`.
 *
 * @since 0.1.0
 * @category layers
 */
export const layer: Layer.Layer<
  Services,
  ConfigError,
  FileSystem.FileSystem | Path.Path | CommandExecutor.CommandExecutor
> = Layer.mergeAll(LocalShardExecutor.layer, LocalRepositories.layer, TomlSettingsFile.layer).pipe(
  Layer.provideMerge(LiveToolService.layer),
  Layer.provideMerge(
    Layer.mergeAll(PipToolProvisioner.layerFromEnv, NodePythonEnvironment.layerFromEnv, GitCommand.layer)
  ),
  Layer.provideMerge(Layer.mergeAll(
    NodeToolRunner.layerFromEnv,
    LocalToolResolver.layerFromEnv,
    TerminalProgress.layer,
    FileRepositoryLock.layer,
    ContentChangeTracker.layer,
    TreeSitterPythonSyntax.layer,
    LocalBudget.layerFromEnv,
    PackagedReportPage.layer,
    SdkMcpServer.layerStdio,
    ScipFileReader.layer,
    FileReportReader.layer,
    DuckDbWarehouse.layerFromEnv
  ))
)
