/**
 * From pytest's names of files to paths of the repository.
 *
 * A node id is relative to pytest's root directory, which is where its configuration is: above the repository, in it, or
 * elsewhere. For a test outside of the root directory it is relative to something else, and only the test's location
 * tells; but for an inherited test that is the file of its base class. So the first that is a file counts.
 *
 * @since 0.1.0
 */
import * as FileSystem from "@effect/platform/FileSystem"
import * as Path from "@effect/platform/Path"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { PipelineContext } from "../../../domain/PipelineContext.js"
import { relPathOf } from "../findings.js"
import type { RawResult } from "./outcome.js"

/**
 * What stands before the first `::`; parameters may hold anything, but come after it.
 *
 * @since 0.1.0
 * @category getters
 */
export const fileOf = (testId: string): string => testId.split("::", 1)[0] ?? testId

/**
 * The file of a result, relative to the repository. None: outside of it, or no file (the error of a whole directory).
 * `rootdir` is pytest's root directory, absolute, if it is known.
 *
 * @since 0.1.0
 * @category constructors
 */
export const relPaths = Effect.fnUntraced(function*(ctx: PipelineContext, rootdir: Option.Option<string>) {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  // a report that was made on another machine names a root directory that is none here; where it is one, a test outside of
  // the repository must not be taken for one inside
  const directory = yield* Option.match(rootdir, {
    onNone: () => Effect.succeed(ctx.root),
    onSome: (named) =>
      Effect.map(Effect.orElseSucceed(fs.exists(named), () => true), (isHere) => isHere ? named : ctx.root)
  })
  const known = new Map<string, Option.Option<string>>()

  const modules = new Set(ctx.modules.map(({ relPath }) => relPath))

  /** A file that git ignores is in no snapshot, and a link that leads out is in one. */
  const realFile = (relPath: string) =>
    modules.has(relPath) ? Effect.succeedSome(relPath) : Effect.gen(function*() {
      const real = yield* fs.realPath(path.join(ctx.root, relPath))
      const { type } = yield* fs.stat(real)
      return Option.filter(relPathOf(ctx, path, real), () => type === "File")
    }).pipe(
      // one that is gone keeps its path
      Effect.orElseSucceed(() => Option.liftPredicate(relPath, (each) => ctx.snapshot.files.has(each)))
    )

  const look = Effect.fnUntraced(function*(names: ReadonlyArray<string>) {
    for (const name of names) {
      const relPath = relPathOf(ctx, path, path.resolve(directory, name))
      const real = Option.isSome(relPath) ? yield* realFile(relPath.value) : relPath
      if (Option.isSome(real)) return real
    }
    return Option.none<string>()
  })

  return Effect.fnUntraced(function*({ location, testId }: Pick<RawResult, "location" | "testId">) {
    const names = [fileOf(testId), ...Option.toArray(location)].filter((name) => name !== "")
    const key = names.join("\0")
    const before = known.get(key)
    if (before !== undefined) return before
    const found = yield* look(names)
    known.set(key, found)
    return found
  })
})
