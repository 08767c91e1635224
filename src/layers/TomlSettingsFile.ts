/**
 * `SettingsFile` on this machine's file system.
 *
 * @since 0.1.0
 */
import type { PlatformError } from "@effect/platform/Error"
import * as FileSystem from "@effect/platform/FileSystem"
import * as Path from "@effect/platform/Path"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import { ConfigurationError, RepositoryError } from "../domain/errors.js"
import type { SettingsFileName } from "../domain/Setting.js"
import { SettingsFile } from "../services/SettingsFile.js"
import { replaceFile } from "./replaceFile.js"
import * as RegularFile from "./repository/regularFile.js"
import { settings } from "./repository/settings.js"
import * as Toml from "./repository/toml.js"
import type { Knowledge } from "./repository/toolsConfig.js"
import { checkers } from "./tools/checkers.js"

const PYPROJECT = "pyproject.toml"
const CODEINTEL = "codeintel.toml"
const TABLE = ["tool", "codeintel"]

const present = (origin: string, key: string) =>
  new ConfigurationError({
    origin,
    key,
    problem: "is there already",
    hint: "change it by hand: codeintel init --print says every setting with its default"
  })

const elsewhere = (origin: string, key: string, problem: string) =>
  new ConfigurationError({ origin, key, problem, hint: "mend it, or write another file: --file codeintel.toml" })

const refused = (root: string) => (cause: PlatformError): RepositoryError =>
  new RepositoryError({
    root,
    reason: "NotWritable",
    hint: "nothing was changed; codeintel init --print prints what would be written",
    cause
  })

/** As most of its lines end. */
const lineEnd = (text: string): string => {
  const count = (end: string) => text.split(end).length - 1
  return count("\r\n") * 2 > count("\n") ? "\r\n" : "\n"
}

/** What comes between the text that is there and ours: the end of its last line, and one line that is empty. */
const separator = (before: string): string =>
  before === "" || /(^|\n)\r?\n$/.test(before) ? "" : before.endsWith("\n") ? "\n" : "\n\n"

const make = Effect.fnUntraced(function*(knowledge: Knowledge) {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path

  /** Anything of that name, a link to nowhere as well. */
  const isThere = (file: string) =>
    Effect.map(
      Effect.all([fs.exists(file), Effect.option(fs.readLink(file))], { concurrency: 1 }),
      ([exists, link]) => exists || Option.isSome(link)
    )

  const choose = Effect.fn("SettingsFile.choose")((root: string) =>
    Effect.map(
      Effect.orElseSucceed(fs.exists(path.join(root, PYPROJECT)), () => true),
      (exists): SettingsFileName => exists ? PYPROJECT : CODEINTEL
    )
  )

  /** pyproject.toml as it is, in which nobody has said anything to us; none when there is none. */
  const silentPyproject = Effect.fnUntraced(function*(file: string) {
    if (!(yield* fs.exists(file))) return Option.none()
    const bytes = yield* RegularFile.read(file)
    const text = new TextDecoder().decode(bytes)
    const parsed = Toml.parse(text)
    if (Either.isRight(parsed) && Option.isSome(Toml.at(parsed.right, TABLE))) {
      const line = Option.match(Toml.lineOf(text, TABLE), { onNone: () => "", onSome: (number) => `:${number}` })
      return yield* present(`${file}${line}`, `[${TABLE.join(".")}]`)
    }
    return Option.some({ bytes, text, parsed })
  })

  const append = Effect.fnUntraced(function*(
    file: string,
    { bytes, parsed, text: before }: {
      readonly bytes: Uint8Array
      readonly text: string
      readonly parsed: Either.Either<Toml.Table, Toml.TomlSyntaxError>
    },
    text: string
  ) {
    if (Either.isLeft(parsed)) {
      return yield* elsewhere(`${file}:${parsed.left.line}`, "TOML syntax", parsed.left.problem)
    }
    const added = `${separator(before)}${text}`.replaceAll("\n", lineEnd(before))
    // `tool = {}` is a table that nothing can be added to
    if (Either.isLeft(Toml.parse(before + added))) {
      return yield* elsewhere(file, "tool", "is a table that [tool.codeintel] cannot be added to")
    }
    const real = yield* fs.realPath(file)
    // by renaming, a file could be changed that nobody is to change
    yield* fs.access(real, { writable: true })
    yield* replaceFile(real, Buffer.concat([bytes, Buffer.from(added)]), { like: yield* fs.stat(real), durable: true })
  })

  const add = Effect.fn("SettingsFile.add")(
    function*(root: string, name: SettingsFileName, text: string) {
      const [pyproject, codeintel] = [path.join(root, PYPROJECT), path.join(root, CODEINTEL)]
      if (yield* isThere(codeintel)) return yield* present(codeintel, "file")
      const before = yield* silentPyproject(pyproject)
      if (name === CODEINTEL) {
        yield* replaceFile(codeintel, text, { durable: true })
        return codeintel
      }
      if (Option.isNone(before)) return yield* elsewhere(pyproject, "file", "is not there")
      yield* append(pyproject, before.value, text)
      return pyproject
    },
    (effect, root) => Effect.catchTags(effect, { SystemError: refused(root), BadArgument: refused(root) }),
    Effect.provideService(FileSystem.FileSystem, fs)
  )

  return SettingsFile.of({ settings: settings(knowledge), choose, add })
})

/**
 * Knows the settings of these tools.
 *
 * @since 0.1.0
 * @category layers
 */
export const layerWith = (
  knowledge: Knowledge
): Layer.Layer<SettingsFile, never, FileSystem.FileSystem | Path.Path> => Layer.effect(SettingsFile, make(knowledge))

/**
 * Knows the checkers of this package.
 *
 * @since 0.1.0
 * @category layers
 */
export const layer: Layer.Layer<SettingsFile, never, FileSystem.FileSystem | Path.Path> = layerWith({ tools: checkers })
