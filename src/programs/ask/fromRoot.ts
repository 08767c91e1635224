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
  if (!subject.includes("/") || subject.includes(" ")) return subject
  const absolute = path.resolve(subject)
  return path.isAbsolute(subject) && absolute.startsWith(`${root}/`) ? absolute.slice(root.length + 1) : subject
})
