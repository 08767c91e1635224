/**
 * Where codeintel keeps what may be deleted at any time and serves every repository of a user.
 *
 * @since 0.1.0
 */
import * as Config from "effect/Config"
import { homedir } from "node:os"
// @effect-diagnostics-next-line nodeBuiltinImport:off - a Config has no services
import { isAbsolute, join, resolve } from "node:path"

/**
 * `CODEINTEL_CACHE`, else `codeintel` in `XDG_CACHE_HOME` (when that is absolute, as its specification demands), else
 * in `~/.cache`. Absolute.
 *
 * @since 0.1.0
 * @category config
 */
export const cacheDirectory: Config.Config<string> = Config.map(
  Config.nonEmptyString("CODEINTEL_CACHE"),
  (directory) => resolve(directory)
).pipe(
  Config.orElse(() =>
    Config.nonEmptyString("XDG_CACHE_HOME").pipe(
      Config.validate({ message: "not absolute", validation: isAbsolute }),
      Config.map((directory) => join(directory, "codeintel"))
    )
  ),
  Config.orElse(() =>
    Config.nonEmptyString("HOME").pipe(
      Config.orElse(() => Config.sync(homedir)), // asks the user database: HOME may be unset in a container
      Config.map((home) => join(home, ".cache", "codeintel"))
    )
  )
)
