/**
 * Relative paths of a repository, and where its state is kept.
 *
 * @since 0.1.0
 */
import * as FileSystem from "@effect/platform/FileSystem"
import * as Path from "@effect/platform/Path"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { createHash } from "node:crypto"
import { ConfigurationError } from "../../domain/errors.js"
import type { PipelinePaths } from "../../domain/PipelineContext.js"
import type { ToolsConfig } from "../../domain/ToolsConfig.js"
import { cacheDirectory } from "../cacheDirectory.js"

/**
 * The directory in a repository where our files are, unless the database is kept elsewhere.
 *
 * @since 0.1.0
 * @category constants
 */
export const STATE_DIRECTORY = ".codeintel"

/**
 * Whether `path` is `directory` or below it; both relative or both absolute, with POSIX separators.
 *
 * @since 0.1.0
 * @category predicates
 */
export const isBelow = (directory: string, path: string): boolean =>
  path === directory || path.startsWith(directory.endsWith("/") ? directory : `${directory}/`)

/**
 * @since 0.1.0
 * @category predicates
 */
export const isPython = (relPath: string): boolean => /\.pyi?$/.test(relPath)

/**
 * Everything is below `.codeintel` of the repository; with a database elsewhere, below `<database>.state` beside it. But
 * for `checkout`: in the repository it would be seen by tools, and would see what configures them there.
 *
 * @since 0.1.0
 * @category constructors
 */
export const pipelinePaths = Effect.fnUntraced(function*(root: string, config: ToolsConfig) {
  const path = yield* Path.Path
  const state = Option.match(config.database, {
    onNone: () => path.join(root, STATE_DIRECTORY),
    onSome: (database) => `${database}.state`
  })
  const cache = yield* cacheDirectory.pipe(
    Effect.mapError((error) =>
      new ConfigurationError({ origin: "environment", key: "CODEINTEL_CACHE", problem: String(error), hint: "" })
    )
  )
  const ofState = createHash("sha256").update(state).digest("hex").slice(0, 16)
  const paths: PipelinePaths = {
    state,
    database: Option.getOrElse(config.database, () => path.join(state, "codeintel.duckdb")),
    lock: path.join(state, "lock"),
    scratch: path.join(state, "scratch"),
    pytestReport: path.join(state, "pytest-report.json"),
    coverageData: path.join(state, "coverage.data"),
    scipTmp: path.join(state, "scratch", "scip"),
    checkout: path.join(cache, "revisions", ofState)
  }
  return paths
})

/**
 * What we write inside the repository, relative to it: the state, and a database that somebody keeps there. DuckDB puts
 * its log and its temporary files beside the database.
 *
 * @since 0.1.0
 * @category constructors
 */
export const ownPaths = Effect.fnUntraced(function*(root: string, paths: PipelinePaths) {
  const path = yield* Path.Path
  const fs = yield* FileSystem.FileSystem
  const { database, state } = paths
  // said through a link, perhaps; a directory that does not exist yet is no link
  const directory = path.dirname(database)
  const real = path.join(yield* Effect.orElseSucceed(fs.realPath(directory), () => directory), path.basename(database))
  const inside = [path.join(path.dirname(real), path.basename(state)), real, `${real}.wal`, `${real}.tmp`]
    .filter((file) => isBelow(root, file))
    .map((file) => path.relative(root, file))
  return [STATE_DIRECTORY, ...inside]
})
