/**
 * `Warehouse` in DuckDB files.
 *
 * One process may hold a file for writing, and then no other can even read it, so both are opened for short times. All
 * Layers of one process share one DuckDB instance for each real path; the settings are those of the Layer that opened
 * it first. Nothing else in the process may open the file, not even to read its bytes: closing the descriptor would
 * give up DuckDB's lock.
 *
 * @since 0.1.0
 */
import type * as FileSystem from "@effect/platform/FileSystem"
import type * as Path from "@effect/platform/Path"
import * as Config from "effect/Config"
import type { ConfigError } from "effect/ConfigError"
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Warehouse } from "../services/Warehouse.js"
import * as FileInstances from "./duckdb/fileInstances.js"
import { config as environment, type WarehouseConfig } from "./duckdb/instances.js"
import * as InstanceWarehouse from "./duckdb/warehouse.js"

/**
 * @since 0.1.0
 * @category models
 */
export type { WarehouseConfig } from "./duckdb/instances.js"

/**
 * @since 0.1.0
 * @category constructors
 */
export const make = (
  config: WarehouseConfig
): Effect.Effect<Context.Tag.Service<typeof Warehouse>, never, FileSystem.FileSystem | Path.Path> =>
  Effect.map(FileInstances.make(config), (instances) => InstanceWarehouse.make(instances))

/**
 * @since 0.1.0
 * @category layers
 */
export const layer = (
  config: WarehouseConfig
): Layer.Layer<Warehouse, never, FileSystem.FileSystem | Path.Path> => Layer.effect(Warehouse, make(config))

/**
 * @since 0.1.0
 * @category layers
 */
export const layerConfig = (
  config: Config.Config.Wrap<WarehouseConfig>
): Layer.Layer<Warehouse, ConfigError, FileSystem.FileSystem | Path.Path> =>
  Layer.effect(Warehouse, Effect.flatMap(Config.unwrap(config), make))

/**
 * `CODEINTEL_DUCKDB_LOCK_TIMEOUT` (5 seconds), `CODEINTEL_DUCKDB_MEMORY` (512MB) and `CODEINTEL_DUCKDB_THREADS` (2).
 *
 * @since 0.1.0
 * @category layers
 */
export const layerFromEnv: Layer.Layer<Warehouse, ConfigError, FileSystem.FileSystem | Path.Path> = layerConfig(
  environment
)
