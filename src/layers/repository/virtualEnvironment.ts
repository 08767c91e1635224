/**
 * Virtual environments as directories: whether one can be used, and whether it belongs to a repository.
 *
 * @since 0.1.0
 */
import * as FileSystem from "@effect/platform/FileSystem"
import * as Path from "@effect/platform/Path"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as RegularFile from "./regularFile.js"

/**
 * @since 0.1.0
 * @category models
 */
export type Found =
  | { readonly _tag: "Usable"; readonly executable: string }
  /** It is a virtual environment, but not one that works. */
  | { readonly _tag: "Broken"; readonly problem: string }
  | { readonly _tag: "None"; readonly problem: string }

/**
 * Whether `place` is `directory` or below it; both absolute.
 *
 * @since 0.1.0
 * @category predicates
 */
export const isInside = (path: Path.Path, directory: string, place: string): boolean => {
  const relative = path.relative(directory, place)
  return relative !== ".." && !relative.startsWith(`..${path.sep}`) && !path.isAbsolute(relative)
}

const exists = (file: string) =>
  Effect.flatMap(FileSystem.FileSystem, (fs) => Effect.orElseSucceed(fs.exists(file), () => false))

/**
 * Looks for the interpreter of a virtual environment; starts nothing.
 *
 * @since 0.1.0
 * @category getters
 */
export const look = Effect.fnUntraced(function*(directory: string): Effect.fn.Return<
  Found,
  never,
  FileSystem.FileSystem | Path.Path
> {
  const path = yield* Path.Path
  if (!(yield* exists(path.join(directory, "pyvenv.cfg")))) {
    return { _tag: "None", problem: "it is no virtual environment (it has no pyvenv.cfg)" }
  }
  const places = [path.join("bin", "python"), path.join("Scripts", "python.exe")]
  for (const place of places) {
    const executable = path.join(directory, place)
    // follows links: one to a Python that was removed does not exist
    if (yield* exists(executable)) return { _tag: "Usable", executable }
  }
  return { _tag: "Broken", problem: `its ${places[0]} is missing, or a link to a Python that is gone` }
})

const DirectUrl = Schema.parseJson(Schema.Struct({ url: Schema.URL }))

const sitePackages = Effect.fnUntraced(function*(directory: string) {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const lib = path.join(directory, "lib")
  const versions = yield* Effect.orElseSucceed(fs.readDirectory(lib), () => [])
  return [
    ...versions.filter((name) => /^(python|pypy)\d/.test(name)).map((name) => path.join(lib, name, "site-packages")),
    path.join(directory, "Lib", "site-packages")
  ]
})

/** Whether a package of the repository was installed from its directory, as `pip install -e` and `uv sync` do. */
const holds = Effect.fnUntraced(function*(site: string, root: string) {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const names = yield* Effect.orElseSucceed(fs.readDirectory(site), () => [])
  return yield* Effect.exists(
    names.filter((name) => name.endsWith(".dist-info")),
    (name) =>
      RegularFile.readText(path.join(site, name, "direct_url.json")).pipe(
        Effect.flatMap(Schema.decode(DirectUrl)),
        Effect.flatMap(({ url }) => path.fromFileUrl(url)),
        Effect.flatMap(fs.realPath),
        Effect.map((from) => isInside(path, root, from)),
        // installed from an index, or from a directory that is gone
        Effect.orElseSucceed(() => false)
      ),
    { concurrency: 16 }
  )
})

/**
 * Why a virtual environment is the repository's: it is inside, it was made for it (`.project` of virtualenvwrapper), or
 * a package of the repository is installed in it from its directory. None when nothing says so. `root` is a real path.
 *
 * @since 0.1.0
 * @category getters
 */
export const belonging = Effect.fnUntraced(function*(directory: string, root: string) {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const real = (place: string) => Effect.orElseSucceed(fs.realPath(place), () => place)
  if (isInside(path, root, yield* real(directory))) return Option.some("inside the repository")
  const project = yield* Effect.option(RegularFile.readText(path.join(directory, ".project")))
  if (Option.isSome(project) && (yield* real(project.value.trim())) === root) {
    return Option.some("made for the repository (its .project says so)")
  }
  const installed = yield* Effect.exists(yield* sitePackages(directory), (site) => holds(site, root), {
    concurrency: 1
  })
  return installed ? Option.some("with the repository installed in it") : Option.none()
})
