/**
 * `Warehouse` in memory, for tests: the same code over databases that are in no file, one for each name, and that end
 * with the Layer. It waits for nobody, so a test clock can stand still.
 *
 * @since 0.1.0
 */
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import { Warehouse } from "../../services/Warehouse.js"
import * as MemoryInstances from "../duckdb/memoryInstances.js"
import * as InstanceWarehouse from "../duckdb/warehouse.js"

/**
 * @since 0.1.0
 * @category constructors
 */
export const make: Effect.Effect<Context.Tag.Service<typeof Warehouse>, never, Scope.Scope> = Effect.map(
  MemoryInstances.make,
  (instances) => InstanceWarehouse.make(instances)
)

/**
 * @since 0.1.0
 * @category layers
 */
export const layer: Layer.Layer<Warehouse> = Layer.scoped(Warehouse, make)
