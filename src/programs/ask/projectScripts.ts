/**
 * What the files of a project name as scripts or plugins.
 *
 * @since 0.1.0
 */
import * as FileSystem from "@effect/platform/FileSystem"
import * as Effect from "effect/Effect"

const FILES = ["pyproject.toml", "setup.cfg", "setup.py"]

/** `flask.cli:main`, in whatever of the forms there are for it. */
const OBJECT = /([A-Za-z_][\w.]*)\s*:\s*([A-Za-z_][\w.]*)/g

/**
 * `module:name`, each. Read by their form: one that is in none of the three files, or in none that can be read, is not known.
 *
 * @since 0.1.0
 * @category queries
 */
export const projectScripts = Effect.fn("projectScripts")(function*(root: string) {
  const fs = yield* FileSystem.FileSystem
  const texts = yield* Effect.forEach(
    FILES,
    (file) => Effect.orElseSucceed(fs.readFileString(`${root}/${file}`), () => ""),
    { concurrency: 3 }
  )
  return new Set(texts.flatMap((text) => [...text.matchAll(OBJECT)].map(([, module, name]) => `${module}:${name}`)))
})
