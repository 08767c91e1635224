/**
 * Remembers what interpreters answered, so that a second run starts none.
 *
 * @since 0.1.0
 */
import * as FileSystem from "@effect/platform/FileSystem"
import * as Path from "@effect/platform/Path"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as RegularFile from "../repository/regularFile.js"
import * as Identity from "./identity.js"
import { Answer } from "./queries.js"
import * as SmallStore from "./smallStore.js"

/**
 * Variables of the caller that decide what a shim of pyenv starts.
 *
 * @since 0.1.0
 * @category constants
 */
export const pyenvVariables: ReadonlyArray<string> = ["PYENV_VERSION", "PYENV_ROOT", "PYENV_DIR"]

/** The first `.python-version` from a directory upwards. */
const versionFile = Effect.fnUntraced(function*(from: string) {
  const path = yield* Path.Path
  for (let directory = from;; directory = path.dirname(directory)) {
    const text = yield* Identity.textOrNull(path.join(directory, ".python-version"))
    if (text !== null || path.dirname(directory) === directory) return text
  }
})

/**
 * What decides which Python a shim of pyenv starts: its variables, the version files, the versions installed, and for
 * the version `system` PATH.
 */
const pyenvSelection = Effect.fnUntraced(
  function*(shim: string, cwd: string, variables: Readonly<Record<string, string>>) {
    const fs = yield* FileSystem.FileSystem
    const path = yield* Path.Path
    const pyenv = path.dirname(path.dirname(shim))
    const versions = yield* Effect.orElseSucceed(fs.readDirectory(path.join(pyenv, "versions")), () => null)
    return [
      ...[...pyenvVariables, "PATH"].map((name) => variables[name] ?? null),
      yield* versionFile(variables["PYENV_DIR"] ?? cwd),
      yield* versionFile(cwd),
      yield* Identity.textOrNull(path.join(variables["PYENV_ROOT"] ?? pyenv, "version")),
      versions?.toSorted() ?? null
    ]
  }
)

/**
 * @since 0.1.0
 * @category models
 */
export interface Key {
  /** What the answer is filed under. */
  readonly id: string
  /** The executable starts another, chosen by what `id` is made of. */
  readonly shim: boolean
}

/**
 * @since 0.1.0
 * @category models
 */
export interface AnswerCache {
  /**
   * None when the answer is not to be remembered: a script answers for whatever it starts, and of those only pyenv's
   * shims are understood.
   */
  readonly keyOf: (executable: string, cwd: string) => Effect.Effect<Option.Option<Key>>
  /** None when nothing is remembered, or it no longer holds. */
  readonly recall: (key: Key) => Effect.Effect<Option.Option<Answer>>
  readonly remember: (key: Key, answer: Answer) => Effect.Effect<void>
}

const isScript = Effect.fnUntraced(function*(file: string) {
  const fs = yield* FileSystem.FileSystem
  yield* RegularFile.demand(file)
  const start = yield* Effect.scoped(Effect.flatMap(fs.open(file), (opened) => opened.readAlloc(2)))
  return Option.isSome(start) && new TextDecoder().decode(start.value) === "#!"
})

/**
 * @since 0.1.0
 * @category constructors
 */
export const make = Effect.fnUntraced(
  function*(cacheDirectory: string, variables: Readonly<Record<string, string>>) {
    const fs = yield* FileSystem.FileSystem
    const path = yield* Path.Path
    const files = yield* Effect.context<FileSystem.FileSystem | Path.Path>()
    const store = yield* SmallStore.make(path.join(cacheDirectory, "interpreters"), Answer)

    const keyOf: AnswerCache["keyOf"] = Effect.fnUntraced(
      function*(executable, cwd) {
        // a name is looked up on PATH, and is not ours to follow
        if (!path.isAbsolute(executable)) return Option.none<Key>()
        const real = yield* fs.realPath(executable)
        const parts = [executable, variables["HOME"] ?? null]
        if (!(yield* isScript(real))) return Option.some<Key>({ id: Identity.hash(parts), shim: false })
        const script = yield* fs.readFileString(real)
        const isPyenv = path.basename(path.dirname(real)) === "shims" && script.includes("PYENV_ROOT")
        if (!isPyenv) return Option.none<Key>()
        const selection = yield* pyenvSelection(real, cwd, variables)
        return Option.some<Key>({ id: Identity.hash([...parts, script, ...selection]), shim: true })
      },
      Effect.orElseSucceed(() => Option.none<Key>()),
      Effect.provide(files)
    )

    const recall: AnswerCache["recall"] = Effect.fnUntraced(
      function*(key) {
        const found = yield* store.recall(key.id)
        if (Option.isNone(found)) return Option.none<Answer>()
        const { stamp, value } = found.value
        return (yield* Identity.stampOf(value.executable)) === stamp ? Option.some(value) : Option.none<Answer>()
      },
      Effect.orElseSucceed(() => Option.none<Answer>()),
      Effect.provide(files)
    )

    const remember: AnswerCache["remember"] = Effect.fnUntraced(
      function*(key, value) {
        yield* store.remember(key.id, { stamp: yield* Identity.stampOf(value.executable), value })
      },
      Effect.catchAll((error) => Effect.logDebug(`the interpreter's answer is not remembered: ${error.message}`)),
      Effect.provide(files)
    )

    const cache: AnswerCache = { keyOf, recall, remember }
    return cache
  }
)
