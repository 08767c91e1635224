/**
 * @since 0.1.0
 */
import * as Path from "@effect/platform/Path"
import * as Effect from "effect/Effect"

/**
 * An absolute path, as a shell or an agent completes it, seen from the repository; all else as it is.
 *
 * @since 0.1.0
 * @category getters
 */
export const fromRoot = Effect.fnUntraced(function*(root: string, subject: string) {
  const path = yield* Path.Path
  // a symbol as SCIP writes it begins with its scheme
  if (!path.isAbsolute(subject)) return subject
  const absolute = path.resolve(subject)
  return absolute.startsWith(`${root}/`) ? absolute.slice(root.length + 1) : subject
})
