/**
 * What tells one interpreter, or one state of its packages, from another, by looking at files.
 *
 * @since 0.1.0
 */
import type { PlatformError } from "@effect/platform/Error"
import * as FileSystem from "@effect/platform/FileSystem"
import * as Path from "@effect/platform/Path"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { createHash } from "node:crypto"
import type { Interpreter } from "../../domain/PipelineContext.js"
import * as RegularFile from "../repository/regularFile.js"

/**
 * SHA-256 of a JSON value, hexadecimal.
 *
 * @since 0.1.0
 */
export const hash = (value: unknown): string => createHash("sha256").update(JSON.stringify(value)).digest("hex")

const modified = (info: FileSystem.File.Info): number =>
  Option.match(info.mtime, { onNone: () => 0, onSome: (time) => time.getTime() })

/**
 * The text of a file, null when there is none.
 *
 * @since 0.1.0
 */
export const textOrNull = Effect.fnUntraced(function*(file: string) {
  return yield* Effect.orElseSucceed(RegularFile.readText(file), () => null)
})

/**
 * Changes when the executable is another file, or the virtual environment it is in was made anew.
 *
 * @since 0.1.0
 */
export const stampOf = Effect.fnUntraced(
  function*(executable: string): Effect.fn.Return<string, PlatformError, FileSystem.FileSystem | Path.Path> {
    const fs = yield* FileSystem.FileSystem
    const path = yield* Path.Path
    const real = yield* fs.realPath(executable)
    const info = yield* fs.stat(real)
    const bin = path.dirname(executable)
    const settings = yield* Effect.forEach(
      [path.join(bin, "pyvenv.cfg"), path.join(path.dirname(bin), "pyvenv.cfg")],
      textOrNull,
      { concurrency: 1 }
    )
    return hash([real, String(info.size), modified(info), settings])
  }
)

/**
 * Names and times of what installers leave in a directory. The time of a `.dist-info` is that of its last file made or
 * removed, so a reinstallation of the same version shows too. The directory's own time is left out: Python changes it
 * when it writes its first `__pycache__`.
 */
const installedIn = Effect.fnUntraced(function*(directory: string) {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const names = yield* Effect.orElseSucceed(fs.readDirectory(directory), () => null)
  if (names === null) return null
  return yield* Effect.forEach(
    names.filter((name) => /\.(dist-info|egg-info|egg-link|pth)$/.test(name)).sort(),
    (name) =>
      Effect.map(
        Effect.orElseSucceed(Effect.map(fs.stat(path.join(directory, name)), modified), () => null),
        (time) => [name, time]
      ),
    { concurrency: 32 }
  )
})

/**
 * `PythonEnvironment.fingerprint`. What cannot be read is as if it were not there.
 *
 * @since 0.1.0
 */
export const fingerprintOf = Effect.fnUntraced(function*(interpreter: Interpreter) {
  const identity = yield* Effect.orElseSucceed(stampOf(interpreter.executable), () => null)
  const installed = yield* Effect.forEach(interpreter.sitePackages, installedIn, { concurrency: 1 })
  return hash([interpreter.executable, interpreter.version, identity, interpreter.sitePackages, installed])
})
