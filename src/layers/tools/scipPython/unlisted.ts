/**
 * Python files that can be imported from a repository and are no modules of it: behind links, and ignored by git (a
 * generated `_version.py`). References to them are references to the project.
 *
 * @since 0.1.0
 */
import * as Path from "@effect/platform/Path"
import * as Effect from "effect/Effect"
import type { PipelineContext } from "../../../domain/PipelineContext.js"
import * as LocalFiles from "../../localFiles.js"
import { isBelow, isPython } from "../../repository/paths.js"

/** Reading a directory is synchronous. */
const DIRECTORIES_A_TURN = 64

const isSkipped = (name: string) => name.startsWith(".") || name === "node_modules" || name === "__pycache__"

/** Modules by the names that links to their directories give them. */
const linked = ({ aliases, modules }: PipelineContext): ReadonlyArray<string> =>
  [...aliases].filter(([link]) => !isPython(link)).flatMap(([link, target]) =>
    modules.filter(({ relPath }) => target === "." || isBelow(target, relPath))
      .map(({ relPath }) => target === "." ? `${link}/${relPath}` : `${link}${relPath.slice(target.length)}`)
  )

/**
 * Relative to the repository. Virtual environments and hidden directories are not looked into.
 *
 * @since 0.1.0
 * @category constructors
 */
export const unlisted = Effect.fn("scipPython.unlisted")(function*(ctx: PipelineContext) {
  const path = yield* Path.Path
  const modules = new Set(ctx.modules.map(({ relPath }) => relPath))
  const found: Array<string> = []
  const pending = [""]
  for (let visited = 1, directory = pending.pop(); directory !== undefined; visited++, directory = pending.pop()) {
    const entries = yield* LocalFiles.entries(path.join(ctx.root, directory))
    if (entries.some(({ name }) => name === "pyvenv.cfg")) continue
    for (const entry of entries) {
      const relPath = `${directory}${entry.name}`
      if (entry.isDirectory()) {
        if (!isSkipped(entry.name)) pending.push(`${relPath}/`)
      } else if (isPython(entry.name) && !modules.has(relPath)) found.push(relPath)
    }
    if (visited % DIRECTORIES_A_TURN === 0) yield* Effect.yieldNow()
  }
  return [...found, ...linked(ctx)].sort()
})
