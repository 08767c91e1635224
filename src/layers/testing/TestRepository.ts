/**
 * A repository in memory: file names and sources, nothing on disk.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import { createHash } from "node:crypto"
import { RevisionError } from "../../domain/errors.js"
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
      scipTmp: `${state}/scip`,
      checkout: `${state}/checkout`
    },
    notices: [],
    ...overrides
  }
}

/**
 * Opens every path as a repository with these files, which never change. `revisions`: name, which is also the full id of
 * the commit -> its files.
 *
 * @since 0.1.0
 * @category layers
 */
export const layer = (
  sources: Sources,
  revisions: Readonly<Record<string, Sources>> = {}
): Layer.Layer<Repositories> => {
  const filesOf = (root: string, revision: string) =>
    Effect.mapError(Effect.fromNullable(revisions[revision]), () =>
      new RevisionError({
        root,
        revision,
        reason: "Unknown",
        problem: "the mock has no such commit",
        hint: `it has ${Object.keys(revisions).join(", ") || "none"}`
      }))
  const texts = [sources, ...Object.values(revisions)].flatMap((files) => Object.values(files))
  const byHash = new Map(texts.map((text) => [sha256(text), text]))
  return Layer.succeed(Repositories, {
    open: (root) => Effect.succeed(context(root, sources)),
    locate: (root) => Effect.succeed(context(root, sources)),
    prefix: () => Effect.succeed(""),
    commitOf: ({ root }, revision) => Effect.as(filesOf(root, revision), revision),
    openRevision: (ctx, commit) =>
      Effect.map(filesOf(ctx.root, commit), (files) => {
        const { aliases, modules, root, snapshot } = context(`${ctx.paths.checkout}/${commit}`, files)
        return {
          ...ctx,
          root,
          revision: { repo: ctx.root, commit },
          snapshot: { ...snapshot, commit: Option.some(commit) },
          modules,
          aliases
        }
      }),
    changedSince: () => Effect.succeed([]),
    readModule: (_, { contentHash }) => Effect.succeed(Option.fromNullable(byHash.get(contentHash))),
    contentKey,
    prepareState: () => Effect.void
  })
}
