/**
 * The tool cache: what is installed in it, and where.
 *
 * ```
 * <cache>/tools/ruff-0.17.6-none-linux-x64/bin/ruff
 * <cache>/tools/mypy-2.4.1-cpython-311-x86_64-linux-gnu-linux-x64/launch.py
 * <cache>/tools/coverage-7.17.3-cpython-311-x86_64-linux-gnu-linux-x64/coverage/__init__.py
 * ```
 *
 * A directory is there whole or not at all: it is made elsewhere and renamed. What is installed is what
 * `pip install --target` makes, which stays right when it is moved; a virtual environment would not.
 *
 * @since 0.1.0
 */
import * as FileSystem from "@effect/platform/FileSystem"
import * as Path from "@effect/platform/Path"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { ToolLocation } from "../domain/ToolLocation.js"
import { isExecutableFile } from "./executables.js"
import { moduleOf, type Pin } from "./pins.js"

/**
 * What an installation is for.
 *
 * @since 0.1.0
 * @category models
 */
export interface CacheKey {
  readonly name: string
  readonly version: string
  /** Of the interpreter, as in `Interpreter.abi`; `none` for what runs without Python. */
  readonly abi: string
}

/**
 * @since 0.1.0
 * @category constructors
 */
export const keyOf = ({ kind, tool, version }: Pin, abi: string): CacheKey => ({
  name: tool,
  version,
  abi: kind === "native" ? "none" : abi
})

/**
 * Runs the module of the same directory; Python puts the directory of a script first in `sys.path`.
 *
 * @since 0.1.0
 * @category constants
 */
export const LAUNCHER = "launch.py"

/**
 * @since 0.1.0
 * @category constructors
 */
export const launcherOf = (module: string): string =>
  `import runpy\n\nrunpy.run_module("${module}", run_name="__main__", alter_sys=True)\n`

/**
 * The file whose presence says that a pin is installed in a directory.
 *
 * @since 0.1.0
 * @category getters
 */
export const markOf = (path: Path.Path, pin: Pin, directory: string): string =>
  pin.kind === "native"
    ? path.join(directory, "bin", pin.tool)
    : pin.kind === "module"
    ? path.join(directory, LAUNCHER)
    : path.join(directory, moduleOf(pin), "__init__.py")

/** `linux-x64`, `linux-x64-musl`: containers of both kinds may share the cache of their user. */
const platformTag = Effect.gen(function*() {
  const fs = yield* FileSystem.FileSystem
  const libraries = yield* Effect.orElseSucceed(fs.readDirectory("/lib"), () => [])
  const isMusl = libraries.some((name) => name.startsWith("ld-musl-"))
  return `${process.platform}-${process.arch}${isMusl ? "-musl" : ""}`
})

/**
 * @since 0.1.0
 * @category models
 */
export interface ToolCache {
  /** Holds the installations, and what is in the making beside them. */
  readonly directory: string
  readonly directoryOf: (key: CacheKey) => string
  /**
   * The pinned tool in the cache. `python` is the interpreter to run a module with, of the ABI it is looked up for; no
   * module is found without.
   */
  readonly find: (
    pin: Pin,
    python: Option.Option<{ readonly executable: string; readonly abi: string }>
  ) => Effect.Effect<Option.Option<ToolLocation>>
}

/**
 * @since 0.1.0
 * @category constructors
 */
export const make = Effect.fnUntraced(function*(cacheDirectory: string) {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const platform = yield* platformTag
  const directory = path.join(cacheDirectory, "tools")

  const directoryOf = ({ abi, name, version }: CacheKey) =>
    path.join(directory, [name, version, abi, platform].join("-"))

  const find: ToolCache["find"] = Effect.fnUntraced(
    function*(pin, python) {
      const { tool, version } = pin
      if (pin.kind === "native") {
        const executable = markOf(path, pin, directoryOf(keyOf(pin, "none")))
        return (yield* isExecutableFile(executable))
          ? Option.some<ToolLocation>({
            tool,
            version,
            executable,
            prefixArgs: [],
            identity: executable,
            foundBy: "cache"
          })
          : Option.none()
      }
      if (Option.isNone(python)) return Option.none()
      const { abi, executable } = python.value
      const place = directoryOf(keyOf(pin, abi))
      const identity = markOf(path, pin, place)
      if (!(yield* Effect.orElseSucceed(fs.exists(identity), () => false))) return Option.none()
      return Option.some<ToolLocation>(
        pin.kind === "module"
          ? { tool, version, executable, prefixArgs: [identity], identity, foundBy: "cache" }
          : {
            tool,
            version,
            executable,
            prefixArgs: ["-m", moduleOf(pin)],
            identity,
            pythonPath: [place],
            foundBy: "cache"
          }
      )
    },
    Effect.provideService(FileSystem.FileSystem, fs)
  )

  const cache: ToolCache = { directory, directoryOf, find }
  return cache
})
