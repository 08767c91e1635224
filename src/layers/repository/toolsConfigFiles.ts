/**
 * Settings in the files of a repository: `[tool.codeintel]` of pyproject.toml, and codeintel.toml.
 *
 * @since 0.1.0
 */
import * as Path from "@effect/platform/Path"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import { ConfigurationError } from "../../domain/errors.js"
import type { ToolName } from "../../domain/ToolName.js"
import * as RegularFile from "./regularFile.js"
import * as Settings from "./settingSchemas.js"
import * as Toml from "./toml.js"

/**
 * What a file says.
 *
 * @since 0.1.0
 * @category models
 */
export interface FileSettings {
  readonly general: Settings.General
  readonly tools: Readonly<Record<ToolName, Settings.Tool>>
}

interface File {
  /** Absolute. */
  readonly path: string
  readonly text: string
  /** Where our table is: `["tool", "codeintel"]`, or the file itself. */
  readonly table: ReadonlyArray<string>
}

const none: FileSettings = { general: {}, tools: {} }

const refusal = (file: File) => ({ hint, path, problem }: Settings.Issue): ConfigurationError => {
  const whole = [...file.table, ...path]
  const line = Option.match(Toml.lineOf(file.text, whole), { onNone: () => "", onSome: (number) => `:${number}` })
  return new ConfigurationError({
    origin: `${file.path}${line}`,
    key: whole.map(String).join("."),
    problem,
    hint
  })
}

const generalKeys = Object.keys(Settings.GeneralInFile.fields)

const refuse = (path: ReadonlyArray<string>, problem: string, hint = "") => Either.left({ path, problem, hint })

const decodeTool = (tool: ToolName, table: unknown): Either.Either<Settings.Tool, Settings.Issue> =>
  Predicate.isReadonlyRecord(table)
    ? Either.mapLeft(
      Settings.decode(Settings.ToolInFile)(table),
      (issue) => ({ ...issue, path: [tool, ...issue.path] })
    )
    : refuse([tool], "is no table", `write ${tool}.enabled = false, or so`)

const decode = (table: unknown, tools: ReadonlyArray<ToolName>): Either.Either<FileSettings, Settings.Issue> =>
  Either.gen(function*() {
    if (!Predicate.isReadonlyRecord(table)) return yield* refuse([], "is no table")
    const names = [...generalKeys, ...tools]
    const unknown = Object.keys(table).find((key) => !names.includes(key))
    if (unknown === "untrusted") {
      return yield* refuse([unknown], "cannot be said by a repository", "use --untrusted or CODEINTEL_UNTRUSTED")
    }
    if (unknown !== undefined) return yield* Either.left(Settings.unknownName([unknown], names))

    const said = Object.entries(table)
    const general = yield* Settings.decode(Settings.GeneralInFile)(
      Object.fromEntries(said.filter(([key]) => generalKeys.includes(key)))
    )
    const found: Record<ToolName, Settings.Tool> = {}
    for (const [key, value] of said) {
      if (!generalKeys.includes(key)) found[key] = yield* decodeTool(key, value)
    }
    return { general, tools: found }
  })

const settingsIn = (file: File, parsed: Toml.Table, tools: ReadonlyArray<ToolName>) =>
  Either.mapLeft(decode(Option.getOrElse(Toml.at(parsed, file.table), () => ({})), tools), refusal(file))

const readText = Effect.fnUntraced(function*(path: string) {
  return yield* Effect.map(RegularFile.readText(path), Option.some).pipe(
    Effect.catchIf((error) => error._tag === "SystemError" && error.reason === "NotFound", () => Effect.succeedNone)
  )
})

const unreadable = (path: string) => (error: Error) =>
  new ConfigurationError({ origin: path, key: "file", problem: error.message, hint: "make it readable, or remove it" })

/**
 * codeintel.toml. It is ours, so whatever is wrong with it is an error.
 *
 * @since 0.1.0
 * @category constructors
 */
export const codeintelToml = Effect.fn("toolsConfig.codeintelToml")(
  function*(root: string, tools: ReadonlyArray<ToolName>) {
    const path = (yield* Path.Path).join(root, "codeintel.toml")
    const text = yield* Effect.mapError(readText(path), unreadable(path))
    if (Option.isNone(text)) return none
    const parsed = yield* Either.mapLeft(
      Toml.parse(text.value),
      ({ line, problem }) =>
        new ConfigurationError({ origin: `${path}:${line}`, key: "TOML syntax", problem, hint: "" })
    )
    return yield* settingsIn({ path, text: text.value, table: [] }, parsed, tools)
  }
)

/**
 * `[tool.codeintel]` of pyproject.toml. A file that is no TOML is the repository's fault, and tools are to report on
 * such a repository too: it says nothing, and a notice says so.
 *
 * @since 0.1.0
 * @category constructors
 */
export const pyprojectToml = Effect.fn("toolsConfig.pyprojectToml")(
  function*(root: string, tools: ReadonlyArray<ToolName>) {
    const path = (yield* Path.Path).join(root, "pyproject.toml")
    const withNotice = (problem: string) => ({
      settings: none,
      notices: [`${problem}; settings in its [tool.codeintel], if any, are not used`]
    })
    const text = yield* Effect.either(readText(path))
    if (Either.isLeft(text)) return withNotice(`pyproject.toml cannot be read (${text.left.message})`)
    if (Option.isNone(text.right)) return { settings: none, notices: [] }
    const parsed = Toml.parse(text.right.value)
    if (Either.isLeft(parsed)) return withNotice(`pyproject.toml:${parsed.left.line}: ${parsed.left.problem}`)
    const settings = yield* settingsIn(
      { path, text: text.right.value, table: ["tool", "codeintel"] },
      parsed.right,
      tools
    )
    return { settings, notices: [] }
  }
)
