/**
 * Symbolic links of a repository that stay inside it.
 *
 * @since 0.1.0
 */
import * as FileSystem from "@effect/platform/FileSystem"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { isBelow } from "./paths.js"

/**
 * Where a link ends, chains followed to the end, relative to the root; `.` for the root itself. None when that is outside
 * the repository or nowhere.
 *
 * @since 0.1.0
 * @category constructors
 */
export const resolveLink = Effect.fnUntraced(function*(root: string, relPath: string) {
  const fs = yield* FileSystem.FileSystem
  const end = yield* Effect.option(fs.realPath(`${root}/${relPath}`))
  return Option.filterMap(
    end,
    (real) =>
      isBelow(root, real)
        ? Option.some(real === root ? "." : real.slice(root === "/" ? 1 : root.length + 1))
        : Option.none()
  )
})
