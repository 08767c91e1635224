/**
 * Where analysers may leave things lying about, as pyright does when it is killed: gone when nobody needs them, whoever
 * made them. A test suite has its user's directory.
 *
 * @since 0.1.0
 */
import * as FileSystem from "@effect/platform/FileSystem"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type { Environment } from "../toolEnvironment.js"

/**
 * @since 0.1.0
 * @category models
 */
export interface ToolTemporary {
  /** Of all processes. Not there before the first. */
  readonly directory: string
  /** Of one of them, for the length of the scope. None when it cannot be made: the tool will say so, if it matters. */
  readonly variablesOf: (number: number) => Effect.Effect<Environment, never, Scope.Scope>
}

/** As the tools themselves choose it. */
const temporaryDirectory = ({ TEMP, TMP, TMPDIR }: Environment): string => TMPDIR || TMP || TEMP || "/tmp"

/**
 * `id` becomes a part of a name. All of it goes with the scope; when we are killed, it is left to the process guard,
 * which has to be there first.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = Effect.fnUntraced(function*(environment: Environment, id: string) {
  const fs = yield* FileSystem.FileSystem
  const directory = `${temporaryDirectory(environment)}/codeintel-${id}`
  const remove = (each: string) => Effect.ignore(fs.remove(each, { recursive: true, force: true }))
  yield* Effect.addFinalizer(() => remove(directory))

  const temporary: ToolTemporary = {
    directory,
    variablesOf: (number) => {
      const own = `${directory}/${number}`
      return Effect.acquireRelease(fs.makeDirectory(own, { recursive: true, mode: 0o700 }), () => remove(own)).pipe(
        Effect.as<Environment>({ TMPDIR: own }),
        Effect.orElseSucceed((): Environment => ({}))
      )
    }
  }
  return temporary
})
