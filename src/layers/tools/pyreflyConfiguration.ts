/**
 * Which configuration pyrefly 1.4 goes by, found as pyrefly finds it: its own, up the tree; else the settings of mypy or
 * pyright that it imports; else none, and then it uses its preset `basic`, which reports next to nothing.
 *
 * @since 0.1.0
 */
import * as Path from "@effect/platform/Path"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type { PipelineContext } from "../../domain/PipelineContext.js"
import { parseToml, readText, upTheTree } from "./configuration.js"

/**
 * @since 0.1.0
 * @category models
 */
export interface PyreflyConfiguration {
  /** `own`: a pyrefly.toml or `[tool.pyrefly]`; `imported`: settings of mypy or pyright. */
  readonly kind: "own" | "imported" | "none"
  /** Where the settings are, absolute; the root when there are none. */
  readonly file: string
  /** Its text; empty when there is none. */
  readonly text: string
}

const Project = Schema.Struct({ tool: Schema.Record({ key: Schema.String, value: Schema.Unknown }) })

/** Tables below `[tool]`. None when the file does not parse: pyrefly stops at that, and says so. */
const toolsIn = (text: string): Option.Option<ReadonlyArray<string>> =>
  Option.map(
    parseToml(text),
    (toml) =>
      Option.match(Schema.decodeUnknownOption(Project)(toml), {
        onNone: () => [],
        onSome: (project) => Object.keys(project.tool)
      })
  )

/** As pyrefly looks for the settings it imports: by their header, not by parsing; dotted and inline tables are not seen. */
const hasHeader = (text: string, table: string): boolean =>
  text.split("\n").some((line) => {
    const header = /^\[\[?([^[\]]+)\]?\]$/.exec(line.replace(/#.*/, "").trim())?.[1]?.trim()
    return header === table || header?.startsWith(`${table}.`) === true
  })

/** The first file up the tree that is there and passes: in each directory, in the order of the names. */
const firstUp = Effect.fnUntraced(function*(
  directory: string,
  names: ReadonlyArray<string>,
  passes: (file: string, text: string) => boolean
) {
  const path = yield* Path.Path
  for (const each of upTheTree(path, directory)) {
    for (const name of names) {
      const file = path.join(each, name)
      const text = yield* readText(file)
      if (Option.isSome(text) && passes(file, text.value)) return Option.some({ file, text: text.value })
    }
  }
  return Option.none()
})

const isPyProject = (file: string) => file.endsWith("pyproject.toml")

const isOwn = (file: string, text: string) =>
  !isPyProject(file) ||
  Option.match(toolsIn(text), { onNone: () => true, onSome: (tools) => tools.includes("pyrefly") })

const marksPython = (_: string, text: string) =>
  Option.exists(toolsIn(text), (tools) => ["ruff", "mypy", "pyright"].some((tool) => tools.includes(tool)))

/**
 * @since 0.1.0
 * @category constructors
 */
export const find = Effect.fn("pyreflyConfiguration.find")(function*(ctx: PipelineContext) {
  const path = yield* Path.Path
  const none: PyreflyConfiguration = { kind: "none", file: ctx.root, text: "" }

  const own = yield* firstUp(ctx.root, ["pyrefly.toml", ".pyrefly.toml", "pyproject.toml"], isOwn)
  if (Option.isSome(own)) return { kind: "own", ...own.value } satisfies PyreflyConfiguration

  // the project's root, from where settings to import are searched: marked by a tool of Python, else by any of these
  const byTool = yield* firstUp(ctx.root, ["pyproject.toml"], marksPython)
  const marked = Option.isSome(byTool)
    ? byTool
    : yield* firstUp(ctx.root, ["pyproject.toml", "mypy.ini", "pyrightconfig.json"], () => true)
  const start = Option.match(marked, { onNone: () => ctx.root, onSome: ({ file }) => path.dirname(file) })

  // the first of these decides, whether there is something in it to import or not
  const imported = yield* firstUp(start, ["mypy.ini", "pyrightconfig.json", "pyproject.toml"], () => true)
  if (Option.isNone(imported)) return none
  const { file, text } = imported.value
  return isPyProject(file) && !hasHeader(text, "tool.mypy") && !hasHeader(text, "tool.pyright")
    ? none
    : { kind: "imported", file, text } satisfies PyreflyConfiguration
})

const OWN_INTERPRETER =
  /^\s*"?(?:python[-_]interpreter(?:[-_]path|[-_]find[-_]command)?|fallback[-_]python[-_]interpreter[-_]name|conda[-_]environment|skip[-_]interpreter[-_]query)"?\s*=/m

/**
 * Whether it chooses the Python interpreter, which ours must not override.
 *
 * @since 0.1.0
 * @category predicates
 */
export const choosesInterpreter = ({ kind, text }: PyreflyConfiguration): boolean =>
  kind === "own" ? OWN_INTERPRETER.test(text) : kind === "imported" && /^\s*python_executable\s*[=:]/m.test(text)

/**
 * Whether it may keep pyrefly from reporting imports that do not resolve: then no such report is no proof.
 *
 * @since 0.1.0
 * @category predicates
 */
export const maySilenceImports = ({ text }: PyreflyConfiguration): boolean =>
  /missing[-_]?imports?|import-not-found|imports[-_]with[-_]any|disable_error_code|^\s*preset\s*=\s*["']off/im.test(
    text
  )

/**
 * Files, absolute, that the choice and the settings depend on: up the tree, and the baseline that is configured.
 *
 * @since 0.1.0
 * @category constructors
 */
export const files = Effect.fn("pyreflyConfiguration.files")(function*(ctx: PipelineContext) {
  const path = yield* Path.Path
  const { file, kind, text } = yield* find(ctx)
  const baseline = kind === "own" ? /^\s*baseline\s*=\s*["']([^"']+)["']/m.exec(text)?.[1] : undefined
  return [
    ...upTheTree(path, ctx.root).flatMap((directory) =>
      ["pyrefly.toml", ".pyrefly.toml", "pyproject.toml", "mypy.ini", "pyrightconfig.json"].map((name) =>
        path.join(directory, name)
      )
    ),
    ...(baseline === undefined ? [] : [path.resolve(path.dirname(file), baseline)])
  ]
})
