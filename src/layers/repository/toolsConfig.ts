/**
 * The settings for one repository. Who says something last in this order wins: defaults, `[tool.codeintel]` of
 * pyproject.toml, codeintel.toml, `CODEINTEL_*` variables, flags. A list or a table (`args`, `env`) is replaced as a
 * whole. Paths in files are relative to the repository, in variables and flags to the working directory.
 *
 * @since 0.1.0
 */
import * as Path from "@effect/platform/Path"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { ToolName } from "../../domain/ToolName.js"
import { type ConfigEntry, defaultSettings, type ToolsConfig, type ToolSettings } from "../../domain/ToolsConfig.js"
import type { RepositoryFlags } from "../../services/Repositories.js"
import type * as Settings from "./settingSchemas.js"
import * as ShellWords from "./shellWords.js"
import * as Files from "./toolsConfigFiles.js"
import * as Variables from "./toolsConfigVariables.js"

/**
 * A tool that has settings.
 *
 * @since 0.1.0
 * @category models
 */
export interface KnownTool {
  readonly tool: ToolName
  readonly enabledByDefault: boolean
  /** When nothing is said; 300 seconds when left out. */
  readonly timeout?: Duration.Duration
}

/**
 * @since 0.1.0
 * @category models
 */
export interface Knowledge {
  /** The checkers. The tools that are not checkers are known here. */
  readonly tools: ReadonlyArray<KnownTool>
}

/**
 * @since 0.1.0
 * @category models
 */
export interface Loaded {
  readonly config: ToolsConfig
  /** What a user should know, one line each. */
  readonly notices: ReadonlyArray<string>
}

interface Source {
  readonly general: Settings.General
  readonly tools: Readonly<Record<ToolName, Settings.Tool>>
  /** Where the setting with this dotted key was said. */
  readonly origin: (key: string) => string
  readonly absolute: (path: string) => string
}

interface Said<A> {
  readonly value: A
  readonly origin: string
}

/** `python` is none of them: it is a setting by itself, the path of an interpreter. */
const notCheckers: ReadonlyArray<KnownTool> = [
  { tool: "coverage", enabledByDefault: true },
  { tool: "pytest", enabledByDefault: true, timeout: Duration.hours(1) },
  { tool: "scip-python", enabledByDefault: true, timeout: Duration.hours(1) },
  { tool: "git", enabledByDefault: true }
]

/**
 * Everything that has settings: the checkers, then the other tools.
 *
 * @since 0.1.0
 * @category getters
 */
export const toolsOf = (knowledge: Knowledge): ReadonlyArray<KnownTool> => {
  const given = knowledge.tools.map(({ tool }) => tool)
  return [...knowledge.tools, ...notCheckers.filter(({ tool }) => !given.includes(tool))]
}

/**
 * Whether pinned tools may be downloaded when nothing is said.
 *
 * @since 0.1.0
 * @category constants
 */
export const PROVISION = true

const fromFlags = (flags: RepositoryFlags): Settings.General => ({
  ...(flags.python !== undefined && { python: flags.python }),
  ...(flags.database !== undefined && { database: flags.database }),
  ...(flags.untrusted !== undefined && { untrusted: flags.untrusted }),
  ...(flags.provision !== undefined && { provision: flags.provision })
})

const flagOf = (flags: RepositoryFlags) => (key: string): string =>
  key === "database" ? "--db" : key === "provision" && flags.provision === false ? "--offline" : `--${key}`

/** The first source (highest precedence first) that says something. */
const firstSaid = <A>(
  sources: ReadonlyArray<Source>,
  key: string,
  get: (source: Source) => A | undefined,
  otherwise: A
): Said<A> => {
  for (const source of sources) {
    const value = get(source)
    if (value !== undefined) return { value, origin: source.origin(key) }
  }
  return { value: otherwise, origin: "default" }
}

const settingsOf = (sources: ReadonlyArray<Source>, { enabledByDefault, timeout, tool }: KnownTool) => {
  const said = <A>(field: string, get: (table: Settings.Tool, source: Source) => A | undefined, otherwise: A) =>
    firstSaid(sources, `${tool}.${field}`, (source) => {
      const table = source.tools[tool]
      return table && get(table, source)
    }, otherwise)

  const enabled = said("enabled", (table) => table.enabled, enabledByDefault)
  const path = said(
    "path",
    (table, { absolute }) => table.path === undefined ? undefined : Option.some(absolute(table.path)),
    defaultSettings.path
  )
  const args = said("args", (table) => table.args, defaultSettings.args)
  const env = said("env", (table) => table.env, defaultSettings.env)
  const limit = said("timeout", (table) => table.timeout, timeout ?? defaultSettings.timeout)

  const settings: ToolSettings = {
    enabled: enabled.value,
    path: path.value,
    args: args.value,
    env: env.value,
    timeout: limit.value
  }
  const entry = (field: string, value: string, { origin }: Said<unknown>): ConfigEntry => ({
    key: `${tool}.${field}`,
    value,
    origin
  })
  return {
    settings,
    entries: [
      entry("enabled", String(enabled.value), enabled),
      entry("path", Option.getOrElse(path.value, () => ""), path),
      entry("args", ShellWords.print(args.value), args),
      // names only: a value may be a secret
      entry("env", Object.keys(env.value).join(" "), env),
      entry("timeout", `${Duration.toSeconds(limit.value)} seconds`, limit)
    ]
  }
}

const pathEntries = ({ origin, value }: Said<Required<Settings.General>["paths"]>): ReadonlyArray<ConfigEntry> => {
  const all = Object.entries(value)
  return all.length === 0
    ? [{ key: "paths", value: "", origin }]
    : all.map(([to, from]) => ({ key: `paths.${ShellWords.print([to])}`, value: ShellWords.print(from), origin }))
}

/**
 * Reads all sources and decides. With `untrusted` no file of the repository is read.
 *
 * Fails with `ConfigurationError` for an unknown key or variable, a value of the wrong type, and a codeintel.toml that
 * is no TOML or cannot be read.
 *
 * @since 0.1.0
 * @category constructors
 */
export const load = Effect.fn("toolsConfig.load")(
  function*(root: string, flags: RepositoryFlags, knowledge: Knowledge) {
    const path = yield* Path.Path
    const tools = toolsOf(knowledge)
    const names = tools.map(({ tool }) => tool)
    const fromHere = (said: string) => path.resolve(said)
    const fromRoot = (said: string) => path.resolve(root, said)

    const spoken: ReadonlyArray<Source> = [
      { general: fromFlags(flags), tools: {}, origin: flagOf(flags), absolute: fromHere },
      { ...(yield* Variables.variables(names)), origin: Variables.nameOf, absolute: fromHere }
    ]
    const untrusted = firstSaid(spoken, "untrusted", ({ general }) => general.untrusted, false)
    const notices: Array<string> = []
    const written: Array<Source> = []
    if (!untrusted.value) {
      const ours = yield* Files.codeintelToml(root, names)
      const pyproject = yield* Files.pyprojectToml(root, names)
      written.push({ ...ours, origin: () => "codeintel.toml", absolute: fromRoot })
      written.push({ ...pyproject.settings, origin: () => "pyproject.toml", absolute: fromRoot })
      notices.push(...pyproject.notices)
    }
    const sources = [...spoken, ...written]

    const somewhere = (key: "python" | "database") =>
      firstSaid(sources, key, ({ absolute, general }) => {
        const said = general[key]
        return said === undefined ? undefined : Option.some(absolute(said))
      }, Option.none<string>())
    const python = somewhere("python")
    const database = somewhere("database")
    const provision = firstSaid(sources, "provision", ({ general }) => general.provision, PROVISION)
    const paths = firstSaid(sources, "paths", ({ general }) => general.paths, {})
    const decided = tools.map((tool) => ({ name: tool.tool, ...settingsOf(sources, tool) }))

    const config: ToolsConfig = {
      tools: Object.fromEntries(decided.map(({ name, settings }) => [name, settings])),
      python: python.value,
      database: database.value,
      untrusted: untrusted.value,
      provision: provision.value,
      paths: paths.value,
      entries: [
        { key: "python", value: Option.getOrElse(python.value, () => ""), origin: python.origin },
        { key: "database", value: Option.getOrElse(database.value, () => ""), origin: database.origin },
        { key: "provision", value: String(provision.value), origin: provision.origin },
        { key: "untrusted", value: String(untrusted.value), origin: untrusted.origin },
        ...pathEntries(paths),
        ...decided.flatMap(({ entries }) => entries)
      ]
    }
    const loaded: Loaded = { config, notices }
    return loaded
  }
)
