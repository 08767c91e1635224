/**
 * All that the programs need, in memory: give it a `ToolService` and the sources of a repository.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { ScipPart } from "../../domain/Scip.js"
import type { Budget } from "../../services/Budget.js"
import type { ChangeTracker } from "../../services/ChangeTracker.js"
import type { Progress } from "../../services/Progress.js"
import type { PythonSyntax } from "../../services/PythonSyntax.js"
import type { Repositories } from "../../services/Repositories.js"
import { RepositoryLock } from "../../services/RepositoryLock.js"
import type { ScipReader } from "../../services/ScipReader.js"
import type { Warehouse } from "../../services/Warehouse.js"
import * as ContentChangeTracker from "../ContentChangeTracker.js"
import * as PlainProgress from "../PlainProgress.js"
import * as TreeSitterPythonSyntax from "../TreeSitterPythonSyntax.js"
import * as MemoryWarehouse from "./MemoryWarehouse.js"
import * as MockScipReader from "./MockScipReader.js"
import * as TestBudget from "./TestBudget.js"
import * as TestRepository from "./TestRepository.js"

/**
 * A database in memory by the code of the real one, the real parser, a repository in memory, and nothing on disk.
 *
 * @since 0.1.0
 * @category layers
 */
export const layer = (
  sources: TestRepository.Sources,
  { revisions = {}, scip = [] }: {
    readonly scip?: ReadonlyArray<ScipPart>
    readonly revisions?: Readonly<Record<string, TestRepository.Sources>>
  } = {}
): Layer.Layer<
  Warehouse | Repositories | RepositoryLock | ChangeTracker | PythonSyntax | Progress | Budget | ScipReader
> =>
  Layer.mergeAll(
    MemoryWarehouse.layer,
    TestRepository.layer(sources, revisions),
    Layer.succeed(RepositoryLock, { acquire: () => Effect.void }),
    ContentChangeTracker.layer,
    TreeSitterPythonSyntax.layer,
    PlainProgress.silent,
    TestBudget.unlimited,
    MockScipReader.layer(scip)
  )
