/**
 * Executables as files: which one a name on PATH is. Starts nothing.
 *
 * @since 0.1.0
 */
import * as FileSystem from "@effect/platform/FileSystem"
import * as Path from "@effect/platform/Path"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { isInside } from "./repository/virtualEnvironment.js"

/**
 * Whether a file can be started, a link being what it leads to. One that cannot be looked at cannot.
 *
 * @since 0.1.0
 * @category predicates
 */
export const isExecutableFile = (file: string): Effect.Effect<boolean, never, FileSystem.FileSystem> =>
  Effect.flatMap(FileSystem.FileSystem, (fs) => fs.stat(file)).pipe(
    Effect.map(({ mode, type }) => type === "File" && (mode & 0o111) !== 0),
    Effect.orElseSucceed(() => false)
  )

/**
 * Whether a file is a script of pyenv or asdf that starts whatever their configuration, which may be the repository's,
 * selects. It exists as soon as one of their Pythons has the tool.
 *
 * @since 0.1.0
 * @category predicates
 */
export const isShim = Effect.fnUntraced(function*(file: string) {
  const fs = yield* FileSystem.FileSystem
  const { size } = yield* fs.stat(file)
  if (size > 4096) return false
  return /^#!.*\n[^]*\b(pyenv|asdf)["']? exec /.test(yield* fs.readFileString(file))
}, Effect.orElseSucceed(() => false))

/**
 * The executables of this name in the directories of a PATH, in order. A relative entry is passed over: it would be
 * looked up in the repository. So is, with `outside`, what lies in that directory, by any link.
 *
 * @since 0.1.0
 * @category constructors
 */
export const onPath = Effect.fn("executables.onPath")(function*(
  searchPath: string,
  name: string,
  outside: Option.Option<string>
) {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const directories = new Set(searchPath.split(":").filter((entry) => path.isAbsolute(entry)))
  return yield* Effect.filter(
    Array.from(directories, (directory) => path.join(directory, name)),
    (file) =>
      Effect.gen(function*() {
        if (!(yield* isExecutableFile(file))) return false
        if (Option.isNone(outside)) return true
        const places = [file, ...yield* Effect.orElseSucceed(Effect.map(fs.realPath(file), Array.of), () => [])]
        return !places.some((place) => isInside(path, outside.value, place))
      }),
    { concurrency: 8 }
  )
})
