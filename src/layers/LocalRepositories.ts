/**
 * `Repositories` on this machine's file system. What it knows about a repository is in the context it returns, and in
 * the stat cache below `paths.state`.
 *
 * @since 0.1.0
 */
import type { PlatformError } from "@effect/platform/Error"
import * as FileSystem from "@effect/platform/FileSystem"
import * as Path from "@effect/platform/Path"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import { differences } from "../domain/contentChanges.js"
import { RepositoryError } from "../domain/errors.js"
import { type Module, type PipelineContext, repositoryOf } from "../domain/PipelineContext.js"
import { settingsOf } from "../domain/ToolsConfig.js"
import { Git } from "../services/Git.js"
import { PythonEnvironment } from "../services/PythonEnvironment.js"
import { Repositories, type RepositoryFlags, type RepositoryLocation } from "../services/Repositories.js"
import * as Content from "./repository/content.js"
import { contentKey } from "./repository/contentKey.js"
import * as FileList from "./repository/fileList.js"
import * as ImportRoots from "./repository/importRoots.js"
import * as Interpreter from "./repository/interpreter.js"
import { isBelow, ownPaths, pipelinePaths } from "./repository/paths.js"
import * as RegularFile from "./repository/regularFile.js"
import * as Scan from "./repository/scan.js"
import * as StatCache from "./repository/statCache.js"
import * as StateDirectory from "./repository/stateDirectory.js"
import * as ToolsConfig from "./repository/toolsConfig.js"
import { checkers } from "./tools/checkers.js"

const refused = (root: string) => (cause: PlatformError): RepositoryError => {
  const reason = cause._tag === "SystemError" ? cause.reason : "Unknown"
  if (reason === "NotFound" || reason === "BadResource") {
    return new RepositoryError({ root, reason: "NotADirectory", hint: "give the path of an existing directory", cause })
  }
  return reason === "PermissionDenied"
    ? new RepositoryError({ root, reason: "NoPermission", hint: `check who may read it: ls -ld '${root}'`, cause })
    : new RepositoryError({ root, reason: "Unreadable", hint: "the file system refused, see the message", cause })
}

/**
 * @since 0.1.0
 * @category constructors
 */
export const make = Effect.fnUntraced(function*(knowledge: ToolsConfig.Knowledge) {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  // these alone: the scope in which a Layer is built is not the one of a caller
  const context = Context.pick(FileSystem.FileSystem, Path.Path, Git, PythonEnvironment)(
    yield* Effect.context<FileSystem.FileSystem | Path.Path | Git | PythonEnvironment>()
  )

  const realRoot = Effect.fnUntraced(function*(given: string) {
    const root = yield* fs.realPath(path.resolve(given))
    yield* fs.readDirectory(root) // says all of: not there, no directory, no permission
    yield* fs.stat(`${root}/.`) // some may be listed, but not entered
    return root
  })

  const load = Effect.fnUntraced(function*(given: string, flags: RepositoryFlags) {
    const root = yield* Effect.mapError(realRoot(given), refused(path.resolve(given)))
    const { config, notices } = yield* ToolsConfig.load(root, flags, knowledge)
    const location: RepositoryLocation = { root, config, paths: yield* pipelinePaths(root, config) }
    yield* StateDirectory.refuseLinks(location)
    return { location, notices }
  })

  const locate = Effect.fn("Repositories.locate")(
    (root: string, flags: RepositoryFlags = {}) => Effect.map(load(root, flags), ({ location }) => location),
    Effect.provide(context)
  )

  /** All that is known from the files themselves. */
  const contentOf = Effect.fnUntraced(function*(location: RepositoryLocation, remembered: StatCache.StatCache) {
    const { config, paths, root } = location
    const list = yield* FileList.list(root, config, yield* ownPaths(root, paths))
    const scan = yield* Scan.scan(root, list.files, remembered)
    const { bringsState, commit, dirty } = list
    if (config.untrusted && Option.isNone(config.database) && bringsState && isBelow(root, paths.state)) {
      return yield* StateDirectory.notWritable(location, "it came with the repository, which is not trusted")
    }
    const importRoots = yield* ImportRoots.find(root, [...scan.files.keys()])
    return {
      snapshot: { id: scan.id, commit, dirty, files: scan.files, stats: scan.stats, written: scan.written },
      modules: scan.modules.map((module): Module => ({
        ...module,
        moduleName: ImportRoots.moduleName(module.relPath, importRoots)
      })),
      aliases: scan.aliases,
      importRoots,
      notices: [...list.notices, ...scan.notices]
    }
  })

  const open = Effect.fn("Repositories.open")(function*(given: string, flags: RepositoryFlags = {}) {
    const { location, notices } = yield* load(given, flags)
    const [content, python] = yield* Effect.all([
      Effect.flatMap(StatCache.load(location.paths), (remembered) => contentOf(location, remembered)),
      Interpreter.choose(location.root, location.config)
    ], { concurrency: 2 })
    const ctx: PipelineContext = {
      ...location,
      ...content,
      interpreter: python.interpreter,
      notices: [...notices, ...content.notices, ...python.notices]
    }
    return ctx
  }, Effect.provide(context))

  const gitOptions = ({ config }: Pick<PipelineContext, "config">) => ({
    settings: settingsOf(config, "git"),
    untrusted: config.untrusted
  })

  const prefix = Effect.fn("Repositories.prefix")(
    (location: Pick<PipelineContext, "root" | "config">) =>
      Effect.flatMap(Git, (git) => git.prefix(location.root, gitOptions(location))),
    Effect.provide(context)
  )

  const commitOf = Effect.fn("Repositories.commitOf")(
    function*(
      location: Pick<PipelineContext, "root" | "config">,
      revision: string,
      { branchedOff = false }: { readonly branchedOff?: boolean } = {}
    ) {
      const git = yield* Git
      const base = branchedOff
        ? yield* git.mergeBase(location.root, revision, gitOptions(location))
        : Option.none()
      return Option.isSome(base) ? base.value : yield* git.commitOf(location.root, revision, gitOptions(location))
    },
    Effect.provide(context)
  )

  const openRevision = Effect.fn("Repositories.openRevision")(function*(ctx: PipelineContext, commit: string) {
    const git = yield* Git
    const { checkout } = ctx.paths
    const remove = fs.remove(checkout, { recursive: true, force: true })
    const refuse = Effect.mapError((cause: PlatformError) =>
      new RepositoryError({
        root: ctx.root,
        reason: "StateNotWritable",
        hint:
          `the files of ${commit} are to be written to ${checkout}: see that there is space, or set CODEINTEL_CACHE`,
        cause
      })
    )
    yield* refuse(Effect.acquireRelease(
      // what a killed process left is in the way
      Effect.zipRight(remove, fs.makeDirectory(checkout, { recursive: true, mode: 0o700 })),
      () => Effect.ignoreLogged(remove)
    ))
    // some tools name things after the directory
    const destination = path.join(yield* refuse(fs.realPath(checkout)), path.basename(ctx.root) || "repository")
    const root = yield* git.checkOut(ctx.root, commit, destination, gitOptions(ctx))
    const location: RepositoryLocation = { root, config: ctx.config, paths: ctx.paths }
    const content = yield* contentOf(location, new Map())
    const opened: PipelineContext = {
      ...location,
      ...content,
      snapshot: { ...content.snapshot, commit: Option.some(commit), dirty: false },
      revision: { repo: ctx.root, commit },
      interpreter: ctx.interpreter
    }
    return opened
  }, Effect.provide(context))

  const changedSince = Effect.fn("Repositories.changedSince")(function*(ctx: PipelineContext) {
    // what was a repository when it was opened is no wrong argument now
    yield* Effect.mapError(realRoot(ctx.root), (cause) =>
      new RepositoryError({
        root: ctx.root,
        reason: "Unreadable",
        hint: "the repository was removed or replaced meanwhile: nothing of it was stored",
        cause
      }))
    const { files } = yield* FileList.list(ctx.root, ctx.config, yield* ownPaths(ctx.root, ctx.paths))
    const now = yield* Scan.scan(ctx.root, files, StatCache.ofContext(ctx))
    const written = [...now.written].filter(([relPath, when]) => (ctx.snapshot.written?.get(relPath) ?? when) !== when)
    return [
      ...new Set([...differences(ctx.snapshot.files, now.files), ...written.map(([relPath]) => relPath)])
    ].sort()
  }, Effect.provide(context))

  const readModule = Effect.fn("Repositories.readModule")(function*(ctx: PipelineContext, module: Module) {
    if (Scan.isUnreadable(module)) return Option.none<string>()
    return yield* RegularFile.read(path.join(ctx.root, module.relPath)).pipe(
      Effect.map((bytes) =>
        Content.sha256(bytes) === module.contentHash ? Option.some(new TextDecoder().decode(bytes)) : Option.none()
      ),
      // gone, or a directory, a pipe or a link to nowhere by now
      Effect.catchIf(
        (error) => error._tag === "SystemError" && (error.reason === "NotFound" || error.reason === "BadResource"),
        () => Effect.succeedNone
      ),
      Effect.mapError((cause) =>
        new RepositoryError({
          root: ctx.root,
          reason: "Unreadable",
          hint: `it was readable when the repository was opened: ${module.relPath}`,
          cause
        })
      )
    )
  }, Effect.provide(context))

  const prepareState = Effect.fn("Repositories.prepareState")(function*(ctx: PipelineContext) {
    yield* StateDirectory.ensure({ ...ctx, root: repositoryOf(ctx) })
    if (ctx.revision !== undefined) return // its files are not those that are looked at next time
    yield* Effect.mapError(
      StatCache.save(ctx.paths, StatCache.ofContext(ctx)),
      (cause) => StateDirectory.notWritable(ctx, cause)
    )
  }, Effect.provide(context))

  return Repositories.of({
    open,
    locate,
    prefix,
    commitOf,
    openRevision,
    changedSince,
    readModule,
    contentKey,
    prepareState
  })
})

/**
 * @since 0.1.0
 * @category layers
 */
export const layerWith = (
  knowledge: ToolsConfig.Knowledge
): Layer.Layer<Repositories, never, FileSystem.FileSystem | Path.Path | Git | PythonEnvironment> =>
  Layer.effect(Repositories, make(knowledge))

/**
 * Knows the checkers of this package.
 *
 * @since 0.1.0
 * @category layers
 */
export const layer: Layer.Layer<Repositories, never, FileSystem.FileSystem | Path.Path | Git | PythonEnvironment> =
  layerWith({ tools: checkers })
