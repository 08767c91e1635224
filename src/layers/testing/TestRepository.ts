/**
 * A repository in memory: file names and sources, nothing on disk.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import { createHash } from "node:crypto"
import type { Module, PipelineContext } from "../../domain/PipelineContext.js"
import type { ToolsConfig } from "../../domain/ToolsConfig.js"
import { Repositories } from "../../services/Repositories.js"
import { contentKey } from "../repository/contentKey.js"

/**
 * Relative path -> source.
 *
 * @since 0.1.0
 * @category models
 */
export type Sources = Readonly<Record<string, string>>

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex")

/**
 * All defaults: every tool enabled, nothing configured.
 *
 * @since 0.1.0
 * @category constructors
 */
export const defaultConfig: ToolsConfig = {
  tools: {},
  python: Option.none(),
  database: Option.none(),
  untrusted: false,
  provision: false,
  entries: []
}

const moduleOf = (relPath: string, source: string): Module => ({
  relPath,
  moduleName: relPath.replace(/\.pyi?$/, "").replace(/(^|\/)__init__$/, "").replaceAll("/", "."),
  contentHash: sha256(source),
  bytes: Buffer.byteLength(source),
  lines: source === "" ? 0 : source.split("\n").length - (source.endsWith("\n") ? 1 : 0)
})

/**
 * The context of a repository with these files, as `Repositories.open` would give it. Anything may be overridden.
 *
 * @since 0.1.0
 * @category constructors
 */
export const context = (
  root: string,
  sources: Sources,
  overrides: Partial<PipelineContext> = {}
): PipelineContext => {
  const paths = Object.keys(sources).sort()
  const files = new Map(paths.map((relPath) => [relPath, sha256(sources[relPath] ?? "")]))
  const state = `${root}/.codeintel`
  return {
    root,
    snapshot: { id: sha256(JSON.stringify([...files])), commit: Option.none(), dirty: false, files },
    modules: paths.filter((path) => /\.pyi?$/.test(path)).map((path) => moduleOf(path, sources[path] ?? "")),
    aliases: new Map(),
    config: defaultConfig,
    interpreter: Option.none(),
    importRoots: ["."],
    paths: {
      state,
      database: `${state}/codeintel.duckdb`,
      lock: `${state}/lock`,
      scratch: `${state}/scratch`,
      pytestReport: `${state}/pytest-report.jsonl`,
      coverageData: `${state}/coverage`,
      scipTmp: `${state}/scip`
    },
    notices: [],
    ...overrides
  }
}

/**
 * Opens every path as a repository with these files, which never change.
 *
 * @since 0.1.0
 * @category layers
 */
export const layer = (sources: Sources): Layer.Layer<Repositories> =>
  Layer.succeed(Repositories, {
    open: (root) => Effect.succeed(context(root, sources)),
    locate: (root) => Effect.succeed(context(root, sources)),
    changedSince: () => Effect.succeed([]),
    readModule: (_, { contentHash, relPath }) =>
      Effect.succeed(Option.filter(Option.fromNullable(sources[relPath]), (source) => sha256(source) === contentHash)),
    contentKey,
    prepareState: () => Effect.void
  })
